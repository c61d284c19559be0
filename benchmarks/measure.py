"""Measuring and telling: samples become rows, rows a table or JSON, and floors are held against.

In: timings of newsfeed and of a peer doing the same, taken in one interleaved run. Out: a `Report`.
Called by every benchmark. Two cores shared with others are noisy, so what counts is the ratio
between the two; absolute figures say which order of magnitude to expect.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from benchmarks.corpus_model import SEED, digest

Unit = Literal["/s", "ms", "bytes"]
Samples = list[float]
"""Seconds, one for each run."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of newsfeed's and, where there is a peer, the peer's."""

    name: str
    unit: Unit
    ours: float
    peer: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer; below 1 newsfeed loses."""
        if self.peer is None:
            return None
        return self.ours / self.peer if self.unit == "/s" else self.peer / self.ours


@dataclass(slots=True)
class Report:
    """What one benchmark found on one corpus."""

    benchmark: str
    size: int
    seed: int
    peer: str
    rows: list[Row] = field(default_factory=list)

    def rate(self, name: str, ours: float, peer: float | None = None) -> None:
        """Adds a rate in units of work a second."""
        self.rows.append(Row(name, "/s", ours, peer))

    def memory(self, name: str, ours: float) -> None:
        """Adds a size in bytes."""
        self.rows.append(Row(name, "bytes", ours))

    def latency(self, name: str, ours: Samples, peer: Samples | None = None) -> None:
        """Adds the median and the 99th percentile of what was timed."""
        for percent in (50, 99):
            self.rows.append(
                Row(
                    f"{name} p{percent}",
                    "ms",
                    percentile(ours, percent) * 1000,
                    percentile(peer, percent) * 1000 if peer else None,
                )
            )

    def as_json(self) -> dict[str, Any]:
        """The report as plain values; `digest` names the data."""
        return {
            "benchmark": self.benchmark,
            "size": self.size,
            "seed": self.seed,
            "digest": digest(self.size, self.seed),
            "peer": self.peer,
            "rows": [
                {
                    "name": row.name,
                    "unit": row.unit,
                    "newsfeed": round(row.ours, 3),
                    "peer": None if row.peer is None else round(row.peer, 3),
                    "ratio": None if row.ratio is None else round(row.ratio, 3),
                }
                for row in self.rows
            ],
        }

    def as_text(self) -> str:
        """The report as a table, losing cases marked."""
        lines = [
            f"{self.benchmark}: {self.size} articles, seed {self.seed}; peer: {self.peer}",
            f"  {'':<38}{'newsfeed':>13}{'peer':>13}{'ratio':>9}",
        ]
        for row in self.rows:
            line = f"  {row.name:<38}{_figure(row.ours, row.unit):>13}"
            if row.peer is not None and row.ratio is not None:
                line += f"{_figure(row.peer, row.unit):>13}{row.ratio:>8.2f}x"
                line += "  loses" if row.ratio < 1 else ""
            lines.append(line)
        return "\n".join(lines)


def percentile(samples: Sequence[float], percent: int) -> float:
    """The smallest sample that `percent` of all are not above (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def interleaved(
    contestants: Mapping[str, Callable[[int], object]], rounds: int
) -> dict[str, Samples]:
    """Times each contestant once a round, so that a slow moment hits all of them alike.

    Each is called with the round's number. Who starts changes from round to round.
    """
    samples: dict[str, Samples] = {name: [] for name in contestants}
    names = list(contestants)
    gc.collect()
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            run = contestants[name]
            begin = time.perf_counter()
            run(number)
            samples[name].append(time.perf_counter() - begin)
    return samples


def per_second(work: float, samples: Samples) -> float:
    """Units of work a second, by the median sample."""
    return work / percentile(samples, 50)


def main(run: Callable[[int, int], Report]) -> None:
    """The command line of a benchmark: `run` is given size and seed."""
    parser = argparse.ArgumentParser(description=sys.modules[run.__module__].__doc__)
    parser.add_argument("--size", type=int, default=1000, help="articles (default: 1000)")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="of the corpus (default: the floors')"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.size < 100:
        parser.error("--size: fewer than 100 articles measure nothing")
    report = run(options.size, options.seed)
    print(orjson.dumps(report.as_json()).decode() if options.json else report.as_text())


def _figure(value: float, unit: Unit) -> str:
    digits = 0 if value >= 100 else 2
    return f"{value:,.{digits}f} {unit}"
