"""Headline: which line of a page is its headline, and the kicker that goes with it.

In: the page's lines and the region of its text. Out: the headline's place; its words without the
kicker. Called by `head`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from newsfeed.parsing.lines import Kind, Line, ends_block

MAX_HEADLINE = 220
MAX_KICKER = 50
SAMPLE_PARAGRAPHS = 12
SAMPLE = 2_000  # characters
MIN_SUBLINE = 80
MAX_SHORT_HEADLINE = 40
GOOD_ENOUGH = 0.78
"""Of the lines that score so large a part of the best and say the same in other words, the first
is the headline."""
NEARLY_BEST = 0.86
"""So good must a line be that says something else: what comes later may be a subheading."""
MAX_APART = 12
ALIKE = 0.3
"""Lines say the same if so large a part of the shorter one's words are common to both."""

_STEM = re.compile(r"([^\W\d_]{4,6})[^\W\d_]*")
_ON_ONE_LINE = re.compile(
    r"(?P<kicker>.{2,70}?)(?:\s:\s?|(?<=[\w\"“»)]):(?=[A-ZÄÖÜ„\"«»“]))(?P<headline>.{8,})"
)
_SENTENCES = re.compile(r"[a-zäöüß]{3}[.!?][“”\"«»]? [A-ZÄÖÜ„\"»«]\w+ \w+ \w+")
_SITE = re.compile(r"\s\|\s[^|]{2,30}$")
_STEPS = re.compile(r" [/|›>] ")
_GENRES = frozenset({"kommentar", "liveblog", "video", "podcast", "fotostrecke", "bilderstrecke"})
_HOME = frozenset({"home", "startseite", "start", "front"})
_HOMES = tuple(f"{home} " for home in _HOME)
_WAYS_IN = re.compile(r"zum (?:haupt)?inhalt|(?:home|startseite|start) \S", re.IGNORECASE)
_SIGNING = (Kind.BYLINE, Kind.DATE)
_QUIET = (Kind.CAPTION, Kind.CREDIT, Kind.PROMOTION, Kind.LABEL, Kind.ENTRY)


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline and its kicker; `places` are their lines, `top` is where it stands first.

    `scores` are those of all lines that might have been it; `subline` is the place of the line
    below it that says more, where one stands in its block.
    """

    text: str
    kicker: str | None
    places: tuple[int, ...]
    top: int
    scores: Mapping[int, float] = field(default_factory=dict)
    subline: int | None = None


def find_headline(lines: list[Line], region: tuple[int, int]) -> Headline | None:
    """The headline above the text, or None where no line can be one."""
    solid = _solid_start(lines, region)
    text = [line.text for line in lines[region[0] : region[1] + 1] if line.kind is Kind.PROSE]
    stems = _stems(" ".join(part[:1000] for part in text[:SAMPLE_PARAGRAPHS])[:SAMPLE])
    times = Counter(line.text for line in lines)
    scores = {
        place: _score(lines, place, solid, stems, times)
        for place in range(solid)
        if _may_be_headline(lines[place])
    }
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return None
    likely = _first_of_the_best(lines, scores)
    first = _above_subline(lines, likely)
    again = (place for place in range(solid) if lines[place].text == lines[first].text)
    found = _with_kicker(lines, max(again), first)
    return replace(found, scores=scores, subline=likely if first < likely else None)


def _first_of_the_best(lines: list[Line], scores: dict[int, float]) -> int:
    """The headline's place. A page may say its headline twice in other words: the first counts."""
    best = max(scores, key=scores.__getitem__)
    words = _stems(lines[best].text)

    def rivals(place: int) -> bool:
        share = scores[place] / scores[best]
        if share < GOOD_ENOUGH:
            return False
        near = best - place <= MAX_APART and share >= NEARLY_BEST
        return near or _alike(_stems(lines[place].text), words)

    return min(place for place in scores if rivals(place))


def _above_subline(lines: list[Line], place: int) -> int:
    """The headline's place where the line that looked most like one is its subline.

    That is a long line without a full stop right above the byline, in a block that begins with a
    kicker and a short headline.
    """
    if not 2 <= place < len(lines) - 1 or len(lines[place].text) < MIN_SUBLINE:
        return place
    kicker, headline, subline, below = lines[place - 2 : place + 2]
    if not kicker.block == headline.block == subline.block == below.block:
        return place
    both_short = kicker.kind is Kind.SHORT is headline.kind and below.kind in _SIGNING
    told = " " in kicker.text or subline.text.startswith(f"{kicker.text}:")
    fits = 12 <= len(headline.text) <= MAX_SHORT_HEADLINE and len(kicker.text) <= MAX_KICKER
    return place - 1 if both_short and told and fits else place


def _stems(text: str) -> set[str]:
    """The beginnings of a text's longer words."""
    return set(_STEM.findall(text.lower()))


def _alike(some: set[str], others: set[str]) -> bool:
    return len(some & others) >= ALIKE * max(1, min(len(some), len(others)))


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
    own = _STEM.findall(text.lower())
    shared = sum(stem in stems for stem in own) / max(len(own), 4)
    several = text.count(" ") >= 3
    above = [other.kind for other in lines[max(0, place - 12) : place]]
    below = [other.kind for other in lines[place + 1 : place + 6]]
    spoken = text.endswith(("?", "!", "“", "”", '"', "»", "«")) and not _SENTENCES.search(text)
    signs = (
        (0.7, 25 <= len(text) <= 140),
        (0.3, 25 <= len(text) <= 105),
        (0.6 if several else -0.5, True),
        (0.8, several and times[text] > 1),
        (0.5, ends_block(lines, place)),
        (0.4, Kind.PROSE in below[:3]),
        (0.8, any(kind in _SIGNING for kind in below)),
        (-2.0, text.endswith((".", ",")) or (line.kind is Kind.PROSE and not spoken)),
        (-1.5, line.kind is Kind.BYLINE),
        (0.3, Kind.PROSE in below[:1]),
        (-0.8, _signed_text(above)),
        (-1.0, text.isupper()),
        (-1.0, _STEPS.search(text) is not None or "°" in text or text.lower().startswith(_HOMES)),
        (-0.5, Kind.RELATED in above[-8:]),
        (-0.5 * min(2, above.count(Kind.PROSE)), True),
        (-0.03 * min(solid - place, 30), True),
    )
    return 2.5 * shared + sum(points for points, holds in signs if holds)


def _signed_text(above: list[Kind]) -> bool:
    """Whether a paragraph stands below a byline or a date: the text has begun."""
    signed = next((at for at, kind in enumerate(above) if kind in _SIGNING), None)
    return signed is not None and Kind.PROSE in above[signed:]


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
    if "|" in kicker.text:
        return None
    genre = kicker.kind is Kind.NAVIGATION and kicker.text.lower() in _GENRES
    named = kicker.kind is Kind.SHORT and kicker.text not in lines[place].text
    fits = len(kicker.text) <= MAX_KICKER and kicker.text[-1] not in ".,"
    return above if fits and (genre or named) else None
