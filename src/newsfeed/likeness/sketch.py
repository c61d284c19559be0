"""Sketches: a text as its smallest hashed shingles, from which likeness can be told.

In: an article. Out: a `Sketch` of at most 1 KB, and what two of them have in common. Called by
`ledger` and `duplicates`; pure, and the same on every machine.

A shingle is a run of four words (Broder 1997, "On the resemblance and containment of documents").
Of the hashes of all shingles the smallest `KEPT` are kept: a text that has fewer is compared
exactly, of longer ones the sketch is a random sample (bottom-k, Cohen & Kaplan 2007), with a
standard error below 0.04. Unlike a MinHash signature it tells containment as well as resemblance:
a shortened text resembles the whole one little, but stands in it entirely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from newsfeed.article import Article

VERSION = 1
"""Grows when the same text gets another sketch: sketches of other versions are made anew."""

KEPT = 256
KEYS = 16
"""Texts are held against each other if one of their so many smallest hashes is the same."""

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_LEAST = 20
"""A text of fewer shingles says too little: a teaser, a notice of a few words."""
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

_CONTAINED = 0.5
_SHORTEST = 1 / 6
"""A text in which the other fills less than this is an overview that has the other among much
else."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """`values` are the smallest hashes, different and ascending; `size` counts all the text has.

    A text too short to be judged has none.
    """

    values: NDArray[np.uint32]
    size: int

    @property
    def keys(self) -> list[int]:
        """The hashes under which the text is found by texts that resemble it."""
        return [int(value) for value in self.values[:KEYS]]

    def to_bytes(self) -> bytes:
        """The sketch as it is stored: its size and values as little-endian 32-bit numbers."""
        return np.concatenate(([self.size], self.values)).astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Sketch:
        """The sketch that `to_bytes` wrote."""
        numbers = np.frombuffer(stored, "<u4").astype(np.uint32, copy=False)
        return cls(numbers[1:], int(numbers[0]))


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts have in common, from 0 to 1.

    `similarity` is the share of all their shingles that both have, `containment` the share of the
    shorter one's that the longer one has, `proportion` the shorter one's length in the longer's.
    """

    similarity: float
    containment: float
    proportion: float

    @property
    def close(self) -> bool:
        """Whether they are two printings of one text: most of the shorter stands in the longer."""
        return self.containment >= _CONTAINED and self.proportion >= _SHORTEST


def sketch(article: Article) -> Sketch:
    """The sketch of an article's body. Headlines differ from paper to paper and do not count."""
    words = " ".join(_WORD.findall(article.text.casefold())).encode().split()
    count = len(words) - _SHINGLE + 1
    if count < _LEAST:
        return Sketch(np.empty(0, np.uint32), 0)
    numbers = np.fromiter(map(crc32, words), np.uint64, len(words))
    hashes = np.zeros(count, np.uint64)
    for offset in range(_SHINGLE):
        hashes = (hashes * _STEP) ^ numbers[offset : offset + count]
        hashes ^= hashes >> np.uint64(29)
    for factor in _MIX:  # every bit of a shingle moves every bit of its hash (splitmix64)
        hashes *= factor
        hashes ^= hashes >> np.uint64(32)
    different = np.unique((hashes >> np.uint64(32)).astype(np.uint32))
    if len(different) < _LEAST:
        return Sketch(np.empty(0, np.uint32), 0)
    return Sketch(different[:KEPT].copy(), len(different))


def compare(one: Sketch, other: Sketch) -> Likeness:
    """What two texts have in common; the same either way round."""
    if not one.size or not other.size:
        return Likeness(0.0, 0.0, 0.0)
    # up to here both sketches have every hash of their text
    limit = min(_complete_to(one), _complete_to(other))
    mine = one.values[: np.searchsorted(one.values, limit, "right")]
    theirs = other.values[: np.searchsorted(other.values, limit, "right")]
    shared = len(np.intersect1d(mine, theirs, assume_unique=True))
    return Likeness(
        similarity=shared / (len(mine) + len(theirs) - shared),
        containment=shared / max(1, min(len(mine), len(theirs))),
        proportion=min(one.size, other.size) / max(one.size, other.size),
    )


def _complete_to(sketch: Sketch) -> int:
    whole = sketch.size == len(sketch.values)
    return 0xFFFFFFFF if whole else int(sketch.values[-1])
