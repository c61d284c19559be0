"""A memory that forgets: the most recently used values up to a total weight.

In: keys, values, weights. Out: values still remembered. Called by the snapshot (postings) and by
scoring (word weights). Safe to share between threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Remembers values until their weights exceed `limit`; the least recently used go first."""

    def __init__(self, limit: int, weigh: Callable[[V], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._total = 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The remembered value of a key, or the one that `make` returns.

        Two threads may make the same value at the same time; either is as good.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._total += self._weigh(value)
            while self._total > self._limit and len(self._values) > 1:
                _, forgotten = self._values.popitem(last=False)
                self._total -= self._weigh(forgotten)
        return value
