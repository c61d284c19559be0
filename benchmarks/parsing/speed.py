"""How fast pages are read: processor time a page beside trafilatura's, and pages a second by jobs.

In: the pages of `pages`. Out: rows. Called by the benchmark. Processor time, for that is what the
target is about and what a busy machine disturbs least; newsfeed and its peer take turns page by
page. Short lines and class names that a process has seen are not judged again, so "first visit",
the pages as they come for the first time, stands beside the median of later passes; the page that
loads the libraries is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import percentile
from benchmarks.parsing.pages import (
    ZONE,
    Page,
    Prediction,
    captures,
    html_pages,
    newsfeed,
    trafilatura,
)
from newsfeed.corpus import Problem, scan
from newsfeed.parsing import ParseError
from newsfeed.reader_pool import ReaderPool
from newsfeed.readings import Terms

ROUNDS = 5
COPIES = 4
SHARE_OF_TRAFILATURA = 1.3
MS_A_CAPTURE = 3.0


@dataclass(frozen=True, slots=True)
class Timing:
    """A figure of speed, what it is held against, and whether it keeps to that."""

    name: str
    unit: str
    newsfeed: float
    peer: float | None = None
    share: float | None = None
    most_share: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is kept; None where there is none."""
        if self.most_share is not None and self.share is not None:
            return self.share <= self.most_share
        return None if self.most is None else self.newsfeed <= self.most

    def as_json(self) -> dict[str, Any]:
        """The timing as plain values."""
        return {
            "name": self.name,
            "unit": self.unit,
            "newsfeed": round(self.newsfeed, 3),
            "trafilatura": None if self.peer is None else round(self.peer, 3),
            "share": None if self.share is None else round(self.share, 3),
            "met": self.met,
        }


def timings() -> Iterator[Timing]:
    """All figures of speed."""
    pages = html_pages(german=True)
    first, later = processor_times(pages, (newsfeed, trafilatura))
    for when, (ours, theirs) in (("first visit", first), ("again", later)):
        share = sum(ours) / sum(theirs)
        yield Timing(
            f"html, processor time a page, {when}",
            "ms",
            mean(ours),
            mean(theirs),
            share,
            SHARE_OF_TRAFILATURA,
        )
    yield Timing(
        "html, processor time a page, p95", "ms", percentile(ours, 95), percentile(theirs, 95)
    )
    (first_plain,), (plain,) = processor_times(captures(), (newsfeed,))
    for when, times in (("first visit", first_plain), ("again", plain)):
        name = f"captures, processor time a page, {when}"
        yield Timing(name, "ms", mean(times), most=MS_A_CAPTURE)
    yield Timing("captures, processor time a page, p95", "ms", percentile(plain, 95))
    for name, some in (("html", pages), ("captures", captures())):
        for jobs in (1, 2):
            yield Timing(f"{name}, --jobs {jobs}", "pages/s", pages_a_second(some, jobs))


def processor_times(
    pages: Sequence[Page], readers: Sequence[Callable[[Page], Prediction]]
) -> tuple[list[list[float]], list[list[float]]]:
    """Milliseconds of each page but the first, for each reader: first visit, median of later."""
    samples: list[list[list[float]]] = [[[] for _ in pages] for _ in readers]
    for _ in range(ROUNDS + 1):
        for place, page in enumerate(pages):
            for who, read in enumerate(readers):
                begin = time.process_time()
                _read(read, page)
                samples[who][place].append((time.process_time() - begin) * 1000)
    first = [[times[0] for times in of_reader[1:]] for of_reader in samples]
    later = [[median(times[1:]) for times in of_reader[1:]] for of_reader in samples]
    return first, later


def pages_a_second(pages: Sequence[Page], jobs: int) -> float:
    """Pages a second through parser processes, which are started and warm before the clock is."""
    with TemporaryDirectory() as folder, ReaderPool(jobs) as pool:
        root = Path(folder)
        for copy in range(COPIES):
            for page in pages:
                (root / f"{copy}-{page.name}{page.extension}").write_bytes(page.raw)
        terms = Terms(root, 50_000_000, 60, ZONE, datetime.now(UTC))
        files = scan(root).files
        for _ in pool.read(terms, files[: 64 * jobs]):
            pass
        begin = time.perf_counter()
        read = sum(not isinstance(answer, Problem) for answer in pool.read(terms, files))
        return read / (time.perf_counter() - begin)


def as_text(table: Iterable[Timing]) -> str:
    """The timings as a table, missed targets marked."""
    lines = [f"{'speed':<40}{'newsfeed':>12}{'trafilatura':>13}{'share':>8}  target"]
    for row in table:
        peer = "" if row.peer is None else f"{row.peer:.1f}"
        share = "" if row.share is None else f"{row.share:.2f}"
        bound = f"share <= {row.most_share:g}" if row.most_share else ""
        bound = f"<= {row.most:g} {row.unit}" if row.most else bound
        verdict = "  MISSED" if row.met is False else ""
        figure = f"{row.newsfeed:.1f} {row.unit}"
        lines.append(f"  {row.name:<38}{figure:>12}{peer:>13}{share:>8}  {bound}{verdict}")
    return "\n".join(lines)


def _read(read: Callable[[Page], Prediction], page: Page) -> None:
    try:
        read(page)
    except ParseError:
        return
