"""How long until a folder of articles can be searched, and until one new article can?

The command is `newsfeed index` as people run it: start, scan, parse, register, index, every commit
durable. Beside it the port alone (`rebuild`, `update`) and stock Whoosh's writer on the same
articles, which syncs nothing and keeps no register. Rates are articles (for "nothing changed"
files) a second.

    .venv/bin/python -m benchmarks.bench_index --size 10000
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.corpus_model import articles, write_corpus
from benchmarks.measure import Report, Row, interleaved, main, per_second
from benchmarks.stock_whoosh import StockWhoosh
from newsfeed.article import Article
from newsfeed.search import open_index

UPDATES = 30


def run(size: int, seed: int) -> Report:
    """The command on files first, then the port on articles."""
    report = Report("index", size, seed, "stock Whoosh's writer")
    with TemporaryDirectory() as folder:
        _command(report, Path(folder), size, seed)
    with TemporaryDirectory() as folder:
        _port(report, Path(folder), list(articles(size, seed)))
    return report


def _command(report: Report, folder: Path, size: int, seed: int) -> None:
    corpus, index = folder / "corpus", folder / "index"
    write_corpus(corpus, size, seed)
    command = [str(Path(sys.executable).with_name("newsfeed")), "index", str(corpus)]
    command += ["--index", str(index), "--strict", "--json"]

    def newsfeed_index(_: int) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    first = interleaved({"ours": newsfeed_index}, 1)["ours"]
    report.rate("newsfeed index, first time", per_second(size, first))
    again = interleaved({"ours": newsfeed_index}, 3)["ours"]
    report.rate("newsfeed index, nothing changed", per_second(size, again))
    stored = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    report.rows.append(Row("index and register, per article", "bytes", stored / size))


def _port(report: Report, folder: Path, corpus: list[Article]) -> None:
    size = len(corpus)
    ours = open_index(folder / "ours")
    (folder / "peer").mkdir()
    peer = StockWhoosh(folder / "peer")
    rounds = 3 if size <= 2000 else 1
    samples = interleaved(
        {"ours": lambda _: ours.rebuild(corpus, size), "peer": lambda _: peer.rebuild(corpus)},
        rounds,
    )
    report.rate("rebuild", per_second(size, samples["ours"]), per_second(size, samples["peer"]))

    changed = _changed(corpus)
    samples = interleaved(
        {
            "ours": lambda n: ours.update([changed(n)], size + n + 1),
            "peer": lambda n: peer.update(changed(n)),
        },
        UPDATES,
    )
    report.latency("update of one article", samples["ours"], samples["peer"])
    ours.close()
    peer.close()


def _changed(corpus: list[Article]) -> Callable[[int], Article]:
    """An article of the corpus, another one each time, with another headline."""
    step = max(1, len(corpus) // UPDATES)
    return lambda n: replace(corpus[n * step], headline=f"Neu {n}: {corpus[n * step].headline}")


if __name__ == "__main__":
    main(run)
