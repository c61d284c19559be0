"""Figures of a whole index count live documents only, whatever leaves these are in."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from whoosh import scoring

from newsfeed.whoosh_numpy.evaluation.impacts import SCALE, bm25, lengthless
from newsfeed.whoosh_numpy.storage.lengths import DECODED
from tests.whoosh_numpy.small_leaves import SCHEMA, random_documents, statistics

DOCUMENTS = random_documents(1200, 5)
DEAD = range(0, 1200, 5)
LIVE = [document for number, document in enumerate(DOCUMENTS) if number % 5]


@pytest.mark.parametrize("parts", [1, 4])
@pytest.mark.parametrize("word", ["w0", "w7", "w39"])
def test_deleted_documents_are_in_no_figure(tmp_path: Path, parts: int, word: str) -> None:
    found = statistics(tmp_path, DOCUMENTS, parts=parts, dead=DEAD)
    bodies = [document["body"].split() for document in LIVE]
    df = sum(word in body for body in bodies)
    assert found.count == len(LIVE)
    assert found.df("body", word.encode()) == df
    assert found.idf("body", word.encode()) == log(len(LIVE) / (df + 1)) + 1
    assert found.total_length("body") == sum(map(len, bodies))
    assert found.average_length("body") == sum(map(len, bodies)) / len(LIVE)


def test_few_deleted_documents_are_looked_up_in_long_lists(tmp_path: Path) -> None:
    found = statistics(tmp_path, DOCUMENTS, dead=[3, 4])
    expected = sum("w0" in each["body"].split() for each in DOCUMENTS)
    expected -= sum("w0" in DOCUMENTS[number]["body"].split() for number in (3, 4))
    assert found.df("body", b"w0") == expected


def test_a_term_that_only_deleted_documents_have_is_nowhere(tmp_path: Path) -> None:
    found = statistics(tmp_path, [{"body": "w1"}, {"body": "w2"}], dead=[1])
    assert found.places("body", b"w2").postings == (None,)
    assert found.df("body", b"w2") == 0


def test_values_that_can_be_no_term_stand_nowhere(tmp_path: Path) -> None:
    found = statistics(tmp_path, DOCUMENTS[:10])
    assert found.of_text("number", "no number") is None
    assert found.of_text("nowhere", "w1") is None
    assert found.of_text("body", "\ud800") is None
    places = found.of_text("number", DOCUMENTS[0]["number"])
    assert places is not None
    assert places.df >= 1


def test_an_empty_index_has_figures(tmp_path: Path) -> None:
    found = statistics(tmp_path, DOCUMENTS[:3], dead=[0, 1, 2])
    assert (found.count, found.average_length("body"), found.idf("body", b"w0")) == (0, 0.0, 0.0)


@pytest.mark.parametrize("average", [1.0, 17.5, 400.0])
def test_factors_are_whooshs_bm25(average: float) -> None:
    impacts = bm25(average, 1.2, 0.75, 1.0)
    for frequency, byte in [(1, 0), (1, 40), (3, 200), (254, 255), (17, 9)]:
        length = float(DECODED[byte])
        expected = scoring.bm25(1.0, float(frequency), length, average, 0.75, 1.2)
        assert impacts.table[frequency << 8 | byte] == expected * SCALE
        beyond = impacts.factors(np.array([frequency]), np.array([byte], np.uint16))
        assert beyond.tolist() == [expected * SCALE]
        assert impacts.least <= expected * SCALE <= impacts.ceiling


def test_factors_fall_with_the_length_by_at_least_the_gap() -> None:
    impacts = bm25(20.0, 1.2, 0.75, 1.0)
    steps = -np.diff(impacts.table.reshape(256, 256)[1:], axis=1)
    assert impacts.gap == steps.min() > 0
    assert bm25(20.0, 1.2, 0.0, 1.0).gap == 0


def test_without_lengths_a_posting_counts_its_frequency() -> None:
    impacts = lengthless(2.0)
    assert impacts.table[5 << 8 | 77] == 10 * SCALE
    assert SCHEMA["tags"].scorable is False
