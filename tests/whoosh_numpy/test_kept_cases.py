"""Differences that were found once, and traps that Whoosh falls into: each as small as it gets.

The first half are those of Whoosh's own matchers and writers that the engine does right; the others
were found by the searches for differences in this folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from whoosh import analysis, fields, sorting
from whoosh import query as q

from newsfeed.whoosh_numpy.index import Index, create_in

WORD = analysis.SimpleAnalyzer()


def text(**options: Any) -> fields.TEXT:
    return fields.TEXT(WORD, stored=True, **options)


def index_of(folder: Path, field: fields.FieldType, *values: Any, segments: bool = False) -> Index:
    """An index of one field `f`; the values may each get a segment of their own."""
    index = create_in(folder, fields.Schema(f=field))
    for part in [[value] for value in values] if segments else [values]:
        writer = index.writer()
        for value in part:
            writer.add_document(**({} if value is None else {"f": value}))
        writer.commit(merge=False)
    return index


def found(index: Index, query: q.Query, **wanted: Any) -> list[int]:
    """The documents' numbers, best first."""
    with index.searcher() as searcher:
        return [hit.docnum for hit in searcher.search(query, limit=None, **wanted)]


def scores(index: Index, query: q.Query) -> list[float]:
    with index.searcher() as searcher:
        return [hit.score for hit in searcher.search(query, limit=None)]


def term(word: str, boost: float = 1.0) -> q.Term:
    return q.Term("f", word, boost=boost)


# What Whoosh does wrong


def test_and_not_leaves_out_the_first_document_too(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a b", "a", "a b", "a")
    assert found(index, q.AndNot(term("a"), term("b"))) == [1, 3]


def test_and_maybe_does_not_skip_documents(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a", "a b", "a", "b", "a b")
    assert sorted(found(index, q.AndMaybe(term("a"), term("b")))) == [0, 1, 2, 4]


def test_a_not_in_and_adds_nothing(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a", "a b", "c")
    alone = scores(index, q.AndNot(term("a"), term("b")))
    assert scores(index, q.And([term("a"), q.Not(term("b"))])) == alone


def test_the_boost_of_a_single_subquery_counts(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a", "b")
    once = scores(index, term("a"))
    assert scores(index, q.Or([term("a")], boost=2.0)) == [2 * score for score in once]


def test_a_boost_of_nothing_still_matches(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a b", "a", "c")
    query = q.Or([term(word, 0.0) for word in "abz"])
    assert found(index, query) == [0, 1]
    assert scores(index, query) == [0.0, 0.0]


def test_deleted_documents_are_in_no_statistic(tmp_path: Path) -> None:
    index = index_of(tmp_path / "a", text(), "a", "a b b b b b", "c")
    with index.writer() as writer:
        assert writer.delete_by_term("f", "b") == 1
    assert (index.doc_count(), index.doc_count_all()) == (2, 3)
    alone = index_of(tmp_path / "b", text(), "a", "c")
    assert scores(index, term("a")) == scores(alone, term("a"))


def test_the_last_of_three_updates_in_one_batch_stays(tmp_path: Path) -> None:
    schema = fields.Schema(key=fields.ID(unique=True), f=text())
    index = create_in(tmp_path, schema)
    with index.writer() as writer:
        for word in ("a", "b", "c"):
            writer.update_document(key="1", f=word)
    with index.searcher() as searcher:
        assert [hit["f"] for hit in searcher.search(q.Every())] == ["c"]


def test_otherwise_is_decided_for_the_index_not_for_each_segment(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a", "b", segments=True)
    assert found(index, q.Otherwise(term("a"), term("b"))) == [0]
    assert found(index, q.Otherwise(term("z"), term("b"))) == [1]


def test_the_letter_before_a_count_of_none_is_no_part_of_the_word(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "ac", "abc", "a", "xac")
    assert found(index, q.Regex("f", "ab{0,1}c")) == [0, 1]
    assert found(index, q.Regex("f", "ab?c")) == [0, 1]
    assert found(index, q.Regex("f", "ab*c")) == [0, 1]


def test_a_disjunction_of_disjunctions_takes_the_best_of_all(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a b c", "z")
    best = scores(index, term("c", 5.0))
    inner = q.DisjunctionMax([term("b", 2.0), term("c", 5.0)])
    assert scores(index, q.DisjunctionMax([term("a"), inner])) == best


def test_a_word_that_comes_twice_in_a_phrase_needs_two_places(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a b", "a a b", "a b a", "a x a")
    assert found(index, q.Phrase("f", ["a", "a"])) == [1]
    assert found(index, q.Phrase("f", ["a", "b", "a"])) == [2]
    assert sorted(found(index, q.Phrase("f", ["a", "a"], slop=2))) == [1, 2, 3]


# Lists of best postings, scores and pruning


def _bodies() -> list[str]:
    """3,000 texts: `a` in all, `b` in every other, `c` in a few; frequencies up to 300."""
    return [
        " ".join(["a"] * (1 + n % 7) + ["b"] * (n % 2) + ["c"] * (n % 97 == 0) + ["x"] * (n % 11))
        + " a" * (300 if n == 2500 else 0)
        for n in range(3000)
    ]


@pytest.fixture(scope="module", params=[1, 4], ids=["one segment", "four segments"])
def long_lists(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Lists long enough that the best postings of each are kept; segments of different sizes."""
    index = create_in(tmp_path_factory.mktemp("long"), fields.Schema(f=text()))
    bodies = _bodies()
    for share in [slice(None)] if request.param == 1 else _SHARES:
        writer = index.writer()
        writer.add_documents({"f": body} for body in bodies[share])
        writer.commit(merge=False)
    assert len(index.latest().leaves) == request.param
    return index


_SHARES = [slice(0, 600), slice(600, 1700), slice(1700, 2300), slice(2300, None)]


def both(index: Index, query: q.Query, limit: int) -> tuple[list[Any], list[Any]]:
    """The best, found with shortcuts and found by reading everything."""
    with index.searcher() as searcher:
        quick = searcher.search(query, limit=limit)
        whole = searcher.search(query, limit=None)
        return [(h.docnum, h.score) for h in quick], [(h.docnum, h.score) for h in whole][:limit]


@pytest.mark.parametrize("limit", [1, 10, 32, 33, 500])
@pytest.mark.parametrize("boost", [1.0, -1.0, 0.0, 1e-9, 1000.0])
def test_shortcuts_hold_for_any_boost(long_lists: Index, boost: float, limit: int) -> None:
    """A negative boost makes a sum smaller than its parts, so no part of it is a lower bound."""
    a, b, c = term("a"), term("b", boost), term("c", boost)
    for query in (
        b,
        q.Or([a, b]),
        q.Or([a, b, c]),
        q.And([a, b]),
        q.And([a, q.Not(c)]),
        q.AndMaybe(a, b),
        q.DisjunctionMax([a, b, c]),
        q.Or([q.And([a, b]), c]),
        q.AndNot(q.Or([a, b]), c),
        q.Or([a, q.Every("f", boost=boost)]),
        q.Or([a, q.Prefix("f", "b", boost=boost)]),
    ):
        quick, whole = both(long_lists, query, limit)
        assert quick == whole


def test_equal_scores_of_a_small_segment_before_a_large_one(tmp_path: Path) -> None:
    """The large one is searched first, and its matches are worse by their numbers alone."""
    index = create_in(tmp_path, fields.Schema(f=text()))
    for count in (1, 3, 2):
        writer = index.writer()
        writer.add_documents([{"f": "a"}] * count)
        writer.commit(merge=False)
    for query in (q.Every(), q.Prefix("f", "a"), q.Not(term("b")), term("a"), q.Every("f")):
        for limit in (1, 2, 4):
            with index.searcher() as searcher:
                hits = searcher.search(query, limit=limit)
                assert [hit.docnum for hit in hits] == list(range(limit))


def test_shortcuts_hold_when_the_best_are_deleted(tmp_path: Path) -> None:
    """The lists of best postings are written once and know of no deletions."""
    bodies = [" ".join(["a"] * (1 + n % 7)) for n in range(2000)]
    index = index_of(tmp_path, text(), *bodies)
    with index.writer() as writer:
        best = found(index, term("a"))[:200]
        for number in best:
            writer.delete_document(number)
    quick, whole = both(index, term("a"), 10)
    assert quick == whole
    assert len(quick) == 10
    assert not set(best) & {number for number, _ in quick}


def test_frequencies_beyond_a_byte_count(long_lists: Index) -> None:
    with long_lists.searcher() as searcher:
        assert searcher.search(term("a"), limit=1)[0].docnum == 2500


def test_equal_scores_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), *["a"] * 700)
    for limit in (1, 10, 100):
        with index.searcher() as searcher:
            hits = searcher.search(q.Or([term("a"), term("b")]), limit=limit)
            assert [hit.docnum for hit in hits] == list(range(limit))


def test_a_scale_equal_to_the_number_of_subqueries_scores_nothing(tmp_path: Path) -> None:
    index = index_of(tmp_path, text(), "a b", "a")
    query = q.Or([term("a"), term("b")], scale=2)
    assert (found(index, query), scores(index, query)) == ([0, 1], [0.0, 0.0])


# Spans


@pytest.mark.parametrize("second", ["a", "c", "z"])
def test_a_span_that_ends_or_is_nowhere_excludes_nothing(tmp_path: Path, second: str) -> None:
    index = index_of(tmp_path, text(), "a b", "b", "c c")
    assert sorted(found(index, q.SpanNot(term("b"), term(second)))) == [0, 1]
    assert found(index, q.SpanNot(term("b"), term("b"))) == []


# Fields


def test_numbers_given_twice_count_once(tmp_path: Path) -> None:
    index = index_of(tmp_path, fields.NUMERIC(), [5, 5, 7], 5)
    assert found(index, q.Term("f", 5)) == [0, 1]
    assert scores(index, q.Term("f", 5)) == [1.0, 1.0]
    assert found(index, q.NumericRange("f", 6, None)) == [0]


def test_ranges_beyond_what_a_field_can_hold(tmp_path: Path) -> None:
    index = index_of(tmp_path, fields.NUMERIC(bits=8), -128, 0, 127)
    assert found(index, q.NumericRange("f", -1000, 1000)) == [0, 1, 2]
    assert found(index, q.NumericRange("f", 1000, 2000)) == []
    assert found(index, q.NumericRange("f", None, -1000)) == []
    assert found(index, q.NumericRange("f", 5, 1)) == []
    assert found(index, q.Term("f", 1000)) == []


def test_zero_and_minus_zero_and_the_smallest_floats(tmp_path: Path) -> None:
    values = (-1e300, -5e-324, -0.0, 0.0, 5e-324, 1e300)
    index = index_of(tmp_path, fields.NUMERIC(float), *values)
    assert found(index, q.NumericRange("f", -5e-324, 0.0))[:2] == [1, 2]
    assert found(index, q.NumericRange("f", 0.0, None, startexcl=True)) == [4, 5]


def test_floats_can_be_sorted_by(tmp_path: Path) -> None:
    """Whoosh cannot write such a column."""
    index = index_of(tmp_path, fields.NUMERIC(float, sortable=True), 2.5, -1.0, None, 0.1)
    assert found(index, q.Every(), sortedby="f") == [1, 3, 0, 2]


def test_a_document_without_a_number_has_the_default_where_one_is_given(tmp_path: Path) -> None:
    with_default = fields.NUMERIC(sortable=True, default=5)
    assert found(index_of(tmp_path / "a", with_default, 6, None, 4), q.Every(), sortedby="f") == [
        2,
        1,
        0,
    ]
    without = index_of(tmp_path / "b", fields.NUMERIC(sortable=True), 6, None, 4)
    assert found(without, q.Every(), sortedby="f") == [2, 0, 1]


def test_decimals_come_back_as_they_were(tmp_path: Path) -> None:
    field = fields.NUMERIC(Decimal, decimal_places=2, stored=True, sortable=True)
    index = index_of(tmp_path, field, Decimal("-1.50"), Decimal("0.07"))
    with index.searcher() as searcher:
        hits = searcher.search(q.NumericRange("f", Decimal("0.01"), None))
        assert [hit["f"] for hit in hits] == [Decimal("0.07")]
    assert found(index, q.Term("f", Decimal("-1.50"))) == [0]


def test_dates_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    first = datetime(2022, 2, 27, 12, 0, 0, 1, tzinfo=UTC).replace(tzinfo=None)
    second = first.replace(microsecond=2)
    index = index_of(tmp_path, fields.DATETIME(sortable=True), second, first)
    assert found(index, q.DateRange("f", first, first)) == [1]
    assert found(index, q.DateRange("f", first, None, startexcl=True)) == [0]
    assert found(index, q.Every(), sortedby="f") == [1, 0]


def test_a_field_that_some_segments_have_not(tmp_path: Path) -> None:
    index = index_of(tmp_path, fields.ID(sortable=True), None, "b", None, "a", segments=True)
    assert found(index, q.Every("f")) == [1, 3]
    assert found(index, q.Not(q.Every("f"))) == [0, 2]
    assert found(index, q.Every(), sortedby="f") == [0, 2, 3, 1]
    with index.searcher() as searcher:
        groups = searcher.search(q.Every(), groupedby="f", maptype=sorting.Count).groups("f")
    assert groups == {"": 2, "b": 1, "a": 1}


def test_a_field_named_by_a_pattern(tmp_path: Path) -> None:
    schema = fields.Schema(key=fields.ID(stored=True))
    schema.add("*_d", fields.NUMERIC(), glob=True)
    schema.add("*_t", fields.TEXT(WORD), glob=True)
    index = create_in(tmp_path, schema)
    with index.writer() as writer:
        writer.add_document(key="1", size_d=3, head_t="haus wald")
        writer.add_document(key="2", width_d=3, head_t="wald haus")
    assert found(index, q.Term("size_d", 3)) == [0]
    assert found(index, q.Phrase("head_t", ["wald", "haus"])) == [1]
    assert found(index, q.Term("other_t", "haus")) == []


def test_gaps_of_stop_words_count_as_places(tmp_path: Path) -> None:
    gaps = analysis.RegexTokenizer() | analysis.StopFilter(["der"], renumber=False)
    index = index_of(tmp_path, fields.TEXT(gaps), "haus der wald", "haus wald", "der haus")
    assert found(index, q.Phrase("f", ["haus", "wald"])) == [1]
    assert sorted(found(index, q.Phrase("f", ["haus", "wald"], slop=2))) == [0, 1]


def test_several_texts_in_one_field(tmp_path: Path) -> None:
    """Whoosh takes a list for tokens that are analysed already."""
    index = index_of(tmp_path, text(), ["haus", "Wald"], ["haus wald"])
    assert found(index, term("Wald")) == [0]
    assert found(index, term("haus wald")) == [1]
    assert found(index, term("wald")) == []
