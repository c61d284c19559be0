"""Analysers to be tested, and their tokens by the slow road and the fast one.

In: texts. Out: (term, position, first character, end) of each token. Called by the tests.
"""

from __future__ import annotations

import re
from typing import Any

from whoosh import analysis
from whoosh.support.charset import accent_map

from newsfeed.whoosh_numpy.analysis.analyzers import Terms, WordAnalyzer
from newsfeed.whoosh_numpy.analysis.inversion import Tokens
from newsfeed.whoosh_numpy.analysis.words import WordTable

WHOOSH: dict[str, Any] = {
    "words": analysis.RegexTokenizer(r"\w+"),
    "dotted words": analysis.RegexTokenizer(),
    "lower case": analysis.SimpleAnalyzer(r"\w+"),
    "standard": analysis.StandardAnalyzer(),
    "stop words keep their positions": analysis.RegexTokenizer(r"\w+")
    | analysis.LowercaseFilter()
    | analysis.StopFilter(["a", "und"], renumber=False),
    "stemming": analysis.StemmingAnalyzer(),
    "German": analysis.LanguageAnalyzer("de"),
    "folding": analysis.RegexTokenizer(r"\w+") | analysis.CharsetFilter(accent_map),
    "runs of non-blanks": analysis.RegexTokenizer(r"\S+") | analysis.StripFilter(),
    "everything but": analysis.RegexTokenizer(r"[^\-.\x1e]+"),
    "combining marks": analysis.RegexTokenizer("[\\w\u0300-\u036f\\-]+"),
    "groups": analysis.RegexTokenizer(r"(\w)(\w*)") | analysis.LowercaseFilter(),
    "alternatives": analysis.RegexTokenizer(r"\w+|[^\w\s]") | analysis.LowercaseFilter(),
    "empty words": analysis.RegexTokenizer(r"\w*"),
    "substitution": analysis.RegexTokenizer(r"[\w-]+")
    | analysis.SubstitutionFilter("-", "")
    | analysis.ReverseTextFilter(),
}


class Compounds(WordAnalyzer):
    """A word of one's own: parts of a compound at successive positions, separators, silence."""

    pattern = re.compile(r"[\w-]+|¶")
    lowercase = True
    leading = True

    def terms(self, word: str) -> Terms:
        """The parts, and the whole at the first one's place."""
        if word == "¶":
            return ()
        parts = [part for part in word.split("-") if part]
        whole = [(word.replace("-", ""), 0)] if len(parts) > 1 else []
        return [*((part, place) for place, part in enumerate(parts)), *whole]

    def width(self, word: str) -> int:
        """A separator takes three positions, hyphens alone none."""
        return 3 if word == "¶" else len([part for part in word.split("-") if part])


def by_tokens(analyzer: Any, text: str) -> list[tuple[str, int, int, int]]:
    """Term, position, first character and end of each token, as Whoosh's writer asks for them."""
    tokens = analyzer(text, positions=True, chars=True, mode="index")
    return [(each.text, each.pos, each.startchar, each.endchar) for each in tokens]


def by_table(table: WordTable, texts: list[str]) -> list[list[tuple[str, int, int, int]]]:
    """The same from a table of words, for several texts."""
    encoded = [table.encode(text) for text in texts]
    words = table.words(texts, encoded)
    table.resolve()
    unplaced = table.words(texts, encoded, placed=False)
    assert unplaced.numbers.tolist() == words.numbers.tolist()
    return listed(table, table.tokens(words))


def listed(table: WordTable, tokens: Tokens) -> list[list[tuple[str, int, int, int]]]:
    assert tokens.positions is not None
    assert tokens.startchars is not None
    assert tokens.endchars is not None
    terms = [table.terms.listed[number].decode() for number in tokens.terms.tolist()]
    places = (tokens.positions, tokens.startchars, tokens.endchars)
    rows = list(zip(terms, *(each.tolist() for each in places), strict=True))
    found = []
    for count in tokens.counts.tolist():
        found.append(rows[:count])
        rows = rows[count:]
    return found
