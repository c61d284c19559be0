"""The leaves of a query tree: words, phrases, patterns, ranges, everything.

In: a leaf query, the boosts above it. Out: a node. Called by `compiler`, which tells which leaf of
the index and which weighting it is about. Keeps account of how large scores may become.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Final

import numpy as np
from whoosh import query, scoring

from newsfeed.whoosh_numpy.evaluation.expansion import EXPANSIONS
from newsfeed.whoosh_numpy.evaluation.impacts import EXACT, SCALE, Impacts, Scores
from newsfeed.whoosh_numpy.evaluation.limits import (
    MAX_SCORED_TERMS,
    BoostTooLarge,
    InvalidQuery,
    TooManyTerms,
)
from newsfeed.whoosh_numpy.evaluation.masks import Everything, Present, Ranges
from newsfeed.whoosh_numpy.evaluation.nodes import Docs, Given, Node, Nothing, Term
from newsfeed.whoosh_numpy.evaluation.phrases import Phrase
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from newsfeed.whoosh_numpy.evaluation.unions import Sum
from newsfeed.whoosh_numpy.storage.leaf import Leaf

Stock = Callable[[Any, Leaf, Any], tuple[Docs, Scores]]
"""(query, leaf, weighting) -> live documents, ascending, and plain scores, by Whoosh's matchers."""

_ANYTHING: Final = frozenset({(query.Prefix, ""), (query.Wildcard, "*"), (query.Regex, ".*")})


class LeafQueries:
    """Makes the nodes of one leaf of the index at a time. Belongs to one search and one thread."""

    def __init__(self, statistics: Statistics, weighting: Any, stock: Stock | None) -> None:
        self.number = -1
        """Of the leaf of the index."""
        self.reach = 0.0
        """No score of what was made since this was 0 is beyond it, up or down."""
        self._statistics = statistics
        self._schema = statistics.schema
        self._weighting = weighting
        self._stock = stock
        self._impacts: dict[str, Impacts] = {}

    def enter(self, number: int) -> None:
        """From now on another leaf of the index."""
        self.number = number
        self.leaf = self._statistics.leaves[number]

    def weigh(self, weighting: Any) -> Any:
        """From now on another weighting; the one until now."""
        before, self._weighting = self._weighting, weighting or self._weighting
        self._impacts = {}
        return before

    def term(self, asked: Any, boost: float) -> Node:
        """A term."""
        return self._word(asked.fieldname, asked.text, boost * asked.boost)

    def _word(self, field: str, text: Any, boost: float) -> Node:
        places = self._statistics.of_text(field, text)
        postings = None if places is None else places.postings[self.number]
        if places is None or postings is None:
            return Nothing()
        impacts = self._impacts.get(field) or self._impacts_of(field)
        if impacts is None:
            return self.by_whoosh(query.Term(field, text), boost)
        weight = boost if impacts.lengthless else places.idf * boost
        node = Term(postings, self.leaf.live, weight, impacts)
        self.extend(boost, abs(weight) * node.highest())
        return node

    def _impacts_of(self, field: str) -> Impacts | None:
        """None where the field's weighting is none that is known here."""
        weighting = self._weighting
        if type(weighting) is scoring.MultiWeighting:
            weighting = weighting.weightings.get(field, weighting.default)
        if type(weighting) is not scoring.BM25F:
            return None
        b = weighting._field_B.get(field, weighting.B)
        found = self._statistics.impacts(field, float(weighting.K1), float(b))
        self._impacts[field] = found
        return found

    def phrase(self, asked: Any, boost: float) -> Node:
        """A phrase. Raises QueryError for a field without positions."""
        field = asked.fieldname
        if field not in self._schema:
            return Nothing()
        described = self._schema[field]
        if not described.format or not described.format.supports("positions"):
            raise query.QueryError(f"{field}: a phrase in a field without positions")
        nodes: dict[Any, Node] = {}
        words: list[Term] = []
        for word in asked.words:
            if word not in nodes:
                nodes[word] = self._word(field, word, boost * asked.boost)
            node = nodes[word]
            if not isinstance(node, Term):
                return self.by_whoosh(asked, boost) if node.size else node
            words.append(node)
        if len(words) < 2:
            return words[0] if words else Nothing()
        return Phrase(words, int(asked.slop))

    def every(self, asked: Any, boost: float) -> Node:
        """All documents, or all that have anything in a field."""
        return self._present(asked.fieldname, boost * asked.boost)

    def _present(self, field: str | None, boost: float) -> Node:
        leaf = self.leaf
        score = self.constant(boost)
        if not leaf.count_live:
            return Nothing()
        return Everything(leaf, score) if field is None else Present(leaf, field, score)

    def many(self, asked: Any, boost: float) -> Node:
        """What stands for many terms. Raises TooManyTerms, WordTooLong."""
        field, boost = asked.fieldname, boost * asked.boost
        if field not in self._schema:
            return Nothing()
        if (type(asked), getattr(asked, "text", None)) in _ANYTHING:
            return self._present(field, boost)
        leaf = self.leaf
        arrays = leaf.segment.field(field)
        if arrays is None:
            return Nothing()
        try:
            found = _expansion(asked)(self._schema[field], arrays.lexicon, asked)
        except ValueError:
            return Nothing()
        if asked.constantscore:
            marked = Ranges(leaf, arrays, found, self.constant(boost))
            return marked if marked.size else Nothing()
        if sum(last - first for first, last in found) > MAX_SCORED_TERMS:
            raise TooManyTerms(f"{field}: {asked!r:.100}", MAX_SCORED_TERMS)
        terms = [term for first, last in found for term in arrays.lexicon.range(first, last)]
        words = [self._word(field, term, boost) for term in terms]
        return added([word for word in words if word.size], leaf.count)

    def by_whoosh(self, asked: Any, boost: float) -> Node:
        """Any other query, by its own matcher. Raises InvalidQuery where there is no way to."""
        if self._stock is None:
            raise InvalidQuery(f"{type(asked).__name__}: no such query class here")
        docs, scores = self._stock(asked, self.leaf, self._weighting)
        if not len(docs):
            return Nothing()
        scaled = np.rint(np.nan_to_num(scores) * (boost * SCALE))
        self.extend(boost, float(np.abs(scaled).max()))
        return Given(docs, scaled)

    def constant(self, score: float) -> float:
        """A score of its own, as nodes keep scores."""
        self.extend(score, abs(score) * SCALE)
        return float(np.rint(score * SCALE))

    def extend(self, boost: float, reach: float) -> None:
        """Takes account of how much a node may add to a score. Raises BoostTooLarge."""
        self.reach += reach
        if not (isfinite(boost) and self.reach <= EXACT):
            raise BoostTooLarge(boost)


def added(kids: Sequence[Node], documents: int) -> Node:
    """The sum of nodes, flat. `documents`: how many the leaf has."""
    flat: list[Node] = []
    for kid in kids:
        flat += kid.kids if isinstance(kid, Sum) else [kid]
    if len(flat) < 2:
        return flat[0] if flat else Nothing()
    return Sum(flat, documents)


def _expansion(asked: Any) -> Callable[[Any, Any, Any], list[tuple[int, int]]]:
    return next(EXPANSIONS[kind] for kind in type(asked).__mro__ if kind in EXPANSIONS)
