"""Clocks: the times of day that newspapers write.

In: words. Out: the first clock time among them, aware where they name its zone. Called by `dates`.
"""

from __future__ import annotations

import re
from datetime import UTC, time, timedelta, timezone

CLOCK = re.compile(
    r"(?<![\d.:])(?P<h>[01]?\d|2[0-3])"
    r"(?:[:.](?P<m>[0-5]\d)(?::[0-5]\d(?:\.\d{1,6})?)?(?::?\s?(?:Uhr|h)\b)?|\s(?:Uhr|h)\b)"
    r"(?![\d.]\d|\s?min)"
    r"(?:\s?(?P<half>(?-i:AM)\b|a\.m\.|pm\b|p\.m\.))?"  # "am" is German
    r"(?:\s?(?P<zone>UTC|GMT|CES?T|MES?Z)\b|(?P<zulu>(?-i:Z)\b)|(?P<offset>\+\d\d):?00\b)?",
    re.IGNORECASE,
)
"""A clock time: "17:26", "17.26 Uhr", "9 h", "5:26 pm", "17:26 MEZ", "17:26:00+01:00"."""

WEEKDAYS = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
_ZONES = {"CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2}  # hours from UTC; any other is UTC
_AHEAD = re.compile(
    r"(?P<clock>\d{1,2}[:.]\d\d(?: Uhr| [AP]M)?)\W{1,4}"
    rf"(?:(?:am|vom|{WEEKDAYS})\W{{1,3}}){{0,2}}$",
    re.IGNORECASE,
)
_REACH = 60  # characters in which a clock time is looked for


def find_clock(text: str) -> re.Match[str] | None:
    """The first clock time near the beginning of a text."""
    return CLOCK.search(text[:_REACH])


def clock_before(text: str) -> time | None:
    """The clock time that a text ends with, before its day: "9:15 Uhr, Montag, "."""
    ahead = _AHEAD.search(text[-40:])
    clock = CLOCK.match(ahead["clock"]) if ahead else None
    return time_of(clock) if clock else None


def time_of(match: re.Match[str]) -> time:
    """The time that a match of CLOCK means."""
    hour = int(match["h"])
    if match["half"] and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (match["half"][0] in "pP")
    zone = UTC if match["zulu"] else None
    if match["offset"]:
        zone = timezone(timedelta(hours=min(int(match["offset"]), 14)))
    elif match["zone"]:
        hours = _ZONES.get(match["zone"].upper())
        zone = timezone(timedelta(hours=hours)) if hours else UTC
    return time(hour, int(match["m"] or 0), tzinfo=zone)
