"""Live blog: the lines that open the entries of a live blog become blocks.

In: the page's lines and the region of its text, the day that the page names, the zone of its clock
times. Out: for the place of each line that opens an entry its block. Called by `capture`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from newsfeed.article import Block
from newsfeed.parsing.clocks import find_clock, time_of
from newsfeed.parsing.dates import stamps
from newsfeed.parsing.lines import Kind, Line

MAX_TITLE = 160
ONE_DAY = timedelta(days=1)
_OPENING = re.compile(
    r"\W{0,8}(?:\w{2,10}, )?(?:\d{1,2}\. ?\w{2,9}\.?,? )?\d{1,2}[.:]\d\d(?: Uhr)?[\s:|–—-]{0,5}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """The block that opens an entry, and how many lines it takes: its headline may stand below."""

    block: Block
    lines: int


def find_entries(
    lines: list[Line], region: tuple[int, int], day: date | None, zone: ZoneInfo
) -> dict[int, Entry]:
    """The entries of a live blog by the places of the lines that open them; {} for other pages.

    `day` is the newest that the page names for itself; without one, and without lines between the
    entries that name days, entries have a clock time but no instant. An entry's id is made from day
    and clock time; of several in one minute the oldest keeps it, so that new entries change none.
    """
    places = [p for p in range(region[0], region[1] + 1) if lines[p].kind is Kind.ENTRY]
    clocks = [_clock(lines[place].text) for place in places]
    newest_first = _falls(clocks)
    days = _days(_said_days(lines, places), clocks, day, newest_first)
    names = _names(days, clocks, newest_first)
    return {
        place: _entry(lines, place, region[1], name, _moment(on, clock, zone))
        for place, on, clock, name in zip(places, days, clocks, names, strict=True)
    }


def _clock(text: str) -> time:
    match = find_clock(text)
    return time_of(match).replace(tzinfo=None) if match else time()


def _falls(clocks: Sequence[time]) -> bool:
    """Whether the newest entry comes first."""
    steps = list(pairwise(clocks))
    return sum(a > b for a, b in steps) > sum(a < b for a, b in steps)


def _said_days(lines: list[Line], places: list[int]) -> list[date | None]:
    """For each entry the day on its own line, or on a line between the entry before it and it."""
    said, above = [], places[0] if places else 0
    for place in places:
        found = [
            stamp.day
            for line in [lines[place], *(line for line in lines[above:place] if _is_date(line))]
            for stamp in stamps(line.text)
            if stamp.day
        ]
        said.append(found[0] if found else None)
        above = place + 1
    return said


def _is_date(line: Line) -> bool:
    return line.kind is Kind.DATE


def _days(
    said: list[date | None], clocks: list[time], day: date | None, newest_first: bool
) -> list[date | None]:
    """The days of the entries: where the clock runs the wrong way a day begins."""
    days: list[date | None] = []
    before = None
    for told, clock in zip(said, clocks, strict=True):
        if told is not None:
            day = told
        elif day is not None and before is not None:
            if newest_first and clock > before:
                day -= ONE_DAY
            elif not newest_first and clock < before:
                day += ONE_DAY
        days.append(day)
        before = clock
    return days


def _names(days: list[date | None], clocks: list[time], newest_first: bool) -> list[str]:
    """An id for each entry, counted from the oldest on."""
    seen: Counter[str] = Counter()
    names = []
    pairs = list(zip(days, clocks, strict=True))
    for day, clock in reversed(pairs) if newest_first else pairs:
        name = f"entry-{day:%Y%m%d}-{clock:%H%M}" if day else f"entry-{clock:%H%M}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return names[::-1] if newest_first else names


def _moment(day: date | None, clock: time, zone: ZoneInfo) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day, clock, zone).astimezone(UTC)
    except OverflowError:
        return None


def _entry(lines: list[Line], place: int, end: int, name: str, published: datetime | None) -> Entry:
    """An entry's headline stands after its clock time or, below it, above text."""
    text = lines[place].text
    title = text[match.end() :] if (match := _OPENING.match(text)) else ""
    below = lines[place + 1 : min(place + 3, end + 1)]
    headed = (
        not title
        and len(below) == 2
        and below[0].kind is Kind.SHORT
        and below[1].kind in (Kind.PROSE, Kind.ITEM)
        and len(below[0].text) <= MAX_TITLE
        and below[0].text[-1] not in ".:,;"
    )
    shown = below[0].text if headed else title or text
    return Entry(Block("entry", shown, id=name, published=published), 1 + headed)
