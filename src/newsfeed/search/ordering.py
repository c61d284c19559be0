"""The total orders of results.

In: matching documents with their keys. Out: the first of them in order. Called by the adapter.
Relevance is score down, published down, id up; newest is published down, id up; oldest is
published up, id up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from newsfeed.search.interface import Sort

Number = int | float


@dataclass(frozen=True, slots=True)
class Key:
    """Where a hit stands in its order: smaller keys come first. `published` in microseconds."""

    score: float
    published: int
    id: str

    def place(self, sort: Sort) -> tuple[Number, Number, str]:
        """The key as a tuple that ascends in this order."""
        if sort == "relevance":
            return -self.score, -self.published, self.id
        return 0, -self.published if sort == "newest" else self.published, self.id


class Order:
    """One order over scored documents."""

    def __init__(
        self,
        sort: Sort,
        scores: Mapping[int, float],
        published: Sequence[int],
        ids: Sequence[str],
    ) -> None:
        self._sort = sort
        self._scores = scores
        self._published = published
        self._ids = ids

    def key(self, doc: int) -> Key:
        return Key(self._scores[doc], self._published[doc], self._ids[doc])

    def after(self, docs: Iterable[int], mark: Key) -> list[int]:
        """The documents that come after a mark, whether or not its document still exists."""
        place = mark.place(self._sort)
        return [doc for doc in docs if self.key(doc).place(self._sort) > place]

    def first(self, docs: Iterable[int], count: int) -> list[int]:
        """The first documents in order, without sorting all of them."""
        chosen: list[int] = []
        rest = list(docs) if count else []
        for key in self._numbers():
            room = count - len(chosen)
            if len(rest) <= room:
                break
            last = nsmallest(room, map(key, rest))[-1]
            chosen += [doc for doc in rest if key(doc) < last]
            rest = [doc for doc in rest if key(doc) == last]
        chosen += rest
        return sorted(chosen, key=lambda doc: self.key(doc).place(self._sort))[:count]

    def _numbers(self) -> list[Callable[[int], Number]]:
        """The numeric keys, most significant first, so that smaller comes first."""
        published = self._published
        if self._sort == "oldest":
            return [published.__getitem__]
        newest: Callable[[int], Number] = lambda doc: -published[doc]  # noqa: E731
        if self._sort == "newest":
            return [newest]
        scores = self._scores
        return [lambda doc: -scores[doc], newest]
