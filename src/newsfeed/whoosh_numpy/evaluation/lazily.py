"""Values of an object that are computed when first asked for, and kept.

In: a method without arguments. Out: an attribute. Used by the nodes, each of which belongs to one
thread: before Python 3.12 `functools.cached_property` takes a lock, longer than most nodes take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as lazily
else:

    class lazily:  # noqa: N801
        """A decorator, as `functools.cached_property`."""

        def __init__(self, find):
            self._find = find

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, found, owner):
            value = found.__dict__[self._name] = self._find(found)
            return value


__all__ = ["lazily"]
