"""The page this project started from, held against its hand-made truth, field by field.

The page is no part of the project: it lies beside it, and where it does not these tests skip.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsfeed.article import Article

SEED = Path(__file__).parents[2] / ".." / "shared" / "seed" / "000_ed3156c40dd93f00.txt"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/seed")


@pytest.fixture
def truth() -> dict[str, Any]:
    # the truth keeps no-break spaces, the parse boundary makes them plain ones
    text = SEED.with_suffix(".json").read_text(encoding="utf-8").replace("\xa0", " ")
    value: dict[str, Any] = json.loads(text)
    return value


@pytest.fixture
def article(read: Callable[..., Article]) -> Article:
    return read(SEED.read_bytes(), "politik/seed.txt")


def test_headline_standfirst_and_mark(article: Article, truth: dict[str, Any]) -> None:
    assert article.headline == truth["title"]
    assert article.kicker is None
    assert [article.standfirst] == truth["summary"]
    assert article.correction is not None
    assert (article.correction.kind, article.correction.text) == ("update", truth["update_marker"])


def test_body_is_paragraph_for_paragraph_the_truth(article: Article, truth: dict[str, Any]) -> None:
    names = {"para": "paragraph", "subhead": "subheading"}
    expected = [
        (names[kind], text)
        for kind, text in zip(truth["body_kinds"], truth["body"], strict=True)
        if kind != "summary"
    ]
    assert [(block.kind, block.text) for block in article.body] == expected
    assert sum(kind == "paragraph" for kind, _ in expected) == 22
    assert sum(kind == "subheading" for kind, _ in expected) == 2


def test_both_images_with_caption_and_credit(article: Article, truth: dict[str, Any]) -> None:
    expected = [(image["caption"], image["authors"][0]) for image in truth["images"]]
    assert [(image.caption, image.credit) for image in article.images] == expected


def test_who_signs(article: Article, truth: dict[str, Any]) -> None:
    assert list(article.authors) == truth["authors"]
    assert list(article.agencies) == truth["agencies"]


def test_what_stands_beside_the_text(article: Article, truth: dict[str, Any]) -> None:
    left = [(line.kind, line.text) for line in article.leftovers]
    assert [text for kind, text in left if kind == "promotion"] == truth["promos"]
    assert [text for kind, text in left if kind == "navigation"] == truth["nav"]
    assert len(left) == 4
    headers = [f"{box.header}:" for box in article.related]
    assert headers == truth["related_teaser"]
    assert all(not box.links for box in article.related)


def test_metadata_that_no_text_holds(article: Article, truth: dict[str, Any]) -> None:
    assert article.section == "Politik"
    assert article.published is None is truth["published"]
    assert list(article.topics) == truth["topics"]
    assert article.language == truth["lang"]
    assert article.provenance["section"] == "folder"
    assert {article.provenance[field] for field in ("headline", "body", "language")} == {"text"}
