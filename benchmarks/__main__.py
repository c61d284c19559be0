"""All benchmarks at 1,000 and 10,000 articles, held against floors.json.

    .venv/bin/python -m benchmarks [--json] [--size N ...]

Exits with 1 if a figure is below its floor. A floor is a least ratio to the peer, or a least rate;
it counts only for the corpus whose digest stands beside it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks import bench_feeds, bench_index, bench_search, bench_serving
from benchmarks.corpus_model import SEED
from benchmarks.measure import Report

FLOORS = Path(__file__).with_name("floors.json")
SIZES = (1000, 10_000)


def broken(report: Report, floors: dict[str, Any]) -> Iterator[str]:
    """A line for each figure below its floor.

    Raises ValueError where the floors were measured on other data, or name no row: a floor that
    compares nothing would hold for ever.
    """
    corpus = str(report.size)
    if corpus not in floors["corpora"]:
        return
    found = report.as_json()
    if found["digest"] != floors["corpora"][corpus]:
        raise ValueError(
            f"floors.json is for the corpus {floors['corpora'][corpus]}, this one is "
            f"{found['digest']}: measure anew and say why in the commit"
        )
    rows = {row["name"]: row for row in found["rows"]}
    for name, floor in floors["floors"][report.benchmark].get(corpus, {}).items():
        ((measure, least),) = floor.items()
        value = rows[name][measure] if name in rows else None
        if value is None:
            raise ValueError(f"floors.json: {report.benchmark} has no {measure} of {name!r}")
        if value < least:
            yield f"{report.benchmark} {corpus}, {name}: {measure} {value} is below {least}"


def main() -> int:
    """Runs everything; 1 if a floor is broken."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", default=SIZES, help="corpus sizes")
    parser.add_argument("--json", action="store_true", help="print JSON, a report a line")
    options = parser.parse_args()
    floors = orjson.loads(FLOORS.read_bytes())
    failures: list[str] = []
    for size in options.size:
        for benchmark in (bench_index, bench_search, bench_feeds, bench_serving):
            report = benchmark.run(size, SEED)
            text = orjson.dumps(report.as_json()).decode() if options.json else report.as_text()
            print(text, flush=True)
            failures += broken(report, floors)
    for failure in failures:
        print(f"below the floor: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
