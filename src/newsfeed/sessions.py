"""What a command needs to run: settings, index, register, indexer, each closed when it ends, and a
word for every failure that a person can mend.

In: settings and options. Out: open things as context managers. Called by the command line only;
heavy modules are imported where they are needed.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from newsfeed.indexer import Indexer
    from newsfeed.register import Register
    from newsfeed.reports import Commit, Listener
    from newsfeed.search.interface import SearchIndex
    from newsfeed.settings import Settings

FAILED, MISUSED, PROBLEMS = 1, 2, 3
"""Exit codes; 0 is done."""


@contextmanager
def failures() -> Iterator[None]:
    """Turns the errors that a person can mend into one line and an exit code."""
    from newsfeed.errors import NewsfeedError

    try:
        yield
    except NewsfeedError as error:
        fail(MISUSED if error.misuse else FAILED, str(error))
    except BrokenPipeError:
        # the reader of our output went away; nothing is left to say to it
        sys.stderr.close()
        sys.exit(FAILED)
    except OSError as error:
        fail(FAILED, f"{error.filename or 'disk'}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def fail(code: int, line: str) -> NoReturn:
    """Ends the process with a line on standard error."""
    from newsfeed.terminal import warn

    warn(f"newsfeed: {line}")
    sys.exit(code)


def settings_with(**options: object) -> Settings:
    """The settings, with the options that were given. Raises SettingsError."""
    from newsfeed.settings import load_settings

    return load_settings(**{name: value for name, value in options.items() if value is not None})


@contextmanager
def opened_index(settings: Settings) -> Iterator[SearchIndex]:
    """The search index, closed at the end."""
    from newsfeed.search import open_index

    index = open_index(settings)
    try:
        yield index
    finally:
        index.close()


@contextmanager
def opened_register(settings: Settings) -> Iterator[Register]:
    """The register, closed at the end. Raises RegisterError."""
    from newsfeed.register import Register

    register = Register(settings.register_path, settings.tag_authority, pings=bool(settings.hub))
    try:
        yield register
    finally:
        register.close()


@contextmanager
def opened_indexer(
    settings: Settings, as_json: bool, clock: Callable[[], datetime]
) -> Iterator[Indexer]:
    """An indexer with everything it needs, the only one on this index folder.

    If there is a hub, it is told of each commit meanwhile, and for some seconds at the end.
    """
    from newsfeed.indexer import Indexer, exclusive
    from newsfeed.reader_pool import ReaderPool
    from newsfeed.terminal import listening

    with ExitStack() as stack:
        index = stack.enter_context(opened_index(settings))
        # before the lock: nobody who wants to index waits for a hub at the end of this run
        wake = stack.enter_context(telling_hub(settings, index, clock)) if settings.hub else None
        stack.enter_context(exclusive(settings.index))
        register = stack.enter_context(opened_register(settings))
        pool = stack.enter_context(ReaderPool(settings.jobs))
        listener = stack.enter_context(listening(as_json))
        yield Indexer(settings, register, index, pool, _also(listener, wake))


def _also(listener: Listener, wake: Callable[[], None] | None) -> Listener:
    """The listener, and somebody who is to wake at each commit."""
    if wake is None:
        return listener

    def commit(made: Commit) -> None:
        listener.commit(made)
        wake()

    return replace(listener, commit=commit)


@contextmanager
def telling_hub(
    settings: Settings, index: SearchIndex, clock: Callable[[], datetime]
) -> Iterator[Callable[[], None]]:
    """While the block runs the hub is told of changed feeds; yields how to say that some did."""
    from newsfeed.push.background import telling
    from newsfeed.terminal import warn

    with telling(settings, index.sequence, clock, warn) as wake:
        yield wake
