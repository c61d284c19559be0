"""Boxes: further reading in the middle of a text or after it.

In: the page's lines. Out: what only leads to other articles becomes TEASER. Called by `capture`
before the text's region is looked for, so that a box does not tear it apart.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from operator import attrgetter

from newsfeed.parsing import vocabulary
from newsfeed.parsing.lines import Kind, Line

MAX_SUMMARY = 300
MAX_PAIR_KICKER = 35
MIN_PAIR_TITLE = 36
MIN_CONTENTS = 3
MAX_CONTENTS = 40
MAX_MORE = max(map(len, vocabulary.MORE))
_CLOCK = re.compile(
    r"\W{0,8}(?:\w{2,10}, )?(?:\d{1,2}\. ?\w{2,9}\.?,? )?\d{1,2}[.:]\d\d(?: Uhr)?\W{0,8}",
    re.IGNORECASE,
)
_CLOCKED = re.compile(r"\d{1,2}[.:]\d\d(?: Uhr)?\s?[:|–—-] \S")
MAX_ENTRY = 160
MIN_ENTRIES = 3
_ENDING = (Kind.PROSE, Kind.ITEM, Kind.RELATED, Kind.FURTHER, Kind.END, Kind.TAGS)
_TEASED = (Kind.SHORT, Kind.PROSE, Kind.ITEM, Kind.BYLINE, Kind.DATE, Kind.COMMENTS)


def mark_boxes(lines: list[Line]) -> None:
    """Corrects the kinds of live blog entries, contents, summaries, promotions and teasers."""
    blocks = [list(block) for _, block in groupby(lines, key=attrgetter("block"))]
    _mark_entries(lines)
    _mark_contents(lines)
    _mark_announced(lines, blocks)
    _mark_summaries(lines)
    _mark_promotions(lines)
    _mark_further_reading(lines)
    _mark_pairs(blocks)


def _mark_further_reading(lines: list[Line]) -> None:
    """Below a header of further reading stand teasers: to the end of its block, and on as long as
    blocks hold no text. A lone line right above a paragraph is that paragraph's subheading."""
    place, end = 0, len(lines) - 1
    while place <= end:
        if lines[place].kind not in (Kind.RELATED, Kind.FURTHER):
            place += 1
            continue
        header = place
        place += 1
        while place <= end and lines[place].block == lines[header].block:
            tease(lines[place])
            place += 1
        if place - header > 1:
            continue
        while place <= end and (stop := _teaser_block(lines, place, end)):
            for line in lines[place:stop]:
                tease(line)
            place = stop


def _teaser_block(lines: list[Line], place: int, end: int) -> int:
    """The line after the block that begins here, if it only teases; else 0."""
    stop = place
    while stop <= end and lines[stop].block == lines[place].block:
        if lines[stop].kind in _ENDING:
            return 0
        stop += 1
    if stop - place > 1:
        return stop
    heads_text = stop <= end and lines[stop].kind is Kind.PROSE
    return 0 if heads_text or lines[place].kind is Kind.COMMENTS else stop


def tease(line: Line) -> None:
    """Makes a line that could be text a teaser; furniture stays what it is."""
    if line.kind in _TEASED:
        line.kind = Kind.TEASER


def _mark_summaries(lines: list[Line]) -> None:
    """A summary above "mehr" or "weiterlesen", and the short lines above it, lead elsewhere."""
    for place in range(1, len(lines)):
        text = lines[place].text
        if len(text) > MAX_MORE or text.lower() not in vocabulary.MORE:
            continue
        above = place - 1
        if lines[above].kind is Kind.PROSE and len(lines[above].text) <= MAX_SUMMARY:
            tease(lines[above])
            above -= 1
        if above >= 0 and lines[above].kind is Kind.SHORT:
            block = lines[above].block
            while above >= 0 and lines[above].kind is Kind.SHORT and lines[above].block == block:
                tease(lines[above])
                above -= 1


def _mark_contents(lines: list[Line]) -> None:
    """A table of contents says the subheadings before the text does."""
    times = Counter(line.text for line in lines)
    listed = None
    for place, line in enumerate(lines):
        if line.block == listed and times[line.text] > 1:
            line.kind = Kind.NAVIGATION
            continue
        listed = None
        if len(line.text) <= MAX_CONTENTS and vocabulary.CONTENTS.fullmatch(line.text.lower()):
            line.kind = Kind.NAVIGATION
            listed = lines[place + 1].block if place + 1 < len(lines) else None


def _mark_announced(lines: list[Line], blocks: list[list[Line]]) -> None:
    """A block of short lines that all stand again further down is a table of contents."""
    last = {line.text: place for place, line in enumerate(lines)}
    place = 0
    for block in blocks:
        place += len(block)
        if len(block) >= MIN_CONTENTS and all(
            line.kind is Kind.SHORT and last[line.text] >= place for line in block
        ):
            for line in block:
                line.kind = Kind.NAVIGATION


def _mark_promotions(lines: list[Line]) -> None:
    """A paragraph in the first person right below a promotion's title belongs to it."""
    for place, line in enumerate(lines[:-1]):
        below = lines[place + 1]
        if (
            line.kind is Kind.PROMOTION
            and len(line.text) <= 80
            and below.kind is Kind.PROSE
            and len(below.text) <= 400
            and {"wir", "uns", "unsere", "unserer"} & set(below.text.lower().split())
        ):
            below.kind = Kind.PROMOTION


def _mark_pairs(blocks: list[list[Line]]) -> None:
    """A block of two or more kickers, each with a longer title below it, teases other articles."""
    for block in blocks:
        if len(block) < 4 or len(block) % 2:
            continue
        pairs = zip(block[::2], block[1::2], strict=True)
        if all(_is_pair(*pair) for pair in pairs):
            for line in block:
                tease(line)


def _is_pair(kicker: Line, title: Line) -> bool:
    both_short = kicker.kind is Kind.SHORT is title.kind
    return both_short and len(kicker.text) <= MAX_PAIR_KICKER and len(title.text) >= MIN_PAIR_TITLE


def _mark_entries(lines: list[Line]) -> None:
    """Clock times alone on their lines or before a headline, three or more of them above text, make
    a live blog."""
    alone, headed = [], []
    for place, line in enumerate(lines[:-1]):
        below = lines[place + 1].kind
        if len(line.text) <= 40 and _CLOCK.fullmatch(line.text):
            alone += [place] if below in (Kind.PROSE, Kind.SHORT) else []
        elif len(line.text) <= MAX_ENTRY and _CLOCKED.match(line.text):
            headed += [place] if below is Kind.PROSE else []
    for places in (alone, headed):
        if len(places) >= MIN_ENTRIES:
            for place in places:
                lines[place].kind = Kind.ENTRY
