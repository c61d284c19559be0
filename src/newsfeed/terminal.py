"""What a command prints: a line for people or a JSON object a line, progress on a terminal.

In: progress, problems, commits and results. Out: text on standard output and standard error.
Called by the command line only. Nothing read from a file reaches the terminal unescaped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from newsfeed.corpus import ArticleFile, Problem, shown
from newsfeed.reports import Commit, Listener, Report

_EVERY = 1000


def clean(text: str) -> str:
    """Text without control and direction characters that could fool a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def say(line: str) -> None:
    """A line for people on standard output."""
    sys.stdout.write(clean(line) + "\n")
    sys.stdout.flush()


def say_styled(lines: Iterable[Iterable[tuple[str, str]]]) -> None:
    """Lines of pieces, each with its style, on standard output; coloured on a terminal only."""
    if not sys.stdout.isatty():
        for line in lines:
            say("".join(piece for piece, _ in line))
        return
    console = _output()
    for line in lines:
        text = Text.assemble(*((clean(piece), style) for piece, style in line))
        console.print(text, soft_wrap=True)


def width() -> int:
    """Columns of the terminal behind standard output; as many as one likes elsewhere."""
    return _output().width if sys.stdout.isatty() else sys.maxsize


def say_json(value: Any) -> None:
    """A JSON value as one line on standard output, flushed: whoever reads it may rely on it."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_UTC_Z) + b"\n")
    sys.stdout.buffer.flush()


def say_family(family: dict[str, Any]) -> None:
    """Articles with nearly the same text, the first above the others and how like it they are."""
    first = family["canonical"]
    say(f"{first['headline']}\n  {first['source'] or '-'}  {first['id']}")
    for other in family["duplicates"]:
        say(f"  {other['similarity']:.0%} {other['headline']}")
        say(f"      {other['source'] or '-'}  {other['id']}")


def warn(line: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(clean(line) + "\n")
    sys.stderr.flush()


def tell(report: Report, as_json: bool) -> None:
    """What a run did."""
    if as_json:
        say_json({"report": asdict(report)})
        return
    say(
        f"{report.files} files: {report.created} new, {report.updated} updated, "
        f"{report.renewed} renewed, {report.withdrawn} withdrawn, {len(report.problems)} skipped"
    )
    if report.repeats:
        say(f"{report.repeats} articles of feeds or archives stand in other files already")
    for line in report.tally.lines():
        say(line)
    if report.outdated:
        say(
            f"{report.outdated} articles were parsed by an older parser or by other rules: "
            "run `newsfeed reindex`"
        )


def show(article: dict[str, Any]) -> None:
    """An article for people: a field a line, its blocks and leftovers with their kinds."""
    for name, value in article.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            say(f"{name}:")
            for part in value:
                say("  " + " | ".join(str(item) for item in part.values() if item))
        elif value:
            say(f"{name}: {value}")


def list_members(
    file: Path, members: Iterable[ArticleFile], problems: Iterable[Problem], as_json: bool
) -> None:
    """What a file of several articles holds, each under the path that names it."""
    for one in members:
        path = shown(str(file / one.path.rpartition("/")[2]))
        url = one.member.url if one.member else None
        captured = one.member.captured if one.member else None
        if as_json:
            say_json({"file": path, "url": url and shown(url), "captured": captured})
        else:
            moment = f"captured {captured:%Y-%m-%d %H:%M:%S %Z}" if captured else ""
            say("  ".join(filter(None, (path, shown(url or ""), moment))))
    for problem in problems:
        _problem_json(problem) if as_json else warn(_problem_line(problem))


@contextmanager
def listening(as_json: bool) -> Iterator[Listener]:
    """A listener that shows an index run as it goes: a bar on a terminal, plain lines elsewhere."""
    if as_json:
        yield Listener(problem=_problem_json, commit=_commit_json)
    elif sys.stderr.isatty():
        with _bar() as (progress, task):
            yield Listener(
                progress=lambda done, total: progress.update(task, completed=done, total=total),
                problem=lambda problem: progress.console.print(
                    _problem_line(problem), markup=False, highlight=False
                ),
            )
    else:
        yield Listener(progress=_plain_progress, problem=lambda one: warn(_problem_line(one)))


def _output() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


@contextmanager
def _bar() -> Iterator[tuple[Progress, Any]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield progress, progress.add_task("Indexing", total=None)


def _plain_progress(done: int, total: int) -> None:
    if done % _EVERY == 0 or done == total:
        warn(f"{done} of {total} files read")


def _problem_line(problem: Problem) -> str:
    return f"{problem.file}: {problem.reason}; {problem.remedy}"


def _problem_json(problem: Problem) -> None:
    say_json({"file": problem.file, "reason": problem.reason, "remedy": problem.remedy})


def _commit_json(commit: Commit) -> None:
    say_json({"committed": commit.sequence, "ids": commit.ids})
