"""Features: what the line model sees of the lines of a page.

In: the page's lines with the kinds that rules gave them. Out: one row of numbers for each line:
those of the line itself, where it stands, and those of the two lines above and the two below it.
Called by `classifier` and by the training of its model, which must see exactly the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import compress, pairwise
from math import log
from statistics import median

import numpy as np
from numpy.typing import NDArray

from newsfeed.parsing.lines import Kind, Line

Matrix = NDArray[np.float32]

READ = 120
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
    padded = np.zeros((count + 4, width), np.float32)
    padded[:2, 0] = padded[-2:, 0] = 1.0  # off the page
    own = padded[2:-2]
    own[np.arange(count), [_COLUMN[line.kind] for line in lines]] = 1.0
    own[:, 1 + len(_KINDS) :] = np.array(_by_words(lines, words), np.float32).T
    near = [padded[at : at + count] for at in (0, 1, 3, 4)]
    return np.concatenate([own, _by_place(lines, words), *near], axis=1)


def _words_of(line: Line) -> Set[str]:
    """The first words of a line; what is known to be furniture needs no look at its words."""
    return set(line.text[:READ].lower().split()) if line.kind in _OPEN else _NO_WORDS


def _by_words(lines: list[Line], words: Sequence[Set[str]]) -> list[list[float]]:
    """What the lines say, and how their blocks look: a list for each of `_WORDS`."""
    texts = [line.text for line in lines]
    blocks = [line.block for line in lines]
    lasts = [text[-1] for text in texts]
    times, sizes = Counter(texts), Counter(blocks)
    return [
        [log(len(text)) / 6 for text in texts],
        [last in '.!…“”"»«)' for last in lasts],
        [last == "?" or text[-2:-1] == "?" for last, text in zip(lasts, texts, strict=True)],
        [last == ":" for last in lasts],
        [text[0] in '„“"»«' for text in texts],
        [text[0].isdigit() for text in texts],
        [len(own & _FUNCTION) / len(own) if own else 0.0 for own in words],
        [min(len(own & _ADDRESS), 4) / 4 if len(own) > 2 else 0.0 for own in words],
        [_sentence_ends(text) / 4 for text in texts],
        [times[text] > 1 for text in texts],
        [block != above for above, block in pairwise([-1, *blocks])],
        [min(sizes[block], 8) / 8 for block in blocks],
    ]


def _sentence_ends(text: str) -> int:
    """How many sentences end before another begins; 4 for more."""
    return min(text.count(". ") + text.count("? ") + text.count("! "), 4)


def _by_place(lines: list[Line], words: Sequence[Set[str]]) -> Matrix:
    """Where the lines stand: on the page, in its text, below headers that lead away."""
    count = len(lines)
    kinds = [line.kind for line in lines]
    is_text = [kind in _TEXT for kind in kinds]
    size = np.array([len(line.text) for line in lines], np.float32)
    text = np.array(is_text)
    away = np.array([kind in _LEADING_AWAY for kind in kinds])
    readers = kinds.index(Kind.COMMENTS) if Kind.COMMENTS in kinds else count
    amount = np.where(text, size, np.float32(0))
    above = np.cumsum(amount) - amount
    total = max(float(amount.sum()), 1.0)
    usual = median(size[text].tolist()) if any(is_text) else 100.0
    long = amount >= _LONG
    places = np.arange(count)
    columns = (
        places / max(count, 1),
        above / total,
        np.log1p(above) / 10,
        np.log1p(total - above - amount) / 10,
        _distance(long),
        _distance(long[::-1])[::-1],
        _distance(away),
        _distance(away[::-1])[::-1],
        np.minimum(np.cumsum(away) - away, 4) / 4,
        places >= readers,
        np.minimum(size / usual, 3) / 3,
        _shared(words, is_text),
        min(total / 10_000, 1.0),
    )
    placed = np.empty((count, len(_PLACES)), np.float32)
    for at, column in enumerate(columns):
        placed[:, at] = column
    return placed


def _distance(marks: NDArray[np.bool_]) -> Matrix:
    """How many lines above each line the last marked one stands, 1 for `FAR` or more."""
    places = np.arange(len(marks))
    last = np.full(len(marks), -FAR)
    last[1:] = np.maximum.accumulate(np.where(marks, places, -FAR))[:-1]
    return np.asarray(np.minimum(places - last, FAR) / FAR, np.float32)


def _shared(words: Sequence[Set[str]], text: list[bool]) -> list[float]:
    """The share of each line's longer words that other lines of the text hold as well."""
    stems = [{word[:_STEM] for word in line if len(word) >= _STEM} for line in words]
    once: set[str] = set()
    twice: set[str] = set()
    for line in compress(stems, text):
        twice |= once & line
        once |= line
    return [
        len(line & (twice if own else once)) / max(len(line), 3) if line else 0.0
        for line, own in zip(stems, text, strict=True)
    ]
