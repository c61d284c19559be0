"""Change log: what happened to which article, in order, for whoever keeps a copy of them.

In: the number of the last change that somebody has. Out: a `ChangePage` of those after it. Called
by the web, which must not load what indexing needs, and by the command line. Reads only, and is
content when there is no file yet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Connection, Engine, func, or_, select

from newsfeed.errors import NewsfeedError
from newsfeed.records import Change
from newsfeed.register_file import ARTICLES, CHANGES, open_file, translated
from newsfeed.withdrawals import Withdrawal

MAX_CHANGES = 1000
"""Changes on a page."""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes in order, without gaps. `after` is the number to go on from, `last` the newest's.

    `check` is a digest of change `after` ("" for 0): with both at hand, the next call notices that
    the register was replaced by an older copy, or by another one, however many changes it has.
    """

    changes: tuple[Change, ...]
    after: int
    check: str
    last: int

    @property
    def is_final(self) -> bool:
        """Whether there is nothing more to be had now."""
        return self.after >= self.last


class UnknownSequence(NewsfeedError):  # noqa: N818 - says what was given
    """The register never gave out this number, or gave it to another change since.

    Whoever asks holds a copy of another register and has to begin again at 0. `last` is the number
    of the last change that there is.
    """

    misuse: ClassVar[bool] = True

    def __init__(self, sequence: int, last: int) -> None:
        super().__init__(
            f"change {sequence} is not known to this register, whose last is {last}; it is another "
            "one, or an older copy: begin again after 0"
        )
        self.sequence = sequence
        self.last = last


class ChangeLog:
    """The register's changes; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: Engine | None = None

    def page(self, after: int, limit: int, upto: int, check: str = "") -> ChangePage:
        """At most `limit` (1 to MAX_CHANGES) changes after that number and not after `upto`.

        `upto` is the index's number, asked for before this call: then the index has the state that
        every change on the page led to, or a later one.
        Raises UnknownSequence, RegisterError.
        """
        engine = self._opened()
        if engine is None:
            if after > 0:
                raise UnknownSequence(after, 0)
            return ChangePage((), 0, "", 0)
        with translated(self._path, "read"), engine.connect() as connection:
            known = connection.scalar(select(func.max(CHANGES.c.sequence))) or 0
            held = _check(connection, after) if after <= known else None
            if held is None or (check and check != held):
                raise UnknownSequence(after, known)
            last = min(known, upto)
            changes = _changes(connection, after, last, min(limit, MAX_CHANGES))
        if not changes:
            return ChangePage((), after, held, last)
        return ChangePage(changes, changes[-1].sequence, _digest(changes[-1]), last)

    def withdrawal(self, key: str, upto: int) -> Withdrawal | None:
        """The withdrawal that was the last change, up to that one, of the article with this id or
        page token; None if it was another change.

        So it agrees with an index at `upto`, also while the register is ahead of it.
        Raises RegisterError.
        """
        engine = self._opened()
        if engine is None:
            return None
        named = or_(ARTICLES.c.id == key, ARTICLES.c.token == key)
        with translated(self._path, "read"), engine.connect() as connection:
            # in two steps: joined, SQLite may choose to walk through all changes
            id = connection.scalar(select(ARTICLES.c.id).where(named))
            if id is None:
                return None
            of_it = (CHANGES.c.id == id) & (CHANGES.c.sequence <= upto)
            row = connection.execute(
                select(CHANGES).where(of_it).order_by(CHANGES.c.sequence.desc()).limit(1)
            ).first()
        if row is None or row.kind != "withdraw":
            return None
        return Withdrawal(row.id, row.at, row.reason, row.sequence)

    def _opened(self) -> Engine | None:
        if self._engine is None and self._path.exists():
            self._engine = open_file(self._path, read_only=True)
        return self._engine


def _changes(connection: Connection, after: int, last: int, limit: int) -> tuple[Change, ...]:
    wanted = (CHANGES.c.sequence > after) & (CHANGES.c.sequence <= last)
    rows = connection.execute(
        select(CHANGES).where(wanted).order_by(CHANGES.c.sequence).limit(limit)
    )
    return tuple(Change(*row) for row in rows)


def _check(connection: Connection, sequence: int) -> str:
    """The digest of the change with that number, "" where there is none."""
    row = connection.execute(select(CHANGES).where(CHANGES.c.sequence == sequence)).first()
    return _digest(Change(*row)) if row else ""


def _digest(change: Change) -> str:
    words = f"{change.sequence} {change.id} {change.kind} {change.at.isoformat()}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]
