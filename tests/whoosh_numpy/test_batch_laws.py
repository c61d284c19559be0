"""By whichever road, a batch writes what Whoosh would write of any documents."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import columns, fields, formats

from newsfeed.whoosh_numpy.storage import sortable
from newsfeed.whoosh_numpy.writing import pending
from tests.whoosh_numpy.batches import (
    Document,
    all_kinds,
    arrays,
    by_segment,
    column,
    filled,
    segment,
)
from tests.whoosh_numpy.field_kinds import KINDS

DOCUMENTS = st.lists(
    st.fixed_dictionaries({}, optional={name: each.values for name, each in KINDS.items()}),
    max_size=6,
)


@given(DOCUMENTS, st.data())
@settings(max_examples=60, deadline=None)
def test_the_fast_road_leads_where_the_slow_one_leads(
    documents: list[Document], data: st.DataObject
) -> None:
    deleted = data.draw(
        st.sets(st.sampled_from(range(len(documents)))) if documents else st.just(set())
    )
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pending, "_PIECE", data.draw(st.sampled_from([1, 30, 1 << 17])))
        path = Path(folder) / "segment"
        fast, slow = filled(all_kinds(), documents), filled(all_kinds(), documents, by_words=False)
        fast.delete(deleted)
        slow.delete(deleted)
        assert arrays(path, fast) == arrays(path, slow)


@given(DOCUMENTS, st.data())
@settings(max_examples=40, deadline=None)
def test_deleted_documents_leave_nothing(documents: list[Document], data: st.DataObject) -> None:
    deleted = data.draw(
        st.sets(st.sampled_from(range(len(documents)))) if documents else st.just(set())
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "segment"
        batch = filled(all_kinds(), documents)
        batch.delete(deleted)
        left = [each for doc, each in enumerate(documents) if doc not in deleted]
        assert len(batch) == len(left)
        assert arrays(path, batch) == arrays(path, filled(all_kinds(), left))


def by_whoosh(field: fields.FieldType, value: Any) -> dict[bytes, tuple[int, list[int]]]:
    """Term -> frequency, positions, from what Whoosh itself would write."""
    positioned = field.format.supports("positions")
    return {
        bytes(term): (
            1 if type(field.format) is formats.Existence else frequency,
            field.format.decode_positions(packed) if positioned else [],
        )
        for term, frequency, _, packed in field.index(value)
        if not isinstance(field, fields.NUMERIC) or term[:1] == b"\0"
    }


@given(DOCUMENTS)
@settings(max_examples=40, deadline=None)
def test_a_segment_says_what_whoosh_would_write(documents: list[Document]) -> None:
    with TemporaryDirectory() as folder:
        found = segment(Path(folder), all_kinds(), *documents)
        for name, field in all_kinds().items():
            if not field.indexed or isinstance(field, fields.SpellField):
                continue
            expected = {
                doc: by_whoosh(field, each[name])
                for doc, each in enumerate(documents)
                if name in each
            }
            assert by_segment(found, name) == {doc: each for doc, each in expected.items() if each}
            lengths = found.lengths(name)
            if field.scorable and lengths is not None:
                counts = {doc: sum(tf for tf, _ in each.values()) for doc, each in expected.items()}
                assert lengths.tolist() == [counts.get(doc, 0) for doc in range(len(documents))]


@given(DOCUMENTS)
@settings(max_examples=30, deadline=None)
def test_stored_values_and_columns_come_back(documents: list[Document]) -> None:
    with TemporaryDirectory() as folder:
        used = all_kinds()
        found = segment(Path(folder), used, *documents)
        for doc, each in enumerate(documents):
            assert found.stored(doc) == {
                name: value for name, value in each.items() if used[name].stored
            }
        for name, field in used.items():
            if field.column_type:
                expected = [
                    None if name not in each else field.to_column_value(each[name])
                    for each in documents
                ]
                assert column(found, name, field) == expected


@given(st.lists(st.floats(allow_nan=False), min_size=2))
def test_floats_of_a_column_sort_as_bytes(numbers: list[float]) -> None:
    kind = columns.NumericColumn("d")
    raw = [sortable.encode(kind, number) for number in numbers]
    assert [sortable.decode(kind, each) for each in sorted(raw)] == sorted(numbers)
