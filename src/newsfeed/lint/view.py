"""View: what a reader gets out of a feed, whatever format it came in.

In: filled by `reading` from a document. Out: read by `readers`, `agreement` and `history`, which
therefore know no format. A view is as complete as the document was: what is missing is empty.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an entry; `is_html` tells that a reader takes it for HTML."""

    value: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a feed or an entry to another document."""

    rel: str
    href: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that no rule of its format looks at, and what it is ("icon", "media:content")."""

    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """An entry that was taken back (RFC 6721)."""

    id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. Dates are None where they are missing or no dates."""

    id: str
    title: Text | None = None
    url: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    summary: Text | None = None
    content: Text | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    note: str = ""
    addresses: tuple[Address, ...] = ()
    line: int | None = None

    @property
    def digest(self) -> str:
        """A digest of what people read of the entry; "" without its content."""
        if self.content is None:
            return ""
        parts = (self.title.value if self.title else "", self.content.value, self.note)
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed's document: its head and its entries in their order."""

    format: str
    id: str = ""
    title: str = ""
    page_url: str = ""
    updated: datetime | None = None
    language: str = ""
    links: tuple[Link, ...] = ()
    addresses: tuple[Address, ...] = ()
    entries: tuple[EntryView, ...] = ()
    deleted: tuple[Deleted, ...] = ()
    complete: bool = False
    archive: bool = False
    has_base: bool = False
    size: int = 0

    def linked(self, rel: str) -> str:
        """Where the first link of this relation leads; "" without one."""
        return next((link.href for link in self.links if link.rel == rel), "")
