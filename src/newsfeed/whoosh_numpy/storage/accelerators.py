"""The best postings of frequent terms, so that a search need not read the whole list.

In: starts and codes of a field. Out: arrays derived from them alone. Called by `batch` and
`merging`. For each term in at least `FREQUENT` documents and each frequency it has, the `DEPTH`
shortest documents are listed: a superset of the best `DEPTH` documents of the term under any
idf, average length, K1 and B, for BM25 grows with the frequency and falls with the length. So the
lists stay right when other segments come and go.

    best_terms   the terms that have a list, ascending
    best_starts  where the list of each begins in best_rows (+ the end)
    best_rows    rows relative to the term's first; by frequency, then length, then document
    best_cut     1 where rows of the term are left out
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.container import Array
from newsfeed.whoosh_numpy.storage.lexicon import narrowed

FREQUENT: Final = 512
DEPTH: Final = 32
_PIECE: Final = 1 << 18
"""Rows looked at together: of few enough terms to number them by 16 bits."""


def accelerators(starts: Array, codes: NDArray[np.uint16]) -> dict[str, Array]:
    """The arrays of one field, none if no term is frequent.

    Needs memory for a piece of the postings, whatever their number.
    """
    wide: NDArray[np.int64] = starts.astype(np.int64)
    frequent = np.flatnonzero(wide[1:] - wide[:-1] >= FREQUENT)
    if not len(frequent):
        return {}
    rows: list[Array] = []
    counts: list[Array] = []
    cuts: list[Array] = []
    for piece in _pieces(wide, frequent):
        found, count, cut = _best(wide, piece, codes)
        rows.append(found)
        counts.append(count)
        cuts.append(cut)
    best_starts = np.zeros(len(frequent) + 1, "<u8")
    np.cumsum(_joined(counts, "<u8"), out=best_starts[1:])
    return {
        "best_terms": frequent.astype("<u4"),
        "best_starts": narrowed(best_starts),
        "best_rows": _joined(rows, "<u4"),
        "best_cut": _joined(cuts, "|u1"),
    }


def runs(starts: Array, sizes: Array) -> NDArray[np.int64]:
    """The numbers of many ranges one after another."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    found: NDArray[np.int64] = np.arange(total) + np.repeat(starts - (ends - sizes), sizes)
    return found


def _pieces(starts: NDArray[np.int64], terms: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The terms in groups that together have about `_PIECE` rows; one term may have more."""
    if not len(terms):
        return
    ends = np.cumsum(starts[terms + 1] - starts[terms])
    groups = (ends - 1) // _PIECE
    yield from np.split(terms, np.flatnonzero(np.diff(groups)) + 1)


def _best(
    starts: NDArray[np.int64], terms: NDArray[np.int64], codes: NDArray[np.uint16]
) -> tuple[Array, Array, Array]:
    """For some terms: the rows listed, how many of each term, whether some are left out."""
    first, sizes = starts[terms], starts[terms + 1] - starts[terms]
    own = runs(np.zeros(len(terms), np.int64), sizes)
    code = codes[runs(first, sizes)]
    rank = np.repeat(np.arange(len(terms), dtype=np.uint16), sizes)
    # NumPy sorts integers of 16 bits by radix. Both sorts are stable, so rows stay in order.
    order = np.argsort(code, kind="stable")
    order = order[np.argsort(rank[order], kind="stable")]
    group = rank[order].astype(np.uint32) << 8 | code[order] >> 8
    at = np.flatnonzero(np.diff(group, prepend=~group[:1]))
    groups = np.diff(at, append=len(group))
    kept = order[runs(at, np.minimum(groups, DEPTH))]
    count = np.bincount(rank[kept], minlength=len(terms))
    return own[kept], count, (count < sizes).astype(np.uint8)


def _joined(pieces: list[Array], dtype: str) -> Array:
    return np.concatenate([np.zeros(0, dtype), *pieces]).astype(dtype)
