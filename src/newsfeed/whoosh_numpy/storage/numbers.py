"""The documents of a field's postings: kept in two bytes each, read as four.

In: document numbers, row by row. Out: their arrays in a segment (see README.md), and the numbers
again. Called by `batch` and `merging` (writing) and by `segment`, which gives them to all who read
postings. Within a term documents ascend, so that their high halves hardly ever change: those are
kept as runs, at most one for every 65,536 documents and term, and not at all in smaller segments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.container import Array

_FEW: Final = 64
"""So many runs are laid over the low halves one by one; with more, NumPy repeats them."""


class Numbers:
    """Document numbers, decoded where they are asked for. Immutable; shared by threads."""

    __slots__ = ("_highs", "_low", "_rows")

    def __init__(self, low: NDArray[np.uint16], rows: Array | None, highs: Array | None) -> None:
        """`low`: row -> low half. `rows`: where the high half changes; `highs`: to what.

        Before the first of `rows`, and where there are none, the high half is 0.
        """
        self._low, self._rows, self._highs = low, rows, highs

    def __len__(self) -> int:
        return len(self._low)

    @overload
    def __getitem__(self, key: int) -> int: ...
    @overload
    def __getitem__(self, key: slice | NDArray[np.integer[Any]]) -> NDArray[np.uint32]: ...
    def __getitem__(self, key: int | slice | NDArray[np.integer[Any]]) -> int | NDArray[np.uint32]:
        """One number, or those of consecutive rows or of any, as an array of one's own."""
        if isinstance(key, slice):
            return self._run(key)
        if isinstance(key, np.ndarray):
            return self._at(key)
        return int(self._at(np.array([range(len(self))[key]]))[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All of them, where NumPy wants an array. Raises ValueError where it must be no copy."""
        if copy is False:
            raise ValueError("numbers are decoded into an array of their own")
        return self[:] if dtype is None else self[:].astype(dtype)

    def _run(self, key: slice) -> NDArray[np.uint32]:
        found = self._low[key].astype(np.uint32)
        if self._rows is None or self._highs is None or not len(found):
            return found
        start, end, step = key.indices(len(self))
        if step != 1:
            raise ValueError("rows are read one after another")
        # Of equal types, or NumPy would convert all the runs. The first may begin before `start`.
        bounds = np.array((start + 1, end), self._rows.dtype)
        first, last = self._rows.searchsorted(bounds).tolist()
        first = max(first - 1, 0)
        rows, highs = self._rows[first:last], self._highs[first:last]
        if len(rows) > _FEW:
            begins = np.maximum(rows.astype(np.int64) - start, 0)
            counts = np.diff(begins, append=len(found))
            found[begins[0] :] |= np.repeat(highs.astype(np.uint32) << 16, counts)
            return found
        stop = len(found)
        for row, high in zip(reversed(rows.tolist()), reversed(highs.tolist()), strict=True):
            begin = max(row - start, 0)
            if high:
                found[begin:stop] |= high << 16
            stop = begin
        return found

    def _at(self, rows: NDArray[np.integer[Any]]) -> NDArray[np.uint32]:
        found: NDArray[np.uint32] = self._low[rows].astype(np.uint32)
        if self._rows is not None and self._highs is not None:
            # Of equal types, or NumPy would convert all the runs.
            at = self._rows.searchsorted(rows.astype(self._rows.dtype), "right")
            highs = self._highs[at - 1].astype(np.uint32) << 16
            found |= highs * (at > 0)
        return found


class Split:
    """Numbers on their way into a segment, piece by piece."""

    def __init__(self) -> None:
        self._rows: list[Array] = []
        self._highs: list[Array] = []
        self._count = 0
        self._last = 0

    def low(self, numbers: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """The low halves of the next rows; what there is of the others is remembered."""
        highs = (numbers >> 16).astype(np.uint16)
        rows = np.flatnonzero(np.diff(highs, prepend=np.uint16(self._last)))
        if len(rows):
            self._rows.append(rows + self._count)
            self._highs.append(highs[rows])
            self._last = int(highs[-1])
        self._count += len(numbers)
        return numbers.astype(np.uint16)

    def high(self) -> dict[str, Array]:
        """The arrays of the high halves, by name; none where all of them are 0."""
        if not self._rows:
            return {}
        # Wide enough for every row, so that any row can be looked up among these.
        dtype = "<u4" if self._count < 1 << 32 else "<u8"
        return {"high_rows": _joined(self._rows, dtype), "highs": _joined(self._highs, "<u2")}


def split(numbers: NDArray[np.uint32]) -> dict[str, Array]:
    """The arrays of the numbers of a field, by name."""
    found = Split()
    return {"docs": found.low(numbers), **found.high()}


def _joined(pieces: Sequence[Array], dtype: str) -> Array:
    return np.concatenate(pieces).astype(dtype)
