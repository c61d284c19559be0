"""Region: which lines of a page hold the article's text.

In: the page's lines and what the model makes of them. Out: the first and last line of the run with
the largest sum of weights: whole sentences count for it, furniture against it. Called by `capture`.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsfeed.parsing.agencies import sign_off
from newsfeed.parsing.asides import signs
from newsfeed.parsing.classifier import Judgement
from newsfeed.parsing.lines import Kind, Line, stands_alone

_WEIGHTS = {
    Kind.NAVIGATION: -0.7,
    Kind.SHORT: -0.45,
    Kind.BYLINE: -0.9,
    Kind.DATE: -0.9,
    Kind.ENTRY: 0.2,
    Kind.MARK: -0.2,
    Kind.LABEL: -0.2,
    Kind.CAPTION: -0.1,
    Kind.CREDIT: -0.1,
    Kind.PROMOTION: -0.3,
    Kind.ITEM: 0.3,
    Kind.RELATED: -1.5,
    Kind.FURTHER: -4.0,
    Kind.TEASER: -0.15,
    Kind.NOTICE: -1.0,
    Kind.TAGS: -4.0,
    Kind.END: -4.0,
    Kind.COMMENTS: -10.0,
}
PROSE_COST = 0.3
SUMMARY_COST = 0.8
"""What a paragraph must weigh more than; one below a short line may be a teaser's summary."""

EMPTY_HEADER = -0.5
MAX_TEASER = 300
TEASER_SHARE = 0.6
"""A summary is shorter than so large a part of the text's paragraphs so far."""
REACH = 12
"""Lines below the region among which agencies may still sign it."""
_TITLING = (Kind.SHORT, Kind.DATE, Kind.BYLINE, Kind.END, Kind.FURTHER, Kind.TAGS)
ENOUGH = 8.0
"""So much text makes an article; readers' comments after it are never part of it."""


DOUBTFUL = 0.4
"""A paragraph that the model takes for text with less than this probability weighs less."""
DOUBT_COST = 1.0


def find_region(lines: list[Line], judged: Judgement) -> tuple[int, int] | None:
    """First and last line of the article's text, or None where nothing weighs anything.

    This is Kadane's maximum subarray over the weights; readers' comments end the search. The rules
    weigh, and the model doubts: below a threshold its probability lessens a paragraph's weight. It
    knows no live blogs: a paragraph right below an entry's clock time is not doubted.
    """
    best, best_span = 0.0, None
    total, start = 0.0, 0
    scale = _Scale()
    for place, line in enumerate(lines):
        if line.kind is Kind.COMMENTS and total >= ENOUGH and total >= 0.3 * best:
            break
        if total <= 0:
            total, start = 0.0, place
        weight = scale.weigh(lines, place, total)
        if line.kind is Kind.PROSE and not _opens_entry(lines, place):
            weight = _doubted(weight, 1 - judged.none(place))
        total += weight
        if total > best:
            best, best_span = total, (start, place)
    return best_span and _to_sign_off(lines, _with_tail(lines, _with_entry(lines, best_span)))


def _doubted(weight: float, likely: float) -> float:
    """A paragraph's weight, the less the model believes in it."""
    trust = min(1.0, likely / DOUBTFUL)
    return weight * trust - DOUBT_COST * (1 - trust)


@dataclass(slots=True)
class _Scale:
    """What was seen above the line that is weighed."""

    teasing: bool = False  # below a header of further reading
    listing: bool = False  # below a line that ends with a colon
    paragraphs: int = 0
    characters: int = 0

    def weigh(self, lines: list[Line], place: int, total: float) -> float:
        """What a line says for (above 0) or against its being part of the text."""
        line = lines[place]
        self.teasing = total > ENOUGH / 2 and self._teases(lines, place)
        if line.kind is Kind.SHORT:
            weight = 0.0 if self.listing else _WEIGHTS[Kind.SHORT]
            self.listing = self.listing or line.text.endswith(":")
            return weight
        self.listing = line.kind is Kind.PROSE and line.text.endswith(":")
        if line.kind is Kind.RELATED and _heads_nothing(lines, place):
            return EMPTY_HEADER
        if line.kind is not Kind.PROSE:
            return _WEIGHTS[line.kind]
        if self.teasing:
            return _WEIGHTS[Kind.TEASER]
        self.paragraphs += 1
        self.characters += len(line.text)
        titled = place > 0 and lines[place - 1].kind in _TITLING
        plain = _opens_entry(lines, place) or (stands_alone(lines, place) and not titled)
        return min(len(line.text), 700) / 100 - (PROSE_COST if plain else SUMMARY_COST)

    def _teases(self, lines: list[Line], place: int) -> bool:
        """Whether paragraphs from here on are taken for teasers: below a header of further
        reading that heads no block of its own, as long as they are shorter than this text's."""
        line = lines[place]
        if line.kind in (Kind.FURTHER, Kind.TAGS, Kind.END):
            return True
        if line.kind is Kind.RELATED:
            last = place + 1 == len(lines)
            return self.teasing or last or lines[place + 1].block != line.block
        usual = self.characters / max(self.paragraphs, 1)
        short = len(line.text) <= min(MAX_TEASER, TEASER_SHARE * usual)
        return self.teasing and (line.kind is not Kind.PROSE or short)


def _opens_entry(lines: list[Line], place: int) -> bool:
    """Whether a line stands right below the clock time of a live blog's entry."""
    return place > 0 and lines[place - 1].kind is Kind.ENTRY


def _heads_nothing(lines: list[Line], place: int) -> bool:
    """Whether a header of further reading is followed by a subheading and its text."""
    below = lines[place + 1 : place + 3]
    return (
        len(below) == 2
        and stands_alone(lines, place)
        and stands_alone(lines, place + 1)
        and below[0].kind is Kind.SHORT
        and below[1].kind is Kind.PROSE
    )


def _with_entry(lines: list[Line], span: tuple[int, int]) -> tuple[int, int]:
    """The region with the clock time, and its headline, that open a live blog's first entry."""
    first, last = span
    titled = first >= 2 and lines[first - 1].kind is Kind.SHORT
    for above in (first - 1, first - 2) if titled else (first - 1,):
        if above >= 0 and lines[above].kind is Kind.ENTRY:
            return above, last
    return span


def _with_tail(lines: list[Line], span: tuple[int, int]) -> tuple[int, int]:
    """The region with the short paragraphs and the interview's answers that follow its end."""
    first, last = span
    while last + 1 < len(lines):
        asked = lines[last + 1].kind is Kind.SHORT and lines[last + 1].text.endswith("?")
        step = 2 if asked and last + 2 < len(lines) else 1
        if _is_sentence(lines, last + step):
            last += step
        elif (end := _enumeration_end(lines, last + 1)) is not None:
            last = end
        else:
            break
    return first, last


def _enumeration_end(lines: list[Line], place: int) -> int | None:
    """The last line of a sentence that is set as a list, and of the text right below it.

    It is announced by a colon, and all of its items but the last end with a comma or semicolon;
    menus and teasers do not. Who spoke the quotation above may stand before it.
    """
    if signs(lines[place].text) and place + 1 < len(lines):
        place += 1
    if lines[place].kind not in (Kind.SHORT, Kind.PROSE) or not lines[place].text.endswith(":"):
        return None
    block = lines[place].block
    end = place + 1
    while end < len(lines) and lines[end].text.endswith((",", ";")) and lines[end].block == block:
        end += 1
    closed = end < len(lines) and lines[end].block == block and lines[end].text.endswith(".")
    if end - place < 2 or not closed:
        return None
    while end + 1 < len(lines) and _goes_on(lines[end + 1], block):
        end += 1
    return end


def _goes_on(line: Line, block: int) -> bool:
    """Whether a line is a whole sentence of that block."""
    return line.kind is Kind.PROSE and line.block == block and line.text.endswith(".")


def _to_sign_off(lines: list[Line], span: tuple[int, int]) -> tuple[int, int]:
    """The region up to the agencies that sign the text, if only text stands before them."""
    first, last = span
    if sign_off(lines[last].text):
        return span
    for place in range(last + 1, min(last + 1 + REACH, len(lines))):
        line = lines[place]
        if line.kind not in (Kind.PROSE, Kind.SHORT) or not stands_alone(lines, place):
            break
        if sign_off(line.text):
            return first, place
    return span


def _is_sentence(lines: list[Line], place: int) -> bool:
    line = lines[place]
    return (
        line.kind in (Kind.PROSE, Kind.SHORT)
        and stands_alone(lines, place)
        and line.text.endswith((".", ".“", '."', ".»", ".)"))
        and line.text.count(" ") >= 2
    )
