"""A reader shows the live documents of all segments as one index."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from whoosh.reading import ReaderClosed, TermNotFound

from newsfeed.whoosh_numpy.searching.reader import Reader
from tests.whoosh_numpy.small_indexes import river, shelved, without


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Two segments; the second document of each is deleted."""
    segments = [
        [
            river(0, "rhein pegel", price=3, section="politik", tags="a,b"),
            river(1, "verschwunden", price=4),
            river(2, "rhein rhein elbe", section="kultur", tags="b"),
        ],
        [
            river(3, "elbe", price=-1, section="kultur"),
            river(4, "rhein", price=9),
            {"id": "r5", "extra": [1, 2], "day": datetime(2022, 2, 3), "free": True},  # noqa: DTZ001
        ],
    ]
    index = without(shelved(tmp_path, segments), "id", ["r1", "r4"])
    return index.reader()


def test_documents_are_counted_and_numbered(reader: Reader) -> None:
    assert (reader.doc_count(), reader.doc_count_all()) == (4, 6)
    assert reader.has_deletions()
    assert [reader.is_deleted(number) for number in range(6)] == [0, 1, 0, 0, 1, 0]
    assert list(reader.all_doc_ids()) == [0, 2, 3, 5]
    assert [number for number, _ in reader.iter_docs()] == [0, 2, 3, 5]
    assert [fields["id"] for fields in reader.all_stored_fields()] == ["r0", "r2", "r3", "r5"]
    assert [base for _, base in reader.leaf_readers()] == [0, 3]
    assert reader.generation() > 0


def test_stored_values_come_one_by_one_or_together(reader: Reader) -> None:
    assert reader.stored_fields(5) == {
        "id": "r5",
        "extra": [1, 2],
        "day": datetime(2022, 2, 3),  # noqa: DTZ001
        "free": True,
    }
    assert reader.stored_value(2, "title") == "Der Rhein 2"
    with pytest.raises(KeyError):
        reader.stored_value(5, "title")
    for number in (-1, 6):
        with pytest.raises(KeyError, match="no document number"):
            reader.stored_fields(number)


def test_terms_are_those_of_live_documents(reader: Reader) -> None:
    assert list(reader.lexicon("body")) == [b"elbe", b"pegel", b"rhein"]
    assert ("body", "verschwunden") not in reader
    assert ("body", "rhein") in reader
    assert ("nowhere", "rhein") not in reader
    assert list(reader.field_terms("price")) == [-1, 3]
    assert list(reader.expand_prefix("body", "p")) == [b"pegel"]
    assert [text for _, text in reader.terms_from("tags", "b")][:2] == [b"b", b"der"]
    names = [name for name, _ in reader.all_terms()]
    assert names == sorted(names)
    assert "extra" not in reader.indexed_field_names()
    assert [text for text, _ in reader.iter_prefix("body", "r")] == [b"rhein"]


def test_statistics_of_terms_do_not_count_deleted_documents(reader: Reader) -> None:
    info = reader.term_info("body", "rhein")
    assert (info.doc_frequency(), info.weight(), info.max_weight()) == (2, 3.0, 2.0)
    assert (info.min_id(), info.max_id(), info.min_length(), info.max_length()) == (0, 2, 2, 3)
    assert reader.doc_frequency("body", "elbe") == 2
    assert reader.frequency("body", "rhein") == 3.0
    assert reader.frequency("body", "verschwunden") == 0.0
    assert reader.most_frequent_terms("body", 1) == [(3.0, b"rhein")]
    assert [text for _, text in reader.most_distinctive_terms("body", 1)] == [b"rhein"]
    with pytest.raises(TermNotFound):
        reader.term_info("body", "verschwunden")


def test_lengths_are_those_of_live_documents(reader: Reader) -> None:
    assert reader.field_length("body") == 6
    assert (reader.min_field_length("body"), reader.max_field_length("body")) == (1, 3)
    assert reader.doc_field_length(2, "body") == 3
    assert reader.doc_field_length(2, "section", 7) == 7
    assert (reader.min_field_length("section"), reader.max_field_length("section")) == (0, 0)


def test_postings_run_over_all_segments(reader: Reader) -> None:
    assert list(reader.postings("body", "elbe").all_ids()) == [2, 3]
    assert reader.first_id("body", "elbe") == 2
    for term in ("verschwunden", "niemals"):
        with pytest.raises(TermNotFound):
            reader.postings("body", term)
        with pytest.raises(TermNotFound):
            reader.first_id("body", term)


@pytest.mark.parametrize("field", ["nowhere", "extra"])
def test_a_field_without_terms_is_named(reader: Reader, field: str) -> None:
    for ask in (reader.postings, reader.term_info, reader.doc_frequency, reader.expand_prefix):
        with pytest.raises(TermNotFound, match=field):
            ask(field, "x")


def test_columns_give_values_and_sort_keys(reader: Reader) -> None:
    prices: Any = reader.column_reader("price")
    assert list(prices) == [3, 4, None, -1, 9, None]
    keys = [prices.sort_key(number) for number in range(6)]
    assert sorted(range(6), key=keys.__getitem__)[:2] == [3, 0]
    turned = reader.column_reader("price", reverse=True)
    assert turned.sort_key(0) < turned.sort_key(3)
    assert reader.column_reader("place")[0] == ""
    assert reader.column_reader("day")[5] == datetime(2022, 2, 3)  # noqa: DTZ001
    assert not reader.has_column("title")
    with pytest.raises(KeyError, match="not sortable"):
        reader.column_reader("title")
    with pytest.raises(NotImplementedError):
        reader.column_reader("place", reverse=True)
    with pytest.raises(IndexError):
        prices[6]


def test_a_cursor_walks_the_terms(reader: Reader) -> None:
    cursor = reader.cursor("body")
    walked = [cursor.term()]
    while cursor.next():
        walked.append(cursor.text())
    assert walked == ["elbe", "pegel", "rhein"]
    assert not cursor.is_valid()
    assert cursor.find(b"f") == "pegel"
    assert cursor.term_info().doc_frequency() == 1
    assert cursor.first() == "elbe"


def test_words_within_an_edit_distance(reader: Reader) -> None:
    assert set(reader.terms_within("body", "elb", 1)) == {"elbe"}
    assert set(reader.terms_within("body", "rien", 2)) == {"rhein"}
    assert set(reader.terms_within("body", "rhain", 1, prefix=4)) == set()
    assert reader.corrector("body").suggest("pegle", maxdist=2) == ["pegel"]


def test_a_closed_reader_says_so(reader: Reader) -> None:
    reader.close()
    for use in (reader.close, lambda: reader.stored_fields(0), lambda: reader.lexicon("body")):
        with pytest.raises(ReaderClosed):
            use()


def test_an_empty_index_has_nothing(tmp_path: Path) -> None:
    reader = shelved(tmp_path, []).reader()
    assert (reader.doc_count(), reader.field_length("body"), list(reader.all_terms())) == (0, 0, [])
    assert list(reader.column_reader("price")) == []
    assert reader.leaf_readers() == [(reader, 0)]
    with pytest.raises(TermNotFound):
        reader.postings("body", "rhein")
