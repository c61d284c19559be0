"""The tasks that the benchmarks run in processes of their own, each with one JSON value as result.

    .venv/bin/python -m benchmarks.engine.task build newsfeed CORPUS FOLDER SIZE WORKERS SEGMENTS

In: arguments. Out: JSON on stdout. Called by `process`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks.engine.bm25s_peer import Bm25s
from benchmarks.engine.contestant import Contestant, Plan
from benchmarks.engine.corpus import Source, lines
from benchmarks.engine.document import Document, Question, documents
from benchmarks.engine.fts5_peer import Fts5
from benchmarks.engine.ours import Opened as OursOpened
from benchmarks.engine.ours import Ours, OursWithKernel
from benchmarks.engine.process import memory
from benchmarks.engine.stock_peer import StockWhoosh
from benchmarks.engine.tantivy_peer import Tantivy
from benchmarks.engine.timing import Clock, in_turns

CONTESTANTS: dict[str, Contestant] = {
    contestant.name: contestant
    for contestant in (Ours(), OursWithKernel(), Tantivy(), Fts5(), Bm25s(), StockWhoosh())
}


def build(
    name: str, corpus: str, folder: str, size: str, workers: str, segments: str
) -> dict[str, float]:
    """Builds a contestant's index; seconds by the clock, and of all processors together."""
    Path(folder).mkdir(parents=True)
    plan = Plan(int(size), int(workers), int(segments))
    before = _processor()
    seconds = CONTESTANTS[name].build(Path(folder), _read(corpus, plan.size), plan)
    return {"seconds": seconds, "processor": _processor() - before}


def optimize(folder: str) -> float:
    """Merges all of newsfeed's segments; seconds."""
    clock, opened = Clock(), OursOpened(Path(folder))
    with clock:
        opened.optimize()
    opened.close()
    return clock.seconds


def opening(name: str, folder: str) -> list[float]:
    """Opens an index twice: seconds with what is imported only then, and seconds without."""
    contestant, found = CONTESTANTS[name], []
    for _ in range(2):
        clock = Clock()
        with clock:
            opened = contestant.open(Path(folder))
        opened.close()
        found.append(clock.seconds)
    return found


def asking(name: str, folder: str, questions: str) -> dict[str, Any]:
    """Asks one contestant alone; seconds, and MB that the process has come to need meanwhile."""
    asked = [Question(*each) for each in orjson.loads(Path(questions).read_bytes())]
    everything, own = memory()
    contestant = CONTESTANTS[name]
    opened = contestant.open(Path(folder))
    timed = in_turns({name: opened}, {name: contestant.rounds}, asked)[name]
    everything_after, own_after = memory()
    opened.close()
    return {
        "kinds": timed.kinds,
        "first": timed.first(),
        "warm": timed.warm(),
        "own": own_after - own,
        "mapped": everything_after - own_after - (everything - own),
    }


def _processor() -> float:
    """Seconds of the processors that this process and its ended children have used."""
    return sum(os.times()[:4])


def _read(corpus: str, size: int) -> Iterator[Document]:
    """From a file, or from `stream:SOURCE`, which makes the documents while they are read."""
    if corpus in STREAMS:
        yield from documents(lines(size, STREAMS[corpus]))
        return
    with Path(corpus).open("rb") as file:
        yield from documents(file)


STREAMS: dict[str, Source] = {"stream:shared": "shared", "stream:model": "model"}
TASKS: dict[str, Any] = {
    "build": build,
    "optimize": optimize,
    "opening": opening,
    "asking": asking,
}

if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
