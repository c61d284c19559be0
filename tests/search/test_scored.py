"""Few documents and many are joined in different ways, and both are plain arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.search.scored import (
    Scored,
    common,
    contained,
    gathered,
    scores_of,
    total,
    without,
)

Plain = dict[int, float]
PLAIN = st.dictionaries(st.integers(0, 60), st.integers(0, 2**40).map(lambda n: n / 2**32))
SIZES = pytest.mark.parametrize("size", [61, 10**6], ids=["table", "bisection"])


def scored(plain: Plain) -> Scored:
    docs = sorted(plain)
    return Scored(np.array(docs, np.uint32), np.array([plain[doc] for doc in docs], np.float64))


def plainly(found: Scored) -> Plain:
    assert (np.diff(found.docs.astype(np.int64)) > 0).all()
    assert found.docs.dtype == np.uint32
    return dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))


@SIZES
@given(parts=st.lists(PLAIN, max_size=5))
def test_total(size: int, parts: list[Plain]) -> None:
    expected: Counter[int] = Counter()
    for part in parts:
        for doc, score in part.items():
            expected[doc] += score  # type: ignore[assignment]
    assert plainly(total([scored(part) for part in parts], size)) == dict(expected)


@SIZES
@given(pairs=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2**20))))
def test_gathered(size: int, pairs: list[tuple[int, int]]) -> None:
    expected: Counter[int] = Counter()
    for doc, score in pairs:
        expected[doc] += score
    docs = np.array([doc for doc, _ in pairs], np.uint32)
    scores = np.array([score for _, score in pairs], np.float64)
    assert plainly(gathered(docs, scores, size)) == dict(expected)


@SIZES
@given(parts=st.lists(PLAIN, min_size=1, max_size=4))
def test_common(size: int, parts: list[Plain]) -> None:
    docs = set(parts[0]).intersection(*parts)
    expected = {doc: sum(part[doc] for part in parts) for doc in docs}
    assert plainly(common([scored(part) for part in parts], size)) == expected


@SIZES
@given(one=PLAIN, others=st.lists(PLAIN, max_size=3))
def test_without(size: int, one: Plain, others: list[Plain]) -> None:
    expected = {doc: score for doc, score in one.items() if not any(doc in o for o in others)}
    assert plainly(without(scored(one), [scored(each) for each in others], size)) == expected


@SIZES
@given(one=PLAIN, other=PLAIN)
def test_looking_up(size: int, one: Plain, other: Plain) -> None:
    docs, found = scored(one).docs, scored(other)
    hits: Callable[[int], bool] = other.__contains__
    assert contained(docs, found.docs, size).tolist() == [hits(doc) for doc in sorted(one)]
    assert scores_of(docs, found, size).tolist() == [other.get(doc, 0.0) for doc in sorted(one)]
