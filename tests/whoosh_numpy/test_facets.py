"""Sorting, grouping and collapsing take what Whoosh's take, and give what is right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from whoosh import query, sorting

from newsfeed.whoosh_numpy.searching.searcher import Searcher
from tests.whoosh_numpy.small_indexes import START, Document, ids, rivers, shelved

RHEIN = query.Term("body", "rhein")
EVERY = query.Every()


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    return rivers(tmp_path).searcher()


@pytest.mark.parametrize(
    ("sortedby", "reverse", "expected"),
    [
        ("price", False, [0, 5, 10, 3, 8, 4, 9, 2, 7]),
        ("price", True, [7, 2, 9, 4, 8, 3, 10, 5, 0]),
        (sorting.FieldFacet("price", reverse=True), False, [2, 7, 4, 9, 3, 8, 0, 5, 10]),
        (["section", "price"], False, [5, 3, 9, 7, 0, 10, 8, 4, 2]),
        (["section", sorting.ScoreFacet()], False, [3, 5, 7, 9, 0, 2, 4, 8, 10]),
        (
            [sorting.FieldFacet("section", reverse=True), sorting.FieldFacet("id", reverse=True)],
            False,
            [8, 4, 2, 10, 0, 9, 7, 5, 3],
        ),
        (sorting.FunctionFacet(lambda _, doc: -doc), False, [10, 9, 8, 7, 5, 4, 3, 2, 0]),
        (sorting.StoredFieldFacet("title"), False, [0, 10, 2, 3, 4, 5, 7, 8, 9]),
        (
            sorting.TranslateFacet(lambda price: -price, sorting.FieldFacet("price")),
            False,
            [2, 7, 4, 9, 3, 8, 0, 5, 10],
        ),
        (
            sorting.QueryFacet({"b": query.Term("tags", "a"), "a": EVERY}),
            False,
            [2, 4, 5, 7, 8, 10, 0, 3, 9],
        ),
    ],
)
def test_sorted_by_whatever_whoosh_sorts_by(
    searcher: Searcher, sortedby: Any, reverse: bool, expected: list[int]
) -> None:
    assert ids(searcher.search(EVERY, sortedby=sortedby, reverse=reverse, limit=None)) == expected
    for limit in (1, 4):
        found = searcher.search(EVERY, sortedby=sortedby, reverse=reverse, limit=limit)
        assert ids(found) == expected[:limit]
        assert len(found) == 9


def test_keys_that_cannot_be_compared_are_an_error(searcher: Searcher) -> None:
    facet = sorting.FunctionFacet(lambda _, doc: {"no": doc})
    with pytest.raises(TypeError, match="cannot be compared"):
        searcher.search(EVERY, sortedby=facet)


def test_documents_without_a_value_come_last(tmp_path: Path) -> None:
    documents: list[Document] = [{"id": "a"}, {"id": "b", "day": START, "place": "X", "size": 2.5}]
    searcher = shelved(tmp_path, [documents, documents[::-1]]).searcher()
    for name in ("day", "size"):
        found = [hit["id"] for hit in searcher.search(EVERY, sortedby=name)]
        assert found == ["b", "b", "a", "a"]
    # A column of texts has the empty text where none was given.
    assert [hit["id"] for hit in searcher.search(EVERY, sortedby="place")] == ["a", "a", "b", "b"]
    assert searcher.search(EVERY, groupedby="day").groups() == {None: [0, 3], START: [1, 2]}
    assert searcher.search(EVERY, groupedby="place").groups() == {"": [0, 3], "X": [1, 2]}


def test_sorting_by_what_has_no_order_says_so(searcher: Searcher) -> None:
    with pytest.raises(KeyError, match="extra"):
        searcher.search(EVERY, sortedby="extra")
    with pytest.raises(KeyError, match="nowhere"):
        searcher.search(EVERY, groupedby="nowhere")


@pytest.mark.parametrize(
    ("groupedby", "expected"),
    [
        (sorting.FieldFacet("section"), {"politik": [2, 8, 4, 10, 0], "kultur": [5, 7, 3, 9]}),
        (sorting.FieldFacet("price"), {0: [5, 10, 0], 1: [8, 3], 3: [4, 9], 4: [2, 7], 2: []}),
        (sorting.FieldFacet("tags"), {"b": [4, 7, 10, 0, 3, 9], "c": [2, 5, 8]}),
        (
            sorting.FieldFacet("tags", allow_overlap=True),
            {"a": [0, 3, 9], "b": [4, 7, 10, 0, 3, 9], "c": [2, 5, 8]},
        ),
        (
            sorting.RangeFacet("price", 0, 4, 2),
            {(0, 2): [5, 8, 10, 0, 3], (2, 4): [4, 9], None: [2, 7]},
        ),
        (
            sorting.DateRangeFacet("day", START, START + timedelta(3), timedelta(2)),
            {
                (START, START + timedelta(2)): [5, 8, 4, 0, 9],
                (START + timedelta(2), START + timedelta(4)): [2, 7, 10, 3],
            },
        ),
        (
            sorting.QueryFacet(
                {"a": query.Term("tags", "a"), "k": query.Term("section", "kultur")},
                other="rest",
                allow_overlap=True,
            ),
            {"a": [0, 3, 9], "k": [5, 7, 3, 9], "rest": [2, 8, 4, 10]},
        ),
        (
            sorting.StoredFieldFacet("section"),
            {"politik": [2, 8, 4, 10, 0], "kultur": [5, 7, 3, 9]},
        ),
        (
            sorting.StoredFieldFacet("tags", allow_overlap=True, split_fn=lambda s: s.split(",")),
            {"a": [0, 3, 9], "b": [4, 7, 10, 0, 3, 9], "c": [2, 5, 8]},
        ),
        (
            sorting.MultiFacet(["section", "price"]),
            {
                ("politik", 0): [10, 0],
                ("politik", 1): [8],
                ("politik", 3): [4],
                ("politik", 4): [2],
                ("kultur", 0): [5],
                ("kultur", 1): [3],
                ("kultur", 3): [9],
                ("kultur", 4): [7],
            },
        ),
        (
            sorting.FunctionFacet(lambda _, doc: doc > 4),
            {True: [5, 8, 7, 10, 9], False: [2, 4, 0, 3]},
        ),
    ],
)
def test_groups_hold_all_matches_in_the_order_of_results(
    searcher: Searcher, groupedby: Any, expected: dict[Any, list[int]]
) -> None:
    expected = {name: docs for name, docs in expected.items() if docs}
    results = searcher.search(RHEIN, limit=2, groupedby={"by": groupedby})
    assert ids(results) == [2, 5]
    assert results.groups("by") == expected
    assert list(results.facet_names()) == ["by"]
    for kind, of in (
        (sorting.Count, len),
        (sorting.Best, lambda docs: docs[0]),
        (sorting.UnorderedList, list),
    ):
        found = searcher.search(RHEIN, limit=2, groupedby={"by": groupedby}, maptype=kind)
        assert found.groups("by") == {name: of(docs) for name, docs in expected.items()}


def test_a_facet_map_of_ones_own_is_filled(searcher: Searcher) -> None:
    class Total(sorting.FacetMap):  # type: ignore[misc]
        def __init__(self) -> None:
            self.totals: dict[Any, int] = {}

        def add(self, groupname: Any, docid: int, sortkey: Any) -> None:
            self.totals[groupname] = self.totals.get(groupname, 0) + docid

        def as_dict(self) -> dict[Any, int]:
            return self.totals

    results = searcher.search(RHEIN, groupedby=["section", "price"], maptype=Total)
    assert results.groups("section") == {"politik": 24, "kultur": 24}
    assert sorted(results.facet_names()) == ["price", "section"]


def test_collapsing_keeps_the_first_of_each(searcher: Searcher) -> None:
    results = searcher.search(RHEIN, collapse="section", collapse_limit=2)
    assert ids(results) == [2, 5, 8, 7]
    assert len(results) == 4
    assert results.collapsed_counts == {"politik": 3, "kultur": 2}
    cheapest = searcher.search(RHEIN, collapse="section", collapse_order="price")
    assert ids(cheapest) == [5, 0]
    grouped = searcher.search(RHEIN, collapse="section", groupedby="section", maptype=sorting.Count)
    assert grouped.groups() == {"politik": 1, "kultur": 1}


def test_documents_without_a_key_are_not_collapsed(tmp_path: Path) -> None:
    documents: list[Document] = [{"id": "a"}, {"id": "b"}]
    documents += [{"id": "c", "price": 0}, {"id": "d", "price": 0}]
    searcher = shelved(tmp_path, [documents]).searcher()
    assert [hit["id"] for hit in searcher.search(EVERY, collapse="price")] == ["a", "b", "c"]
