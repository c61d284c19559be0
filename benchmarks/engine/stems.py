"""The one way from text to terms: words of `\\w+`, lower case, Snowball's German stem.

In: text. Out: terms, or Whoosh's analyzer for them. Called by the contestants; tantivy's own German
stemmer gives the same (the search report says how many totals agree).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import Stemmer
from whoosh import fields
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter

_WORD = re.compile(r"\w+")


@cache
def _snowball() -> Any:
    return Stemmer.Stemmer("german", 0)  # no cache of its own: this file's is larger


@lru_cache(maxsize=1_000_000)
def stem(word: str) -> str:
    """The stem of a word in lower case."""
    found: str = _snowball().stemWord(word)
    return found


def stems(text: str) -> list[str]:
    """The terms of a text in their order."""
    return [stem(word) for word in _WORD.findall(text.lower())]


def schema() -> fields.Schema:
    """The documents' schema, for newsfeed's engine and stock Whoosh alike."""
    words = RegexTokenizer(r"\w+") | LowercaseFilter() | StemFilter(stemfn=stem)
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer=words, stored=True),
        body=fields.TEXT(analyzer=words, stored=True),
        section=fields.ID(stored=True),
        date=fields.DATETIME(stored=True),
    )
