"""The terms of one or several fields, sorted by their bytes.

In: the three arrays of a segment (see `segment`). Out: term numbers, terms. A term's number is its
place in the order. Called by `leaf`, `reader`, `merging`. The first eight bytes of each term as a
big-endian integer (`heads`) narrow a search down to terms that differ later, with no Python
comparison for most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_FIRST_BYTES: Final = np.array([(1 << 64) - (1 << 64 - 8 * size) for size in range(9)], np.uint64)


class Lexicon(Sequence[bytes]):
    """Immutable; shared by threads."""

    def __init__(
        self,
        blob: NDArray[np.uint8],
        offsets: NDArray[np.unsignedinteger[Any]],
        heads: NDArray[np.uint64],
    ) -> None:
        self._blob = blob.data
        self._offsets = offsets
        self._heads = heads

    def __len__(self) -> int:
        return len(self._heads)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]
        if not 0 <= number < len(self._heads):
            raise IndexError(number)
        start, end = self._offsets[number : number + 2].tolist()
        return bytes(self._blob[start:end])

    def __contains__(self, term: object) -> bool:
        return isinstance(term, bytes) and self.find(term) >= 0

    def __iter__(self) -> Iterator[bytes]:
        return self.range(0, len(self))

    def range(self, start: int, end: int) -> Iterator[bytes]:
        """The terms with these numbers, ascending."""
        for at in range(start, end, 4096):
            yield from self.listed(at, min(at + 4096, end))

    def listed(self, start: int, end: int) -> list[bytes]:
        """The terms with these numbers, ascending; quicker than one by one."""
        bounds = self._offsets[start : end + 1].tolist()
        if not bounds:
            return []
        first = bounds[0]
        text = bytes(self._blob[first : bounds[-1]])
        return [text[low - first : high - first] for low, high in pairwise(bounds)]

    def lower(self, term: bytes) -> int:
        """The number of the first term that is not below this one; the length if there is none."""
        head = np.uint64(int.from_bytes(term[:8].ljust(8, b"\0"), "big"))
        low = int(self._heads.searchsorted(head))
        if low == len(self) or self._heads[low] != head:
            return low
        return bisect_left(self, term, low, int(self._heads.searchsorted(head, "right")))

    def find(self, term: bytes) -> int:
        """The number of a term, or -1."""
        number = self.lower(term)
        return number if number < len(self) and self[number] == term else -1

    def prefixed(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the terms that begin so: from the first to before the second."""
        start = self.lower(prefix)
        above = prefix.rstrip(b"\xff")
        if not above:
            return start, len(self)
        return start, self.lower(above[:-1] + bytes([above[-1] + 1]))


def lexicon_arrays(terms: Iterable[bytes]) -> dict[str, NDArray[Any]]:
    """The arrays `blob`, `offsets`, `heads` of terms in ascending order."""
    listed = list(terms)
    blob = b"".join(listed)
    offsets = np.zeros(len(listed) + 1, "<u8")
    lengths = np.fromiter(map(len, listed), np.int64, len(listed))
    np.cumsum(lengths, out=offsets[1:])
    eights = np.ndarray((len(blob) + 1,), ">u8", buffer=blob + bytes(8), strides=(1,))
    heads = eights[offsets[:-1].astype(np.int64)].astype("<u8")
    heads &= _FIRST_BYTES[np.minimum(lengths, 8)]
    return {
        "blob": np.frombuffer(blob, np.uint8),
        "offsets": narrowed(offsets),
        "heads": heads,
    }


def narrowed(offsets: NDArray[Any]) -> NDArray[Any]:
    """Ascending numbers as u4 where the last one fits, else as u8."""
    small = not len(offsets) or int(offsets[-1]) < 1 << 32
    return offsets.astype("<u4" if small else "<u8", copy=False)
