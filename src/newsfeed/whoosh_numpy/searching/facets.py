"""What documents are sorted and grouped by, as numbers.

In: a Whoosh facet and what a search matched in a leaf. Out: for each match a number that orders the
leaf's matches, what orders those of several leaves, and the name of its group. Called by `sorting`
and `grouping`. Fields, scores and queries are read as arrays; what Whoosh or a program computes
document by document (`FunctionFacet`, `StoredFieldFacet`, `TranslateFacet`, own ones) runs through
the facet's own categorizer, on the exact matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh import sorting
from whoosh.query import Query

from newsfeed.whoosh_numpy.evaluation.impacts import SCALE
from newsfeed.whoosh_numpy.searching import columns
from newsfeed.whoosh_numpy.storage.leaf import Leaf


@dataclass(frozen=True)
class Part:
    """What a search matched in one leaf of the reader.

    number: of the leaf. base: to be added to document numbers. docs: ascending. scores: of each,
    multiplied by SCALE.
    """

    number: int
    leaf: Leaf
    base: int
    docs: NDArray[np.uint32]
    scores: NDArray[np.float64]

    def only(self, kept: NDArray[Any]) -> Part:
        """A part of the part: a mask, or places ascending."""
        return Part(self.number, self.leaf, self.base, self.docs[kept], self.scores[kept])


@dataclass(frozen=True)
class Keys:
    """codes: match -> a number; equal for equal keys, and ascending as the keys are.

    key: code -> what orders the matches of several leaves. name: code -> the name of its group.
    sortable: whether they can be compared at all; where not, codes only tell them apart.
    """

    codes: NDArray[Any]
    key: Callable[[Any], Any]
    name: Callable[[Any], Any]
    sortable: bool = True


@dataclass(frozen=True)
class Overlap:
    """Groups that a match may be in several of: places of matches, and a code for each."""

    places: NDArray[np.int64]
    keys: Keys


class Search(Protocol):
    """What facets need of the searcher that they run in."""

    schema: Any

    def holds(self, query: Query, part: Part) -> NDArray[np.bool_]:
        """Which of a part's documents match a query."""

    def categorized(self, categorizer: Any, part: Part, method: str) -> list[Any]:
        """What a Whoosh categorizer's `key_for` or `keys_for` says of each match of a part."""


Keyer = Callable[[Part], Keys]


@dataclass(frozen=True)
class Criterion:
    """One thing to sort by."""

    keys: Keyer
    descending: bool = False


def criteria(facet: Any, search: Search) -> list[Criterion]:
    """The criteria of `sortedby`, first one first: names, facets or lists of them."""
    found = []
    for each in sorting.MultiFacet.from_sortedby(facet).facets:
        if type(each) is sorting.MultiFacet:
            found += criteria(each.facets, search)
        else:
            descending = type(each) is sorting.FieldFacet and each.reverse
            found.append(Criterion(keyer(each, search), descending))
    if not found:
        raise ValueError("nothing to sort by")
    return found


def keyer(facet: Any, search: Search) -> Keyer:
    """The keys of one facet. Subclasses of Whoosh's facets may do anything, so they run as such."""
    kind = type(facet)
    if kind is sorting.FieldFacet:
        return _field(facet.fieldname, search)
    if kind is sorting.ScoreFacet:
        return by_score
    if kind in (sorting.QueryFacet, sorting.RangeFacet, sorting.DateRangeFacet):
        return _queries(facet, search)
    if kind is sorting.MultiFacet:
        return _several([keyer(each, search) for each in facet.facets])
    return _by_whoosh(facet, search)


def overlapping(facet: Any, search: Search) -> Callable[[Part], Overlap] | None:
    """The groups of a facet that allows for several of them; None for others."""
    kind = type(facet)
    if kind is sorting.FieldFacet and facet.allow_overlap:
        return _terms(facet.fieldname, search)
    if kind is sorting.QueryFacet and facet.allow_overlap:
        return _all_queries(facet, search)
    if kind is sorting.StoredFieldFacet and facet.allow_overlap:
        return _lists(facet.categorizer(search), search)
    if kind.__module__ != sorting.__name__:
        categorizer = facet.categorizer(search)
        if categorizer.allow_overlap:
            return _lists(categorizer, search)
    return None


def _field(name: str, search: Search) -> Keyer:
    field = search.schema[name]

    def keys(part: Part) -> Keys:
        values = columns.leaf_values(part.leaf, name, field)
        return Keys(values.codes(part.docs), values.key, values.name)

    return keys


def by_score(part: Part) -> Keys:
    """Higher scores first."""
    return Keys(-part.scores / SCALE, _itself, _itself)


def _queries(facet: Any, search: Search) -> Keyer:
    """The first of the queries that matches decides."""
    names = [*facet.querydict, getattr(facet, "other", None)]

    def keys(part: Part) -> Keys:
        places = np.full(len(part.docs), len(names) - 1)
        for place, query in reversed(list(enumerate(facet.querydict.values()))):
            places[search.holds(query, part)] = place
        return _ranked([names[place] for place in places.tolist()], _itself)

    return keys


def _several(keyers: Sequence[Keyer]) -> Keyer:
    """The combination of several facets."""
    if not keyers:
        raise ValueError("a facet of no facets")

    def keys(part: Part) -> Keys:
        each = [keyer(part) for keyer in keyers]
        codes = np.zeros(len(part.docs), np.int64)
        rows: list[tuple[Any, ...]] = [()]
        for found in each:
            values, inverse = distinct(found.codes)
            # Numbers stay small: those of the pairs that occur.
            pairs, codes = distinct(codes * max(1, len(values)) + inverse)
            listed = values.tolist()
            split = [divmod(pair, max(1, len(values))) for pair in pairs.tolist()]
            rows = [(*rows[before], listed[own]) for before, own in split]

        def key(code: int) -> tuple[Any, ...]:
            return tuple(found.key(one) for found, one in zip(each, rows[code], strict=True))

        def name(code: int) -> tuple[Any, ...]:
            return tuple(found.name(one) for found, one in zip(each, rows[code], strict=True))

        return Keys(codes, key, name)

    return keys if len(keyers) > 1 else keyers[0]


def _by_whoosh(facet: Any, search: Search) -> Keyer:
    categorizer = facet.categorizer(search)

    def keys(part: Part) -> Keys:
        return _ranked(search.categorized(categorizer, part, "key_for"), categorizer.key_to_name)

    return keys


def _terms(name: str, search: Search) -> Callable[[Part], Overlap]:
    """A group for each term that a document has in a field."""
    field = search.schema[name]

    def overlap(part: Part) -> Overlap:
        arrays = part.leaf.segment.field(name)
        if arrays is None:
            nowhere = np.zeros(len(part.docs), np.int64)
            return Overlap(np.arange(len(part.docs)), Keys(nowhere, _none, _none))
        place = np.full(part.leaf.count, -1, np.int64)
        place[part.docs] = np.arange(len(part.docs))
        rows = np.flatnonzero(place[arrays.docs] >= 0)
        places = place[arrays.docs[rows]]
        codes = arrays.starts.searchsorted(rows, "right").astype(np.int64)
        bare = _others(len(part.docs), places)

        def term(code: int) -> Any:
            return field.from_bytes(arrays.lexicon[code - 1]) if code else None

        return Overlap(
            np.concatenate([places, bare]),
            Keys(np.concatenate([codes, np.zeros(len(bare), np.int64)]), term, term),
        )

    return overlap


def _all_queries(facet: Any, search: Search) -> Callable[[Part], Overlap]:
    """A group for each query that a document matches."""
    names = [*facet.querydict, facet.other]

    def overlap(part: Part) -> Overlap:
        found = [np.flatnonzero(search.holds(query, part)) for query in facet.querydict.values()]
        found.append(_others(len(part.docs), np.concatenate([*found, np.zeros(0, np.int64)])))
        codes = np.repeat(np.arange(len(found)), [len(each) for each in found])
        return Overlap(
            np.concatenate(found).astype(np.int64),
            Keys(codes, names.__getitem__, names.__getitem__),
        )

    return overlap


def _lists(categorizer: Any, search: Search) -> Callable[[Part], Overlap]:
    """The groups that a categorizer's `keys_for` gives."""

    def overlap(part: Part) -> Overlap:
        listed = [list(each) for each in search.categorized(categorizer, part, "keys_for")]
        places = np.repeat(np.arange(len(listed)), [len(each) for each in listed])
        flat = [key for each in listed for key in each]
        return Overlap(
            places, Keys(np.arange(len(flat)), flat.__getitem__, _named(flat, categorizer))
        )

    return overlap


def _named(keys: Sequence[Any], categorizer: Any) -> Callable[[int], Any]:
    return lambda code: categorizer.key_to_name(keys[code])


def _ranked(keys: Sequence[Any], named: Callable[[Any], Any]) -> Keys:
    """Keys of any type."""
    try:
        distinct, codes = ranks(keys)
    except TypeError:
        places = {id(key): place for place, key in enumerate(keys)}
        codes = np.array([places[id(key)] for key in keys], np.int64)
        return Keys(codes, keys.__getitem__, lambda code: named(keys[code]), sortable=False)
    return Keys(codes, distinct.__getitem__, lambda code: named(distinct[code]))


def ranks(keys: Iterable[Any]) -> tuple[list[Any], NDArray[np.int64]]:
    """The different keys in order, None after all others, and for each key its place there."""
    listed = list(keys)
    order = sorted(range(len(listed)), key=lambda at: (listed[at] is None, _Nothing(listed[at])))
    distinct: list[Any] = []
    codes = np.zeros(len(listed), np.int64)
    for at in order:
        if not distinct or distinct[-1] != listed[at]:
            distinct.append(listed[at])
        codes[at] = len(distinct) - 1
    return distinct, codes


def distinct(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The different numbers, ascending, and for each number its place among them.

    As `np.unique` does, which imports a tenth of NumPy when it is first called.
    """
    order = np.argsort(numbers, kind="stable")
    ascending = numbers[order]
    first = np.ones(len(numbers), np.bool_)
    first[1:] = ascending[1:] != ascending[:-1]
    places = np.empty(len(numbers), np.int64)
    places[order] = np.cumsum(first) - 1
    return ascending[first], places


def _others(count: int, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places up to `count` that are not among these, ascending."""
    left = np.ones(count, np.bool_)
    left[places] = False
    return np.flatnonzero(left)


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A key that can be compared even when it is None."""

    key: Any

    def __lt__(self, other: _Nothing) -> bool:
        return self.key is not None and bool(self.key < other.key)


def _itself(code: Any) -> Any:
    return code


def _none(_: Any) -> None:
    return None
