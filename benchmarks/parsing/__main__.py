"""How well and how fast real newspaper pages are read, held against floors.json.

    .venv/bin/python -m benchmarks.parsing [quality|speed ...] [--worst N] [--json]

Needs the pages of `../shared/parsing`. `--worst` lists the pages whose bodies are farthest from
their truth. Exits with 1 if a figure of quality is below its floor, with 2 without the pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import orjson

from benchmarks.parsing import quality, speed
from benchmarks.parsing.pages import SHARED, newsfeed, scores

NAMES = ("quality", "speed")


def main() -> int:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.parsing", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*NAMES, []], help="default: both")
    parser.add_argument("--worst", type=int, default=0, help="list so many pages of each set")
    parser.add_argument("--json", action="store_true", help="print JSON, a table a line")
    options = parser.parse_args()
    if not SHARED.exists():
        print("the real pages are not here (../shared/parsing): nothing to measure with")
        return 2
    failures: list[str] = []
    if "quality" in (options.what or NAMES):
        table = [row for name in quality.SETS for row in quality.rows(name)]
        _tell("quality", [row.as_json() for row in table], quality.as_text(table), options.json)
        failures += [line for name in quality.SETS for line in quality.broken(name)]
    if "speed" in (options.what or NAMES):
        timings = list(speed.timings())
        _tell("speed", [row.as_json() for row in timings], speed.as_text(timings), options.json)
    for line in _worst(options.worst):
        print(line)
    for failure in failures:
        print(f"below the floor: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _tell(name: str, values: list[dict[str, object]], text: str, as_json: bool) -> None:
    document = {"benchmark": f"parsing {name}", "rows": values}
    print(orjson.dumps(document).decode() if as_json else text, flush=True)


def _worst(count: int) -> Iterator[str]:
    for name, pages in quality.SETS.items() if count else ():
        ranked = sorted(scores(pages(), newsfeed), key=lambda one: one[1]["body_f1"] or 0.0)
        for page, row in ranked[:count]:
            figures = ", ".join(f"{key} {row[key]:.2f}" for key in ("body_p", "body_r", "body_f1"))
            yield f"{name}: {page.name}: {figures}"


if __name__ == "__main__":
    sys.exit(main())
