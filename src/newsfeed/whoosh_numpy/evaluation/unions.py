"""Unions: a document matches that one of several nodes matches.

In: nodes of one leaf. Out: nodes. Called by `compiler`. The best of a sum are found as in MaxScore
(Turtle and Flood, Query Evaluation: Strategies and Optimizations, 1995): lists that cannot bring a
document up to the score wanted are only asked about the documents of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from newsfeed.whoosh_numpy.evaluation import scratch
from newsfeed.whoosh_numpy.evaluation.impacts import SCALE, Scores
from newsfeed.whoosh_numpy.evaluation.lazily import lazily
from newsfeed.whoosh_numpy.evaluation.nodes import (
    NO_DOCS,
    NO_SCORES,
    Docs,
    Hits,
    Mask,
    Node,
    Term,
    distinct,
    kth,
)
from newsfeed.whoosh_numpy.storage.accelerators import FREQUENT

_FEW: Final = 4096
"""Up to so many matches sorting is faster than adding up in an array of all documents."""

_DENSE: Final = 8
"""From one match in so many documents on, a pass over all documents beats sorting the matches."""


class Sum(Node):
    """Scores are added up (Whoosh's Or)."""

    def __init__(self, kids: Sequence[Node], documents: int) -> None:
        """`documents`: how many the leaf has; at least one kid."""
        self.kids = sorted(kids, key=lambda kid: kid.size)
        self._documents = documents
        self.size = min(documents, sum([kid.size for kid in kids]))

    @lazily
    def bound(self) -> float:
        return sum(kid.bound for kid in self.kids)

    @lazily
    def positive(self) -> bool:
        return all(kid.positive for kid in self.kids)

    def scan(self) -> Hits:
        return self._added([kid.scan() for kid in self.kids])

    def docs(self) -> Docs:
        return merged([kid.docs() for kid in self.kids], self._documents)

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, scores = self.kids[0].probe(docs)
        for kid in self.kids[1:]:
            more, added = kid.probe(docs)
            hit |= more
            scores += added
        return hit, scores

    def holds(self, docs: Docs) -> Mask:
        hit = self.kids[0].holds(docs)
        for kid in self.kids[1:]:
            hit |= kid.holds(docs)
        return hit

    def above(self, least: float) -> Hits:
        return self._pruned(0, least)

    def best(self, k: int, least: float) -> Hits:
        if not self.positive:  # what a document has from one kid, another may take away
            return self.above(least)
        for kid in self.kids:
            if isinstance(kid, Term):
                least = max(least, kid.best_score(k))
        return self._pruned(k, least)

    def _pruned(self, k: int, least: float) -> Hits:
        """The matches that score `least`; with `k` no more need be right than the best k."""
        read, cut, asked, needed = self._divided(least)
        if cut is None and not asked:
            return self.scan()
        docs, scores = self._added([kid.scan() for kid in read])
        rest = sum(kid.bound for kid in asked)
        if cut is None:
            return _completed(docs, scores, asked, rest, least)
        # Those read already are looked up in the list that is cut; the others come from its top.
        alone = cut.best(k, needed) if k and not asked else cut.above(needed)
        if k and len(scores) > k:
            least = max(least, kth(scores, k))
        found = _completed(docs, scores, [cut, *asked], rest + cut.bound, least)
        if not len(docs):
            return _completed(*alone, asked, rest, least)
        new = ~look_up_docs(docs, alone[0])
        others = _completed(alone[0][new], alone[1][new], asked, rest, least)
        return np.concatenate([found[0], others[0]]), np.concatenate([found[1], others[1]])

    def _divided(self, least: float) -> tuple[list[Node], Term | None, list[Node], float]:
        """Kids to read, one to read from a score on, kids only to be asked; and that score.

        A document in none of those read scores no more than the rest can give it.
        """
        read, asked = list(self.kids), []
        while read and read[-1].size >= FREQUENT and read[-1].bound < least:
            least -= read[-1].bound
            asked.append(read.pop())
        largest = read[-1] if read else None
        if isinstance(largest, Term) and largest.size >= FREQUENT and least > 0:
            return read[:-1], largest, asked, least
        return read, None, asked, least

    def _added(self, parts: Sequence[Hits]) -> Hits:
        """The documents of several lists, ascending, with the sums of their scores."""
        parts = [part for part in parts if len(part[0])]
        if len(parts) < 2:
            return parts[0] if parts else (NO_DOCS, NO_SCORES)
        docs = np.concatenate([part[0] for part in parts])
        if len(docs) < _FEW:
            scores = np.concatenate([part[1] for part in parts])
            order = docs.argsort(kind="stable")
            docs = docs.take(order)
            first = np.empty(len(docs), np.bool_)
            first[0] = True
            np.not_equal(docs[1:], docs[:-1], first[1:])
            starts = first.nonzero()[0]
            return docs.take(starts), np.add.reduceat(scores.take(order), starts)
        return self._added_up(parts, docs)

    def _added_up(self, parts: Sequence[Hits], docs: Docs) -> Hits:
        totals = scratch.take(self._documents)
        for part in parts:
            np.add.at(totals, *part)
        if self.positive and len(docs) * _DENSE > self._documents:
            found = totals[: self._documents].nonzero()[0].astype(np.uint32)
        else:
            found = merged([part[0] for part in parts], self._documents)
        scores = totals.take(found)
        totals[found] = 0
        scratch.give(totals)
        return found, scores


class Largest(Node):
    """The highest score counts (Whoosh's DisjunctionMax, whose tiebreak Whoosh never uses)."""

    def __init__(self, kids: Sequence[Node], documents: int) -> None:
        """At least one kid."""
        self._kids = list(kids)
        self._documents = documents
        self.size = min(documents, sum(kid.size for kid in kids))
        self.bound = max(kid.bound for kid in kids)
        self.positive = all(kid.positive for kid in kids)

    def scan(self) -> Hits:
        docs = self.docs()
        return docs, self.probe(docs)[1]

    def docs(self) -> Docs:
        return merged([kid.docs() for kid in self._kids], self._documents)

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hits = np.zeros(len(docs), np.bool_)
        largest = np.full(len(docs), -np.inf)
        for kid in self._kids:
            hit, scores = kid.probe(docs)
            np.copyto(largest, scores, where=hit & (scores > largest))
            hits |= hit
        return hits, np.where(hits, largest, 0.0)


class Several(Node):
    """Only documents that at least so many nodes match; their scores are added up."""

    def __init__(self, kids: Sequence[Node], documents: int, least: int) -> None:
        """At least one kid."""
        self._kids = list(kids)
        self._documents = documents
        self._least = least
        self.size = min(documents, sum(kid.size for kid in kids))
        self.bound = sum(kid.bound for kid in kids)
        self.positive = all(kid.positive for kid in kids)

    def scan(self) -> Hits:
        docs = merged([kid.docs() for kid in self._kids], self._documents)
        hit, scores = self.probe(docs)
        return docs[hit], scores[hit]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        counts, scores = self.counted(docs)
        hit = counts >= max(1, self._least)
        return hit, scores * hit

    def counted(self, docs: Docs) -> tuple[Scores, Scores]:
        """How many nodes match each document, and the sum of their scores."""
        counts, scores = np.zeros(len(docs)), np.zeros(len(docs))
        for kid in self._kids:
            hit, added = kid.probe(docs)
            counts += hit
            scores += added
        return counts, scores


class Coordinated(Several):
    """Documents that more nodes match score higher (Whoosh's Or with a scale).

    As Whoosh's CoordMatcher, with n nodes of which m match, and `boost` all boosts:
    `(score + boost * (m - 1) / (n - scale) ** 2) * ((n - 1) / n)`, and 0 where n == scale.
    """

    def __init__(
        self, kids: Sequence[Node], documents: int, least: int, scale: float, boost: float, of: int
    ) -> None:
        """`of`: the n above; nodes that match nothing in this leaf count as well."""
        super().__init__(kids, documents, least)
        self._factor = 0.0 if of == scale else (of - 1) / of
        self._bonus = 0.0 if of == scale else boost * SCALE / (of - scale) ** 2
        self.bound = (self.bound + max(0.0, self._bonus * (of - 1))) * self._factor + 1
        self.positive = False

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        counts, scores = self.counted(docs)
        hit = counts >= max(1, self._least)
        scored = np.rint((scores + self._bonus * (counts - 1)) * self._factor)
        return hit, scored * hit


def merged(parts: Sequence[Docs], documents: int) -> Docs:
    """The documents of several ascending lists, ascending and each once."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NO_DOCS
    if sum(map(len, parts)) * _DENSE > documents:
        found = np.zeros(documents, np.bool_)
        for part in parts:
            found[part] = True
        return np.flatnonzero(found).astype(np.uint32)
    return distinct(np.concatenate(parts))


def look_up_docs(listed: Docs, docs: Docs) -> Mask:
    """Which documents are listed (ascending, not empty)."""
    found: Mask = listed.take(listed.searchsorted(docs), mode="clip") == docs
    return found


def _completed(
    docs: Docs, scores: Scores, asked: Sequence[Node], rest: float, least: float
) -> Hits:
    """Adds what other nodes give documents, dropping those that cannot reach a score any more.

    `rest`: the sum of their bounds.
    """
    for kid in sorted(asked, key=lambda each: -each.bound):
        kept = scores >= least - rest
        if not kept.all():
            docs, scores = docs[kept], scores[kept]
        rest -= kid.bound
        if len(docs):
            scores = scores + kid.probe(docs)[1]
    return docs, scores
