"""A segment as the next commit will see it, while a writer is still deleting from it.

In: a segment with the deletions of the last commit, and terms or numbers of documents to be
deleted. Out: what the next table of contents says of the segment. Called by `writer`, `flushing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage import deletions
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry, deletions_name


class Draft:
    """Document numbers are the segment's own. Not shared by threads."""

    def __init__(self, entry: SegmentEntry, leaf: Leaf) -> None:
        """`entry`, `leaf`: the segment as of the last commit, or as it was flushed."""
        self.entry = entry
        self._leaf = leaf
        self._gone: set[int] = set()

    @property
    def segment(self) -> Segment:
        return self._leaf.segment

    @property
    def count(self) -> int:
        """All documents, deleted ones too."""
        return self._leaf.count

    @property
    def count_live(self) -> int:
        return self._leaf.count_live - len(self._gone)

    @property
    def changed(self) -> bool:
        """Whether documents have been deleted since the last commit."""
        return bool(self._gone)

    def is_deleted(self, doc: int) -> bool:
        live = self._leaf.live
        return doc in self._gone or (live is not None and not live[doc])

    def delete(self, docs: Iterable[int]) -> int:
        """Deletes documents; how many of them were not deleted before."""
        found = [doc for doc in docs if not self.is_deleted(doc)]
        before = len(self._gone)
        self._gone.update(found)
        return len(self._gone) - before

    def delete_term(self, field: str, term: bytes) -> int:
        """Deletes the documents with a term; how many there were."""
        found = self._leaf.term(field, term)
        if found is None:
            return 0
        arrays, number = found
        start, end = arrays.rows(number)
        return self.delete(arrays.docs[start:end].tolist())

    def told(self) -> tuple[str, list[int]]:
        """A segment that no commit names yet, for another process: its id, and what is deleted."""
        return self.entry.id, sorted(self._gone)

    def deleted(self) -> NDArray[np.uint32] | None:
        """All deleted documents, ascending; None for none."""
        if not self._gone:
            return self._leaf.deleted
        gone = np.fromiter(self._gone, np.uint32, len(self._gone))
        before = self._leaf.deleted
        return np.sort(gone if before is None else np.concatenate((before, gone)))

    def leaf(self, base: int) -> Leaf:
        """The segment without what has been deleted so far."""
        if base == self._leaf.base and not self._gone:
            return self._leaf
        return Leaf(self.segment, self.deleted(), base)

    def written(self, folder: Path, name: str, generation: int, unsynced: Unsynced) -> SegmentEntry:
        """What a table of contents says of the segment; writes its deletions if there are more."""
        gone = self.deleted()
        if gone is None or not self._gone:
            return self.entry
        file = deletions_name(name, self.entry.id, generation)
        size = deletions.write(folder / file, gone, unsynced)
        return replace(self.entry, deletions=file, deleted=len(gone), deletions_size=size)
