"""Where one term of one field stands in one leaf: views of the arrays, found once.

In: a leaf, a field's arrays, a term's number. Out: the term's part of each array. Called by
`statistics`, which keeps them as long as there is room, and by the nodes. Immutable; shared by
threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.evaluation.tops import Tops
from newsfeed.whoosh_numpy.storage.accelerators import DEPTH, FREQUENT
from newsfeed.whoosh_numpy.storage.container import Array
from newsfeed.whoosh_numpy.storage.segment import FieldArrays, Segment

LONG_CODE: Final = 255 << 8
"""The first code whose frequency stands elsewhere."""


@dataclass(frozen=True, slots=True)
class BestLists:
    """The best postings of a field's frequent terms; the arrays are described in `accelerators`."""

    terms: Array
    starts: Array
    rows: Array
    cut: Array


@dataclass(frozen=True, slots=True)
class LongRows:
    """Rows of a term whose frequency is not in their code, ascending, and the frequencies."""

    rows: NDArray[np.int64]
    frequencies: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Described:
    """Addresses of a term's arrays, and the array among them that nobody else keeps alive."""

    addresses: bytes
    blocks: NDArray[np.uint32] | None


class Postings:
    """Rows are counted from the term's first one.

    docs, codes: of each row (codes None where every frequency is 1 and lengths are not counted).
    long: None where all frequencies are in the codes. best: rows that hold the best DEPTH, None for
    rare terms and where no list can be trusted; best_codes: of these; whole: whether these are all.
    tops: what `nodes` found out of the best. described: what `native` says of it to the kernel,
    once it was asked; in phrases it says more.
    """

    __slots__ = (
        "_best_docs",
        "_docs",
        "arrays",
        "best",
        "best_codes",
        "codes",
        "described",
        "described_in_phrase",
        "end",
        "long",
        "number",
        "size",
        "start",
        "tops",
        "whole",
    )

    def __init__(self, arrays: FieldArrays, number: int, lists: BestLists | None) -> None:
        self.arrays = arrays
        self.number = number
        self.start, self.end = arrays.rows(number)
        self.size = self.end - self.start
        if not 0 <= self.size <= len(arrays.docs) - self.start:
            raise ValueError(f"{arrays.name}: a term's rows are none")
        self._docs: NDArray[np.uint32] | None = None
        self._best_docs: NDArray[np.uint32] | None = None
        self.codes = None if arrays.codes is None else arrays.codes[self.start : self.end]
        self.long = self._long_rows()
        self.best: NDArray[np.uint32] | None = None
        self.best_codes: NDArray[np.uint16] | None = None
        self.whole = False
        self.tops: Tops | None = None
        self.described: Described | None = None
        self.described_in_phrase: Described | None = None
        if self.size >= FREQUENT and lists is not None:
            self._find_best(lists)

    @property
    def docs(self) -> NDArray[np.uint32]:
        """Decoded when first asked for, and kept: whoever probes a list probes it often."""
        found = self._docs
        if found is None:
            found = self._docs = self.arrays.docs[self.start : self.end]
        return found

    @property
    def best_docs(self) -> NDArray[np.uint32]:
        """Those of the best rows, without decoding the others; kept as well."""
        found = self._best_docs
        if found is None:
            assert self.best is not None
            rows = self.best.astype(np.int64) + self.start
            found = self._best_docs = self.arrays.docs[rows]
        return found

    def _long_rows(self) -> LongRows | None:
        found = self.arrays.long_rows
        if not len(found):
            return None
        first, last = found.searchsorted((self.start, self.end)).tolist()
        if first == last:
            return None
        rows = found[first:last].astype(np.int64) - self.start
        return LongRows(rows, self.arrays.long_freqs[first:last].astype(np.int64))

    def _find_best(self, lists: BestLists) -> None:
        # The list has no more than DEPTH rows of the frequencies beyond the codes, by length.
        if self.long is not None and len(self.long.rows) > DEPTH:
            return
        place = int(lists.terms.searchsorted(self.number))
        first, last = lists.starts[place : place + 2].tolist()
        if self.codes is None:
            return
        self.best = lists.rows[first:last]
        self.best_codes = self.codes.take(self.best)
        self.whole = not lists.cut[place]


def best_lists(segment: Segment, field: str) -> BestLists | None:
    """Those of a field; None where it has none."""
    if f"{field}.best_terms" not in segment.file:
        return None
    return BestLists(
        *(segment.file.array(f"{field}.best_{part}") for part in ("terms", "starts", "rows", "cut"))
    )
