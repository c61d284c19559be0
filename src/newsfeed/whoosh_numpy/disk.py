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


def lock(descriptor: int, *, wait: bool) -> bool:
    """Takes the exclusive lock of a file; it goes with the process or the descriptor."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
