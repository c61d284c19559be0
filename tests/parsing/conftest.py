"""What every parsing test may ask for: a page read as an article, and whether an article is sound.

`now` and the corpus' zone are fixed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article, from_json, to_dict, to_json
from newsfeed.parsing import Context, parse

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")

Read = Callable[..., Article]
Sound = Callable[[Article], None]

_MARKUP = re.compile(
    r"<(?:script|style|svg|math|iframe|form|img|object)|\son\w+=|javascript:", re.I
)
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r'href="([^"]*)"')


@pytest.fixture
def read() -> Read:
    """Parses text or bytes as a file of the corpus; keyword arguments go into its Context."""

    def reader(page: str | bytes, name: str = "seite.txt", **around: Any) -> Article:
        raw = page.encode() if isinstance(page, str) else page
        return parse(raw, name, Context(NOW, ZONE, **around))

    return reader


@pytest.fixture(scope="session")
def sound() -> Sound:
    """Asserts what holds for every article, whatever it was read from."""

    def check(article: Article) -> None:
        assert article.headline.strip()
        assert "\n" not in article.headline
        value = to_dict(article)
        for text in _strings(value):
            unwanted = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
            assert not unwanted
            assert text == text.strip() or text == ""
        assert all(block.text.strip() for block in article.body)
        assert all("\n" not in block.text for block in article.body if block.kind == "paragraph")
        assert all(line.text for line in article.leftovers)
        assert all(
            url.startswith(("http://", "https://")) for url in _urls({**value, "provenance": {}})
        )
        for html in (block.html for block in article.body if block.html):
            assert not _MARKUP.search("".join(_TAG.findall(html)))
            assert all(
                href.startswith(("http://", "https://", "mailto:")) for href in _HREF.findall(html)
            )
        marks = [block.id for block in article.body if block.id]
        assert len(set(marks)) == len(marks)
        assert from_json(to_json(article)) == article

    return check


def _strings(value: Any) -> Iterator[str]:
    """Every string in plain JSON values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _strings(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _strings(item))


def _urls(value: Any) -> Iterator[str]:
    """Everything in plain JSON values that is called a URL."""
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "url" and item)
        yield from (url for item in value.values() for url in _urls(item))
    elif isinstance(value, list):
        yield from (url for item in value for url in _urls(item))
