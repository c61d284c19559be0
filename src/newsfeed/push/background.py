"""Background: the hub is told beside other work, which never waits for it.

In: settings, the number of the last change that the index holds, a clock. Out: requests to the hub,
lines for the log. Called by `sessions` for those who index and by `newsfeed push`.

One sender at a time for an index folder: each round holds a lock, which the system lets go with the
process. The thread wakes when told that something changed, and every `EVERY` seconds for what comes
due or was left by another process.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from newsfeed.errors import NewsfeedError
from newsfeed.push.exchange import PushError, reached
from newsfeed.push.policy import line
from newsfeed.push.queue import Queue, count
from newsfeed.push.sender import Sender, Sent
from newsfeed.register_file import RegisterLocked
from newsfeed.settings import Settings

EVERY = 5.0
LAST_ROUND = 10.0
"""Seconds that the end of the work waits for what is still to be told; the rest stays queued."""
_CANCELLED = 5.0


class Busy(PushError):  # noqa: N818 - says what it is
    """Another process tells the hub, or a long run holds the register: later, then."""

    misuse = False


class Rounds:
    """Rounds of telling the hub of the settings. A round may be ended from another thread."""

    def __init__(
        self,
        settings: Settings,
        sequence: Callable[[], int],
        clock: Callable[[], datetime],
        log: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._sequence = sequence
        self._clock = clock
        self._log = log
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Sent]] | None = None
        self._ended = False

    def run(self) -> Sent:
        """One round: all that is due. Raises Busy, PushError, RegisterError, SearchError."""
        settings = self._settings
        try:
            with (
                _alone(settings.index),
                closing(Queue(settings.register_path, settings.hub)) as queue,
            ):
                if self._ended or queue.next(self._sequence(), self._clock()) is None:
                    return Sent()
                return asyncio.run(self._round(queue))
        except asyncio.CancelledError:
            return Sent()
        except RegisterLocked as error:
            raise Busy(str(error)) from error

    def end(self) -> None:
        """Ends the round that runs, and those to come; callable from any thread."""
        self._ended = True
        running = self._running
        if running is not None:
            loop, task = running
            with suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(task.cancel)

    async def _round(self, queue: Queue) -> Sent:
        settings = self._settings
        sender = Sender(queue, settings.hub, settings.site_url, self._clock, self._log)
        async with reached(settings.hub) as hub:
            task = asyncio.ensure_future(sender.drain(hub, self._sequence))
            self._running = asyncio.get_running_loop(), task
            if self._ended:
                task.cancel()
            try:
                return await task
            finally:
                self._running = None


class Background:
    """A thread that tells the hub, beside other work."""

    def __init__(self, rounds: Rounds, log: Callable[[str], None]) -> None:
        self._rounds = rounds
        self._log = log
        self._last_line = ""
        self._wake = threading.Event()
        self._finishing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)

    def start(self) -> None:
        """Begins; nothing is sent before there is something to send."""
        self._thread.start()

    def wake(self) -> None:
        """Something changed."""
        self._wake.set()

    def finish(self, seconds: float) -> None:
        """Ends after a last round that may take so long; what is left stays queued."""
        if not seconds:
            self._rounds.end()
        self._finishing.set()
        self._wake.set()
        self._thread.join(seconds)
        self._rounds.end()
        self._thread.join(_CANCELLED)

    def _run(self) -> None:
        last = False
        while not last:
            self._wake.wait(EVERY)
            self._wake.clear()
            last = self._finishing.is_set()
            self._round()

    def _round(self) -> None:
        try:
            self._rounds.run()
        except Busy:
            return  # nothing is lost: there is a next round
        except NewsfeedError as error:
            self._tell(str(error))
        except Exception as error:  # telling a hub must never end what goes on beside it
            self._tell(f"{type(error).__name__}: {error}")
        else:
            self._last_line = ""

    def _tell(self, text: str) -> None:
        """Logs what went wrong, once for as long as it stays the same."""
        told = f"hub: {line(text)}"
        if told != self._last_line:
            self._last_line = told
            self._log(told)


@contextmanager
def telling(
    settings: Settings,
    sequence: Callable[[], int],
    clock: Callable[[], datetime],
    log: Callable[[str], None],
) -> Iterator[Callable[[], None]]:
    """While the block runs the hub is told of what changes; yields how to say that it did."""
    background = Background(Rounds(settings, sequence, clock, log), log)
    background.start()
    try:
        yield background.wake
    except BaseException:
        background.finish(0)
        raise
    background.finish(LAST_ROUND)
    left = count(settings.register_path)
    if left:
        log(f"{left} feeds wait for the hub; the next run or `newsfeed push` tells it")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the sender's lock on an index folder. Raises Busy when another process holds it."""
    descriptor = os.open(folder / "push.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Busy(
            f"{line(str(folder))}: another newsfeed tells the hub; wait until it is done"
        ) from error
    else:
        yield
    finally:
        os.close(descriptor)
