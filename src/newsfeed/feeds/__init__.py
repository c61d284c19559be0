"""Feeds: one neutral value, three formats that say the same.

In: a `Feed` (see `feed`), built by the web and the command line. Out: bytes for the wire, and their
media type. A feed's text may be anything: `cleaning` has gone over it before a format sees it, so a
document is well-formed whatever stood in an article, and one bad entry costs that entry only.
"""

from __future__ import annotations

from dataclasses import replace

from newsfeed.feeds.cleaning import clean, sound
from newsfeed.feeds.feed import (
    FORMATS,
    Category,
    Deletion,
    Enclosure,
    Entry,
    Feed,
    Format,
    Found,
    Relation,
)
from newsfeed.feeds.jsonfeed import json_feed
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.feeds.opml import Group, Outline, render_opml
from newsfeed.feeds.rss_atom import atom, rss

__all__ = [
    "FORMATS",
    "Category",
    "Deletion",
    "Enclosure",
    "Entry",
    "Feed",
    "Format",
    "Found",
    "Group",
    "Outline",
    "Relation",
    "media_type",
    "render",
    "render_opml",
]

_WRITERS = {"atom": atom, "rss": rss, "json": json_feed}


def render(feed: Feed, format: Format) -> bytes:
    """The feed as a document in UTF-8; equal feeds give equal bytes, on any thread.

    An entry that cannot be written is left out and logged. Raises ValueError where the feed itself
    has no id, no page, or a date without a time zone.
    """
    write = _WRITERS[format]
    feed = clean(feed)
    try:
        return write(feed)
    except MemoryError:
        raise
    except Exception:
        head = replace(feed, entries=())
        write(head)  # where this raises, it was no entry's fault

        def writable(entry: Entry) -> Entry:
            write(replace(head, entries=(entry,)))
            return entry

        kept = tuple(sound(feed.id, feed.entries, writable))
        return write(replace(feed, entries=kept))


def media_type(format: Format) -> str:
    """The Content-Type of a format, with its charset."""
    return f"{MEDIA_TYPES[format]}; charset=utf-8"
