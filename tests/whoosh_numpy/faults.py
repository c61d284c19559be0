"""A file system that fails, dies and forgets, laid over `disk`.

In: the number of an operation and what is to happen at it; or nothing, to record. Out: the same
functions as in `disk`, counted. Called by the tests of faults. Everything that the engine does to
the file system goes through these functions, so a fault at each of them is a fault at each moment.

    Failing   one operation, or all from one on, raises an OSError; a write may get half-way first
    Dying     from one operation on the disk does not change any more, as after `kill -9`
    Recording all operations in their order, for `power_cuts`
"""

from __future__ import annotations

import errno
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from newsfeed.whoosh_numpy.storage import disk

CHANGING: Final = (
    "create",
    "write_at",
    "sync",
    "replace",
    "remove",
    "sync_folder",
    "make_folder",
    "open_lock",
)
SYNCS: Final = ("sync", "sync_folder")


class Death(BaseException):
    """Stands for the end of the process: no handler of the engine may take it for an error."""


Operation = Callable[..., Any]
Around = Callable[[str, Operation, tuple[Any, ...]], Any]


@contextmanager
def laid_over(around: Around) -> Iterator[None]:
    """Has every operation go through a function that gets its name, itself and its arguments."""
    originals = {name: getattr(disk, name) for name in CHANGING}

    def wrapped(name: str) -> Operation:
        return lambda *args: around(name, originals[name], args)

    originals["together"] = disk.together
    for name in CHANGING:
        setattr(disk, name, wrapped(name))
    disk.together = _in_turn
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(disk, name, original)


def _in_turn(actions: Iterable[Callable[[], None]]) -> None:
    """In place of `disk.together`: operations have numbers only if they have an order."""
    for action in actions:
        action()


@dataclass
class Fault:
    """What happens at the operation `at`, counted from 0, of those named in `among`.

    code: the error's number; None for death. short: a write gets half of its bytes to the disk
    first. lasting: all later operations but removals fail as well.
    """

    at: int
    code: int | None = None
    short: bool = False
    lasting: bool = False
    among: tuple[str, ...] = CHANGING
    count: int = 0
    happened: str = ""
    """The operation that it happened at; empty if there were not so many."""
    committed: bool = False
    """Whether a table of contents took its place, before or after."""
    guard: threading.Lock = field(default_factory=threading.Lock)
    """Files are synced by several threads at once."""

    def around(self, name: str, operation: Operation, args: tuple[Any, ...]) -> Any:
        if self.happened and self.code is None:
            raise Death
        with self.guard:
            is_now = self._is_now(name)
        if is_now:
            self.happened = self.happened or name
            if self.short and name == "write_at":
                descriptor, data, offset = args
                view = memoryview(data).cast("B")
                operation(descriptor, view[: len(view) // 2], offset)
            if self.code is None:
                raise Death
            raise OSError(self.code, f"{name} was made to fail")
        result = None if name in SYNCS else operation(*args)  # Nobody cuts the power here.
        self.committed = self.committed or name == "replace"
        return result

    def _is_now(self, name: str) -> bool:
        if self.happened:
            return self.lasting and name != "remove"
        if name not in self.among:
            return False
        self.count += 1
        return self.count - 1 == self.at


KINDS: Final[dict[str, Callable[[int], Fault]]] = {
    "no space once": lambda at: Fault(at, errno.ENOSPC),
    "no space from now on": lambda at: Fault(at, errno.ENOSPC, short=True, lasting=True),
    "an error": lambda at: Fault(at, errno.EIO),
    "a failed sync": lambda at: Fault(at, errno.EIO, among=SYNCS),
    "a short write": lambda at: Fault(at, errno.EIO, short=True, among=("write_at",)),
    "death": Fault,
    "death in a write": lambda at: Fault(at, short=True, among=("write_at",)),
}


@dataclass
class _File:
    """A file as the disk has it for certain, and the writes that it may have or not."""

    synced: bytes = b""
    pending: list[tuple[int, bytes]] = field(default_factory=list)

    def content(self, kept: Callable[[int], bool], torn: Callable[[], int]) -> bytes:
        """`kept`: which pending write reached the disk; `torn`: how many sectors of the last."""
        data = bytearray(self.synced)
        for number, (offset, piece) in enumerate(self.pending):
            if not kept(number):
                continue
            part = piece if number < len(self.pending) - 1 else piece[: torn() * 512]
            data.extend(bytes(max(0, offset + len(part) - len(data))))
            data[offset : offset + len(part)] = part
        return bytes(data)


Name = tuple[str, _File | None]
"""A change of the folder: a name, and the file that it now stands for, None for none."""


@dataclass
class Recording:
    """The operations on the files of one folder, and the states that a power cut may leave.

    The model is the strictest that POSIX allows: what was written since a file's last sync may be
    there or not, write by write; names that changed since the folder's last sync may have changed
    or not, one by one, though each rename is whole.
    """

    folder: Path
    forgetful: tuple[str, ...] = ()
    """Syncs that do nothing, to see that they are missed."""
    names: dict[str, _File] = field(default_factory=dict)
    """The folder as it is on the disk for certain."""

    def __post_init__(self) -> None:
        for path in self.folder.iterdir():
            self.names[path.name] = _File(path.read_bytes())
        self._guard = threading.Lock()
        self._now = dict(self.names)
        self._changes: list[list[Name]] = []
        self._open: dict[int, _File] = {}
        self.moments: list[Callable[[random.Random], dict[str, bytes]]] = []

    def around(self, name: str, operation: Operation, args: tuple[Any, ...]) -> Any:
        result = operation(*args)
        with self._guard:
            if name not in self.forgetful:
                getattr(self, f"_{name}", lambda *_: None)(result, *args)
            self.moments.append(self._moment())
        return result

    def states(self, rng: random.Random, each: int) -> Iterator[tuple[int, dict[str, bytes]]]:
        """For each moment some of the folders that a cut may leave, as name -> bytes, all distinct.

        With a moment's number: 0 is after the first operation. `each`: how many to draw.
        """
        seen: set[frozenset[tuple[str, bytes]]] = set()
        for number, moment in enumerate(self.moments):
            for _ in range(each):
                state = moment(rng)
                key = frozenset(state.items())
                if key not in seen:
                    seen.add(key)
                    yield number, state

    def _moment(self) -> Callable[[random.Random], dict[str, bytes]]:
        names, changes = dict(self.names), list(self._changes)
        files = {id(each): each for each in [*names.values(), *_files(changes)]}
        frozen = {key: _File(each.synced, list(each.pending)) for key, each in files.items()}

        def state(rng: random.Random) -> dict[str, bytes]:
            share, tear = rng.choice((0.0, 0.5, 1.0)), rng.random() < 0.5
            left = dict(names)
            for change in changes:
                if rng.random() < rng.choice((0.0, 0.5, 1.0)):
                    _apply(left, change)
            return {
                name: frozen[id(file)].content(
                    lambda _: rng.random() < share or share == 1.0,
                    lambda: rng.randrange(9) if tear else 1 << 40,
                )
                for name, file in left.items()
            }

        return state

    def _change(self, *names: Name) -> None:
        self._changes.append(list(names))
        _apply(self._now, list(names))

    def _create(self, descriptor: int, path: Path) -> None:
        self._open[descriptor] = file = _File()
        self._change((path.name, file))

    def _write_at(self, _: None, descriptor: int, data: bytes, offset: int) -> None:
        self._open[descriptor].pending.append((offset, bytes(data)))

    def _sync(self, _: None, descriptor: int) -> None:
        file = self._open[descriptor]
        file.synced = file.content(lambda _: True, lambda: 1 << 40)
        file.pending = []

    def _replace(self, _: None, source: Path, target: Path) -> None:
        self._change((target.name, self._now[source.name]), (source.name, None))

    def _remove(self, _: None, path: Path) -> None:
        if path.name in self._now:
            self._change((path.name, None))

    def _sync_folder(self, _: None, path: Path) -> None:
        if path == self.folder:
            self.names, self._changes = dict(self._now), []


def _apply(names: dict[str, _File], change: list[Name]) -> None:
    for name, file in change:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _files(changes: list[list[Name]]) -> Iterator[_File]:
    for change in changes:
        yield from (file for _, file in change if file is not None)
