"""Pictures: captions find their credits.

In: the page's lines. Out: the images in order; the lines that belong to them become CAPTION or
CREDIT. Called by `capture`, before anything is taken for text.

A caption is known by the credit at its end or its beginning, by the credit line beside it, by the
label above it, or by standing there twice.
"""

from __future__ import annotations

import re
from collections import Counter

from newsfeed.article import Image
from newsfeed.parsing.agencies import agencies_in
from newsfeed.parsing.credits import MAX_CAPTION, is_clip, plain_caption, plain_credit, split_credit
from newsfeed.parsing.lines import Kind, Line, begins_block, ends_block, stands_alone

MAX_SIDES = 160
MIN_PORTRAIT = 55
MIN_WORDS = 4

_MAY_BE_CAPTION = (Kind.SHORT, Kind.PROSE)
_MAY_SHOW_CREDIT = (Kind.PROSE, Kind.SHORT, Kind.PROMOTION, Kind.BYLINE)

_SIGNED_PAIR = re.compile(
    r"[A-ZÄÖÜ][\w.-]{1,20}(?: [A-ZÄÖÜ][\w.-]{1,20}){0,2}\s?/\s?[A-ZÄÖÜ][\w.-]{1,20}"
    r"(?: [A-ZÄÖÜ][\w.-]{1,20}){0,2}"
)
_PORTRAYED = re.compile(r"[A-ZÄÖÜ]\w+ \([A-ZÄÖÜ][^()]{1,30}\) [^.!?:]*$")
_DATED = re.compile(r"\b\d{1,2}\.\s\w{3,9}\s\d{4}$")
_FROM_LEFT = re.compile(r"(?:von|v\.) ?(?:links|rechts|l\.|r\.)(?: nach rechts)?\W", re.I)
_SIDES_HINT = re.compile(r"\(|archiv|symbol")
_SIDES = re.compile(
    r"\((?:l|r|m|links|rechts|mitte|2\. v\. ?[lr]|[lr]\.|v\. ?l\. ?n\. ?r)\.?\)"
    r"|\b(?:archiv|symbol)(?:bild|foto)\b",
    re.I,
)


def find_pictures(lines: list[Line]) -> list[Image]:
    """The page's images; their lines are marked CAPTION and CREDIT."""
    found: dict[int, tuple[str, str | None]] = {}
    for place, line in enumerate(lines):
        if line.kind in _MAY_SHOW_CREDIT and (split := split_credit(line.text)) is not None:
            line.kind = Kind.CAPTION
            found[place] = split
    times = Counter(line.text for line in lines)
    credit, label = Kind.CREDIT, Kind.LABEL  # looked up once: an Enum's members are slow to find
    for place, line in enumerate(lines):
        if line.kind is credit or ("/" in line.text and _is_signed_pair(lines, place)):
            caption = _caption_beside(lines, place, times)
            if caption is not None and found.get(caption, ("", None))[1] is None:
                lines[caption].kind, line.kind = Kind.CAPTION, credit
                found[caption] = (plain_caption(lines[caption].text), plain_credit(line.text))
        elif line.kind is label and (below := _below(lines, place)) is not None:
            lines[below].kind = Kind.CAPTION
            found.setdefault(below, (plain_caption(lines[below].text), None))
    _mark_sides(lines, found)
    _mark_repeats(lines, found)
    return _images(found)


def _caption_beside(lines: list[Line], place: int, times: Counter[str]) -> int | None:
    """The line a credit line belongs to: framed by it, above it, below it, or a block away."""
    here = lines[place]
    if agencies_in(here.text) and place + 1 < len(lines) and lines[place + 1].kind is Kind.DATE:
        return None  # it signs the article
    above, below = place - 1, place + 1
    if is_clip(here.text) and above >= 0 and begins_block(lines, place):
        return above if _may_caption(lines[above], apart=True) else None
    if below + 1 < len(lines) and lines[below + 1].text == here.text and _may_caption(lines[below]):
        return below
    if above >= 0 and lines[above].block == here.block and _may_caption(lines[above]):
        return above
    if below < len(lines) and lines[below].block == here.block and _may_caption(lines[below]):
        return below
    if above >= 0 and _closes_block(lines, above) and times[lines[above].text] == 1:
        source = here.text.lower().startswith("quelle")
        apart = _may_caption(lines[above], apart=True) and not (source and _ends_text(lines, place))
        return above if apart else None
    return None


def _is_signed_pair(lines: list[Line], place: int) -> bool:
    """Whether a line alone between blank ones reads "Agency/Anna Berg", below a lone sentence."""
    line = lines[place]
    if line.kind is not Kind.SHORT or not _SIGNED_PAIR.fullmatch(line.text):
        return False
    above = place - 1
    sentence = above >= 0 and lines[above].text.endswith((".", "!", "?", "“", "”", '"'))
    return sentence and stands_alone(lines, place) and stands_alone(lines, above)


def _ends_text(lines: list[Line], place: int) -> bool:
    """Whether no text follows: below the last paragraph "Quelle: dpa" names that one's source."""
    return all(line.kind is not Kind.PROSE for line in lines[place + 1 : place + 5])


def _may_caption(line: Line, *, apart: bool = False) -> bool:
    if line.kind is Kind.CAPTION:
        return True
    longest = 300 if apart else MAX_CAPTION
    return (
        line.kind in _MAY_BE_CAPTION
        and len(line.text) <= longest
        and line.text.count(" ") + 1 >= MIN_WORDS
        and any(word[0].islower() for word in line.text.split())
    )


def _below(lines: list[Line], place: int) -> int | None:
    for below in range(place + 1, min(place + 3, len(lines))):
        if lines[below].kind is Kind.CAPTION or _may_caption(lines[below], apart=True):
            return below
    return None


def _closes_block(lines: list[Line], place: int) -> bool:
    """Whether a line is the last of its block, and no paragraph stands above it there."""
    above = lines[place - 1] if place else None
    under_text = above is not None and above.block == lines[place].block and _is_text(above)
    return ends_block(lines, place) and not under_text


def _is_text(line: Line) -> bool:
    return line.kind is Kind.PROSE


def _mark_sides(lines: list[Line], found: dict[int, tuple[str, str | None]]) -> None:
    """A short line that says who stands where in the picture is its caption."""
    for place, line in enumerate(lines):
        text = line.text
        if len(text) > MAX_SIDES or line.kind not in _MAY_BE_CAPTION:
            continue
        if _says_who_is_where(text) or (line.kind is Kind.SHORT and _portrays(text)):
            line.kind = Kind.CAPTION
            found.setdefault(place, (plain_caption(text), None))


def _says_who_is_where(text: str) -> bool:
    if text[:1] in "vV" and _FROM_LEFT.match(text):
        return True
    return _SIDES_HINT.search(text.lower()) is not None and _SIDES.search(text) is not None


def _portrays(text: str) -> bool:
    """Whether a line ends like a caption: with a club in brackets and a scene, or with a day."""
    if len(text) < MIN_PORTRAIT:
        return False
    portrayed = "(" in text and _PORTRAYED.search(text) is not None
    return portrayed or (text[-1].isdecimal() and _DATED.search(text) is not None)


def _mark_repeats(lines: list[Line], found: dict[int, tuple[str, str | None]]) -> None:
    captions = {lines[place].text for place in found} | {caption for caption, _ in found.values()}
    for line in lines:
        if line.text in captions and line.kind in _MAY_BE_CAPTION:
            line.kind = Kind.CAPTION


def _images(found: dict[int, tuple[str, str | None]]) -> list[Image]:
    """One image for each caption; the first credit found for it stays."""
    credits: dict[str, str | None] = {}
    for _, (caption, credit) in sorted(found.items()):
        credits[caption] = credits.get(caption) or credit
    return [Image(caption=caption or None, credit=credit) for caption, credit in credits.items()]
