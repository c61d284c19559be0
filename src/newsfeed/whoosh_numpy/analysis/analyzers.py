"""Analysers that work word by word, so that each distinct word is analysed once.

In: texts, words. Out: the terms of each word and where they stand. Called by `words`, which keeps
what a word gave, and by Whoosh wherever it wants tokens: a `WordAnalyzer` is a Whoosh analyzer.

A word is a match of `pattern`. Its terms stand at the word's position or at one of the next; the
next word stands `width` positions further on. So a compound may give its parts at successive
positions, a separator may take a position without a term, and a stop word may take none.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh import analysis
from whoosh.analysis.analyzers import CompositeAnalyzer

Terms = Sequence[tuple[str, int]]
"""The terms of a word, each with its distance from the word's position."""


@dataclass(frozen=True)
class Analysed:
    """The terms of some words.

    counts: word -> number of terms. widths: word -> positions it takes. texts: the terms, word by
    word. offsets: term -> its distance from the word's position.
    """

    counts: NDArray[np.int64]
    widths: NDArray[np.int64]
    texts: Sequence[str]
    offsets: NDArray[np.int64]


class WordAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """Subclasses give `pattern` and `terms`, and `width` where words take other than one position.

    What they give has to depend on the word alone. Two analysers that are equal give the same:
    override `__eq__` where type and attributes do not say so.
    """

    pattern: re.Pattern[str] = re.compile(r"\w+")

    lowercase: bool = False
    """Whether words are turned to lower case first: fewer of them are distinct then."""

    leading: bool = False
    """Whether words of no width take one position each at the beginning of a text, as those do that
    Whoosh's StopFilter takes out before the first one it leaves."""

    def terms(self, word: str) -> Terms:
        """The terms of one word."""
        raise NotImplementedError

    def width(self, word: str) -> int:
        """How many positions a word takes."""
        del word
        return 1

    def analyse(self, words: Sequence[str]) -> Analysed:
        """Terms and width of many words at once."""
        terms = [self.terms(word) for word in words]
        return Analysed(
            np.array([len(each) for each in terms], np.int64),
            np.array([self.width(word) for word in words], np.int64),
            [text for each in terms for text, _ in each],
            np.array([offset for each in terms for _, offset in each], np.int64),
        )

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[analysis.Token]:
        """The tokens of a text, as Whoosh wants them: always the same object."""
        token = analysis.Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        position, begun = start_pos, False
        for start, end, word in self._words(value, tokenize):
            for text, offset in self.terms(word):
                token.text = text
                token.boost = 1.0
                token.stopped = False
                if keeporiginal:
                    token.original = word
                if positions:
                    token.pos = position + offset
                if chars:
                    token.startchar, token.endchar = start_char + start, start_char + end
                yield token
            width = self.width(word)
            begun = begun or width > 0
            position += width if begun or not self.leading else 1

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def _words(self, value: str, tokenize: bool) -> Iterator[tuple[int, int, str]]:
        if not tokenize:
            yield 0, len(value), self._cased(value)
            return
        for found in self.pattern.finditer(value):
            yield found.start(), found.end(), self._cased(found[0])

    def _cased(self, word: str) -> str:
        return word.lower() if self.lowercase else word


class FilteredWords(WordAnalyzer):
    """Whoosh's RegexTokenizer and filters that look at one token at a time."""

    def __init__(self, pattern: re.Pattern[str], filters: Sequence[analysis.Filter]) -> None:
        self.pattern = pattern
        self.lowercase = bool(filters) and type(filters[0]) is analysis.LowercaseFilter
        self.filters = [_uncached(each) for each in filters[self.lowercase :]]
        stops = [each for each in self.filters if isinstance(each, analysis.StopFilter)]
        self.leading = any(each.renumber for each in stops)

    def terms(self, word: str) -> Terms:
        """The terms of one word."""
        return [(text, 0) for text in self.analyse([word]).texts]

    def width(self, word: str) -> int:
        """No position for a stop word where the filter numbers the others anew."""
        return 0 if self.leading and not self.terms(word) else 1

    def analyse(self, words: Sequence[str]) -> Analysed:
        """One stream of tokens through the filters themselves, for all words."""
        tokens: Iterator[analysis.Token] = _tokens(words)
        for each in self.filters:
            tokens = each(tokens)
        found = [(token.startchar, token.text) for token in tokens]
        counts = np.zeros(len(words), np.int64)
        counts[[number for number, _ in found]] = 1
        widths = counts if self.leading else np.ones(len(words), np.int64)
        return Analysed(counts, widths, [text for _, text in found], np.zeros(len(found), np.int64))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilteredWords) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self.pattern)

    def _parts(self) -> tuple[Any, ...]:
        return (
            self.pattern,
            self.lowercase,
            [(type(each), _attributes(each)) for each in self.filters],
        )


_ONE_TOKEN: Final = (
    analysis.PassFilter,
    analysis.LowercaseFilter,
    analysis.StripFilter,
    analysis.StopFilter,
    analysis.CharsetFilter,
    analysis.SubstitutionFilter,
    analysis.ReverseTextFilter,
    analysis.StemFilter,
    analysis.PyStemmerFilter,
)
"""Filters that make of each token one or none, whatever stands around it. Exactly these: a subclass
may do anything."""


def by_words(analyzer: Any) -> WordAnalyzer | None:
    """The same analyser word by word; None where that would not be the same."""
    if isinstance(analyzer, WordAnalyzer):
        return analyzer
    plain = type(analyzer) is CompositeAnalyzer
    tokenizer, *filters = analyzer.items if plain else [analyzer]
    if type(tokenizer) is not analysis.RegexTokenizer or tokenizer.gaps:
        return None
    if any(type(each) not in _ONE_TOKEN for each in filters):
        return None
    # A second one numbers anew what the first one has numbered.
    if sum(type(each) is analysis.StopFilter for each in filters) > 1:
        return None
    return FilteredWords(tokenizer.expression, filters)


def _tokens(words: Iterable[str]) -> Iterator[analysis.Token]:
    """A token for each word, always the same object, with the word's number for its place."""
    token = analysis.Token(positions=True, chars=True, removestops=True, mode="index")
    token.pos = token.endchar = 0
    for token.startchar, token.text in enumerate(words):
        yield token


def _uncached(kept: analysis.Filter) -> analysis.Filter:
    """A stemmer without its cache, where that is slower than the stemmer."""
    if type(kept) is not analysis.StemFilter or not kept.cachesize:
        return kept
    found = copy.copy(kept)
    found.cachesize = 0
    found.clear()
    return found


def _attributes(kept: analysis.Filter) -> dict[str, Any]:
    return {name: value for name, value in vars(kept).items() if not name.startswith("_")}
