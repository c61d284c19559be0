"""The command line: arguments in, text or `--json` out, no logic of its own.

In: arguments and settings. Out: text on standard output, problems on standard error, an exit code:
0 done, 1 failed, 2 wrong arguments, settings or query, 3 done but with `--strict` problems.
Heavy modules are imported inside the commands, so that `newsfeed --help` is quick.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

import click

from newsfeed import __version__
from newsfeed.sessions import (
    FAILED,
    PROBLEMS,
    fail,
    failures,
    opened_index,
    opened_indexer,
    opened_register,
    settings_with,
)

if TYPE_CHECKING:
    from newsfeed.feeds.feed import Format
    from newsfeed.indexer import Indexer
    from newsfeed.reports import Report
    from newsfeed.settings import Settings

P = ParamSpec("P")

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one value a line.")
_index = click.option(
    "--index", type=click.Path(path_type=Path), help="Index folder (default: settings)."
)

_INDEXING = (
    click.argument("corpus", required=False, type=click.Path(path_type=Path)),
    _index,
    click.option("--strict", is_flag=True, help="Exit with 3 if any file was skipped."),
    click.option("--jobs", type=click.IntRange(0, 256), help="Parser processes; 0: one a core."),
    _json,
)


def _indexes(function: Callable[P, None]) -> Callable[P, None]:
    """The arguments that `index` and `reindex` share."""
    for decorate in reversed(_INDEXING):
        function = decorate(function)
    return function


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsfeed")
def main() -> None:
    """A folder of news articles becomes full-text search and feeds.

    Settings come from newsfeed.toml and NEWSFEED_* variables; options win over both.
    """


def _command(name: str) -> Callable[[Callable[P, None]], click.Command]:
    """A command whose expected failures end in one line and an exit code."""

    def decorate(function: Callable[P, None]) -> click.Command:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            os.umask(0o027)  # articles may be confidential: nothing for others to read
            with failures():
                function(*args, **kwargs)

        return main.command(name)(run)

    return decorate


@_command("index")
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
    settings = settings_with(corpus=corpus, index=index, jobs=jobs)
    with opened_indexer(settings, as_json) as indexer:
        report = indexer.index(_now(), force=force)
        _tell(report, as_json)
        if watch:
            _watch(settings, indexer, as_json)
    _end(report, strict)


@_command("reindex")
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
    from newsfeed.terminal import say, say_json

    settings = settings_with(corpus=corpus, index=index, jobs=jobs)
    with opened_indexer(settings, as_json) as indexer:
        try:
            report, difference = indexer.reindex(_now(), max_changed=max_changed, force=force)
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
    _tell(report, as_json)
    _end(report, strict)


@_command("search")
@click.argument("query")
@_index
@click.option("--section", help="Only this section.")
@click.option("--author", help="Only this author.")
@click.option("--agency", help="Only this agency.")
@click.option("--source", help="Only this paper.")
@click.option("--topic", help="Only this topic.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@_json
def search_command(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """Search for QUERY: words, "phrases", -without, field:word, AND OR NOT, brackets."""
    from newsfeed.search.interface import Query
    from newsfeed.terminal import say, say_json
    from newsfeed.web.results import results_json

    settings = settings_with(index=index)
    with opened_index(settings) as found:
        results = found.search(Query(text=query, snippets=True, **options))
    if as_json:
        say_json(results_json(results, settings))
        return
    say(f"{results.total} articles")
    for hit in results.hits:
        article = hit.article
        day = article.date.astimezone(settings.zone).date()
        say(f"\n{article.headline}\n  {day}  {article.section or '-'}  {article.id}")
        if hit.snippet:
            say(f"  {hit.snippet.text}")


@_command("feed")
@click.argument("name", metavar="NAME")
@click.option("--format", "format_name", type=click.Choice(["atom", "rss", "json"]), default="atom")
@click.option("--content", type=click.Choice(["full", "summary"]), default="full")
@_index
@_json
def feed_command(
    name: str,
    format_name: Format,
    content: Literal["full", "summary"],
    index: Path | None,
    as_json: bool,
) -> None:
    """Print the feed NAME as the server would send it.

    NAME is latest, sections/politik, authors/anna-berg, topics/… or "search?q=…".
    """
    from newsfeed.web.feeds import build_document

    settings = settings_with(index=index)
    with opened_index(settings) as found:
        document = build_document(
            found, settings, name, "json" if as_json else format_name, content=content
        )
    sys.stdout.buffer.write(document.body)
    sys.stdout.buffer.flush()


@_command("parse")
@click.argument("file", type=click.Path(path_type=Path))
@_json
def parse_command(file: Path, as_json: bool) -> None:
    """Show what the parser makes of FILE, with its sidecar if there is one."""
    from newsfeed.article import to_dict
    from newsfeed.corpus import Problem, single
    from newsfeed.readings import Terms, read_article
    from newsfeed.terminal import say_json

    settings = settings_with()
    root, found = single(file, settings.corpus)
    terms = Terms(
        root=root,
        limit=settings.max_file_bytes,
        seconds=settings.parse_seconds,
        zone=settings.zone,
        now=_now(),
    )
    reading = read_article(terms, found)
    if isinstance(reading, Problem):
        fail(FAILED, f"{reading.file}: {reading.reason}; {reading.remedy}")
    if as_json:
        say_json(to_dict(reading.article))
    else:
        _show(to_dict(reading.article))


@_command("serve")
@click.option("--host", help="Address to serve on (default: settings).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes.")
@_index
@_json
def serve_command(
    host: str | None, port: int | None, workers: int | None, index: Path | None, as_json: bool
) -> None:
    """Serve pages, feeds and API until stopped."""
    from newsfeed.terminal import say, say_json
    from newsfeed.web.server import serve

    settings = settings_with(host=host, port=port, workers=workers, index=index)

    def ready(url: str) -> None:
        if as_json:
            say_json({"serving": url})
        else:
            say(f"newsfeed on {url} (stop with Ctrl-C)")

    serve(settings, ready)


@_command("check")
@_index
@_json
def check_command(index: Path | None, as_json: bool) -> None:
    """Verify the register, the index, and that they agree."""
    from newsfeed.indexer import verify
    from newsfeed.terminal import say, say_json

    settings = settings_with(index=index)
    if not settings.register_path.exists():
        fail(FAILED, f"{settings.register_path}: no register here; run `newsfeed index`")
    with opened_register(settings) as register, opened_index(settings) as found:
        findings = verify(register, found)
        articles = sum(one.live for one in register.known())
    if as_json:
        say_json({"sound": not findings, "articles": articles, "findings": findings})
    else:
        for finding in findings:
            say(finding)
        if not findings:
            say(f"sound: {articles} articles, change {register.sequence()}")
    if findings:
        sys.exit(FAILED)


def _watch(settings: Settings, indexer: Indexer, as_json: bool) -> None:
    from newsfeed.corpus import watch
    from newsfeed.terminal import warn

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if not as_json:
        warn("watching; stop with Ctrl-C")
    for _ in watch(settings.corpus, stop):
        with _reported():
            report = indexer.index(_now())
            if report.changed or report.problems:
                _tell(report, as_json)


@contextmanager
def _reported() -> Iterator[None]:
    """While watching, a run that was refused is told and the watch goes on."""
    from newsfeed.errors import NewsfeedError
    from newsfeed.terminal import warn

    try:
        yield
    except NewsfeedError as error:
        warn(f"newsfeed: {error}")


def _now() -> datetime:
    return datetime.now(UTC)


def _tell(report: Report, as_json: bool) -> None:
    from newsfeed.terminal import say, say_json

    if as_json:
        say_json({"report": asdict(report)})
        return
    say(
        f"{report.files} files: {report.created} new, {report.updated} updated, "
        f"{report.renewed} renewed, {report.withdrawn} withdrawn, {len(report.problems)} skipped"
    )
    if report.outdated:
        say(f"{report.outdated} articles were parsed by an older parser: run `newsfeed reindex`")


def _end(report: Report, strict: bool) -> None:
    if strict and report.problems:
        sys.exit(PROBLEMS)


def _show(article: dict[str, Any]) -> None:
    """An article for people: a field a line, its blocks and leftovers with their kinds."""
    from newsfeed.terminal import say

    for name, value in article.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            say(f"{name}:")
            for part in value:
                say("  " + " | ".join(str(item) for item in part.values() if item))
        elif value:
            say(f"{name}: {value}")
