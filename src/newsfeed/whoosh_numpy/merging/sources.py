"""The segments of a merge: which of their documents live on, and under which numbers.

In: segments and the documents deleted from them. Out: `Source`s, in whose order the documents of
the merged segment are numbered. Called by `merging` and the rooms that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.container import Array
from newsfeed.whoosh_numpy.storage.segment import Segment


@dataclass(frozen=True)
class Source:
    """One segment. live: document -> does it live on; None for all of them."""

    segment: Segment
    live: NDArray[np.bool_] | None
    numbers: NDArray[np.uint32]
    """Document -> its number in the merged segment; of deleted ones, any."""

    count: int
    """How many documents live on."""

    def kept(self, values: Array) -> Array:
        """Of an array by documents, what belongs to those that live on."""
        return values if self.live is None else values[self.live]


def sources_of(segments: Sequence[tuple[Segment, NDArray[np.uint32] | None]]) -> list[Source]:
    """Documents are numbered segment after segment, in the order of each."""
    found = []
    base = 0
    for segment, deleted in segments:
        live: NDArray[np.bool_] | None = None
        count = segment.count
        numbers = np.arange(base, base + count, dtype=np.uint32)
        if deleted is not None and len(deleted):
            live = np.ones(count, np.bool_)
            live[deleted] = False
            count = int(live.sum())
            numbers = (np.cumsum(live) + (base - 1)).astype(np.uint32)
        found.append(Source(segment, live, numbers, count))
        base += count
    return found


def ranges(ends: NDArray[Any], size: int) -> Iterator[tuple[int, int]]:
    """Runs of things that together have about `size` parts; one thing may have more.

    `ends`: for each thing how many parts it and those before it have.
    """
    start = 0
    done = 0
    while start < len(ends):
        end = max(start + 1, int(ends.searchsorted(done + size, "right")))
        yield start, end
        start, done = end, int(ends[end - 1])


def sizes(starts: NDArray[Any]) -> NDArray[np.int64]:
    """How many parts each thing has, from where the parts of each begin and the end."""
    wide = starts.astype(np.int64)
    return wide[1:] - wide[:-1]
