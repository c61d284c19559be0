"""What one posting adds to a score, but for its term's weight.

In: a field of the schema, K1, B and the field's average length. Out: for each posting code its
factor. Called by `statistics`, which keeps one for each field, and by the nodes that score.

Scores are whole numbers of `1 / SCALE`, kept as float64 multiplied by `SCALE`: a posting adds

    rint(weight * (SCALE * factor))

so that sums of them are exact whatever their order, as long as they stay below `EXACT`. For fields
whose lengths are counted this is BM25 as Whoosh has it (`whoosh.scoring.bm25`), in this order:

    factor = (tf * (K1 + 1)) / (tf + K1 * ((1 - B) + B * length / average)),  weight = idf * boost

with the length that the posting's length byte stands for; for the others `factor = tf` and
`weight = boost`. tf is the number of occurrences times the format's `field_boost`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.lengths import DECODED

SCALE: Final = float(1 << 32)
EXACT: Final = float(1 << 52)
"""No sum of scores is beyond this, or they would not be exact."""

Scores = NDArray[np.float64]

_FREQUENCIES: Final = np.arange(256.0)


@dataclass(frozen=True, slots=True)
class Impacts:
    """The factors of one field, multiplied by SCALE.

    table: code -> factor, at `address` in memory. lengthless: whether the length has no say.
    average, k1, b, boost: what the table was made of. ceiling: no factor is above it. least: none
    of a document that has the term is below. gap: by how much at least a factor falls from one
    length to the next, or 0.
    """

    table: Scores
    lengthless: bool
    average: float
    k1: float
    b: float
    boost: float
    ceiling: float
    least: float
    gap: float
    address: int

    def factors(self, frequencies: NDArray[np.int64], codes: NDArray[np.uint16]) -> Scores:
        """For postings whose frequency is not in their code."""
        if self.lengthless:
            return (frequencies * self.boost * SCALE).astype(np.float64)
        return _bm25((frequencies * self.boost).astype(np.float64), DECODED[codes & 255], self)


def lengthless(boost: float) -> Impacts:
    """Of a field whose lengths are not counted."""
    table = np.repeat(_FREQUENCIES * boost * SCALE, 256)
    least = boost * SCALE
    return Impacts(table, True, 1.0, 0.0, 0.0, boost, float("inf"), least, 0.0, 0)


def bm25(average: float, k1: float, b: float, boost: float) -> Impacts:
    """Of a field whose lengths are counted."""
    made = Impacts(_FREQUENCIES, False, average or 1.0, k1, b, boost, 0.0, 0.0, 0.0, 0)
    grid = _bm25(_FREQUENCIES[:, None] * boost, DECODED[None, :], made)
    scored = grid[1:]
    table = np.ascontiguousarray(grid.ravel())
    return Impacts(
        table,
        False,
        made.average,
        k1,
        b,
        boost,
        # Beyond the table, with a greater frequency, a factor only comes nearer to K1 + 1.
        max(float(scored.max()), (k1 + 1) * SCALE),
        float(scored.min()),
        max(0.0, -float(np.diff(scored, axis=1).max())) if _falls(k1, b, boost) else 0.0,
        table.ctypes.data,
    )


def _falls(k1: float, b: float, boost: float) -> bool:
    """Whether factors grow with the frequency and fall with the length."""
    return k1 > 0 and 0 < b <= 1 and boost > 0


def _bm25(frequencies: Scores, lengths: Scores, of: Impacts) -> Scores:
    with np.errstate(all="ignore"):
        norms = of.k1 * ((1 - of.b) + of.b * lengths / of.average)
        factors = (frequencies * (of.k1 + 1)) / (frequencies + norms)
    return np.nan_to_num(factors, nan=0.0, posinf=0.0, neginf=0.0) * SCALE
