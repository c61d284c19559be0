"""Moments: the days and instants by which a search is narrowed.

In: text like 2022-02-24 or 2022-02-24T06:30:00+01:00 (RFC 3339). Out: instants in UTC, and text
again. Called by `parameters`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]{1,9})?"
    r"(?:[Zz]|([-+ ])([0-9]{2}:[0-9]{2}))"
)


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
        if match := _INSTANT.fullmatch(value):
            return _instant(match)
    except ValueError:
        pass
    raise PydanticCustomError(
        "moment", "muss ein Tag wie 2022-02-24 oder ein Zeitpunkt wie 2022-02-24T06:30:00Z sein"
    )


def _instant(match: re.Match[str]) -> datetime:
    day, minute, second, fraction, sign, offset = match.groups()
    # RFC 3339 knows a leap second, Python does not; a "+" in a query string arrives as a space
    second = "59" if second == "60" else second
    zone = f"{'+' if sign == ' ' else sign}{offset}" if offset else "+00:00"
    return datetime.fromisoformat(f"{day}T{minute}:{second}{(fraction or '')[:7]}{zone}")


Moment = Annotated[
    date | datetime | None,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        }
    ),
]


def written(moment: date | datetime | None) -> str:
    """The moment in one spelling, an instant in UTC; "" for none."""
    if isinstance(moment, datetime):
        return _utc(moment).isoformat().replace("+00:00", "Z")
    return moment.isoformat() if moment else ""


def start(moment: date | datetime | None, zone: tzinfo) -> datetime | None:
    """The first instant of a day of `zone`; an instant is itself."""
    if moment is None or isinstance(moment, datetime):
        return moment and _utc(moment)
    return _utc(datetime.combine(moment, time.min, zone))


def end(moment: date | datetime | None, zone: tzinfo) -> datetime | None:
    """The first instant after a day of `zone`; an instant is itself."""
    if moment is None or isinstance(moment, datetime):
        return moment and _utc(moment)
    if moment == date.max:
        return None  # nothing comes after the last day of all
    return _utc(datetime.combine(moment + timedelta(days=1), time.min, zone))


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last hours that a datetime can say
        return _FIRST if moment.year == 1 else _LAST
