"""What a page's data and head say of its article, field by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from newsfeed.article import Image
from newsfeed.parsing.pagedata import PageData

ReadPage = Callable[..., PageData]

TEN = datetime(2025, 6, 5, 8, tzinfo=UTC)
ARTICLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Brücke wird &quot;ab sofort&quot; gesperrt",
    "description": "Die Brücke über den Fluss ist baufällig, sagt die Stadt nach einer Prüfung.",
    "author": [{"@type": "Person", "name": "Anna Berg (abe)"}],
    "datePublished": "2025-06-05T10:00:00+02:00",
    "dateModified": "2025-06-05T11:30:00+02:00",
    "articleSection": "Lokales",
    "keywords": "Verkehr, Brücken, type:article",
    "image": {"url": "/bild.jpg", "caption": "Die Brücke am Morgen", "creditText": "Jan Roth"},
    "publisher": {"@type": "Organization", "name": "Kurier"},
    "inLanguage": "de-AT",
    "isAccessibleForFree": "False",
}


def test_all_that_json_ld_says(page: ReadPage) -> None:
    data = page(ld=ARTICLE)
    assert data.headline == 'Brücke wird "ab sofort" gesperrt'
    assert data.authors == ("Anna Berg",)
    assert (data.published, data.updated) == (TEN, datetime(2025, 6, 5, 9, 30, tzinfo=UTC))
    assert (data.section, data.source, data.language) == ("Lokales", "Kurier", "de")
    assert data.topics == ("Verkehr", "Brücken")
    assert data.images == (
        Image("Die Brücke am Morgen", "Jan Roth", "https://www.kurier-beispiel.de/bild.jpg"),
    )
    assert data.standfirst == data.description == ARTICLE["description"]
    assert data.is_free is False
    assert set(data.origins.values()) == {"json-ld"}


def test_all_that_meta_tags_say(page: ReadPage) -> None:
    tags = {
        "og:title": "Brücke wird gesperrt | Kurier",
        "og:site_name": "Kurier",
        "article:author": "https://facebook.com/kurier",
        "author": "Anna Berg und Jan Roth",
        "article:published_time": "2025-06-05T10:00:00+02:00",
        "article:section": "Lokales",
        "article:tag": "Verkehr",
        "og:image": "https://bilder.kurier-beispiel.de/1.jpg",
        "article:content_tier": "free",
    }
    head = "".join(f'<meta property="{name}" content="{text}">' for name, text in tags.items())
    data = page(head=head)
    assert data.headline == "Brücke wird gesperrt"
    assert data.authors == ("Anna Berg", "Jan Roth")
    assert data.published == TEN
    assert (data.section, data.source, data.topics) == ("Lokales", "Kurier", ("Verkehr",))
    assert [image.url for image in data.images] == ["https://bilder.kurier-beispiel.de/1.jpg"]
    assert data.is_free is True
    assert set(data.origins.values()) == {"meta"}


def test_all_that_the_visible_head_says(page: ReadPage) -> None:
    data = page(
        """
        <nav class="breadcrumb"><a>Startseite</a> <a>Lokales</a></nav>
        <article><h1>Brücke wird gesperrt</h1>
        <p class="article__intro">Die Brücke über den Fluss ist baufällig, sagt die Stadt.</p>
        <div class="article__byline">Von <a href="/autoren/anna-berg">Anna Berg</a> und
        <a href="/autoren/jan-roth">Jan Roth</a></div>
        <time datetime="2025-06-05T10:00:00+02:00">5. Juni</time>
        <p>Von Montag an ist die Brücke zu. <a rel="tag">Verkehr</a></p></article>
        <aside class="teaser"><h2>Anderes</h2><p class="author">Von Lea Kern</p></aside>
        """
    )
    assert data.headline == "Brücke wird gesperrt"
    assert data.standfirst == "Die Brücke über den Fluss ist baufällig, sagt die Stadt."
    assert data.authors == ("Anna Berg", "Jan Roth")
    assert data.published == TEN
    assert (data.section, data.topics) == ("Lokales", ("Verkehr",))
    assert set(data.origins.values()) == {"page"}


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("<p>Erstellt: 05.06.2025, 10:00 Uhr</p>", TEN),
        ("<div>Do 05.06.25 | 10:00 Uhr | Von <span class=author>Anna Berg</span></div>", TEN),
        ("<li>Veröffentlicht am 5. Juni 2025 um 10:00</li>", TEN),
        ("<time>5. Juni 2025</time>", date(2025, 6, 5)),
        (
            '<p>Aktualisiert am <time datetime="2025-06-06T10:00Z">6.6.</time>, <!-- -->'
            'erschienen am <time datetime="2025-06-05T08:00Z">5.6.</time></p>',
            TEN,
        ),
    ],
)
def test_a_date_line_in_the_head(page: ReadPage, line: str, published: object) -> None:
    data = page(f"<h1>Brücke wird gesperrt</h1>{line}<p>Die Brücke ist zu.</p>", url=None)
    assert data.published == published


def test_a_day_behind_the_headline_in_the_title_tag(page: ReadPage) -> None:
    body = "<h1>Brücke gesperrt</h1><time>1.1.2019</time>"
    data = page(body, head="<title>Brücke gesperrt – Kurier – 05.06.2025</title>")
    assert (data.headline, data.published) == ("Brücke gesperrt", date(2025, 6, 5))


def test_a_finer_date_of_the_same_day_is_believed(page: ReadPage) -> None:
    head = '<meta name="dc.date" content="2025-06-05T10:00+02:00">'
    assert page(head=head, ld={**ARTICLE, "datePublished": "2025-06-05"}).published == TEN


def test_a_date_that_cannot_be_gives_way_to_the_next(page: ReadPage) -> None:
    head = '<meta property="article:published_time" content="2025-06-05T10:00:00+02:00">'
    for wrong in ("0001-01-01T00:00:00", "2062-06-05T10:00:00Z"):
        assert page(head=head, ld={**ARTICLE, "datePublished": wrong}).published == TEN


def test_htmldate_finds_a_day_in_the_url_at_last(page: ReadPage) -> None:
    found = page("<h1>Brücke</h1>", url="https://kurier-beispiel.de/2025/06/05/bruecke.html")
    assert found.published == date(2025, 6, 5)


def test_the_papers_own_name_gives_way_to_a_visible_byline(page: ReadPage) -> None:
    newsroom = {**ARTICLE, "author": {"@type": "Organization", "name": "Kurier"}}
    assert page(ld=newsroom).authors == ("Kurier",)
    body = "<h1>Brücke wird gesperrt</h1><p>Von Anna Berg</p>"
    assert page(body, ld=newsroom).authors == ("Anna Berg",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<p>Von Anna Berg und Jan Roth</p>", ["Anna Berg", "Jan Roth"]),
        ("<ul><li>Von: <a>Anna Berg</a>, <a>Jan Roth</a></li></ul>", ["Anna Berg", "Jan Roth"]),
        ('<div class="author"><a>Anna Berg</a><a>Jan Roth</a></div>', ["Anna Berg", "Jan Roth"]),
        (
            '<b class="author">Anna Berg</b> <b class="author">Jan Roth</b>',
            ["Anna Berg", "Jan Roth"],
        ),
        ('<p class="byline">Von <a>Anna Berg</a><i class="author-icon"></i></p>', ["Anna Berg"]),
        ('<a href="/autoren/anna-berg">Anna Berg</a>', ["Anna Berg"]),
        ('<span itemprop="author">srf/hosb; kesm</span>', ["srf/hosb", "kesm"]),
        ("<dl><dt>Autorin/Autor</dt><dd>Anna Berg</dd></dl>", ["Anna Berg"]),
        ("<ul><li><strong>Autorin</strong> Anna Berg</li></ul>", ["Anna Berg"]),
        ("<p>von Anna Berg</p>", ["Anna Berg"]),
        ('<p data-manual="author">Kolumne von <a>Anna Berg</a></p>', ["Anna Berg"]),
        ("<p>Das Haus gehört <a>von Anna Berg</a>.</p>", []),
        ("<p>Von Montag an ist die Brücke zu.</p>", []),
        ("<p>Von Anna Bergs Plänen ist nichts geblieben.</p>", []),
        ('<figure class="author"><figcaption>Von Anna Berg</figcaption></figure>', []),
        ('<div class="teaser"><p class="author">Von Anna Berg</p></div>', []),
    ],
)
def test_bylines(page: ReadPage, byline: str, names: list[str]) -> None:
    data = page(f"<article><h1>Brücke wird gesperrt</h1>{byline}<p>Sie ist alt.</p></article>")
    assert list(data.authors) == names


def test_agencies_that_sign_are_authors_as_well(page: ReadPage) -> None:
    both = [{"@type": "Person", "name": "Anna Berg"}, {"@type": "Organization", "name": "dpa"}]
    data = page(ld={**ARTICLE, "author": both})
    assert (data.authors, data.agencies) == (("Anna Berg", "dpa"), ("dpa",))


def test_another_organisation_beside_people_is_no_author(page: ReadPage) -> None:
    both = [{"@type": "Person", "name": "Anna Berg"}, {"@type": "Organization", "name": "Stiftung"}]
    assert page(ld={**ARTICLE, "author": both}).authors == ("Anna Berg",)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/politik/artikel-1.html", "https://www.kurier-beispiel.de/politik/artikel-1.html"),
        ("https://kurier-beispiel.de/a?id=1#x", "https://kurier-beispiel.de/a?id=1"),
        ("https://kurier-beispiel.de/straße", "https://kurier-beispiel.de/stra%C3%9Fe"),
        ("https://www.kurier-beispiel.de/", None),
        ("https://anderswo.de/politik/artikel-1.html", None),
        ("javascript:alert(1)", None),
        ("https://name:wort@kurier-beispiel.de/a", None),
        ("http://[::1", None),
    ],
)
def test_a_canonical_link_is_believed_on_its_own_site(
    page: ReadPage, href: str, url: str | None
) -> None:
    assert page(head=f'<link rel="canonical" href="{href}">').url == url


def test_a_page_from_nowhere_is_where_it_says(page: ReadPage) -> None:
    head = '<link rel="canonical" href="https://kurier-beispiel.de/lokales/bruecke.html">'
    data = page(head=head, ld={**ARTICLE, "author": "Kurier-Beispiel.de"}, url=None)
    assert data.images[0].url == "https://kurier-beispiel.de/bild.jpg"
    assert data.url == "https://kurier-beispiel.de/lokales/bruecke.html"


def test_a_sections_readable_name_comes_from_the_breadcrumb(page: ReadPage) -> None:
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "item": {"name": "Startseite"}},
            {"@type": "ListItem", "name": "Kärnten"},
            {"@type": "ListItem", "name": 'Brücke wird "ab sofort" gesperrt'},
        ],
    }
    slug = {**ARTICLE, "articleSection": "kaernten"}
    assert page(ld=[slug, crumbs]).section == "Kärnten"
    assert page(ld=[{**ARTICLE, "articleSection": None}, crumbs]).section == "Kärnten"
    assert page(ld=slug).section == "Kaernten"


def test_the_article_is_told_from_teasers_in_json_ld(page: ReadPage) -> None:
    teaser = {"@type": "NewsArticle", "headline": "Ganz anderes Thema", "author": "Lea Kern"}
    other = {"@type": "Article", "headline": ARTICLE["headline"], "alternativeHeadline": "x"}
    data = page("<h1>Brücke wird „ab sofort“ gesperrt</h1>", ld=[teaser, other, ARTICLE])
    assert data.headline == "Brücke wird „ab sofort“ gesperrt"
    assert data.authors == ("Anna Berg",)


def test_sizes_of_one_picture_are_one_image(page: ReadPage) -> None:
    sizes = [f"https://kurier-beispiel.de/bild-{size}.jpg" for size in ("1x1", "4x3", "16x9")]
    assert [image.url for image in page(ld={**ARTICLE, "image": sizes}).images] == sizes[:1]


def test_the_description_that_opens_the_text_is_no_standfirst(page: ReadPage) -> None:
    first = ARTICLE["description"]
    more = "Wer über den Fluss will, muss einen Umweg von acht Kilometern fahren. " * 2
    body = f"<h1>Brücke wird gesperrt</h1><p>{first}</p><p>{more}</p><p>{more}</p>"
    assert page(body, ld=ARTICLE).standfirst is None
    bold = body.replace(f"<p>{first}", f"<p><b>{first}</b>")
    assert page(bold, ld=ARTICLE).standfirst == first


def test_a_description_cut_short_is_completed_from_the_page(page: ReadPage) -> None:
    full = ARTICLE["description"]
    cut = {**ARTICLE, "description": full[:50] + "…"}
    assert page(ld=cut).standfirst is None
    assert page(f"<h1>Brücke</h1><h2>{full}</h2>", ld=cut).standfirst == full


def test_a_live_blogs_entries(page: ReadPage) -> None:
    blog = {
        **ARTICLE,
        "@type": "LiveBlogPosting",
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "headline": "Feuerwehr rückt an",
                "articleBody": "Zwei Züge sind unterwegs.",
                "datePublished": "2025-06-05T10:00:00+02:00",
                "url": "/live#eintrag-1",
            }
        ],
    }
    (entry,) = page(ld=blog).entries
    assert (entry.headline, entry.body) == ("Feuerwehr rückt an", "Zwei Züge sind unterwegs.")
    assert entry.published == TEN
    assert entry.url == "https://www.kurier-beispiel.de/live#eintrag-1"


def test_rules_win_over_everything(page: ReadPage) -> None:
    data = page(
        '<h1>Brücke wird gesperrt</h1><b class="t">Anders</b><i class="w">Von Lea Kern</i>'
        '<u data-zeit="2025-06-05T10:00:00Z"></u>',
        ld=ARTICLE,
        headline=".t",
        author=".w",
        published="u@data-zeit",
        section=".nirgends",
    )
    assert (data.headline, data.authors) == ("Anders", ("Lea Kern",))
    assert data.published == datetime(2025, 6, 5, 10, tzinfo=UTC)
    assert data.section == "Lokales"
    ruled = {name for name, origin in data.origins.items() if origin == "rules"}
    assert ruled == {"authors", "headline", "published"}


def test_an_empty_page_says_nothing(page: ReadPage) -> None:
    assert page(url=None) == PageData()


def test_a_date_line_that_tells_of_an_update_is_none_of_publication(page: ReadPage) -> None:
    lines = "<p>Aktualisiert: 06.06.2025, 12:00 Uhr</p><p>Erstellt: 05.06.2025, 10:00 Uhr</p>"
    assert page(f"<h1>Brücke wird gesperrt</h1>{lines}", url=None).published == TEN


@pytest.mark.parametrize(
    ("h1", "kicker"),
    [
        ("<h1><span>Verkehr</span> Brücke wird gesperrt</h1>", "Verkehr"),
        ("<h1><b>Verkehr</b><b>Brücke wird gesperrt</b></h1>", "Verkehr"),
        ('<h1><b class="badge">Plus</b><b>Brücke wird gesperrt</b></h1>', None),
        ('<p class="kicker">Verkehr</p><h1>Brücke wird gesperrt</h1>', "Verkehr"),
        ('<div><p class="overline">Verkehr</p></div><h1>Brücke wird gesperrt</h1>', "Verkehr"),
        ('<p class="kicker"><a>Start</a><a>Verkehr</a></p><h1>Brücke wird gesperrt</h1>', None),
        ('<p class="kicker">Kurier</p><h1>Brücke wird gesperrt</h1>', None),
    ],
)
def test_visible_kickers(page: ReadPage, h1: str, kicker: str | None) -> None:
    data = page(h1, ld={**ARTICLE, "headline": "Brücke wird gesperrt"})
    assert data.headline == "Brücke wird gesperrt"
    assert data.kicker == kicker
