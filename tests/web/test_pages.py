"""The pages as a browser gets them: what stands on them, where they lead, what they offer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from lxml import html

from newsfeed.article import Article, token
from newsfeed.indexer import Indexer
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.links import article_path


def read(client: FlaskClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def find(element: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """The elements below that match "tag.class[attribute=value] > …", the part of CSS used here."""
    path = "."
    child = False
    for step in selector.split():
        if step == ">":
            child = True
            continue
        match = re.fullmatch(r"(\w+)?(?:\.([\w-]+))?(?:\[([\w-]+)(?:=([\w-]+))?\])?", step)
        assert match, step
        tag, css_class, attribute, value = match.groups()
        path += ("/" if child else "//") + (tag or "*")
        if css_class:
            path += f"[contains(concat(' ', @class, ' '), ' {css_class} ')]"
        if attribute:
            path += f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
        child = False
    found: list[html.HtmlElement] = element.xpath(path)
    return found


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def links(page: html.HtmlElement, css: str) -> list[str]:
    return [str(link.get("href")) for link in find(page, css)]


def feeds_of(page: html.HtmlElement) -> list[str]:
    return [
        str(link.get("href"))
        for link in page.iterfind(".//head/link[@rel='alternate']")
        if "xml" in link.get("type") or "json" in link.get("type")
    ]


def test_home_leads_with_the_newest_article(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    page = read(client, "/")
    assert words(find(page, ".lead .headline")[0]) == articles["hafen"].headline
    assert len(find(page, "article.teaser")) == 20
    assert links(page, ".more a") == ["/search?page=2"]


def test_every_page_names_the_largest_sections(client: FlaskClient) -> None:
    page = read(client, "/sections/kultur")
    nav = find(page, "nav.sections")[0]
    assert "/sections/kultur" in links(nav, "a")
    assert words(find(nav, "[aria-current]")[0]) == "Kultur"


def test_an_article_with_everything(client: FlaskClient, articles: dict[str, Article]) -> None:
    page = read(client, article_path(articles["hafen"]))
    text = words(find(page, "main")[0])
    for expected in (
        "Warnstreik",
        "Hafenkräne in Kaiserstadt stehen still: „So etwas gab es noch nie“",
        "Seit dem frühen Morgen",
        "Von Jörg Müller und Ayşe Yıldız",
        "28. Februar 2022, 10:30 Uhr",
        "aktualisiert am 28. Februar 2022, 14:30 Uhr",
        "mit Material von dpa",
        "Update Dieser Artikel wurde nach dem ersten Erscheinen geändert.",
        "Foto: Mara Lindqvist/dpa",
        "Kranführerin Jördis Åkesson am Tor",
        "Foto: Tom Brandt",
        "Zum Original bei Abendbote",
        "Mehr zum Streik im Hafen",
        "Mehr aus Wirtschaft",
    ):
        assert expected in text
    assert [words(h) for h in find(page, ".text h2")] == ["Schiffe warten auf der Reede"]
    assert len(find(page, ".text > p")) == 4
    assert len(find(page, ".text li")) == 3
    assert len(find(page, ".text blockquote")) == 1
    assert [time.get("datetime") for time in find(page, ".byline time")] == [
        "2022-02-28T09:30:00Z",
        "2022-02-28T13:30:00Z",
    ]
    assert links(page, ".topics a") == ["/topics/hafen", "/topics/tarifstreit"]
    assert links(page, "a[rel=author]") == ["/authors/joerg-mueller", "/authors/ayse-yildiz"]
    assert links(page, ".byline .meta a") == ["/sources/abendbote", "/agencies/dpa"]
    assert links(page, ".original a") == ["https://abendbote.example/wirtschaft/hafenkraene"]
    assert links(page, ".related a") == ["https://abendbote.example/nachtschicht"]


def test_a_correction_is_said_in_its_own_words(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    note = find(read(client, article_path(articles["korrektur"])), ".note")[0]
    assert "In einer früheren Fassung stand ein Betrag." in words(note)


def test_an_article_in_another_language_says_so(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    page = read(client, article_path(articles["english"]))
    assert find(page, "article.article")[0].get("lang") == "en"
    assert page.get("lang") == "de"


def test_a_changed_headline_does_not_break_a_link(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    article = articles["hafen"]
    for old in (f"frueherer-titel-{token(article.id)}", token(article.id)):
        response = client.get(f"/articles/{old}")
        assert response.status_code == 301
        assert response.headers["Location"] == article_path(article)


@pytest.mark.parametrize(
    ("path", "name", "total"),
    [
        ("/sections/wirtschaft", "Wirtschaft", "11 Artikel"),
        ("/authors/joerg-mueller", "Jörg Müller", "2 Artikel"),
        ("/topics/kurzmeldung", "Kurzmeldung", "59 Artikel"),
        ("/agencies/dpa", "dpa", "1 Artikel"),
        ("/sources/abendbote", "Abendbote", "2 Artikel"),
    ],
)
def test_listings(client: FlaskClient, path: str, name: str, total: str) -> None:
    page = read(client, path)
    head = words(find(page, ".head")[0])
    assert name in head
    assert total in head
    assert f"{path.replace('/', '/feeds/', 1)}.atom" in feeds_of(page)


def test_a_listing_is_found_under_any_spelling(client: FlaskClient) -> None:
    for spelling in ("Jörg Müller", "JOERG-MUELLER", "jörg_müller"):
        response = client.get(f"/authors/{spelling}")
        assert response.status_code == 301
        assert response.headers["Location"] == "/authors/joerg-mueller"
    assert client.get("/agencies/DPA").headers["Location"] == "/agencies/dpa"


def test_old_addresses_of_agencies_and_papers_stay(client: FlaskClient) -> None:
    for query in ("agency=dpa", "source=abendbote"):
        assert client.get(f"/search?{query}").status_code == 200
        assert client.get(f"/search.atom?{query}").status_code == 200


def test_a_listing_whose_last_article_was_withdrawn_stays_for_its_subscribers(
    own_settings: Settings, own_index: SearchIndex, own_client: FlaskClient, pool: ReaderPool
) -> None:
    for section, name in (("Sport", "pokal"), ("Kultur", "konzert")):
        folder = own_settings.corpus / section
        folder.mkdir(parents=True)
        text = f"{name.title()} am Abend\n\n" + "Es wurde ein langer Abend in der Stadt. " * 9
        (folder / f"2022-02-24-{name}.txt").write_text(text)
    register = Register(own_settings.register_path, own_settings.tag_authority)
    indexer = Indexer(own_settings, register, own_index, pool)
    indexer.index(datetime(2022, 2, 25, tzinfo=UTC))
    (own_settings.corpus / "Sport" / "2022-02-24-pokal.txt").unlink()
    indexer.index(datetime(2022, 2, 26, tzinfo=UTC))
    register.close()
    page = read(own_client, "/sections/sport")
    assert "Zurzeit gibt es hier keine Artikel." in words(page)
    assert [meta.get("content") for meta in find(page, "meta[name=robots]")] == ["noindex"]
    assert feeds_of(page)[0] == "/feeds/sections/sport.atom"
    feed = own_client.get("/feeds/sections/sport.json").get_json()
    assert feed["items"] == []
    assert feed["home_page_url"].endswith("/sections/sport")


def test_paging_shows_every_article_once(client: FlaskClient) -> None:
    path, seen = "/topics/kurzmeldung", []
    while True:
        page = read(client, path)
        seen += links(page, ".list .headline a")
        following = links(page, "a[rel=next]")
        if not following:
            break
        path = following[0]
    assert len(seen) == len(set(seen)) == 59


def test_search_marks_what_matched(client: FlaskClient) -> None:
    page = read(client, "/search?q=Nachtschicht")
    assert [words(mark) for mark in find(page, "mark")] == ["Nachtschicht"]
    assert "1 Treffer" in words(find(page, ".summary")[0])


def test_search_filters_are_links_with_counts(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    page = read(client, "/search?q=Stadt&sort=newest")
    filters = {
        words(find(box, "h2")[0]): dict(
            zip(map(words, find(box, "a")), links(box, "a"), strict=True)
        )
        for box in find(page, ".filters details")
    }
    assert filters["Ressort"]["Kultur 10"] == "/search?q=Stadt&section=kultur&sort=newest"
    narrowed = read(client, filters["Ressort"]["Kultur 10"])
    assert "10 Treffer" in words(find(narrowed, ".summary")[0])
    assert [words(chip) for chip in find(narrowed, ".chips a")] == ["Ressort Kultur × entfernen"]
    assert links(narrowed, ".chips a") == ["/search?q=Stadt&sort=newest"]


def test_the_form_keeps_what_is_set(client: FlaskClient) -> None:
    page = read(client, "/search?q=Stadt&section=Kultur&sort=oldest&from=2022-02-01&to=")
    form = find(page, "form.finder")[0]
    fields = {field.get("name"): field.get("value") for field in find(form, "input")}
    assert fields == {
        "q": "Stadt",
        "section": "kultur",
        "sort": "oldest",
        "from": "2022-02-01",
        "to": "",
    }


def test_a_day_is_a_day_of_the_papers_own_time(client: FlaskClient) -> None:
    # minor article 7 came out at 22:30 UTC on the 23rd: that is the 23rd, 23:30 in Berlin;
    # number 6 at 23:30 UTC, which is the 24th there
    page = read(client, "/search?from=2022-02-24&to=2022-02-24&sort=oldest")
    assert words(find(page, ".list .headline")[0]) == "Kurz gemeldet: Nachricht Nummer 6"


def test_nothing_found_is_met_with_help(client: FlaskClient) -> None:
    page = read(client, "/search?q=Quastenflosser&section=politik&from=2022-03-01&to=2022-02-01")
    text = words(find(page, ".empty")[0])
    assert "nichts gefunden" in text
    assert "endet, bevor er beginnt" in text
    assert "/search?q=Quastenflosser" in links(page, ".empty a")
    assert links(page, ".subscribe a")[0].startswith(
        "/search.atom?q=Quastenflosser&section=politik"
    )


def test_pages_name_their_feeds(client: FlaskClient, articles: dict[str, Article]) -> None:
    latest = [f"/feeds/latest.{format}" for format in ("atom", "rss", "json")]
    assert feeds_of(read(client, "/")) == latest
    assert feeds_of(read(client, "/search?q=Hafen&sort=newest")) == [
        *(f"/search.{format}?q=Hafen" for format in ("atom", "rss", "json")),
        *latest,
    ]
    article = read(client, article_path(articles["hafen"]))
    assert feeds_of(article)[0] == "/feeds/sections/wirtschaft.atom"
    narrowed = read(client, "/search?q=Hafen&agency=dpa&from=2022-02-01&sort=oldest&page=1")
    assert feeds_of(narrowed)[0] == "/search.atom?q=Hafen&agency=dpa&from=2022-02-01"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/feeds", "/nichts", "/sections/politik", "/agencies/dpa", "/sources/kurzdienst"),
        *("/search?q=Hafen", "/search?section=politik&q=a+%22b%22", "/feeds/topics/hafen"),
    ],
)
def test_every_page_offers_feeds_under_their_own_titles(client: FlaskClient, path: str) -> None:
    page = html.document_fromstring(client.get(path).text)
    offered = [
        link for link in find(page, "link[rel=alternate]") if "json" in str(link.get("type"))
    ]
    assert offered
    for link in offered:
        feed = client.get(str(link.get("href"))).get_json()
        assert link.get("title") == f"{feed['title']} (JSON)"
    assert len({str(link.get("href")) for link in offered}) == len(offered)


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("/feeds", "/feeds"),
        ("/sections/politik", "/sections/politik"),
        ("/topics/kurzmeldung?page=1", "/topics/kurzmeldung"),
        ("/topics/kurzmeldung?page=2", "/topics/kurzmeldung?page=2"),
        ("/search?q=++Stadt&sort=newest", "/search?q=Stadt"),
        ("/search?page=2&q=Stadt", "/search?q=Stadt&page=2"),
        ("/feeds/latest?content=summary", "/feeds/latest"),
        ("/nichts", None),
    ],
)
def test_a_page_names_its_one_address(
    client: FlaskClient, path: str, canonical: str | None
) -> None:
    page = html.document_fromstring(client.get(path).text)
    expected = [f"https://abendbote.example{canonical}"] if canonical else []
    assert links(page, "link[rel=canonical]") == expected


def test_every_feed_and_page_that_is_offered_is_there(client: FlaskClient) -> None:
    page = read(client, "/feeds")
    offered = set(links(page, "main a"))
    assert len(offered) > 120
    for path in sorted(offered):
        assert client.get(path).status_code == 200, path


def test_no_page_depends_on_the_clock_or_on_chance(client: FlaskClient) -> None:
    for path in ("/", "/search?q=Stadt", "/sections/politik", "/feeds"):
        assert client.get(path).data == client.get(path).data


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_the_style_sheet_may_be_kept_for_ever_and_changes_its_name(client: FlaskClient) -> None:
    page = read(client, "/")
    [path] = links(page, "link[rel=stylesheet]")
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", path)
    with client.get(path) as response:
        assert response.status_code == 200
        assert response.content_type == "text/css; charset=utf-8"
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_links_of_pages_lead_somewhere(client: FlaskClient, articles: dict[str, Article]) -> None:
    seen: set[str] = set()
    for path in ("/", "/search?q=Hafen", article_path(articles["hafen"]), "/sections/sport"):
        seen |= {link for link in links(read(client, path), "a") if link.startswith("/")}
    for path in sorted(seen):
        assert client.get(path).status_code == 200, path


def test_pages_hold_no_script_and_no_inline_style(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    for path in ("/", "/search?q=Hafen", article_path(articles["hafen"]), "/feeds", "/nichts"):
        text = client.get(path).text
        assert "<script" not in text.lower()
        assert "<style" not in text.lower()
        page = html.document_fromstring(text)
        assert page.xpath("//@style") == []
        assert page.xpath("//@*[starts-with(name(), 'on')]") == []


def test_hostile_articles_are_only_text(client: FlaskClient, articles: dict[str, Article]) -> None:
    article = articles["boese"]
    for path in (article_path(article), "/", "/search?q=Köpfe", "/feeds"):
        page = read(client, path)
        for tag in ("script", "iframe", "svg", "b", "u", "i"):
            assert page.findall(f".//main//{tag}") == [], (path, tag)
        addresses = [str(value) for value in page.xpath("//@href | //@src")]
        assert all(re.match(r"https?://|/|#", address) for address in addresses), addresses
        assert "\u202e" not in unescape(client.get(path).text)
