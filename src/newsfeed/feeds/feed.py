"""Feed and Entry: what a feed says, before any format's XML or JSON.

In: built by the web from articles. Out: read by the format writers beside this file. Nothing
here knows a wire format, a search backend or HTTP. Every URL is absolute, every instant UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

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
class Enclosure:
    """The one file that goes with an entry (RSS 2.0); a `length` of 0 bytes means unknown."""

    url: str
    media_type: str
    length: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """An entry that was taken back (RFC 6721)."""

    id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search's feed is a page of (OpenSearch 1.1 response elements).

    `start` is the first entry's number, from 1; None where it is not known.
    """

    terms: str
    total: int
    page_size: int
    start: int | None = None


Relation = Literal["current", "first", "next", "previous", "prev-archive", "next-archive"]
"""Links between the documents of one feed: RFC 5005, sections 3 and 4."""
RELATIONS: tuple[Relation, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a feed. `id` is the article's permanent tag: URI.

    `url` is where a reader goes, `content` clean HTML or None for summary feeds, `summary` and
    `title` plain text. `source` is the paper's name, `rights` a copyright line. `note` is an
    update or correction mark.
    `change` is the number of the article's last change, 0 where it has none.
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
    rights: str | None = None
    enclosure: Enclosure | None = None
    change: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in reading order, newest entry first.

    `id` is a permanent `tag:` URI that outlives a change of address, `self_urls` the feed's own
    address in each format, `page_url` its page for people, `updated` the latest change of an entry
    (for an empty feed a fixed instant), `ttl` seconds.

    `links` lead to the feed's other documents, by relation and format. A `complete` feed holds all
    there is (RFC 5005, section 2); an `archive` is one of its older documents (section 4). `hub` is
    who tells subscribers of changes (WebSub). `deletions`, the latest first, are entries that were
    taken back. `found` is set for searches.
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
    entries: tuple[Entry, ...] = ()
    links: Mapping[Relation, Mapping[Format, str]] = field(default_factory=dict, hash=False)
    hub: str | None = None
    complete: bool = False
    archive: bool = False
    deletions: tuple[Deletion, ...] = ()
    found: Found | None = None
    rights: str | None = None
