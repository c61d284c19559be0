"""What search engines are told: every page once, by the rules of sitemaps.org and Google News."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from lxml import etree

from newsfeed.article import Article
from newsfeed.feeds.sitemap import NAMESPACE, NEWS, NewsPage, news_language, render_news_sitemap
from newsfeed.search.interface import Query, Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import create_app, sitemaps
from newsfeed.web.links import article_path
from newsfeed.web.site import EXTENSION

SITE = "https://abendbote.example"
NOW = datetime(2022, 3, 1, 12, 4, tzinfo=UTC)
CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})"
W3C_DATETIME = re.compile(rf"\d{{4}}(-\d{{2}}(-\d{{2}}(T{CLOCK})?)?)?")


@pytest.fixture
def dated() -> Callable[..., Article]:
    """An article that was published, and seen by the register, at that time."""

    def make(name: str, published: datetime, **fields: object) -> Article:
        article = Article(
            headline=f"Nachricht {name}",
            id=f"tag:newsfeed.test,2026:{name}",
            published=published,
            updated=published,
            first_seen=published,
        )
        return replace(article, **fields)  # type: ignore[arg-type]

    return make


@pytest.fixture
def at(own_settings: Settings, own_index: SearchIndex) -> Callable[[datetime], FlaskClient]:
    """A client of an application whose clock stands still."""

    def make(now: datetime) -> FlaskClient:
        app = create_app(own_settings, own_index)
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: now)
        return app.test_client()

    return make


def read(client: FlaskClient, path: str) -> etree._Element:
    """The document at `path`, after every rule was held against it."""
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.content_type == "application/xml; charset=utf-8"
    assert len(response.data) < 50 * 1024 * 1024
    root = etree.fromstring(response.data)
    check(root, f"{SITE}{path}")
    return root


def check(root: etree._Element, address: str) -> None:
    """The rules of the protocol 0.9 (its page and its two XML schemas) and of Google News."""
    names = {"urlset": "url", "sitemapindex": "sitemap"}
    own = {f"{{{NAMESPACE}}}{name}": f"{{{NAMESPACE}}}{child}" for name, child in names.items()}
    assert root.tag in own
    assert {child.tag for child in root} <= {own[root.tag]}
    assert len(root) <= 50_000
    folder = address.rpartition("/")[0] + "/"
    for element in root:
        tags = [str(child.tag) for child in element]
        assert tags in (
            [f"{{{NAMESPACE}}}loc"],
            [f"{{{NAMESPACE}}}loc", f"{{{NAMESPACE}}}lastmod"],
            [f"{{{NAMESPACE}}}loc", f"{{{NEWS}}}news"],
        )
        location = text(element, "loc")
        assert location.startswith(folder), "a sitemap names pages below its own folder only"
        assert 12 <= len(location) <= 2048
        assert location.isascii()
        assert not re.search(r"[\s<>\"{}|\\^`]", location)
        if len(tags) == 2 and "lastmod" in tags[1]:
            assert W3C_DATETIME.fullmatch(text(element, "lastmod"))
    assert len({text(element, "loc") for element in root}) == len(root)
    assert len(list(root.iter(f"{{{NEWS}}}news"))) <= 1000
    for news in root.iter(f"{{{NEWS}}}news"):
        check_news(news)


def check_news(news: etree._Element) -> None:
    names = [str(child.tag).removeprefix(f"{{{NEWS}}}") for child in news]
    assert names == ["publication", "publication_date", "title"]
    assert [str(child.tag).removeprefix(f"{{{NEWS}}}") for child in news[0]] == ["name", "language"]
    name, language = (str(child.text) for child in news[0])
    assert name.strip()
    assert re.fullmatch(r"[a-z]{2,3}|zh-cn|zh-tw", language)
    assert W3C_DATETIME.fullmatch(str(news[1].text))
    assert str(news[2].text).strip()


def text(element: etree._Element, name: str) -> str:
    return str(element.findtext(f"{{{NAMESPACE}}}{name}"))


def addresses(root: etree._Element) -> list[str]:
    return [text(element, "loc").removeprefix(SITE) for element in root]


def listed(client: FlaskClient) -> list[str]:
    """Every page in every sitemap of the index."""
    found: list[str] = []
    for path in addresses(read(client, "/sitemap.xml")):
        found += addresses(read(client, path))
    return found


def headlines(root: etree._Element) -> list[str]:
    return [str(title.text) for title in root.iter(f"{{{NEWS}}}title")]


def test_every_page_is_in_one_sitemap(client: FlaskClient, articles: dict[str, Article]) -> None:
    found = listed(client)
    assert len(found) == len(set(found))
    assert {article_path(article) for article in articles.values()} <= set(found)
    for path in ("/", "/feeds", "/sections/politik", "/authors/ayse-yildiz", "/agencies/dpa"):
        assert path in found
    for path in found:
        response = client.get(path)
        assert response.status_code == 200, path
        # what is listed is what the page itself calls its address
        assert f'<link rel="canonical" href="{SITE}{path}">' in response.text, path


def test_robots_txt_leads_to_the_sitemaps(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    named = [line.partition(": ")[2] for line in lines if line.startswith("Sitemap: ")]
    assert named == [f"{SITE}/sitemap.xml", f"{SITE}/sitemap-news.xml"]
    for address in named:
        read(client, address.removeprefix(SITE))


def test_a_busy_month_has_parts_that_stay_as_they_are_once_full(
    at: Callable[[datetime], FlaskClient],
    own_index: SearchIndex,
    dated: Callable[..., Article],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sitemaps, "PART", 10)
    start = datetime(2022, 2, 1, tzinfo=UTC)
    busy = [dated(f"n{day}", start + timedelta(days=day)) for day in range(25)]
    own_index.update([*busy, dated("maerz", datetime(2022, 3, 1, tzinfo=UTC))], sequence=1)
    client = at(NOW)
    months = ["/sitemap-2022-03.xml", *(f"/sitemap-2022-02{part}.xml" for part in ("", "-2", "-3"))]
    assert addresses(read(client, "/sitemap.xml"))[1:] == months
    parts = [addresses(read(client, path)) for path in months[1:]]
    assert [len(part) for part in parts] == [10, 10, 5]
    assert [path for part in parts for path in part] == [article_path(article) for article in busy]
    own_index.update([dated("spaet", start + timedelta(days=26))], sequence=2)
    assert [addresses(read(client, path)) for path in months[1:3]] == parts[:2]
    assert len(read(client, months[3])) == 6


def test_a_month_says_when_anything_in_it_last_changed(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    day = datetime(2022, 2, 3, 8, tzinfo=UTC)
    article = dated("a", day)
    own_index.update([article, dated("b", day + timedelta(days=2))], sequence=1)
    client = at(NOW)

    def lastmod(path: str, number: int) -> str:
        return text(read(client, path)[number], "lastmod")

    assert lastmod("/sitemap.xml", 1) == "2022-02-05T08:00:00+00:00"
    corrected = replace(article, changed=datetime(2022, 3, 1, 9, 30, tzinfo=UTC))
    own_index.update([corrected], sequence=2)
    assert lastmod("/sitemap.xml", 1) == "2022-03-01T09:30:00+00:00"
    assert lastmod("/sitemap-2022-02.xml", 0) == "2022-03-01T09:30:00+00:00"
    assert lastmod("/sitemap-2022-02.xml", 1) == "2022-02-05T08:00:00+00:00"


def test_a_withdrawn_article_is_gone_with_its_commit(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    article = dated("weg", NOW - timedelta(hours=3), section="Politik")
    own_index.update([article, dated("da", NOW - timedelta(hours=2))], sequence=1)
    client = at(NOW)
    assert article_path(article) in listed(client)
    assert article.headline in headlines(read(client, "/sitemap-news.xml"))
    own_index.update([Removal(article.id)], sequence=2)
    assert article_path(article) not in listed(client)
    assert "/sitemap-sections.xml" not in addresses(read(client, "/sitemap.xml"))
    assert article.headline not in headlines(read(client, "/sitemap-news.xml"))


def test_the_news_are_those_of_two_days(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    ages = (timedelta(0), timedelta(hours=47), timedelta(hours=49), timedelta(hours=-1))
    own_index.update([dated(str(age), NOW - age) for age in ages], sequence=1)
    assert headlines(read(at(NOW), "/sitemap-news.xml")) == [
        "Nachricht 0:00:00",
        "Nachricht 1 day, 23:00:00",
    ]
    later = at(NOW + timedelta(hours=2))
    assert headlines(read(later, "/sitemap-news.xml")) == [
        "Nachricht -1 day, 23:00:00",
        "Nachricht 0:00:00",
    ]
    assert headlines(read(at(NOW + timedelta(days=9)), "/sitemap-news.xml")) == []


def test_the_news_say_who_brings_them_when_and_in_which_language(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    own_index.update([dated("x", NOW, language="en-GB", headline="Fish & <chips>")], sequence=1)
    [url] = read(at(NOW), "/sitemap-news.xml")
    assert [str(element.text).strip() for element in url.iter()][3:] == [
        *("", "Abendbote", "en", "2022-03-01T12:04:00+00:00", "Fish & <chips>"),
    ]


def test_there_are_at_most_a_thousand_news(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    many = [dated(f"n{number}", NOW - timedelta(seconds=number)) for number in range(1030)]
    own_index.update(many, sequence=1)
    found = headlines(read(at(NOW), "/sitemap-news.xml"))
    assert found == [article.headline for article in many[:1000]]
    assert len(read(at(NOW), "/sitemap-2022-03.xml")) == 1000
    assert len(read(at(NOW), "/sitemap-2022-03-2.xml")) == 30


def test_the_validator_comes_from_the_content_and_not_from_the_clock(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    own_index.update([dated("a", NOW - timedelta(hours=1))], sequence=1)
    first = at(NOW).get("/sitemap-news.xml")
    again = at(NOW + timedelta(hours=3)).get(
        "/sitemap-news.xml", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    own_index.update([dated("fern", datetime(1999, 1, 1, tzinfo=UTC))], sequence=2)
    assert at(NOW).get("/sitemap-news.xml").headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    "name",
    [
        *("2022-3", "2022-13", "2022-00", "0000-01", "2022-02-1", "2022-02-0", "2022-02-2"),
        *("1999-01", "latest", "feeds", "pages-2", "sections-2", "Sections", "-", "2022-02-999999"),
    ],
)
def test_any_other_sitemap_is_not_there(client: FlaskClient, name: str) -> None:
    response = client.get(f"/sitemap-{name}.xml")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_the_first_and_the_last_month_of_all(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    edges = (datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    ends = [dated(str(instant.year), instant, first_seen=None) for instant in edges]
    own_index.update(ends, sequence=1)
    found = listed(at(NOW))
    assert all(article_path(article) in found for article in ends)


def test_an_empty_site_has_a_sitemap(
    at: Callable[[datetime], FlaskClient], own_index: SearchIndex
) -> None:
    own_index.update([], sequence=1)
    assert listed(at(NOW)) == ["/", "/feeds"]


def test_while_the_index_stays_the_same_nothing_is_asked_twice(
    own_settings: Settings, own_index: SearchIndex, dated: Callable[..., Article]
) -> None:
    class Counting:
        """The index, with a look at how often it is searched."""

        searches = 0

        def __getattr__(self, name: str) -> object:
            if name in ("search", "editions", "months"):
                Counting.searches += 1
            return getattr(own_index, name)

    own_index.update([dated("a", NOW), dated("b", NOW - timedelta(days=60))], sequence=1)
    counting = Counting()
    client = create_app(own_settings, counting).test_client()  # type: ignore[arg-type]
    listed(client)
    asked = Counting.searches
    assert asked > 0
    listed(client)
    assert Counting.searches == asked
    own_index.update([dated("c", NOW)], sequence=2)
    listed(client)
    assert Counting.searches == 2 * asked


def test_a_large_month_is_read_in_pages(own_index: SearchIndex, own_settings: Settings) -> None:
    """No search asks for more articles than the port gives at once."""
    limits: list[int] = []

    class Watching:
        def __getattr__(self, name: str) -> object:
            return getattr(own_index, name)

        def search(self, query: Query) -> object:
            limits.append(query.limit)
            return own_index.search(query)

    start = datetime(2022, 2, 1, tzinfo=UTC)
    own_index.update(
        (
            Article(headline=f"N {n}", id=f"tag:x,2026:{n}", published=start + timedelta(minutes=n))
            for n in range(250)
        ),
        sequence=1,
    )
    client = create_app(own_settings, Watching()).test_client()  # type: ignore[arg-type]
    assert len(read(client, "/sitemap-2022-02.xml")) == 250
    assert limits == [100, 100, 100]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *(("de", "de"), ("de-AT", "de"), ("EN-gb", "en"), ("gsw", "gsw")),
        *(("zh", "zh-cn"), ("zh-Hant", "zh-tw"), ("zh-TW", "zh-tw"), ("zh-Hans-CN", "zh-cn")),
    ],
)
def test_languages_as_google_names_them(tag: str, expected: str) -> None:
    assert news_language(tag) == expected


def test_hostile_texts_stay_text() -> None:
    hostile: Iterable[str] = ("\x00", "]]>", "\ud800<a>", "\u202eumgedreht", " " * 9, "🦊" * 300)
    pages = [NewsPage(f"{SITE}/articles/x", title, "de", NOW) for title in hostile]
    root = etree.fromstring(render_news_sitemap("A & B\x0b", pages))
    for news in root.iter(f"{{{NEWS}}}news"):
        check_news(news)
    titles = headlines(root)
    assert titles == ["Ohne Titel", "]]>", "<a>", "umgedreht", "Ohne Titel", "🦊" * 300]
