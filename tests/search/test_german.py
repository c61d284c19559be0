"""How German words become terms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.search import german
from newsfeed.search.schema import Kind


@pytest.mark.parametrize(
    "spellings",
    [
        "Haus Hauses Häuser Haeuser HÄUSER häusern Ha\u0308user",
        "Straße STRASSE Strassen Straßen",
        "Größe Groesse groß GROẞ",
        "Regierung Regierungen",
        "Café CAFÉ Cafe\u0301",
        "Atomkrieg Atomkrieges Atomkriege",
        "Alarmbereitschaft Alarm\u00adbereitschaft Alarm\u200bbereitschaft",
        "finden \ufb01nden",
    ],
)
def test_spellings_of_one_term(spellings: str) -> None:
    assert len({german.term(word, "text") for word in spellings.split()}) == 1


@pytest.mark.parametrize(
    "different", ["Haus Maus", "Krieg Frieden", "Quelle Quälle", "한국 한구", "Kunst Kunde"]
)
def test_different_terms(different: str) -> None:
    words = different.split()
    assert len({german.term(word, "text") for word in words}) == len(words)


def test_names_are_folded_but_not_stemmed() -> None:
    assert german.term("Müller", "name") == german.term("Mueller", "name") == "muller"
    assert german.term("Weiß", "name") == german.term("WEISS", "name") == "weiss"
    assert german.term("Straßmanns", "name") != german.term("Straßmann", "name")
    assert german.term("Bauer", "name") == "bauer"


def test_a_hyphenated_word_has_parts_and_a_joined_form() -> None:
    assert german.terms("E-Mail", "text") == (("e", "mail"), "email")
    assert german.terms("Mail", "text") == (("mail",), "")
    assert german.compounds("Der US-General, nord- und 3,5!") == [
        *("Der", "US-General", "nord", "und", "3", "5")
    ]


def test_lengths_are_bounded() -> None:
    assert [len(word) for word in german.compounds("x" * 250)] == [100, 100, 50]
    assert german.compounds("a-b-c-d-e-f") == ["a-b-c-d", "e-f"]


def test_stop_words_in_any_spelling() -> None:
    assert all(map(german.is_stop_word, ["die", "DIE", "für", "fuer", "wa\u0308hrend"]))
    assert not any(map(german.is_stop_word, ["Krieg", "Dienst", ""]))


@given(st.text(max_size=60))
def test_places_are_those_of_the_words(text: str) -> None:
    places = list(german.located(text))
    assert [place.group() for place in places] == german.compounds(text)
    for place in places:
        parts = [part.group() for part in german.parts(place.group())]
        terms, _ = german.terms(place.group(), "text")
        assert list(terms) == [term for part in parts if (term := german.term(part, "text"))]


@given(st.text(max_size=30), st.sampled_from(["text", "name"]))
def test_case_and_composition_make_no_difference(word: str, kind: Kind) -> None:
    decomposed = unicodedata.normalize("NFD", word)
    assert german.term(decomposed, kind) == german.term(unicodedata.normalize("NFC", word), kind)
