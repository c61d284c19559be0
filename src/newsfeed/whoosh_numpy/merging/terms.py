"""Joins lexicons: the terms of several, each once, in order.

In: lexicons and, for each, which of its terms are still used. Out: the arrays of the joint lexicon,
and for each lexicon the new number of each term. Called by `merging`. The lexicons are walked side
by side in ranges of terms, so that only some of them are Python objects at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage.container import Array, ArrayWriter
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon, lexicon_arrays, narrowed

_PIECE: Final = 1 << 18
"""Terms that are objects at a time, about."""

Used = NDArray[np.bool_]


def join_lexicons(
    writer: ArrayWriter, name: str, lexicons: Sequence[Lexicon], used: Sequence[Used | None]
) -> tuple[int, list[NDArray[np.uint32]]]:
    """Writes the arrays `name`.blob, .offsets and .heads.

    `used`: term -> is it used, None for all. Returns how many terms there are, and for each lexicon
    term -> new number (of terms that are not used, any).
    """
    numbers = [np.zeros(len(each), np.uint32) for each in lexicons]
    blob = writer.append(f"{name}.blob", "|u1")
    ends: list[Array] = []
    heads: list[Array] = []
    count = size = 0
    for piece in _pieces(lexicons):
        terms = _terms(lexicons, used, piece)
        # Sorting runs that are sorted is merging them; a dictionary keeps the first of equal ones.
        distinct = list(dict.fromkeys(sorted(chain.from_iterable(terms))))
        places = {term: place for place, term in enumerate(distinct, count)}
        for number, found, mask, (start, end) in zip(numbers, terms, used, piece, strict=True):
            new = np.fromiter(map(places.__getitem__, found), np.uint32, len(found))
            if mask is None:
                number[start:end] = new
            else:
                number[start:end][mask[start:end]] = new
        arrays = lexicon_arrays(distinct)
        blob.write(arrays["blob"])
        heads.append(arrays["heads"])
        ends.append(arrays["offsets"][1:].astype("<u8") + np.uint64(size))
        count, size = count + len(distinct), size + len(arrays["blob"])
    offsets = np.concatenate([np.zeros(1, "<u8"), *ends])
    writer.write(f"{name}.offsets", narrowed(offsets))
    writer.write(f"{name}.heads", np.concatenate([np.zeros(0, "<u8"), *heads]))
    return count, numbers


def _terms(
    lexicons: Sequence[Lexicon], used: Sequence[Used | None], piece: Sequence[tuple[int, int]]
) -> list[list[bytes]]:
    """The used terms of each lexicon within its part of a piece."""
    found = []
    for lexicon, mask, (start, end) in zip(lexicons, used, piece, strict=True):
        terms = lexicon.listed(start, end)
        found.append(terms if mask is None else list(compress(terms, mask[start:end].tolist())))
    return found


def _pieces(lexicons: Sequence[Lexicon]) -> Iterator[list[tuple[int, int]]]:
    """For each lexicon a part, such that no term of a piece is above one of the next piece."""
    step = max(1, _PIECE // max(1, len(lexicons)))
    marks = sorted(each[at] for each in lexicons for at in range(step, len(each), step))
    start = [0] * len(lexicons)
    for mark in [*marks[:: max(1, len(lexicons))], None]:
        end = [len(each) if mark is None else each.lower(mark) for each in lexicons]
        yield list(zip(start, end, strict=True))
        start = end
