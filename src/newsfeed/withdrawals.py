"""Withdrawals: which articles were taken back, when and why.

In: an id or page token, or the number of a change. Out: `Withdrawal`s. Called by the web, which has
to answer 410 with the reason, to tell feeds of it, and must not load what indexing needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, exists, literal_column, or_, select

from newsfeed.article import Article
from newsfeed.records import unpacked
from newsfeed.register_file import ARTICLES, CHANGES, open_file, translated

FILE_REMOVED = "file removed"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article that was taken back; `change` is the number of that change, 0 if not asked for."""

    id: str
    at: datetime
    reason: str
    change: int = 0


class RegisterReader:
    """The register for the web: reads only, and is content when there is no file yet.

    Every method raises RegisterError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: Engine | None = None

    def withdrawal(self, key: str) -> Withdrawal | None:
        """The withdrawal of the article with this id or token; None if it is not withdrawn."""
        named = or_(ARTICLES.c.id == key, ARTICLES.c.token == key)
        columns = (ARTICLES.c.id, ARTICLES.c.withdrawn_at, ARTICLES.c.withdrawn_for)
        with self._reading() as connection:
            if connection is None:
                return None
            row = connection.execute(
                select(*columns).where(named, ARTICLES.c.live.is_(False))
            ).first()
        return Withdrawal(*row) if row else None

    def withdrawn(self, sequence: int, most: int) -> list[Withdrawal]:
        """The articles whose last change, up to that one, is a withdrawal: at most `most`, the
        latest first.

        So they agree with an index at `sequence`, also while the register is ahead of it.
        """
        later = CHANGES.alias()
        again = (
            (later.c.id == CHANGES.c.id)
            & (later.c.sequence > CHANGES.c.sequence)
            & (later.c.sequence <= sequence)
        )
        columns = (CHANGES.c.id, CHANGES.c.at, CHANGES.c.reason, CHANGES.c.sequence)
        latest = (
            select(*columns)
            # as text: SQLite finds its index of withdrawals for a constant only
            .where(CHANGES.c.kind == literal_column("'withdraw'"))
            .where(CHANGES.c.sequence <= sequence)
            .where(~exists().where(again))
            .order_by(CHANGES.c.sequence.desc())
            .limit(most)
        )
        with self._reading() as connection:
            if connection is None:
                return []
            return [Withdrawal(*row) for row in connection.execute(latest)]

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """The articles with these ids as last seen, also when withdrawn."""
        columns = (ARTICLES.c.id, ARTICLES.c.article)
        with self._reading() as connection:
            if connection is None or not ids:
                return {}
            rows = connection.execute(select(*columns).where(ARTICLES.c.id.in_(ids)))
            return {row.id: unpacked(row.article) for row in rows}

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """A connection; None where there is no register yet."""
        if self._engine is None:
            if not self._path.exists():
                yield None
                return
            self._engine = open_file(self._path, read_only=True)
        with translated(self._path, "read"), self._engine.connect() as connection:
            yield connection
