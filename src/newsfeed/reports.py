"""What a run of the indexer tells: commits and problems as they happen, a report at its end.

Made by `run` and `indexer`; heard by the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from newsfeed.corpus import Problem
from newsfeed.editorial import SIGNIFICANT
from newsfeed.records import Change
from newsfeed.tally import Tally


@dataclass(frozen=True, slots=True)
class Commit:
    """Changes that are durable and visible to searchers now, up to change number `sequence`."""

    sequence: int
    ids: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What a run did, in articles.

    `updated` are those with another text or a new update mark, `renewed` those of which only
    something else changed (metadata, a better parse). `outdated` were parsed by an older parser or
    by other rules, `repeats` are members of collections that another file stands for. `tally` tells
    how the articles look that were read.
    """

    files: int = 0
    created: int = 0
    updated: int = 0
    renewed: int = 0
    withdrawn: int = 0
    outdated: int = 0
    repeats: int = 0
    sequence: int = 0
    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many changes the run made."""
        return self.created + self.updated + self.renewed + self.withdrawn

    def count(self, change: Change) -> None:
        """Adds one change to the sums."""
        if change.kind == "create":
            self.created += 1
        elif change.kind == "withdraw":
            self.withdrawn += 1
        elif change.reason in SIGNIFICANT:
            self.updated += 1
        else:
            self.renewed += 1


def _nobody(*_: object) -> None:
    """Hears nothing."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of progress (done, total), of each problem as it is met, of each commit."""

    progress: Callable[[int, int], None] = _nobody
    problem: Callable[[Problem], None] = _nobody
    commit: Callable[[Commit], None] = _nobody
