"""A segment as one commit sees it: at a place among the others, without its deleted documents.

In: a segment, the documents deleted from it. Out: postings and phrases of live documents, as
arrays. Called by the evaluation (`compiler`), by `reader`, and by programs that want arrays rather
than matchers. Immutable; shared by threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.segment import FieldArrays, Segment

Docs = NDArray[np.uint32]


class Leaf:
    """Document numbers are the segment's own; add `base` for those of the index."""

    def __init__(self, segment: Segment, deleted: NDArray[np.uint32] | None, base: int) -> None:
        """`deleted`: ascending document numbers, None for none. Raises DamagedIndex."""
        self.segment = segment
        self.base = base
        self.count = segment.count
        self.deleted = deleted if deleted is not None and len(deleted) else None
        self.live: NDArray[np.bool_] | None = None
        if self.deleted is not None:
            self.live = np.ones(self.count, np.bool_)
            self.live[self.deleted] = False
        self.count_live = self.count - (0 if self.deleted is None else len(self.deleted))

    def term(self, field: str, term: bytes) -> tuple[FieldArrays, int] | None:
        """The field's arrays and the term's number in them; None where it stands nowhere."""
        arrays = self.segment.field(field)
        number = arrays.lexicon.find(term) if arrays is not None else -1
        return None if arrays is None or number < 0 else (arrays, number)

    def postings(self, field: str, term: bytes) -> tuple[Docs, NDArray[np.int64]]:
        """The live documents with a term, ascending, and how often it stands in each."""
        found = self.term(field, term)
        if found is None:
            return np.zeros(0, np.uint32), np.zeros(0, np.int64)
        arrays, number = found
        start, end = arrays.rows(number)
        docs, frequencies = arrays.docs[start:end], arrays.frequencies(start, end)
        if self.live is None:
            return docs, frequencies
        kept = self.live[docs]
        return docs[kept], frequencies[kept]
