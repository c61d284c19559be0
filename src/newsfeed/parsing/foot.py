"""Foot: who signs an article below its text, and when, where its head does not say.

In: the page's lines and the region of its text. Out: a `Foot`, which also names the lines it used.
Called by `head` for what it did not find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfeed.parsing import agencies, bylines
from newsfeed.parsing.dates import Stamp, stamps
from newsfeed.parsing.lines import Kind, Line, stands_alone

NEAR = 8
"""Lines below the text, but above other articles, that may sign it without saying so: "Beitrag von
Anna Berg", "SDA/abc", "Mittagsmagazin, 12.3.2024, 12:10 Uhr"."""

REACH = 60
"""Lines below the text among which one may say who wrote it ("Autorin: Anna Berg")."""

MAX_LINE = 160
MAX_SIGNATURE = 40
_INTERVIEWER = re.compile(
    r"(?:das (?:gespräch|interview) führten?|die fragen stellten?|(?:interview|aufgezeichnet)"
    r"(?: von|:))\s(?P<names>.{5,80})\.?",
    re.IGNORECASE,
)
_STATION = re.compile(r"[A-ZÄÖÜ][\w. /-]{1,30} ?\((?P<names>[^()]{5,100})\)\.?")
_BRACKETED = re.compile(r"[(\[](?P<names>[^()\[\]]{5,110})[)\]]\.?")
_INITIALS = re.compile(r";\s?(?P<signed>[a-z]{2,5}(?:[/;]\s?[a-z]{2,5}){0,4})$")
_LABELLED = re.compile(
    r"(?:datum|stand|erstellt|erschienen|veröffentlicht|publiziert|aktualisiert|letzte änderung"
    r"|erstveröffentlichung|(?:diese[rs]? )?(?:artikel|text|beitrag) (?:ist |wurde )?(?:am|zuerst)"
    r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Foot:
    """Names or agencies that sign, the lines they stand on, and the date."""

    names: tuple[str, ...] = ()
    signed: int | None = None
    published: Stamp | None = None
    dated: int | None = None


def read_foot(lines: list[Line], region: tuple[int, int]) -> Foot:
    """Who signs below the text, and when."""
    near = _until(lines, region[1], NEAR, (Kind.COMMENTS, Kind.FURTHER, Kind.RELATED))
    far = _until(lines, region[1], REACH, (Kind.COMMENTS,))
    names, signed = _signature(lines, region, near, far)
    initials, initialled = _initials(lines, region[1], near)
    published, dated = _date(lines, region[1], near, far)
    return Foot(names + initials, initialled if signed is None else signed, published, dated)


def _until(lines: list[Line], last: int, reach: int, ends: tuple[Kind, ...]) -> int:
    """Where the search below the last line ends: readers and other articles follow there."""
    end = min(last + 1 + reach, len(lines))
    return next((place for place in range(last + 1, end) if lines[place].kind in ends), end)


def _signature(
    lines: list[Line], region: tuple[int, int], near: int, far: int
) -> tuple[tuple[str, ...], int | None]:
    for place in range(max(region[0], region[1] - 2), near):
        if names := _signs_near(lines, place, below=place > region[1]):
            return names, place
    for place in range(region[1] + 1, far):
        if names := _says_who(lines, place):
            return names, place
    return _agencies(lines, region[1], near)


def _signs_near(lines: list[Line], place: int, *, below: bool) -> tuple[str, ...]:
    text = lines[place].text
    if len(text) > MAX_LINE:
        return ()
    for pattern in (_INTERVIEWER, _STATION, _BRACKETED) if below else (_INTERVIEWER,):
        match = pattern.fullmatch(text)
        if match and bylines.names_only(match["names"].rstrip(".")):
            return bylines.signature(match["names"].rstrip(".")).names
    alone = below and stands_alone(lines, place) and bylines.is_byline(text)
    return bylines.signature(text).names if alone else ()


def _says_who(lines: list[Line], place: int) -> tuple[str, ...]:
    """The names behind or below "Autor"."""
    text = lines[place].text
    if not text.lower().startswith(("autor", "verfasser")) or len(text) > MAX_LINE:
        return ()
    if bylines.is_byline_opening(text):
        below = lines[place + 1].text if place + 1 < len(lines) else ""
        return bylines.signature(below).names if bylines.names_only(below) else ()
    return bylines.signature(text).names if bylines.is_byline(text) else ()


def _initials(lines: list[Line], last: int, near: int) -> tuple[tuple[str, ...], int | None]:
    """The initials that end a dated line: "Mittagsmagazin, 12.3.2024, 12:10 Uhr; abc;def"."""
    for place in range(last + 1, near):
        text = lines[place].text
        match = _INITIALS.search(text[-MAX_SIGNATURE:]) if len(text) <= MAX_LINE else None
        if match and _day_in(text):
            signs = [sign.strip() for sign in match["signed"].split(";")]
            return tuple(n for sign in signs for n in agencies.agencies_in(sign) or (sign,)), place
    return (), None


def _agencies(lines: list[Line], last: int, near: int) -> tuple[tuple[str, ...], int | None]:
    """Agencies that sign alone on a line of their own: "SDA/abc". Those in the bracket that ends
    the text are no authors; `body` finds them."""
    for place in range(last + 1, near):
        text = lines[place].text
        short = len(text) <= MAX_SIGNATURE and stands_alone(lines, place)
        if short and (names := _own(text)):
            return names, place
    return (), None


def _own(signed: str) -> tuple[str, ...]:
    """The agencies that sign, not those that only lent their material ("mit dpa")."""
    lent = signed.lower().startswith(("mit ", "quelle", "("))
    return () if lent else tuple(n for n in agencies.agencies_in(signed) if " " not in n)


def _date(lines: list[Line], last: int, near: int, far: int) -> tuple[Stamp | None, int | None]:
    """The first labelled date below the text, or that of a line near it that names a day and a
    clock time, or the day in the bracket that ends the text."""
    bracket = agencies.SIGN_OFF.search(lines[last].text[-120:])
    if bracket and (stamp := _day_in(bracket["signed"])):
        return stamp, last
    for place in range(last + 1, far):
        text = lines[place].text
        stamp = _day_in(text) if len(text) <= MAX_LINE else None
        if stamp is None:
            continue
        alone = place < near and stands_alone(lines, place)
        finished = stamp.clock is not None or _BRACKETED.fullmatch(text)
        if _LABELLED.match(text) or (alone and finished):
            return stamp, place
    return None, None


def _day_in(text: str) -> Stamp | None:
    return next((stamp for stamp in stamps(text) if stamp.day), None)
