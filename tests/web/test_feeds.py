"""Feeds over HTTP: what they hold, when 304 is the answer, and that the command says the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from newsfeed.article import Article, Block
from newsfeed.feeds import FORMATS, Format
from newsfeed.search.interface import Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import create_app
from newsfeed.web.links import article_path
from newsfeed.web.newsstand import NoSuchFeed, build_document
from newsfeed.web.parameters import BadParameters

SITE = "https://abendbote.example"
NAMES = (
    "latest",
    "sections/politik",
    "authors/joerg-mueller",
    "topics/hafen",
    "agencies/dpa",
    "sources/abendbote",
    "search?q=Hafen",
    "search?q=Hafen&section=wirtschaft&from=2022-02-01",
)


def address(name: str, format: Format) -> str:
    path, _, query = name.partition("?")
    return (
        ("/" if path == "search" else "/feeds/") + f"{path}.{format}" + ("?" + query) * bool(query)
    )


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_every_feed_holds_its_articles(client: FlaskClient, name: str, format: Format) -> None:
    response = client.get(address(name, format))
    assert response.status_code == 200
    parsed = feedparser.parse(response.data) if format != "json" else None
    if parsed is not None:
        assert not parsed.bozo
        entries = [(entry.id, entry.link) for entry in parsed.entries]
    else:
        entries = [(item["id"], item["url"]) for item in json.loads(response.data)["items"]]
    harbour = ("tag:newsfeed.test,2026:hafen", f"{SITE}/wirtschaft/hafenkraene")
    assert (harbour in entries) is ("politik" not in name)
    assert 0 < len(entries) <= 50


def test_an_entry_says_all_there_is(client: FlaskClient, articles: dict[str, Article]) -> None:
    feed = client.get("/feeds/latest.json").get_json(force=True)
    item = feed["items"][0]
    assert item["title"] == articles["hafen"].headline
    assert item["summary"] == articles["hafen"].standfirst
    content = html.document_fromstring(item["content_html"])
    text = " ".join(" ".join(map(str, content.itertext())).split())
    for expected in (
        "Seit dem frühen Morgen",
        "Um fünf Uhr früh",
        "Die nächste Verhandlungsrunde soll am Donnerstag beginnen.",
        "Mara Lindqvist/dpa",
        "Tom Brandt",
        "Schiffe warten auf der Reede",
    ):
        assert expected in text
    assert len(content.findall(".//figure")) == 2
    assert [image.get("src") for image in content.iter("img")] == ["https://bilder.example/kai.jpg"]
    assert [link.get("href") for link in content.iter("a")] == [
        "https://abendbote.example/nachtschicht"
    ]


def test_an_article_without_an_address_of_its_own_leads_to_our_page(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    feed = client.get("/feeds/sections/sport.json").get_json(force=True)
    assert feed["items"][0]["url"] == SITE + article_path(articles["pokal"])


@pytest.mark.parametrize("format", FORMATS)
def test_content_of_a_hostile_article_is_harmless(client: FlaskClient, format: Format) -> None:
    response = client.get(f"/search.{format}?q=Köpfe")
    if format == "json":
        [item] = json.loads(response.data)["items"]
        content, url = item["content_html"], item["url"]
    else:
        [entry] = feedparser.parse(response.data, sanitize_html=False).entries
        content, url = entry.content[0].value, entry.link
    assert url.startswith(SITE + "/articles/")
    for element in html.fromstring(f"<div>{content}</div>").iter():
        assert element.tag in {"div", "p", "strong", "em", "h2", "figure", "figcaption", "img"}
        assert set(element.keys()) <= {"src", "alt"}
        assert (element.get("src") or "http").startswith("http")


def test_a_summary_feed_has_no_content_and_another_name(client: FlaskClient) -> None:
    full = client.get("/feeds/latest.json").get_json(force=True)
    summary = client.get("/feeds/latest.json?content=summary").get_json(force=True)
    assert all("content_html" in item for item in full["items"])
    assert summary["feed_url"] == f"{SITE}/feeds/latest.json?content=summary"
    for format in ("atom", "rss"):
        path = f"/feeds/latest.{format}?content=summary"
        parsed = feedparser.parse(client.get(path).data)
        assert not any("content" in entry for entry in parsed.entries)
        assert parsed.entries[0].summary == summary["items"][0]["summary"]


def test_a_summary_is_never_empty(client: FlaskClient) -> None:
    feed = client.get("/search.json?q=Straßenbahnnetz&content=summary").get_json(force=True)
    assert feed["items"][0]["summary"] == (
        "Der Stadtrat hat am Mittwoch das neue Netz beschlossen."
    )


def test_titles_name_the_feed(client: FlaskClient) -> None:
    def title(path: str) -> str:
        return str(client.get(path).get_json(force=True)["title"])

    assert title("/feeds/latest.json") == "Abendbote"
    assert title("/feeds/authors/joerg-mueller.json") == "Abendbote – Jörg Müller"
    assert title("/search.json?q=Hafen&author=joerg-mueller&topic=nirgends") == (
        "Abendbote – Suche nach „Hafen“, Jörg Müller, nirgends"
    )


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", [*NAMES, "search?q=Quastenflosser"])
def test_the_command_says_what_the_server_says(
    paper_settings: Settings,
    paper_index: SearchIndex,
    client: FlaskClient,
    name: str,
    format: Format,
) -> None:
    document = build_document(paper_index, paper_settings, name, format)
    response = client.get(address(name, format))
    assert response.data == document.body
    assert response.headers["ETag"] == document.validators.etag
    assert response.content_type == document.media_type


def test_names_that_are_no_feeds(paper_settings: Settings, paper_index: SearchIndex) -> None:
    for name in (
        "",
        "lates",
        "sections",
        "sections/",
        "sections/nichts",
        "feeds/latest",
        "/latest",
    ):
        with pytest.raises(NoSuchFeed):
            build_document(paper_index, paper_settings, name, "atom")
    for name in ("search?frobnicate=1", "search?q=a&q=b", "search?from=gestern"):
        with pytest.raises(BadParameters):
            build_document(paper_index, paper_settings, name, "atom")


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/feeds/latest.atom?content=full", "/feeds/latest.atom"),
        ("/feeds/latest.atom?limit=050", "/feeds/latest.atom"),
        ("/feeds/latest.atom?q=", "/feeds/latest.atom"),
        (
            "/feeds/latest.rss?limit=5&updates=none&content=summary",
            "/feeds/latest.rss?content=summary&updates=none&limit=5",
        ),
        ("/feeds/sections/Politik.json", "/feeds/sections/politik.json"),
        (
            "/feeds/authors/J%C3%B6rg%20M%C3%BCller.atom?content=summary",
            "/feeds/authors/joerg-mueller.atom?content=summary",
        ),
        ("/feeds/latest/2022-02.atom?limit=50", "/feeds/latest/2022-02.atom"),
        ("/search.atom?q=+Hafen++Kai", "/search.atom?q=Hafen+Kai"),
        ("/search.atom?q=Hafen&author=&content=full", "/search.atom?q=Hafen"),
        (
            "/search.atom?section=Wirtschaft&limit=7&q=Hafen&updates=all",
            "/search.atom?q=Hafen&section=wirtschaft&updates=all&limit=7",
        ),
    ],
)
def test_each_feed_has_one_address(client: FlaskClient, asked: str, address: str) -> None:
    moved = client.get(asked)
    assert (moved.status_code, moved.headers["Location"]) == (301, address)
    assert moved.headers["Cache-Control"] == "public, max-age=86400"
    assert moved.headers["Access-Control-Allow-Origin"] == "*"
    head = client.head(asked)
    assert (head.status_code, head.headers["Location"]) == (301, address)
    there = client.get(address)
    assert there.status_code == 200
    assert links(there)[0] == ("self", SITE + address)


@pytest.mark.parametrize(
    "address",
    [
        "/search.atom?q=Hafen%20Kai",
        "/search.atom?q=Hafen+Kai",
        "/search.atom?q=%48afen+%4bai",
        "/feeds/%6catest.atom",
    ],
)
def test_other_ways_to_write_a_character_are_no_other_address(
    client: FlaskClient, address: str
) -> None:
    """A proxy that writes addresses its own way would be sent in circles."""
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("format", FORMATS)
def test_a_feed_of_nothing_is_a_feed(client: FlaskClient, format: Format) -> None:
    first = client.get(f"/search.{format}?q=Quastenflosser")
    assert first.status_code == 200
    assert "Last-Modified" not in first.headers
    again = client.get(
        f"/search.{format}?q=Quastenflosser", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


CONDITIONS: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 200),
    ({"If-None-Match": "{etag}"}, 304),
    ({"If-None-Match": "{strong}"}, 304),
    ({"If-None-Match": '"x", {etag}'}, 304),
    ({"If-None-Match": '"x",{strong},"y"'}, 304),
    ({"If-None-Match": 'W/"{opaque}-gzip"'}, 304),
    ({"If-None-Match": '"{opaque};gzip"'}, 304),
    ({"If-None-Match": "{opaque}"}, 304),
    ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": '""'}, 200),
    ({"If-None-Match": ""}, 200),
    ({"If-None-Match": '"x"'}, 200),
    ({"If-None-Match": "{etag}x"}, 304),
    ({"If-None-Match": '"{opaque}x"'}, 200),
    ({"If-None-Match": 'W/"'}, 200),
    ({"If-Modified-Since": "{date}"}, 304),
    ({"If-Modified-Since": "{later}"}, 304),
    ({"If-Modified-Since": "{earlier}"}, 200),
    ({"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 GMT"}, 200),
    ({"If-Modified-Since": "gestern"}, 200),
    ({"If-Modified-Since": ""}, 200),
    ({"If-Modified-Since": "Mon, 99 Foo 99999 99:99:99 GMT"}, 200),
    ({"If-None-Match": '"x"', "If-Modified-Since": "{later}"}, 200),
    ({"If-None-Match": "{etag}", "If-Modified-Since": "{earlier}"}, 304),
    ({"If-None-Match": "{etag}", "Accept-Encoding": "gzip"}, 304),
    ({"If-None-Match": "{etag}", "Accept-Encoding": "br, gzip;q=0.5, *;q=0"}, 304),
)


def test_an_old_article_that_arrives_late_moves_last_modified(
    own_client: FlaskClient, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    """newsboat drops a body whose Last-Modified is no newer than what it has."""
    late, *others = sorted(articles.values(), key=lambda article: article.date)[-10:]
    seen = datetime(2026, 3, 1, 8, tzinfo=UTC)
    own_index.update([replace(article, changed=seen) for article in others], 1)
    before = own_client.get("/feeds/latest.atom").headers["Last-Modified"]
    own_index.update([replace(late, changed=seen + timedelta(hours=1))], 2)
    after = own_client.get("/feeds/latest.atom", headers={"If-Modified-Since": before})
    assert after.status_code == 200
    assert after.headers["Last-Modified"] == "Sun, 01 Mar 2026 09:00:00 GMT"


def test_last_modified_says_nothing_while_its_second_lasts(
    own_client: FlaskClient, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    (article, *_) = articles.values()
    own_index.update([replace(article, changed=datetime.now(UTC))], 1)
    assert "Last-Modified" not in own_client.get("/feeds/latest.atom").headers


@pytest.mark.parametrize(("headers", "status"), CONDITIONS)
def test_conditional_requests(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    first = client.get("/feeds/latest.atom")
    modified = datetime(2022, 2, 28, 13, 30, tzinfo=UTC)
    assert first.headers["Last-Modified"] == format_datetime(modified, usegmt=True)
    etag = first.headers["ETag"]
    known = {
        "etag": etag,
        "strong": etag.removeprefix("W/"),
        "opaque": etag.removeprefix("W/").strip('"'),
        "date": first.headers["Last-Modified"],
        "later": format_datetime(modified + timedelta(seconds=1), usegmt=True),
        "earlier": format_datetime(modified - timedelta(seconds=1), usegmt=True),
    }
    for method in ("GET", "HEAD"):
        response = client.open(
            "/feeds/latest.atom",
            method=method,
            headers={name: value.format(**known) for name, value in headers.items()},
        )
        assert response.status_code == status
        assert response.headers["ETag"] == etag
        if status == 200:  # a 304 with an ETag needs none (RFC 9110, 15.4.5)
            assert response.headers["Last-Modified"] == known["date"]
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Vary"] == "Accept-Encoding, A-IM"
        assert bool(response.data) is (status == 200 and method == "GET")


def links(response: TestResponse) -> list[tuple[str, str]]:
    """The Link header as relations and targets, each once quoted as hubs want it."""
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"', response.headers["Link"])
    return [(relation, target) for target, relation in found]


def test_headers_for_readers_and_scripts(client: FlaskClient) -> None:
    response = client.get("/search.rss?q=Hafen")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert exposed == ["ETag", "IM", "Last-Modified", "Link", "Retry-After"]
    assert links(response) == [
        ("self", f"{SITE}/search.rss?q=Hafen"),
        ("alternate", f"{SITE}/search?q=Hafen"),
        ("alternate", f"{SITE}/search.atom?q=Hafen"),
        ("alternate", f"{SITE}/search.json?q=Hafen"),
    ]


def test_documents_of_one_feed_lead_to_each_other(client: FlaskClient) -> None:
    current = dict(links(client.get("/feeds/latest.atom")))
    seen = []
    path = current["prev-archive"]
    while path:
        archive = client.get(path.removeprefix(SITE))
        assert archive.status_code == 200
        assert archive.headers["Cache-Control"] == "public, max-age=86400"
        assert archive.headers["Vary"] == "Accept-Encoding"
        around = dict(links(archive))
        assert around["current"] == f"{SITE}/feeds/latest.atom"
        again = client.get(
            path.removeprefix(SITE), headers={"If-None-Match": archive.headers["ETag"]}
        )
        assert again.status_code == 304
        assert links(again) == links(archive)
        seen.append(path)
        path = around.get("prev-archive", "")
    assert len(seen) == 2


def test_pages_of_a_search_lead_on(client: FlaskClient) -> None:
    path = "/search.json?q=Nachricht&limit=25"
    entries: list[str] = []
    while path:
        page = client.get(path)
        assert page.status_code == 200, path
        entries += [item["id"] for item in json.loads(page.data)["items"]]
        path = dict(links(page)).get("next", "").removeprefix(SITE)
    assert len(entries) == len(set(entries)) == 59


def test_the_hub_is_named_where_it_is_told(
    own_settings: Settings, growing: tuple[SearchIndex, dict[str, Article]]
) -> None:
    hub = own_settings.model_copy(update={"hub": "https://hub.example/"})
    index, _ = growing
    client = create_app(hub, index).test_client()
    response = client.get("/feeds/latest.atom")
    assert links(response)[:2] == [
        ("self", f"{SITE}/feeds/latest.atom"),
        ("hub", "https://hub.example/"),
    ]
    again = client.get("/feeds/latest.atom", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, links(again)) == (304, links(response))
    for path in (
        "/search.atom?q=Hafen",
        "/feeds/latest.atom?limit=5",
        "/feeds/latest/2022-02.atom",
    ):
        assert "hub" not in dict(links(client.get(path)))


def test_a_long_search_has_no_endless_headers(client: FlaskClient) -> None:
    response = client.get("/search.atom?q=" + "%F0%9F%93%B0" * 300)
    assert response.status_code == 200
    assert len(response.headers["Link"]) < 5000
    assert links(response)[0][0] == "self"


PREFLIGHT = {
    "Origin": "https://leser.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "a-im,if-modified-since,if-none-match",
}


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/latest.atom",
        "/feeds/sections/politik.rss",
        "/search.json?q=Hafen",
        "/feeds.opml",
        "/api/v1/search",
    ],
)
def test_a_script_may_poll_properly(client: FlaskClient, path: str) -> None:
    """What a browser checks after its question (Fetch standard, CORS-preflight fetch)."""
    answer = client.options(path, headers=PREFLIGHT)
    assert answer.status_code == 204
    assert answer.data == b""
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert set(PREFLIGHT["Access-Control-Request-Headers"].split(",")) == set(allowed)
    assert answer.headers["Access-Control-Max-Age"] == "86400"


@pytest.mark.parametrize(
    ("path", "status"), [("/", 405), ("/healthz", 405), ("/nichts.atom", 404), ("/api/nichts", 404)]
)
def test_a_script_may_not_ask_for_what_is_not_for_scripts(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.options(path, headers=PREFLIGHT)
    assert answer.status_code == status
    assert "Access-Control-Allow-Methods" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_withdrawn_feed_is_gone(
    own_settings: Settings, growing: tuple[SearchIndex, dict[str, Article]], method: str
) -> None:
    closed = own_settings.model_copy(update={"withdrawn_feeds": ("sections/sport", "latest")})
    index, _ = growing
    client = create_app(closed, index).test_client()
    for path in ("/feeds/latest.atom", "/feeds/sections/sport.rss", "/feeds/sections/Sport.json"):
        gone = client.open(path, method=method, headers={"If-None-Match": "*"})
        assert gone.status_code == 410
        assert gone.content_type == "application/problem+json"
        assert gone.headers["Cache-Control"] == "public, max-age=3600"
        assert gone.headers["Access-Control-Allow-Origin"] == "*"
        assert bool(gone.data) is (method == "GET")
    assert client.get("/feeds/sections/politik.atom").status_code == 200


def test_head_says_how_long_the_feed_is(client: FlaskClient) -> None:
    got = client.get("/feeds/latest.atom")
    head = client.head("/feeds/latest.atom")
    assert head.data == b""
    assert head.headers["Content-Length"] == str(len(got.data))


class Story:
    """A feed watched by a reader that keeps the last validator."""

    def __init__(self, client: FlaskClient, path: str) -> None:
        self._client = client
        self._path = path
        self._etag = ""

    def news(self) -> bool:
        response = self._client.get(self._path, headers={"If-None-Match": self._etag})
        self._etag = response.headers["ETag"]
        return response.status_code == 200


@pytest.fixture
def growing(
    own_index: SearchIndex, articles: dict[str, Article]
) -> tuple[SearchIndex, dict[str, Article]]:
    own_index.update(articles.values(), sequence=1)
    return own_index, articles


def test_a_validator_moves_when_the_feed_does_and_only_then(
    growing: tuple[SearchIndex, dict[str, Article]], own_client: FlaskClient
) -> None:
    index, articles = growing
    latest = Story(own_client, "/feeds/latest.atom")
    sport = Story(own_client, "/feeds/sections/sport.atom")
    assert latest.news()
    assert sport.news()
    assert not latest.news()
    changed = replace(articles["hafen"], body=(Block("paragraph", "Alles ist anders."),))
    index.update([changed], sequence=2)
    assert latest.news()
    assert not latest.news()
    assert not sport.news()
    # the oldest of 64 is in no feed of 50: its change is no news there
    index.update([replace(articles["kurz-58"], headline="Ganz alt, ganz neu")], sequence=3)
    assert not latest.news()
    index.update([Removal(articles["pokal"].id)], sequence=4)
    assert latest.news()
    assert sport.news()
    index.update([articles["hafen"]], sequence=5)
    assert latest.news()


def test_a_second_process_gives_the_same_validator(
    growing: tuple[SearchIndex, dict[str, Article]],
    own_settings: Settings,
    own_client: FlaskClient,
) -> None:
    from newsfeed.search import open_index

    other = open_index(own_settings)
    document = build_document(other, own_settings, "latest", "atom")
    assert document.validators.etag == own_client.get("/feeds/latest.atom").headers["ETag"]
    other.close()


def test_other_settings_are_another_validator(
    growing: tuple[SearchIndex, dict[str, Article]], own_settings: Settings
) -> None:
    index, _ = growing
    documents = [
        build_document(index, own_settings.model_copy(update=changed), "latest", "atom")
        for changed in (
            {},
            {"title": "Morgenbote"},
            {"description": ""},
            {"base_url": "https://other.example"},
            {"language": "de-AT"},
            {"feed_ttl": 60},
            {"workers": 3},
        )
    ]
    etags = {document.validators.etag for document in documents}
    assert len(etags) == 6
