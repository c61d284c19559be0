"""The queue: the feeds that a hub is still to be told of, in the register's database.

In: what came of telling it. Out: the next feed to tell, and a list of all that wait. Called by
`sender` and the command line; `changed_feeds` puts rows in. Every step is durable when it returns,
so whoever is killed here sends a ping once more at worst, and never loses one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from newsfeed.register_file import HUBS, PINGS, open_file, translated


@dataclass(frozen=True, slots=True)
class Ping:
    """A feed that the hub is to be told of.

    `since` and `sequence` number the first and the last change that it has not heard of.
    `attempts` came to nothing so far, the last one with `error`; it may be tried again at `due`.
    """

    feed: str
    since: int
    sequence: int
    attempts: int
    due: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A hub that failed so often in a row: it is left alone until `due`."""

    url: str
    failures: int
    due: datetime
    error: str


class Queue:
    """What waits for the hub at `url`. To be closed."""

    def __init__(self, path: Path, url: str) -> None:
        """Raises RegisterError."""
        self._path = path
        self._url = url
        self._engine = open_file(path, read_only=False)

    def close(self) -> None:
        """Closes the database."""
        self._engine.dispose()

    def next(self, sequence: int, now: datetime) -> Ping | None:
        """The feed to tell of now; None while the hub pauses or nothing is due.

        Only changes up to number `sequence` may be told: those that the index holds. What was not
        tried yet goes first, then what waits longest.
        """
        ready = PINGS.c.sequence <= sequence
        due = or_(PINGS.c.due.is_(None), PINGS.c.due <= now)
        first = select(PINGS).where(ready, due).order_by(PINGS.c.attempts, PINGS.c.since)
        with self._changing() as connection:
            paused = self._paused(connection)
            if paused is not None and paused.due > now:
                return None
            row = connection.execute(first.limit(1)).one_or_none()
            return Ping(*row) if row else None

    def told(self, ping: Ping) -> None:
        """The hub knows of it and works: what changed meanwhile stays, and is new to it."""
        feed = PINGS.c.feed == ping.feed
        with self._changing() as connection:
            connection.execute(delete(HUBS))
            gone = connection.execute(delete(PINGS).where(feed, PINGS.c.sequence == ping.sequence))
            if not gone.rowcount:
                fresh = {"since": PINGS.c.sequence, "attempts": 0, "due": None, "error": None}
                connection.execute(update(PINGS).where(feed).values(fresh))

    def give_up(self, ping: Ping) -> None:
        """The hub does not want to know of it; a later change is another matter."""
        same = (PINGS.c.feed == ping.feed) & (PINGS.c.sequence == ping.sequence)
        with self._changing() as connection:
            connection.execute(delete(PINGS).where(same))

    def put_off(self, ping: Ping, due: datetime, error: str) -> None:
        """It came to nothing and is tried again."""
        values = {"attempts": ping.attempts + 1, "due": due, "error": error}
        with self._changing() as connection:
            connection.execute(update(PINGS).where(PINGS.c.feed == ping.feed).values(values))

    def failures(self) -> int:
        """How often in a row the hub failed up to now."""
        with self._changing() as connection:
            paused = self._paused(connection)
        return paused.failures if paused else 0

    def pause(self, pause: Pause) -> None:
        """The hub failed."""
        values = {"failures": pause.failures, "due": pause.due, "error": pause.error}
        with self._changing() as connection:
            connection.execute(delete(HUBS))
            connection.execute(insert(HUBS).values(url=pause.url, **values))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction that holds the right to write from its beginning.

        So nothing is sent while a long run holds it: what came of it could not be kept.
        """
        with translated(self._path, "written"), self._engine.begin() as connection:
            yield connection

    def _paused(self, connection: Connection) -> Pause | None:
        row = connection.execute(select(HUBS).where(HUBS.c.url == self._url)).one_or_none()
        return Pause(*row) if row else None


def waiting(path: Path) -> list[Ping]:
    """All feeds that a hub is to be told of, in the order of their turns. Raises RegisterError."""
    with _read(path) as connection:
        rows = connection.execute(select(PINGS).order_by(PINGS.c.attempts, PINGS.c.since))
        return [Ping(*row) for row in rows]


def count(path: Path) -> int:
    """How many feeds a hub is to be told of. Raises RegisterError."""
    with _read(path) as connection:
        return connection.scalar(select(func.count()).select_from(PINGS)) or 0


def pause_of(path: Path, url: str) -> Pause | None:
    """Whether that hub failed, and until when it is left alone. Raises RegisterError."""
    with _read(path) as connection:
        row = connection.execute(select(HUBS).where(HUBS.c.url == url)).one_or_none()
        return Pause(*row) if row else None


@contextmanager
def _read(path: Path) -> Iterator[Connection]:
    engine = open_file(path, read_only=True)
    with translated(path, "read"), engine.connect() as connection:
        yield connection
