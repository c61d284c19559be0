"""One writer at a time: a lock of the operating system that dies with its process.

In: a folder and an index's name. Out: the lock, held as long as the context lasts. Called by
`writer` and `index`. The lock file is empty and stays for ever: to remove it would let two writers
lock two files of the same name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from whoosh.index import LockError

from newsfeed.whoosh_numpy.storage import disk

_PAUSE: Final = 0.02
"""Seconds between two attempts."""

_held: Final[set[int]] = set()


@contextmanager
def hold(folder: Path, name: str, timeout: float = 0.0) -> Iterator[None]:
    """Holds the lock `<name>.lock` of the folder.

    `timeout`: seconds to wait for it, `math.inf` for as long as it takes. Raises
    `whoosh.index.LockError` where another writer, of this process or another, has it.
    """
    descriptor = disk.open_lock(folder / f"{name}.lock")
    _held.add(descriptor)
    try:
        _take(descriptor, name, time.monotonic() + timeout)
        yield
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def _take(descriptor: int, name: str, deadline: float) -> None:
    while not disk.lock(descriptor):
        if time.monotonic() >= deadline:
            raise LockError(f"another writer has the index {name!r} open")
        time.sleep(_PAUSE)


def _forget() -> None:
    """In a forked process: it must not hold the lock on when the writer dies."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget)
