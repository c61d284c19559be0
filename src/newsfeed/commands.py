"""Commands: what every command of the command line shares.

In: a function of arguments. Out: a click command whose expected failures end in one line and an
exit code. Called by `cli` and `index_commands`, which hold the commands.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from newsfeed.sessions import failures

P = ParamSpec("P")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one value a line.")
index_option = click.option(
    "--index", type=click.Path(path_type=Path), help="Index folder (default: settings)."
)


def command(name: str) -> Callable[[Callable[P, None]], click.Command]:
    """A command of this name; its help is the function's docstring."""

    def decorate(function: Callable[P, None]) -> click.Command:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            os.umask(0o027)  # articles may be confidential: nothing for others to read
            with failures():
                function(*args, **kwargs)

        return click.command(name)(run)

    return decorate


def now() -> datetime:
    """The instant at which a command begins: the only clock that is read."""
    return datetime.now(UTC)
