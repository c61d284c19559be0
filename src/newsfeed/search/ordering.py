"""The total orders of results.

In: matching documents with the numbers that decide about their order. Out: the first of them in
order. Called by `answering`. The numbers decide over arrays, the smaller coming first; an id is
looked at only where all numbers are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.interface import Sort
from newsfeed.search.scored import Docs, Scored

Number = int | float
Numbers = NDArray[Any]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

DECIDING: Final[dict[Sort, tuple[str, ...]]] = {
    "relevance": ("-score", "-published"),
    "newest": ("-published",),
    "oldest": ("published",),
    "arrived": ("-arrived", "-published"),
    "revised": ("-revised", "-published"),
    "touched": ("-touched", "-published"),
}
"""For each order the numbers that decide, the first one most; a minus turns one round. The id
decides last, ascending."""


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
    """Where a hit stands in an order: the smaller numbers come first, then the smaller id.

    `numbers` are those of `DECIDING`, turned round where it says so.
    """

    numbers: tuple[Number, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A document in its place."""

    doc: int
    score: float
    key: Key


class Order:
    """One order over scored documents."""

    def __init__(self, found: Scored, numbers: Sequence[Numbers], ids: Ids) -> None:
        """`numbers`: arrays with one for each document found, the most significant first."""
        self._found = found
        self._numbers = numbers
        self._ids = ids

    def __len__(self) -> int:
        return len(self._found)

    def after(self, mark: Key) -> Order:
        """The documents that come after a mark, whether or not its document still exists."""
        later = np.zeros(len(self), np.bool_)
        tied = np.ones(len(self), np.bool_)
        for numbers, number in zip(self._numbers, mark.numbers, strict=True):
            later |= tied & (numbers > number)
            tied &= numbers == number
        ties = np.flatnonzero(tied)
        later[ties] = self._ids.after(self._found.docs[ties], mark.id)
        rest = [numbers[later] for numbers in self._numbers]
        return Order(self._found.where(later), rest, self._ids)

    def first(self, count: int) -> list[Placed]:
        """The first documents in order, without sorting all of them."""
        chosen: list[Places] = []
        room = count
        rest = np.arange(len(self) if count else 0)
        for numbers in self._numbers:
            if len(rest) <= room:
                break
            values = numbers[rest]
            last = np.partition(values, room - 1)[room - 1]
            before = rest[values < last]
            chosen.append(before)
            room -= len(before)
            rest = rest[values == last]
        if len(rest) > room:
            docs = self._found.docs
            rest = docs.searchsorted(self._ids.smallest(docs[rest], room))
        placed = self._placed(np.concatenate([*chosen, rest]))
        return sorted(placed, key=lambda each: (each.key.numbers, each.key.id))

    def _placed(self, places: Places) -> list[Placed]:
        docs = self._found.docs[places].tolist()
        scores = self._found.scores[places].tolist()
        keys = zip(*(numbers[places].tolist() for numbers in self._numbers), strict=True)
        return [
            Placed(doc, score, Key(key, self._ids[doc]))
            for doc, score, key in zip(docs, scores, keys, strict=True)
        ]
