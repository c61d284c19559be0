"""Tells damaged files from other errors.

In: the leaves that an error came from. Out: DamagedIndex with the file's name, or nothing. Called
by `reader` and `searcher`. Reading arrays whose bytes are not what was written ends in one of
`SIGNS` sooner or later; so does many a mistake in a program. The files' checksums decide: where all
of them are right, the error is what it says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar
from weakref import WeakSet

import zstandard

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment

SIGNS: Final = (
    IndexError,
    KeyError,
    ValueError,  # UnicodeDecodeError, JSONDecodeError
    OverflowError,
    MemoryError,
    struct.error,
    zstandard.ZstdError,
)

_SOUND: Final[WeakSet[Segment]] = WeakSet()
"""Segments that were read in full and found as they were written: once is enough."""


_Item = TypeVar("_Item")


def guarded(leaf: Leaf, found: Iterator[_Item]) -> Iterator[_Item]:
    """The same items; raises DamagedIndex for errors that come of that."""
    try:
        yield from found
    except SIGNS:
        check((leaf,))
        raise


def check(leaves: Iterable[Leaf]) -> None:
    """Raises DamagedIndex for the first file with an array that is not as it was written."""
    for leaf in leaves:
        if leaf.segment not in _SOUND:
            problems = leaf.segment.file.verify()
            if problems:
                reason = problems[0].removeprefix(f"{leaf.segment.path.name}: ")
                raise DamagedIndex(leaf.segment.path, reason)
            _SOUND.add(leaf.segment)
