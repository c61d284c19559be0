"""How long does a question take, of each kind, on one segment and on four?

440 questions, asked several times in turns with the peers; every contestant parses, finds, ranks
and reads id and title of the best ten. A question's time is the median of its runs after the first;
its first run in the process stands apart.

    .venv/bin/python -m benchmarks.engine search --size 10000
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.engine import indexes
from benchmarks.engine.contestant import KERNEL, OURS, STOCK, TANTIVY, Counting, Searching
from benchmarks.engine.corpus import Corpus
from benchmarks.engine.document import KINDS, Question
from benchmarks.engine.table import Report, Target
from benchmarks.engine.task import CONTESTANTS
from benchmarks.engine.timing import Timed, in_turns
from benchmarks.measure import percentile
from newsfeed.whoosh_numpy.evaluation import native

SEGMENTS = 4
_STOCK_SHARE = {10_000: 1 / 20, 100_000: 1 / 50}
_FOUR = {1000: 1.0, 10_000: 0.9, 100_000: 1.0}


def run(corpus: Corpus, folder: Path, peers: Iterable[str]) -> Report:
    """One segment against all peers, then four against tantivy's one and four."""
    report = Report("search", corpus.size, corpus.source, corpus.digest)
    ours = [OURS, KERNEL] if native.built() else [OURS]
    one = {name: indexes.segmented(corpus, folder, name, 1).path for name in (OURS, *peers)}
    one |= dict.fromkeys(ours, one[OURS])
    names = [*ours, *(name for name in one if name not in ours)]
    with ExitStack() as stack:
        opened = {
            name: stack.enter_context(closing(CONTESTANTS[name].open(one[name]))) for name in names
        }
        rounds = {name: CONTESTANTS[name].rounds for name in names}
        _latencies(report, in_turns(opened, rounds, corpus.questions))
        # In turns of their own: who asks a question twice in a row finds it in every cache
        counting = {name: WithTotal(opened[name]) for name in (*ours, TANTIVY) if name in names}
        _totals(report, in_turns(counting, rounds, corpus.questions))
        _compare(report, opened, corpus.questions)  # Last, or else no first run would be one.
    if TANTIVY in names:
        _segmented(report, corpus, folder, ours, one[TANTIVY])
    return report


class WithTotal:
    """Takes turns with pages and totals instead of pages alone."""

    def __init__(self, opened: Counting) -> None:
        self.prepare = opened.prepare
        self.page = opened.page_and_total


def _compare(
    report: Report, opened: Mapping[str, Searching], questions: Sequence[Question]
) -> None:
    """Whether all answer the same question: totals, and of the same formula the pages too.

    Raises RuntimeError where a peer's totals say that it answers other ones.
    """
    totals = [opened[OURS].total(opened[OURS].prepare(question)) for question in questions]
    for name, peer in opened.items():
        if name in (OURS, KERNEL):
            continue
        queries = [peer.prepare(question) for question in questions]
        theirs = [None if query is None else peer.total(query) for query in queries]
        asked = sum(total is not None for total in theirs)
        if not asked:
            continue
        agreed = sum(total == ours for total, ours in zip(theirs, totals, strict=True))
        report.remarks.append(f"{agreed} of {asked} totals equal {name}'s")
        if agreed < 0.95 * asked:
            raise RuntimeError(f"{name} answers other questions: {report.remarks[-1]}")
    for name in (STOCK, KERNEL):
        if name in opened:
            same = [opened[OURS].page(q.text) == opened[name].page(q.text) for q in questions]
            report.remarks.append(f"{sum(same)} of {len(same)} pages equal {name}'s, in order")


def _latencies(report: Report, timed: Mapping[str, Timed]) -> None:
    size = report.size
    whole = 1.0 if size <= 1000 else 0.65
    report.add("all kinds p50", "ms", _at(50, timed), Target("<=", whole))
    report.add("all kinds p99", "ms", _at(99, timed))
    for kind in KINDS:
        median, worst = (1.0, None) if size <= 1000 else (0.85, Target("<=", 1.0))
        report.add(f"{kind} p50", "ms", _at(50, timed, kind), Target("<=", median))
        report.add(f"{kind} p99", "ms", _at(99, timed, kind), worst)
    if STOCK in timed and size in _STOCK_SHARE:
        both = {name: timed[name] for name in timed if name in (OURS, KERNEL, STOCK)}
        target = Target("<=", _STOCK_SHARE[size], STOCK)
        report.add("all kinds p50, to Whoosh", "ms", _at(50, both), target)
    report.add("first run p50", "ms", _at(50, timed, first=True))
    report.add("first run p99", "ms", _at(99, timed, first=True))


def _totals(report: Report, timed: Mapping[str, Timed]) -> None:
    whole = Target("<=", 1.0 if report.size <= 1000 else 0.65)
    report.add("with totals, all kinds p50", "ms", _at(50, timed), whole)
    report.add("with totals, all kinds p99", "ms", _at(99, timed))
    for kind in KINDS:
        for percent in (50, 99):
            report.add(f"with totals, {kind} p{percent}", "ms", _at(percent, timed, kind))


def _segmented(
    report: Report, corpus: Corpus, folder: Path, ours: Sequence[str], peer_one: Path
) -> None:
    four = indexes.segmented(corpus, folder, OURS, SEGMENTS).path
    peer_four = indexes.segmented(corpus, folder, TANTIVY, SEGMENTS).path
    places = {**dict.fromkeys(ours, four), TANTIVY: peer_four, "tantivy, 1": peer_one}
    with ExitStack() as stack:
        playing: dict[str, Searching] = {
            name: stack.enter_context(closing(CONTESTANTS[name.partition(",")[0]].open(at)))
            for name, at in places.items()
        }
        rounds = dict.fromkeys(playing, CONTESTANTS[OURS].rounds)
        timed = in_turns(playing, rounds, corpus.questions)
    alike = {name: timed[name] for name in (*ours, TANTIVY)}
    target = Target("<=", _FOUR.get(corpus.size, 1.0))
    report.add(f"{SEGMENTS} segments p50", "ms", _at(50, alike), target)
    report.add(f"{SEGMENTS} segments p99", "ms", _at(99, alike))
    for kind in KINDS:
        report.add(f"{SEGMENTS} segments, {kind} p50", "ms", _at(50, alike, kind))
    other = {**alike, TANTIVY: timed["tantivy, 1"]}
    report.add(f"{SEGMENTS} segments to tantivy's one, p50", "ms", _at(50, other))
    report.add(f"{SEGMENTS} segments to tantivy's one, p99", "ms", _at(99, other))


def _at(
    percent: int, timed: Mapping[str, Timed], kind: str | None = None, first: bool = False
) -> dict[str, float]:
    """A percentile of each contestant that can answer, in milliseconds.

    Who cannot answer every kind has no figure for all kinds together.
    """
    figures = {}
    for name, of in timed.items():
        whole = all(of.runs) if kind is None else True
        times = (of.first(kind) if first else of.warm(kind)) if whole else []
        if times:
            figures[name] = 1000 * percentile(times, percent)
    return figures
