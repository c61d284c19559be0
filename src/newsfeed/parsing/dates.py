"""Dates: how newspapers write them.

In: a line of a page. Out: a `Stamp` (what the line says), or whether the line is a date; `instant`
makes a Stamp an instant once a zone and the day or the moment of the page are known. Called by the
parsers and by `metadata`. Nothing here knows the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from newsfeed.parsing.clocks import CLOCK, WEEKDAYS, clock_before, find_clock, time_of
from newsfeed.parsing.days import DAY, MONTH, MONTHS, day_of

_YEARLESS = re.compile(
    rf"(?<![\d.])(?P<d>\d{{1,2}})\.\s?(?:(?P<number>\d{{1,2}})\.(?!\s?\d{{1,2}}\.|\d)"
    rf"|(?P<name>{MONTH})\b\.?)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\bvor (?P<count>\d{1,3}|eine[mr]|zwei|drei|vier|fünf) (?P<unit>std\.?|stunden?|h|min\.?"
    r"|minuten?|tag(?:en)?|wochen?)\b",
    re.IGNORECASE,
)
_COUNTS = {"einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5}
_UNITS = {
    "s": timedelta(hours=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "t": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PAGE_DAY = re.compile(rf"(?:heute\W+)?(?:{WEEKDAYS})\W{{1,3}}(?:den )?", re.IGNORECASE)
_HINT = re.compile(r"\d(?:\d{3}|[.:]\s?\d|\s(?:uhr|h)\b)", re.IGNORECASE)
"""What every day and every clock time holds."""

_WORD = re.compile(r"[^\W\d_]+")
_AGO = re.compile(r"\b(heute|gestern|vorgestern)\b", re.IGNORECASE)
_DAYS_AGO = {"heute": 0, "gestern": 1, "vorgestern": 2}
_UPDATED = re.compile(
    r"(?<![^\W\d_])(?:aktualisiert|aktualisierung|akt\.|update|upgedatet|updated|stand|zuletzt|geändert)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:erst|zuerst|veröffentlicht|publiziert|erschienen|vom)\b", re.IGNORECASE)

MAX_DATE_LINE = 120
_BESIDE_DATES = """
    am um vom ab uhr h mez mesz cet cest stand akt aktualisiert aktualisierung update updated
    zuletzt geändert veröffentlicht erschienen erstellt publiziert geschrieben erst zuerst online
    seit datum montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr
    sa so heute gestern vorgestern min minuten minute lesezeit lesedauer und der den kommentare
    kommentar lesen drucken teilen news nachrichten in as of published letzte letzter letztes
    änderung datum veröffentlichung veröffentlichungsdatum erstveröffentlichung
    erscheinungsdatum publikationsdatum zeitpunkt gmt utc upgedatet
"""
_DATE_WORDS = frozenset(_BESIDE_DATES.split())
_IN_DATES = """
    vor einem einer zwei drei vier fünf std stunde stunden tag tagen woche wochen a p pm z
"""
_OPENING_WORDS = _DATE_WORDS | frozenset(MONTHS) | frozenset(_IN_DATES.split())
"""A line that begins with any other word is no mere date: that settles most lines."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as a line gives it: the day, and the clock time if it says so.

    The day is a calendar day; or so many days ago; or so long ago (`ago`); or a month and a day of
    the year that everybody knew (`yearless`). Without any of them the line gave only a clock time.
    A clock time is aware where the line names its zone.
    """

    day: date | None = None
    days_ago: int | None = None
    clock: time | None = None
    kind: Literal["published", "updated"] = "published"
    ago: timedelta | None = None
    yearless: tuple[int, int] | None = None

    @property
    def is_bare(self) -> bool:
        """Whether it is a mere clock time."""
        return not self.day and not self.ago and not self.yearless and self.days_ago is None


def stamps(line: str) -> tuple[Stamp, ...]:
    """The dates in a line, in order ("Erstellt: 1.2.2022 Aktualisiert: 2.2.2022, 9 Uhr").

    A day that is in no calendar is no date. A line with only a clock time ("13:37 Uhr") gives a
    stamp without a day.
    """
    if not may_hold_date(line):
        return ()
    matches = list(DAY.finditer(line))
    if not matches:
        return _relative(line)
    days = [(match, day) for match in matches if (day := day_of(match)) is not None]
    found: list[Stamp] = []
    start = 0
    for position, (match, day) in enumerate(days):
        end = days[position + 1][0].start() if position + 1 < len(days) else len(line)
        before = line[start : match.start()]
        found += _dated(day, before, line[match.end() : end], first=not position)
        start = match.end()
    return tuple(found)


def _dated(day: date, before: str, after: str, *, first: bool) -> list[Stamp]:
    """The stamps of a day between words: "12.3.2024, aktualisiert 9 Uhr" holds two."""
    kind = _kind(before)
    clock = find_clock(after)
    if clock is None:
        return [Stamp(day, clock=clock_before(before) if first else None, kind=kind)]
    if kind == "published" and _UPDATED.search(after[: clock.start()]):
        return [Stamp(day), Stamp(day, clock=time_of(clock), kind="updated")]
    return [Stamp(day, clock=time_of(clock), kind=kind)]


def is_date_line(line: str) -> bool:
    """Whether a line is little more than a date ("Stand: 27.02.2022, 17:26 Uhr")."""
    if len(line) > MAX_DATE_LINE:
        return False
    opening = _WORD.search(line)
    if opening and opening.group().lower() not in _OPENING_WORDS:
        return False
    rest = without_dates(line)
    if rest == line:
        return False
    return all(word.lower() in _DATE_WORDS for word in _WORD.findall(rest))


def page_day(line: str) -> date | None:
    """The day in a page's head bar, a weekday and a date alone ("Montag, 28. Februar 2022")."""
    match = _PAGE_DAY.match(line) if len(line) <= 40 else None
    dated = DAY.fullmatch(line, match.end()) if match else None
    return day_of(dated) if dated else None


def without_dates(line: str) -> str:
    """The line without its days and clock times."""
    if not may_hold_date(line):
        return line
    rest = _AGE.sub("", DAY.sub("", line))
    if rest == line and (yearless := _YEARLESS.search(line)) and CLOCK.search(line, yearless.end()):
        rest = line[: yearless.start()] + line[yearless.end() :]
    return CLOCK.sub("", rest)


def may_hold_date(line: str) -> bool:
    """Whether a line can hold a date: settles most lines, without looking for one."""
    if _HINT.search(line):
        return True
    return "vor " in line.lower() and _AGE.search(line) is not None


def with_clock(stamp: Stamp, line: str) -> Stamp:
    """The stamp with the clock time that stands alone on the next line, where it had none."""
    if stamp.clock is not None or stamp.ago is not None:
        return stamp
    below = stamps(line)
    alone = len(below) == 1 and below[0].is_bare and below[0].kind == "published"
    return replace(stamp, clock=below[0].clock) if alone else stamp


def instant(
    stamp: Stamp, zone: ZoneInfo, today: date | None, moment: datetime | None = None
) -> datetime | None:
    """The instant a stamp means, aware, in `zone`; None if it needs a day nobody knows.

    `today` is the day the page was made: relative stamps and bare clock times count from there.
    `moment` is when it was made, where even that is known: "vor 3 Stunden" counts from it, to the
    minute. A stamp without a clock time is the midnight its day begins with.
    """
    try:
        if stamp.ago is not None and moment is not None:
            return (moment - stamp.ago).astimezone(zone).replace(second=0, microsecond=0)
        day = stamp.day or (_recent(stamp, today) if today else None)
    except (OverflowError, ValueError):
        return None
    if day is None:
        return None
    clock = stamp.clock or time()
    return datetime.combine(day, clock, clock.tzinfo or zone)


def _recent(stamp: Stamp, today: date) -> date:
    """The day a relative stamp means. Raises ValueError or OverflowError for one outside the
    calendar."""
    if stamp.yearless is None:
        return today - timedelta(days=stamp.days_ago or 0)
    this_year = date(today.year, *stamp.yearless)
    return this_year if this_year <= today else date(today.year - 1, *stamp.yearless)


def _kind(before: str) -> Literal["published", "updated"]:
    """What the words before a date say of it; the last word counts."""
    updated = _last(_UPDATED, before)
    return "updated" if updated > _last(_FIRST, before) else "published"


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _relative(line: str) -> tuple[Stamp, ...]:
    """The stamp of a line that names no calendar day, if it has a clock time or an age."""
    found = _aged(line) or _without_year(line) or _clocked(line)
    return (found,) if found else ()


def _aged(line: str) -> Stamp | None:
    if (age := _AGE.search(line)) is None:
        return None
    unit, kind = age["unit"][0].lower(), _kind(line[: age.start()])
    span = (_COUNTS.get(age["count"].lower()) or int(age["count"])) * _UNITS[unit]
    return Stamp(days_ago=span.days, kind=kind) if unit in "tw" else Stamp(ago=span, kind=kind)


def _without_year(line: str) -> Stamp | None:
    if (match := _YEARLESS.search(line)) is None:
        return None
    clock = find_clock(line[match.end() :])
    month = int(match["number"] or MONTHS[match["name"].lower()])
    annual = (month, int(match["d"]))
    try:
        date(2024, *annual)  # any leap year
    except ValueError:
        return None
    kind = _kind(line[: match.start()])
    return Stamp(clock=time_of(clock), kind=kind, yearless=annual) if clock else None


def _clocked(line: str) -> Stamp | None:
    if (clock := find_clock(line)) is None:
        return None
    ago = _AGO.search(line)
    kind = _kind(line[: ago.start() if ago else clock.start()])
    return Stamp(
        days_ago=_DAYS_AGO[ago[1].lower()] if ago else None, clock=time_of(clock), kind=kind
    )
