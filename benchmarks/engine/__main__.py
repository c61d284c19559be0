"""The engine's benchmarks, held against floors.json.

    .venv/bin/python -m benchmarks.engine [search|index|update|million ...] [--size N ...]
        [--source shared|model] [--peers NAME ...] [--folder DIR] [--json]

Without names it runs search, index and update at 1,000 and 10,000 documents. `million` streams its
documents and takes a million unless told otherwise. Exits with 1 if a figure is worse than its
floor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks.engine import bench_index, bench_million, bench_search, bench_update, corpus
from benchmarks.engine.contestant import KERNEL, OURS
from benchmarks.engine.corpus import Corpus
from benchmarks.engine.table import Report, broken
from benchmarks.engine.task import CONTESTANTS

MILLION = "million"
RUNS: dict[str, Callable[[Corpus, Path, Iterable[str]], Report]] = {
    "index": bench_index.run,
    "search": bench_search.run,
    "update": bench_update.run,
    MILLION: bench_million.run,
}
SIZES = (1000, 10_000)
PEERS = tuple(name for name in CONTESTANTS if name not in (OURS, KERNEL))


def main() -> int:
    """Runs what is asked for; 1 if a floor is broken."""
    options = _options()
    failures: list[str] = []
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, size in _wanted(options):
            make = corpus.streamed if name == MILLION else corpus.write
            report = RUNS[name](make(folder, size, options.source), folder, options.peers)
            text = orjson.dumps(report.as_json()).decode() if options.json else report.as_text()
            print(text, flush=True)
            failures += broken(report)
    for failure in failures:
        print(f"worse than the floor: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _wanted(options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """What to run, at which size."""
    names = options.benchmark or [name for name in RUNS if name != MILLION]
    for size in options.size or SIZES:
        yield from ((name, size) for name in names if name != MILLION)
    if MILLION in names:
        yield from ((MILLION, size) for size in options.size or [bench_million.SIZE])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.engine",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("benchmark", nargs="*", choices=list(RUNS))
    parser.add_argument("--size", type=int, nargs="+", help="documents")
    best = corpus.best_source()
    parser.add_argument("--source", choices=("shared", "model"), default=best, help="of documents")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--folder", type=Path, help="keep corpora and the peers' indexes here")
    parser.add_argument("--json", action="store_true", help="print JSON, a report a line")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
