"""Values: whether a date, an address, a language tag or a media type is written as it must be.

In: text from a document. Out: the value, or None where the text is none. Called by every checker.
All patterns take time linear in the text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_RFC822 = re.compile(
    r"(?:([A-Za-z]{3}), *)?(\d{1,2}) +([A-Za-z]{3}) +(\d{4}|\d\d) +"
    r"(\d\d):(\d\d)(?::(\d\d))? +([A-Z]{1,3}|[+-]\d{4})",
    re.ASCII,
)
# RFC 822, section 5.1; the one-letter zones but Z were wrong there, see RFC 2822, section 4.3
_ZONES = {"UT": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5} | {
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9][\w.+!#$&^-]{0,126}/[A-Za-z0-9*][\w.+!#$&^-]{0,126}(?: *;.{0,200})?", re.ASCII
)
_EMAIL = re.compile(r"[^\s@<>()]{1,200}@[^\s@<>()]{1,200}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}:[^\s<>\"{}|\\^`]+")


def rfc3339(text: str) -> datetime | None:
    """The instant of an RFC 3339 date as Atom wants it (T and Z in capitals, with a zone)."""
    found = _RFC3339.fullmatch(text)
    if not found:
        return None
    *parts, fraction, zone = found.groups()
    year, month, day, hour, minute, second = map(int, parts)
    offset = 0 if zone == "Z" else _minutes(zone.replace(":", ""))
    micro = int((fraction or "0").ljust(6, "0")[:6])
    return _instant((year, month, day, hour, minute, second, micro), offset)


def rfc822(text: str) -> datetime | None:
    """The instant of an RFC 822 date, also one with a two-digit year or without its weekday."""
    found = _RFC822.fullmatch(text)
    if not found or found[3].capitalize() not in _MONTHS:
        return None
    zone = found[8]
    if zone[0] in "+-":
        offset = _minutes(zone)
    elif zone in _ZONES:
        offset = 60 * _ZONES[zone]
    else:
        return None
    year = int(found[4])
    if len(found[4]) == 2:
        year += 1900 if year >= 50 else 2000  # RFC 2822, section 4.3
    month = _MONTHS.index(found[3].capitalize()) + 1
    second = int(found[7] or 0)
    return _instant((year, month, int(found[2]), int(found[5]), int(found[6]), second, 0), offset)


def rfc822_fault(text: str) -> str | None:
    """What is wrong with a date in RSS, or None."""
    if rfc822(text) is None:
        return "is no date as RFC 822 writes it"
    found = _RFC822.fullmatch(text)
    assert found is not None  # it was a date
    if len(found[4]) == 2:
        return "has a year of two digits"
    if found[1]:
        day = datetime(int(found[4]), _MONTHS.index(found[3].capitalize()) + 1, int(found[2]))  # noqa: DTZ001 - a day has no zone
        if found[1].capitalize() != _DAYS[day.weekday()]:
            return f"has the wrong weekday: that day was a {_DAYS[day.weekday()]}"
    return None


def is_absolute(address: str) -> bool:
    """Whether this is an absolute IRI, of any scheme."""
    if not _SCHEME.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.netloc) if parts.scheme in ("http", "https") else True


def is_web(address: str) -> bool:
    """Whether this is an absolute http or https address."""
    return address.lower().startswith(("http://", "https://")) and is_absolute(address)


def is_language(tag: str) -> bool:
    """Whether this is written like a language tag (RFC 5646)."""
    return bool(_LANGUAGE.fullmatch(tag))


def is_media_type(text: str) -> bool:
    """Whether this is written like a media type (RFC 6838)."""
    return bool(_MEDIA_TYPE.fullmatch(text))


def is_email(text: str) -> bool:
    """Whether this is written like an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def _minutes(offset: str) -> int:
    return int(offset[0] + "1") * (60 * int(offset[1:3]) + int(offset[3:5]))


def _instant(parts: tuple[int, int, int, int, int, int, int], offset: int) -> datetime | None:
    year, month, day, hour, minute, second, micro = parts
    try:
        zone = timezone(timedelta(minutes=offset))
        # a leap second is the one before it: Python has none
        second -= second == 60
        moment = datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
