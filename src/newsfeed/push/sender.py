"""The sender: tells the hub of one feed after the other, and keeps what came of it.

In: the queue, a hub, the number of the last change that the index holds. Out: requests, and a queue
without what was told. Called by `background` and by `newsfeed push`.

A hub is told only of what it can fetch: the index must hold the change. Being told twice does no
harm, so a ping leaves the queue after the hub's answer, never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from newsfeed.feed_names import feed_path
from newsfeed.feeds import FORMATS
from newsfeed.push.exchange import Hub
from newsfeed.push.policy import IN_A_ROW, MOST_ATTEMPTS, Answer, line, wait
from newsfeed.push.queue import Pause, Ping, Queue

_chance = SystemRandom().random


@dataclass(slots=True)
class Sent:
    """What a round came to, in feeds; `failure` is why the hub is left alone for now."""

    told: int = 0
    refused: int = 0
    failure: str | None = None


class Sender:
    """Tells the hub at `url` of the feeds below `site`; `log` gets a line for what went wrong."""

    def __init__(
        self,
        queue: Queue,
        url: str,
        site: str,
        clock: Callable[[], datetime],
        log: Callable[[str], None],
        chance: Callable[[], float] = _chance,
    ) -> None:
        self._queue = queue
        self._url = url
        self._site = site
        self._clock = clock
        self._log = log
        self._chance = chance

    async def drain(self, hub: Hub, sequence: Callable[[], int]) -> Sent:
        """Tells of all that is due, until the hub fails. Raises RegisterError, SearchError."""
        sent = Sent()
        refused = 0
        while sent.failure is None:
            ping = self._queue.next(sequence(), self._clock())
            if ping is None:
                break
            answer = await self._tell(hub, ping)
            if answer.kind == "told":
                self._queue.told(ping)
                sent.told += 1
                refused = 0
                continue
            self._put_off(ping, answer)
            if answer.kind == "refused":
                sent.refused += 1
                refused += 1
            if answer.kind == "failed" or refused == IN_A_ROW:
                sent.failure = self._pause(answer)
        return sent

    async def _tell(self, hub: Hub, ping: Ping) -> Answer:
        """Tells of the feed in all its formats at once; the worst of the answers."""
        topics = [self._site + feed_path(ping.feed, format) for format in FORMATS]
        answers = await asyncio.gather(*(hub.tell(topic, self._clock) for topic in topics))
        return max(answers, key=lambda answer: ("told", "refused", "failed").index(answer.kind))

    def _put_off(self, ping: Ping, answer: Answer) -> None:
        attempts = ping.attempts + 1
        if answer.kind == "refused" and attempts >= MOST_ATTEMPTS:
            self._queue.give_up(ping)
            self._log(f"hub {line(self._url)} {answer.reason} to {ping.feed}: given up")
            return
        due = self._clock() + wait(attempts, None, self._chance())
        self._queue.put_off(ping, due, answer.reason)
        if answer.kind == "refused":
            self._log(f"hub {line(self._url)} {answer.reason} to {ping.feed}; again {_at(due)}")

    def _pause(self, answer: Answer) -> str:
        failures = self._queue.failures() + 1
        due = self._clock() + wait(failures, answer.retry_after, self._chance())
        self._queue.pause(Pause(self._url, failures, due, answer.reason))
        self._log(f"hub {line(self._url)} {answer.reason}; again {_at(due)}")
        return answer.reason


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
