"""The article: the one value that every room speaks of.

Comes from the parsers, is named by the register, is stored by the search backends and read by
pages, feeds and the API. Nothing here does I/O. Every instant is aware and in UTC.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BlockKind = Literal["paragraph", "subheading", "quote", "list", "entry"]
CorrectionKind = Literal["update", "correction"]
LeftoverKind = Literal["navigation", "promotion", "teaser", "notice", "other"]
LATE = timedelta(days=30)
"""How late an article may come and still be news to whoever follows a feed."""
Origin = Literal[
    "sidecar",
    "rules",
    "wire",
    "feed",
    "json-ld",
    "meta",
    "file name",
    "page",
    "text",
    "archive",
    "folder",
    "file time",
    "register",
]
"""Where a value was found, the most trusted first.

"rules" is a source's rule file, "wire" a field of a wire format, "feed" an imported feed, "meta" a
page's meta or link tag, "page" its visible elements, "archive" what a web archive noted around the
page, "register" what newsfeed saw itself.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the body in reading order. A list block holds one item a line.

    `html` is the same text with its links and emphasis, sanitised, where it has any. An "entry"
    opens an entry of a live blog, which reaches to the next one: `text` is its headline or, where
    it has none, its clock time; `id` is stable within the article, `published` aware and in UTC.
    """

    kind: BlockKind
    text: str
    html: str | None = None
    id: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article; `url` is absolute where it is known.

    `media_type` ("image/jpeg") and `length` in bytes are as its source states them.
    """

    caption: str | None = None
    credit: str | None = None
    url: str | None = None
    media_type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A related article's title and, where it is known, its absolute URL."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A box of further reading: its header ("Mehr zum …") and its links."""

    header: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """An update or correction mark as it stands on the article ("Update", "Korrektur: …")."""

    kind: CorrectionKind
    text: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """A line of the page that is no part of the article: kept and typed, never in the body."""

    kind: LeftoverKind
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A news article.

    `id` is empty until the register has named the article; from then on it is a permanent `tag:`
    URI (RFC 4151). `published` and `updated` may be None as parsed; the register fills both, and
    `changed`: when it last saw anything at all of the article change (for HTTP's validators, never
    shown: what readers call an update is `updated`).
    The register also fills `first_seen`, when it first saw the article, and `change`, the number of
    the article's last change in the ever-growing count of all changes (0: not registered).
    `captured` is when a web archive saved the page, `rights` a copyright line. `provenance` says
    for a field's name where its value was found.
    """

    headline: str
    id: str = ""
    url: str | None = None
    source: str | None = None
    section: str | None = None
    kicker: str | None = None
    standfirst: str | None = None
    body: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    changed: datetime | None = None
    first_seen: datetime | None = None
    change: int = 0
    captured: datetime | None = None
    correction: Correction | None = None
    topics: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    language: str | None = None
    rights: str | None = None
    provenance: Mapping[str, Origin] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.headline.strip():
            raise ValueError("headline: an article needs a headline")
        for name in ("published", "updated", "changed", "first_seen", "captured"):
            instant: datetime | None = getattr(self, name)
            if instant is None:
                continue
            if instant.tzinfo is None:
                raise ValueError(f"{name}: needs a time zone")
            if instant.utcoffset():
                object.__setattr__(self, name, instant.astimezone(UTC))

    @property
    def text(self) -> str:
        """The body as plain text, blocks separated by a blank line."""
        return "\n\n".join(block.text for block in self.body)

    @property
    def date(self) -> datetime:
        """`published`, for articles that the register has seen.

        Raises ValueError for an article without one.
        """
        if self.published is None:
            raise ValueError("published: the register has not dated this article yet")
        return self.published

    @property
    def arrived(self) -> datetime:
        """When the article became news here: when it was first seen, however old it was then.

        An article that came later than `LATE` is history, not news: it arrived when published.
        """
        seen = self.first_seen
        return self.date if seen is None or seen - self.date > LATE else seen

    @property
    def revised(self) -> datetime:
        """When readers last had news of it: its arrival, or its last editorial update."""
        return max(self.arrived, self.updated or self.arrived)

    @property
    def touched(self) -> datetime:
        """When anything of it last changed since then, be it a picture's credit."""
        if self.changed is None or self.first_seen is None or self.changed <= self.first_seen:
            return self.revised
        return max(self.revised, self.changed)


def fingerprint(article: Article) -> str:
    """A digest of headline, standfirst and body text: moves when a reader would see another text.

    White space does not count, and nothing but the words does: neither metadata nor captions.
    """
    words = " ".join((article.headline, article.standfirst or "", article.text)).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def token(id: str) -> str:
    """A short name of an id for URLs: 16 lower-case base32 characters (80 bits of SHA-256)."""
    return base64.b32encode(hashlib.sha256(id.encode()).digest()[:10]).decode().lower()


def to_json(article: Article) -> bytes:
    """The article as a JSON object under its field names (instants as RFC 3339 in UTC)."""
    return orjson.dumps(article, option=orjson.OPT_UTC_Z)


def to_dict(article: Article) -> dict[str, Any]:
    """The article as plain JSON values."""
    value: dict[str, Any] = orjson.loads(to_json(article))
    return value


def from_json(raw: bytes | str) -> Article:
    """The article that `to_json` wrote. Raises ValueError naming the field that is wrong."""
    return _adapter().validate_json(raw)


@cache
def _adapter() -> TypeAdapter[Article]:
    from pydantic import TypeAdapter  # only where stored articles are read

    return TypeAdapter(Article)
