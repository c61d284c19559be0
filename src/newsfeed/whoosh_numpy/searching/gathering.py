"""A search that needs all its matches: filtered, sorted, grouped, collapsed.

In: a compiled query and what is wanted of it. Out: hits, groups and all matches. Called by
`searcher`; a search that only wants the best hits does not come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh import sorting
from whoosh.idsets import DocIdSet
from whoosh.query import Query
from whoosh.searching import Results, ResultsPage

from newsfeed.whoosh_numpy.evaluation.impacts import SCALE
from newsfeed.whoosh_numpy.searching.facets import (
    Criterion,
    Part,
    Search,
    by_score,
    criteria,
    keyer,
)
from newsfeed.whoosh_numpy.searching.grouping import collapsed, grouped
from newsfeed.whoosh_numpy.searching.sorting import Ordered, ordered


@dataclass(frozen=True)
class Wanted:
    """What a search is asked for beside its query; the names are those of `Searcher.search`."""

    limit: int | None = 10
    scored: bool = True
    sortedby: Any = None
    reverse: bool = False
    groupedby: Any = None
    collapse: Any = None
    collapse_limit: int = 1
    collapse_order: Any = None
    filter: Any = None
    mask: Any = None
    maptype: Any = None

    def only_the_best(self) -> bool:
        """Whether matches beyond the limit matter to nobody."""
        restricted = self.filter is not None or self.mask is not None
        return self.scored and not (
            restricted or self.sortedby or self.reverse or self.groupedby or self.collapse
        )


@dataclass(frozen=True)
class Gathered:
    """hits: (score or None, document), in order. docs: of all matches, ascending."""

    hits: list[tuple[float | None, int]]
    docs: NDArray[np.int64]
    groups: Mapping[str, sorting.FacetMap]
    filtered: int
    collapsed: Mapping[Any, int]


class Gatherer(Search, Protocol):
    """What gathering needs of the searcher."""

    def final_scores(self, part: Part) -> NDArray[np.float64]:
        """The scores after the weighting's last word, multiplied by SCALE."""


def gather(parts: list[Part], wanted: Wanted, search: Gatherer) -> Gathered:
    """`parts`: the matches of each leaf. Raises KeyError, ValueError, TypeError for bad facets."""
    before = _count(parts)
    parts = [_restricted(part, wanted, search) for part in parts]
    filtered = before - _count(parts)
    parts = [
        Part(part.number, part.leaf, part.base, part.docs, search.final_scores(part))
        for part in parts
        if len(part.docs)
    ]
    by = _order(wanted, search)
    lost: Mapping[Any, int] = {}
    if wanted.collapse and parts:
        kept_first = _collapse_order(parts, wanted, by, search)
        key = keyer(sorting.MultiFacet.from_sortedby(wanted.collapse), search)
        parts, lost = collapsed(parts, key, kept_first, wanted.collapse_limit)
    facets = sorting.Facets.from_groupedby(wanted.groupedby) if wanted.groupedby else None
    kinds = {name: facet.map(wanted.maptype) for name, facet in facets.items()} if facets else {}
    # Counting groups needs no order, so only the hits are put in one.
    whole = any(type(kind) is not sorting.Count for kind in kinds.values())
    limit = None if whole else wanted.limit
    order = ordered(parts, by, reverse=wanted.reverse, limit=limit)
    groups = {
        name: grouped(facet, kinds[name], parts, order, search)
        for name, facet in (facets.items() if facets else ())
    }
    docs = [part.docs.astype(np.int64) + part.base for part in parts]
    everything = np.concatenate([*docs, np.zeros(0, np.int64)])
    return Gathered(_hits(order, wanted), everything, groups, filtered, lost)


def _count(parts: list[Part]) -> int:
    return sum(len(part.docs) for part in parts)


def _order(wanted: Wanted, search: Search) -> list[Criterion]:
    if wanted.sortedby:
        return criteria(wanted.sortedby, search)
    return [Criterion(by_score)] if wanted.scored else []


def _collapse_order(
    parts: list[Part], wanted: Wanted, by: list[Criterion], search: Search
) -> Ordered:
    if wanted.collapse_order:
        return ordered(parts, criteria(wanted.collapse_order, search))
    return ordered(parts, by, reverse=wanted.reverse)


def _hits(order: Ordered, wanted: Wanted) -> list[tuple[float | None, int]]:
    docs = order.docs[: wanted.limit].tolist()
    if not wanted.scored and not wanted.sortedby:
        return [(None, doc) for doc in docs]
    scores = (order.scores[: wanted.limit] / SCALE).tolist()
    return list(zip(scores, docs, strict=True))


def _restricted(part: Part, wanted: Wanted, search: Search) -> Part:
    for given, inside in ((wanted.filter, True), (wanted.mask, False)):
        if given is not None:
            part = part.only(_held(given, part, search) == inside)
    return part


def _held(given: Any, part: Part, search: Search) -> NDArray[np.bool_]:
    """Which of a part's documents a filter holds: a query, results or document numbers."""
    if isinstance(given, Query):
        return search.holds(given, part)
    if isinstance(given, ResultsPage):
        given = given.results
    if isinstance(given, Results):
        given = given.docs()
    if not isinstance(given, set | frozenset | DocIdSet):
        raise TypeError(f"a filter is a query, results or a set of numbers, not {given!r:.100}")
    numbers = np.fromiter(given, np.int64)
    return np.isin(part.docs.astype(np.int64) + part.base, numbers)
