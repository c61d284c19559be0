"""Whatever is asked, the answer is a clear one: a page for people, a problem for programs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from newsfeed.article import Article, token
from newsfeed.indexer import Indexer
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.search.interface import Query, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.links import article_path
from newsfeed.web.parameters import ApiSearch
from newsfeed.web.protection import HEADERS
from newsfeed.web.responses import is_open

PAGES = (
    "/",
    "/search",
    "/sections/politik",
    "/authors/joerg-mueller",
    "/topics/hafen",
    "/agencies/dpa",
    "/sources/abendbote",
    "/feeds",
    "/feeds/latest",
    "/feeds/sections/politik",
)
DOCUMENTS = (
    "/feeds/latest.atom",
    "/feeds/sections/politik.rss",
    "/feeds/authors/joerg-mueller.json",
    "/feeds/latest/2022-02.atom",
    "/search.atom",
    "/feeds.opml",
    "/feeds/topics.opml",
    "/opensearch.xml",
    "/sitemap.xml",
    "/sitemap-2022-02.xml",
    "/sitemap-news.xml",
    "/robots.txt",
    "/api/v1/search",
    "/api/v1/openapi.json",
    "/healthz",
    "/readyz",
)


def problem(response: TestResponse) -> dict[str, Any]:
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = response.get_json(force=True)
    assert body["status"] == response.status_code
    assert body["type"].startswith("tag:")
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/search?frobnicate=1", "frobnicate"),
        ("/api/v1/search?q=a&q=b", "q"),
        ("/api/v1/search?from=gestern", "from"),
        ("/api/v1/search?to=2022-02-30", "to"),
        ("/api/v1/search?from=2022-02-24T05:00:00", "from"),
        ("/api/v1/search?from=", "from"),
        ("/api/v1/search?page=0", "page"),
        ("/api/v1/search?page=1.0", "page"),
        ("/api/v1/search?page=%D9%A3", "page"),
        ("/api/v1/search?page=99999999999999999999", "page"),
        ("/api/v1/search?limit=101", "limit"),
        ("/api/v1/search?limit=-1", "limit"),
        ("/api/v1/search?sort=random", "sort"),
        ("/api/v1/search?section=", "section"),
        ("/api/v1/search?cursor=x&page=1", "page"),
        ("/api/v1/search?cursor=forged", "cursor"),
        ("/api/v1/search?q=%22offen", "q"),
        ("/api/v1/search?q=" + "a" * 1025, "q"),
        ("/api/v1/search?q=" + "(" * 30 + "a" + ")" * 30, "q"),
        ("/api/v1/search?q=" + "+".join("abcdefghij"[i % 10] for i in range(70)), "q"),
        ("/search.atom?q=%22offen", "q"),
        ("/search.atom?sort=newest", "sort"),
        ("/feeds/latest.atom?content=half", "content"),
    ],
)
def test_a_problem_names_the_parameter(client: FlaskClient, path: str, parameter: str) -> None:
    response = client.get(path)
    assert response.status_code == 400, response.text
    assert problem(response)["parameter"] == parameter


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/search?page=zwei", "page: muss eine ganze Zahl sein"),
        ("/search?frobnicate=1", "frobnicate: ist hier kein bekannter Parameter"),
        ("/search?from=gestern", "from: muss ein Tag wie 2022-02-24"),
        ("/search?q=Hafen&q=Kai", "q: darf nur einmal dastehen"),
        ("/sections/politik?page=501", "page: darf höchstens 500 sein"),
    ],
)
def test_a_browser_gets_a_friendly_page(client: FlaskClient, path: str, words: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert response.content_type == "text/html; charset=utf-8"
    assert words in response.text
    assert '<form class="finder"' in response.text


def test_a_syntax_error_is_shown_where_it_is(client: FlaskClient) -> None:
    response = client.get('/search?q=Hafen "Kai <b>')
    assert response.status_code == 400
    assert "<code>Hafen <mark>&#34;</mark>Kai &lt;b&gt;</code>" in response.text
    assert 'value="Hafen &#34;Kai &lt;b&gt;"' in response.text


@pytest.mark.parametrize("path", [*PAGES, *DOCUMENTS])
def test_every_address_refuses_what_it_does_not_know(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.get(path + "?unbekannt=1").status_code == 400
    assert client.get(path + "?q=1&q=2").status_code == 400


@pytest.mark.parametrize(
    "path", [*PAGES, *DOCUMENTS, "/nichts", "/api/v1/nichts", "/search?page=x"]
)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    for response in (client.get(path), client.head(path), client.post(path)):
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert "charset=utf-8" in response.content_type or "json" in response.content_type
        assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [*PAGES, *DOCUMENTS])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(path, method=method, data=b"x")
    asks = method == "OPTIONS" and is_open(path)  # whether a script of another site may read
    assert response.status_code == (204 if asks else 405)
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/api/v1/articles/nichts", "Diesen Artikel gibt es nicht."),
        ("/api/v1/nichts", "Unter dieser Adresse gibt es nichts."),
        ("/feeds/sections/nichts.atom", "Zu „nichts“ gibt es keine Artikel."),
        ("/feeds/nichts.atom", "Einen Feed „nichts“ gibt es nicht."),
    ],
)
def test_what_is_not_there_is_a_problem(client: FlaskClient, path: str, detail: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert problem(response)["detail"] == detail


@pytest.mark.parametrize(
    "path",
    [
        "/nichts",
        "/search/",
        "/articles/nichts",
        "/articles/hafen-aaaaaaaaaaaaaaaa",
        "/sections/nichts",
        "/authors/%00",
        "/topics/%ff%fe",
        "/sections/" + "a" * 5000,
        "/topics/kurzmeldung?page=4",
        "/static/../pages.py",
        "/static/nichts.css",
    ],
)
def test_what_is_not_there_is_a_page_for_people(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "text/html; charset=utf-8"
    assert "Nicht gefunden" in response.text


def test_a_withdrawn_article_is_gone_everywhere(
    own_settings: Settings, own_index: SearchIndex, own_client: FlaskClient
) -> None:
    corpus = own_settings.corpus
    for section, name in (("Wirtschaft", "hafen"), ("Sport", "pokal"), ("Kultur", "bleibt")):
        (corpus / section).mkdir(parents=True)
        (corpus / section / f"{name}.txt").write_text(CAPTURE.replace("Hafen", name.title()))
    index_corpus(own_settings, own_index)
    marked = article_named(own_index, "Hafen")
    removed = article_named(own_index, "Pokal")
    assert own_client.get(article_path(marked)).status_code == 200
    (corpus / "Wirtschaft" / "hafen.meta.toml").write_text('withdrawn = "Alles war <i>falsch</i>."')
    (corpus / "Sport" / "pokal.txt").unlink()
    index_corpus(own_settings, own_index)
    page = own_client.get(article_path(marked))
    assert page.status_code == 410
    assert "Dieser Artikel wurde zurückgezogen. Alles war &lt;i&gt;falsch&lt;/i&gt;." in page.text
    assert own_client.get(article_path(removed)).status_code == 410
    for key in (marked.id, token(marked.id)):
        gone = problem(own_client.get(f"/api/v1/articles/{key}"))
        assert gone["status"] == 410
        assert gone["detail"].endswith("Alles war <i>falsch</i>.")
        assert datetime.fromisoformat(gone["withdrawn"]).tzinfo is not None
    removal = problem(own_client.get(f"/api/v1/articles/{removed.id}"))
    assert removal["detail"] == "Dieser Artikel wurde zurückgezogen."
    for path in ("/sections/wirtschaft", "/sections/sport"):
        assert "Hafen im Morgengrauen" not in own_client.get(path).text
    feed = own_client.get("/feeds/latest.atom").text
    for article in (marked, removed):
        assert f"<id>{article.id}</id>" not in feed
        assert f'ref="{article.id}"' in feed  # RFC 6721: taken back, not just missing


def test_without_an_index_there_is_patience(
    own_client: FlaskClient, own_index: SearchIndex, own_settings: Settings
) -> None:
    for path in (*PAGES[:2], *DOCUMENTS[:1], "/readyz", "/api/v1/search"):
        response = own_client.get(path)
        assert response.status_code == 503, path
        assert int(response.headers["Retry-After"]) > 0
        assert str(own_settings.index) not in response.text
    assert own_client.get("/nichts").content_type.startswith("text/html")
    assert own_client.get("/healthz").status_code == 200
    own_index.update([], sequence=1)
    for path in (*PAGES[:2], *DOCUMENTS[:1], "/readyz", "/api/v1/search"):
        assert own_client.get(path).status_code == 200, path


def test_a_failure_of_ours_is_a_number_and_a_log_line(
    own_index: SearchIndex, own_client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    own_index.update([], sequence=1)
    application = own_client.application

    def fail() -> str:
        raise RuntimeError("/geheim/pfad und SELECT password")

    application.add_url_rule("/api/fail", view_func=fail)
    application.add_url_rule("/fail", endpoint="fail_page", view_func=fail)
    with caplog.at_level(logging.ERROR, logger="newsfeed.web.problems"):
        body = problem(own_client.get("/api/fail"))
        page = own_client.get("/fail")
    assert body["status"] == page.status_code == 500
    for text in (str(body), page.text):
        assert "geheim" not in text
        assert "Traceback" not in text
        assert "RuntimeError" not in text
    numbers = [record.args[0] for record in caplog.records if isinstance(record.args, tuple)]
    assert body["error"] in numbers
    assert all(str(number) in str(body) + page.text for number in numbers)


def test_long_lines_and_many_parameters(client: FlaskClient) -> None:
    assert client.get("/search?q=" + "a" * 8200).status_code == 414
    assert (
        client.get("/api/v1/search?" + "&".join(f"p{i}=1" for i in range(101))).status_code == 400
    )
    assert client.get("/", data=b"x" * 1_000_001).status_code == 413


def test_the_host_header_is_never_believed(client: FlaskClient) -> None:
    for path in ("/", "/search?q=Hafen", "/feeds/latest.atom", "/authors/JOERG-MUELLER"):
        response = client.get(
            path, headers={"Host": "angreifer.example", "X-Forwarded-Host": "angreifer.example"}
        )
        assert "angreifer.example" not in response.text
        assert "angreifer.example" not in str(response.headers)
    # a router that tidies slashes up would do so with the Host header
    for path in ("//search", "/articles//x", "", "//angreifer.example/..", "*"):
        response = client.get(
            "/", environ_overrides={"PATH_INFO": path, "HTTP_HOST": "angreifer.example"}
        )
        assert response.status_code in (200, 404)
    assert client.get("/", headers={"Host": "<script>"}).status_code < 500


NAMES = st.sampled_from([*ApiSearch.model_json_schema()["properties"], "content", "x"])
VALUES = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.dates().map(str),
    st.sampled_from(
        ["0001-01-01", "9999-12-31", "9999-12-31T23:59:60-23:59", "0001-01-01T00:00:00+23:59"]
    ),
)


@trying(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from([*PAGES, *DOCUMENTS, "/articles/x", "/api/v1/articles/x"]),
    parameters=st.lists(st.tuples(NAMES, VALUES), max_size=4),
)
def test_no_parameter_makes_a_failure(
    client: FlaskClient, path: str, parameters: list[tuple[str, str]]
) -> None:
    response = client.get(f"{path}?{urlencode(parameters, errors='replace')}")
    assert response.status_code in (200, 301, 400, 404)


@trying(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.text(alphabet=st.characters(codec="latin-1"), max_size=60), query=st.binary(max_size=60)
)
def test_no_address_makes_a_failure(client: FlaskClient, path: str, query: bytes) -> None:
    response = client.get(
        "/",
        environ_overrides={"PATH_INFO": "/" + path, "QUERY_STRING": query.decode("latin-1")},
    )
    assert response.status_code in (200, 301, 400, 404)


CAPTURE = """Hafen im Morgengrauen

Ein Besuch am Kai, bevor die Stadt erwacht.

Noch ist es dunkel, als die ersten Möwen über das Wasser ziehen. Auf dem Kai stehen drei Männer
und warten auf das Boot, das sie hinausbringen soll.

Eine Stunde später ist alles anders: Kräne drehen sich, Lastwagen rollen, und im Hafen riecht es
nach Diesel und frischem Brot.
"""


def index_corpus(settings: Settings, index: SearchIndex) -> None:
    register = Register(settings.register_path, settings.tag_authority)
    with ReaderPool(1) as pool:
        report = Indexer(settings, register, index, pool).index(datetime.now(UTC))
    register.close()
    assert report.problems == []


def article_named(index: SearchIndex, word: str) -> Article:
    (hit,) = index.search(Query(text=f"headline:{word}")).hits
    return hit.article
