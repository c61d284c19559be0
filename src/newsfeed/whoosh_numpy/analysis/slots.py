"""A hash table of short words, for many look-ups at once.

In: words as two integers. Out: their numbers. Called by `words`. Open addressing with linear
probing; what is compared is the word itself, so the hash decides nothing but where the search
begins. Its keys are drawn for each table, so nobody can choose words that share a place.
"""

from __future__ import annotations

import secrets
from typing import Final

import numpy as np
from numpy.typing import NDArray

UNKNOWN: Final = 0
"""The number of no word."""

Integers = NDArray[np.uint64]

_HALF: Final = np.uint64(32)


class Slots:
    """Numbers are the caller's, from 1 up. Not shared by threads."""

    def __init__(self) -> None:
        self._heads = np.zeros(1 << 12, np.uint64)
        self._tails = np.zeros(1 << 12, np.uint64)
        self._numbers: list[NDArray[np.uint32]] = []
        self._count = 0
        self._bits = 14
        self._slots = np.zeros(1 << self._bits, np.uint32)
        self._keys = [np.uint64(secrets.randbits(64) | 1) for _ in range(3)]

    def find(self, heads: Integers, tails: Integers) -> NDArray[np.uint32]:
        """The number of each word, or `UNKNOWN`. No word is twice zero."""
        slots = self._homes(heads, tails)
        found = self._slots[slots]
        wrong = np.flatnonzero((self._heads[found] != heads) | (self._tails[found] != tails))
        while len(wrong := wrong[found[wrong] != UNKNOWN]):
            slots[wrong] = (slots[wrong] + 1) & (len(self._slots) - 1)
            found[wrong] = at = self._slots[slots[wrong]]
            same = (self._heads[at] == heads[wrong]) & (self._tails[at] == tails[wrong])
            wrong = wrong[~same]
        return found

    def add(self, numbers: NDArray[np.uint32], heads: Integers, tails: Integers) -> None:
        """Adds words that are not there yet, no two of them the same."""
        if not len(numbers):
            return
        self._heads = _reaching(self._heads, int(numbers.max()))
        self._tails = _reaching(self._tails, int(numbers.max()))
        self._heads[numbers], self._tails[numbers] = heads, tails
        self._numbers.append(numbers)
        self._count += len(numbers)
        if self._count * 3 > len(self._slots):
            self._bits = int(self._count * 6).bit_length()
            self._slots = np.zeros(1 << self._bits, np.uint32)
            numbers = np.concatenate(self._numbers)
            self._numbers = [numbers]
        self._insert(numbers)

    def _insert(self, numbers: NDArray[np.uint32]) -> None:
        slots = self._homes(self._heads[numbers], self._tails[numbers])
        while len(numbers):
            free = self._slots[slots] == UNKNOWN
            # Of several words that want one free slot the last one gets it.
            self._slots[slots[free]] = numbers[free]
            left = self._slots[slots] != numbers
            numbers, slots = numbers[left], (slots[left] + 1) & (len(self._slots) - 1)

    def _homes(self, heads: Integers, tails: Integers) -> NDArray[np.int64]:
        first, second, third = self._keys
        mixed = heads * first
        mixed += tails * second
        mixed ^= mixed >> _HALF
        mixed *= third
        mixed >>= np.uint64(64 - self._bits)
        return mixed.astype(np.int64)


def _reaching(held: Integers, number: int) -> Integers:
    """The same with room for an element of this number."""
    if number < len(held):
        return held
    larger = np.zeros(max(number + 1, 2 * len(held)), np.uint64)
    larger[: len(held)] = held
    return larger
