"""Records: what the rows of the register say, as values.

In: rows and stored bytes. Out: `Change`s, `Revision`s and articles. Called by `register`, which
reads them, and `entering`, which writes them.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, func, select

from newsfeed.article import Article, from_json, to_json
from newsfeed.register_file import ARTICLES, CHANGES

_LAST_CHANGE = (
    select(func.max(CHANGES.c.sequence)).where(CHANGES.c.id == ARTICLES.c.id).scalar_subquery()
)
AS_REGISTERED: tuple[ColumnElement[Any], ...] = (
    ARTICLES.c.article,
    ARTICLES.c.first_seen,
    _LAST_CHANGE.label("change"),
)
"""The columns that `registered` reads."""

ChangeKind = Literal["create", "update", "withdraw"]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an article's history. `sequence` grows by every change and has no gaps.

    `reason` is "new" or "restored" for a creation, "text", "mark", "metadata" or "parser" for an
    update, and for a withdrawal `FILE_REMOVED` or the words of whoever withdrew it.
    """

    sequence: int
    id: str
    kind: ChangeKind
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Revision:
    """An article's file as it stood from `at` on; `reason` as in `Change`."""

    number: int
    at: datetime
    reason: str
    raw: bytes
    sidecar: bytes | None


def revision_of(row: Row[Any]) -> Revision:
    """The revision in a row of `REVISIONS`."""
    sidecar = None if row.sidecar is None else zlib.decompress(row.sidecar)
    return Revision(row.number, row.at, row.reason, zlib.decompress(row.raw), sidecar)


def packed(article: Article) -> bytes:
    """An article as the register stores it; others say its `first_seen` and `change`."""
    return zlib.compress(to_json(article))


def unpacked(stored: bytes) -> Article:
    """The article that was stored, without `first_seen` and `change`."""
    return from_json(zlib.decompress(stored))


def registered(row: Row[Any]) -> Article:
    """The article in a row of `AS_REGISTERED`, with its `first_seen` and `change`."""
    return replace(unpacked(row.article), first_seen=row.first_seen, change=row.change)
