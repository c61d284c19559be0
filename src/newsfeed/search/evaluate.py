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

Sums are taken in the order of the query, so equal statistics give equal floats: that is what lets
a cursor page by score while other articles are written (see `cursor`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from newsfeed.search.bounded import Bounded
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
from newsfeed.search.leaves import MAX_TERMS, Run, expand, runs, sort_wishes
from newsfeed.search.postings import POSITION_BITS, Postings, Reader
from newsfeed.search.schema import FIELDS

K1 = 1.2
B = 0.75
BOOSTS = tuple(field.boost for field in FIELDS)
REMEMBERED = 1_000_000
"""Word weights kept for the next query, one for each document and word."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What scores depend on besides the document: N, average lengths, df of each leaf in order."""

    count: int
    averages: tuple[float, ...]
    frequencies: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The score of every matching document, and the statistics behind the scores."""

    scores: Mapping[int, float]
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class _Part:
    """A subtree's documents with their scores; none scores more than `bound`."""

    scores: Mapping[int, float]
    bound: float


class Evaluator:
    """Evaluates queries over one reader; shared by threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._weights: Bounded[tuple[tuple[Run, ...], tuple[float, ...]], Mapping[int, float]] = (
            Bounded(REMEMBERED, len)
        )

    def evaluate(self, tree: Node, statistics: Statistics | None = None) -> Matches:
        """The documents that match. `statistics` are those of an earlier evaluation to score by.

        Raises InvalidQuery for prefixes of too many words, and for statistics of another query.
        """
        run = _Evaluation(self._reader, self._weights, statistics)
        scores = run.part(tree).scores
        return Matches(scores, run.statistics())


class _Evaluation:
    """One walk over one tree, leaves in the order of the text."""

    def __init__(
        self,
        reader: Reader,
        weights: Bounded[tuple[tuple[Run, ...], tuple[float, ...]], Mapping[int, float]],
        known: Statistics | None,
    ) -> None:
        self._reader = reader
        self._weights = weights
        self._known = known
        self._averages = known.averages if known else reader.averages
        self._count = known.count if known else len(reader.live)
        self._frequencies: list[int] = []
        self._room = MAX_TERMS

    def statistics(self) -> Statistics:
        return Statistics(self._count, self._averages, tuple(self._frequencies))

    def part(self, node: Node) -> _Part:
        match node:
            case Ranked(parts):
                return self._ranked(parts)
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return _union([self.part(part) for part in parts])
            case Not(part):
                return _Part(self._without(self._everything(), [self.part(part)]), 0.0)
            case Everything():
                return _Part(self._everything(), 0.0)
            case Nothing():
                return _Part({}, 0.0)
            case _:
                return self._leaf(node)

    def _all(self, parts: Sequence[Node]) -> _Part:
        required, forbidden = self._sorted(parts)
        if not required:
            return _Part(self._without(self._everything(), forbidden), 0.0)
        found = _intersection(required)
        return _Part(self._without(found.scores, forbidden), found.bound)

    def _ranked(self, parts: Sequence[Node | Must]) -> _Part:
        wishes, others = sort_wishes(parts)
        wished = [self.part(wish) for wish in wishes]
        required, forbidden = self._sorted([p.part if isinstance(p, Must) else p for p in others])
        any_wish = _union(wished)
        scores = dict(any_wish.scores)
        bound = any_wish.bound
        if required:
            base = _intersection(required)
            scores = {doc: score + scores.get(doc, 0.0) for doc, score in base.scores.items()}
            bound += base.bound
        elif not wished:
            scores = self._everything()
        if len(wished) > 1:
            smallest, *larger = sorted((wish.scores for wish in wished), key=len)
            for doc in smallest:
                if doc in scores and all(doc in other for other in larger):
                    scores[doc] += bound
            bound += bound
        return _Part(self._without(scores, forbidden), bound)

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
        if isinstance(leaf, Prefix):
            found = expand(leaf, self._reader, self._room)
            self._room -= len(found)
        else:
            found = runs(leaf)
        weights = self._weights.get(
            (found, self._averages), lambda: weigh(found, self._reader, self._averages)
        )
        top = _idf(self._count, self._frequency(len(weights))) * (K1 + 1)
        return _Part({doc: top * x / (K1 + x) for doc, x in weights.items()}, top)

    def _frequency(self, counted: int) -> int:
        """How many documents have the next leaf: as counted, or as the given statistics say."""
        number = len(self._frequencies)
        if self._known is not None:
            if number >= len(self._known.frequencies):
                raise InvalidQuery("Diese Seitenmarke gehört nicht zur Suche", "cursor")
            counted = self._known.frequencies[number]
        self._frequencies.append(counted)
        return counted

    def _everything(self) -> dict[int, float]:
        return dict.fromkeys(self._reader.live, 0.0)

    @staticmethod
    def _without(scores: Mapping[int, float], forbidden: Sequence[_Part]) -> Mapping[int, float]:
        if not forbidden:
            return scores
        excluded: set[int] = set().union(*(part.scores for part in forbidden))
        return {doc: score for doc, score in scores.items() if doc not in excluded}


def weigh(
    alternatives: Sequence[Run], reader: Reader, averages: Sequence[float]
) -> Mapping[int, float]:
    """The x of BM25F for every document in which one of the runs stands."""
    found: dict[int, float] = {}
    slopes = [B / average if average else 0.0 for average in averages]
    for run in alternatives:
        postings = _occurrences(run, reader)
        starts, places = postings.starts, postings.places
        for i, doc in enumerate(postings.docs):
            x = found.get(doc, 0.0)
            for place in places[starts[i] : starts[i + 1]]:
                field = place >> POSITION_BITS
                if field in run.fields:
                    x += BOOSTS[field] / (1 - B + slopes[field] * reader.lengths[field][doc])
            if x:
                found[doc] = x
    return found


def _occurrences(run: Run, reader: Reader) -> Postings:
    """Where a run begins."""
    first, *others = (reader.postings(term) for term in run.terms)
    for distance, other in enumerate(others, start=1):
        if not first.docs:
            break
        first = _followed(first, other, distance)
    return first


def _followed(first: Postings, second: Postings, distance: int) -> Postings:
    """The places of `first` that `second` follows at a distance."""
    numbers = {doc: i for i, doc in enumerate(second.docs)}
    found = Postings(first.docs[:0], first.starts[:1], first.places[:0])
    for i, doc in enumerate(first.docs):
        j = numbers.get(doc)
        if j is None:
            continue
        follows = set(second.places[second.starts[j] : second.starts[j + 1]])
        kept = [
            place
            for place in first.places[first.starts[i] : first.starts[i + 1]]
            if place + distance in follows
        ]
        if kept:
            found.docs.append(doc)
            found.places.extend(kept)
            found.starts.append(len(found.places))
    return found


def _idf(count: int, frequency: int) -> float:
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def _union(parts: Sequence[_Part]) -> _Part:
    scores: dict[int, float] = {}
    for part in parts:
        for doc, score in part.scores.items():
            scores[doc] = scores.get(doc, 0.0) + score
    return _Part(scores, sum(part.bound for part in parts))


def _intersection(parts: Sequence[_Part]) -> _Part:
    smallest = min((part.scores for part in parts), key=len)
    scores = {
        doc: sum(part.scores[doc] for part in parts)
        for doc in smallest
        if all(doc in part.scores for part in parts)
    }
    return _Part(scores, sum(part.bound for part in parts))
