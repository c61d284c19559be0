"""Head: headline, kicker, standfirst, byline and dates, from the lines round an article's start.

In: the page's lines and the region of its text. Out: a `Head`, which also says where the body
begins and which lines it used. Called by `capture`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from newsfeed.parsing import bylines
from newsfeed.parsing.dates import Stamp, stamps, with_clock, without_dates
from newsfeed.parsing.headline import find_headline
from newsfeed.parsing.lines import Kind, Line, stands_alone

MAX_STANDFIRST = 700
MAX_DATED_LINE = 160
MAX_BESIDE_DATE = 40
"""A line that holds a date and more than so many other characters is a sentence about a day."""

_BETWEEN = {Kind.NAVIGATION, Kind.CAPTION, Kind.CREDIT, Kind.LABEL}
_SIGNING = {Kind.BYLINE, Kind.DATE}
_DATED = (Kind.DATE, Kind.BYLINE, Kind.SHORT, Kind.END, Kind.CREDIT)


@dataclass(slots=True)
class Head:
    """What stands above the text; `headline` is empty where no line can be one.

    Of the page's lines `top` is the first that was looked at, `body` the first that may belong to
    the text, `used` those that went into the head.
    """

    headline: str = ""
    kicker: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: Stamp | None = None
    updated: Stamp | None = None
    top: int = 0
    body: int = 0
    used: set[int] = field(default_factory=set)


def read_head(lines: list[Line], region: tuple[int, int]) -> Head:
    """The head of an article."""
    found = find_headline(lines, region)
    if found is None:
        head = Head(top=max(0, region[0] - 12), body=region[0])
    else:
        place = found.places[-1]
        head = Head(found.text, found.kicker, top=max(0, found.top - 3), body=place + 1)
        head.used.update(found.places)
    first = _standfirst(lines, region, head) if found else None
    if first is not None:
        head.standfirst = lines[first].text
        head.used.add(first)
    end = _opening(lines, head.body if first is None else first + 1, region[1])
    _sign(lines, head, end)
    _date(lines, head, end)
    return head


def _standfirst(lines: list[Line], region: tuple[int, int], head: Head) -> int | None:
    """The place of the standfirst, if the first paragraph is one.

    It is set apart from the text by byline, date, picture or tools; or it is shorter than the
    text's paragraphs, much shorter where byline and date stand above it.
    """
    places = [p for p in range(head.body, region[1] + 1) if lines[p].kind is Kind.PROSE]
    if len(places) < 2:
        return None
    first, second = places[:2]
    length = len(lines[first].text)
    if length > MAX_STANDFIRST:
        return None
    usual = median(len(lines[p].text) for p in places[1:])
    signed_above = any(line.kind in _SIGNING for line in lines[head.body : first])
    between = lines[first + 1 : second]
    if any(line.kind in _SIGNING or bylines.names_only(line.text) for line in between):
        return first
    if any(line.kind in _BETWEEN for line in between) and not (
        signed_above and length > 1.2 * usual
    ):
        return first
    share = 0.45 if signed_above else 0.9
    return first if length <= min(share * usual, 400) else None


def _opening(lines: list[Line], start: int, end: int) -> int:
    """The first paragraph that fills a block alone, if one comes soon; else the first at all."""
    first = next((p for p in range(start, end + 1) if lines[p].kind is Kind.PROSE), end + 1)
    for place in range(first, min(first + 15, end + 1)):
        if lines[place].kind is Kind.PROSE and stands_alone(lines, place):
            return place
    return first


def _sign(lines: list[Line], head: Head, end: int) -> None:
    """Authors and agencies from the bylines of the head.

    Below "Von" stand names alone; elsewhere a line of names alone signs only beside a date, and
    only where no line says "Von".
    """
    names: list[str] = []
    unsigned: list[str] = []
    agencies: list[str] = []
    opened = False
    for place in range(head.top, min(end, len(lines))):
        line = lines[place]
        if place in head.used:
            continue
        opened = opened and line.kind in (Kind.SHORT, Kind.DATE, Kind.CREDIT, Kind.BYLINE)
        byline = line.kind is Kind.BYLINE
        if not byline and not _signs_alone(lines, place, head, opened):
            continue
        found = bylines.signature(line.text)
        (names if byline or opened else unsigned).extend(found.names)
        agencies += found.agencies
        opened = opened or bylines.is_byline_opening(line.text)
        line.kind = Kind.BYLINE
        head.used.add(place)
    head.authors = tuple(dict.fromkeys(names or unsigned))
    head.agencies = tuple(dict.fromkeys(agencies))


def _signs_alone(lines: list[Line], place: int, head: Head, opened: bool) -> bool:
    line = lines[place]
    if line.kind is not Kind.SHORT and not bylines.agencies_in(line.text):
        return False
    if not bylines.names_only(line.text):
        return False
    near = lines[max(0, place - 2) : place + 3]
    if place < head.body:
        return any(other.kind is Kind.DATE for other in near)
    return opened or any(
        other.kind is Kind.DATE or (len(other.text) <= MAX_DATED_LINE and stamps(other.text))
        for other in near
    )


def _date(lines: list[Line], head: Head, end: int) -> None:
    """The dates of the head; a clock time may stand on the line below its day.

    Where the page only says when it was updated, or "Stand", that is when it was published.
    """
    signed = head.used.copy()
    for place in range(head.top, min(end, len(lines))):
        line = lines[place]
        told = place in signed and line.kind is not Kind.BYLINE
        if told or line.kind not in _DATED or len(line.text) > MAX_DATED_LINE:
            continue
        if line.kind is Kind.SHORT and len(without_dates(line.text)) > MAX_BESIDE_DATE:
            continue
        below = lines[place + 1] if place + 1 < end else None
        for stamp in stamps(line.text):
            clocked = below is not None and below.kind is Kind.DATE
            _keep(head, with_clock(stamp, below.text) if below and clocked else stamp)
            head.used.add(place)
    head.published = head.published or head.updated


def _keep(head: Head, stamp: Stamp) -> None:
    """The first date of each kind stays, but a mere clock time gives way to a day."""
    if stamp.kind == "updated":
        head.updated = head.updated or stamp
    elif head.published is None or (head.published.is_bare and not stamp.is_bare):
        head.published = stamp
