"""Atom 1.0 (RFC 4287) and RSS 2.0 (rssboard.org/rss-specification), through feedgen.

In: a cleaned `Feed`. Out: a UTF-8 XML document. Called by `render`; the only file that imports
feedgen, which makes the document and what it writes well of its head. The rest is in `extensions`.

Nothing depends on the clock, the locale or the machine: equal feeds give equal bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from feedgen.feed import FeedGenerator

from newsfeed.feeds.extensions import FeedExtension
from newsfeed.feeds.feed import Feed, Format
from newsfeed.feeds.links import image_type

GENERATOR = "newsfeed"
RSS_DOCS = "https://www.rssboard.org/rss-specification"
# what RSS 2.0 allows for a channel's image
_RSS_IMAGE_TYPES = ("image/gif", "image/jpeg", "image/png")


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document. It always has an author, its own title: RFC 4287, 4.1.1."""
    generator = _generator(feed, "atom")
    generator.id(feed.id)
    generator.updated(feed.updated)
    generator.author({"name": feed.title})
    generator.subtitle(feed.subtitle)
    generator.icon(feed.icon_url)
    return bytes(generator.atom_str(pretty=True))


def rss(feed: Feed) -> bytes:
    """The feed as an RSS document. Its required description is the title where it has none."""
    generator = _generator(feed, "rss")
    generator.updated(_UNWRITTEN)
    generator.description(feed.subtitle or feed.title)
    generator.docs(RSS_DOCS)
    if feed.ttl:
        generator.ttl(-(-feed.ttl // 60))  # minutes, never less than the seconds asked for
    if feed.icon_url and image_type(feed.icon_url) in _RSS_IMAGE_TYPES:
        generator.image(feed.icon_url)
    return bytes(generator.rss_str(pretty=True))


class _Unwritten(datetime):
    """A date that feedgen keeps but does not write, because it is false.

    feedgen formats RSS dates after switching the locale of the whole process, under every other
    thread. It starts with "now" and offers no way to have no date; a false one it passes over,
    and `FeedExtension` writes the true one.
    """

    def __bool__(self) -> bool:
        return False


_UNWRITTEN = _Unwritten(1970, 1, 1, tzinfo=UTC)


def _generator(feed: Feed, format: Format) -> Any:
    generator = FeedGenerator()
    generator.register_extension("newsfeed", partial(FeedExtension, feed, format))
    generator.title(feed.title)
    # the only link given to feedgen: its RSS takes the last one for the channel's page
    generator.link(href=feed.page_url, rel="alternate", type="text/html")
    generator.language(feed.language or None)
    generator.rights(feed.rights)
    generator.generator(GENERATOR)
    return generator
