"""Feed and Entry: what a feed says, before any format's XML or JSON.

In: built by `web.feeds` from articles. Out: read by the format writers beside this file. Nothing
here knows a wire format, a search backend or HTTP. Every URL is absolute, every instant UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsfeed.article import Image, Link

Format = Literal["atom", "rss", "json"]
FORMATS: tuple[Format, ...] = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Category:
    """A section, topic or agency: `scheme` is the absolute URL of its kind's listing."""

    term: str
    label: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a feed. `id` is the article's permanent tag: URI.

    `url` is where a reader goes, `content` clean HTML or None for summary feeds, `summary` and
    `title` plain text. `source` is the paper's name. `note` is an update or correction mark.
    """

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    images: tuple[Image, ...] = ()
    related: tuple[Link, ...] = ()
    source: str | None = None
    language: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in reading order, newest entry first.

    `id` is a permanent `tag:` URI that outlives a change of address, `self_urls` the feed's own
    address in each format, `page_url` its page for people, `updated` the latest change of an entry
    (for an empty feed a fixed instant), `ttl` seconds.
    """

    id: str
    title: str
    page_url: str
    self_urls: dict[Format, str]
    updated: datetime
    subtitle: str | None = None
    language: str = "de"
    ttl: int = 300
    icon_url: str | None = None
    next_url: str | None = None
    entries: tuple[Entry, ...] = ()
