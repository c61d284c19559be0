"""Whatever shares a place in the table: every word is found as itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.analysis.analyzers import by_words
from newsfeed.whoosh_numpy.analysis.slots import UNKNOWN, Slots
from newsfeed.whoosh_numpy.analysis.words import WordTable
from tests.whoosh_numpy.analysers import WHOOSH, by_table, by_tokens

WORDS = st.lists(
    st.tuples(st.integers(1, 2**64 - 1), st.integers(0, 3)), unique=True, min_size=1, max_size=300
)


def crowded() -> Slots:
    """A table in which all words want the same place, as if all had been chosen for it."""
    slots = Slots()
    slots._keys = [np.uint64(0)] * 3
    return slots


@pytest.mark.parametrize("make", [Slots, crowded])
@given(WORDS)
def test_words_keep_their_numbers(make: type[Slots], pairs: list[tuple[int, int]]) -> None:
    heads, tails = (np.array(part, np.uint64) for part in zip(*pairs, strict=True))
    slots = make()
    half = len(pairs) // 2
    numbers = np.arange(1, len(pairs) + 1, dtype=np.uint32)
    slots.add(numbers[:half], heads[:half], tails[:half])
    assert slots.find(heads, tails).tolist() == [*numbers[:half], *[UNKNOWN] * (len(pairs) - half)]
    slots.add(numbers[half:], heads[half:], tails[half:])
    assert slots.find(heads[::-1], tails[::-1]).tolist() == numbers[::-1].tolist()


def test_the_table_grows() -> None:
    slots, count = Slots(), 100_000
    heads = np.arange(1, count + 1, dtype=np.uint64) << np.uint64(40)
    tails = np.zeros(count, np.uint64)
    for start in range(0, count, 9_000):
        numbers = np.arange(start + 1, min(start + 9_000, count) + 1, dtype=np.uint32)
        slots.add(numbers, heads[numbers - 1], tails[numbers - 1])
    assert slots.find(heads, tails).tolist() == list(range(1, count + 1))


def test_words_that_differ_only_late_or_in_length_are_different() -> None:
    """Also those whose polynomial hash modulo 2**64 is the same for every multiplier."""
    thue, morse = "a", "b"
    for _ in range(11):
        thue, morse = thue + morse, morse + thue
    alike = [*("x" * length for length in range(1, 40)), "x" * 14 + "y", "x" * 15 + "y"]
    text = " ".join([*alike, "x" * 300, "x" * 299 + "y", thue, morse])
    analyzer = by_words(WHOOSH["lower case"])
    assert analyzer is not None
    assert by_table(WordTable(analyzer), [text]) == [by_tokens(analyzer, text)]
