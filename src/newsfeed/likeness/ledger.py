"""The ledger: sketches of the live articles, kept in the register with the articles themselves.

In: articles as the register dates them, within the transaction that enters them. Out: rows of
`LIKENESSES`, and under each key of `LIKENESS_KEYS` the articles that have it, the first published
first. Called by the register only; `duplicates` reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from newsfeed.article import Article
from newsfeed.likeness.sketch import VERSION, Sketch, sketch
from newsfeed.register_file import ARTICLES, LIKENESSES

_ENTER = (
    "INSERT INTO likenesses (number, id, published, first_seen, version, sketch) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_ENTER_KEY = "INSERT INTO likeness_keys (key, published, first_seen, number) VALUES (?, ?, ?, ?)"
_FIND = "SELECT published, first_seen, version, sketch FROM likenesses WHERE number = ?"
_FORGET = "DELETE FROM likenesses WHERE number = ?"
_FORGET_KEY = (
    "DELETE FROM likeness_keys WHERE key = ? AND published = ? AND first_seen = ? AND number = ?"
)
_UNSKETCHED = and_(
    ARTICLES.c.live,
    ~select(LIKENESSES.c.id)
    .where(LIKENESSES.c.id == ARTICLES.c.id, LIKENESSES.c.version == VERSION)
    .exists(),
)


def number_of(id: str) -> int:
    """An article's number in the ledger: 63 bits of its id's SHA-256, so the same for ever."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], "big") >> 1


def enter(connection: Connection, article: Article, first_seen: datetime) -> None:
    """Enters a live article as it is now, in place of what stood for it."""
    number = number_of(article.id)
    made = sketch(article)
    since = (_second(article.date), _second(first_seen))
    row = (*since, VERSION, made.to_bytes())
    found = connection.exec_driver_sql(_FIND, (number,)).one_or_none()
    if found is not None and tuple(found) == row:
        return
    if found is not None:
        _remove(connection, number, found)
    connection.exec_driver_sql(_ENTER, (number, article.id, *row))
    _each(connection, _ENTER_KEY, [(key, *since, number) for key in made.keys])


def forget(connection: Connection, id: str) -> None:
    """Takes out an article that was withdrawn; content if it is not there."""
    number = number_of(id)
    found = connection.exec_driver_sql(_FIND, (number,)).one_or_none()
    if found is not None:
        _remove(connection, number, found)


def missing(connection: Connection, most: int) -> list[str]:
    """Ids of live articles that an older newsfeed registered without a sketch of this version."""
    statement = select(ARTICLES.c.id).where(_UNSKETCHED).order_by(ARTICLES.c.id)
    return list(connection.scalars(statement.limit(most)))


def problems(connection: Connection) -> list[str]:
    """Where ledger and articles are not in step; empty when all is sound."""
    unsketched = select(func.count()).select_from(ARTICLES).where(_UNSKETCHED)
    live = select(ARTICLES.c.id).where(ARTICLES.c.id == LIKENESSES.c.id, ARTICLES.c.live)
    surplus = select(func.count()).select_from(LIKENESSES).where(~live.exists())
    findings = []
    if count := connection.scalar(unsketched):
        findings.append(f"{count} live articles have no sketch to compare; run `newsfeed index`")
    if count := connection.scalar(surplus):
        findings.append(f"{count} sketches belong to no live article; restore it from a backup")
    return findings


def _remove(connection: Connection, number: int, found: Sequence[Any]) -> None:
    published, first_seen, _, stored = found
    keys = Sketch.from_bytes(stored).keys
    _each(connection, _FORGET_KEY, [(key, published, first_seen, number) for key in keys])
    connection.exec_driver_sql(_FORGET, (number,))


def _each(connection: Connection, statement: str, rows: list[tuple[int, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


def _second(instant: datetime) -> int:
    return int(instant.timestamp() // 1)
