"""A query tree becomes scored documents: exhaustively, and the same on every run.

In: a tree, a `Reader`. Out: the score of every matching document, with the statistics they were
made from. Called by the index adapter.

Matching is set algebra: And is intersection, Or union, Not complement, `Ranked` as its docstring
says. A word's score is BM25F (Robertson, Zaragoza, Taylor: Simple BM25 Extension to Multiple
Weighted Fields, CIKM 2004) with k1 = 1.2 and b = 0.75 over live documents only:

    x     = sum over occurrences of boost / (1 - b + b * length of field / average length of field)
    score = idf * (k1 + 1) * x / (k1 + x),  idf = ln(1 + (N - df + 0.5) / (df + 0.5))

where df counts the documents in which the word stands in any field that is searched. And, Or and
lists add up; Not adds nothing. An article that matches all wishes of a list also gets the most
that the whole list can score, so it stands above all that match only some. Stop words and words
without a term are no wishes as long as anything else is asked for.

A length is counted in terms. The score of each leaf is rounded to a multiple of 2**-32, so sums
are exact whatever order or path they take, and equal statistics give equal floats: that is what
lets a cursor page by score while other articles are written (see `cursor`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from newsfeed.search.interface import InvalidQuery
from newsfeed.search.language import (
    And,
    Everything,
    Leaf,
    Must,
    Node,
    Not,
    Nothing,
    Or,
    Prefix,
    Ranked,
)
from newsfeed.search.leaves import expand, runs, sort_wishes
from newsfeed.search.postings import Occurrences, Reader
from newsfeed.search.schema import FIELDS
from newsfeed.search.scored import (
    NONE,
    Scored,
    Scores,
    common,
    contained,
    gathered,
    scores_of,
    total,
    unscored,
    without,
)

K1 = 1.2
B = 0.75
BOOSTS = tuple(field.boost for field in FIELDS)
MAX_ROWS = 20_000_000
"""So many postings may the prefixes of one query have: half a second of work."""

_STEP = 2.0**32


@dataclass(frozen=True, slots=True)
class Statistics:
    """What scores depend on besides the document: N, average lengths, df of each leaf in order."""

    count: int
    averages: tuple[float, ...]
    frequencies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Every matching document with its score, and the statistics behind the scores."""

    found: Scored
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class _Part:
    """A subtree's documents with their scores; none scores more than `bound`."""

    found: Scored
    bound: float


def evaluate(tree: Node, reader: Reader, statistics: Statistics | None = None) -> Matches:
    """The documents that match. `statistics` are those of an earlier evaluation to score by.

    Raises InvalidQuery for prefixes of too many words, and for statistics of another query.
    """
    run = _Evaluation(reader, statistics)
    found = run.part(tree).found
    return Matches(found, run.statistics())


class _Evaluation:
    """One walk over one tree, leaves in the order of the text."""

    def __init__(self, reader: Reader, known: Statistics | None) -> None:
        self._reader = reader
        self._size = reader.size
        self._known = known
        self._averages = known.averages if known else reader.averages
        self._count = known.count if known else reader.count
        self._frequencies: list[int] = []
        self._room = MAX_ROWS

    def statistics(self) -> Statistics:
        return Statistics(self._count, self._averages, tuple(self._frequencies))

    def part(self, node: Node) -> _Part:
        match node:
            case Ranked(parts):
                return self._ranked(parts)
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return self._union([self.part(part) for part in parts])
            case Not(part):
                return _Part(self._without(self._everything(), [self.part(part)]), 0.0)
            case Everything():
                return _Part(self._everything(), 0.0)
            case Nothing():
                return _Part(NONE, 0.0)
            case _:
                return self._leaf(node)

    def _all(self, parts: Sequence[Node]) -> _Part:
        required, forbidden = self._sorted(parts)
        if not required:
            return _Part(self._without(self._everything(), forbidden), 0.0)
        every = self._intersection(required)
        return _Part(self._without(every.found, forbidden), every.bound)

    def _ranked(self, parts: Sequence[Node | Must]) -> _Part:
        wishes, others = sort_wishes(parts)
        wished = [self.part(wish) for wish in wishes]
        required, forbidden = self._sorted([p.part if isinstance(p, Must) else p for p in others])
        some = self._union(wished)
        found, bound = some.found, some.bound
        if required:
            base = self._intersection(required)
            docs = base.found.docs
            found = Scored(docs, base.found.scores + scores_of(docs, some.found, self._size))
            bound += base.bound
        elif not wished:
            found = self._everything()
        if len(wished) > 1:
            found = self._rewarded(found, wished, bound)
            bound += bound
        return _Part(self._without(found, forbidden), bound)

    def _rewarded(self, found: Scored, wished: Sequence[_Part], bonus: float) -> Scored:
        """Adds the bonus to the documents that match all wishes."""
        places = np.arange(len(found))
        for wish in sorted(wished, key=lambda part: len(part.found)):
            hits = contained(found.docs[places], wish.found.docs, self._size)
            places = places[hits]
        scores = found.scores.copy()
        scores[places] += bonus
        return Scored(found.docs, scores)

    def _sorted(self, parts: Sequence[Node]) -> tuple[list[_Part], list[_Part]]:
        """The required and the forbidden parts."""
        required, forbidden = [], []
        for part in parts:
            if isinstance(part, Not):
                forbidden.append(self.part(part.part))
            else:
                required.append(self.part(part))
        return required, forbidden

    def _leaf(self, leaf: Leaf) -> _Part:
        found = self._weighed(self._occurrences(leaf))
        top = _rounded(_idf(self._count, self._frequency(len(found))) * (K1 + 1))
        x = found.scores
        return _Part(Scored(found.docs, np.rint(x / (K1 + x) * (top * _STEP)) / _STEP), top)

    def _occurrences(self, leaf: Leaf) -> list[Occurrences]:
        """Where the runs of a leaf begin, in a fixed order of runs and fields."""
        if not isinstance(leaf, Prefix):
            return [each for run in runs(leaf) for each in self._reader.run(run.terms, run.fields)]
        own, beginnings = expand(leaf)
        found = [
            each
            for beginning in beginnings
            for each in self._reader.beginning(beginning.prefix, beginning.fields)
        ]
        self._room -= sum(len(each.docs) for each in found)
        if self._room < 0:
            raise InvalidQuery(f"Zu viele Wörter beginnen mit „{leaf.text}“")
        return found + [each for run in own for each in self._reader.run(run.terms, run.fields)]

    def _weighed(self, occurrences: Sequence[Occurrences]) -> Scored:
        """The x of BM25F for every document in which something stands."""
        if not occurrences:
            return NONE
        # Statistics out of a forged cursor may be anything.
        with np.errstate(over="ignore"):
            weights = [self._weight(each) for each in occurrences]
        docs = np.concatenate([each.docs for each in occurrences])
        return gathered(docs, np.concatenate(weights), self._size)

    def _weight(self, each: Occurrences) -> Scores:
        average = self._averages[each.field]
        slope = B / average if average else 0.0
        weights: Scores = each.counts * BOOSTS[each.field] / (1 - B + slope * each.lengths)
        return weights

    def _frequency(self, counted: int) -> int:
        """How many documents have the next leaf: as counted, or as the given statistics say."""
        number = len(self._frequencies)
        if self._known is not None:
            if number >= len(self._known.frequencies):
                raise InvalidQuery("Diese Seitenmarke gehört nicht zur Suche", "cursor")
            counted = self._known.frequencies[number]
        self._frequencies.append(counted)
        return counted

    def _everything(self) -> Scored:
        return unscored(self._reader.live())

    def _union(self, parts: Sequence[_Part]) -> _Part:
        found = total([part.found for part in parts], self._size)
        return _Part(found, sum(part.bound for part in parts))

    def _intersection(self, parts: Sequence[_Part]) -> _Part:
        found = common([part.found for part in parts], self._size)
        return _Part(found, sum(part.bound for part in parts))

    def _without(self, found: Scored, forbidden: Sequence[_Part]) -> Scored:
        return without(found, [part.found for part in forbidden], self._size)


def _idf(count: int, frequency: int) -> float:
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def _rounded(score: float) -> float:
    return round(score * _STEP) / _STEP
