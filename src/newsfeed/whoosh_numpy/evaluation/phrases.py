"""Phrases: words one after another, with gaps of at most so many positions.

In: the nodes of the words. Out: a node; for `leaf`, documents and how often. Called by `compiler`
and `leaf`. First the documents that have all words, then, for these alone, the positions.

As Whoosh's SpanNear2, ordered and with mindist 1: word i + 1 stands 1 to `slop` positions after
word i. The score is the sum of the words' scores, a word that comes twice counting twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.evaluation.impacts import Scores
from newsfeed.whoosh_numpy.evaluation.lazily import lazily
from newsfeed.whoosh_numpy.evaluation.nodes import (
    NO_DOCS,
    NO_SCORES,
    Docs,
    Hits,
    Mask,
    Node,
    Term,
    look_up,
)
from newsfeed.whoosh_numpy.evaluation.postings import Postings

Rows = NDArray[np.int64]


class Phrase(Node):
    """A phrase of one field."""

    def __init__(self, words: Sequence[Term], slop: int) -> None:
        """`words`: in their order, the same node where a word comes again; at least one."""
        self.words = words
        self.slop = slop
        self._rarest_first = sorted(set(words), key=lambda word: word.size)
        self.size = self._rarest_first[0].size

    @lazily
    def bound(self) -> float:
        return sum(word.bound for word in self.words)

    @lazily
    def positive(self) -> bool:
        return all(word.positive for word in self.words)

    def scan(self) -> Hits:
        return self.above(-np.inf)

    def docs(self) -> Docs:
        docs, rows = self._together()
        if not len(docs):
            return NO_DOCS
        found = np.zeros(len(docs), np.bool_)
        found[self.places(rows)[0]] = True
        return docs[found]

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        return look_up(*self.scan(), docs)

    def above(self, least: float) -> Hits:
        if least > self.bound:
            return NO_DOCS, NO_SCORES
        docs, rows = self._together()
        if not len(docs):
            return NO_DOCS, NO_SCORES
        scores = self._scores(rows)
        if least > 0:
            kept = np.flatnonzero(scores >= least)
            docs, scores = docs[kept], scores[kept]
            rows = {word: each[kept] for word, each in rows.items()}
        found = np.zeros(len(docs), np.bool_)
        found[self.places(rows)[0]] = True
        return docs[found], scores[found]

    def places(self, rows: dict[Term, Rows]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where phrases end in documents with all words, given by the words' rows in them.

        The documents as indices, ascending, one for each place; and the places.
        """
        keys = {word: _keys(word, each) for word, each in rows.items()}
        ends = keys[self.words[0]]
        for word in self.words[1:]:
            ends = _following(ends, keys[word], self.slop)
        return ends >> 32, ends & 0xFFFFFFFF

    def _together(self) -> tuple[Docs, dict[Term, Rows]]:
        """The documents with all words, ascending, and each word's rows there."""
        first = self._rarest_first[0]
        docs = first.docs()
        rows = {first: first.rows(docs)[1]}
        for word in self._rarest_first[1:]:
            hit, found = word.rows(docs)
            docs = docs[hit]
            rows = {known: each[hit] for known, each in rows.items()}
            rows[word] = found[hit]
        return docs, rows

    def _scores(self, rows: dict[Term, Rows]) -> Scores:
        scores = {word: word.scores(each) for word, each in rows.items()}
        total = scores[self.words[0]].copy()
        for word in self.words[1:]:
            total += scores[word]
        return total


def _keys(word: Term, rows: Rows) -> NDArray[np.int64]:
    """Index of the row << 32 | position, for all positions of a word in some rows, ascending.

    `rows`: ascending.
    """
    positions = word.postings.arrays.positions
    assert positions is not None
    starts, counts = offsets(word.postings, rows)
    ends: Rows = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    if total == len(rows):
        keys = np.arange(total) << 32
        keys |= positions.take(starts)
        return keys
    ends -= counts
    owners = np.arange(len(rows)).repeat(counts)
    places = np.subtract(starts, ends).take(owners)
    places += np.arange(total)
    keys = owners
    keys <<= 32
    keys |= positions.take(places)
    if (keys[1:] < keys[:-1]).any():
        keys.sort()  # an analyser may give positions in any order
    return keys


def offsets(postings: Postings, rows: Rows) -> tuple[Rows, Rows]:
    """Where the positions of some rows of a term begin, and how many they are.

    `rows`: ascending. Frequencies are added up from one of the rows to the next.
    """
    arrays = postings.arrays
    assert arrays.position_starts is not None
    first = int(arrays.position_starts[postings.number])
    if not len(rows):
        return rows, rows
    if postings.long is None and postings.codes is not None:
        counts = postings.codes[: int(rows[-1]) + 1] >> 8
    else:
        counts = arrays.frequencies(postings.start, postings.end)
    starts: Rows = np.empty(len(rows), np.int64)
    starts[0] = first + int(counts[: int(rows[0])].sum(dtype=np.int64))
    steps = np.add.reduceat(counts, rows, dtype=np.int64)
    np.cumsum(steps[:-1], out=starts[1:])
    starts[1:] += starts[0]
    return starts, counts.take(rows).astype(np.int64)


def _following(ends: NDArray[np.int64], keys: NDArray[np.int64], slop: int) -> NDArray[np.int64]:
    """Those keys that come 1 to `slop` after one of the ends; both ascending."""
    if not len(ends) or slop < 1:
        return keys[:0]
    if slop == 1 and len(ends) < len(keys):
        # Fewer to look up, and one place each to look at.
        wanted = ends + 1
        there: NDArray[np.bool_] = keys.take(keys.searchsorted(wanted), mode="clip") == wanted
        there &= wanted & 0xFFFFFFFF != 0  # after the last position of all comes another document
        return wanted[there]
    before = ends.searchsorted(keys)
    near = before > 0
    near &= keys - ends[before - 1] <= min(slop, 0x7FFFFFFF)
    # A distance within one document is below 2**32, and across documents one of 2**31 at least
    # would need a position beyond 2**31.
    near &= keys >> 32 == ends[before - 1] >> 32
    return keys[near]
