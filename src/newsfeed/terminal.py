"""What a command prints: a line for people or a JSON object a line, progress on a terminal.

In: progress, problems, commits and results. Out: text on standard output and standard error.
Called by the command line only. Nothing read from a file reaches the terminal unescaped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsfeed.corpus import Problem
from newsfeed.reports import Commit, Listener

_EVERY = 1000


def clean(text: str) -> str:
    """Text without control and direction characters that could fool a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def say(line: str) -> None:
    """A line for people on standard output."""
    sys.stdout.write(clean(line) + "\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    """A JSON value as one line on standard output, flushed: whoever reads it may rely on it."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_UTC_Z) + b"\n")
    sys.stdout.buffer.flush()


def warn(line: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(clean(line) + "\n")
    sys.stderr.flush()


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
