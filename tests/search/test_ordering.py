"""The first of an order, and what comes after a mark, equal sorting everything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.search.interface import Sort
from newsfeed.search.ordering import Key, Order
from newsfeed.search.scored import Docs, Scored

SORTS: list[Sort] = ["relevance", "newest", "oldest"]
KEYS = st.builds(
    Key,
    st.sampled_from([0.0, 0.5, 2.25]),
    st.sampled_from([-(2**60), 0, 7, 2**60]),
    st.sampled_from(["a", "b", "ä", "aa", "🙂", "z", "\uffff"]),
)


class ListedIds:
    """Ids by document number."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids

    def __getitem__(self, doc: int) -> str:
        return self._ids[doc]

    def after(self, docs: Docs, id: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([self._ids[doc] > id for doc in docs.tolist()], np.bool_)

    def smallest(self, docs: Docs, count: int) -> list[int]:
        return sorted(docs.tolist(), key=self.__getitem__)[:count]


def order_of(keys: Sequence[Key], sort: Sort) -> Order:
    docs = np.arange(len(keys), dtype=np.uint32)
    found = Scored(docs, np.array([key.score for key in keys], np.float64))
    published = np.array([key.published for key in keys], np.int64)
    return Order(sort, found, published, ListedIds([key.id for key in keys]))


@pytest.mark.parametrize("sort", SORTS)
@given(keys=st.lists(KEYS, max_size=30), count=st.integers(0, 35), mark=KEYS)
def test_order(sort: Sort, keys: list[Key], count: int, mark: Key) -> None:
    keys = list(dict.fromkeys(keys))
    expected = sorted(keys, key=lambda key: key.place(sort))
    order = order_of(keys, sort)
    found = order.first(count)
    assert [key.place(sort) for _, key in found] == [key.place(sort) for key in expected[:count]]
    assert all(keys[doc] == key for doc, key in found)
    later = [key for key in expected if key.place(sort) > mark.place(sort)]
    rest = order.after(mark)
    assert len(rest) == len(later)
    assert {key for _, key in rest.first(len(keys))} == set(later)
