"""Head: headline, kicker, standfirst, byline and dates, from the lines round an article's start.

In: the page's lines and the region of its text. Out: a `Head`, which also says where the body
begins, which lines it used and why. Called by `capture`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import median

from newsfeed.parsing import bylines
from newsfeed.parsing.agencies import agencies_in
from newsfeed.parsing.dates import Stamp, page_day, stamps, with_clock, without_dates
from newsfeed.parsing.foot import read_foot
from newsfeed.parsing.headline import Headline, find_headline
from newsfeed.parsing.lines import Kind, Line, stands_alone

MAX_STANDFIRST = 700
MAX_DATED_LINE = 160
MAX_BESIDE_DATE = 40
"""A line that holds a date and more than so many other characters is a sentence about a day."""

_BETWEEN = (Kind.NAVIGATION, Kind.CAPTION, Kind.CREDIT, Kind.LABEL)
_SIGNING = (Kind.BYLINE, Kind.DATE)
_DATED = (Kind.DATE, Kind.BYLINE, Kind.SHORT, Kind.END, Kind.CREDIT)


@dataclass(slots=True)
class Head:
    """What stands above the text; `headline` is empty where no line can be one.

    Of the page's lines `top` is the first that was looked at, `body` the first that may belong to
    the text, `used` those that went into the head. For `--explain`, `reasons` says by place what a
    line is to the head, and `scores` how much each line that might be the headline looks like it.
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
    reasons: dict[int, str] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)

    def use(self, place: int, reason: str) -> None:
        """Notes that a line went into the head, and as what."""
        self.used.add(place)
        self.reasons.setdefault(place, reason)


def read_head(lines: list[Line], region: tuple[int, int]) -> Head:
    """The head of an article."""
    found = find_headline(lines, region)
    head = _entitled(found) if found else Head(top=max(0, region[0] - 12), body=region[0])
    first = (found.subline or _standfirst(lines, region, head)) if found else None
    if first is not None:
        head.standfirst = lines[first].text
        head.use(first, "standfirst: the first paragraph, set apart from the text or shorter")
    end = _opening(lines, head.body if first is None else first + 1, region[1])
    _sign(lines, head, end)
    _date(lines, head, end)
    _complete(lines, region, head)
    return head


def _entitled(found: Headline) -> Head:
    head = Head(found.text, found.kicker, top=max(0, found.top - 3), body=found.places[-1] + 1)
    head.scores = dict(found.scores)
    for place in found.places[:-1]:
        head.use(place, "kicker: a short line right above the headline")
    head.use(found.places[-1], "headline: the line that looks most like one")
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
    if any(line.kind in _SIGNING or _is_signature(line.text) for line in between):
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
        head.use(place, "byline: names behind or below “Von”, or beside a date")
    sources = () if names or unsigned else _sources(lines, head, end)
    head.authors = tuple(dict.fromkeys(names or unsigned)) or sources
    head.agencies = tuple(dict.fromkeys([*agencies, *sources]))


def _sources(lines: list[Line], head: Head, end: int) -> tuple[str, ...]:
    """The agencies that sign an article beside its date: "Quelle: dpa"."""
    for place in range(head.body, min(end, len(lines))):
        text = lines[place].text
        near = lines[max(0, place - 3) : place + 4]
        if text.lower().startswith("quelle") and any(line.kind is Kind.DATE for line in near):
            found = bylines.agencies_named(text.partition(":")[2])
            if found:
                head.use(place, "byline: the agencies whose report it is")
                return found
    return ()


def _signs_alone(lines: list[Line], place: int, head: Head, opened: bool) -> bool:
    line = lines[place]
    if line.kind is not Kind.SHORT and not agencies_in(line.text):
        return False
    if not _is_signature(line.text):
        return False
    near = lines[max(0, place - 2) : place + 3]
    if place < head.body:
        return any(other.kind is Kind.DATE for other in near)
    return opened or any(
        other.kind is Kind.DATE or (len(other.text) <= MAX_DATED_LINE and stamps(other.text))
        for other in near
    )


def _is_signature(text: str) -> bool:
    return bylines.names_only(text) or bylines.name_and_place(text)


def _date(lines: list[Line], head: Head, end: int) -> None:
    """The dates of the head; a clock time may stand on the line below its day.

    Lines of a date come before others that hold one, those below the headline before those above
    it. Where the page only says when it was updated, or "Stand", that is when it was published.
    """
    told = {place for place in head.used if lines[place].kind is not Kind.BYLINE}
    end = min(end, len(lines))
    places = range(head.top, end)
    for place in sorted(places, key=lambda at: (lines[at].kind not in _SIGNING, at < head.body)):
        line = lines[place]
        if place in told or line.kind not in _DATED or len(line.text) > MAX_DATED_LINE:
            continue
        if line.kind is Kind.SHORT and len(without_dates(line.text)) > MAX_BESIDE_DATE:
            continue
        below = lines[place + 1] if place + 1 < end else None
        for stamp in stamps(line.text):
            clocked = below is not None and below.kind is Kind.DATE
            _keep(head, with_clock(stamp, below.text) if below and clocked else stamp)
            head.use(place, "date: stands in the head")
    head.published = head.published or head.updated


def _complete(lines: list[Line], region: tuple[int, int], head: Head) -> None:
    """What the head does not say may stand below the text, or in the page's head bar."""
    if not (head.authors and head.published):
        foot = read_foot(lines, region)
        if not head.authors and foot.names and foot.signed is not None:
            head.authors = foot.names
            head.reasons.setdefault(foot.signed, "byline: signs the text at its end")
        if head.published is None and foot.dated is not None:
            head.published = foot.published
            head.reasons.setdefault(foot.dated, "date: stands below the text")
    head.published = _on_day_of_page(lines, head, head.published)
    head.updated = _on_day_of_page(lines, head, head.updated)


def _on_day_of_page(lines: list[Line], head: Head, stamp: Stamp | None) -> Stamp | None:
    """A stamp that counts from today, from the day in the page's head bar if it has one."""
    if stamp is None or not (stamp.is_bare or stamp.days_ago == 0 or stamp.ago):
        return stamp
    days = (page_day(line.text) for line in lines[: head.body] if line.kind is Kind.DATE)
    return replace(stamp, day=next((day for day in days if day), None))


def _keep(head: Head, stamp: Stamp) -> None:
    """The first date of each kind stays, but a mere clock time gives way to a day."""
    if stamp.kind == "updated":
        head.updated = head.updated or stamp
    elif head.published is None or (head.published.is_bare and not stamp.is_bare):
        head.published = stamp
