"""The command `newsfeed lint`: what readers would stumble over, in our feeds or any file.

In: feeds' names or files. Out: findings and a summary on standard output; an exit code. Registered
by `cli`. The last build is remembered beside the index and compared with the next one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsfeed.commands import command, index_option, json_option, now
from newsfeed.errors import NewsfeedError
from newsfeed.sessions import FAILED, PROBLEMS, opened_index, settings_with

if TYPE_CHECKING:
    from newsfeed.lint import Finding
    from newsfeed.lint_feeds import OwnFeeds

_STDIN = "-"


class LintError(NewsfeedError):
    """A document cannot be looked at; the message says why."""

    misuse = True


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was looked at, and what a build of ours was compared with."""

    documents: int
    feeds: int = 0
    compared: datetime | None = None
    remembered: bool | None = None


@command("lint")
@click.argument("targets", nargs=-1, metavar="[NAME|FILE]…")
@click.option("--strict", is_flag=True, help="Exit with 3 if there are warnings.")
@click.option("--accept", is_flag=True, help="Remember this build whatever changed.")
@index_option
@json_option
def lint_command(
    targets: tuple[str, ...], strict: bool, accept: bool, index: Path | None, as_json: bool
) -> None:
    """Print what readers would stumble over in feeds.

    NAME is a feed (latest, sections/politik …), FILE any feed's document, - standard input; a name
    with a dot or a leading slash is a file. Without any, all own feeds are checked, each in three
    formats, in full and as summaries, and compared with the last build. Exits with 1 if there are
    errors.
    """
    from newsfeed.lint_report import say_findings

    files = [target for target in targets if _is_file(target)]
    names = [target for target in targets if not _is_file(target)]
    moment = now()
    findings = [finding for file in files for finding in _check_file(file, moment)]
    outcome = _Outcome(documents=len(files))
    if names or not files:
        found, outcome = _check_own(names, index, moment, accept, as_json)
        findings += found
        outcome = _Outcome(
            outcome.documents + len(files), outcome.feeds, outcome.compared, outcome.remembered
        )
    say_findings(findings, asdict(outcome), as_json)
    _end(findings, strict)


def _is_file(target: str) -> bool:
    return target == _STDIN or target.startswith("/") or "." in target.partition("?")[0]


def _check_file(target: str, moment: datetime) -> Iterator[Finding]:
    from newsfeed.lint import check_document
    from newsfeed.lint.checking import MAX_BYTES

    if target == _STDIN:
        body = sys.stdin.buffer.read(MAX_BYTES + 1)
    elif not Path(target).is_file():
        raise LintError(f"{target}: no such file; feeds have names without a dot, like latest")
    else:
        with Path(target).open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    for finding in check_document(body, now=moment):
        yield finding.within(target)


def _check_own(
    names: Sequence[str], index: Path | None, moment: datetime, accept: bool, as_json: bool
) -> tuple[list[Finding], _Outcome]:
    from newsfeed.lint import memory
    from newsfeed.lint.history import compare
    from newsfeed.lint_feeds import OwnFeeds
    from newsfeed.terminal import warn

    settings = settings_with(index=index)
    path = settings.index / memory.NAME
    previous = memory.load(path)
    with opened_index(settings) as opened:
        before = opened.sequence()
        own = OwnFeeds(opened, settings, moment)
        feeds = _check_names(own, names, as_json) if names else _check_all(own, as_json)
        findings = list(feeds)
        steady = opened.sequence() == before
    if not steady:
        warn("the index was written meanwhile: this build is not compared; run it again")
        return findings, _Outcome(own.documents, own.feeds, None, False)
    build = own.build(whole=not names)
    changed = list(compare(previous, build)) if previous else []
    remembered = accept or not any(finding.severity == "error" for finding in changed)
    if remembered:
        memory.save(path, build.after(previous) if previous else build)
    compared = previous.at if previous else None
    return findings + changed, _Outcome(own.documents, own.feeds, compared, remembered)


def _check_names(own: OwnFeeds, names: Sequence[str], as_json: bool) -> Iterator[Finding]:
    for name in _progress(names, as_json):
        yield from own.check(name)
        yield from own.check_archive(name)[0]


def _check_all(own: OwnFeeds, as_json: bool) -> Iterator[Finding]:
    from newsfeed.lint_feeds import LATEST

    names, ids = own.names()
    for name in _progress(names, as_json):
        yield from own.check_known(name)
    findings, held = own.check_archive(LATEST)
    yield from findings
    yield from own.missing(LATEST, held, ids)


def _progress(names: Sequence[str], as_json: bool) -> Iterator[str]:
    """The names, and how far it got, on a terminal."""
    if as_json or not sys.stderr.isatty():
        yield from names
        return
    with click.progressbar(names, label="Feeds", file=sys.stderr, show_pos=True) as bar:
        yield from bar


def _end(findings: Iterable[Finding], strict: bool) -> None:
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        sys.exit(FAILED)
    if strict and "warning" in severities:
        sys.exit(PROBLEMS)
