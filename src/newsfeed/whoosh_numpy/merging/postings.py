"""Joins the postings of one field: those of each term, source after source.

In: the field's arrays in each source, and the new numbers of terms and documents. Out: the arrays
of the merged field. Called by `merging`. Nothing is sorted: the postings of a term in one source
are ascending, and all documents of a source come after those of the sources before it. Ranges of
terms are joined one after another, so that memory is needed for one range.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.merging.sources import Source, ranges, sizes
from newsfeed.whoosh_numpy.storage.container import Array, ArrayWriter, Region
from newsfeed.whoosh_numpy.storage.lexicon import narrowed
from newsfeed.whoosh_numpy.storage.numbers import Numbers, Split
from newsfeed.whoosh_numpy.storage.segment import FieldArrays

_PIECE: Final = 1 << 21
"""Rows and positions that are joined at a time, about."""

_PLACES: Final = frozenset({"positions", "startchars", "endchars"})

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Postings:
    """What has been joined of a field, read back from the file. starts: term -> first row."""

    starts: Counts
    docs: Numbers
    codes: NDArray[np.uint16] | None


@dataclass(frozen=True)
class Counted:
    """A field in one source. rows, places: term -> rows and positions that live on."""

    source: Source
    arrays: FieldArrays
    rows: Counts
    places: Counts | None
    wide: bool
    """Whether a position that lives on needs four bytes."""


@dataclass(frozen=True)
class Part:
    """The same with merged numbers. terms: those with rows; targets: their merged numbers."""

    counted: Counted
    terms: Counts
    targets: Counts

    def within(self, low: int, high: int) -> Slice | None:
        """What it has of the merged terms from `low` to before `high`."""
        first, last = self.targets.searchsorted((low, high)).tolist()
        if first == last:
            return None
        return Slice(self.counted, self.terms[first:last], self.targets[first:last] - low)


class Slice:
    """What a source has of a range of terms. targets: numbered from 0 at the range's first."""

    def __init__(self, counted: Counted, terms: Counts, targets: Counts) -> None:
        self.counted = counted
        self.terms = terms
        self.targets = targets
        arrays, live = counted.arrays, counted.source.live
        self._terms = int(terms[0]), int(terms[-1]) + 1
        self._rows = int(arrays.starts[self._terms[0]]), int(arrays.starts[self._terms[1]])
        docs = arrays.docs[slice(*self._rows)]
        self._kept = None if live is None else live[docs]
        self.docs = counted.source.numbers[self._of_rows(docs)]

    @cached_property
    def frequencies(self) -> Counts:
        """Of all rows, deleted ones too."""
        return self.counted.arrays.frequencies(*self._rows)

    @property
    def row_counts(self) -> Counts:
        """How many rows of each term live on."""
        return self.counted.rows[self.terms]

    @property
    def place_counts(self) -> Counts:
        """How many positions of each term live on."""
        assert self.counted.places is not None
        return self.counted.places[self.terms]

    def codes(self) -> Array:
        codes = self.counted.arrays.codes
        assert codes is not None
        return self._of_rows(codes[slice(*self._rows)])

    def long(self) -> tuple[Counts, Array]:
        """The rows whose frequency is in no code, counted among those that live on, and it."""
        arrays = self.counted.arrays
        first, last = arrays.long_rows.searchsorted(self._rows).tolist()
        rows = arrays.long_rows[first:last].astype(np.int64) - self._rows[0]
        frequencies = arrays.long_freqs[first:last]
        if self._kept is None or not len(rows):
            return rows, frequencies
        kept = self._kept[rows]
        return (np.cumsum(self._kept) - 1)[rows[kept]], frequencies[kept]

    def places(self, name: str) -> Array:
        """Positions or characters."""
        starts, values = self.counted.arrays.position_starts, getattr(self.counted.arrays, name)
        assert starts is not None
        found: Array = values[int(starts[self._terms[0]]) : int(starts[self._terms[1]])]
        return found if self._kept is None else found[np.repeat(self._kept, self.frequencies)]

    def _of_rows(self, values: Array) -> Array:
        return values if self._kept is None else values[self._kept]


def count(source: Source, arrays: FieldArrays) -> Counted:
    """Counts what lives on."""
    places = arrays.position_starts
    wide = arrays.positions is not None and arrays.positions.itemsize > 2
    if source.live is None:
        counted = None if places is None else sizes(places)
        return Counted(source, arrays, sizes(arrays.starts), counted, wide)
    terms = len(arrays.starts) - 1
    zeros = None if places is None else np.zeros(terms, np.int64)
    whole = Counted(source, arrays, np.zeros(terms, np.int64), zeros, wide)
    highest = [_count_range(whole, *each) for each in ranges(arrays.starts[1:], _PIECE)]
    wide = max(highest, default=0) >= 1 << 16
    return Counted(source, arrays, whole.rows, whole.places, wide)


def _count_range(counted: Counted, low: int, high: int) -> int:
    """Fills in the counts of some terms; the highest position, if it could be a wide one."""
    arrays, live = counted.arrays, counted.source.live
    assert live is not None
    start, end = int(arrays.starts[low]), int(arrays.starts[high])
    bounds = arrays.starts[low : high + 1].astype(np.int64) - start
    kept = live[arrays.docs[start:end]]
    counted.rows[low:high] = _sums(kept, bounds)
    if counted.places is None:
        return 0
    frequencies = arrays.frequencies(start, end)
    counted.places[low:high] = _sums(np.where(kept, frequencies, 0), bounds)
    if not counted.wide or arrays.positions is None or arrays.position_starts is None:
        return 0
    found = arrays.positions[int(arrays.position_starts[low]) : int(arrays.position_starts[high])]
    return int(found[np.repeat(kept, frequencies)].max(initial=0))


def join(
    writer: ArrayWriter,
    name: str,
    terms: int,
    sources: Sequence[tuple[Counted, NDArray[np.uint32]]],
    done: Callable[[int], None],
) -> Postings:
    """Writes the arrays of a field of which something lives on.

    `terms`: how many the merged lexicon has. `sources`: with the merged number of each term.
    `done` is told how many rows have been joined, range by range.
    """
    parts = [_part(counted, numbers) for counted, numbers in sources]
    starts = _starts(terms, [(part, part.counted.rows) for part in parts])
    places = _starts(terms, [(part, part.counted.places) for part in parts])
    rows, has = int(starts[-1]), _array_names(parts[0].counted.arrays)
    regions = {
        array: writer.reserve(f"{name}.{array}", "<u2", rows) for array in sorted(has - _PLACES)
    }
    wide = any(part.counted.wide for part in parts)
    for array in sorted(has & _PLACES):
        dtype = "<u2" if array == "positions" and not wide else "<u4"
        regions[array] = writer.reserve(f"{name}.{array}", dtype, int(places[-1]))
    docs = Split()
    long_rows = [(np.zeros(0, np.int64), np.zeros(0, np.uint32))]
    for low, high in ranges(starts[1:] + places[1:], _PIECE):
        slices = [each for part in parts if (each := part.within(low, high)) is not None]
        joined = _joined(slices, high - low, has)
        joined["docs"] = docs.low(joined["docs"])
        for array, region in regions.items():
            region.write(joined[array])
        long_rows.append((joined["long_rows"] + starts[low], joined["long_freqs"]))
        done(int(starts[high] - starts[low]))
    found, frequencies = (np.concatenate(each) for each in zip(*long_rows, strict=True))
    writer.write(f"{name}.starts", narrowed(starts.astype("<u8")))
    writer.write(f"{name}.long_rows", narrowed(found.astype("<u8")))
    writer.write(f"{name}.long_freqs", frequencies)
    if "positions" in has:
        writer.write(f"{name}.position_starts", narrowed(places.astype("<u8")))
    highs = docs.high()
    for array, values in highs.items():
        writer.write(f"{name}.{array}", values)
    codes = regions.get("codes")
    return Postings(
        starts,
        Numbers(_read_back(writer, regions["docs"]), highs.get("high_rows"), highs.get("highs")),
        None if codes is None else _read_back(writer, codes),
    )


def _read_back(writer: ArrayWriter, region: Region) -> Array:
    """What has been written to a region, by way of the file."""
    mapped = mmap.mmap(writer.descriptor, region.end, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, region.dtype, region.written, region.offset)


def _part(counted: Counted, numbers: NDArray[np.uint32]) -> Part:
    terms = np.flatnonzero(counted.rows)
    return Part(counted, terms, numbers[terms].astype(np.int64))


def _starts(terms: int, parts: Sequence[tuple[Part, Counts | None]]) -> Counts:
    """Where each merged term begins, and the end; zeros for arrays that the field has not."""
    starts = np.zeros(terms + 1, np.int64)
    for part, counts in parts:
        if counts is not None:
            starts[1:][part.targets] += counts[part.terms]
    return np.cumsum(starts)


def _array_names(arrays: FieldArrays) -> set[str]:
    """Which arrays a field has that are joined."""
    names = ("docs", "codes", *sorted(_PLACES))
    return {name for name in names if getattr(arrays, name) is not None}


def _joined(slices: Sequence[Slice], terms: int, has: set[str]) -> dict[str, Array]:
    """The arrays of a range of terms."""
    rows = _destinations([(each.targets, each.row_counts) for each in slices], terms)
    found = {"docs": _spread(rows, [each.docs for each in slices])}
    if "codes" in has:
        found["codes"] = _spread(rows, [each.codes() for each in slices])
    if has & _PLACES:
        places = _destinations([(each.targets, each.place_counts) for each in slices], terms)
        for name in has & _PLACES:
            found[name] = _spread(places, [each.places(name) for each in slices])
    at, frequencies = (np.concatenate(each) for each in zip(*map(_long, rows, slices), strict=True))
    order = np.argsort(at)
    return {**found, "long_rows": at[order], "long_freqs": frequencies[order]}


def _long(rows: Counts, each: Slice) -> tuple[Counts, Array]:
    found, frequencies = each.long()
    return rows[found], frequencies


def _destinations(slices: Sequence[tuple[Counts, Counts]], terms: int) -> list[Counts]:
    """For each slice where its elements go: term by term, and slice by slice within a term.

    Of a slice: its terms, ascending, and how many elements it has of each.
    """
    totals = np.zeros(terms, np.int64)
    for targets, counts in slices:
        totals[targets] += counts
    free = np.cumsum(totals) - totals
    found = []
    for targets, counts in slices:
        ends = np.cumsum(counts)
        shifts = free[targets] - (ends - counts)
        found.append(np.repeat(shifts, counts) + np.arange(int(ends[-1])))
        free[targets] += counts
    return found


def _spread(destinations: Sequence[Counts], pieces: Sequence[Array]) -> Array:
    """Each element of the pieces put where it goes."""
    if len(pieces) == 1:
        return pieces[0]
    joined = np.empty(sum(map(len, pieces)), np.result_type(*pieces))
    for at, piece in zip(destinations, pieces, strict=True):
        joined[at] = piece
    return joined


def _sums(values: Array, bounds: Counts) -> Counts:
    """The sum of each run of values, from one bound to the next."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sizes(sums[bounds])
