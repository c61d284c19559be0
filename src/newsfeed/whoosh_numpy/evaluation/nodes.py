"""Queries on one leaf, as trees of nodes that work on arrays: the node itself and the leaves.

In: arrays of a leaf, weights. Out: documents and scores. Called by `compiler`, which makes the
trees, and `topk`. The inner nodes are in `unions`, `intersections`, `masks`, `phrases`.

Documents are numbers in the leaf, uint32; live ones only, unless they were asked about. Scores are
whole numbers of 1 / SCALE in float64 (see `impacts`), so their sums are exact in any order. A node
belongs to one search and one thread.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.evaluation.impacts import Impacts, Scores
from newsfeed.whoosh_numpy.evaluation.lazily import lazily
from newsfeed.whoosh_numpy.evaluation.postings import LONG_CODE, LongRows, Postings
from newsfeed.whoosh_numpy.evaluation.tops import Tops, tops
from newsfeed.whoosh_numpy.storage.accelerators import DEPTH, FREQUENT
from newsfeed.whoosh_numpy.storage.segment import TF_CAP

Docs = NDArray[np.uint32]
Mask = NDArray[np.bool_]
Hits = tuple[Docs, Scores]

NO_DOCS: Final[Docs] = np.zeros(0, np.uint32)
NO_SCORES: Final[Scores] = np.zeros(0)


class Node:
    """A query on one leaf.

    size: no more documents match. bound: no score is above it; at least 0, so that it also holds
    for documents that do not match, which add 0. positive: whether every match scores above 0.
    """

    size: int = 0

    @lazily
    def bound(self) -> float:
        raise NotImplementedError

    @lazily
    def positive(self) -> bool:
        raise NotImplementedError

    def scan(self) -> Hits:
        """All matches, ascending, with their scores."""
        raise NotImplementedError

    def docs(self) -> Docs:
        """All matches, ascending."""
        return self.scan()[0]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        """Which of these live documents match, and their scores; 0 for those that do not."""
        return look_up(*self.scan(), docs)

    def holds(self, docs: Docs) -> Mask:
        """Which of these live documents match."""
        return self.probe(docs)[0]

    def above(self, least: float) -> Hits:  # noqa: ARG002
        """At least all matches that score `least`, each once, in any order."""
        return self.scan()

    def best(self, k: int, least: float) -> Hits:  # noqa: ARG002
        """At least the best k of the matches that score `least`, each once, in any order.

        Better is a higher score or, for equal scores, a lower number.
        """
        return self.above(least)

    def count(self) -> int:
        """How many documents match."""
        return len(self.docs())


class Nothing(Node):
    """Matches no document."""

    bound = 0.0
    positive = True

    def scan(self) -> Hits:
        return NO_DOCS, NO_SCORES

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        return np.zeros(len(docs), np.bool_), np.zeros(len(docs))


class Given(Node):
    """Documents and scores that were found in another way."""

    def __init__(self, docs: Docs, scores: Scores) -> None:
        """`docs`: live ones, ascending."""
        self._docs, self._scores = docs, scores
        self.size = len(docs)
        self.bound = max(0.0, float(scores.max())) if len(docs) else 0.0
        self.positive = not len(docs) or float(scores.min()) > 0

    def scan(self) -> Hits:
        return self._docs, self._scores


class Term(Node):
    """The postings of one term of one field."""

    def __init__(self, postings: Postings, live: Mask | None, weight: float, impacts: Impacts):
        """`live`: of the leaf; `weight`: idf and boosts."""
        self.postings = postings
        self.size = postings.size
        self.weight = weight
        self.impacts = impacts
        self._live = live

    @lazily
    def bound(self) -> float:
        if self.listed():
            return self._score(self._tops().peak)
        return max(0.0, float(np.rint(self.weight * self.highest())))

    @lazily
    def positive(self) -> bool:
        return self.weight * self.impacts.least >= 1

    def scan(self) -> Hits:
        return self._alive(self.postings.docs, self.scores(None))

    def docs(self) -> Docs:
        docs = self.postings.docs
        return docs if self._live is None else docs[self._live[docs]]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, rows = self.rows(docs)
        scores = self.scores(rows)
        scores *= hit
        return hit, scores

    def holds(self, docs: Docs) -> Mask:
        return self.rows(docs)[0]

    def above(self, least: float) -> Hits:
        if least > self.bound:
            return NO_DOCS, NO_SCORES
        if least <= 0 or self.size < FREQUENT or self.postings.codes is None or self.weight <= 0:
            return self.scan()
        if not self.listed():
            return self._above_by_code(least)
        found = self._tops()
        if self.postings.whole or least > self._score(found.floor):
            return found.docs, self._scored(found.factors)
        return self._above_by_code(least)

    def best(self, k: int, least: float) -> Hits:
        if k <= DEPTH and self.listed():
            found = self._tops()
            if self.postings.whole or found.complete:
                return found.docs, self._scored(found.factors)
        return self.above(least)

    def best_score(self, k: int) -> float:
        """That k live documents have at least; minus infinity where it would take a scan."""
        if not k or not self.listed():
            return -np.inf
        falling = self._tops().falling
        return self._score(falling.item(k - 1)) if k <= len(falling) else -np.inf

    def count(self) -> int:
        if self._live is None:
            return self.size
        return int(np.count_nonzero(self._live[self.postings.docs]))

    def rows(self, docs: Docs) -> tuple[Mask, NDArray[np.int64]]:
        """Which documents have the term, and in which of its rows (any row where they do not)."""
        listed = self.postings.docs
        rows = listed.searchsorted(docs)
        return listed.take(rows, mode="clip") == docs, rows

    def scores(self, rows: NDArray[np.integer[Any]] | None) -> Scores:
        """The scores of rows of the term, any where a row is beyond its last; None for all rows."""
        codes = self.postings.codes
        if codes is None:
            score = float(np.rint(self.weight * float(self.impacts.table[1 << 8])))
            return np.full(self.size if rows is None else len(rows), score)
        scores = self._factors(codes, rows)
        np.multiply(scores, self.weight, scores)
        return np.rint(scores, scores)

    def _factors(self, codes: NDArray[np.uint16], rows: NDArray[np.integer[Any]] | None) -> Scores:
        """`codes`: of all the term's rows."""
        if rows is not None:
            codes = codes.take(rows, mode="clip")
        factors: Scores = self.impacts.table.take(codes)
        if self.postings.long is not None:
            self._correct(self.postings.long, factors, codes, rows)
        return factors

    def _scored(self, factors: Scores) -> Scores:
        scores = factors * self.weight
        return np.rint(scores, scores)

    def _score(self, factor: float) -> float:
        return float(round(self.weight * factor))  # to even, as NumPy does

    def _correct(
        self,
        long: LongRows,
        factors: Scores,
        codes: NDArray[np.uint16],
        rows: NDArray[np.integer[Any]] | None,
    ) -> None:
        """Puts right the factors of rows whose frequency is not in their code."""
        places = (codes >= LONG_CODE).nonzero()[0]
        wanted = places if rows is None else np.minimum(rows[places], self.size - 1)
        frequencies = long.frequencies[long.rows.searchsorted(wanted)]
        factors[places] = self.impacts.factors(frequencies, codes[places])

    def highest(self) -> float:
        """No factor of the term's is above it."""
        if not self.impacts.lengthless:
            return self.impacts.ceiling
        long = self.postings.long
        most = 1 if self.postings.codes is None else TF_CAP
        return (most if long is None else int(long.frequencies.max())) * self.impacts.least

    def listed(self) -> bool:
        """Whether the list holds the best under these statistics.

        For that lengths must matter by more than rounding does.
        """
        return self.postings.best is not None and self.weight * self.impacts.gap >= 2

    def _tops(self) -> Tops:
        found = self.postings.tops
        if found is None or found.impacts is not self.impacts:
            rows, codes = self.postings.best, self.postings.codes
            assert rows is not None
            assert codes is not None
            factors = self._factors(codes, rows)
            found = tops(self.postings.best_docs, factors, self._live, self.impacts)
            self.postings.tops = found
        return found

    def _alive(self, docs: Docs, scores: Scores) -> Hits:
        if self._live is None:
            return docs, scores
        kept = self._live[docs]
        return docs[kept], scores[kept]

    def _above_by_code(self, least: float) -> Hits:
        """Leaves rows out by their code alone, before they are scored."""
        codes = self.postings.codes
        assert codes is not None
        # A little lower than the quotient, which is rounded.
        cut = least / self.weight * (1 - 1e-9) - 1 / self.weight
        kept = self.impacts.table.take(codes) >= cut
        if self.postings.long is not None:
            kept |= codes >= LONG_CODE
        rows = kept.nonzero()[0]
        return self._alive(self.postings.docs.take(rows), self.scores(rows))


def look_up(listed: Docs, scores: Scores, docs: Docs) -> tuple[Mask, Scores]:
    """Which documents are listed (ascending), and their scores there; 0 for those that are not."""
    if not len(listed):
        return np.zeros(len(docs), np.bool_), np.zeros(len(docs))
    rows = listed.searchsorted(docs)
    hit = listed.take(rows, mode="clip") == docs
    return hit, scores.take(rows, mode="clip") * hit


def distinct(docs: Docs) -> Docs:
    """Documents ascending, each once; sorts the array given."""
    docs.sort()
    first = np.empty(len(docs), np.bool_)
    first[:1] = True
    np.not_equal(docs[1:], docs[:-1], out=first[1:])
    return docs[first]


def kth(scores: Scores, k: int) -> float:
    """The k-th best score; minus infinity where there are fewer."""
    if len(scores) < k or not k:
        return -np.inf
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
