"""Languages: known by their commonest words, or by their letters."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newsfeed.parsing.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Stadtrat hat die Brücke nicht gebaut, und das ist für den Bezirk ein Problem.", "de"),
        ("The council has not built the bridge, and that is a problem for the district.", "en"),
        ("Le conseil n'a pas construit le pont, et cela est un problème pour les habitants.", "fr"),
        ("De raad heeft de brug niet gebouwd, en dat is een probleem voor het district.", "nl"),
        ("Byrådet har ikke bygget broen, og det er et problem for mange af de ældre i byen.", "da"),
        ("Rada miasta nie zbudowała mostu, a to jest problem dla mieszkańców dzielnicy.", "pl"),
        ("Die Mannschaft siegte klar.", "de"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "12 34", "Berlin", "xq zzt qqq"])
def test_nobody_can_tell(text: str) -> None:
    assert language_of(text) is None


def test_a_german_page_never_loads_the_large_model() -> None:
    text = "Der Stadtrat hat die Brücke nicht gebaut, und das ist für den Bezirk ein Problem."
    program = (
        "import sys; from newsfeed.parsing.language import language_of; "
        f"assert language_of({text!r}) == 'de'; assert 'py3langid' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
