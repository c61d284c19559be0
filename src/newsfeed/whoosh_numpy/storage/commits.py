"""The last commit of an index, opened: what two commits share is opened once.

In: the folder and name of an index. Out: a `Commit`, which never changes. Called by `index`, whose
readers are made from commits, and by `writer`, which adds to one. An article more means one more
file to open; segments and leaves that stay the same are the same objects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whoosh.fields import Schema

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage import deletions, disk, toc
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.schema import describe
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry, Toc

_ATTEMPTS: Final = 20
"""How many commits may overtake one that is being opened; each removes files that it names."""


_spared: Final[set[Path]] = set()
"""Files being written in the background by this process."""


@dataclass(frozen=True)
class Commit:
    """One commit: its table of contents, and a leaf for each segment that it names."""

    toc: Toc
    leaves: tuple[Leaf, ...]

    @property
    def generation(self) -> int:
        return self.toc.generation

    @property
    def user(self) -> Mapping[str, Any]:
        """What the program gave to `writer.commit(user=…)`."""
        return self.toc.user

    def pairs(self) -> Iterator[tuple[SegmentEntry, Leaf]]:
        """Each segment as the table names it, and its leaf."""
        return zip(self.toc.segments, self.leaves, strict=True)

    @property
    def count(self) -> int:
        """Documents, deleted ones too."""
        return sum(leaf.count for leaf in self.leaves)

    @property
    def count_live(self) -> int:
        return sum(leaf.count_live for leaf in self.leaves)


class Commits:
    """Opens commits of one index. Shared by threads."""

    def __init__(self, folder: Path, name: str) -> None:
        """Opens the last commit. Raises EmptyIndexError, DamagedIndex, UnsupportedFile, OSError."""
        self.folder = folder
        self.name = name
        self._guard = threading.Lock()
        self._opened: dict[str, Segment] = {}
        self._last = Commit(Toc(-1), ())
        self.latest()

    @property
    def last(self) -> Commit:
        """The commit opened last; perhaps not the last one any more."""
        return self._last

    def latest(self) -> Commit:
        """The last commit. Raises as the constructor does."""
        current = toc.read(self.folder, self.name)
        with self._guard:
            for _ in range(_ATTEMPTS):
                if current == self._last.toc:
                    return self._last
                try:
                    self._last = self._open(current)
                except FileNotFoundError as error:
                    current = self._newer(current, error)
            raise DamagedIndex(toc.toc_path(self.folder, self.name), "its files keep vanishing")

    @contextmanager
    def spared(self, path: Path) -> Iterator[None]:
        """For as long as the context lasts, `sweep` leaves a file alone that no commit names."""
        _spared.add(path)
        try:
            yield
        finally:
            _spared.discard(path)

    def sweep(self, last: Toc, *, durable: bool) -> None:
        """Removes the files that the last commit does not name. Whoever calls holds the lock.

        `durable`: whether it is known to be on the disk. Else the folder is synced first, lest a
        power cut should bring back the commit before it, without its files. Raises OSError.
        """
        found = [
            path for path in toc.leftovers(self.folder, self.name, last) if path not in _spared
        ]
        if found and not durable:
            disk.sync_folder(self.folder)
        for path in found:
            disk.remove(path)

    def adopt(self, segments: Iterable[tuple[str, Segment]]) -> None:
        """Takes over segments, by their ids, that the next commit will name."""
        with self._guard:
            self._opened.update(segments)

    def segment(self, entry: SegmentEntry) -> Segment:
        """A segment's file. Raises DamagedIndex, UnsupportedFile, FileNotFoundError."""
        found = self._opened.get(entry.id)
        if found is None:
            path = toc.segment_path(self.folder, self.name, entry.id)
            found = Segment(path, docs=entry.docs, size=entry.size)
            self._opened[entry.id] = found
        return found

    def _open(self, current: Toc) -> Commit:
        known = {(leaf.base, entry): leaf for entry, leaf in self._last.pairs()}
        leaves: list[Leaf] = []
        base = 0
        for entry in current.segments:
            leaf = known.get((base, entry))
            leaves.append(
                leaf or Leaf(self.segment(entry), deletions.read(self.folder, entry), base)
            )
            base += entry.docs
        named = {entry.id for entry in current.segments}
        self._opened = {id: each for id, each in self._opened.items() if id in named}
        return Commit(current, tuple(leaves))

    def _newer(self, current: Toc, error: FileNotFoundError) -> Toc:
        """The commit whose writer removed a file; without one, the file is lost."""
        newer = toc.read(self.folder, self.name)
        if newer == current:
            raise DamagedIndex(Path(error.filename), "it is missing") from error
        return newer


def keeper(described: Mapping[str, Any], schema: Schema) -> Callable[[str], bool]:
    """Which fields live on when segments are joined: those that have not been removed.

    `described`: the schema's description in the table of contents, which may know more fields than
    the schema given. A pattern of names that only the description knows may stand for any field.
    """
    foreign = described.keys() - describe(schema).keys()
    everything = any(name.startswith("glob ") for name in foreign)
    return lambda name: everything or name in described or name in schema
