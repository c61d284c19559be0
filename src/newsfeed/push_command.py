"""The command `newsfeed push`: tells the hub of what waits, for cron, a supervisor or a person.

In: settings with a hub, the queue. Out: requests to the hub, and on standard output what was told
and what still waits; 1 when the hub failed. Registered by `cli`.
"""

from __future__ import annotations

import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsfeed.commands import command, index_option, json_option, now
from newsfeed.sessions import FAILED, fail, opened_index, settings_with, telling_hub

if TYPE_CHECKING:
    from newsfeed.push.sender import Sent
    from newsfeed.settings import Settings


@command("push")
@index_option
@click.option("--watch", is_flag=True, help="Stay and tell the hub of every change as it comes.")
@json_option
def push_command(index: Path | None, watch: bool, as_json: bool) -> None:
    """Tell the hub of the feeds that changed, and list those that wait.

    `newsfeed index` does it too; this is for what it left, or for a process of its own.
    """
    from newsfeed.push.background import Rounds
    from newsfeed.push.exchange import PushError
    from newsfeed.terminal import warn

    settings = settings_with(index=index)
    if not settings.hub:
        raise PushError('hub: none is set; put hub = "https://hub.example.org/" into newsfeed.toml')
    if not settings.register_path.exists():
        fail(FAILED, f"{settings.register_path}: no register here; run `newsfeed index`")
    with opened_index(settings) as found:
        sent = Rounds(settings, found.sequence, now, warn).run()
        _tell(settings, sent, as_json)
        if watch:
            if not as_json:
                warn("watching; stop with Ctrl-C")
            with telling_hub(settings, found, now):
                _until_stopped()
    if sent.failure and not watch:
        sys.exit(FAILED)


def _until_stopped() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


def _tell(settings: Settings, sent: Sent, as_json: bool) -> None:
    from newsfeed.push.queue import pause_of, waiting
    from newsfeed.terminal import say, say_json

    pause = pause_of(settings.register_path, settings.hub)
    pings = waiting(settings.register_path)
    if as_json:
        for ping in pings:
            say_json(
                {
                    "feed": ping.feed,
                    "attempts": ping.attempts,
                    "next_attempt": ping.due,
                    "error": ping.error,
                }
            )
        say_json(
            {
                "hub": settings.hub,
                "told": sent.told,
                "refused": sent.refused,
                "waiting": len(pings),
                "failures": pause.failures if pause else 0,
                "next_attempt": pause.due if pause else None,
                "error": pause.error if pause else None,
            }
        )
        return
    say(f"hub {settings.hub}: told of {sent.told} feeds, {len(pings)} wait")
    if pause:
        say(f"failed {pause.failures} times, again {_moment(pause.due)}: {pause.error}")
    for ping in pings:
        tried = f"{ping.attempts} attempts, the last {ping.error}" if ping.attempts else "not tried"
        say(f"  {ping.feed}  {_moment(ping.due)}  {tried}")


def _moment(due: datetime | None) -> str:
    return f"{due:%Y-%m-%d %H:%M:%S} UTC" if due else "now"
