"""Cache: a bounded store of what is dear to compute, the longest unused dropped first.

In and out: keys and values. Called by `feeds` and `catalogue`, from many threads at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """Holds values up to `capacity`, in the unit that `weigh` counts (default: one a value).

    A value heavier than the whole capacity is not kept.
    """

    def __init__(self, capacity: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value kept under `key`, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        """Keeps `value`, letting go of the longest unused ones where there is no room."""
        weight = self._weigh(value)
        if weight > self._capacity:
            return
        with self._lock:
            previous = self._values.pop(key, None)
            if previous is not None:
                self._weight -= self._weigh(previous)
            self._values[key] = value
            self._weight += weight
            while self._weight > self._capacity:
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weigh(dropped)
