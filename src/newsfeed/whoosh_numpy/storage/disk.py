"""Everything that the engine does to the file system, and nothing else does.

In: paths and bytes. Out: files that are on the disk when a function says so. Called by
`container`, `toc`, `writer`. The tests put a layer of faults over this module: each function here
is one moment at which the disk may fill up or the process die.

A failed fsync is never retried: the kernel may have thrown the data away (Rebello et al., Can
Applications Recover from fsync Failures?, ATC 2020), so the file it failed for is abandoned.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def create(path: Path) -> int:
    """A new file, as descriptor. Raises FileExistsError."""
    return os.open(path, _NEW, 0o666)


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Writes all of the data. Raises OSError, whatever was written until then."""
    view = memoryview(data).cast("B")
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written


def sync(descriptor: int) -> None:
    """Brings a file's bytes to the disk."""
    os.fsync(descriptor)


class Unsynced:
    """Files that are written and have yet to be brought to the disk. Not shared by threads."""

    def __init__(self) -> None:
        self._descriptors: list[int] = []

    def take(self, descriptor: int) -> None:
        """Takes over an open file; it is closed by `close`."""
        self._descriptors.append(descriptor)

    def syncs(self) -> list[Callable[[], None]]:
        """What has to be done, in any order."""
        return [partial(_sync, descriptor) for descriptor in self._descriptors]

    def close(self) -> None:
        """Closes the files, synced or not."""
        while self._descriptors:
            os.close(self._descriptors.pop())


def _sync(descriptor: int) -> None:
    sync(descriptor)  # By its name, for the tests' sake.


def together(actions: Sequence[Callable[[], None]]) -> None:
    """Does things at once that wait for the same disk; when all are over, raises the first error.

    The disk brings several files to rest in about the time that it takes for one.
    """
    errors: list[BaseException] = []

    def attempt(action: Callable[[], None]) -> None:
        try:
            action()
        except BaseException as error:
            errors.append(error)

    threads = []
    for action in actions[1:]:
        thread = threading.Thread(target=attempt, args=(action,))
        try:
            thread.start()
        except RuntimeError:  # There are too many threads already.
            attempt(action)
        else:
            threads.append(thread)
    for action in actions[:1]:
        attempt(action)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def replace(source: Path, target: Path) -> None:
    """Gives a file another name, at once, in place of the file that had it."""
    source.replace(target)


def remove(path: Path) -> None:
    """Removes a name; a file that is still open or mapped lives on."""
    path.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Brings the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, and brings their names to the disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def open_lock(path: Path) -> int:
    """The descriptor of a lock file, which is made where there is none."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)


def lock(descriptor: int) -> bool:
    """Takes the exclusive lock of a file, if it is free; it goes with the descriptor."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
