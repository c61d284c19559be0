"""A JSON document of schema.org's kind is an article by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from newsfeed.article import Block
from newsfeed.parsing.context import Context
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.pagedata.documents import is_schema_article, schema_article

ARTICLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": ["NewsArticle", "ReportageNewsArticle"],
    "headline": "Brücke gesperrt",
    "description": "Die Stadt hat die Brücke geprüft.",
    "author": [{"@type": "Person", "name": "Anna Berg"}, {"@type": "Organization", "name": "dpa"}],
    "datePublished": "2025-06-05T10:00:00+02:00",
    "articleBody": "Erster Absatz.\n\nZweiter Absatz.",
    "image": ["https://beispiel.de/bild.jpg"],
    "url": "https://beispiel.de/lokales/bruecke.html",
    "publisher": {"name": "Kurier"},
}


def test_a_document_with_plain_text(context: Context) -> None:
    draft = schema_article(ARTICLE, context)
    assert draft.headline == "Brücke gesperrt"
    assert draft.body == (
        Block("paragraph", "Erster Absatz."),
        Block("paragraph", "Zweiter Absatz."),
    )
    assert (draft.authors, draft.agencies) == (("Anna Berg", "dpa"), ("dpa",))
    assert draft.published == datetime(2025, 6, 5, 8, tzinfo=UTC)
    assert draft.url == ARTICLE["url"]
    assert draft.source == "Kurier"
    assert set(draft.origins.values()) == {"json-ld"}


def test_a_document_with_html(context: Context) -> None:
    body = '<p>Erster <a href="/a">Absatz</a>.</p><script>x()</script><h2>Zwischentitel</h2>'
    draft = schema_article({**ARTICLE, "articleBody": body}, context)
    assert [(block.kind, block.text) for block in draft.body] == [
        ("paragraph", "Erster Absatz."),
        ("subheading", "Zwischentitel"),
    ]


@pytest.mark.parametrize("wrap", [lambda a: a, lambda a: [a], lambda a: {"@graph": [{}, a]}])
def test_where_the_article_may_stand(wrap: Any, context: Context) -> None:
    assert is_schema_article(wrap(ARTICLE))
    assert schema_article(wrap(ARTICLE), context).headline == "Brücke gesperrt"


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"@type": "Person"}, {"headline": "x"}])
def test_other_json_is_no_article(value: Any, context: Context) -> None:
    assert not is_schema_article(value)
    with pytest.raises(ParseError, match="headline"):
        schema_article(value, context)


def test_a_live_blog_becomes_entries(context: Context) -> None:
    updates = [
        {"headline": "Feuerwehr da", "articleBody": "Zwei Züge.", "url": "https://b.de/live#e2"},
        {"articleBody": "Erste Meldung.", "datePublished": "2025-06-05T10:00:00+02:00"},
        {"headline": "Leer", "articleBody": ""},
    ]
    blog = {**ARTICLE, "@type": "LiveBlogPosting", "articleBody": "", "liveBlogUpdate": updates}
    body = schema_article(blog, context).body
    assert [(block.kind, block.text) for block in body] == [
        ("entry", "Feuerwehr da"),
        ("paragraph", "Zwei Züge."),
        ("entry", "10:00 Uhr"),
        ("paragraph", "Erste Meldung."),
    ]
    assert body[0].id == "e2"
    assert body[2].published == datetime(2025, 6, 5, 8, tzinfo=UTC)
    assert body[2].id is not None
    assert body[2].id == schema_article(blog, context).body[2].id
