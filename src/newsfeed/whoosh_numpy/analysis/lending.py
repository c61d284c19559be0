"""Keeps tables of words from one batch to the next, for most words come again.

In: analysers. Out: tables that know what earlier batches have learned. Called by `batch`, which
borrows a table and gives it back, so no two threads have the same. Tables that have grown too large
are not kept: memory is bounded, and what is frequent is soon learned again.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from newsfeed.whoosh_numpy.analysis.analyzers import by_words
from newsfeed.whoosh_numpy.analysis.words import WordTable

MAX_WORDS: Final = 1 << 20
"""A table with more words or terms is not kept; a word takes about 300 bytes, terms included."""

MAX_IDLE: Final = 8
"""How many tables are kept."""

_idle: list[WordTable] = []
_guard = threading.Lock()


def borrow(source: Any) -> WordTable | None:
    """A table for a Whoosh analyser, with what is known of its words; None if it has none."""
    with _guard:
        for place, table in enumerate(_idle):
            if table.source is source:
                return _idle.pop(place)
    analyzer = by_words(source)
    if analyzer is None:
        return None
    with _guard:
        for place, table in enumerate(_idle):
            if table.analyzer == analyzer:
                return _idle.pop(place)
    return WordTable(analyzer, source)


def give_back(table: WordTable) -> None:
    """Takes a table from a batch that needs it no more; the last ones are kept."""
    with _guard:
        if len(table) <= MAX_WORDS and len(table.terms) <= MAX_WORDS:
            _idle.append(table)
            del _idle[:-MAX_IDLE]
