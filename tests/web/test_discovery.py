"""How programs find what there is: OPML, OpenSearch, robots.txt, by their specifications."""

from __future__ import annotations

import re
import struct
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from newsfeed.article import Article
from newsfeed.feed_names import KINDS
from newsfeed.search import open_index
from newsfeed.search.interface import Removal, SearchIndex
from newsfeed.settings import Settings, load_settings
from newsfeed.web import create_app, subscriptions
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.directory import LISTED, TITLES
from newsfeed.web.subscriptions import MAX_KEPT, PIECE, Subscriptions

SITE = "https://abendbote.example"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
TOPICS = LISTED + 7
"""More than the page of all feeds shows."""


def about(*topics: str) -> Article:
    """An article about all of these topics."""
    return Article(
        headline="Vieles auf einmal",
        id=f"tag:newsfeed.test,2026:{topics[0]}",
        published=datetime(2022, 2, 24, tzinfo=UTC),
        topics=topics,
    )


def fill(index: SearchIndex, topics: int) -> None:
    names = [f"Thema {number}" for number in range(topics)]
    index.update((about(*names[start : start + 50]) for start in range(0, topics, 50)), sequence=1)


def opml(client: FlaskClient, path: str = "/feeds.opml") -> etree._Element:
    """The document at `path`, after the rules of OPML 2.0 were held against it."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.content_type == "text/x-opml; charset=utf-8"
    root = etree.fromstring(response.data)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title")
    assert len(root[1]), "the body holds at least one outline"
    for outline in root.iter("outline"):
        assert outline.get("text")
        if outline.get("type") is None:
            assert len(outline), "an empty folder"
            continue
        assert outline.get("type") == "rss"
        assert str(outline.get("xmlUrl")).startswith(f"{SITE}/")
        assert str(outline.get("htmlUrl")).startswith(f"{SITE}/")
    return root


def subscribed(root: etree._Element) -> dict[str, str]:
    """The feeds' paths with their titles."""
    return {
        str(outline.get("xmlUrl")).removeprefix(SITE): str(outline.get("text"))
        for outline in root.iter("outline")
        if outline.get("type")
    }


def test_the_opml_file_lists_every_feed(client: FlaskClient) -> None:
    root = opml(client)
    folders = [str(outline.get("text")) for outline in root.iterfind("body/outline")]
    assert folders == ["Alle Artikel", *TITLES.values()]
    found = subscribed(root)
    for path in (
        "/feeds/latest.atom",
        "/feeds/sections/wirtschaft.atom",
        "/feeds/topics/fussball.atom",
        "/feeds/agencies/dpa.atom",
        "/feeds/sources/kurzdienst.atom",
    ):
        assert path in found
    assert found["/feeds/authors/ayse-yildiz.atom"] == "Ayşe Yıldız"
    for path in found:
        assert client.get(path).status_code == 200, path
    for outline in root.iter("outline"):
        if page := outline.get("htmlUrl"):
            assert client.get(page.removeprefix(SITE)).status_code == 200, page


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_feeds_has_a_file_of_its_own(client: FlaskClient, kind: str) -> None:
    own = subscribed(opml(client, f"/feeds/{kind}.opml"))
    every = subscribed(opml(client))
    assert own == {path: every[path] for path in every if path.startswith(f"/feeds/{kind}/")}
    assert own


def test_the_opml_file_has_more_than_the_page_shows(
    own_client: FlaskClient, own_index: SearchIndex
) -> None:
    fill(own_index, TOPICS)
    page = own_client.get("/feeds").text
    assert page.count('href="/topics/') == LISTED
    assert "die 500 häufigsten von 507" in page
    every = subscribed(opml(own_client))
    assert len([path for path in every if path.startswith("/feeds/topics/")]) == TOPICS


def test_the_opml_file_is_live(own_client: FlaskClient, own_index: SearchIndex) -> None:
    own_index.update([about("Hafen")], sequence=1)
    first = own_client.get("/feeds.opml")
    assert "/feeds/topics/hafen.atom" in subscribed(opml(own_client))
    again = {"If-None-Match": first.headers["ETag"]}
    assert own_client.get("/feeds.opml", headers=again).status_code == 304
    own_index.update([about("Kai")], sequence=2)
    assert own_client.get("/feeds.opml", headers=again).status_code == 200
    assert "/feeds/topics/kai.atom" in subscribed(opml(own_client))
    own_index.update([Removal(about("Kai").id)], sequence=3)
    assert "/feeds/topics/kai.atom" not in subscribed(opml(own_client))
    assert own_client.get("/feeds.opml").data == first.data
    assert own_client.get("/feeds.opml", headers=again).status_code == 304


def test_a_withdrawn_feed_is_offered_nowhere(
    own_settings: Settings, own_index: SearchIndex
) -> None:
    own_index.update([about("Hafen", "Kai")], sequence=1)
    withdrawn = ("latest", "topics/kai")
    client = create_app(
        own_settings.model_copy(update={"withdrawn_feeds": withdrawn}), own_index
    ).test_client()
    assert list(subscribed(opml(client))) == ["/feeds/topics/hafen.atom"]
    for path in ("/", "/feeds", "/topics/kai", "/topics/hafen"):
        response = client.get(path)
        assert response.status_code == 200
        assert "/feeds/latest.json" not in response.text
        assert "/feeds/topics/kai.atom" not in response.text
    assert client.get("/feeds/topics/kai").status_code == 410
    assert client.get("/feeds/latest").status_code == 410


def test_a_large_opml_file_is_the_same_as_a_small_one(
    own_client: FlaskClient, own_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is kept whole, the other written while it is sent."""
    fill(own_index, 120)
    kept = own_client.get("/feeds.opml")
    monkeypatch.setattr(subscriptions, "MAX_KEPT", 0)
    own_index.update([], sequence=2)
    written = own_client.get("/feeds.opml")
    assert written.data == kept.data
    assert written.headers["ETag"] == kept.headers["ETag"]
    again = {"If-None-Match": kept.headers["ETag"]}
    assert own_client.get("/feeds.opml", headers=again).status_code == 304
    assert own_client.head("/feeds.opml").data == b""


def test_a_huge_opml_file_is_never_whole_in_memory(
    own_settings: Settings, own_index: SearchIndex
) -> None:
    fill(own_index, 12_000)
    catalogue = Catalogue(own_index)
    assert len(catalogue.all("topic")) == 12_000
    documents = Subscriptions(own_index, own_settings, catalogue)
    tracemalloc.start()
    assert documents.document("topics").body is None
    sizes = [len(piece) for piece in documents.pieces("topics")]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) > 2 * MAX_KEPT
    assert max(sizes) < 2 * PIECE
    assert most < sum(sizes)


def description(client: FlaskClient) -> etree._Element:
    """The description, after the rules of OpenSearch 1.1 (draft 6) were held against it."""
    response = client.get("/opensearch.xml")
    assert response.status_code == 200
    assert response.content_type == "application/opensearchdescription+xml; charset=utf-8"
    root = etree.fromstring(response.data)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    names = [str(child.tag).removeprefix(OPENSEARCH) for child in root]
    assert names.count("ShortName") == names.count("Description") == 1
    once = ("Contact", "Tags", "LongName", "Developer", "Attribution", "SyndicationRight")
    assert all(names.count(name) <= 1 for name in (*once, "AdultContent"))
    longest = {"ShortName": 16, "LongName": 48, "Description": 1024, "Attribution": 256}
    for child, name in zip(root, names, strict=True):
        assert len(child) == 0, "plain text, no markup"
        if name in longest:
            assert 0 < len(str(child.text)) <= longest[name]
            assert str(child.text).strip() == child.text
    for url in root.iter(f"{OPENSEARCH}Url"):
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", str(url.get("type")))
        assert all(re.fullmatch(r"[a-z][a-z-]+", rel) for rel in (url.get("rel") or "").split())
        template = str(url.get("template"))
        assert re.fullmatch(r"https?://[^\s{}]+(\{[a-zA-Z]+\??\}[^\s{}]*)*", template)
        parameters = set(re.findall(r"\{([a-zA-Z]+)", template))
        assert parameters <= {"searchTerms", "count", "startIndex", "startPage", "language"}
    return root


def templates(root: etree._Element) -> dict[str, str]:
    return {
        str(url.get("type")): str(url.get("template")).removeprefix(SITE)
        for url in root.iter(f"{OPENSEARCH}Url")
    }


def test_a_browser_learns_how_to_search(client: FlaskClient) -> None:
    root = description(client)
    assert root.findtext(f"{OPENSEARCH}ShortName") == "Abendbote"
    assert root.findtext(f"{OPENSEARCH}Language") == "de"
    assert root.findtext(f"{OPENSEARCH}InputEncoding") == "UTF-8"
    assert root.findtext(f"{OPENSEARCH}OutputEncoding") == "UTF-8"
    found = templates(root)
    assert set(found) == {
        "text/html",
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
        "application/opensearchdescription+xml",
    }
    for media, template in found.items():
        # every parameter filled, then only those that have to be: both are right
        for words in ("Hafen", "größter Hafen & Kräne?"):
            filled = template.replace("{searchTerms}", quote(words)).replace("{count?}", "7")
            for path in (filled.replace("{startPage?}", "1"), re.sub(r"\{\w+\?\}", "", filled)):
                response = client.get(path, follow_redirects=True)
                assert response.status_code == 200, path
                assert response.content_type.partition(";")[0] == media
                asked = parse_qs(urlsplit(path).query).get("q", [words])
                assert asked == [words]


def test_the_description_names_itself_and_a_search_that_finds_something(
    client: FlaskClient,
) -> None:
    root = description(client)
    [own] = [url for url in root.iter(f"{OPENSEARCH}Url") if url.get("rel") == "self"]
    assert own.get("template") == f"{SITE}/opensearch.xml"
    [query] = root.iter(f"{OPENSEARCH}Query")
    assert query.get("role") == "example"
    found = client.get("/api/v1/search", query_string={"q": query.get("searchTerms")}).get_json()
    assert found["total"] > 0


def test_the_picture_has_the_size_that_is_said(client: FlaskClient) -> None:
    [image] = description(client).iter(f"{OPENSEARCH}Image")
    with client.get(str(image.text).removeprefix(SITE)) as response:
        assert response.content_type == image.get("type")
        width, height = struct.unpack(">II", response.data[16:24])  # PNG, section 11.2.1
    assert (image.get("width"), image.get("height")) == (str(width), str(height))


def test_a_long_title_is_cut_to_what_fits(own_index: SearchIndex, tmp_path: Path) -> None:
    settings = load_settings(
        index=tmp_path / "index",
        title="Nachrichten aus dem Landkreis Mühlhafen an der Unteren Säge\x00 & <b>",
        description="",
        rights="© " + "sehr lang " * 50,
    )
    client = create_app(settings, own_index).test_client()  # there is no index yet
    root = description(client)
    assert root.findtext(f"{OPENSEARCH}ShortName") == "Nachrichten aus"
    assert str(root.findtext(f"{OPENSEARCH}LongName")).startswith("Nachrichten aus dem Landkreis")
    assert str(root.findtext(f"{OPENSEARCH}Description")).endswith("& <b>")
    assert root.find(f"{OPENSEARCH}Query") is None


def test_every_page_names_the_description(client: FlaskClient) -> None:
    for path in ("/", "/search?q=Hafen", "/feeds", "/feeds/latest", "/nichts"):
        page = html.document_fromstring(client.get(path).text)
        [link] = page.iterfind("./head/link[@rel='search']")
        assert link.get("type") == "application/opensearchdescription+xml"
        assert link.get("href") == "/opensearch.xml"
        assert link.get("title") == "Abendbote"


def test_crawlers_are_kept_out_of_the_endless_space_of_searches(client: FlaskClient) -> None:
    closed = ("/search", "/feeds/search", "/api/")
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[:4] == ["User-agent: *", *(f"Disallow: {path}" for path in closed)]


def test_a_site_in_a_folder_says_so_everywhere(tmp_path: Path) -> None:
    settings = load_settings(index=tmp_path / "index", base_url="https://example.org/news")
    with_index = open_index(settings)
    with_index.update([replace(about("Hafen"), section="Politik")], sequence=1)
    client = create_app(settings, with_index).test_client()
    for path in ("/feeds.opml", "/opensearch.xml", "/sitemap.xml", "/sitemap-2022-02.xml"):
        found = re.findall(r'https?://[^\s<"{]+', client.get(f"/news{path}").text)
        own = [address for address in found if "example.org" in address]
        assert own
        assert all(address.startswith("https://example.org/news/") for address in own)
    assert "Disallow: /news/search\n" in client.get("/news/robots.txt").text
    with_index.close()
