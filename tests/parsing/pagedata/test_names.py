"""Author fields and bylines: only names are left of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.pagedata.names import is_newsroom, is_person, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg und Jan Roth", ["Anna Berg", "Jan Roth"]),
        ("Anna Berg, Jan Roth & Lea Kern", ["Anna Berg", "Jan Roth", "Lea Kern"]),
        ("Anna Berg und Jan Roth, Nairobi", ["Anna Berg", "Jan Roth"]),
        ("Anna Berg (abe)", ["Anna Berg"]),
        ("Anna Berg, Redakteurin", ["Anna Berg"]),
        ("Ein Kommentar von Anna Berg", ["Anna Berg"]),
        ("Text: Anna Berg", ["Anna Berg"]),
        ("Anna Berg aus Wien", ["Anna Berg"]),
        ("Anna Berg | Jan Roth", ["Anna Berg", "Jan Roth"]),
        ("Berg, Anna", ["Anna Berg"]),
        ("dpa/AFP", ["dpa", "AFP"]),
        ("Anna Berg mit Material der dpa", ["Anna Berg"]),
        ("srf/hosb;kesm", ["srf/hosb", "kesm"]),
        ("Anna Berg, dpa", ["Anna Berg", "dpa"]),
        ("Prof. Dr. Anna-Maria van der Berg", ["Prof. Dr. Anna-Maria van der Berg"]),
        ("anna.berg@beispiel.de", []),
        ("@annaberg", []),
        ("https://beispiel.de/autoren/anna-berg", []),
        ("Anna Berg anna.berg@beispiel.de", ["Anna Berg"]),
        ("admin", []),
        ("", []),
        ("– 12345 –", []),
    ],
)
def test_names_in(text: str, names: list[str]) -> None:
    assert list(names_in(text)) == names


@pytest.mark.parametrize("name", ["Anna Berg", "Jan van der Roth", "Bill MCCARTHY", "Dr. Max Kern"])
def test_people(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    ["Anna", "Kurier Redaktion", "Der Kurier", "MDR SACHSEN", "Mehr News", "Uhr 12", "von Montag"],
)
def test_no_people(name: str) -> None:
    assert not is_person(name)


def test_the_papers_own_name_is_its_newsroom() -> None:
    own = frozenset({"kurier"})
    assert is_newsroom("KURIER", own)
    assert is_newsroom("Redaktion Politik", own)
    assert is_newsroom("beispiel.de", own)
    assert not is_newsroom("Deutsche Presse-Agentur", own)
    assert not is_newsroom("Anna Berg", own)


@given(st.text(max_size=500))
def test_a_name_has_letters_and_no_white_space_around(text: str) -> None:
    for name in names_in(text):
        assert name == name.strip()
        assert any(character.isalpha() for character in name)
