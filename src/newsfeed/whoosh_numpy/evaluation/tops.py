"""What is known of a term's scores before they are counted: its highest, and its best postings.

In: a term's best postings in one leaf, their factors. Out: the same, sorted out for a search. Kept
with the postings, for it is the same for each search of an index that stays as it is. Called by
`nodes`. Immutable; shared by threads, of which two at once make the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.evaluation.impacts import Impacts, Scores
from newsfeed.whoosh_numpy.storage.accelerators import DEPTH


@dataclass(frozen=True, slots=True)
class Tops:
    """Factors times the term's weight, rounded, are scores.

    peak: no posting has a higher factor. floor: none that is not listed has one. docs, factors: the
    live postings that are listed. falling: their factors, the highest first. complete: whether no
    listed posting is dead.
    """

    impacts: Impacts
    peak: float
    floor: float
    docs: NDArray[np.uint32]
    factors: Scores
    falling: Scores
    complete: bool


def tops(
    docs: NDArray[np.uint32], factors: Scores, live: NDArray[np.bool_] | None, impacts: Impacts
) -> Tops:
    """`docs`, `factors`: of all listed postings, at least one; `live`: of the leaf."""
    falling = np.sort(factors)[::-1]
    peak, floor = float(falling[0]), float(falling[DEPTH - 1]) if len(falling) >= DEPTH else 0.0
    complete = True
    if live is not None:
        kept = live[docs]
        complete = bool(kept.all())
        docs, factors = docs[kept], factors[kept]
        falling = np.sort(factors)[::-1]
    return Tops(impacts, peak, floor, docs, factors, falling, complete)
