"""Texts as numbers of words, and the terms that each word gave when it was analysed, once.

In: texts. Out: for each of their tokens the number of its term and its place. Called by `pending`.

A word of up to `SHORT` bytes of cp1252 is looked up by its bytes in two integers, all words of many
texts at once, in a table of open addressing. Its length is one of the bytes, so the integers are
the word: no two words are taken for one, whoever chose them (`slots`). Other words go through a
dict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.analysis.analyzers import Analysed, WordAnalyzer
from newsfeed.whoosh_numpy.analysis.inversion import Tokens, short
from newsfeed.whoosh_numpy.analysis.scanning import Scan, scanner
from newsfeed.whoosh_numpy.analysis.slots import UNKNOWN, Slots
from newsfeed.whoosh_numpy.analysis.terms import Terms
from newsfeed.whoosh_numpy.storage.accelerators import runs

SHORT: Final = 15
"""Bytes; the sixteenth says how many they are."""

_FIRST_BYTES: Final = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


@dataclass(frozen=True)
class Words:
    """The words of some texts.

    numbers: one for each word. counts: text -> number of words. starts, ends: word -> its
    characters in its text, or None.
    """

    numbers: NDArray[np.uint32]
    counts: NDArray[np.int64]
    starts: NDArray[np.uint32] | None
    ends: NDArray[np.uint32] | None


class Growing:
    """An array that grows at its end."""

    def __init__(self, dtype: Any) -> None:
        self._held = np.zeros(1024, dtype)
        self._size = 0

    def extend(self, more: Any) -> None:
        """Adds elements."""
        end = self._size + len(more)
        if end > len(self._held):
            held = np.zeros(max(end, 2 * len(self._held)), self._held.dtype)
            held[: self._size] = self.all
            self._held = held
        self._held[self._size : end] = more
        self._size = end

    @property
    def all(self) -> NDArray[Any]:
        """What has been added; a view until more is."""
        return self._held[: self._size]


class WordTable:
    """The words of one analyser and their terms. Not shared by threads."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        self.analyzer = analyzer
        self.terms = Terms()
        """The terms of words that have been analysed, and those that came by another road."""
        self._scanner = scanner(analyzer.pattern, analyzer.lowercase)
        self._slots = Slots()
        self._others = _Numbered(self)
        self._new: list[str] = []
        self._counts = Growing(np.uint32)
        self._widths = Growing(np.uint32)
        self._firsts = Growing(np.int64)
        self._numbers = Growing(np.uint32)
        self._offsets = Growing(np.uint32)
        self._plain = True
        """Whether each word has one term and takes one position."""
        self._firsts.extend([0])  # of the number that is no word's
        self._counts.extend([0])
        self._widths.extend([1])

    def __len__(self) -> int:
        return len(self._counts.all) + len(self._new)

    def encode(self, text: str) -> bytes:
        """What `words` wants beside a text. Raises UnicodeEncodeError for lone surrogates."""
        return self._scanner.encode(text) if self._scanner else text.encode()

    def words(
        self, texts: Sequence[str], encoded: Sequence[bytes], *, placed: bool = True
    ) -> Words:
        """The words of texts, as numbers of this table; `placed`: with their characters."""
        if self._scanner:
            found = self._scanned(self._scanner.scan(encoded), texts)
            return found if placed else Words(found.numbers, found.counts, None, None)
        if placed or self.analyzer.pattern.groups:
            return self._matched(texts)
        return self._found(texts)

    def resolve(self) -> None:
        """Analyses the words that are new since the last time."""
        if self._new:
            self._take(self.analyzer.analyse(self._new))
            self._new = []

    def tokens(self, words: Words) -> Tokens:
        """The tokens of words, text by text; all of them have been resolved."""
        bounds = _summed(words.counts)
        places = self._places(words.numbers, bounds)
        firsts = self._firsts.all[words.numbers]
        if self._plain:
            return Tokens(
                self._numbers.all[firsts],
                words.counts.astype(np.uint32),
                short(places),
                words.starts,
                words.ends,
            )
        counts = self._counts.all[words.numbers].astype(np.int64)
        source = np.arange(len(counts)).repeat(counts)
        flat = runs(firsts, counts)
        return Tokens(
            self._numbers.all[flat],
            _differences(_summed(counts)[bounds]).astype(np.uint32),
            short(places[source] + self._offsets.all[flat]),
            None if words.starts is None else words.starts[source],
            None if words.ends is None else words.ends[source],
        )

    def _places(self, numbers: NDArray[np.uint32], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
        """Word -> its position in its text."""
        sizes = _differences(bounds)
        if self._plain:
            return np.arange(len(numbers)) - bounds[:-1].repeat(sizes)
        widths = self._widths.all[numbers].astype(np.int64)
        if self.analyzer.leading:
            sums = _summed(widths)
            begun = sums[1:] > np.repeat(sums[bounds[:-1]], sizes)
            widths = np.where(begun, widths, 1)
        sums = _summed(widths)
        return sums[:-1] - sums[bounds[:-1]].repeat(sizes)

    def _matched(self, texts: Sequence[str]) -> Words:
        """Words by the pattern itself, one after another."""
        matches = [list(self.analyzer.pattern.finditer(text)) for text in texts]
        found = self._numbered([[each[0] for each in several] for several in matches])
        spans = np.array([each.span() for each in chain(*matches)], np.uint32).reshape(-1, 2)
        return Words(found.numbers, found.counts, spans[:, 0], spans[:, 1])

    def _found(self, texts: Sequence[str]) -> Words:
        """The same without their places, which takes a third of the time."""
        return self._numbered([self.analyzer.pattern.findall(text) for text in texts])

    def _numbered(self, found: Sequence[Sequence[str]]) -> Words:
        counts = np.fromiter(map(len, found), np.int64, len(found))
        words: Iterable[str] = chain.from_iterable(found)
        if self.analyzer.lowercase:
            words = map(str.lower, words)
        numbers = map(self._others.__getitem__, words)
        return Words(np.fromiter(numbers, np.uint32, int(counts.sum())), counts, None, None)

    def _scanned(self, scan: Scan, texts: Sequence[str]) -> Words:
        sizes = scan.ends - scan.starts
        heads, tails = _integers(scan, sizes)
        numbers = self._slots.find(heads, tails)
        firsts = np.repeat(scan.firsts, scan.counts)
        starts, ends = scan.starts - firsts, scan.ends - firsts
        foreign = scan.foreign()
        is_long = sizes > SHORT
        is_long[foreign] = False
        numbers[is_long] = [self._others[word] for word in scan.words(np.flatnonzero(is_long))]
        at = scan.starts[foreign]
        sources = (scan.firsts.searchsorted(at, "right") - 1).tolist()
        for number, source in zip(foreign.tolist(), sources, strict=True):
            word = texts[source][starts[number] : ends[number]]
            numbers[number] = self._others[word.lower() if self.analyzer.lowercase else word]
        unknown = np.flatnonzero(numbers == UNKNOWN)
        if len(unknown):
            numbers[unknown] = self._learned(scan, unknown, heads[unknown], tails[unknown])
        return Words(numbers, scan.counts, starts.astype(np.uint32), ends.astype(np.uint32))

    def _learned(
        self,
        scan: Scan,
        unknown: NDArray[np.int64],
        heads: NDArray[np.uint64],
        tails: NDArray[np.uint64],
    ) -> NDArray[np.uint32]:
        """Numbers for short words that have none yet, the same for the same word."""
        order = np.lexsort((tails, heads))
        differs = np.ones(len(order), np.bool_)
        differs[1:] = heads[order[1:]] != heads[order[:-1]]
        differs[1:] |= tails[order[1:]] != tails[order[:-1]]
        first = order[differs]
        numbers = np.arange(len(self), len(self) + len(first), dtype=np.uint32)
        self._new += scan.words(unknown[first])
        self._slots.add(numbers, heads[first], tails[first])
        found = np.empty(len(order), np.uint32)
        found[order] = numbers[np.cumsum(differs) - 1]
        return found

    def _take(self, found: Analysed) -> None:
        numbers = self.terms.numbers([text.encode() for text in found.texts])
        self._firsts.extend(_summed(found.counts)[:-1] + len(self._numbers.all))
        self._counts.extend(found.counts)
        self._widths.extend(found.widths)
        self._numbers.extend(numbers)
        self._offsets.extend(found.offsets)
        plain = (found.counts == 1) & (found.widths == 1)
        self._plain = self._plain and bool(plain.all()) and not found.offsets.any()

    def add(self, word: str) -> int:
        """A number for a word that has none."""
        self._new.append(word)
        return len(self) - 1


class _Numbered(dict[str, int]):
    """The numbers of words that are not looked up by their bytes."""

    def __init__(self, table: WordTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, word: str) -> int:
        number = self[word] = self._table.add(word)
        return number


def _integers(
    scan: Scan, sizes: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """For each word its first eight bytes; the next seven and its size, which is never zero."""
    places = len(scan.raw) - 7
    eights = np.ndarray((places,), "<u8", buffer=scan.raw, strides=(1,))
    heads = eights[scan.starts]
    heads &= _FIRST_BYTES[np.minimum(sizes, 8)]
    tails = eights[scan.starts + 8]
    tails &= _FIRST_BYTES[np.minimum(np.maximum(sizes, 8) - 8, 7)]
    tails |= np.minimum(sizes, 255).astype(np.uint64) << np.uint64(56)
    return heads, tails


def _differences(sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """What `_summed` has summed; far quicker than `np.diff` where there is little."""
    return sums[1:] - sums[:-1]


def _summed(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """The sum before each element, and that of all at the end."""
    sums = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=sums[1:])
    return sums
