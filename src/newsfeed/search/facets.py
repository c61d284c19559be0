"""Counting and filtering by whole values: sections, sources, authors, agencies, topics.

In: for each segment the documents of each slug and of each name. Out: counts, and the documents of
one value. Called by the snapshot, which keeps one table for each facet and commit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.interface import Facet
from newsfeed.search.scored import Docs
from newsfeed.slugs import slug

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one facet in one segment, by the segment's own document numbers.

    The documents of slug n are `docs[slug_starts[n]:slug_starts[n + 1]]`, each once and in any
    order, those of name n `docs[name_starts[n]:name_starts[n + 1]]`. Slugs ascend; no slug and no
    name is without documents, of which some may be deleted.
    """

    slugs: Sequence[str]
    names: Sequence[str]
    slug_starts: NDArray[Any]
    name_starts: NDArray[Any]
    docs: Docs


@dataclass(frozen=True, slots=True)
class Placed:
    """The values of one segment of a commit.

    `base` is the segment's first document number, `live` says which of its documents are not
    deleted; None for all.
    """

    values: Values
    base: int
    count: int
    live: Mask | None


class FacetTable:
    """One facet over a commit. Never changed, so threads share it."""

    def __init__(self, segments: Sequence[Placed]) -> None:
        self._segments = [each for each in segments if each.values.slugs]
        self._slugs = sorted({value for each in self._segments for value in each.values.slugs})
        numbers = {value: number for number, value in enumerate(self._slugs)}
        self._numbers = [
            np.array([numbers[value] for value in each.values.slugs]) for each in self._segments
        ]
        self._names = _names(self._segments)

    def docs(self, name: str) -> Docs:
        """The documents with a value, given in any spelling of the same slug, ascending.

        Deleted ones may be among them.
        """
        wanted = slug(name)
        found = [np.zeros(0, np.uint32)]
        for each in self._segments:
            values = each.values
            number = bisect_left(values.slugs, wanted)
            if number < len(values.slugs) and values.slugs[number] == wanted:
                start, end = values.slug_starts[number : number + 2].tolist()
                found.append(np.sort(values.docs[start:end]) + np.uint32(each.base))
        return np.concatenate(found)

    def count(self, docs: Docs) -> tuple[Facet, ...]:
        """How many of the documents, given ascending, have each value: count down, slug up."""
        counts = np.zeros(len(self._slugs), np.int64)
        for each, numbers in zip(self._segments, self._numbers, strict=True):
            first, last = docs.searchsorted((each.base, each.base + each.count)).tolist()
            if first < last:
                wanted = np.zeros(each.count, np.bool_)
                wanted[docs[first:last] - np.uint32(each.base)] = True
                values = each.values
                counts[numbers] += _counted(wanted, values.docs, values.slug_starts)
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        return tuple(
            Facet(self._slugs[number], self._names[self._slugs[number]], count)
            for number, count in zip(order.tolist(), counts[order].tolist(), strict=True)
        )


def _names(segments: Sequence[Placed]) -> dict[str, str]:
    """For each slug the name most articles use; of equally frequent ones the first one.

    The order is that of the code points.
    """
    written: Counter[str] = Counter()
    for each in segments:
        values = each.values
        live = np.ones(each.count, np.bool_) if each.live is None else each.live
        counts = _counted(live, values.docs, values.name_starts)
        for name, count in zip(values.names, counts.tolist(), strict=True):
            written[name] += count
    found: dict[str, str] = {}
    for name, _ in sorted(written.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(slug(name), name)
    return found


def _counted(wanted: Mask, docs: Docs, starts: NDArray[Any]) -> NDArray[np.int64]:
    """For each run of rows how many of its documents are wanted; no run is empty."""
    rows = wanted[docs[: int(starts[-1])]]
    counts: NDArray[np.int64] = np.add.reduceat(rows, starts[:-1].astype(np.intp), dtype=np.int64)
    return counts
