"""A million documents for real: made while they are read, loaded, asked, merged, asked again.

The documents are never on disk as text; a process of their own makes them, and its time and memory
count too. Questions are asked in a fresh process, whose own memory shows what searching needs
beside the mapped files. Of the peers only tantivy takes part, built with its defaults.

    .venv/bin/python -m benchmarks.engine million [--size 1000000] [--peers tantivy]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from benchmarks.engine import indexes, process
from benchmarks.engine.contestant import KERNEL, OURS, TANTIVY
from benchmarks.engine.corpus import Corpus
from benchmarks.engine.document import KINDS
from benchmarks.engine.indexes import Built
from benchmarks.engine.process import Ran
from benchmarks.engine.table import Report, Target
from benchmarks.measure import percentile
from newsfeed.whoosh_numpy.evaluation import native

SIZE = 1_000_000


def run(corpus: Corpus, folder: Path, peers: Iterable[str]) -> Report:
    """Loads by two processes, asks; merges to one segment, asks again."""
    report = Report("million", corpus.size, corpus.source, corpus.digest)
    names = [OURS, TANTIVY] if TANTIVY in peers else [OURS]
    built = {name: indexes.build(corpus, folder, name, 2 if name == OURS else 0) for name in names}
    report.add("load", "/s", {name: corpus.size / one.seconds for name, one in built.items()})
    report.add("load, peak", "MB", {name: one.resident for name, one in built.items()})
    report.add("load, own peak", "MB", {name: one.anonymous for name, one in built.items()})
    report.add("index as loaded", "MB", {name: one.megabytes for name, one in built.items()})
    questions = folder / f"{corpus.digest}.questions"
    questions.write_bytes(orjson.dumps([[each.kind, each.text] for each in corpus.questions]))
    _latencies(report, "as loaded", _ask(built, questions))
    merged = process.run("optimize", built[OURS].path)
    report.add("optimize", "/s", {OURS: corpus.size / merged.result})
    report.add("optimize, peak", "MB", {OURS: merged.resident})
    report.add("optimize, own peak", "MB", {OURS: merged.anonymous})
    report.add("index of one segment", "MB", {OURS: built[OURS].megabytes})
    _latencies(report, "one segment", _ask(built, questions), (1.5, 15))
    return report


def _ask(built: Mapping[str, Built], questions: Path) -> Mapping[str, Ran]:
    """Each contestant alone in a fresh process, as only so its memory can be told."""
    places = {name: one.path for name, one in built.items()}
    if native.built():
        places[KERNEL] = places[OURS]
    return {name: process.run("asking", name, at, questions) for name, at in places.items()}


def _latencies(
    report: Report, what: str, ran: Mapping[str, Ran], bounds: tuple[float, float] | None = None
) -> None:
    for at, percent in enumerate((50, 99)):
        target = Target("<=", bounds[at], None) if bounds else None
        report.add(f"{what}, p{percent}", "ms", _at(percent, ran), target)
    for kind in KINDS:
        for percent in (50, 99):
            report.add(f"{what}, {kind} p{percent}", "ms", _at(percent, ran, kind))
    for percent in (50, 99):
        report.add(f"{what}, first run p{percent}", "ms", _at(percent, ran, first=True))
    for key, name in (("own", "own memory after all"), ("mapped", "mapped pages in memory")):
        figures = {contestant: one.result[key] for contestant, one in ran.items()}
        report.add(f"{what}, {name}", "MB", figures)


def _at(
    percent: int, ran: Mapping[str, Ran], kind: str | None = None, first: bool = False
) -> dict[str, float]:
    """A percentile over the questions of each contestant, in milliseconds."""
    return {
        name: 1000 * percentile(_times(one.result, kind, first), percent)
        for name, one in ran.items()
    }


def _times(result: Any, kind: str | None, first: bool) -> list[float]:
    times = zip(result["kinds"], result["first" if first else "warm"], strict=True)
    return [seconds for of, seconds in times if kind in (None, of)]
