"""Instants as feeds write them, in English and UTC whatever the process's locale is.

In: aware datetimes. Out: text, to the second. Called by every format writer: the only place in
which a feed's date becomes text.
"""

from __future__ import annotations

from datetime import UTC, datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def whole_second(instant: datetime) -> datetime:
    """The instant in UTC, its fraction of a second cut off.

    Raises ValueError for an instant without a time zone: it would name another moment on each
    machine. Raises OverflowError where UTC's year is not one from 1 to 9999.
    """
    if instant.tzinfo is UTC:
        return instant.replace(microsecond=0) if instant.microsecond else instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()}: a feed's date needs a time zone")
    return instant.astimezone(UTC).replace(microsecond=0)


def rfc3339(instant: datetime) -> str:
    """As Atom and JSON Feed want it (RFC 3339): 2022-02-27T16:05:00+00:00."""
    return whole_second(instant).isoformat()


def rfc822(instant: datetime) -> str:
    """As RSS wants it (RFC 822 with the four-digit year): Sun, 27 Feb 2022 16:05:00 +0000.

    Not strftime: that writes day and month in the language of the process's locale.
    """
    at = whole_second(instant)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at.day:02d} {month} {at.year:04d} {at.isoformat()[11:19]} +0000"
