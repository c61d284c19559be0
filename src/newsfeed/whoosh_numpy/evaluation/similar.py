"""Words within an edit distance of another.

In: terms as UTF-8, a text, a distance. Out: which terms. Called by `expansion` and `reader`. The
distance is Levenshtein's: insertions, deletions and substitutions of one character each, as
Whoosh's automaton counts them. All terms are compared at once, column by column of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 1 << 14


def within(terms: Iterable[bytes], text: str, distance: int) -> Iterator[int]:
    """The places of those terms, ascending. Terms that are no UTF-8 are none of them."""
    rest = iter(terms)
    at = 0
    while piece := list(islice(rest, _AT_ONCE)):
        words = [term.decode("utf-8", "replace") for term in piece]
        fit = [place for place, word in enumerate(words) if abs(len(word) - len(text)) <= distance]
        if fit:
            near = distances([words[place] for place in fit], text) <= distance
            yield from (at + fit[index] for index in np.flatnonzero(near).tolist())
        at += len(piece)


def distances(words: list[str], text: str) -> NDArray[np.int32]:
    """The distance of each word from a text."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    width = int(lengths.max(initial=0))
    letters = np.zeros((width, len(words)), "<u4")
    for length in sorted(set(lengths.tolist())):
        same = np.flatnonzero(lengths == length)
        raw = "".join([words[index] for index in same.tolist()]).encode("utf-32-le")
        letters[:length, same] = np.frombuffer(raw, "<u4").reshape(len(same), length).T
    # table[j]: the distance of the text read so far from the first j letters of each word.
    table = np.repeat(np.arange(width + 1, dtype=np.int32)[:, None], len(words), axis=1)
    for letter in text:
        changed = table[:-1] + (letters != ord(letter))
        np.minimum(changed, table[1:] + 1, out=changed)
        table[0] += 1
        for j in range(width):
            np.minimum(changed[j], table[j] + 1, out=table[j + 1])
    return table[lengths, np.arange(len(words))]
