"""The documents of a segment that a commit has deleted: a small file beside the segment's.

In: ascending document numbers. Out: the same, as a file of one array `deleted`, and back. Called by
`writer` and `index`. Such a file never changes either: a commit that deletes more writes another
with all deletions so far. It is small, so opening it verifies everything.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage.container import ArrayFile, ArrayWriter
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry

Deleted = NDArray[np.uint32]


def write(path: Path, deleted: Deleted, unsynced: Unsynced | None = None) -> int:
    """Writes the file and returns its size; `unsynced` as for `ArrayWriter`. Raises OSError."""
    with ArrayWriter(path, unsynced) as writer:
        writer.write("deleted", np.ascontiguousarray(deleted, "<u4"))
        return writer.finish({})


def read(folder: Path, entry: SegmentEntry) -> Deleted | None:
    """The documents deleted from a segment, None for none. Raises DamagedIndex, OSError."""
    if entry.deletions is None:
        return None
    file = ArrayFile(folder / entry.deletions)
    deleted = file.array("deleted")
    if problem := problem_of(file, deleted, entry):
        raise DamagedIndex(file.path, problem)
    return deleted


def problem_of(file: ArrayFile, deleted: Deleted, entry: SegmentEntry) -> str | None:
    """What is wrong with a file of deletions, if anything is."""
    if file.size != entry.deletions_size or len(deleted) != entry.deleted:
        return "it is not the file that the last commit names"
    if file.verify() or deleted.dtype != np.uint32:
        return "its numbers are not as they were written"
    if (deleted[1:] <= deleted[:-1]).any() or deleted[-1] >= entry.docs:
        return "it does not name documents of its segment in ascending order"
    return None
