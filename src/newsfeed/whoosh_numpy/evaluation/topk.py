"""The best matches of a query over all leaves.

In: a compiled query for each leaf. Out: scores and document numbers, best first. Called by
`searcher`. Better is a higher score or, for equal scores, a lower document number. Leaves are
searched from the largest on; the k-th best score so far is what the next one has to reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from newsfeed.whoosh_numpy.evaluation import native
from newsfeed.whoosh_numpy.evaluation.compiler import Compiler, Stock
from newsfeed.whoosh_numpy.evaluation.impacts import SCALE, Scores
from newsfeed.whoosh_numpy.evaluation.nodes import Docs, Hits, Node, kth
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from newsfeed.whoosh_numpy.storage.leaf import Leaf

_SMALL = 48
_MANY = 1024


@dataclass(frozen=True, slots=True)
class Search:
    """A query, compiled for all leaves."""

    leaves: Sequence[Leaf]
    nodes: Sequence[Node]

    def best(self, k: int, *, exhaustive: bool = False) -> list[tuple[float, int]]:
        """The best k as (score, document), best first."""
        pairs = list(zip(self.leaves, self.nodes, strict=True))
        if len(pairs) > 1:
            pairs = sorted([each for each in pairs if each[1].size], key=_size, reverse=True)
        found: list[tuple[float, int]] = []
        least = -np.inf
        for leaf, node in pairs:
            if not node.size:
                continue
            more = _of_leaf(node, leaf, k, least, exhaustive)
            if not found:
                found = more
            elif more:
                found = sorted(found + more)[:k]
            if k and len(found) == k:
                least = -found[-1][0]
        return [(-score / SCALE, doc) for score, doc in found]

    def all(self) -> Hits:
        """All matches by document number, and their scores, unscaled."""
        parts = [
            (node.scan(), leaf.base) for leaf, node in zip(self.leaves, self.nodes, strict=True)
        ]
        docs = [hits[0] + np.uint32(base) for hits, base in parts]
        if not docs:
            return np.zeros(0, np.uint32), np.zeros(0)
        return np.concatenate(docs), np.concatenate([hits[1] for hits, _ in parts]) / SCALE

    def count(self) -> int:
        """How many documents match."""
        return sum(node.count() for node in self.nodes if node.size)


def search(
    asked: Any, statistics: Statistics, weighting: Any, stock: Stock | None = None
) -> Search:
    """Compiles a query for all leaves. Raises InvalidQuery, QueryError."""
    compiler = Compiler(statistics, weighting, stock)
    nodes = [compiler.node(asked, leaf) for leaf in statistics.leaves]
    return Search(statistics.leaves, nodes)


def _size(pair: tuple[Leaf, Node]) -> int:
    return pair[1].size


def best(docs: Docs, scores: Scores, k: int) -> list[tuple[float, int]]:
    """The best k as (-score, document), best first."""
    return _best(docs, scores, k, 0)


def _of_leaf(
    node: Node, leaf: Leaf, k: int, least: float, exhaustive: bool
) -> list[tuple[float, int]]:
    if exhaustive:
        return _best(*node.scan(), k, leaf.base)
    found = native.best(node, leaf, k, least)
    if found is None:
        if least > 0 and node.bound < least:
            return []
        docs, scores = node.best(k, least)
        if least > 0 and len(scores) > _SMALL:
            kept = (scores >= least).nonzero()[0]
            docs, scores = docs.take(kept), scores.take(kept)
        return _best(docs, scores, k, leaf.base)
    return [(score, doc + leaf.base) for score, doc in found] if leaf.base else found


def _best(docs: Docs, scores: Scores, k: int, base: int) -> list[tuple[float, int]]:
    if k <= 0:
        return []
    if len(scores) > max(k, _SMALL):
        docs, scores = _cut(docs, scores, k)
    if len(scores) > _MANY:
        order = np.lexsort((docs, -scores))[:k]
        docs, scores = docs[order], scores[order]
    found = list(zip((-scores).tolist(), docs.tolist(), strict=True))
    found.sort()
    found = found[:k]
    return [(score, doc + base) for score, doc in found] if base else found


def _cut(docs: Docs, scores: Scores, k: int) -> Hits:
    """Leaves out what is worse than the k-th best score; ties stay."""
    count = len(scores)
    if count > 4096 and count > 64 * k:
        # The k-th best maximum of 64 each is no more than the k-th best score.
        peaks = scores[: count // 64 * 64].reshape(-1, 64).max(axis=1)
        kept = (scores >= kth(peaks, k)).nonzero()[0]
        docs, scores, count = docs[kept], scores[kept], len(kept)
    if count > k:
        kept = (scores >= kth(scores, k)).nonzero()[0]
        docs, scores = docs[kept], scores[kept]
    return docs, scores
