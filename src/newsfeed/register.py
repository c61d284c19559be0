"""The register: identity and history of every article, in one SQLite file that is memory.

In: the path of its file. Out: named, dated articles; an ever-growing change number; every revision
and withdrawal; a transaction to write in (`entering`). Called by the indexer.
Everything else in `index/` can be rebuilt from the corpus and this file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError

from newsfeed.article import Article
from newsfeed.entering import Writing
from newsfeed.gathering import Remembered
from newsfeed.identity import Known
from newsfeed.likeness import ledger
from newsfeed.push.changed_feeds import ChangedFeeds
from newsfeed.records import AS_REGISTERED, Change, Revision, registered, revision_of
from newsfeed.register_file import (
    ARTICLES,
    CHANGES,
    COLLECTIONS,
    RETRACTIONS,
    REVISIONS,
    open_file,
    translated,
)
from newsfeed.retractions import Kept


class Register:
    """The register, open for writing.

    With `pings` it leaves word, in the transaction of each change, of the feeds that it changes.
    """

    def __init__(self, path: Path, authority: str, pings: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._authority = authority
        self._pings = pings
        self._engine = open_file(path, read_only=False)
        self._reader = open_file(path, read_only=True)

    def close(self) -> None:
        """Closes the file, with everything in it: what is copied now is a whole backup.

        On a full disk the write-ahead log stays beside it, and nothing is lost either.
        """
        with suppress(sqlite3.Error, DatabaseError), self._engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._reader.dispose()
        self._engine.dispose()

    def known(self) -> list[Known]:
        """Every article ever seen, as far as recognising it needs."""
        columns = (ARTICLES.c[name] for name in Known.__dataclass_fields__)
        with self._reading() as connection:
            return [Known(*row) for row in connection.execute(select(*columns))]

    def sequence(self) -> int:
        """The number of the last change; 0 before the first."""
        with self._reading() as connection:
            return connection.scalar(select(func.max(CHANGES.c.sequence))) or 0

    def changed_since(self, sequence: int) -> Iterator[tuple[str, Article | None]]:
        """The state of all articles changed after `sequence`; None for withdrawn ones."""
        newer = select(CHANGES.c.id).where(CHANGES.c.sequence > sequence)
        yield from self._states(ARTICLES.c.id.in_(newer))

    def articles(self) -> Iterator[Article]:
        """Every article that is not withdrawn, by id."""
        for _, article in self._states(ARTICLES.c.live):
            if article is not None:
                yield article

    def article(self, id: str) -> Article:
        """The article as last seen, also when withdrawn. Raises KeyError."""
        with self._reading() as connection:
            row = connection.execute(
                select(*AS_REGISTERED).where(ARTICLES.c.id == id)
            ).one_or_none()
        if row is None:
            raise KeyError(id)
        return registered(row)

    def changes(self, after: int = 0) -> list[Change]:
        """All changes after that number, in order."""
        with self._reading() as connection:
            rows = connection.execute(
                select(CHANGES).where(CHANGES.c.sequence > after).order_by(CHANGES.c.sequence)
            )
            return [Change(*row) for row in rows]

    def revisions(self, id: str) -> list[Revision]:
        """All files that ever stood for this article, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                select(REVISIONS).where(REVISIONS.c.id == id).order_by(REVISIONS.c.number)
            )
            return [revision_of(row) for row in rows]

    def collections(self) -> dict[str, Remembered]:
        """The files of several articles that stand in the corpus, by path."""
        with self._reading() as connection:
            return {row.path: Remembered(*row) for row in connection.execute(select(COLLECTIONS))}

    def retractions(self) -> list[Kept]:
        """Articles that their source took back, by name, whether or not they were ever here."""
        with self._reading() as connection:
            return [Kept(*row) for row in connection.execute(select(RETRACTIONS))]

    def integrity(self) -> list[str]:
        """What SQLite finds wrong with the file, or we within it; empty when it is sound."""
        with self._reading() as connection:
            lines = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
            return [line for line in lines if line != "ok"] or ledger.problems(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction: all of it is durable when the block ends, none of it if it raises.

        Raises RegisterError.
        """
        feeds = ChangedFeeds() if self._pings else None
        with translated(self._path, "written"), self._engine.begin() as connection:
            yield Writing(connection, self._authority, feeds)
            if feeds is not None:
                feeds.write(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._path, "read"), self._reader.connect() as connection:
            yield connection

    def _states(self, condition: Any) -> Iterator[tuple[str, Article | None]]:
        columns = (ARTICLES.c.id, ARTICLES.c.live, *AS_REGISTERED)
        statement = select(*columns).where(condition).order_by(ARTICLES.c.id)
        with self._reading() as connection:
            for row in connection.execute(statement.execution_options(yield_per=200)):
                yield row.id, registered(row) if row.live else None
