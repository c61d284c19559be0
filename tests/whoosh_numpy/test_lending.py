"""What one batch learned of words, the next one knows."""

from __future__ import annotations

from typing import Any

import pytest

from newsfeed.whoosh_numpy.analysis import lending
from newsfeed.whoosh_numpy.analysis.analyzers import WordAnalyzer
from newsfeed.whoosh_numpy.analysis.words import WordTable
from tests.whoosh_numpy.analysers import Compounds, by_table


def borrowed(analyzer: Any) -> WordTable:
    return lending.borrow(analyzer)


def test_a_batch_borrows_what_the_last_one_learned() -> None:
    analyzer, other = Compounds(), Compounds()
    table = borrowed(analyzer)
    by_table(table, ["eins zwei"])
    assert borrowed(other) is not table  # nobody else has it meanwhile
    lending.give_back(table)
    assert borrowed(analyzer) is table
    lending.give_back(table)
    assert borrowed(other) is table  # which does the same


def test_a_table_that_has_grown_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "MAX_WORDS", 3)
    table = borrowed(Compounds())
    by_table(table, ["eins zwei drei vier"])
    lending.give_back(table)
    assert borrowed(Compounds()) is not table


def test_only_the_last_tables_are_kept() -> None:
    class Numbered(WordAnalyzer):
        def __init__(self, number: int) -> None:
            self.number = number

    tables = [borrowed(Numbered(number)) for number in range(lending.MAX_IDLE + 1)]
    for table in tables:
        lending.give_back(table)
    assert borrowed(Numbered(0)) is not tables[0]
    assert borrowed(Numbered(lending.MAX_IDLE)) is tables[-1]
