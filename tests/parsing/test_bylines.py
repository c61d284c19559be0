"""Bylines: who signs, in the words that newspapers use for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.agencies import agencies_in
from newsfeed.parsing.bylines import (
    agencies_named,
    is_byline,
    is_byline_opening,
    name_and_place,
    names_only,
    signature,
)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Von Anna Berg", ["Anna Berg"]),
        ("Von: Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg, Carl Dorn und Eva Fels", ["Anna Berg", "Carl Dorn", "Eva Fels"]),
        ("Von Anna Berg sowie Carl Dorn", ["Anna Berg", "Carl Dorn"]),
        ("Do 25.04.24 | 14:07 Uhr | Von Eva Kirchner-Fels", ["Eva Kirchner-Fels"]),
        ("12.03.2024 um 14:35 von Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg · 12.03.2024 · 3 Min", ["Anna Berg"]),
        ("Autorin/Autor Roman Fels", ["Roman Fels"]),
        ("Autor:in: Anna Berg", ["Anna Berg"]),
        ("Verfasst von Anna Berg", ["Anna Berg"]),
        ("Ein Gastbeitrag von Dr. Max Dorn", ["Dr. Max Dorn"]),
        ("Eine Analyse von Anna Berg, Washington", ["Anna Berg"]),
        ("Interview: Anna Berg", ["Anna Berg"]),
        ("Text: Anna Berg, Fotos: Carl Dorn", ["Anna Berg"]),
        ("Text und Fotos: Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg (Text) und Carl Dorn (Fotos)", ["Anna Berg"]),
        ("VON ANNA BERG UND PIET VAN DER MEER", ["Anna Berg", "Piet van der Meer"]),
        ("Von Anna Berg, New York", ["Anna Berg"]),
        ("Von Anna Berg aus Frankfurt", ["Anna Berg"]),
        ("Von Anna Berg, Politikredakteurin", ["Anna Berg"]),
        ("Von unserer Korrespondentin Anna Berg", ["Anna Berg"]),
        ("Aus Berlin berichtet Anna Berg", ["Anna Berg"]),
        ("Von Mona el-Sayed und Jean d’Arc", ["Mona el-Sayed", "Jean d’Arc"]),
        ("Von Anna Berg anna.berg@bote.example", ["Anna Berg"]),
        ("12. März 2024 um 14:35 Uhr / Von Anna Berg", ["Anna Berg"]),
        ("Von Anna Berg Lesezeit: 3 Min.", ["Anna Berg"]),
        ("Von Anna Berg (4 Minuten Lesezeit)", ["Anna Berg"]),
        ("Von Anna Berg, ARD-Studio Kairo", ["Anna Berg"]),
        ("Von Anna Berg, NDR Info und Carl Dorn", ["Anna Berg", "Carl Dorn"]),
        ("Von BOTE-Experte Dr. Max Dorn", ["Dr. Max Dorn"]),
    ],
)
def test_people_sign(line: str, names: list[str]) -> None:
    assert is_byline(line)
    assert signature(line).names == tuple(names)


@pytest.mark.parametrize(
    ("line", "names", "agencies"),
    [
        ("Von dpa", ("dpa",), ("dpa",)),
        ("VON DPA", ("DPA",), ("dpa",)),
        ("Von dpa, abg", ("dpa",), ("dpa",)),
        ("Von Bote-Online, dpa, abg", ("dpa",), ("dpa",)),
        ("Von Anna Berg mit AP", ("Anna Berg",), ("AP",)),
        ("Von Reuters, Anna Berg", ("Reuters", "Anna Berg"), ("Reuters",)),
    ],
)
def test_agencies_sign(line: str, names: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    assert is_byline(line)
    found = signature(line)
    assert (found.names, found.agencies) == (names, agencies)


@pytest.mark.parametrize(
    "line",
    [
        "Von Montag an wird gebaut",
        "Von Amts wegen",
        "Von Krieg und Frieden",
        "Kommentar: Der Kanzler irrt",
        "Analyse: Trump und die Folgen",
        "Bericht: Wie die Stadt baut",
        "Interview: „Wir schaffen das“",
        "Meldung: Zwei Tote bei Unfall",
        "Aus der Haft berichtet Nowak",
        "Nach Angaben von Anna Berg",
        "Von links: Anna Berg und Carl Dorn",
        "Interview mit Anna Berg",
    ],
)
def test_headlines_are_no_bylines(line: str) -> None:
    assert not is_byline(line)


@pytest.mark.parametrize("line", ["Von", "Autorin:", "Ein Kommentar von", "Autor"])
def test_openings_whose_names_follow_below(line: str) -> None:
    assert is_byline_opening(line)
    assert is_byline(line)
    assert signature(line).names == ()


def test_lines_of_names() -> None:
    assert not names_only("Von der Redaktion")
    assert names_only("Anna Berg und Carl Dorn")
    assert names_only("Anna Berg, aktualisiert am 12.03.2024")
    assert names_only("Anna Berg • 12. März 2024")
    assert names_only("Anna Berg Redakteurin im Ressort Lokales")
    assert not names_only("Redakteurin Lokales")
    assert not names_only("Der Stadtrat und die Brücke")
    assert name_and_place("Anna Berg, Ketzow")
    assert not name_and_place("Anna Berg, CDU")


def test_agencies_in_sources() -> None:
    assert agencies_in("dpa/AFP") == ("dpa", "AFP")
    assert agencies_in("SDA/abg") == ("sda",)
    assert agencies_in("Die dpa meldet") == ()
    assert agencies_named(" DER BOTE, dpa Regional, AFP") == ("dpa", "AFP")


@given(st.text(max_size=300))
def test_any_line_is_signed_or_not(line: str) -> None:
    found = signature(line)
    assert all(name.strip() for name in found.names)
    if names_only(line):
        assert not line.endswith((".", "!", "?", ":"))
    is_byline(line)
    name_and_place(line)
    agencies_named(line)
