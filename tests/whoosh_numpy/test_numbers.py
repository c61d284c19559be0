"""Document numbers in two bytes each, read as four."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.numbers import Numbers, Split, split


def numbers_of(arrays: dict[str, NDArray[Any]]) -> Numbers:
    return Numbers(arrays["docs"], arrays.get("high_rows"), arrays.get("highs"))


def test_small_numbers_have_no_high_halves() -> None:
    arrays = split(np.array([0, 65_535, 7], np.uint32))
    assert arrays.keys() == {"docs"}
    assert arrays["docs"].dtype == np.uint16
    assert numbers_of(arrays)[:].tolist() == [0, 65_535, 7]


def test_high_halves_are_runs() -> None:
    # Two terms: one in four documents, the last two of them beyond 65,535; one in a single one.
    arrays = split(np.array([1, 9, 65_536, 70_000, 131_072, 3], np.uint32))
    assert arrays["docs"].tolist() == [1, 9, 0, 4464, 0, 3]
    assert arrays["high_rows"].tolist() == [2, 4, 5]
    assert arrays["highs"].tolist() == [1, 2, 0]


@pytest.fixture
def terms() -> NDArray[np.uint32]:
    """Two hundred terms in about every tenth of 200,000 documents: more than a few runs."""
    drawn = np.random.default_rng(5)
    lists = [np.flatnonzero(drawn.random(200_000) < 1 / each) for each in range(10, 1000, 5)]
    return np.concatenate(lists).astype(np.uint32)


def test_long_lists_are_read_as_they_were(terms: NDArray[np.uint32]) -> None:
    found = numbers_of(split(terms))
    assert np.array_equal(found[:], terms)
    assert np.array_equal(np.asarray(found), terms)
    rows = np.random.default_rng(6).integers(0, len(terms), 1000)
    assert np.array_equal(found[rows], terms[rows])
    for start, end in zip(rows[:100].tolist(), rows[100:200].tolist(), strict=True):
        assert np.array_equal(found[start:end], terms[start:end])


NUMBERS = st.lists(
    st.integers(0, 2**32 - 1) | st.sampled_from((0, 65_535, 65_536, 65_537, 131_071, 131_072)),
    max_size=150,
)


@given(NUMBERS, st.data())
def test_numbers_are_read_as_an_array_is(values: list[int], data: st.DataObject) -> None:
    array = np.array(values, np.uint32)
    found = numbers_of(split(array))
    assert len(found) == len(values)
    start, end = (data.draw(st.integers(0, 160)) for _ in range(2))
    assert found[start:end].tolist() == values[start:end]
    assert found[start:end].dtype == np.uint32
    assert found[:].tolist() == values
    if values:
        rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=20))
        for dtype in (np.int64, np.uint32):
            assert found[np.array(rows, dtype)].tolist() == [values[row] for row in rows]
        assert [found[row] for row in rows] == [values[row] for row in rows]
        assert found[-1] == values[-1]


@given(st.lists(NUMBERS, max_size=5))
def test_pieces_are_split_as_the_whole_is(pieces: list[list[int]]) -> None:
    by_piece = Split()
    low = [by_piece.low(np.array(piece, np.uint32)) for piece in pieces]
    whole = split(np.array([number for piece in pieces for number in piece], np.uint32))
    assert [number for piece in low for number in piece.tolist()] == whole["docs"].tolist()
    high = by_piece.high()
    assert high.keys() == whole.keys() - {"docs"}
    assert all(np.array_equal(high[name], whole[name]) for name in high)


def test_numbers_of_no_row_are_refused() -> None:
    found = numbers_of(split(np.array([1, 70_000], np.uint32)))
    with pytest.raises(IndexError):
        found[2]
    with pytest.raises(IndexError):
        found[np.array([0, 2])]
    with pytest.raises(ValueError, match="one after another"):
        found[::2]
    with pytest.raises(ValueError, match="of their own"):
        np.asarray(found, copy=False)
