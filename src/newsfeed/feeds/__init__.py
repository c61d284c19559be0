"""Feeds: one neutral value, three formats that say the same.

In: a `Feed` (see `feed`), built by `web.feeds` and the command line. Out: bytes for the wire, and
their media type. A feed's text may be anything: `text.clean` has gone over it before a format sees
it, so a document is well-formed whatever stood in an article.
"""

from __future__ import annotations

from newsfeed.feeds.feed import FORMATS, Category, Entry, Feed, Format
from newsfeed.feeds.jsonfeed import json_feed
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.feeds.opml import Group, Outline, render_opml
from newsfeed.feeds.rss_atom import atom, rss
from newsfeed.feeds.text import clean

__all__ = [
    "FORMATS",
    "Category",
    "Entry",
    "Feed",
    "Format",
    "Group",
    "Outline",
    "media_type",
    "render",
    "render_opml",
]

_WRITERS = {"atom": atom, "rss": rss, "json": json_feed}


def render(feed: Feed, format: Format) -> bytes:
    """The feed as a document in UTF-8; equal feeds give equal bytes, on any thread.

    Raises ValueError for a date without a time zone, or where the feed or an entry has no id.
    """
    return _WRITERS[format](clean(feed))


def media_type(format: Format) -> str:
    """The Content-Type of a format, with its charset."""
    return f"{MEDIA_TYPES[format]}; charset=utf-8"
