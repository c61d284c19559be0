"""Where else a text appeared: the page says it in words, the API in numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from newsfeed.article import Article, Block, token
from newsfeed.likeness import ledger
from newsfeed.register_file import open_file
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings

SITE = "https://abendbote.example"
Enter = Callable[..., None]


def body(words: range) -> tuple[Block, ...]:
    return (Block("paragraph", " ".join(f"Wort{n}" for n in words)),)


@pytest.fixture
def enter(own_settings: Settings, own_index: SearchIndex) -> Enter:
    """Puts articles into register and index, as the indexer does; `indexed=False` not yet."""

    def put(*articles: Article, indexed: bool = True) -> None:
        own_settings.index.mkdir(exist_ok=True)
        engine = open_file(own_settings.register_path, read_only=False)
        with engine.begin() as connection:
            for article in articles:
                ledger.enter(connection, article, article.date)
        engine.dispose()
        own_index.update(articles if indexed else (), sequence=own_index.sequence() + 1)

    return put


@pytest.fixture
def prints(articles: dict[str, Article]) -> list[Article]:
    """One agency's text, printed by four papers: twice, shortened, and with more to it."""
    first = replace(articles["hafen"], body=body(range(200)), source="Abendbote")
    hour = timedelta(hours=1)

    def printed(name: str, hours: int, words: range, headline: str) -> Article:
        return replace(
            first,
            id=f"tag:newsfeed.test,2026:{name}",
            url=None,
            source=name.title(),
            headline=headline,
            published=first.date + hours * hour,
            body=body(words),
        )

    return [
        first,
        printed("landkurier", 1, range(198), "Kräne stehen still"),
        printed("hafenzeitung", 2, range(90), "Streik im <Hafen>"),
        printed("wochenblatt", 3, range(380), "Was der Streik kostet"),
    ]


def api(client: FlaskClient, article: Article) -> dict[str, Any]:
    response = client.get(f"/api/v1/articles/{article.id}")
    assert response.status_code == 200
    answer: dict[str, Any] = json.loads(response.data)
    return answer


def page(client: FlaskClient, article: Article) -> str:
    response = client.get(f"/articles/{token(article.id)}", follow_redirects=True)
    assert response.status_code == 200
    return response.text


def test_the_api_names_the_others_and_the_first(
    own_client: FlaskClient, enter: Enter, prints: list[Article]
) -> None:
    enter(*reversed(prints))
    answer = api(own_client, prints[1])
    assert answer["canonical"] == prints[0].id
    assert [other["id"] for other in answer["duplicates"]] == [
        prints[0].id,
        prints[2].id,
        prints[3].id,
    ]
    first, shorter, longer = answer["duplicates"]
    assert first == {
        "id": prints[0].id,
        "url": prints[0].url,
        "headline": prints[0].headline,
        "source": "Abendbote",
        "similarity": 0.99,
        "containment": 1.0,
    }
    assert shorter["url"].startswith(f"{SITE}/articles/streik-im-hafen-")
    assert (shorter["containment"], shorter["similarity"]) == (1.0, 0.446)
    assert longer["containment"] == 1.0
    description = json.loads(own_client.get("/api/v1/openapi.json").data)
    schema = {"$ref": "#/components/schemas/ArticleAnswer", "components": description["components"]}
    jsonschema_rs.validator_for(schema).validate(answer)


def test_a_page_lists_them_with_what_to_expect(
    own_client: FlaskClient, enter: Enter, prints: list[Article]
) -> None:
    enter(*prints)
    text = page(own_client, prints[1])
    begin = text.index("Fast gleicher Text")
    aside = text[begin : text.index("</aside>", begin)]
    assert aside.count("<li>") == 3
    one, two, three = aside.split("<li>")[1:]
    assert "fast wortgleich" in one
    assert "zuerst erschienen" in one
    assert f"-{token(prints[0].id)}" in one
    assert "kürzere Fassung" in two
    assert "Streik im &lt;Hafen&gt;" in two
    assert "längere Fassung" in three
    assert aside.count("zuerst erschienen") == 1
    assert "zuerst erschienen" not in page(own_client, prints[0])


def test_an_article_without_duplicates_has_no_list(
    own_client: FlaskClient, enter: Enter, prints: list[Article]
) -> None:
    enter(prints[0])
    assert "Fast gleicher Text" not in page(own_client, prints[0])
    assert api(own_client, prints[0])["duplicates"] == []


def test_what_the_index_does_not_have_yet_is_not_shown(
    own_client: FlaskClient, enter: Enter, prints: list[Article]
) -> None:
    enter(prints[0])
    enter(prints[1], indexed=False)
    assert "Fast gleicher Text" not in page(own_client, prints[0])
    assert api(own_client, prints[0])["duplicates"] == []


def test_an_article_is_shown_though_the_register_is_damaged(
    own_client: FlaskClient,
    own_settings: Settings,
    enter: Enter,
    prints: list[Article],
    caplog: pytest.LogCaptureFixture,
) -> None:
    enter(*prints)
    for path in own_settings.index.glob("register.sqlite*"):
        Path(path).write_bytes(b"not a database" * 100)
    assert prints[0].headline[:12] in page(own_client, prints[0])
    assert api(own_client, prints[0])["duplicates"] == []
    assert "no duplicates are shown" in caplog.text
