"""Nodes whose matches one node decides and others narrow down or score.

In: nodes of one leaf. Out: nodes. Called by `compiler`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from newsfeed.whoosh_numpy.evaluation.impacts import Scores
from newsfeed.whoosh_numpy.evaluation.lazily import lazily
from newsfeed.whoosh_numpy.evaluation.nodes import Docs, Hits, Mask, Node, kth

_LONG: Final = 1024
"""Matches of the rarest node from which on it pays to look for a score to reach first."""

_SAMPLE: Final = 256


class All(Node):
    """What all kids match, with the sum of their scores (Whoosh's And)."""

    def __init__(self, kids: Sequence[Node]) -> None:
        """At least one kid."""
        self.kids = sorted(kids, key=lambda kid: kid.size)
        self.size = self.kids[0].size

    @lazily
    def bound(self) -> float:
        return sum(kid.bound for kid in self.kids)

    @lazily
    def positive(self) -> bool:
        return all(kid.positive for kid in self.kids)

    def scan(self) -> Hits:
        return self._narrowed(*self.kids[0].scan(), -np.inf)

    def docs(self) -> Docs:
        docs = self.kids[0].docs()
        for kid in self.kids[1:]:
            docs = docs[kid.holds(docs)]
        return docs

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, scores = self.kids[0].probe(docs)
        for kid in self.kids[1:]:
            more, added = kid.probe(docs)
            hit &= more
            scores += added
        return hit, scores * hit

    def holds(self, docs: Docs) -> Mask:
        hit = self.kids[0].holds(docs)
        for kid in self.kids[1:]:
            hit &= kid.holds(docs)
        return hit

    def above(self, least: float) -> Hits:
        first = self.kids[0]
        return self._narrowed(*first.above(least - (self.bound - first.bound)), least)

    def best(self, k: int, least: float) -> Hits:
        first = self.kids[0]
        if first.size < _LONG:
            return self.above(least)
        docs, scores = first.above(least - (self.bound - first.bound))
        if len(docs) <= _SAMPLE:
            return self._narrowed(docs, scores, least)
        # The best of the rarest node, looked up in the others, give a score to reach.
        good = scores >= np.partition(scores, len(scores) - _SAMPLE)[len(scores) - _SAMPLE]
        sample = self._narrowed(docs[good], scores[good], least)
        least = max(least, kth(sample[1], k))
        others = ~good & (scores >= least - (self.bound - first.bound))
        rest = self._narrowed(docs[others], scores[others], least)
        return np.concatenate([sample[0], rest[0]]), np.concatenate([sample[1], rest[1]])

    def _narrowed(self, docs: Docs, scores: Scores, least: float) -> Hits:
        """Of matches of the first kid those that all match and that may reach a score."""
        rest = self.bound - self.kids[0].bound
        for kid in self.kids[1:]:
            if not len(docs):
                break
            hit, added = kid.probe(docs)
            rest -= kid.bound
            scores = scores + added
            hit &= scores >= least - rest
            docs, scores = docs[hit], scores[hit]
        return docs, scores


class Without(Node):
    """What one node matches and another does not (Whoosh's AndNot, and Not within And)."""

    def __init__(self, node: Node, excluded: Node) -> None:
        self._node, self._excluded = node, excluded
        self.size = node.size

    @lazily
    def bound(self) -> float:
        return self._node.bound

    @lazily
    def positive(self) -> bool:
        return self._node.positive

    def scan(self) -> Hits:
        return self._narrowed(*self._node.scan())

    def docs(self) -> Docs:
        docs = self._node.docs()
        return docs[~self._excluded.holds(docs)]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, scores = self._node.probe(docs)
        hit &= ~self._excluded.holds(docs)
        return hit, scores * hit

    def holds(self, docs: Docs) -> Mask:
        return self._node.holds(docs) & ~self._excluded.holds(docs)

    def above(self, least: float) -> Hits:
        return self._narrowed(*self._node.above(least))

    def _narrowed(self, docs: Docs, scores: Scores) -> Hits:
        kept = ~self._excluded.holds(docs)
        return docs[kept], scores[kept]


class Required(Node):
    """What both match, with the score of the first (Whoosh's Require)."""

    def __init__(self, node: Node, required: Node) -> None:
        self._node, self._required = node, required
        self.size = min(node.size, required.size)

    @lazily
    def bound(self) -> float:
        return self._node.bound

    @lazily
    def positive(self) -> bool:
        return self._node.positive

    def scan(self) -> Hits:
        if self._required.size < self._node.size:
            docs = self._required.docs()
            hit, scores = self._node.probe(docs)
            return docs[hit], scores[hit]
        return self._narrowed(*self._node.scan())

    def docs(self) -> Docs:
        rare, other = sorted((self._node, self._required), key=lambda node: node.size)
        docs = rare.docs()
        return docs[other.holds(docs)]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, scores = self._node.probe(docs)
        hit &= self._required.holds(docs)
        return hit, scores * hit

    def holds(self, docs: Docs) -> Mask:
        return self._node.holds(docs) & self._required.holds(docs)

    def above(self, least: float) -> Hits:
        if self._required.size < self._node.size:
            return self.scan()
        return self._narrowed(*self._node.above(least))

    def _narrowed(self, docs: Docs, scores: Scores) -> Hits:
        kept = self._required.holds(docs)
        return docs[kept], scores[kept]


class Enriched(Node):
    """What the first matches; where the second does too, its score is added (AndMaybe)."""

    def __init__(self, node: Node, optional: Node) -> None:
        self._node, self._optional = node, optional
        self.size = node.size

    @lazily
    def bound(self) -> float:
        return self._node.bound + self._optional.bound

    @lazily
    def positive(self) -> bool:
        return self._node.positive and self._optional.positive

    def scan(self) -> Hits:
        return self._scored(*self._node.scan())

    def docs(self) -> Docs:
        return self._node.docs()

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit, scores = self._node.probe(docs)
        return hit, scores + self._optional.probe(docs)[1] * hit

    def holds(self, docs: Docs) -> Mask:
        return self._node.holds(docs)

    def above(self, least: float) -> Hits:
        return self._scored(*self._node.above(least - self._optional.bound))

    def _scored(self, docs: Docs, scores: Scores) -> Hits:
        return docs, scores + self._optional.probe(docs)[1]
