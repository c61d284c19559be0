"""The API: answers keep to their description, and pages of them follow one another."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from newsfeed.article import Article, from_json, to_dict, token
from newsfeed.settings import Settings
from newsfeed.web.links import article_path

SITE = "https://abendbote.example"


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    body: dict[str, Any] = json.loads(response.data)
    return body


@pytest.fixture(scope="module")
def description(client: FlaskClient) -> dict[str, Any]:
    return get(client, "/api/v1/openapi.json")


def holds(description: dict[str, Any], name: str, value: object) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    jsonschema_rs.validator_for(schema).validate(value)


def test_a_search_says_what_was_promised(
    client: FlaskClient, articles: dict[str, Article], description: dict[str, Any]
) -> None:
    body = get(client, "/api/v1/search?q=Nachtschicht")
    holds(description, "SearchAnswer", body)
    assert list(body) == ["total", "hits", "facets", "next"]
    assert body["total"] == 1
    [hit] = body["hits"]
    assert list(hit) == [
        "id", "url", "headline", "standfirst", "section", "published", "updated", "score", "snippet"
    ]  # fmt: skip
    harbour = articles["hafen"]
    assert hit["id"] == harbour.id
    assert hit["url"] == harbour.url
    assert hit["published"] == "2022-02-28T09:30:00Z"
    assert hit["updated"] == "2022-02-28T13:30:00Z"
    snippet = hit["snippet"]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["Nachtschicht"]
    assert body["facets"]["section"] == [{"slug": "wirtschaft", "name": "Wirtschaft", "count": 1}]
    assert set(body["facets"]) == {"section", "source", "author", "agency", "topic"}
    assert body["next"] is None


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 64),
        ("q=", 64),
        ("section=Politik", 11),
        ("section=politik&author=Jörg+Müller", 1),
        ("source=Kurzdienst&limit=0", 59),
        ("agency=dpa", 1),
        ("topic=hafen", 1),
        ("from=2022-02-27T03:30:00Z&sort=oldest", 4),
        ("from=2022-02-27T04:30:00%2B01:00&to=2022-02-27T03:30:00.001Z", 1),
        ("from=2022-02-27T04:30:00+01:00&to=2022-02-27t03:30:01z", 1),
        ("to=0001-01-01", 0),
        ("from=9999-12-31", 0),
        ("from=2022-03-01&to=2022-02-01", 0),
    ],
)
def test_filters(client: FlaskClient, query: str, total: int) -> None:
    assert get(client, f"/api/v1/search?{query}")["total"] == total


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_following_next_meets_every_hit_once(client: FlaskClient, sort: str) -> None:
    path, seen = f"/api/v1/search?q=+Stadt+ODER+Kai&source=KURZDIENST&limit=7&sort={sort}", []
    while path:
        response = client.get(path)
        body = json.loads(response.data)
        seen += [hit["id"] for hit in body["hits"]]
        links = ", ".join(response.headers.getlist("Link"))
        assert ('rel="next"' in links) is bool(body["next"])
        path = (body["next"] or "").removeprefix(SITE)
    assert len(seen) == len(set(seen)) == body["total"] == 59


def test_numbered_pages_are_the_same_pages(client: FlaskClient) -> None:
    numbered = [
        hit["id"]
        for page in (1, 2, 3)
        for hit in get(client, f"/api/v1/search?limit=5&page={page}")["hits"]
    ]
    assert numbered == [hit["id"] for hit in get(client, "/api/v1/search?limit=15")["hits"]]
    assert get(client, "/api/v1/search?limit=5&page=500")["hits"] == []


def test_an_answer_links_to_its_feed(client: FlaskClient) -> None:
    link = client.get("/api/v1/search?q=Hafen&limit=1").headers.getlist("Link")[0]
    address, options = parse_options_header(link)
    assert options == {"rel": "alternate", "type": "application/atom+xml"}
    assert address == f"<{SITE}/search.atom?q=Hafen>"


def test_an_article_under_its_field_names(
    client: FlaskClient, articles: dict[str, Article], description: dict[str, Any]
) -> None:
    article = articles["hafen"]
    for key in (article.id, token(article.id)):
        body = get(client, f"/api/v1/articles/{key}")
        holds(description, "ArticleAnswer", body)
        assert body.pop("page") == SITE + article_path(article)
        assert body.pop("canonical") == article.id
        assert body.pop("duplicates") == []
        assert body == to_dict(article)
        assert from_json(json.dumps(body)) == article


def test_scripts_of_other_sites_may_read(client: FlaskClient) -> None:
    for path in ("/api/v1/search", "/api/v1/openapi.json"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_an_answer_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/search?q=Hafen")
    again = client.get("/api/v1/search?q=Hafen", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_description(description: dict[str, Any], own_settings: Settings) -> None:
    assert description["openapi"].startswith("3.1")
    assert description["servers"] == [{"url": SITE}]
    assert set(description["paths"]) == {
        "/api/v1/search", "/api/v1/articles/{id}", "/api/v1/changes",
    }  # fmt: skip
    parameters = description["paths"]["/api/v1/search"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {
        "q", "section", "author", "agency", "source", "topic", "from", "to",
        "sort", "limit", "cursor", "page",
    }  # fmt: skip
    jsonschema_rs.meta.validate(description["components"]["schemas"]["SearchAnswer"])


def test_whatever_is_asked_keeps_to_the_description(live_server: str) -> None:
    """A fuzzer reads the description and asks the running server, well and badly, 800 times."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run"),
        f"{live_server}/api/v1/openapi.json",
        *("--phases", "examples,coverage,fuzzing", "--checks", "all", "--seed", "1"),
        # a text that keeps to its JSON Schema may still be no query ("((("), a cursor none of ours
        *("--exclude-checks", "positive_data_acceptance"),
        *("--max-examples", "60", "--generation-deterministic"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
