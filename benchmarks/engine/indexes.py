"""Built indexes: the peers' are kept beside the corpus and found again, newsfeed's is made anew.

In: a corpus and a contestant's name. Out: where its index lies, how large it is, and how long it
took. Called by the benchmarks of the engine.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from benchmarks.engine import process
from benchmarks.engine.contestant import OURS
from benchmarks.engine.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Built:
    """An index on disk.

    `seconds` it took by the clock, `processor` of all processors together; `resident` and
    `anonymous` are the peaks of memory, in MB.
    """

    path: Path
    seconds: float
    processor: float
    resident: float
    anonymous: float

    @property
    def megabytes(self) -> float:
        """The size of its files."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file()) / 1e6


def build(corpus: Corpus, folder: Path, name: str, workers: int, segments: int = 0) -> Built:
    """Makes a contestant's index, in a process of its own; what was there before goes."""
    at = folder / f"{name}-{corpus.digest}-{workers}-{segments}"
    shutil.rmtree(at, ignore_errors=True)
    path = corpus.path or f"stream:{corpus.source}"
    ran = process.run("build", name, path, at, corpus.size, workers, segments)
    return Built(at, **ran.result, resident=ran.resident, anonymous=ran.anonymous)


def segmented(corpus: Corpus, folder: Path, name: str, segments: int) -> Built:
    """A contestant's index of so many segments, built by one worker."""
    at = folder / f"{name}-{corpus.digest}-1-{segments}"
    note = at.with_suffix(".built")
    if name == OURS or not note.exists():
        built = build(corpus, folder, name, 1, segments)
        note.write_bytes(orjson.dumps({**asdict(built), "path": None}))
    return Built(**{**orjson.loads(note.read_bytes()), "path": at})
