"""Keeps tables of words from one batch to the next, for most words come again.

In: analysers. Out: tables that know what earlier batches have learned. Called by `batch`, which
borrows a table and gives it back, so no two threads have the same. Tables that have grown too large
are not kept: memory is bounded, and what is frequent is soon learned again.
"""

from __future__ import annotations

import threading
from typing import Final

from newsfeed.whoosh_numpy.analysis.analyzers import WordAnalyzer
from newsfeed.whoosh_numpy.analysis.words import WordTable

MAX_WORDS: Final = 1 << 20
"""A table with more words or terms is not kept; a word takes about 300 bytes, terms included."""

MAX_IDLE: Final = 16
"""How many tables are kept."""

_idle: list[WordTable] = []
_guard = threading.Lock()


def borrow(analyzer: WordAnalyzer) -> WordTable:
    """A table for an analyser, with what is known of the words of any that is equal."""
    with _guard:
        for place, table in enumerate(_idle):
            if table.analyzer == analyzer:
                return _idle.pop(place)
    return WordTable(analyzer)


def give_back(table: WordTable) -> None:
    """Takes a table from a batch that needs it no more; the last ones are kept."""
    with _guard:
        if len(table) <= MAX_WORDS and len(table.terms) <= MAX_WORDS:
            _idle.append(table)
            del _idle[:-MAX_IDLE]
