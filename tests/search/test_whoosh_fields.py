"""What the engine is given of an article: every term at its place, every facet value once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.search import german
from newsfeed.search.schema import Kind
from newsfeed.search.whoosh_fields import BETWEEN, GermanWords, facet_terms

Places = Counter[tuple[str, int]]
LETTERS = st.text(
    st.sampled_from("aeouäöüßAEÜqx1_-\u2010\u2011\u00ad\u0301\u200d\u2060 .,\n") | st.characters(),
    max_size=40,
)
TEXTS = LETTERS | st.integers(90, 210).map(lambda n: "-".join("ab" * n for _ in range(6)))


def plainly(values: Iterable[str], kind: Kind) -> Places:
    """Values are one position apart; a joined form stands where its compound begins."""
    found: Places = Counter()
    place = 0
    for value in values:
        for compound in german.compounds(value):
            parts, joined = german.terms(compound, kind)
            if joined and joined != parts[0]:
                found[joined, place] += 1
            for part in parts:
                found[part, place] += 1
                place += 1
        place += 1
    return found


@pytest.mark.parametrize("kind", ["text", "name"])
@given(values=st.lists(TEXTS.filter(lambda text: BETWEEN not in text), max_size=4))
def test_terms_stand_where_they_should(kind: Kind, values: list[str]) -> None:
    words = GermanWords(kind)
    tokens = words(f" {BETWEEN} ".join(values), positions=True)
    assert Counter((token.text, token.pos) for token in tokens) == plainly(values, kind)


def test_a_part_that_is_its_compound_counts_once() -> None:
    """The stem of "Hausen" is that of "Haus"."""
    tokens = GermanWords("text")("Haus-en", positions=True)
    assert [(token.text, token.pos) for token in tokens] == [("haus", 0), ("en", 1)]


def test_kinds_are_no_equals() -> None:
    assert GermanWords("text") == GermanWords("text")
    assert GermanWords("text") != GermanWords("name")


def test_facet_terms() -> None:
    values = ["Köln", "Koeln", " Bonn ", None, "", "a\x1eb", "Bonn"]
    assert list(facet_terms(values)) == [
        "bonn\x1fBonn",
        "koeln\x1fKoeln",
        "\x7fkoeln\x1fKöln",
        "a-b\x1fa b",
    ]
