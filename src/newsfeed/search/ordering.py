"""The total orders of results.

In: matching documents with their keys. Out: the first of them in order. Called by the adapter.
Relevance is score down, published down, id up; newest is published down, id up; oldest is
published up, id up. The numbers decide over arrays; an id is looked at only where all numbers are
equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.interface import Sort
from newsfeed.search.scored import Docs, Scored

Number = int | float
Mask = NDArray[np.bool_]


class Ids(Protocol):
    """The ids of documents, of which there may be very many with equal numbers."""

    def __getitem__(self, doc: int) -> str:
        """The id of a document."""

    def after(self, docs: Docs, id: str) -> Mask:
        """Which of the documents, given ascending, have a greater id; it need not exist."""

    def smallest(self, docs: Docs, count: int) -> list[int]:
        """The documents, out of some given ascending, with the smallest ids, in their order."""


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

    def __init__(self, sort: Sort, found: Scored, published: NDArray[np.int64], ids: Ids) -> None:
        """`published`: one for each document found, in microseconds."""
        self._sort = sort
        self._found = found
        self._published = published
        self._ids = ids

    def __len__(self) -> int:
        return len(self._found)

    def after(self, mark: Key) -> Order:
        """The documents that come after a mark, whether or not its document still exists."""
        later, tied = self._against(mark)
        ties = np.flatnonzero(tied)
        later[ties] = self._ids.after(self._found.docs[ties], mark.id)
        return Order(self._sort, self._found.where(later), self._published[later], self._ids)

    def first(self, count: int) -> list[tuple[int, Key]]:
        """The first documents in order with their keys, without sorting all of them."""
        chosen: list[NDArray[np.intp]] = []
        room = count
        rest = np.arange(len(self) if count else 0)
        for key in self._numbers():
            if len(rest) <= room:
                break
            values = key(rest)
            last = np.partition(values, room - 1)[room - 1]
            before = rest[values < last]
            chosen.append(before)
            room -= len(before)
            rest = rest[values == last]
        if len(rest) > room:
            docs = self._found.docs
            rest = docs.searchsorted(self._ids.smallest(docs[rest], room))
        keyed = [self._keyed(at) for at in np.concatenate([*chosen, rest]).tolist()]
        return sorted(keyed, key=lambda found: found[1].place(self._sort))

    def _keyed(self, at: int) -> tuple[int, Key]:
        doc = int(self._found.docs[at])
        key = Key(float(self._found.scores[at]), int(self._published[at]), self._ids[doc])
        return doc, key

    def _numbers(self) -> list[Callable[[NDArray[np.intp]], NDArray[Any]]]:
        """The numeric keys of some places, most significant first, so that smaller comes first."""
        published, scores = self._published, self._found.scores
        if self._sort == "oldest":
            return [lambda places: published[places]]
        if self._sort == "newest":
            return [lambda places: -published[places]]
        return [lambda places: -scores[places], lambda places: -published[places]]

    def _against(self, mark: Key) -> tuple[Mask, Mask]:
        """Which documents come after a mark by their numbers, and which have the same numbers."""
        published, scores = self._published, self._found.scores
        if self._sort == "oldest":
            return published > mark.published, published == mark.published
        later, tied = published < mark.published, published == mark.published
        if self._sort == "newest":
            return later, tied
        equal = scores == mark.score
        return (scores < mark.score) | (equal & later), equal & tied
