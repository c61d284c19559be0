"""The page beside each feed: what a person reads who opens a feed's address without its ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from lxml import html

from newsfeed.article import Article, Block, token
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import create_app
from newsfeed.web.links import article_path

SITE = "https://abendbote.example"
START = datetime(2022, 2, 24, 5, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
FORMATS = ("atom", "rss", "json")
TWINS = (
    "/feeds/latest",
    "/feeds/sections/politik",
    "/feeds/authors/joerg-mueller",
    "/feeds/agencies/dpa",
    "/feeds/sources/abendbote",
    "/feeds/topics/kurzmeldung",
    "/feeds/search?q=Hafen&section=wirtschaft",
    "/feeds/search?q=Hafen+%22am+Tor%22&from=2022-02-01",
    "/feeds/search",
)


def read(client: FlaskClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def addresses(page: html.HtmlElement) -> list[str]:
    return [words(code) for code in page.iterfind(".//dd/code")]


def headlines(page: html.HtmlElement) -> dict[str, str]:
    """The entries that the page shows, with their addresses."""
    [section] = page.iterfind(".//section[@class='entries']")
    return {words(link): str(link.get("href")) for link in section.iterfind(".//a")}


def options(page: html.HtmlElement) -> html.FormElement:
    """The form that changes the feed's address."""
    [form] = (form for form in page.forms if "limit" in form.fields)
    return form


@pytest.mark.parametrize("path", TWINS)
def test_a_feed_has_a_page_with_its_addresses(client: FlaskClient, path: str) -> None:
    page = read(client, path)
    found = addresses(page)
    assert len(found) == 3
    for address, format in zip(found, FORMATS, strict=True):
        name, _, query = path.removeprefix("/feeds").partition("?")
        folder = "" if name == "/search" else "/feeds"
        ending = f"{name}.{format}" + (f"?{query}" if query else "")
        assert address == SITE + folder + ending
        response = client.get(address.removeprefix(SITE))
        assert response.status_code == 200
        # the page offers the same feed for discovery, and under its own title
        [link] = page.iterfind(f"./head/link[@href='{address.removeprefix(SITE)}']")
        assert response.content_type.startswith(str(link.get("type")))
        if format == "json":
            title = response.get_json()["title"]
            assert link.get("title") == f"{title} (JSON)"


@pytest.mark.parametrize("path", TWINS)
def test_it_shows_what_the_feed_holds(client: FlaskClient, path: str) -> None:
    page = read(client, path)
    feed = client.get(addresses(page)[2].removeprefix(SITE)).get_json()
    titles = [unescape(item["title"]) for item in feed["items"]]
    shown = headlines(page)
    assert [title.split() for title in shown] == [title.split() for title in titles[:10]]
    assert all(client.get(address).status_code == 200 for address in shown.values())


@pytest.mark.parametrize(
    ("path", "title", "about", "leads_to"),
    [
        ("/feeds/latest", "Alle Artikel", "Jeder neue Artikel, aus allen Ressorts.", "/"),
        ("/feeds/sections/sport", "Sport", "aus dem Ressort Sport.", "/sections/sport"),
        ("/feeds/topics/hafen", "Hafen", "zum Thema Hafen.", "/topics/hafen"),
        ("/feeds/authors/ayse-yildiz", "Ayşe Yıldız", "von Ayşe Yıldız.", "/authors/ayse-yildiz"),
        ("/feeds/agencies/dpa", "dpa", "mit Material von dpa.", "/agencies/dpa"),
        ("/feeds/sources/kurzdienst", "Kurzdienst", "Quelle Kurzdienst.", "/sources/kurzdienst"),
        ("/feeds/search?q=Hafen", "Suche nach „Hafen“", "diese Suche findet.", "/search?q=Hafen"),
    ],
)
def test_it_says_what_the_feed_brings(
    client: FlaskClient, path: str, title: str, about: str, leads_to: str
) -> None:
    page = read(client, path)
    [heading] = page.iterfind(".//h1")
    assert words(heading) == title
    [standfirst] = page.iterfind(".//header/p[@class='standfirst']")
    assert about in words(standfirst)
    assert [link.get("href") for link in standfirst.iterfind("a")] == [leads_to]
    [canonical] = page.iterfind("./head/link[@rel='canonical']")
    assert canonical.get("href") == SITE + path


def test_its_form_makes_the_address_fit(client: FlaskClient) -> None:
    form = options(read(client, "/feeds/search?q=Hafen&topic=hafen"))
    fields = dict(form.form_values())
    assert fields == {
        "q": "Hafen",
        "topic": "hafen",
        "content": "full",
        "updates": "significant",
        "limit": "50",
    }
    wanted = {**fields, "content": "summary", "updates": "none", "limit": "1"}
    response = client.get(form.get("action"), query_string=wanted)
    assert response.status_code == 200
    page = html.document_fromstring(response.text)
    changed = "content=summary&updates=none&limit=1"
    assert addresses(page)[0] == f"{SITE}/search.atom?q=Hafen&topic=hafen&{changed}"
    assert len(headlines(page)) == 1
    assert dict(options(page).form_values()) == wanted
    [canonical] = page.iterfind("./head/link[@rel='canonical']")
    assert canonical.get("href") == f"{SITE}/feeds/search?q=Hafen&topic=hafen"
    # sent as it was, the form asks for the plain address
    plain = client.get(form.get("action"), query_string=fields)
    assert addresses(html.document_fromstring(plain.text))[0].endswith("?q=Hafen&topic=hafen")


@pytest.mark.parametrize(
    ("spelled", "proper"),
    [
        ("/feeds/sections/Politik", "/feeds/sections/politik"),
        ("/feeds/authors/Jörg Müller", "/feeds/authors/joerg-mueller"),
        ("/feeds/sections/POLITIK?limit=5", "/feeds/sections/politik?limit=5"),
    ],
)
def test_another_spelling_leads_to_it(client: FlaskClient, spelled: str, proper: str) -> None:
    response = client.get(spelled)
    assert response.status_code == 301
    assert response.headers["Location"] == proper


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/nichts", 404),
        ("/feeds/sections/gibt-es-nicht", 404),
        ("/feeds/sections", 404),
        ("/feeds/articles/aaaaaaaaaaaaaaaa", 404),
        ("/feeds/latest/1999-01", 404),
        ("/feeds/latest/", 404),
        ("/feeds//latest", 404),
        ("/feeds/latest?limit=51", 400),
        ("/feeds/latest?content=half", 400),
        ("/feeds/latest?q=Hafen", 400),
        ("/feeds/search?q=%22offen", 400),
        ("/feeds/search?cursor=abc", 400),
        ("/feeds/search?sort=newest", 400),
    ],
)
def test_what_is_no_feed_is_a_page_that_says_so(
    client: FlaskClient, path: str, status: int
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"


def test_a_withdrawn_feed_is_gone(own_settings: Settings, own_index: SearchIndex) -> None:
    own_index.update([Article(headline="x", id="tag:x,2026:1", published=START)], sequence=1)
    settings = own_settings.model_copy(update={"withdrawn_feeds": ("latest",)})
    response = create_app(settings, own_index).test_client().get("/feeds/latest")
    assert response.status_code == 410
    assert response.content_type == "text/html; charset=utf-8"
    assert "Den Feed „latest“ gibt es nicht mehr." in response.text


@pytest.fixture
def years(own_index: SearchIndex, articles: dict[str, Article]) -> list[Article]:
    """Thirty months, and one of them with sixty articles."""
    old = [
        replace(
            articles["pokal"],
            id=f"tag:newsfeed.test,2026:alt-{number}",
            published=START - timedelta(days=30 * number),
            updated=None,
        )
        for number in range(1, 31)
    ]
    busy = [
        replace(articles["pokal"], id=f"tag:newsfeed.test,2026:voll-{number}", updated=None)
        for number in range(60)
    ]
    own_index.update([*old, *busy], sequence=1)
    return [*old, *busy]


def test_the_archive_is_there_month_by_month(own_client: FlaskClient, years: list[Article]) -> None:
    [archive] = read(own_client, "/feeds/latest").iterfind(".//section[@class='archive']")
    assert [words(year) for year in archive.iterfind("h3")] == ["2022", "2021", "2020", "2019"]
    months = {words(link): str(link.get("href")) for link in archive.iterfind(".//a")}
    assert list(months)[:3] == ["Februar 2022", "Januar 2022", "Dezember 2021"]
    assert months["Januar 2022"] == "/feeds/latest/2022-01"
    for path in months.values():
        page = read(own_client, path)
        feed = own_client.get(addresses(page)[2].removeprefix(SITE)).get_json()
        assert len(page.findall(".//section[@class='entries']//a")) == len(feed["items"])
        assert not page.findall(".//select"), "an archive has no options"


def test_one_walks_through_the_archive_to_its_end(
    own_client: FlaskClient, years: list[Article]
) -> None:
    path, seen = "/feeds/latest/2022-02-2", []
    while True:
        page = read(own_client, path)
        seen += [str(link.get("href")) for link in page.findall(".//section[@class='entries']//a")]
        older = page.findall(".//nav[@class='pager']//a[@rel='next']")
        if not older:
            break
        [newer] = read(own_client, str(older[0].get("href"))).iterfind(".//nav//a[@rel='prev']")
        assert newer.get("href") == path
        path = str(older[0].get("href"))
    # ten of the newest month's sixty are in no archive document yet
    assert len(seen) == len(set(seen)) == len(years) - 10


def test_the_newest_archive_leads_back_to_the_feed(
    own_client: FlaskClient, years: list[Article]
) -> None:
    page = read(own_client, "/feeds/sections/sport/2022-02-2")
    [newer] = page.iterfind(".//nav//a[@rel='prev']")
    assert newer.get("href") == "/feeds/sections/sport"
    [heading] = page.iterfind(".//h1")
    assert words(heading) == "Archiv: Februar 2022, Teil 2"


def test_a_small_feed_has_no_archive(own_client: FlaskClient, own_index: SearchIndex) -> None:
    own_index.update([Article(headline="x", id="tag:x,2026:1", published=START)], sequence=1)
    assert not read(own_client, "/feeds/latest").findall(".//section[@class='archive']")


def ticker(articles: dict[str, Article]) -> Article:
    body = [Block("paragraph", "Was bisher geschah.")]
    for hour in (3, 1, 2):
        body += [
            Block("entry", f"Eintrag {hour}", id=f"e{hour}", published=START + hour * HOUR),
            Block("paragraph", "Mehr dazu."),
        ]
    return replace(articles["pokal"], body=tuple(body))


def test_a_live_blog_has_a_feed_page_and_names_its_feed(
    own_client: FlaskClient, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    article = ticker(articles)
    own_index.update([article, articles["hafen"]], sequence=1)
    name = f"/feeds/articles/{token(article.id)}"
    page = read(own_client, name)
    assert addresses(page)[0] == f"{SITE}{name}.atom"
    assert headlines(page) == {
        f"Eintrag {hour}": f"{article_path(article)}#eintrag-e{hour}" for hour in (3, 2, 1)
    }
    offered = read(own_client, article_path(article)).findall("./head/link[@rel='alternate']")
    assert offered[0].get("href") == f"{name}.atom"
    assert offered[0].get("title") == "Abendbote – Pokalabend mit Folgen (Atom)"
    assert offered[3].get("href") == "/feeds/sections/sport.atom"
    other = own_client.get(article_path(articles["hafen"])).text
    assert "/feeds/articles/" not in other


def test_a_search_page_and_a_listing_lead_to_their_feeds_page(client: FlaskClient) -> None:
    for path, wanted in (
        ("/search?q=Hafen&section=wirtschaft", "/feeds/search?q=Hafen&section=wirtschaft"),
        ("/topics/kurzmeldung?page=2", "/feeds/topics/kurzmeldung"),
    ):
        [box] = read(client, path).iterfind(".//aside[@class='subscribe']")
        assert [link.get("href") for link in box.iterfind(".//a")][-1] == wanted


def test_it_holds_no_script_and_no_inline_style(client: FlaskClient) -> None:
    for path in (*TWINS, "/feeds/latest/2022-02"):
        page = read(client, path)
        assert page.findall(".//script") == page.findall(".//style") == []
        names = {str(name) for element in page.iter() for name in element.attrib}
        assert not {name for name in names if name == "style" or name.startswith("on")}


def test_hostile_names_are_only_text(client: FlaskClient) -> None:
    for path in ("/feeds/topics/title-script-alert-6-script", "/feeds/search?q=%3Cb%3EHafen"):
        page = read(client, path)
        assert not page.findall(".//main//b")
        assert "<b>" in words(page) or "<script>" in words(page)
