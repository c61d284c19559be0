"""Policy: what a hub's answer means, and when it is asked again.

In: an HTTP status with the little of the answer that matters, or what went wrong. Out: an `Answer`,
and how long to wait after it. Called by `exchange` and `sender`. No clock and no network here.

- 2xx: told. The body does not matter.
- 4xx about the feed (all but 401, 403, 404, 405, 407, 408, 425 and 429): the hub *refuses* it. The
  same request gets the same answer, so a feed is given up, until it changes again, when it is
  refused after `MOST_ATTEMPTS` attempts.
- Everything else, silence and redirects too, is about the hub: it *fails*, and nothing is sent to
  it until it is due again. There is no giving up: it costs one attempt an hour and a row for each
  feed, and a hub that was away for a week is told of everything when it is back. The feed at which
  it failed comes last then: should it be the feed after all, the others do not wait for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

MOST_ATTEMPTS = 4
IN_A_ROW = 5
"""Feeds refused one after the other after which it is the hub that fails: its address is wrong, or
it wants nothing from us."""
_FIRST, _LONGEST = timedelta(seconds=15), timedelta(hours=1)
_MOST_ASKED = timedelta(days=1)
"""The longest that a hub's own Retry-After is followed."""
_ABOUT_THE_HUB = {401, 403, 404, 405, 407, 408, 425, 429}
_SHOWN = 200
_EXPONENTS = 20

Kind = Literal["told", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request; `reason` is one printable line, `retry_after` the hub's wish."""

    kind: Kind
    reason: str = ""
    retry_after: timedelta | None = None


def judge(status: int, retry_after: str, words: str, now: datetime) -> Answer:
    """What an HTTP answer means: its status, its Retry-After or "", something to show of it."""
    if 200 <= status < 300:
        return Answer("told")
    reason = line(f"answers {status} {words}")
    if 400 <= status < 500 and status not in _ABOUT_THE_HUB:
        return Answer("refused", reason)
    return Answer("failed", reason, parsed_retry_after(retry_after, now))


def parsed_retry_after(value: str, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for (RFC 9110, 10.2.3); None if it asks for none."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return timedelta(seconds=int(value))
    if not 20 <= len(value) <= 40:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(timedelta(), moment.replace(tzinfo=moment.tzinfo or UTC) - now)


def wait(failures: int, retry_after: timedelta | None, chance: float) -> timedelta:
    """How long to leave the hub, or a feed, alone after so many failures in a row.

    Doubles from 15 seconds up to an hour; `chance` (0 to 1) takes up to half of it off, so that
    many publishers do not come back to a hub at once. What the hub itself asked for is followed
    between 15 seconds and a day, never undercut, and stretched by up to a tenth.
    """
    if retry_after is not None:
        return min(max(retry_after, _FIRST), _MOST_ASKED) * (1 + chance / 10)
    doublings: int = 2 ** min(failures - 1, _EXPONENTS)
    longest = min(_LONGEST, _FIRST * doublings)
    return longest * (1 - chance / 2)


def line(text: str) -> str:
    """What somebody else wrote as one bounded line: nothing in it reaches a terminal or a log."""
    shortened = " ".join(text[: 2 * _SHOWN].split())
    escaped = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in shortened
    )
    return escaped if len(escaped) <= _SHOWN else escaped[: _SHOWN - 1] + "…"
