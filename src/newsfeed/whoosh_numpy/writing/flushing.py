"""Documents being written: the batch in memory and the segments it has been flushed to.

In: documents, terms whose documents are to be deleted. Out: segments that no commit names yet.
Called by `writer` and by the worker processes of `bulk`. The last write of an id wins over
everything that came before it, flushed or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whoosh.fields import Schema

from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.storage.stored import TRAIN_FROM
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry, new_id, segment_path
from newsfeed.whoosh_numpy.writing.batch import Batch
from newsfeed.whoosh_numpy.writing.drafts import Draft
from newsfeed.whoosh_numpy.writing.unique import Term


@dataclass(frozen=True)
class Limits:
    """When a batch is flushed: from so many documents or bytes of memory on."""

    docs: int = 25_000
    bytes: int = 384 << 20


DEFAULT: Final = Limits()


class Flushing:
    """Not shared by threads."""

    def __init__(
        self,
        folder: Path,
        name: str,
        schema: Schema,
        limits: Limits = DEFAULT,
    ) -> None:
        """Raises UnsupportedField for a schema that cannot be kept."""
        self._folder = folder
        self._name = name
        self._schema = schema
        self._limits = limits
        self._pending: Batch | None = Batch(schema)
        self.drafts: list[Draft] = []
        """The segments flushed so far."""

    @property
    def pending(self) -> int:
        """Documents in memory."""
        return len(self._pending) if self._pending is not None else 0

    @property
    def _batch(self) -> Batch:
        if self._pending is None:
            self._pending = Batch(self._schema)
        return self._pending

    def add(self, document: Mapping[str, Any], replacing: Sequence[Term] = ()) -> None:
        """Takes a document in place of all that have one of the terms.

        Raises UnknownFieldError, UnsupportedField, ValueError: nothing has changed then. OSError.
        """
        pending = {doc for term in replacing for doc in self._batch.find(*term)}
        self._batch.add(document)
        self._batch.delete(pending)
        for term in replacing:
            for draft in self.drafts:
                draft.delete_term(*term)

    def delete_term(self, field: str, term: bytes) -> int:
        """Deletes the documents with a term; how many there were."""
        pending = self._batch.find(field, term)
        self._batch.delete(pending)
        return len(pending) + sum(draft.delete_term(field, term) for draft in self.drafts)

    def is_full(self) -> bool:
        """Whether it is time to flush."""
        if self._pending is None:
            return False
        return len(self._batch) >= self._limits.docs or self._batch.bytes >= self._limits.bytes

    def flush(self, dictionary: bytes | None, unsynced: Unsynced | None = None) -> None:
        """Writes what is in memory to a segment. Raises OSError.

        `dictionary`: what stored values are compressed with, if there are enough of them for it to
        pay; None for one of the segment's own.
        `unsynced`: as for `ArrayWriter`.
        """
        batch, self._pending = self._pending, None
        if batch is not None and len(batch):
            id = new_id()
            path = segment_path(self._folder, self._name, id)
            pays = len(batch) >= TRAIN_FROM
            batch.write(path, dictionary if pays else None, unsynced)
            self.drafts.append(flushed(path, id))

    def take(self, written: Iterable[tuple[str, list[int]]]) -> None:
        """Adds segments that another process has flushed, with what is deleted from each."""
        for id, gone in written:
            draft = flushed(segment_path(self._folder, self._name, id), id)
            draft.delete(gone)
            self.drafts.append(draft)


def flushed(path: Path, id: str) -> Draft:
    """A segment that has just been written."""
    segment = Segment(path)
    entry = SegmentEntry(id, segment.count, segment.file.size)
    return Draft(entry, Leaf(segment, None, 0))
