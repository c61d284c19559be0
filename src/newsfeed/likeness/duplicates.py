"""Duplicates: the articles that resemble one, and all families of articles that do.

In: an article's id. Out: `Likenesses` and `Family` values. Called by the web, which must not load
what indexing needs, and by the command line. Reads only, and is content when there is no file yet.

Of a family of ten thousand each article is linked to the `_WINDOW` that were first, so to the
canonical one among them: a question costs at most `_WINDOW` rows for each of an article's keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from newsfeed.likeness.ledger import number_of
from newsfeed.likeness.sketch import Likeness, Sketch, compare
from newsfeed.register_file import LIKENESS_KEYS, LIKENESSES, open_file, translated

_WINDOW = 50
_FIRST = (
    "SELECT number FROM likeness_keys WHERE key = ? ORDER BY published, first_seen, number LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article whose text resembles another's; `length` is its own beside the other's."""

    id: str
    likeness: Likeness
    length: float


@dataclass(frozen=True, slots=True)
class Likenesses:
    """What resembles an article, the first published first (then the first seen), at most 50.

    `canonical` is the id of the first of all of them, the article itself counted.
    """

    canonical: str
    duplicates: tuple[Duplicate, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Articles that resemble one another, some only by way of a third; `likeness` to the first."""

    canonical: str
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the ledger. Entries are in the order of who was first."""

    published: int
    first_seen: int
    number: int
    id: str
    sketch: Sketch

    @property
    def rank(self) -> tuple[int, int, int]:
        return self.published, self.first_seen, self.number


class DuplicateReader:
    """The ledger of the register at `path`, for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: Engine | None = None

    def of(self, id: str) -> Likenesses:
        """What resembles the article, which is its own canonical one where nothing does.

        Raises RegisterError.
        """
        engine = self._opened()
        if engine is None:
            return Likenesses(id)
        with translated(self._path, "read"), engine.connect() as connection:
            own = next(_entries(connection, [number_of(id)]), None)
            if own is None:
                return Likenesses(id)
            numbers = {n for key in own.sketch.keys for n in _window(connection, key)}
            others = list(_entries(connection, sorted(numbers - {own.number})))
        close = [other for other in others if compare(own.sketch, other.sketch).close]
        close.sort(key=lambda entry: entry.rank)
        first = min([own, *close], key=lambda entry: entry.rank)
        return Likenesses(first.id, tuple(_duplicate(other, own) for other in close[:_WINDOW]))

    def families(self) -> Iterator[Family]:
        """All families, by the rank of their canonical articles.

        An article belongs to the family of the first that it resembles. Holds the sketches of all
        articles that share a key with another, 1 KB each. Raises RegisterError.
        """
        engine = self._opened()
        if engine is None:
            return
        with translated(self._path, "read"), engine.connect() as connection:
            entries, windows = _shared(connection)
        first: dict[int, _Entry] = {}
        families: dict[int, list[_Entry]] = {}
        for entry in sorted(entries.values(), key=lambda entry: entry.rank):
            parent = _first_close(entry, entries, windows)
            root = entry if parent is None else first[parent.number]
            first[entry.number] = root
            families.setdefault(root.number, []).append(entry)
        for root, *others in families.values():
            if others:
                yield Family(root.id, tuple(_duplicate(other, root) for other in others))

    def _opened(self) -> Engine | None:
        if self._engine is None and self._path.exists():
            self._engine = open_file(self._path, read_only=True)
        return self._engine


def _duplicate(other: _Entry, of: _Entry) -> Duplicate:
    likeness = compare(other.sketch, of.sketch)
    return Duplicate(other.id, likeness, other.sketch.size / of.sketch.size)


def _first_close(
    entry: _Entry, entries: dict[int, _Entry], windows: dict[int, list[int]]
) -> _Entry | None:
    """The first article that the entry resembles, of those before it."""
    numbers = {n for key in entry.sketch.keys for n in windows.get(key, ())}
    before = (entries[n] for n in numbers if entries[n].rank < entry.rank)
    for other in sorted(before, key=lambda other: other.rank):
        if compare(entry.sketch, other.sketch).close:
            return other
    return None


def _shared(connection: Connection) -> tuple[dict[int, _Entry], dict[int, list[int]]]:
    """The articles that share a key with another, by number, and the window of each such key."""
    keys = LIKENESS_KEYS.c
    several = select(keys.key).group_by(keys.key).having(func.count() > 1)
    shared = select(keys.key, keys.number).where(keys.key.in_(several))
    windows: dict[int, list[int]] = {}
    numbers: set[int] = set()
    for key, number in connection.execute(shared.order_by(*keys)):
        numbers.add(number)
        window = windows.setdefault(key, [])
        if len(window) < _WINDOW:
            window.append(number)
    return {entry.number: entry for entry in _entries(connection, sorted(numbers))}, windows


def _window(connection: Connection, key: int) -> list[int]:
    """The articles with this key that were first."""
    return [row[0] for row in connection.exec_driver_sql(_FIRST, (key, _WINDOW))]


def _entries(connection: Connection, numbers: list[int]) -> Iterator[_Entry]:
    columns = [LIKENESSES.c[name] for name in ("published", "first_seen", "number", "id", "sketch")]
    for start in range(0, len(numbers), 500):
        some = LIKENESSES.c.number.in_(numbers[start : start + 500])
        for row in connection.execute(select(*columns).where(some)):
            yield _entry(row)


def _entry(row: Any) -> _Entry:
    return _Entry(row.published, row.first_seen, row.number, row.id, Sketch.from_bytes(row.sketch))
