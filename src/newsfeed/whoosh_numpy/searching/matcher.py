"""Whoosh's view of postings: one document at a time.

In: the rows of a term in the leaves of a reader. Out: a `whoosh.matching` matcher. Called by
`reader.Reader.postings`, and through it by Whoosh's own queries, scorers and collectors; the
evaluation of this library works on whole arrays instead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Format
from whoosh.matching import LeafMatcher
from whoosh.matching.mcore import Matcher, NullMatcher, ReadTooFar

from newsfeed.whoosh_numpy.storage import lengths
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import FieldArrays


@dataclass(frozen=True)
class TermRows:
    """The live postings of one term in one leaf. `base` is added to its document numbers."""

    arrays: FieldArrays
    term: int
    base: int
    kept: NDArray[np.int64]
    """The rows of live documents, counted from the term's first."""

    @cached_property
    def docs(self) -> NDArray[np.int64]:
        return self.arrays.docs[self._start : self._end][self.kept].astype(np.int64) + self.base

    @cached_property
    def frequencies(self) -> NDArray[np.int64]:
        return self._all_frequencies[self.kept]

    @cached_property
    def length_bytes(self) -> NDArray[np.uint8] | None:
        """For each live row the length byte; None where lengths are not counted."""
        if self.arrays.codes is None:
            return None
        return self.arrays.codes[self._start : self._end][self.kept].astype(np.uint8)

    def positions(self, row: int) -> list[int]:
        """The positions in the row-th live document."""
        if self.arrays.positions is None:
            raise ValueError(f"field {self.arrays.name!r} keeps no positions")
        return self._slice(self.arrays.positions, row)

    def characters(self, row: int) -> list[tuple[int, int, int]]:
        """(position, first character, one after the last) in the row-th live document."""
        if self.arrays.startchars is None or self.arrays.endchars is None:
            raise ValueError(f"field {self.arrays.name!r} keeps no characters")
        starts = self._slice(self.arrays.startchars, row)
        return list(
            zip(self.positions(row), starts, self._slice(self.arrays.endchars, row), strict=True)
        )

    def _slice(self, array: NDArray[Any], row: int) -> list[int]:
        bounds = self._bounds[self.kept[row] : self.kept[row] + 2].tolist()
        found: list[int] = array[bounds[0] : bounds[1]].tolist()
        return found

    @cached_property
    def _rows(self) -> tuple[int, int]:
        return self.arrays.rows(self.term)

    @property
    def _start(self) -> int:
        return self._rows[0]

    @property
    def _end(self) -> int:
        return self._rows[1]

    @cached_property
    def _all_frequencies(self) -> NDArray[np.int64]:
        return self.arrays.frequencies(self._start, self._end)

    @cached_property
    def _bounds(self) -> NDArray[np.int64]:
        assert self.arrays.position_starts is not None
        bounds = np.zeros(len(self._all_frequencies) + 1, np.int64)
        np.cumsum(self._all_frequencies, out=bounds[1:])
        return bounds + int(self.arrays.position_starts[self.term])


def term_rows(leaf: Leaf, field: str, term: bytes, base: int) -> TermRows | None:
    """The live postings of a term; None where no live document has it."""
    found = leaf.term(field, term)
    if found is None:
        return None
    arrays, number = found
    start, end = arrays.rows(number)
    if leaf.live is None:
        kept = np.arange(end - start)
    else:
        kept = np.flatnonzero(leaf.live[arrays.docs[start:end]])
    return TermRows(arrays, number, base, kept) if len(kept) else None


class PostingMatcher(LeafMatcher):  # type: ignore[misc]
    """The live documents with a term, ascending. Quality is that of the whole list.

    `supports_block_quality` is False: a list is one block, and what Whoosh's composite matchers
    skip by quality loses hits. `max_quality` is an upper bound all the same. Not shared by threads.
    """

    def __init__(
        self, field: str, term: bytes, parts: Sequence[TermRows], format_: Format, scorer: Any
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = (field, term)
        self._parts = tuple(parts)
        self._ids: list[int] = np.concatenate([part.docs for part in parts]).tolist()
        self._starts = np.cumsum([0, *(len(part.kept) for part in parts)]).tolist()
        self._at = 0

    @cached_property
    def _frequencies(self) -> list[int]:
        found: list[int] = np.concatenate([part.frequencies for part in self._parts]).tolist()
        return found

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> PostingMatcher:
        other = self.__class__.__new__(self.__class__)
        other.__dict__.update(self.__dict__)
        return other

    def id(self) -> int:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._ids[self._at :])

    def next(self) -> bool:
        """To the next document. Raises ReadTooFar. False: never a new block."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return False

    def skip_to(self, id: int) -> bool:
        """To the first document that is not below this one. Raises ReadTooFar."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, id, self._at)
        return False

    def weight(self) -> float:
        weight: float = self._frequencies[self._at] * self.format.field_boost
        return weight

    def value(self) -> bytes:
        """The posting as Whoosh's format of the field would have encoded it."""
        if not hasattr(self.format, "encode"):  # Frequency has no encode of its own
            return int(self._frequencies[self._at]).to_bytes(4, "big")
        raw = b""
        if self.supports("characters"):
            raw = self.format.encode(self.value_as("characters"))
        elif self.supports("positions"):
            raw = self.format.encode(self.value_as("positions"))
        return raw

    def value_as(self, astype: str) -> Any:
        """The posting as `frequency`, `weight`, `positions`, `characters`, `position_boosts`."""
        part, row = self._place()
        if astype == "frequency":
            return int(part.frequencies[row])
        if astype == "weight":
            return self.weight()
        if astype == "positions":
            return part.positions(row)
        if astype == "characters":
            return part.characters(row)
        if astype == "position_boosts":
            return [(position, 1) for position in part.positions(row)]
        raise ValueError(f"field {self._term[0]!r} does not keep {astype!r}")

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        """(document, value) from here on; leaves the matcher where it is."""
        other = self.copy()
        while other.is_active():
            yield other.id(), other.value_as(astype)
            other.next()

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        """(document, encoded value) from here on; leaves the matcher where it is."""
        other = self.copy()
        while other.is_active():
            yield other.id(), other.value()
            other.next()

    def score(self) -> float:
        return self.weight() if self.scorer is None else float(self.scorer.score(self))

    def replace(self, minquality: float = 0) -> Matcher:  # noqa: ARG002
        """Nothing, where nothing is left; else itself, that collectors count all there is."""
        return self if self.is_active() else NullMatcher()

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        """No score of the list is higher. Raises NoQualityAvailable where the scorer says none."""
        return self.block_max_weight() if self.scorer is None else float(self.scorer.max_quality())

    def block_quality(self) -> float:
        return self.max_quality()

    def skip_to_quality(self, minquality: float) -> int:
        """To the end where the list cannot be better; the number of blocks left out, 0 or 1."""
        if not self.is_active() or self.max_quality() > minquality:
            return 0
        self._at = len(self._ids)
        return 1

    def block_min_length(self) -> int:
        return min(self._lengths())

    def block_max_length(self) -> int:
        return max(self._lengths())

    def block_max_weight(self) -> float:
        weight: float = max(self._frequencies) * self.format.field_boost
        return weight

    def _lengths(self) -> list[int]:
        found = [part.length_bytes for part in self._parts]
        listed = [lengths.DECODED[each] for each in found if each is not None]
        return [int(value) for each in listed for value in (each.min(), each.max())] or [1]

    def _place(self) -> tuple[TermRows, int]:
        number = bisect_left(self._starts, self._at + 1) - 1
        return self._parts[number], self._at - self._starts[number]
