"""Where a feed points: itself, its twins in other formats, its other documents, its hub.

In: a `Feed` and the format being written. Out: links with relation and media type, the same for
Atom, RSS and HTTP's Link header. Called by `extensions` and the web; the media types also by
`render`'s callers through `media_type`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from newsfeed.feeds.feed import FORMATS, RELATIONS, Feed, Format

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
    """A link of a feed: `rel` as registered by RFC 8288, `type` a media type ("" for a hub)."""

    rel: str
    href: str
    type: str


def feed_links(feed: Feed, format: Format) -> Iterator[FeedLink]:
    """The feed's own address first, then its twins, its other documents and its hub.

    The page for people is not among them: feedgen writes that one.
    """
    if format in feed.self_urls:
        yield FeedLink("self", feed.self_urls[format], MEDIA_TYPES[format])
    for twin in FORMATS:
        if twin != format and twin in feed.self_urls:
            yield FeedLink("alternate", feed.self_urls[twin], MEDIA_TYPES[twin])
    for relation in RELATIONS:
        if url := feed.links.get(relation, {}).get(format):
            yield FeedLink(relation, url, MEDIA_TYPES[format])
    if feed.hub:
        yield FeedLink("hub", feed.hub, "")


def image_type(url: str) -> str | None:
    """The media type that an image's URL tells by its ending, or None."""
    path = url.partition("?")[0].partition("#")[0]
    return _IMAGE_TYPES.get(path.rpartition(".")[2].lower())
