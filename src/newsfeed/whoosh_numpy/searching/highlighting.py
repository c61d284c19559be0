"""Snippets of hits.

In: a hit, the words that were searched for. Out: what Whoosh's formatter makes of the best
fragments. Called by `Hit.highlights`. The same fragments as Whoosh's highlighter finds, but

- in the whole text: Whoosh's default of 32,768 characters does not hold, one that was set does;
- word by word where the field's analyser allows it: each distinct word is analysed once, counts
  once whatever number of terms it has, and only words near a match reach Whoosh's fragmenter.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from whoosh import highlight
from whoosh.analysis import Token

from newsfeed.whoosh_numpy.analysis.analyzers import WordAnalyzer, by_words

_WORDS_KEPT: Final = 100_000
_ANALYZERS_KEPT: Final = 16


class Highlighter(highlight.Highlighter):  # type: ignore[misc]
    """Whoosh's highlighter, without its limit. Not shared by threads."""

    fragmenter: Any

    def highlight_hit(
        self,
        hitobj: Any,
        fieldname: str,
        text: str | None = None,
        top: int = 3,
        minscore: int = 1,
        strict_phrase: bool = False,
    ) -> Any:
        """The fragments of a field, formatted. Raises KeyError for a field that is not stored."""
        kept = self.fragmenter
        self.fragmenter = _unlimited(kept)
        try:
            if strict_phrase or self.can_load_chars(hitobj.results, fieldname):
                return super().highlight_hit(
                    hitobj, fieldname, text, top, minscore, strict_phrase=strict_phrase
                )
            return self._formatted(hitobj, fieldname, text, top, minscore)
        finally:
            self.fragmenter = kept

    def _formatted(
        self, hit: Any, fieldname: str, text: str | None, top: int, minscore: int
    ) -> Any:
        if text is None:
            text = hit[fieldname]
        tokens = self._merge_matched_tokens(self._tokens(hit, fieldname, text))
        fragments = self.fragmenter.fragment_tokens(text, tokens)
        best = highlight.top_fragments(fragments, top, self.scorer, self.order, minscore=minscore)
        return self.formatter.format(best)

    def _tokens(self, hit: Any, fieldname: str, text: str) -> Iterable[Token]:
        analyzer = hit.searcher.schema[fieldname].analyzer
        by_word = by_words(analyzer)
        if by_word is None:
            found = analyzer(text, positions=True, chars=True, mode="index", removestops=False)
            marked: Iterable[Token] = highlight.set_matched_filter(
                found, hit.results.words(fieldname)
            )
            return marked
        surround = None
        if type(self.fragmenter) is highlight.ContextFragmenter:
            surround = self.fragmenter.surround
        return _marked(text, vocabulary(by_word), hit.results.words(fieldname), surround)


class Vocabulary(dict[str, tuple[str, ...]]):
    """Word -> its terms, found out as words come. Threads at worst do the same twice."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        super().__init__()
        self.analyzer = analyzer

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        cased = word.lower() if self.analyzer.lowercase else word
        found = self[word] = tuple(term for term, _ in self.analyzer.terms(cased))
        return found


_VOCABULARIES: Final[dict[WordAnalyzer, Vocabulary]] = {}


def vocabulary(analyzer: WordAnalyzer) -> Vocabulary:
    """What is known of an analyser's words."""
    found = _VOCABULARIES.get(analyzer)
    if found is None:
        if len(_VOCABULARIES) >= _ANALYZERS_KEPT:
            _VOCABULARIES.clear()
        found = _VOCABULARIES[analyzer] = Vocabulary(analyzer)
    return found


def _marked(
    text: str, known: Vocabulary, words: frozenset[str], surround: int | None
) -> Iterator[Token]:
    """The tokens of a text; with `surround` those that a ContextFragmenter needs."""
    found = list(known.analyzer.pattern.finditer(text))
    terms = [known[each[0]] for each in found]
    matches = [at for at, each in enumerate(terms) if not words.isdisjoint(each)]
    matched = set(matches)
    token = Token(positions=True, chars=True, removestops=False, mode="index")
    for at in range(len(found)) if surround is None else _near(found, matches, surround):
        token.startchar, token.endchar = found[at].span()
        token.pos = at
        token.matched = at in matched
        token.text = found[at][0]
        if token.matched:
            token.text = next(term for term in terms[at] if term in words)
        token.boost = 1.0
        token.stopped = False
        yield token


def _near(found: list[re.Match[str]], matches: list[int], surround: int) -> Iterator[int]:
    """The places of tokens around matches, ascending.

    A fragment begins `surround` characters before the end of the token before its first match, and
    ends when at most twice as many characters of words have followed its last one.
    """
    done = 0
    for at in matches:
        first = max(at - 1, done)
        while first > done and found[first - 1].start() >= found[at - 1].end() - surround:
            first -= 1
        last, left = at + 1, 2 * surround
        while last < len(found) and left >= 0:
            left -= found[last].end() - found[last].start()
            last += 1
        yield from range(first, last)
        done = max(done, last)


def _unlimited(fragmenter: Any) -> Any:
    if getattr(fragmenter, "charlimit", None) != highlight.DEFAULT_CHARLIMIT:
        return fragmenter
    found = copy.copy(fragmenter)
    found.charlimit = None
    return found
