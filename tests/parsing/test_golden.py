"""Golden pairs: documents in many shapes and formats, and the articles that must come of them.

Each input in `tests/articles` stands beside `<its name>.expected.json`, the article as `to_dict`
gives it; some have a sidecar. After a wanted change of a parser write the files anew and read the
diff:

    .venv/bin/python tests/parsing/test_golden.py --write
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article, from_json, to_dict
from newsfeed.parsing import Context, is_article, parse
from newsfeed.parsing.sidecar import read_sidecar, sidecar_names

ARTICLES = Path(__file__).parents[1] / "articles"
EXPECTED = ".expected.json"
SHAPES = sorted(path.name.removesuffix(EXPECTED) for path in ARTICLES.glob(f"*{EXPECTED}"))
PAGES = [name for name in SHAPES if name.endswith(".txt")]
MODIFIED = datetime(2024, 5, 20, 7, 30, tzinfo=UTC)


def article_of(name: str) -> dict[str, Any]:
    """The article of a document, as plain JSON values."""
    beside = [ARTICLES / side for side in sidecar_names(name) if (ARTICLES / side).exists()]
    context = Context(
        now=datetime(2026, 1, 15, 12, tzinfo=UTC),
        zone=ZoneInfo("Europe/Berlin"),
        sidecar=read_sidecar(beside[0].read_bytes(), beside[0].name) if beside else None,
        modified=MODIFIED,
    )
    return plain(parse((ARTICLES / name).read_bytes(), name, context))


def plain(article: Article) -> dict[str, Any]:
    """The article as JSON values, without what only the register knows."""
    value = to_dict(article)
    value.pop("changed", None)
    return value


def test_there_are_enough_shapes() -> None:
    assert len(SHAPES) >= 12


@pytest.mark.parametrize("shape", SHAPES)
def test_document_becomes_its_article(shape: str) -> None:
    expected = json.loads((ARTICLES / f"{shape}{EXPECTED}").read_text(encoding="utf-8"))
    assert article_of(shape) == expected


@pytest.mark.parametrize("shape", PAGES)
def test_nothing_of_the_page_is_lost(shape: str) -> None:
    page = (ARTICLES / shape).read_text(encoding="utf-8")
    kept = json.dumps(article_of(shape), ensure_ascii=False).casefold()
    lost = [
        word
        for line in page.splitlines()
        for word in line.split()
        if len(word) > 6 and word.isalpha() and word.casefold() not in kept
    ]
    # labels such as "Bildrechte:" and "Aktualisiert" say what the fields beside them hold
    assert [word for word in lost if word not in {"Aktualisiert", "Februar", "Publiziert"}] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_article_survives_storage(shape: str) -> None:
    value = article_of(shape)
    assert plain(from_json(json.dumps(value))) == value


def write() -> None:
    """Writes every expected article anew, also for inputs that had none."""
    for path in sorted(ARTICLES.iterdir()):
        if is_article(path.name) and not path.name.endswith(EXPECTED):
            text = json.dumps(article_of(path.name), ensure_ascii=False, indent=2)
            (ARTICLES / f"{path.name}{EXPECTED}").write_text(text + "\n", encoding="utf-8")


def test_every_input_is_expected_to_be_something() -> None:
    inputs = {path.name for path in ARTICLES.iterdir() if is_article(path.name)}
    assert {name for name in inputs if not name.endswith(EXPECTED)} == set(SHAPES)


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    write()
