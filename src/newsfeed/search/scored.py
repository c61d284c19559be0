"""Documents with a number each, and the algebra of such sets over NumPy arrays.

In: ascending document numbers with scores. Out: sums, intersections, differences. Called by
`evaluate`. Few documents are joined by sorting and bisecting, many by a table with a place for
every document of the index; both give the same numbers, because a document's scores are added in
the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Docs = NDArray[np.uint32]
Scores = NDArray[np.float64]

_FEW = 16
"""A table is made when more than one document in so many takes part."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Document numbers, ascending, each once, and the score of each."""

    docs: Docs
    scores: Scores

    def __len__(self) -> int:
        return len(self.docs)

    def where(self, mask: NDArray[np.bool_]) -> Scored:
        """Those of the documents."""
        places = mask.nonzero()[0]  # quicker than the mask itself, twice over
        return Scored(self.docs.take(places), self.scores.take(places))


NONE = Scored(np.zeros(0, np.uint32), np.zeros(0))


def unscored(docs: Docs) -> Scored:
    """The documents with the score 0."""
    return Scored(docs, np.zeros(len(docs)))


def total(pieces: Sequence[Scored], size: int) -> Scored:
    """The documents of all pieces, each with the sum of its scores.

    Document numbers are below `size`.
    """
    pieces = [piece for piece in pieces if len(piece)]
    if len(pieces) < 2:
        return pieces[0] if pieces else NONE
    if _many(sum(map(len, pieces)), size):
        sums = np.zeros(size)
        found = np.zeros(size, np.bool_)
        for piece in pieces:
            sums[piece.docs] += piece.scores
            found[piece.docs] = True
        docs = np.flatnonzero(found)
        return Scored(docs.astype(np.uint32), sums[docs])
    return gathered(
        np.concatenate([piece.docs for piece in pieces]),
        np.concatenate([piece.scores for piece in pieces]),
        size,
    )


def gathered(docs: Docs, scores: Scores, size: int) -> Scored:
    """Documents in any order and as often as they come, each with the sum of its scores."""
    if _many(len(docs), size):
        found = np.zeros(size, np.bool_)
        found[docs] = True
        distinct = np.flatnonzero(found).astype(np.uint32)
        return Scored(distinct, _sums(docs, scores, size)[distinct])
    order = docs.argsort(kind="stable")
    ascending = docs[order]
    first = differing(ascending)
    distinct = ascending[first]
    return Scored(distinct, _sums(first.cumsum() - 1, scores[order], len(distinct)))


def differing(ascending: NDArray[Any]) -> NDArray[np.bool_]:
    """For each element whether it is the first of its value."""
    first = np.ones(len(ascending), np.bool_)
    first[1:] = ascending[1:] != ascending[:-1]
    return first


def contained(docs: Docs, others: Docs, size: int) -> NDArray[np.bool_]:
    """For each document whether it is one of the others."""
    if not len(others):
        return np.zeros(len(docs), np.bool_)
    if _many(len(docs) + len(others), size):
        found = np.zeros(size, np.bool_)
        found[others] = True
        return found[docs]
    hits: NDArray[np.bool_] = others[_places(docs, others)] == docs
    return hits


def scores_of(docs: Docs, found: Scored, size: int) -> Scores:
    """For each document its score, 0 where it is not found."""
    if not len(found):
        return np.zeros(len(docs))
    if _many(len(docs) + len(found), size):
        scores = np.zeros(size)
        scores[found.docs] = found.scores
        return scores[docs]
    places = _places(docs, found.docs)
    return np.where(found.docs[places] == docs, found.scores[places], 0.0)


def common(parts: Sequence[Scored], size: int) -> Scored:
    """The documents of every part, each with the sum of its scores; at least one part."""
    smallest, *larger = sorted(parts, key=len)
    docs = smallest.docs
    for part in larger:
        docs = docs[contained(docs, part.docs, size)]
    sums = np.zeros(len(docs))
    for part in parts:
        sums += scores_of(docs, part, size)
    return Scored(docs, sums)


def without(found: Scored, excluded: Sequence[Scored], size: int) -> Scored:
    """The documents that are in none of the excluded sets."""
    for each in excluded:
        found = found.where(~contained(found.docs, each.docs, size))
    return found


def _sums(places: NDArray[Any], scores: Scores, count: int) -> Scores:
    sums: Scores = np.bincount(places, scores, count)  # type: ignore[assignment]
    return sums


def _many(count: int, size: int) -> bool:
    return count * _FEW > size


def _places(docs: Docs, others: Docs) -> NDArray[np.intp]:
    return np.minimum(others.searchsorted(docs), len(others) - 1)
