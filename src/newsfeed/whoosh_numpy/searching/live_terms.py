"""The terms and lengths of a field, live documents only.

In: a leaf and a field. Out: terms that some live document has, in how many each stands, lengths.
Called by `reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import FieldArrays

_BLOCK: Final = 4096
"""Terms looked at together while a lexicon is walked."""


def live_terms(leaf: Leaf, field: str, start: bytes, prefix: bytes) -> Iterator[bytes]:
    arrays = leaf.segment.field(field)
    if arrays is None:
        return
    low, high = arrays.lexicon.prefixed(prefix)
    low = max(low, arrays.lexicon.lower(start))
    for at in range(low, high, _BLOCK):
        end = min(at + _BLOCK, high)
        counts = _live_counts(leaf, arrays, at, end)
        for term, count in zip(arrays.lexicon.range(at, end), counts.tolist(), strict=True):
            if count:
                yield term


def _live_counts(leaf: Leaf, arrays: FieldArrays, low: int, high: int) -> NDArray[np.int64]:
    """For each of some terms in how many live documents it stands."""
    starts = arrays.starts[low : high + 1].astype(np.int64)
    if leaf.live is None:
        return starts[1:] - starts[:-1]
    live = leaf.live[arrays.docs[starts[0] : starts[-1]]]
    before = np.zeros(len(live) + 1, np.int64)
    np.cumsum(live, out=before[1:])
    at = before[starts - starts[0]]
    counts: NDArray[np.int64] = at[1:] - at[:-1]
    return counts


def live_lengths(leaf: Leaf, field: str) -> NDArray[np.uint32]:
    counted = leaf.segment.lengths(field)
    if counted is None:
        return np.zeros(0, np.uint32)
    return counted if leaf.live is None else counted[leaf.live]
