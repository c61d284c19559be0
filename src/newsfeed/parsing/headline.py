"""Headline: which line of a page is its headline, and the kicker that goes with it.

In: the page's lines and the region of its text. Out: the headline's place; its words without the
kicker. Called by `head`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from newsfeed.parsing.lines import Kind, Line, ends_block

MAX_HEADLINE = 220
MAX_KICKER = 50
SAMPLE_PARAGRAPHS = 12
GOOD_ENOUGH = 0.78
"""Of the lines that score so large a part of the best, the first is the headline: a page may say
it twice in other words, and what comes later may be a subheading."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_ON_ONE_LINE = re.compile(
    r"(?P<kicker>.{2,70}?)(?:\s:\s?|(?<=[\w\"“»)]):(?=[A-ZÄÖÜ„\"«»“]))(?P<headline>.{8,})"
)
_SITE = re.compile(r"\s\|\s[^|]{2,30}$")
_STEPS = re.compile(r" [/|›>] ")
_GENRES = frozenset({"kommentar", "liveblog", "video", "podcast", "fotostrecke", "bilderstrecke"})
_HOME = frozenset({"home", "startseite", "start", "front"})
_WAYS_IN = re.compile(r"zum (?:haupt)?inhalt|(?:home|startseite|start) \S", re.IGNORECASE)
_QUIET = (Kind.CAPTION, Kind.CREDIT, Kind.PROMOTION, Kind.LABEL, Kind.ENTRY)


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline and its kicker; `places` are their lines, `top` is where it stands first."""

    text: str
    kicker: str | None
    places: tuple[int, ...]
    top: int


def find_headline(lines: list[Line], region: tuple[int, int]) -> Headline | None:
    """The headline above the text, or None where no line can be one."""
    solid = _solid_start(lines, region)
    text = [line.text for line in lines[region[0] : region[1] + 1] if line.kind is Kind.PROSE]
    sample = " ".join(part[:1000] for part in text[:SAMPLE_PARAGRAPHS]).lower()
    stems = {word[:6] for word in _WORD.findall(sample)}
    times = Counter(line.text for line in lines)
    scores = {
        place: _score(lines, place, solid, stems, times)
        for place in range(solid)
        if _may_be_headline(lines[place])
    }
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return None
    first = min(place for place, score in scores.items() if score >= GOOD_ENOUGH * best)
    again = (place for place in range(solid) if lines[place].text == lines[first].text)
    return _with_kicker(lines, max(again), first)


def _solid_start(lines: list[Line], region: tuple[int, int]) -> int:
    """The first paragraph that another one follows: below it there is no headline any more."""
    previous, short = None, False
    for place in range(region[0], region[1] + 1):
        kind = lines[place].kind
        if kind is Kind.PROSE:
            # one short line between two long paragraphs is a subheading
            if previous is not None and (not short or len(lines[previous].text) >= 150):
                return previous
            previous, short = place, False
        elif kind is Kind.SHORT and not short:
            short = True
        elif kind not in _QUIET:
            previous, short = None, False
    text = (Kind.PROSE, Kind.ITEM)
    return next((p for p in range(*region) if lines[p].kind in text), region[1])


def _may_be_headline(line: Line) -> bool:
    fits = 12 <= len(line.text) <= MAX_HEADLINE and " " in line.text
    return fits and line.kind in (Kind.SHORT, Kind.PROSE, Kind.BYLINE)


def _score(
    lines: list[Line], place: int, solid: int, stems: set[str], times: Counter[str]
) -> float:
    """How much a line looks like the headline.

    The words that it shares with the text weigh most; then its length, its neighbours, and whether
    the page repeats it.
    """
    line, text = lines[place], lines[place].text
    words = _WORD.findall(text)
    shared = sum(word[:6].lower() in stems for word in words) / max(len(words), 4)
    several = text.count(" ") >= 3
    above = lines[max(0, place - 12) : place]
    spoken = text.endswith(("?", "!", "“", "”", '"', "»", "«"))
    signs = (
        (1.0, 25 <= len(text) <= 140),
        (0.6 if several else -0.5, True),
        (0.8, several and times[text] > 1),
        (0.5, ends_block(lines, place)),
        (0.4, _any_below(lines, place, 3, {Kind.PROSE})),
        (0.8, _any_below(lines, place, 5, {Kind.BYLINE, Kind.DATE})),
        (-2.0, text.endswith((".", ",")) or (line.kind is Kind.PROSE and not spoken)),
        (-1.5, line.kind is Kind.BYLINE),
        (-1.0, text.isupper()),
        (-1.0, _STEPS.search(text) is not None),
        (-0.5, any(other.kind is Kind.RELATED for other in above[-8:])),
        (-0.5 * min(2, sum(other.kind is Kind.PROSE for other in above)), True),
        (-0.02 * min(solid - place, 30), True),
    )
    return 2.5 * shared + sum(points for points, holds in signs if holds)


def _any_below(lines: list[Line], place: int, count: int, kinds: set[Kind]) -> bool:
    return any(line.kind in kinds for line in lines[place + 1 : place + 1 + count])


def _with_kicker(lines: list[Line], place: int, top: int) -> Headline:
    """Headline and kicker, taken apart where they stand on one line."""
    text = _SITE.sub("", lines[place].text)
    if match := _ON_ONE_LINE.fullmatch(text):
        return Headline(match["headline"], match["kicker"], (place,), top)
    if (above := _kicker_above(lines, place)) is not None:
        return Headline(text, lines[above].text, (above, place), top)
    return Headline(text, _kicker_below(lines, place), (place,), top)


def _kicker_below(lines: list[Line], place: int) -> str | None:
    """The kicker of the headline's other wording right below, "KICKER : Headline"."""
    below = lines[place + 1].text if place + 1 < len(lines) else ""
    match = _ON_ONE_LINE.fullmatch(below) if " : " in below else None
    return match["kicker"] if match else None


def _kicker_above(lines: list[Line], place: int) -> int | None:
    """The line right above the headline, if it is no step of a breadcrumb trail."""
    above = place - 1
    if above < 0 or lines[above].block < lines[place].block - 1:
        return None
    kicker = lines[above]
    trail = [
        line.text.lower()
        for line in lines[max(0, above - 10) : above]
        if line.block == kicker.block and not _WAYS_IN.match(line.text)
    ]
    if len(trail) > 1 or _HOME & set(trail):
        return None
    genre = kicker.kind is Kind.NAVIGATION and kicker.text.lower() in _GENRES
    named = kicker.kind is Kind.SHORT and kicker.text not in lines[place].text
    fits = len(kicker.text) <= MAX_KICKER and kicker.text[-1] not in ".,"
    return above if fits and (genre or named) else None
