"""Index commands: those that bring the index in step with the corpus.

In: arguments and settings. Out: progress, problems, commits and a report on standard output and
standard error; `cli` has the exit codes. Registered by `cli`.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from newsfeed.commands import command, index_option, json_option, now
from newsfeed.sessions import PROBLEMS, opened_indexer, settings_with

if TYPE_CHECKING:
    from newsfeed.indexer import Indexer
    from newsfeed.reports import Report
    from newsfeed.settings import Settings

P = ParamSpec("P")

_INDEXING = (
    click.argument("corpus", required=False, type=click.Path(path_type=Path)),
    index_option,
    click.option("--strict", is_flag=True, help="Exit with 3 if any file was skipped."),
    click.option("--jobs", type=click.IntRange(0, 256), help="Parser processes; 0: one a core."),
    json_option,
)


def _indexes(function: Callable[P, None]) -> Callable[P, None]:
    """The arguments that `index` and `reindex` share."""
    for decorate in reversed(_INDEXING):
        function = decorate(function)
    return function


@command("index")
@_indexes
@click.option("--watch", is_flag=True, help="Stay and take in every change as it happens.")
@click.option("--force", is_flag=True, help="Index even an empty corpus: withdraws everything.")
def index_command(
    corpus: Path | None,
    index: Path | None,
    watch: bool,
    force: bool,
    strict: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Take in what changed in CORPUS since the last time."""
    from newsfeed.terminal import tell

    settings = settings_with(corpus=corpus, index=index, jobs=jobs)
    with opened_indexer(settings, as_json, now) as indexer:
        report = indexer.index(now(), force=force)
        tell(report, as_json)
        if watch:
            _watch(settings, indexer, as_json)
    _end(report, strict)


@command("reindex")
@_indexes
@click.option(
    "--max-changed",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Refuse if more known articles would lose their id or move `updated`.",
)
@click.option("--force", is_flag=True, help="Do it whatever changes, even from an empty corpus.")
def reindex_command(
    corpus: Path | None,
    index: Path | None,
    max_changed: int,
    force: bool,
    strict: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Parse everything anew and build the index beside the old one, then swap."""
    from newsfeed.indexer import Refused
    from newsfeed.terminal import say, say_json, tell

    settings = settings_with(corpus=corpus, index=index, jobs=jobs)
    with opened_indexer(settings, as_json, now) as indexer:
        try:
            report, difference = indexer.reindex(now(), max_changed=max_changed, force=force)
        except Refused as refusal:
            if as_json:
                say_json({"refused": asdict(refusal.difference)})
            raise
    if as_json:
        say_json({"difference": asdict(difference)})
    else:
        say(
            f"{difference.lost_ids} ids lost, `updated` of {difference.moved_updated} articles "
            "moved"
        )
    tell(report, as_json)
    _end(report, strict)


def _watch(settings: Settings, indexer: Indexer, as_json: bool) -> None:
    from newsfeed.corpus import watch
    from newsfeed.terminal import tell, warn

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if not as_json:
        warn("watching; stop with Ctrl-C")
    for _ in watch(settings.corpus, stop):
        with _reported():
            report = indexer.index(now())
            if report.changed or report.problems:
                tell(report, as_json)


@contextmanager
def _reported() -> Iterator[None]:
    """While watching, a run that was refused is told and the watch goes on."""
    from newsfeed.errors import NewsfeedError
    from newsfeed.terminal import warn

    try:
        yield
    except NewsfeedError as error:
        warn(f"newsfeed: {error}")


def _end(report: Report, strict: bool) -> None:
    if strict and report.problems:
        sys.exit(PROBLEMS)
