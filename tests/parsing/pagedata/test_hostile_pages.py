"""Hostile pages: bounded time, clean text, no exception."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsfeed.article import Image
from newsfeed.parsing.pagedata import Entry, PageData

ReadPage = Callable[..., PageData]


def texts(value: Any) -> Iterator[str]:
    """All strings in page data but the raw bodies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, PageData | Entry | Image):
        for field in fields(value):
            if field.name not in ("article_body", "body", "origins"):
                yield from texts(getattr(value, field.name))


def assert_sound(data: PageData) -> None:
    for text in texts(data):
        assert text == text.strip() != ""
        assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
    addresses = [data.url, *(image.url for image in data.images)]
    assert all(url.startswith(("http://", "https://")) for url in addresses if url)
    assert data.headline is not None or "headline" not in data.origins


@pytest.mark.parametrize(
    "body",
    [
        "<h1>" * 200 + "x" * 50_000,
        "<div>" * 250 + "<h1>Titel der Seite</h1>" + "<div class=author>" * 250 + "Von A B",
        "<h1>Titel der Seite</h1>" + "<p class=author>Von Anna Berg</p>" * 20_000,
        "<h1>Titel der Seite</h1>" + "<div class=byline>" + "<b></b>" * 50_000 + "</div>",
        "<h1>Titel der Seite</h1><p class=author>" + "Von und " * 10_000 + "</p>",
        "<h1>" + "a: " * 20_000 + "</h1>",
        "<h1>" + " | a" * 20_000 + "</h1><title>" + " | b" * 20_000 + "</title>",
        "<h1>Titel der Seite</h1><p>" + "1.1.2025 " * 20_000 + "</p>",
        "<h1>Titel der Seite</h1>" + "<time>1.1.2025</time>" * 20_000,
        "<div class=breadcrumb>" * 200 + "<a></a>" * 20_000,
        "<h2>x</h2>" * 20_000,
        "<a rel=tag>" + "y" * 50_000 + "</a>" * 1_000,
        "<p class='" + "lead " * 10_000 + "'>" + "Wort " * 100 + "</p>",
    ],
)
def test_monstrous_markup_takes_little_time(page: ReadPage, body: str) -> None:
    before = time.process_time()
    assert_sound(page(body))
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    "field",
    [
        {"author": [[[["Anna Berg"]]]] * 1_000},
        {"author": "und " * 50_000},
        {"author": {"name": {"name": {"name": "x"}}}},
        {"headline": "&amp;" * 50_000},
        {"headline": "<" * 50_000},
        {"headline": "Titel \x00\x1b\x9f\ud800\u202e der Seite"},
        {"keywords": "," * 50_000},
        {"keywords": ["a"] * 50_000},
        {"datePublished": "2025" * 20_000},
        {"datePublished": [["2025-01-01"] * 1_000]},
        {"image": [{"url": "javascript:alert(1)"}, "data:image/png;base64,x", "//[", 1, None]},
        {"mainEntityOfPage": {"@id": "javascript:alert(1)"}},
        {"liveBlogUpdate": [{"headline": "\x07", "url": "data:x"}] * 3_000},
        {"isAccessibleForFree": {"x": 1}, "publisher": [1, 2], "inLanguage": {"name": []}},
    ],
)
def test_monstrous_values(page: ReadPage, field: dict[str, Any]) -> None:
    before = time.process_time()
    ld = json.dumps({"@type": "NewsArticle", "headline": "Titel der Seite", **field})
    assert_sound(page(ld=ld))
    assert time.process_time() - before < 5


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["@type", "@id", "name", "url", "caption"]), inner)
    ),
    max_leaves=8,
)
FIELDS = (
    "@type headline alternativeHeadline description author creator datePublished dateModified image"
    " articleSection keywords publisher inLanguage mainEntityOfPage liveBlogUpdate articleBody"
    " hasPart isAccessibleForFree url itemListElement"
)


@given(st.dictionaries(st.sampled_from(FIELDS.split()), ANY))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_json_ld_gives_sound_data(page: ReadPage, fields: dict[str, Any]) -> None:
    assert_sound(page(ld=json.dumps({"@type": "NewsArticle", **fields}), url=None))


MARKUP = (
    "<h1>|</h1>|<p class=author>|<p class=lead>|<time datetime=|>|Von Anna Berg|2025-01-01|<title>"
    "|</title>|<meta property=og:title content=|<link rel=canonical href=|<a rel=tag>|</a>|&#1;|&|"
    "<nav class=breadcrumb>|x: y|<!-- x -->|<?x y?>|<dt>Autor|<dd>|</dd>|<b class=kicker>|</b>|<p>"
    "|</p>|Aktualisiert|\x00|\ud800|'|\"|Ein Wort"
)


@given(st.lists(st.sampled_from(MARKUP.split("|")), max_size=25).map(" ".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_markup_gives_sound_data(page: ReadPage, markup: str) -> None:
    assert_sound(page(markup, url=None))
