"""The first of an order, and what comes after a mark, equal sorting everything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.search.ordering import Key, Order
from newsfeed.search.scored import Docs, Scored

SCORES = st.sampled_from([0.0, 0.5, 2.25])
INSTANTS = st.sampled_from([-(2**60), 0, 7, 2**60])
IDS = st.sampled_from(["a", "b", "ä", "aa", "🙂", "z", "\uffff"])
KINDS: dict[str, st.SearchStrategy[Key]] = {
    "score and date": st.builds(Key, st.tuples(SCORES, INSTANTS), IDS),
    "date": st.builds(Key, st.tuples(INSTANTS), IDS),
    "two dates": st.builds(Key, st.tuples(INSTANTS, INSTANTS), IDS),
}


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


def order_of(keys: Sequence[Key], width: int) -> Order:
    docs = np.arange(len(keys), dtype=np.uint32)
    found = Scored(docs, docs / 8)
    numbers = [np.array([key.numbers[place] for key in keys]) for place in range(width)]
    return Order(found, numbers, ListedIds([key.id for key in keys]))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), count=st.integers(0, 35))
def test_order(kind: str, data: st.DataObject, count: int) -> None:
    mark = data.draw(KINDS[kind])
    keys = data.draw(st.lists(KINDS[kind], max_size=30, unique=True))
    expected = sorted(keys, key=lambda key: (*key.numbers, key.id))
    order = order_of(keys, len(mark.numbers))
    found = order.first(count)
    assert [each.key for each in found] == expected[:count]
    assert all(keys[each.doc] == each.key and each.score == each.doc / 8 for each in found)
    later = [key for key in expected if (*key.numbers, key.id) > (*mark.numbers, mark.id)]
    rest = order.after(mark)
    assert len(rest) == len(later)
    assert [each.key for each in rest.first(len(keys))] == later
