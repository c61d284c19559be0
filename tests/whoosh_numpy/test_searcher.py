"""The searcher takes what Whoosh's takes, and finds what is right."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from whoosh import collectors, query, scoring
from whoosh.qparser import QueryParser
from whoosh.query import spans
from whoosh.searching import TimeLimit

from newsfeed.whoosh_numpy import Index, QueryTooDeep
from newsfeed.whoosh_numpy.searching.searcher import Searcher
from tests.whoosh_numpy.small_indexes import ids, rivers, shelved, without

RHEIN = query.Term("body", "rhein")
EVERY = query.Every()


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return rivers(tmp_path)


@pytest.fixture
def searcher(index: Index) -> Searcher:
    return index.searcher()


def test_the_best_come_first_and_equals_by_number(searcher: Searcher) -> None:
    assert ids(searcher.search(RHEIN)) == [2, 5, 8, 4, 7, 10, 0, 3, 9]
    results = searcher.search(RHEIN, limit=2)
    assert ids(results) == [2, 5]
    assert len(results) == 9
    with pytest.raises(ValueError, match="limit must be >= 1"):
        searcher.search(RHEIN, limit=0)


def test_a_reversed_search_begins_with_the_worst(searcher: Searcher) -> None:
    assert ids(searcher.search(RHEIN, limit=3, reverse=True)) == [9, 3, 0]


@pytest.mark.parametrize("optimize", [True, False])
def test_all_matches_without_a_limit(searcher: Searcher, optimize: bool) -> None:
    results = searcher.search(RHEIN, limit=None, optimize=optimize)
    assert results.scored_length() == len(results) == 9


def test_unscored_matches_come_by_number(searcher: Searcher) -> None:
    results = searcher.search(RHEIN, scored=False, limit=None)
    assert ids(results) == [0, 2, 3, 4, 5, 7, 8, 9, 10]
    assert [hit.score for hit in results] == [None] * 9


def test_filters_take_queries_results_and_numbers(searcher: Searcher) -> None:
    politics = query.Term("section", "politik")
    results = searcher.search(politics, limit=None)
    for allowed in (politics, results, results.docs(), searcher.search_page(politics, 1, 20)):
        found = searcher.search(RHEIN, filter=allowed, limit=3)
        assert ids(found) == [2, 8, 4]
        assert (len(found), found.filtered_count) == (5, 4)
        assert ids(searcher.search(RHEIN, mask=allowed)) == [5, 7, 3, 9]
    scores = {hit.docnum: hit.score for hit in searcher.search(RHEIN)}
    assert all(scores[hit.docnum] == hit.score for hit in found)


def test_an_empty_filter_lets_nothing_through(searcher: Searcher) -> None:
    empty: set[int] = set()
    for nothing in (empty, query.NullQuery, searcher.search(query.Term("body", "nil"))):
        assert ids(searcher.search(RHEIN, filter=nothing)) == []
        assert len(searcher.search(RHEIN, mask=nothing)) == 9
    with pytest.raises(TypeError, match="a filter is"):
        searcher.search(RHEIN, filter="politik")


def test_matched_terms_are_those_whose_part_of_the_query_matches(searcher: Searcher) -> None:
    asked = query.Or(
        [
            query.And([RHEIN, query.Term("section", "kultur")]),
            query.AndNot(query.Term("body", "elbe"), query.Term("tags", "c")),
            query.Prefix("id", "r10"),
        ]
    )
    results = searcher.search(asked, terms=True, limit=None)
    assert results.has_matched_terms()
    by_id = {hit["id"]: hit.matched_terms() for hit in results}
    assert by_id["r5"] == [("body", b"rhein"), ("section", b"kultur")]
    assert by_id["r10"] == [("body", b"elbe"), ("id", b"r10")]
    assert by_id["r4"] == [("body", b"elbe")]
    assert results.matched_terms() == {
        ("body", b"rhein"),
        ("section", b"kultur"),
        ("body", b"elbe"),
        ("id", b"r10"),
    }


def test_pages(searcher: Searcher) -> None:
    page = searcher.search_page(RHEIN, 2, pagelen=4)
    assert ids(page) == [7, 10, 0, 3]
    assert (page.total, page.pagecount, page.pagenum, page.offset) == (9, 3, 2, 4)
    assert not page.is_last_page()
    assert ids(searcher.search_page(RHEIN, 9, pagelen=4)) == [9]
    with pytest.raises(ValueError, match="pagenum"):
        searcher.search_page(RHEIN, 0)


def test_documents_by_the_values_of_fields(searcher: Searcher) -> None:
    assert searcher.document(id="r3")["title"] == "Der Rhein 3"
    assert searcher.document(id="r1") is None
    assert searcher.document_number(id="r3") == 3
    assert searcher.document_number(section="kultur", price=3) == 9
    assert list(searcher.document_numbers(section="kultur")) == [3, 5, 7, 9]
    assert len(list(searcher.documents())) == 9
    assert [each["id"] for each in searcher.documents(price=4)] == ["r2", "r7"]
    assert searcher.stored_fields(3)["id"] == "r3"


def test_finding_by_a_query_string(searcher: Searcher) -> None:
    assert ids(searcher.find("body", "elbe", limit=2)) == [0, 4]


def test_numbers_and_statistics(searcher: Searcher) -> None:
    assert (searcher.doc_count(), searcher.doc_count_all()) == (9, 12)
    assert searcher.avg_field_length("body") == 27 / 9
    assert searcher.avg_field_length("section", 1.5) == 1.5
    assert searcher.idf("body", "rhein") == pytest.approx(1 - 0.1053605, abs=1e-6)
    assert searcher.up_to_date()


def test_a_searcher_is_refreshed_when_something_was_committed(index: Index) -> None:
    searcher = index.searcher()
    assert searcher.refresh() is searcher
    without(index, "id", ["r0"])
    assert not searcher.up_to_date()
    fresh = searcher.refresh()
    assert (fresh.doc_count(), searcher.doc_count()) == (8, 9)


def test_suggestions_and_corrections(searcher: Searcher) -> None:
    assert searcher.suggest("body", "rhien") == ["rhein"]
    parser = QueryParser("body", searcher.schema)
    corrected = searcher.correct_query(parser.parse("rhien elbe"), "rhien elbe")
    assert corrected.string == "rhein elbe"


def test_what_is_like_a_document(searcher: Searcher) -> None:
    (hit,) = searcher.search(query.Term("id", "r8"))
    similar = hit.more_like_this("title", text="rhein 5")
    assert "r5" in [each["id"] for each in similar]
    assert "r8" not in [each["id"] for each in similar]
    assert dict(searcher.key_terms([8], "body", numterms=2)).keys() == {"rhein", "elbe"}


@pytest.mark.parametrize("weighting", [scoring.TF_IDF(), scoring.BM25F(B=0.1, K1=2.0)])
def test_weightings_decide_about_scores(index: Index, weighting: Any) -> None:
    with index.searcher(weighting=weighting) as searcher:
        assert ids(searcher.search(RHEIN, limit=3)) == [2, 5, 8]


def test_a_weighting_has_the_last_word(index: Index) -> None:
    class Later(scoring.BM25F):  # type: ignore[misc]
        use_final = True

        def final(self, searcher: Any, docnum: int, score: float) -> float:
            return score + docnum

    with index.searcher(weighting=Later()) as searcher:
        assert ids(searcher.search(RHEIN, limit=3)) == [10, 9, 8]


SPANS = [
    (spans.SpanFirst(query.Term("body", "rhein"), limit=0), [0, 2, 3, 4, 5, 7, 8, 9, 10]),
    (spans.SpanNear2([RHEIN, query.Term("body", "pegel")]), [3, 5, 7, 9]),
    (spans.SpanNear(RHEIN, query.Term("body", "elbe"), slop=1), [0, 2, 4, 8, 10]),
    (spans.SpanNot(RHEIN, query.Term("body", "elbe")), [0, 2, 3, 4, 5, 7, 8, 9, 10]),
    (spans.SpanNot(RHEIN, query.Term("body", "nil")), [0, 2, 3, 4, 5, 7, 8, 9, 10]),
    (spans.SpanOr([query.Term("body", "pegel"), query.Term("tags", "nil")]), [3, 5, 7, 9]),
    (spans.SpanCondition(RHEIN, query.Term("body", "pegel")), [3, 5, 7, 9]),
    (query.And([spans.SpanFirst(RHEIN), query.Term("tags", "c")]), [2, 5, 8]),
]


@pytest.mark.parametrize(("asked", "expected"), SPANS)
def test_spans_go_through_whooshs_matchers(
    searcher: Searcher, asked: Any, expected: list[int]
) -> None:
    results = searcher.search(asked, limit=None)
    assert sorted(ids(results)) == expected
    assert all(hit.score > 0 for hit in results)


def test_nested_documents(tmp_path: Path) -> None:
    documents = [
        {"id": "p1", "section": "parent"},
        {"id": "c1", "body": "rhein"},
        {"id": "c2", "body": "elbe"},
        {"id": "p2", "section": "parent"},
        {"id": "c3", "body": "rhein rhein"},
    ]
    searcher = shelved(tmp_path, [documents, documents]).searcher()
    parents = query.Term("section", "parent")
    up = searcher.search(query.NestedParent(parents, RHEIN))
    assert [hit["id"] for hit in up] == ["p2", "p2", "p1", "p1"]
    down = searcher.search(query.NestedChildren(parents, query.Term("id", "p1")))
    assert [hit["id"] for hit in down] == ["c1", "c2", "c1", "c2"]
    deleted = searcher.docs_for_query(query.NestedParent(parents, RHEIN), for_deletion=True)
    assert list(deleted) == list(range(10))


def test_column_queries_and_classes_of_ones_own(searcher: Searcher) -> None:
    assert sorted(ids(searcher.search(query.ColumnQuery("price", lambda p: p == 3)))) == [4, 9]

    class Twice(query.Term):  # type: ignore[misc]
        def matcher(self, searcher: Any, context: Any = None) -> Any:
            return query.Term.matcher(self, searcher, context).copy()

    found = searcher.search(Twice("body", "rhein"))
    plain = searcher.search(RHEIN)
    assert [(hit.docnum, hit.score) for hit in found] == [(hit.docnum, hit.score) for hit in plain]


@pytest.mark.parametrize("asked", [RHEIN, query.Or([RHEIN, query.Term("body", "elbe")])])
def test_whooshs_collectors_collect_what_is_found_here(searcher: Searcher, asked: Any) -> None:
    expected = [(hit.docnum, hit.score) for hit in searcher.search(asked, limit=3)]
    collector = searcher.collector(limit=3)
    timed = collectors.TimeLimitCollector(collectors.TermsCollector(collector), 60, use_alarm=False)
    searcher.search_with_collector(asked, timed)
    results = timed.results()
    assert [(hit.docnum, hit.score) for hit in results] == expected
    assert len(results) == 9
    assert results.q == asked
    assert ("body", b"rhein") in results.matched_terms()
    everything = searcher.collector(limit=None, groupedby="section", sortedby="price", mask=RHEIN)
    searcher.search_with_collector(EVERY, everything)
    assert len(everything.results()) == 0


def test_a_time_limit_ends_a_search(searcher: Searcher) -> None:
    class Slow(collectors.UnlimitedCollector):  # type: ignore[misc]
        def collect(self, sub_docnum: int) -> Any:
            threading.Event().wait(0.05)
            return super().collect(sub_docnum)

    timed = collectors.TimeLimitCollector(Slow(), 0.01, use_alarm=False)
    with pytest.raises(TimeLimit):
        searcher.search_with_collector(EVERY, timed)
    assert 1 <= timed.results().scored_length() < 9
    assert timed.results().q == EVERY


def test_a_query_too_deep_for_python_is_refused(searcher: Searcher) -> None:
    asked: Any = RHEIN
    for _ in range(5000):
        asked = spans.SpanOr([asked, RHEIN])
    with pytest.raises(QueryTooDeep):
        searcher.search(asked)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    searcher = shelved(tmp_path, []).searcher()
    results = searcher.search(EVERY, sortedby="price", groupedby="section", collapse="price")
    assert (len(results), results.groups(), results.is_empty()) == (0, {}, True)
    assert len(searcher.search(RHEIN, terms=True)) == 0
    collector = searcher.collector()
    searcher.search_with_collector(RHEIN, collector)
    assert len(collector.results()) == 0
    assert list(searcher.documents(id="r1")) == []
