"""Taking time: a clock that runs in parts, and questions asked in turns.

In: contestants' open indexes and questions. Out: seconds of each question, first and later runs
apart. Called by the contestants (`Clock`) and `bench_search`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Self

from benchmarks.measure import percentile

if TYPE_CHECKING:
    from benchmarks.engine.contestant import Asked
    from benchmarks.engine.document import Question


class Clock:
    """Adds up the time spent inside `with clock:`."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> Self:
        self._begin = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.seconds += time.perf_counter() - self._begin


@dataclass(slots=True)
class Timed:
    """The runs of one contestant: for each question it can answer, seconds in order."""

    kinds: list[str] = field(default_factory=list)
    runs: list[list[float]] = field(default_factory=list)

    def first(self, kind: str | None = None) -> list[float]:
        """Each question's first run in this process."""
        return [runs[0] for runs in self._of(kind)]

    def warm(self, kind: str | None = None) -> list[float]:
        """Each question's median over its later runs."""
        return [percentile(runs[1:], 50) for runs in self._of(kind)]

    def _of(self, kind: str | None) -> list[list[float]]:
        found = zip(self.kinds, self.runs, strict=True)
        return [runs for of, runs in found if runs and kind in (None, of)]


def in_turns(
    opened: Mapping[str, Asked], rounds: Mapping[str, int], questions: Sequence[Question]
) -> dict[str, Timed]:
    """Asks everyone every question, `rounds` times; a slow moment of the machine hits all alike.

    In each round every question is asked once, in another order each round, and of everyone before
    the next one; by whom first is drawn each time, so that nobody always follows the same peer and
    finds the processor's caches as that one leaves them.
    """
    names = list(opened)
    queries = {name: [opened[name].prepare(question) for question in questions] for name in names}
    timed = {
        name: Timed([question.kind for question in questions], [[] for _ in questions])
        for name in names
    }
    gc.collect()
    gc.freeze()
    for number in range(max(rounds[name] for name in names)):
        random = Random(number)
        playing = [name for name in names if number < rounds[name]]
        for at in random.sample(range(len(questions)), len(questions)):
            for name in random.sample(playing, len(playing)):
                query, page = queries[name][at], opened[name].page
                if query is None:
                    continue
                begin = time.perf_counter()
                page(query)
                timed[name].runs[at].append(time.perf_counter() - begin)
    gc.unfreeze()
    return timed
