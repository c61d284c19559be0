"""The lexicon answers as a sorted list of bytes does."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.storage.lexicon import Lexicon, lexicon_arrays, narrowed

alphabet = st.sampled_from([b"\0", b"a", b"b", b"\xc3\xa4", b"\xff"])
words = st.one_of(
    st.lists(alphabet, max_size=12).map(b"".join),
    st.lists(alphabet, max_size=3).map(lambda end: b"wohnung" + b"".join(end)),
)
terms = st.frozensets(words, max_size=40).map(sorted)


def lexicon(terms: list[bytes]) -> Lexicon:
    arrays = lexicon_arrays(terms)
    return Lexicon(arrays["blob"], arrays["offsets"], arrays["heads"])


@given(terms)
def test_terms_come_back_in_order(terms: list[bytes]) -> None:
    found = lexicon(terms)
    assert list(found) == terms
    assert [found[number] for number in range(len(found))] == terms
    assert list(found.range(1, len(terms))) == terms[1:]


@given(terms, words)
@example([b"wohnung", b"wohnung\0", b"wohnung\0\0"], b"wohnung\0")
def test_a_term_is_found_where_it_stands(terms: list[bytes], term: bytes) -> None:
    found = lexicon(terms)
    assert found.lower(term) == bisect_left(terms, term)
    assert found.find(term) == (terms.index(term) if term in terms else -1)
    assert (term in found) == (term in terms)


@given(terms, words)
@example([b"\xff", b"\xff\xff"], b"\xff")
@example([b"a", b"b"], b"")
def test_a_prefix_stands_for_a_range(terms: list[bytes], prefix: bytes) -> None:
    start, end = lexicon(terms).prefixed(prefix)
    assert terms[start:end] == [term for term in terms if term.startswith(prefix)]


@pytest.mark.parametrize("number", [-1, 2])
def test_numbers_beyond_the_terms_are_refused(number: int) -> None:
    with pytest.raises(IndexError):
        lexicon([b"a", b"b"])[number]


def test_offsets_are_as_narrow_as_they_may_be() -> None:
    assert narrowed(np.array([0, 2**32 - 1], "<u8")).dtype == "<u4"
    assert narrowed(np.array([0, 2**32], "<u8")).dtype == "<u8"
    assert narrowed(np.zeros(0, "<u8")).dtype == "<u4"


def test_many_terms_with_equal_beginnings_are_found_fast() -> None:
    terms = [b"donaudampf%07d" % number for number in range(200_000)]
    found = lexicon(terms)
    assert [found.find(term) for term in terms[::20_000]] == list(range(0, 200_000, 20_000))
