"""Where a feed points: itself, its twins in other formats, its page, the pages before.

In: a `Feed` and the format being written. Out: links with relation and media type, for Atom and
RSS alike. Called by `extensions`; the media types also by `render`'s callers through
`media_type`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from newsfeed.feeds.feed import FORMATS, Feed, Format

MEDIA_TYPES = MappingProxyType[Format, str](
    {
        "atom": "application/atom+xml",
        "rss": "application/rss+xml",
        "json": "application/feed+json",
    }
)
# A table of our own: `mimetypes` reads the machine's, and would give two machines two feeds.
_IMAGE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link of a feed: `rel` as registered by RFC 8288, `type` a media type."""

    rel: str
    href: str
    type: str


def feed_links(feed: Feed, format: Format) -> Iterator[FeedLink]:
    """The feed's own address first, then its twins, then its next (older) page (RFC 5005).

    The page for people is not among them: feedgen writes that one.
    """
    if format in feed.self_urls:
        yield FeedLink("self", feed.self_urls[format], MEDIA_TYPES[format])
    for twin in FORMATS:
        if twin != format and twin in feed.self_urls:
            yield FeedLink("alternate", feed.self_urls[twin], MEDIA_TYPES[twin])
    if feed.next_url:
        yield FeedLink("next", feed.next_url, MEDIA_TYPES[format])


def image_type(url: str) -> str | None:
    """The media type that an image's URL tells by its ending, or None."""
    path = url.partition("?")[0].partition("#")[0]
    return _IMAGE_TYPES.get(path.rpartition(".")[2].lower())
