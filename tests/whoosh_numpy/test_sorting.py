"""Sorting works on numbers leaf by leaf, and gives what sorting the values themselves gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import sorting as whoosh_sorting

from newsfeed.whoosh_numpy.searching.facets import Criterion, Keys, Part, keyer, overlapping, ranks
from newsfeed.whoosh_numpy.searching.grouping import collapsed
from newsfeed.whoosh_numpy.searching.sorting import ordered

REPEATABLE = settings.get_profile("repeatable")


@dataclass(frozen=True)
class Row:
    """A match: its key in each column."""

    keys: tuple[str, ...]


def parts_of(leaves: list[list[Row]]) -> list[Part]:
    """Leaves of as many documents as they have matches."""
    parts, base = [], 0
    for number, rows in enumerate(leaves):
        docs = np.arange(len(rows), dtype=np.uint32)
        leaf: Any = None
        parts.append(Part(number, leaf, base, docs, np.zeros(len(rows))))
        base += len(rows)
    return parts


def by_column(leaves: list[list[Row]], column: int, descending: bool = False) -> Criterion:
    """Codes of a leaf's own, as a lexicon has them."""

    def keys(part: Part) -> Keys:
        distinct, codes = ranks([leaves[part.number][doc].keys[column] for doc in part.docs])
        return Keys(codes * 2, lambda code: distinct[code // 2], lambda code: distinct[code // 2])

    return Criterion(keys, descending)


ROWS = st.builds(Row, st.tuples(st.sampled_from("abc"), st.sampled_from(("", "x", "yy"))))
LEAVES = st.lists(st.lists(ROWS, max_size=6), max_size=4)


@given(LEAVES, st.booleans(), st.booleans(), st.booleans(), st.sampled_from((None, 1, 2, 5)))
@settings(REPEATABLE, max_examples=300)
def test_the_order_is_that_of_the_values(
    leaves: list[list[Row]], first: bool, second: bool, reverse: bool, limit: int | None
) -> None:
    criteria = [by_column(leaves, 0, first), by_column(leaves, 1, second)]
    found = ordered(parts_of(leaves), criteria, reverse=reverse, limit=limit)
    rows = [row for leaf in leaves for row in leaf]
    wanted = sorted(range(len(rows)), key=lambda doc: rows[doc].keys[1], reverse=False)
    if second:
        wanted.sort(key=lambda doc: [-ord(c) for c in rows[doc].keys[1] + "\0" * 9])
    wanted.sort(key=lambda doc: -ord(rows[doc].keys[0]) if first else ord(rows[doc].keys[0]))
    wanted = (wanted[::-1] if reverse else wanted)[:limit]
    assert found.docs.tolist() == wanted
    assert found.places.tolist() == wanted


@given(LEAVES, st.integers(1, 3))
@settings(REPEATABLE, max_examples=150)
def test_collapsing_keeps_the_first_of_each_key(leaves: list[list[Row]], keep: int) -> None:
    parts = [part for part in parts_of(leaves) if len(part.docs)]
    order = ordered(parts, [by_column(leaves, 0)])
    kept, lost = collapsed(parts, by_column(leaves, 1).keys, order, keep)
    rows = [row for leaf in leaves for row in leaf]
    seen: dict[str, int] = {}
    wanted = []
    for doc in order.docs.tolist():
        key = rows[doc].keys[1]
        seen[key] = seen.get(key, 0) + 1
        if not key or seen[key] <= keep:
            wanted.append(doc)
    docs = [doc for part in kept for doc in (part.docs + part.base).tolist()]
    assert docs == sorted(wanted)
    assert lost == {key: n - keep for key, n in seen.items() if key and n > keep}


@given(st.lists(st.one_of(st.none(), st.integers(-3, 3))))
def test_ranks_are_places_among_the_sorted_keys(keys: list[int | None]) -> None:
    distinct, places = ranks(keys)
    assert distinct == sorted({key for key in keys if key is not None}) + [None] * (None in keys)
    assert [distinct[place] for place in places.tolist()] == keys


def test_a_subclass_of_a_facet_runs_as_it_is() -> None:
    class Own(whoosh_sorting.FieldFacet):  # type: ignore[misc]
        def categorizer(self, global_searcher: Any) -> Any:
            return Halves()

    class Halves(whoosh_sorting.Categorizer):  # type: ignore[misc]
        allow_overlap = True

        def key_for(self, matcher: Any, segment_docnum: int) -> int:
            return segment_docnum // 2

        def keys_for(self, matcher: Any, segment_docnum: int) -> list[int]:
            return [segment_docnum // 2, -1]

        def key_to_name(self, key: int) -> str:
            return f"half {key}"

    class Search:
        schema = None

        def categorized(self, categorizer: Any, part: Part, method: str) -> list[Any]:
            return [getattr(categorizer, method)(None, doc) for doc in part.docs.tolist()]

    search: Any = Search()
    (part,) = parts_of([[Row(())] * 4])
    keys = keyer(Own("any"), search)(part)
    assert [keys.name(code) for code in keys.codes.tolist()] == ["half 0"] * 2 + ["half 1"] * 2
    several = overlapping(Own("any"), search)
    assert several is not None
    overlap = several(part)
    names = [overlap.keys.name(code) for code in overlap.keys.codes.tolist()]
    assert names == ["half 0", "half -1"] * 2 + ["half 1", "half -1"] * 2
    assert overlap.places.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_nothing_to_sort_by_is_an_error() -> None:
    search: Any = None
    with pytest.raises(ValueError, match="facet of no facets"):
        keyer(whoosh_sorting.MultiFacet(), search)
