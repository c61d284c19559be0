"""`newsfeed duplicates`: each group under the article that was first, for people and programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsfeed.cli import main

SLUICE = """{headline}

Am Montagmorgen blieb die Schleuse geschlossen, weil sich ein Baumstamm im Tor verkeilt hatte.

Vor der Einfahrt warteten elf Frachter und ein Ausflugsschiff mit achtzig Schülern an Bord.
"""


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSFEED_JOBS", "1")
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_groups_are_listed(corpus: Path) -> None:
    for day, headline in ((3, "Baumstamm hält Schiffe auf"), (2, "Stau vor der Schleuse")):
        file = corpus / f"2026-03-0{day}.txt"
        file.write_text(SLUICE.format(headline=headline))
    run("index")
    first, others = run("duplicates").split("  100% ")
    assert first.startswith("Stau vor der Schleuse\n  -  tag:")
    assert others.startswith("Baumstamm hält Schiffe auf\n")
    (family,) = map(json.loads, run("duplicates", "--json").splitlines())
    assert family["canonical"]["headline"] == "Stau vor der Schleuse"
    assert list(family["canonical"]) == ["id", "url", "headline", "source"]
    (other,) = family["duplicates"]
    assert (other["similarity"], other["containment"]) == (1.0, 1.0)
    assert other["headline"] == "Baumstamm hält Schiffe auf"


def test_without_duplicates_nothing_is_listed(corpus: Path) -> None:
    (corpus / "a.txt").write_text(SLUICE.format(headline="Stau vor der Schleuse"))
    run("index")
    assert run("duplicates") == run("duplicates", "--json") == ""
