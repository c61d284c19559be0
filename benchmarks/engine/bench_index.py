"""How many documents a second are indexed, how large is the index, how much memory does it take?

From JSON lines to a durable commit, every build in a process of its own, newsfeed and tantivy in
turns. "By processor time" counts the seconds of all processors, which busy neighbours hardly
change. FTS5, bm25s and stock Whoosh are built once, with one worker. Peaks are of the whole process
tree; "own" leaves out mapped files.

    .venv/bin/python -m benchmarks.engine index --size 10000
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.engine import indexes, process
from benchmarks.engine.contestant import OURS, TANTIVY
from benchmarks.engine.corpus import Corpus
from benchmarks.engine.indexes import Built
from benchmarks.engine.table import Report, Target
from benchmarks.measure import percentile

_LOADS = {1: "load by 1 process, 1 thread", 2: "load by 2 processes, all threads"}
_PEAK = Target("<=", 1000, None)


def run(corpus: Corpus, folder: Path, peers: Iterable[str]) -> Report:
    """Rates, sizes, peaks."""
    report = Report("index", corpus.size, corpus.source, corpus.digest)
    names = [name for name in (OURS, TANTIVY) if name == OURS or name in peers]
    rounds = 3 if corpus.size <= 10_000 else 1
    loads: dict[tuple[str, int], list[Built]] = {}
    for _ in range(rounds):
        for workers in (1, 2):
            for name in names:
                count = 0 if name == TANTIVY and workers == 2 else workers
                loads.setdefault((name, workers), []).append(
                    indexes.build(corpus, folder, name, count)
                )
    others = {name: indexes.segmented(corpus, folder, name, 1) for name in peers if name != TANTIVY}
    _rates(report, names, loads, others)
    _sizes(report, corpus, folder, names, others)
    _peaks(report, names, loads)
    _optimize(report, corpus, folder)
    return report


def _rates(
    report: Report,
    names: Iterable[str],
    loads: Mapping[tuple[str, int], list[Built]],
    others: Mapping[str, Built],
) -> None:
    small = report.size <= 1000
    for workers, share in ((1, 1.2), (2, 1.3)):
        rates = {
            name: report.size / percentile([load.seconds for load in loads[name, workers]], 50)
            for name in names
        }
        if workers == 1:
            rates |= {name: report.size / built.seconds for name, built in others.items()}
        report.add(_LOADS[workers], "/s", rates, Target(">=", 1.0 if small else share))
        used = {
            name: report.size / percentile([load.processor for load in loads[name, workers]], 50)
            for name in names
        }
        report.add(f"{_LOADS[workers]}, by processor time", "/s", used)


def _sizes(
    report: Report, corpus: Corpus, folder: Path, names: Iterable[str], others: Mapping[str, Built]
) -> None:
    merged = {name: indexes.segmented(corpus, folder, name, 1) for name in names}
    sizes = {name: built.megabytes for name, built in {**merged, **others}.items()}
    report.add("index of one segment", "MB", sizes, Target("<=", 1.2))


def _peaks(
    report: Report, names: Iterable[str], loads: Mapping[tuple[str, int], list[Built]]
) -> None:
    for workers in (1, 2):
        last = {name: loads[name, workers][-1] for name in names}
        everything = {name: built.resident for name, built in last.items()}
        own = {name: built.anonymous for name, built in last.items()}
        report.add(f"{_LOADS[workers]}, peak", "MB", everything, _PEAK)
        report.add(f"{_LOADS[workers]}, own peak", "MB", own)


def _optimize(report: Report, corpus: Corpus, folder: Path) -> None:
    """Of four segments, as what a load leaves behind may have been joined already."""
    built = indexes.build(corpus, folder, OURS, 1, 4)
    ran = process.run("optimize", built.path)
    report.add("optimize", "/s", {OURS: report.size / ran.result})
    report.add("optimize, peak", "MB", {OURS: ran.resident}, _PEAK)
    report.add("optimize, own peak", "MB", {OURS: ran.anonymous})
