"""Dates: how newspapers and file names write them.

In: a line of a page, or a file's name. Out: a `Stamp` (what the line says) or a day; `instant`
makes a Stamp an instant once a zone and a reference day are known. Called by the capture parser
and by `metadata`. Nothing here knows the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from newsfeed.parsing.errors import ParseError

EARLIEST_YEAR = 1500
"""Older than any newspaper: an earlier date is a slip of the pen."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan jän",
            "februar feber february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"""(?<!\d)(?:
      (?P<d1>\d{{1,2}})\.\s?(?P<m1>\d{{1,2}})\.\s?(?P<y1>\d{{4}}|\d{{2}}(?!\d))   # 27.02.2022
    | (?P<d2>\d{{1,2}})\.?\s(?P<m2>{_MONTH})\b\.?,?\s(?P<y2>\d{{4}})              # 27. Februar 2022
    | (?P<m3>{_MONTH})\s(?P<d3>\d{{1,2}}),?\s(?P<y3>\d{{4}})                      # Februar 27, 2022
    | (?P<d4>\d{{1,2}})/(?P<m4>\d{{1,2}})/(?P<y4>\d{{4}})                         # 27/02/2022
    | (?P<y5>\d{{4}})-(?P<m5>\d{{2}})-(?P<d5>\d{{2}})                             # 2022-02-27
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOCK = re.compile(
    r"(?<![\d.:])(?P<h>[01]?\d|2[0-3])(?:[:.](?P<m>[0-5]\d)(?::[0-5]\d)?(?P<uhr>:?\s?(?:Uhr|h)\b)?"
    r"|\s(?:Uhr|h)\b)(?![\d.]\d|\s?min)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\bvor (?:\d+|einem|einer) (?:std\.?|stunden?|min\.?|minuten?|tag(?:en)?|wochen?)", re.I
)
_DIGIT = re.compile(r"\d|vor eine[mr]")
_WORD = re.compile(r"[^\W\d_]+")
_AGO = re.compile(r"\b(heute|gestern|vorgestern)\b", re.IGNORECASE)
_DAYS_AGO = {"heute": 0, "gestern": 1, "vorgestern": 2}
_UPDATED = re.compile(
    r"\b(?:aktualisiert|aktualisierung|akt\.|update|upgedatet|updated|stand|zuletzt|geändert)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:erst|zuerst|veröffentlicht|publiziert|erschienen|vom)\b", re.IGNORECASE)

MAX_DATE_LINE = 120
_BESIDE_DATES = """
    am um vom ab uhr h mez mesz cet cest stand akt aktualisiert aktualisierung update updated
    zuletzt geändert veröffentlicht erschienen erstellt publiziert geschrieben erst zuerst online
    seit datum montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr
    sa so heute gestern vorgestern min minuten minute lesezeit lesedauer und der den kommentare
    kommentar lesen drucken teilen news nachrichten in as of published
"""
_DATE_WORDS = frozenset(_BESIDE_DATES.split())

_NAME_DAY = re.compile(
    r"(?<![A-Za-z0-9])(\d{4})(?P<gap>[-_])(\d{2})(?P=gap)(\d{2})(?![0-9])"
    r"|(?<![A-Za-z0-9])((?:1[5-9]|2[01])\d\d)(\d{2})(\d{2})(?![A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as a line gives it: a day, or a number of days ago; and the clock time if it says so.

    Without `day` and `days_ago` the line gave only a clock time, of the day everybody knew.
    """

    day: date | None = None
    days_ago: int | None = None
    clock: time | None = None
    kind: Literal["published", "updated"] = "published"

    @property
    def is_bare(self) -> bool:
        """Whether it is a mere clock time."""
        return self.day is None and self.days_ago is None


def stamps(line: str) -> tuple[Stamp, ...]:
    """The dates in a line, in order ("Erstellt: 1.2.2022 Aktualisiert: 2.2.2022, 9 Uhr").

    A day that is in no calendar is no date. A line with only a clock time ("13:37 Uhr") gives a
    stamp without a day.
    """
    matches = list(_DAY.finditer(line))
    if not matches:
        return _relative(line)
    days = [(match, day) for match in matches if (day := _day(match)) is not None]
    found = []
    start = 0
    for position, (match, day) in enumerate(days):
        end = days[position + 1][0].start() if position + 1 < len(days) else len(line)
        found.append(
            Stamp(
                day=day,
                clock=_clock(line[match.end() : end]),
                kind=_kind(line[start : match.start()]),
            )
        )
        start = match.end()
    return tuple(found)


def is_date_line(line: str) -> bool:
    """Whether a line is little more than a date ("Stand: 27.02.2022, 17:26 Uhr")."""
    if len(line) > MAX_DATE_LINE or not _DIGIT.search(line):
        return False
    rest = without_dates(line)
    if rest == line:
        return False
    words = _WORD.findall(rest)
    return all(word.lower() in _DATE_WORDS for word in words)


def without_dates(line: str) -> str:
    """The line without its days and clock times."""
    return _CLOCK.sub("", _AGE.sub("", _DAY.sub("", line)))


def with_clock(stamp: Stamp, line: str) -> Stamp:
    """The stamp with the clock time that stands on the next line, where it had none."""
    return replace(stamp, clock=_clock(line)) if stamp.clock is None else stamp


def instant(stamp: Stamp, zone: ZoneInfo, today: date | None) -> datetime | None:
    """The instant a stamp means, aware, in `zone`; None if it needs a day nobody knows.

    `today` is the day the page was made: relative stamps and bare clock times count from there. A
    stamp without a clock time is the midnight its day begins with.
    """
    day = stamp.day
    if day is None and today is not None:
        try:
            day = today - timedelta(days=stamp.days_ago or 0)
        except OverflowError:
            return None
    if day is None:
        return None
    return datetime.combine(day, stamp.clock or time(), zone)


def day_in_name(name: str) -> date | None:
    """The day a file's name begins or ends with: 2022-02-27, 2022_02_27 or 20220227.

    `name` is a path; only its last part counts. Eight digits in a row are a day only from 1500 to
    2199, for they may be any number. Raises ParseError for a day no calendar has (2022-02-30).
    """
    stem = name.rpartition("/")[2]
    match = _NAME_DAY.search(stem)
    if match is None:
        return None
    compact = match[1] is None
    year, month, day = (int(match[i]) for i in ((5, 6, 7) if compact else (1, 3, 4)))
    try:
        return date(year, month, day)
    except ValueError as error:
        if compact or not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        raise ParseError(
            f"the file name's date {match.group()} is in no calendar", "rename the file"
        ) from error


def _day(match: re.Match[str]) -> date | None:
    for form in "12345":
        if (year := match[f"y{form}"]) is None:
            continue
        month = match[f"m{form}"].lower()
        number = _MONTHS.get(month) or int(month)
        try:
            found = date(
                int(year) + (2000 if len(year) == 2 else 0), number, int(match[f"d{form}"])
            )
        except ValueError:
            return None
        return found if found.year >= EARLIEST_YEAR else None
    return None


def _clock(text: str) -> time | None:
    match = _CLOCK.search(text[:60])
    return time(int(match["h"]), int(match["m"] or 0)) if match else None


def _kind(before: str) -> Literal["published", "updated"]:
    """What the words before a date say of it; the last word counts."""
    updated = _last(_UPDATED, before)
    return "updated" if updated > _last(_FIRST, before) else "published"


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _relative(line: str) -> tuple[Stamp, ...]:
    clock = _clock(line)
    ago = _AGO.search(line)
    if clock is None:
        return ()
    return (
        Stamp(
            days_ago=_DAYS_AGO[ago[1].lower()] if ago else None,
            clock=clock,
            kind=_kind(line[: ago.start()] if ago else ""),
        ),
    )
