"""Queries that Whoosh has to run itself, on one leaf.

In: a query of a class that is not vectorised (Span…, Nested…, ColumnQuery, own classes), or a term
under a weighting other than BM25F; the searcher of the leaf. Out: documents and scores. Called by
`compiler` through the hook that `searcher` gives it. Subqueries are replaced by what this library
finds, so that the defects of Whoosh's composite matchers do not come in; where spans are asked for,
Whoosh's own matcher of the subquery is stepped along.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from whoosh.query import ColumnQuery, Query, Term

from newsfeed.whoosh_numpy.evaluation.impacts import Scores
from newsfeed.whoosh_numpy.evaluation.nodes import Docs
from newsfeed.whoosh_numpy.searching.columns import NOTHING, leaf_values
from newsfeed.whoosh_numpy.searching.facets import distinct
from newsfeed.whoosh_numpy.storage.leaf import Leaf


def evaluate(
    asked: Query, searcher: Any, weighting: Any, wrap: Callable[[Query], Query]
) -> tuple[Docs, Scores]:
    """Live documents, ascending, and plain scores.

    searcher: of the leaf. wrap: gives a subquery its `Evaluated` form.
    """
    (leaf,) = searcher.ixreader.leaves
    if type(asked) is ColumnQuery:
        docs, scores = _by_column(asked, searcher, leaf)
    else:
        docs, scores = _by_matcher(_rewritten(asked, wrap), searcher, weighting)
    if leaf.live is not None:
        kept = leaf.live[docs]
        docs, scores = docs[kept], scores[kept]
    return docs, scores


def _by_matcher(asked: Query, searcher: Any, weighting: Any) -> tuple[Docs, Scores]:
    matcher = asked.matcher(searcher, searcher.context(needs_current=True, weighting=weighting))
    docs: list[int] = []
    scores: list[float] = []
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(float(matcher.score()))
        matcher.next()
    return np.array(docs, np.uint32), np.array(scores, np.float64)


def _by_column(asked: ColumnQuery, searcher: Any, leaf: Leaf) -> tuple[Docs, Scores]:
    """Documents whose value meets the condition, each scoring 1.0; Whoosh's own cannot be scored.

    The condition is asked once for each value, and not for documents that have none.
    """
    if not searcher.ixreader.has_column(asked.fieldname):
        return np.zeros(0, np.uint32), np.zeros(0)
    wanted = asked.condition
    condition = wanted if callable(wanted) else lambda value: value == wanted
    values = leaf_values(leaf, asked.fieldname, searcher.schema[asked.fieldname])
    codes, inverse = distinct(values.codes(np.arange(leaf.count)))
    meets = [
        values.key(code) != NOTHING and bool(condition(values.name(code)))
        for code in codes.tolist()
    ]
    docs = np.flatnonzero(np.array(meets, np.bool_)[inverse]).astype(np.uint32)
    return docs, np.ones(len(docs))


def _rewritten(asked: Query, wrap: Callable[[Query], Query]) -> Query:
    """A copy whose subqueries are wrapped. `Query.apply` is wrong in several classes."""
    if isinstance(asked, Term):
        return asked
    changed = {
        name: value
        for name, value in ((name, _value(value, wrap)) for name, value in _attributes(asked))
        if value is not None
    }
    if not changed:
        return asked
    found = copy.copy(asked)
    found.__dict__.update(changed)
    return found


def _attributes(asked: Query) -> list[tuple[str, Any]]:
    kept: Mapping[str, Any] = getattr(asked, "__dict__", {})
    return list(kept.items())


def _value(value: Any, wrap: Callable[[Query], Query]) -> Any:
    """An attribute with queries in it, wrapped; None for others."""
    if isinstance(value, Query):
        return wrap(value)
    if isinstance(value, list | tuple) and any(isinstance(each, Query) for each in value):
        return type(value)(wrap(each) if isinstance(each, Query) else each for each in value)
    return None
