"""Tokens document by document become postings term by term."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.analysis.inversion import Tokens, invert, ordinals
from newsfeed.whoosh_numpy.storage import accelerators, lengths
from newsfeed.whoosh_numpy.storage.accelerators import DEPTH, FREQUENT
from newsfeed.whoosh_numpy.storage.container import Array

Document = list[tuple[int, int]]
"""Term and position of each token."""

TERMS = 70_000
"""More than 16 bits."""

DOCUMENTS = st.lists(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 2, 65_535, 65_536, TERMS - 1]), st.integers(0, 70_000)),
        max_size=12,
    ),
    max_size=12,
)


def tokens_of(documents: list[Document]) -> Tokens:
    flat = np.array([token for each in documents for token in each], np.uint32).reshape(-1, 2)
    counts = np.array([len(each) for each in documents], np.uint32)
    return Tokens(flat[:, 0], counts, flat[:, 1], flat[:, 1] * 2, flat[:, 1] * 2 + 1)


def postings(documents: list[Document]) -> dict[int, list[tuple[int, list[int]]]]:
    """Term -> (document, positions), by the book."""
    found: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for doc, tokens in enumerate(documents):
        for term, position in tokens:
            found[term].setdefault(doc, []).append(position)
    return {term: sorted(rows.items()) for term, rows in found.items()}


def read(arrays: dict[str, Array], term: int) -> list[tuple[int, list[int]]]:
    """The same from the arrays."""
    start, end = arrays["starts"][term : term + 2].tolist()
    frequencies = (arrays["codes"] >> 8).astype(int)
    frequencies[arrays["long_rows"]] = arrays["long_freqs"]
    at = int(arrays["position_starts"][term])
    found = []
    for row in range(start, end):
        positions = arrays["positions"][at : at + frequencies[row]].tolist()
        at += len(positions)
        found.append((int(arrays["docs"][row]), positions))
    assert at == arrays["position_starts"][term + 1]
    return found


@given(DOCUMENTS)
def test_the_arrays_say_what_the_documents_say(documents: list[Document]) -> None:
    arrays = invert(tokens_of(documents), TERMS, counted=True, scorable=True)
    expected = postings(documents)
    assert {term: read(arrays, term) for term in expected} == expected
    assert len(arrays["docs"]) == sum(map(len, expected.values()))
    assert arrays["startchars"].tolist() == (arrays["positions"].astype(int) * 2).tolist()
    assert arrays["endchars"].tolist() == (arrays["startchars"] + 1).tolist()
    assert arrays["lengths"].tolist() == list(map(len, documents))
    byte = lengths.encode(arrays["lengths"])
    assert (arrays["codes"] & 255).tolist() == byte[arrays["docs"]].tolist()


@pytest.mark.parametrize("times", [254, 255, 256, 70_000])
def test_a_frequency_that_fills_its_byte_stands_elsewhere(times: int) -> None:
    documents = [[(0, 0)], [(1, place % 65_536) for place in range(times)], [(1, 7)]]
    arrays = invert(tokens_of(documents), 2, counted=True, scorable=False)
    assert (arrays["codes"] >> 8).tolist() == [1, min(times, 255), 1]
    assert arrays["long_rows"].tolist() == ([1] if times >= 255 else [])
    assert arrays["long_freqs"].tolist() == ([times] if times >= 255 else [])
    assert read(arrays, 1) == postings(documents)[1]


def test_arrays_are_as_narrow_as_their_numbers_allow() -> None:
    near = invert(tokens_of([[(0, 65_535)]]), 1, counted=True, scorable=True)
    far = invert(tokens_of([[(0, 65_536)]]), 1, counted=True, scorable=True)
    assert [each["positions"].dtype.str for each in (near, far)] == ["<u2", "<u4"]
    assert [near[name].dtype.str for name in ("starts", "long_rows")] == ["<u4", "<u4"]


def test_a_term_counts_once_where_nothing_is_counted() -> None:
    tokens = Tokens(np.array([1, 1, 0], np.uint32), np.array([2, 1], np.uint32))
    arrays = invert(tokens, 2, counted=False, scorable=False)
    assert arrays["docs"].tolist() == [1, 0]
    assert arrays.keys() == {"starts", "docs", "long_rows", "long_freqs"}


@given(DOCUMENTS, st.data())
def test_documents_can_be_left_out(documents: list[Document], data: st.DataObject) -> None:
    live = [data.draw(st.booleans()) for _ in documents]
    kept = tokens_of(documents).only(np.array(live, np.bool_))
    expected = tokens_of([each for each, lives in zip(documents, live, strict=True) if lives])
    for part in ("terms", "counts", "positions", "startchars", "endchars"):
        assert getattr(kept, part).tolist() == getattr(expected, part).tolist()


def test_ordinals_name_the_only_term() -> None:
    tokens = Tokens(np.array([2, 0], np.uint32), np.array([1, 0, 1], np.uint32))
    found = ordinals(invert(tokens, 3, counted=False, scorable=False), 3)
    assert found is not None
    assert found.tolist() == [3, 0, 1]
    several = Tokens(np.array([2, 0], np.uint32), np.array([2], np.uint32))
    assert ordinals(invert(several, 3, counted=False, scorable=False), 1) is None


def best_rows(codes: list[int]) -> list[int]:
    """For each frequency the shortest documents, by the book."""
    by_frequency: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, code in enumerate(codes):
        by_frequency[code >> 8].append((code & 255, row))
    return [row for _, rows in sorted(by_frequency.items()) for _, row in sorted(rows)[:DEPTH]]


@pytest.mark.parametrize("piece", [1, 1000, 1 << 20])
@given(st.lists(st.sampled_from([0, 1, FREQUENT - 1, FREQUENT, 700]), max_size=6))
def test_the_best_rows_are_the_shortest_of_each_frequency(piece: int, sizes: list[int]) -> None:
    starts = np.cumsum([0, *sizes]).astype("<u4")
    draw = np.random.default_rng(len(sizes))
    codes = (draw.integers(1, 5, starts[-1]) << 8 | draw.integers(0, 40, starts[-1])).astype("<u2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accelerators, "_PIECE", piece)
        found = accelerators.accelerators(starts, codes)
    frequent = [term for term, size in enumerate(sizes) if size >= FREQUENT]
    if not frequent:
        assert found == {}
        return
    assert found["best_terms"].tolist() == frequent
    for place, (start, end) in enumerate(pairwise(found["best_starts"].tolist())):
        first, last = starts[frequent[place] : frequent[place] + 2].tolist()
        expected = best_rows(codes[first:last].tolist())
        assert found["best_rows"][start:end].tolist() == expected
        assert found["best_cut"][place] == (len(expected) < last - first)
    assert len(found["best_cut"]) == len(frequent)
