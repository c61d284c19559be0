"""Features: what the line model sees of the lines of a page.

In: the page's lines with the kinds that rules gave them. Out: one row of numbers for each line:
those of the line itself, where it stands, and those of the two lines above and the two below it.
Called by `classifier` and by the training of its model, which must see exactly the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import compress
from math import log

import numpy as np
from numpy.typing import NDArray

from newsfeed.parsing.lines import Kind, Line

Matrix = NDArray[np.float32]

READ = 250
"""So many characters of a line tell what it speaks of."""
FAR = 12
"""Lines further off than so many are all equally far."""

_KINDS = {
    "navigation": (Kind.NAVIGATION,),
    "promotion": (Kind.PROMOTION,),
    "header of further reading": (Kind.RELATED,),
    "end of the text": (Kind.FURTHER, Kind.END),
    "teaser": (Kind.TEASER,),
    "header of topics or comments": (Kind.TAGS, Kind.COMMENTS),
    "byline": (Kind.BYLINE,),
    "date": (Kind.DATE,),
    "credit": (Kind.CREDIT, Kind.LABEL),
    "caption": (Kind.CAPTION,),
    "list item": (Kind.ITEM,),
    "whole sentences": (Kind.PROSE, Kind.QUOTE),
    "short": (Kind.SHORT, Kind.ENTRY, Kind.MARK, Kind.NOTICE),
}
"""Kinds that say the same to the model share a column."""
_WORDS = (
    "length",
    "end of a sentence",
    "question",
    "colon at the end",
    "quotation",
    "digit at the beginning",
    "function words",
    "words of address",
    "sentences",
    "repeated on the page",
    "beginning of a block",
    "size of its block",
)
_PLACES = (
    "place on the page",
    "share of the text above",
    "amount of text above",
    "amount of text below",
    "distance of text above",
    "distance of text below",
    "distance of a header above",
    "distance of a header below",
    "headers above",
    "below readers' comments",
    "length beside the paragraphs'",
    "words that the text shares",
    "amount of text on the page",
)
_LINE = ("off the page", *_KINDS, *_WORDS)
_NEIGHBOURS = ("two above", "above", "below", "two below")
NAMES = (*_LINE, *_PLACES, *(f"{where}: {name}" for where in _NEIGHBOURS for name in _LINE))
"""What the columns mean."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FUNCTION = _set(
    """
    der die das den dem des ein eine einen einem einer und oder aber in im an am auf aus bei mit
    nach von vom vor zu zum zur für über unter durch gegen ohne um als wie dass weil wenn ist sind
    war waren wird werden wurde wurden hat haben hatte kann können soll sollen muss müssen nicht
    auch noch nur schon sich sei es er sie man so dabei bis seit
    """
)
_ADDRESS = _set(
    """
    wir uns unser unsere unserer unserem unseren sie ihr ihre ihren ihnen du dich dir dein deine
    jetzt hier mehr kostenlos
    """
)
_COLUMN = {kind: column for column, kinds in enumerate(_KINDS.values(), 1) for kind in kinds}
_TEXT = frozenset({Kind.PROSE, Kind.ITEM, Kind.QUOTE})
_LEADING_AWAY = frozenset({Kind.RELATED, Kind.FURTHER, Kind.TAGS, Kind.END, Kind.COMMENTS})
_OPEN = frozenset({Kind.PROSE, Kind.SHORT, Kind.ITEM, Kind.QUOTE, Kind.CAPTION})
_NO_WORDS: Set[str] = frozenset()
_LONG = 150
_STEM = 6


def features(lines: list[Line]) -> Matrix:
    """One row for each line, in order: (lines, len(NAMES)); values lie within 0 and about 1."""
    count, width = len(lines), len(_LINE)
    words = [_words_of(line) for line in lines]
    own = np.zeros((count, width), np.float32)
    own[np.arange(count), [_COLUMN[line.kind] for line in lines]] = 1.0
    own[:, 1 + len(_KINDS) :] = np.array(_by_words(lines, words)).reshape(count, len(_WORDS))
    padded = np.zeros((count + 4, width), np.float32)
    padded[2:-2] = own
    padded[:2, 0] = padded[-2:, 0] = 1.0  # off the page
    near = [padded[at : at + count] for at in (0, 1, 3, 4)]
    return np.hstack([own, _by_place(lines, words), *near])


def _words_of(line: Line) -> Set[str]:
    """The first words of a line; what is known to be furniture needs no look at its words."""
    return set(line.text[:READ].lower().split()) if line.kind in _OPEN else _NO_WORDS


def _by_words(lines: list[Line], words: Sequence[Set[str]]) -> list[tuple[float, ...]]:
    """What the lines say, and how their blocks look."""
    times = Counter(line.text for line in lines)
    sizes = Counter(line.block for line in lines)
    rows: list[tuple[float, ...]] = []
    above = -1
    for line, own in zip(lines, words, strict=True):
        text, last, block = line.text, line.text[-1], line.block
        rows.append(
            (
                log(len(text)) / 6,
                last in '.!…“”"»«)',
                last == "?" or text[-2:-1] == "?",
                last == ":",
                text[0] in '„“"»«',
                text[0].isdigit(),
                len(own & _FUNCTION) / max(len(own), 1),
                min(len(own & _ADDRESS), 4) / 4 if len(own) > 2 else 0.0,
                min(text.count(". ") + text.count("? ") + text.count("! "), 4) / 4,
                times[text] > 1,
                block != above,
                min(sizes[block], 8) / 8,
            )
        )
        above = block
    return rows


def _by_place(lines: list[Line], words: Sequence[Set[str]]) -> Matrix:
    """Where the lines stand: on the page, in its text, below headers that lead away."""
    count = len(lines)
    size = np.array([len(line.text) for line in lines], np.float32)
    text = np.array([line.kind in _TEXT for line in lines])
    away = np.array([line.kind in _LEADING_AWAY for line in lines])
    readers = np.array([line.kind is Kind.COMMENTS for line in lines])
    amount = np.where(text, size, 0.0)
    above = np.cumsum(amount) - amount
    total = max(float(amount.sum()), 1.0)
    usual = float(np.median(size[text])) if text.any() else 100.0
    long = amount >= _LONG
    columns = (
        np.arange(count) / max(count, 1),
        above / total,
        np.log1p(above) / 10,
        np.log1p(total - above - amount) / 10,
        _distance(long),
        _distance(long[::-1])[::-1],
        _distance(away),
        _distance(away[::-1])[::-1],
        np.minimum(np.cumsum(away) - away, 4) / 4,
        np.minimum(np.cumsum(readers), 1),
        np.minimum(size / usual, 3) / 3,
        _shared(words, text),
        np.full(count, min(total / 10_000, 1.0)),
    )
    return np.column_stack(columns).astype(np.float32)


def _distance(marks: NDArray[np.bool_]) -> Matrix:
    """How many lines above each line the last marked one stands, 1 for `FAR` or more."""
    places = np.arange(len(marks))
    last = np.full(len(marks), -FAR)
    last[1:] = np.maximum.accumulate(np.where(marks, places, -FAR))[:-1]
    return np.asarray(np.minimum(places - last, FAR) / FAR, np.float32)


def _shared(words: Sequence[Set[str]], text: NDArray[np.bool_]) -> Matrix:
    """The share of each line's longer words that other lines of the text hold as well."""
    stems = [{word[:_STEM] for word in line if len(word) >= _STEM} for line in words]
    once: set[str] = set()
    twice: set[str] = set()
    for line in compress(stems, text):
        twice |= once & line
        once |= line
    shares = [
        len(line & (twice if own else once)) / max(len(line), 3)
        for line, own in zip(stems, text.tolist(), strict=True)
    ]
    return np.array(shares, np.float32)
