"""From a query tree of Whoosh to a tree of nodes on one leaf.

In: a query, a leaf, the index's statistics, a weighting. Out: a node. Called by `topk` and
`searcher`. Boosts are multiplied from the root down to the leaves, where they meet idf; so scores
are sums of exact parts. What the classes mean where Whoosh's matchers do otherwise:

    And      Not among its subqueries excludes and adds nothing; of nothing but Not it scores once
             as a Not does. A single subquery keeps the boost.
    Or       minmatch: so many subqueries must match. scale: see `unions.Coordinated`; it counts
             subqueries, found in this leaf or not.
    Not      scores 1.0 times the boosts above it, not its own.
    MultiTerm  with constantscore every match scores the boost, for one term as for many; without,
             the terms' scores are added up, at most MAX_SCORED_TERMS of them.
    Otherwise  decided for the index, not for each leaf.

Weightings other than BM25F, and query classes that are not here, go to `stock`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from whoosh import query, scoring

from newsfeed.whoosh_numpy.evaluation.expansion import EXPANSIONS
from newsfeed.whoosh_numpy.evaluation.impacts import SCALE
from newsfeed.whoosh_numpy.evaluation.intersections import All, Enriched, Required, Without
from newsfeed.whoosh_numpy.evaluation.leaf_queries import LeafQueries, Stock, added
from newsfeed.whoosh_numpy.evaluation.limits import (
    MAX_CLAUSES,
    MAX_DEPTH,
    QueryTooDeep,
    TooManyTerms,
)
from newsfeed.whoosh_numpy.evaluation.masks import Alike, Complement
from newsfeed.whoosh_numpy.evaluation.nodes import Node, Nothing
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from newsfeed.whoosh_numpy.evaluation.unions import Coordinated, Largest, Several
from newsfeed.whoosh_numpy.storage.leaf import Leaf

__all__ = ["Compiler", "Stock", "compile"]


def compile(
    asked: Any, leaf: Leaf, statistics: Statistics, weighting: Any, stock: Stock | None = None
) -> Node:
    """The query on one leaf of the statistics' index. Raises InvalidQuery, QueryError."""
    return Compiler(statistics, weighting, stock).node(asked, leaf)


class Compiler:
    """Compiles queries for the leaves of one index. Belongs to one search and one thread."""

    def __init__(self, statistics: Statistics, weighting: Any, stock: Stock | None = None) -> None:
        """`weighting`: a whoosh.scoring.WeightingModel, or None where scores do not matter."""
        self._statistics = statistics
        self._leaves = LeafQueries(statistics, weighting or scoring.BM25F(), stock)
        self._clauses = 0
        self._decided: dict[int, bool] = {}

    def node(self, asked: Any, leaf: Leaf) -> Node:
        """The query on one leaf. Raises InvalidQuery, QueryError."""
        self._leaves.enter(self._statistics.leaves.index(leaf))
        self._clauses, self._leaves.reach = 0, 0.0
        try:
            return self._compiled(asked, 1.0, 0)
        except RecursionError as error:  # some classes take more frames, some are Whoosh's to run
            raise QueryTooDeep from error

    def _compiled(self, asked: Any, boost: float, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise QueryTooDeep
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise TooManyTerms("the query", MAX_CLAUSES)
        kind = type(asked)
        if kind is query.Term:
            return self._leaves.term(asked, boost)
        composite = _COMPOSITES.get(kind) or _inherited(kind, _COMPOSITES)
        if composite is not None:
            return composite(self, asked, boost, depth + 1)
        leaf = _LEAVES.get(kind) or _inherited(kind, _LEAVES) or LeafQueries.by_whoosh
        return leaf(self._leaves, asked, boost)

    def _and(self, asked: Any, boost: float, depth: int) -> Node:
        boost *= asked.boost
        nots = [each for each in asked.subqueries if isinstance(each, query.Not)]
        others = [each for each in asked.subqueries if not isinstance(each, query.Not)]
        if not others and not nots:
            return Nothing()
        kids = []
        for each in others:
            kid = self._compiled(each, boost, depth)
            if not kid.size:
                return Nothing()
            kids.append(kid)
        excluded = [kid for each in nots if (kid := self._unscored(each.query, depth)).size]
        if not kids:
            return self._inverse(self._sum(excluded), boost)
        found = kids[0] if len(kids) == 1 else All(kids)
        return Without(found, self._sum(excluded)) if excluded else found

    def _or(self, asked: Any, boost: float, depth: int) -> Node:
        boost *= asked.boost
        kids = [self._compiled(each, boost, depth) for each in asked.subqueries]
        of, kids = len(kids), [kid for kid in kids if kid.size]
        least = int(asked.minmatch or 0)
        if len(kids) < max(1, least):
            return Nothing()
        documents = self._leaves.leaf.count
        if asked.scale and of > 1:
            if of != asked.scale:
                self._leaves.extend(boost, abs(boost) * SCALE * of / (of - asked.scale) ** 2)
            return Coordinated(kids, documents, least, float(asked.scale), boost, of)
        return Several(kids, documents, least) if least > 1 else self._sum(kids)

    def _sum(self, kids: Sequence[Node]) -> Node:
        return added(kids, self._leaves.leaf.count)

    def _largest(self, asked: Any, boost: float, depth: int) -> Node:
        compiled = [self._compiled(each, boost * asked.boost, depth) for each in asked.subqueries]
        kids = [kid for kid in compiled if kid.size]
        if len(kids) < 2:
            return kids[0] if kids else Nothing()
        return Largest(kids, self._leaves.leaf.count)

    def _not(self, asked: Any, boost: float, depth: int) -> Node:
        return self._inverse(self._unscored(asked.query, depth), boost)

    def _inverse(self, node: Node, boost: float) -> Node:
        leaf = self._leaves.leaf
        return (
            Complement(leaf, node, self._leaves.constant(boost)) if leaf.count_live else Nothing()
        )

    def _and_not(self, asked: Any, boost: float, depth: int) -> Node:
        node = self._compiled(asked.a, boost, depth)
        excluded = self._unscored(asked.b, depth) if node.size else Nothing()
        return Without(node, excluded) if excluded.size else node

    def _and_maybe(self, asked: Any, boost: float, depth: int) -> Node:
        node = self._compiled(asked.a, boost, depth)
        optional = self._compiled(asked.b, boost, depth) if node.size else Nothing()
        return Enriched(node, optional) if optional.size else node

    def _require(self, asked: Any, boost: float, depth: int) -> Node:
        node = self._compiled(asked.a, boost, depth)
        required = self._unscored(asked.b, depth) if node.size else Nothing()
        return Required(node, required) if required.size else Nothing()

    def _otherwise(self, asked: Any, boost: float, depth: int) -> Node:
        if id(asked) not in self._decided:
            here = self._leaves.number
            self._decided[id(asked)] = any(
                self._matches(asked.a, leaf, depth) for leaf in range(len(self._statistics.leaves))
            )
            self._leaves.enter(here)
        return self._compiled(asked.a if self._decided[id(asked)] else asked.b, boost, depth)

    def _matches(self, asked: Any, leaf: int, depth: int) -> bool:
        self._leaves.enter(leaf)
        return self._unscored(asked, depth).count() > 0

    def _constant_score(self, asked: Any, boost: float, depth: int) -> Node:
        node = self._unscored(asked.child, depth)
        return Alike(node, self._leaves.constant(boost * asked.score)) if node.size else node

    def _weighted(self, asked: Any, boost: float, depth: int) -> Node:
        outer = self._leaves.weigh(asked.weighting)
        try:
            return self._compiled(asked.child, boost, depth)
        finally:
            self._leaves.weigh(outer)

    def _nothing(self, _asked: Any, _boost: float, _depth: int) -> Node:
        return Nothing()

    def _unscored(self, asked: Any, depth: int) -> Node:
        """For what only decides which documents match."""
        reach = self._leaves.reach
        try:
            return self._compiled(asked, 1.0, depth)
        finally:
            self._leaves.reach = reach


_Composite = Callable[[Compiler, Any, float, int], Node]
_Leaf = Callable[[LeafQueries, Any, float], Node]

_COMPOSITES: Final[dict[type, _Composite]] = {
    query.And: Compiler._and,
    query.Or: Compiler._or,
    query.DisjunctionMax: Compiler._largest,
    query.Not: Compiler._not,
    query.AndNot: Compiler._and_not,
    query.AndMaybe: Compiler._and_maybe,
    query.Require: Compiler._require,
    query.Otherwise: Compiler._otherwise,
    query.ConstantScoreQuery: Compiler._constant_score,
    query.WeightingQuery: Compiler._weighted,
    type(query.NullQuery): Compiler._nothing,
}

_LEAVES: Final[dict[type, _Leaf]] = {
    query.Term: LeafQueries.term,
    query.Phrase: LeafQueries.phrase,
    query.Every: LeafQueries.every,
    **dict.fromkeys(EXPANSIONS, LeafQueries.many),
}

_Way = TypeVar("_Way")


def _inherited(kind: type, ways: Mapping[type, _Way]) -> _Way | None:
    """How a subclass is compiled that finds and scores as its class does."""
    for parent in kind.__mro__:
        if parent in ways:
            same = all(
                getattr(kind, name, None) is getattr(parent, name, None)
                for name in ("matcher", "_btexts")
            )
            return ways[parent] if same else None
    return None
