"""Inverts a field: tokens in the order of the documents become postings in the order of the terms.

In: for each token the number of its term and, where the format keeps them, its position and
characters; for each document its number of tokens. Out: the posting arrays of a segment, by name
(see README.md). Called by `batch`. One stable sort by term does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage import lengths
from newsfeed.whoosh_numpy.storage.container import Array
from newsfeed.whoosh_numpy.storage.lexicon import narrowed
from newsfeed.whoosh_numpy.storage.segment import TF_CAP


@dataclass(frozen=True)
class Tokens:
    """The tokens of one field, document by document.

    terms: token -> term number. counts: document -> number of tokens. The others are token -> value
    or None where the format does not keep it; positions are u2 where that is enough.
    """

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    positions: Array | None = None
    startchars: NDArray[np.uint32] | None = None
    endchars: NDArray[np.uint32] | None = None

    def docs(self) -> NDArray[np.uint32]:
        """Token -> number of its document."""
        return np.repeat(np.arange(len(self.counts), dtype=np.uint32), self.counts)

    def only(self, live: NDArray[np.bool_]) -> Tokens:
        """The same for some of the documents (document -> is it one of them)."""
        kept = np.repeat(live, self.counts)
        return Tokens(
            self.terms[kept], self.counts[live], *(_only(each, kept) for each in self._places())
        )

    def renamed(self, numbers: NDArray[np.uint32]) -> Tokens:
        """The same with other term numbers (old number -> new number)."""
        return replace(self, terms=numbers[self.terms])

    def _places(self) -> Iterator[Array | None]:
        yield from (self.positions, self.startchars, self.endchars)


def _only(array: Array | None, kept: NDArray[np.bool_]) -> Array | None:
    return None if array is None else array[kept]


def invert(tokens: Tokens, terms: int, *, counted: bool, scorable: bool) -> dict[str, Array]:
    """The arrays of a field whose terms are numbered in the order of its lexicon.

    `terms`: size of the lexicon. `counted`: whether to keep frequencies and length bytes at all;
    without, a term counts once for each document.
    """
    order = _by_term(tokens.terms)
    term, doc = tokens.terms[order], tokens.docs()[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (term[1:] != term[:-1]) | (doc[1:] != doc[:-1])
    rows = first.nonzero()[0]
    frequencies = np.empty(len(rows), np.uint32)
    np.subtract(rows[1:], rows[:-1], out=frequencies[:-1], casting="unsafe")
    frequencies[-1:] = len(order) - rows[-1:]
    docs = doc[rows]
    arrays: dict[str, Array] = {"starts": starts_of(term[rows], terms), "docs": docs}
    if tokens.positions is not None:
        arrays["position_starts"] = starts_of(term, terms)
    del term, doc, first, rows  # several times as large as what is kept
    if counted:
        byte = lengths.encode(tokens.counts) if scorable else np.zeros(len(tokens.counts), np.uint8)
        arrays["codes"] = np.minimum(frequencies, TF_CAP).astype("<u2") << 8 | byte[docs]
    any_long = counted and len(frequencies) and frequencies.max() >= TF_CAP
    long_rows = np.flatnonzero(frequencies >= TF_CAP) if any_long else np.zeros(0, np.int64)
    arrays["long_rows"] = narrowed(long_rows.astype("<u8"))
    arrays["long_freqs"] = frequencies[long_rows]
    if scorable:
        arrays["lengths"] = tokens.counts.astype("<u4")
    if tokens.positions is not None:
        arrays["positions"] = short(tokens.positions[order])
    if tokens.startchars is not None and tokens.endchars is not None:
        arrays["startchars"] = tokens.startchars[order]
        arrays["endchars"] = tokens.endchars[order]
    return arrays


def ordinals(arrays: dict[str, Array], docs: int) -> NDArray[np.uint32] | None:
    """Document -> 0 or 1 + the number of its only term; None where a document has several."""
    if len(arrays["docs"]) > docs:
        return None
    found = np.zeros(docs, "<u4")
    starts: NDArray[np.int64] = arrays["starts"].astype(np.int64)
    numbers = np.arange(1, len(starts), dtype=np.uint32)
    found[arrays["docs"]] = numbers.repeat(starts[1:] - starts[:-1])
    return found if np.count_nonzero(found) == len(arrays["docs"]) else None


def starts_of(numbers: NDArray[np.uint32], count: int) -> Array:
    """Where the run of each of `count` numbers begins in an ascending array; its end is added."""
    starts = numbers.searchsorted(np.arange(count + 1, dtype=np.uint32))
    return narrowed(starts.astype("<u8"))


def short(numbers: Array) -> Array:
    """Positions as u2 where all of them fit, else as u4."""
    fits = not len(numbers) or int(numbers.max()) < 1 << 16
    return numbers.astype("<u2" if fits else "<u4", copy=False)


def _by_term(terms: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The stable order by term: NumPy sorts integers of 16 bits by radix, so two passes do it."""
    order = terms.astype(np.uint16).argsort(kind="stable").astype(np.uint32)
    if len(terms) and terms.max() >> 16:
        high = (terms >> 16).astype(np.uint16)
        order = order[high[order].argsort(kind="stable")]
    return order
