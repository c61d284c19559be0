"""Which segments to join, so that there are few of them and each document is copied seldom.

In: the sizes of the segments in their order. Out: runs of neighbours to be joined to one segment
each. Called by `writer`. Segments fall into tiers: below `FLOOR` documents, and then each `FACTOR`
times as large as the tier before. Where `FAN` segments of a tier stand together they are joined,
with smaller ones between them; so a document moves up a tier each time it is copied, and there are
at most about `FAN` segments of a tier. Neighbours only: documents keep the order of their commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

FLOOR: Final = 256
FACTOR: Final = 8
FAN: Final = 8


@dataclass(frozen=True, slots=True)
class Size:
    """A segment: its live documents, and its deleted ones."""

    live: int
    dead: int = 0

    @property
    def tier(self) -> int:
        """0 for less than `FLOOR` live documents."""
        tier, bound = 0, FLOOR
        while self.live >= bound:
            tier, bound = tier + 1, bound * FACTOR
        return tier

    @property
    def is_worn(self) -> bool:
        """Whether more than a third is deleted: to be written anew, unless it is small anyway."""
        return self.live + self.dead >= FLOOR and self.dead * 2 > self.live


def plan(sizes: Sequence[Size]) -> list[range]:
    """The runs to be joined, in order; none overlaps another. A worn segment may be a run alone."""
    taken: list[range] = []
    for tier in sorted({size.tier for size in sizes}):
        for run in _runs(sizes, tier):
            if not any(_overlap(run, other) for other in taken):
                taken.append(run)
    worn = [range(at, at + 1) for at, size in enumerate(sizes) if size.is_worn]
    taken += [run for run in worn if not any(_overlap(run, other) for other in taken)]
    return sorted(taken, key=lambda run: run.start)


def _runs(sizes: Sequence[Size], tier: int) -> Iterator[range]:
    """From the first to the last of `FAN` or more segments of a tier with no larger one between."""
    members: list[int] = []
    for at, size in enumerate([*sizes, None]):
        if size is None or size.tier > tier:
            if len(members) >= FAN:
                yield range(members[0], members[-1] + 1)
            members = []
        elif size.tier == tier:
            members.append(at)


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop
