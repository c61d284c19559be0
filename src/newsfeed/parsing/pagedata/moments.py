"""Moments: the dates of a page's data, in the many ways that machines write them.

In: the value of a date field (JSON-LD, meta tag, time element). Out: an aware datetime, or a date
where only the day is known, or None. Called wherever page data holds dates.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from newsfeed.parsing.context import Context
from newsfeed.parsing.dates import Stamp, instant, stamps
from newsfeed.parsing.days import EARLIEST_YEAR

Moment = datetime | date

MAX_LENGTH = 80
_ISO = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:[T ]\s?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?"
    r"\s?(?P<zone>Z|UTC|GMT|CES?T|ME[SZ]?Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?")
_JAVA = re.compile(r"\w{3} (\w{3} \d{1,2} \d{2}:\d{2}:\d{2}) (\w{3,4}) (\d{4})")
_EPOCH = re.compile(r"\d{10}|\d{13}")
_NAMED_ZONES = {
    "Z": UTC,
    "UTC": UTC,
    "GMT": UTC,
    "CET": timezone(timedelta(hours=1)),
    "MEZ": timezone(timedelta(hours=1)),
    "CEST": timezone(timedelta(hours=2)),
    "MESZ": timezone(timedelta(hours=2)),
}


def moment(value: Any, context: Context) -> Moment | None:
    """The moment that a value of page data means.

    An instant without a zone is in the corpus' zone. None where the value is no date, or one that
    no page can have: before the year 1500, or more than a day ahead of `context.now`.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if abs(value) < 10**15 else ""
    if not isinstance(value, str):
        return None
    text = " ".join(value[: 2 * MAX_LENGTH].split())[:MAX_LENGTH]
    try:
        found = _read(text, context.zone)
        return found if found is not None and _is_plausible(found, context) else None
    except (ValueError, OverflowError):
        return None


def of_stamp(stamp: Stamp, context: Context) -> Moment | None:
    """The moment of a date line that names its day."""
    found = instant(stamp, context.zone, None) if stamp.clock else stamp.day
    return found if found is not None and _is_plausible(found, context) else None


def day(found: Moment, zone: ZoneInfo) -> date:
    """The calendar day of a moment, in the corpus' zone."""
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


def finer(found: Moment, other: Moment | None, context: Context) -> Moment:
    """`other` where it is an instant of the day that is all `found` knows."""
    if isinstance(found, datetime) or not isinstance(other, datetime):
        return found
    return other if day(other, context.zone) == found else found


def _read(text: str, zone: ZoneInfo) -> Moment | None:
    if match := _ISO.match(text):
        return _iso(match, zone)
    if _EPOCH.fullmatch(text):
        seconds = int(text[:10])
        return datetime.fromtimestamp(seconds, UTC)
    if match := _COMPACT.fullmatch(text):
        return _compact(match, zone)
    if match := _JAVA.match(text):
        naive = datetime.strptime(f"{match[1]} {match[3]}", "%b %d %H:%M:%S %Y")  # noqa: DTZ007
        return naive.replace(tzinfo=_NAMED_ZONES.get(match[2].upper(), zone))
    return _rfc_2822(text, zone) or _written(text, zone)


def _iso(match: re.Match[str], zone: ZoneInfo) -> Moment:
    year, month, number = (int(part) for part in match["day"].split("-"))
    if match["clock"] is None:
        return date(year, month, number)
    hour, minute, second, *_ = (*map(int, match["clock"].split(":")), 0)
    where = _zone(match["zone"], zone)
    return datetime(year, month, number, hour, minute, second, tzinfo=where)


def _zone(name: str | None, zone: ZoneInfo) -> timezone | ZoneInfo:
    if name is None:
        return zone
    if name[0] not in "+-":
        return _NAMED_ZONES.get(name.upper(), zone)
    digits = name[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _compact(match: re.Match[str], zone: ZoneInfo) -> Moment:
    year, month, number = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        return date(year, month, number)
    clock = int(match[4]), int(match[5]), int(match[6] or 0)
    return datetime(year, month, number, *clock, tzinfo=UTC if match[7] else zone)


def _rfc_2822(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _written(text: str, zone: ZoneInfo) -> Moment | None:
    """A date as newspapers print it ("28. April 2023, 19:25 Uhr")."""
    for stamp in stamps(text):
        if stamp.day is not None:
            return instant(stamp, zone, None) if stamp.clock else stamp.day
    return None


def _is_plausible(found: Moment, context: Context) -> bool:
    if not EARLIEST_YEAR <= found.year <= context.now.year + 1:
        return False
    if isinstance(found, datetime):
        return found <= context.now + timedelta(days=1)
    return found <= context.now.date() + timedelta(days=1)
