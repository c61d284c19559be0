"""The newsstand: what each feed holds, which options do what, and that nothing spoils it."""

from __future__ import annotations

import gc
import json
import logging
import tracemalloc
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import feedparser
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from newsfeed.article import (
    Article,
    Block,
    Correction,
    Image,
    Link,
    Related,
    from_json,
    to_json,
)
from newsfeed.cli import main
from newsfeed.feed_names import KINDS, Options, Updates, liveblog_name, names_of
from newsfeed.feeds import FORMATS, Format
from newsfeed.lint import check_document
from newsfeed.search.interface import Hit, Query, Results, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.entries import MAX_CONTENT, MAX_ENTRY
from newsfeed.web.newsstand import (
    KEPT_VALIDATORS,
    Newsstand,
    NoSuchFeed,
    WithdrawnFeed,
    build_document,
)
from newsfeed.web.parameters import BadParameters, FeedSearch
from newsfeed.web.rendering import environment
from newsfeed.withdrawals import RegisterReader

SITE = "https://abendbote.example"
DAY = datetime(2022, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def written(number: int, **fields: object) -> Article:
    """An article that the register saw a minute after it was published."""
    published = DAY + number * HOUR
    fields = {
        "published": published,
        "updated": published,
        "first_seen": published + HOUR / 60,
        "changed": published + HOUR / 60,
        "change": number + 1,
        "body": (Block("paragraph", f"Am Tag {number} ging eine Laterne an."),),
    } | fields
    return Article(
        headline=f"Nachricht {number}",
        id=f"tag:newsfeed.test,2026:{number}",
        **fields,  # type: ignore[arg-type]
    )


class Stand:
    """A newsstand over an index, and how to read what it sells."""

    def __init__(self, newsstand: Newsstand, index: SearchIndex) -> None:
        self.newsstand = newsstand
        self.index = index

    def put(self, *articles: Article) -> None:
        self.index.update(articles, self.index.sequence() + max(1, len(articles)))

    def items(self, name: str, since: int | None = None, **options: Any) -> list[dict[str, Any]]:
        selection = self.newsstand.select(name, Options(**options))
        document = self.newsstand.document(selection, "json", since)
        found: list[dict[str, Any]] = json.loads(document.body)["items"]
        return found

    def ids(self, name: str, since: int | None = None, **options: Any) -> list[int]:
        return [int(one["id"].rpartition(":")[2]) for one in self.items(name, since, **options)]

    def body(self, name: str, format: Format = "atom") -> bytes:
        return self.newsstand.document(self.newsstand.select(name), format).body

    def etag(self, name: str, **options: Any) -> str:
        selection = self.newsstand.select(name, Options(**options))
        return self.newsstand.validators(selection, "atom").etag


def newsstand_over(index: SearchIndex, settings: Settings) -> Newsstand:
    register = RegisterReader(settings.register_path)
    return Newsstand(index, settings, Catalogue(index), environment(settings), register)


@pytest.fixture
def stand(own_index: SearchIndex, own_settings: Settings) -> Stand:
    return Stand(newsstand_over(own_index, own_settings), own_index)


def test_every_kind_of_feed(stand: Stand) -> None:
    article = written(
        1,
        section="Politik",
        authors=("Anna Berg", "Jörg Müller"),
        agencies=("dpa",),
        source="Abendbote",
        topics=("Hafen",),
    )
    stand.put(article, written(2))
    for name in names_of(article):
        assert 1 in stand.ids(name)
        assert stand.newsstand.select(name).name == name
    assert stand.ids("latest") == [2, 1]
    assert {name.partition("/")[0] for name in names_of(article)} == {"latest", *KINDS}
    titles = {name: stand.newsstand.select(name).title for name in names_of(article)}
    assert titles["agencies/dpa"] == "Abendbote – dpa"
    assert titles["authors/joerg-mueller"] == "Abendbote – Jörg Müller"
    assert stand.newsstand.select("sections/POLITIK").name == "sections/politik"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "lates",
        "/latest",
        "latest/",
        "sections",
        "sections/",
        "sections/nichts",
        "papers/abendbote",
        "articles",
        "x" * 10_000,
        "sections/" + "ö" * 10_000,
        "latest\x00",
        "\ud800",
    ],
)
def test_names_that_are_no_feeds(stand: Stand, name: str) -> None:
    stand.put(written(1, section="Politik"))
    with pytest.raises(NoSuchFeed) as problem:
        stand.newsstand.select(name)
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize(
    "name",
    [
        "latest?limit=0",
        "latest?limit=51",
        "latest?limit=5&limit=6",
        "latest?updates=some",
        "latest?q=Hafen",
        "latest?cursor=x",
        "search?frobnicate=1",
        "search?q=a&q=b",
        "search?from=gestern",
    ],
)
def test_parameters_that_no_feed_has(stand: Stand, name: str) -> None:
    stand.put(written(1))
    with pytest.raises(BadParameters):
        stand.newsstand.select(name)


def test_options_in_the_name_are_the_same_feed(stand: Stand) -> None:
    stand.put(*map(written, range(5)))
    named = stand.newsstand.select("latest?limit=2&content=summary")
    assert named == stand.newsstand.select("latest", Options(content="summary", limit=2))
    assert named.paths["json"] == "/feeds/latest.json?content=summary&limit=2"
    assert stand.newsstand.select("latest?limit=50") == stand.newsstand.select("latest")
    search = stand.newsstand.select("search?limit=2&q=Laterne", Options(content="summary"))
    assert search.paths["rss"] == "/search.rss?q=Laterne&content=summary&limit=2"
    assert stand.ids("latest?limit=2") == [4, 3]


def test_which_changes_are_news(stand: Stand) -> None:
    """`updates` picks the order and the date that readers take for news."""
    later = DAY + 48 * HOUR
    rewritten = written(1, updated=later, changed=later)
    touched = written(2, changed=later + HOUR)
    stand.put(written(0), rewritten, touched, written(3))

    def dates(updates: Updates) -> list[tuple[int, str]]:
        return [
            (int(one["id"].rpartition(":")[2]), one["date_modified"])
            for one in stand.items("latest", updates=updates)
        ]

    assert dates("none") == [
        (3, "2022-03-01T15:00:00+00:00"),
        (2, "2022-03-01T14:00:00+00:00"),
        (1, "2022-03-01T13:00:00+00:00"),
        (0, "2022-03-01T12:00:00+00:00"),
    ]
    assert dates("significant")[:2] == [
        (1, "2022-03-03T12:00:00+00:00"),
        (3, "2022-03-01T15:00:00+00:00"),
    ]
    assert dates("all")[:2] == [(2, "2022-03-03T13:00:00+00:00"), (1, "2022-03-03T12:00:00+00:00")]
    for updates in ("none", "significant", "all"):
        published = {one["date_published"] for one in stand.items("latest", updates=updates)}
        assert "2022-03-01T13:00:00+00:00" in published


def test_a_feed_of_new_articles_alone_has_no_notes(stand: Stand) -> None:
    stand.put(written(1, correction=Correction("correction", "Korrektur: Es waren drei.")))
    (noted,) = stand.items("latest")
    assert noted["_newsfeed"]["note"] == "Korrektur: Es waren drei."
    assert "Es waren drei" in noted["content_html"]
    (plain,) = stand.items("latest", updates="none")
    assert "note" not in plain.get("_newsfeed", {})
    assert "Es waren drei" not in plain["content_html"]


def test_an_entry_carries_all_there_is(stand: Stand) -> None:
    article = written(
        1,
        url="https://paper.example/a?b=1&c=2",
        source="Abendbote",
        section="Politik",
        standfirst="Der Vorspann.",
        authors=("Anna Berg",),
        agencies=("dpa",),
        topics=("Hafen",),
        language="en",
        rights="© 2022 Abendbote",
        correction=Correction("update", "Update"),
        images=(
            Image("Ohne Adresse", "Graf/dpa"),
            Image("Der Kai", "Tom Brandt", "https://bilder.example/kai", "image/webp", 1234),
            Image(None, None, "https://bilder.example/zwei.png"),
            Image("Nicht im Netz", None, "file:///etc/passwd", "image/png"),
        ),
        related=(
            Related(None, (Link("Mehr", "https://paper.example/b"), Link("Nur Text"))),
            Related("Leer", (Link("Böse", "javascript:alert(1)"),)),
        ),
    )
    stand.put(article)
    root = etree.fromstring(stand.body("latest"))
    (entry,) = root.iter("{*}entry")
    links = {link.get("rel"): link for link in entry.iterfind("{*}link")}
    assert links["alternate"].get("href") == "https://paper.example/a?b=1&c=2"
    assert links["enclosure"].get("href") == "https://bilder.example/kai"
    assert links["enclosure"].get("type") == "image/webp"
    assert links["enclosure"].get("length") == "1234"
    assert links["related"].get("href") == "https://paper.example/b"
    assert entry.findtext("{*}rights") == "© 2022 Abendbote"
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    content: Any = html.fromstring(str(entry.findtext("{*}content")))
    captions = [" ".join(str(c.text_content()).split()) for c in content.iter("figcaption")]
    assert captions == [
        "Ohne Adresse (Foto: Graf/dpa)",
        "Der Kai (Foto: Tom Brandt)",
        "",
        "Nicht im Netz",
    ]
    assert content.xpath("//figure/img/@src") == [
        "https://bilder.example/kai",
        "https://bilder.example/zwei.png",
    ]
    assert [str(a.get("href")) for a in content.iter("a")] == ["https://paper.example/b"]
    assert [p.text_content() for p in content.iter("p")][:2] == ["Update", "Der Vorspann."]


def test_only_absolute_addresses_leave(stand: Stand) -> None:
    markup = (
        '<a href="/politik">Politik</a> <a href="artikel.html">hier</a> <a href="//x.example">x</a>'
        ' <a href="https://x.example/ok">ok</a> <a href="#oben">oben</a> <img src="/bild.png">'
    )
    stand.put(written(1, body=(Block("paragraph", "Politik hier x ok oben", markup),)))
    (item,) = stand.items("latest")
    content = html.fromstring(f"<div>{item['content_html']}</div>")
    assert content.xpath("//@href | //@src") == ["https://x.example/ok"]


def test_paging_through_a_search(stand: Stand) -> None:
    """RFC 5005, section 3: every match once, the last page says that it is the last."""
    stand.put(*map(written, range(23)))
    name: str | None = "search?q=Laterne&limit=5"
    read: list[int] = []
    totals = []
    while name is not None:
        selection = stand.newsstand.select(name)
        read += stand.ids(name)
        links = {link.rel: link for link in stand.newsstand.validators(selection, "atom").links}
        root = etree.fromstring(stand.body(name))
        totals.append(root.findtext("{http://a9.com/-/spec/opensearch/1.1/}totalResults"))
        assert ("first" in links) is (selection.query.cursor is not None)
        following = links.get("next")
        name = following.href.replace(f"{SITE}/search.atom", "search") if following else None
    assert read == list(range(22, -1, -1))
    assert totals == ["23"] * 5
    assert b"complete" not in stand.body("search?q=Laterne&limit=22")
    assert b"complete" in stand.body("search?q=Laterne&limit=23")


def test_a_feed_that_was_withdrawn(own_settings: Settings, own_index: SearchIndex) -> None:
    own_index.update([written(1, section="Sport")], 1)
    gone = ("sections/sport", "search?q=Hafen", "sections/nie-gewesen")
    settings = own_settings.model_copy(update={"withdrawn_feeds": gone})
    for name in (*gone, "sections/sport/2022-03", "sections/sport?limit=5", "sections/Sport"):
        with pytest.raises(WithdrawnFeed):
            build_document(own_index, settings, name, "atom")
    assert build_document(own_index, settings, "latest", "atom").body


def test_the_hub_is_named_where_it_is_told(own_settings: Settings, own_index: SearchIndex) -> None:
    hub = "https://hub.example/"
    own_index.update([written(n, section="Sport") for n in range(60)], 60)
    settings = own_settings.model_copy(update={"hub": hub})
    for name, told in (
        ("latest", True),
        ("sections/sport", True),
        ("latest?content=summary", False),
        ("latest/2022-03", False),
        ("search?q=Laterne", False),
    ):
        document = build_document(own_index, settings, name, "atom")
        assert (hub.encode() in document.body) is told
        assert (hub in [link.href for link in document.validators.links]) is told


def test_news_alone(stand: Stand) -> None:
    """What changed after a number, under the validators of the whole (RFC 3229)."""
    stand.put(*map(written, range(6)))
    selection = stand.newsstand.select("latest")
    whole = stand.newsstand.document(selection, "atom")
    assert whole.validators.mark == 6
    news = stand.newsstand.document(selection, "atom", since=4)
    assert news.validators == whole.validators
    assert stand.ids("latest", since=4) == [5, 4]
    assert stand.ids("latest", since=6) == []
    assert stand.ids("latest", since=0) == stand.ids("latest")
    assert b"complete" in whole.body
    assert b"complete" not in news.body  # else a reader would delete all the others


def test_validators_move_with_what_is_shown_and_only_then(stand: Stand) -> None:
    stand.put(*map(written, range(60)))
    latest, summary = stand.etag("latest"), stand.etag("latest", content="summary")
    assert latest != summary
    assert stand.etag("latest") == latest
    stand.put(written(3, rights="© neu"))  # not among the newest fifty
    assert stand.etag("latest") == latest
    stand.put(written(40, rights="© neu"))
    assert stand.etag("latest") != latest


def test_settings_that_show_move_validators(own_settings: Settings, own_index: SearchIndex) -> None:
    own_index.update([written(1)], 1)
    changes: tuple[dict[str, object], ...] = (
        {},
        {"title": "Morgenbote"},
        {"description": ""},
        {"base_url": "https://other.example"},
        {"language": "de-AT"},
        {"feed_ttl": 60},
        {"rights": "© wir"},
        {"hub": "https://hub.example/"},
        {"timezone": "UTC"},
        {"tag_authority": "other.example,2026"},
    )
    etags, bodies = set(), set()
    for changed in changes:
        document = build_document(
            own_index, own_settings.model_copy(update=changed), "latest", "atom"
        )
        etags.add(document.validators.etag)
        bodies.add(document.body)
    assert len(etags) == len(changes)
    assert len(bodies) == len(changes) - 2  # Atom says no ttl, and this article no clock time
    unseen = own_settings.model_copy(update={"workers": 7})
    assert build_document(own_index, unseen, "latest", "atom").validators.etag in etags


class Watched:
    """An index that notes which articles are loaded, and gives out some as `spoiled` has them."""

    def __init__(self, index: SearchIndex, **spoiled: Any) -> None:
        self._index = index
        self._spoiled = spoiled
        self.loaded: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, query: Query) -> Results:
        results = self._index.search(query)
        self.loaded += [hit.article.id for hit in results.hits]
        return results

    def load(self, ids: Collection[str]) -> dict[str, Hit]:
        self.loaded += ids
        return {
            id: replace(hit, article=replace(hit.article, **self._spoiled))
            if id.endswith(":3")
            else hit
            for id, hit in self._index.load(ids).items()
        }


def watched(index: SearchIndex, settings: Settings, **spoiled: Any) -> tuple[Newsstand, Watched]:
    watch = Watched(index, **spoiled)
    return newsstand_over(cast("SearchIndex", watch), settings), watch


def test_validators_load_no_article(own_index: SearchIndex, own_settings: Settings) -> None:
    own_index.update(map(written, range(120)), 120)
    newsstand, watch = watched(own_index, own_settings)
    for name in ("latest", "latest/2022-03", "search?q=Laterne", "latest?updates=all&limit=5"):
        newsstand.validators(newsstand.select(name), "atom")
    assert watch.loaded == []


def test_an_article_is_loaded_once_for_all_its_feeds(
    own_index: SearchIndex, own_settings: Settings
) -> None:
    own_index.update((written(n, section="Sport") for n in range(40)), 40)
    newsstand, watch = watched(own_index, own_settings)
    for name in ("latest", "sections/sport", "search?q=Laterne", "latest?limit=7"):
        for format in FORMATS:
            newsstand.document(newsstand.select(name), format)
    assert len(watch.loaded) == len(set(watch.loaded)) == 40
    own_index.update([written(40, section="Sport")], 41)
    newsstand.document(newsstand.select("latest"), "atom")
    assert len(watch.loaded) == 41  # one article came, one was loaded


@pytest.mark.parametrize("format", FORMATS)
def test_one_bad_article_does_not_lose_the_feed(
    own_index: SearchIndex, own_settings: Settings, caplog: pytest.LogCaptureFixture, format: Format
) -> None:
    own_index.update(map(written, range(6)), 6)
    newsstand, _ = watched(own_index, own_settings, published=None)
    with caplog.at_level(logging.ERROR):
        body = newsstand.document(newsstand.select("latest"), format).body
    assert "2026:3 cannot be made" in caplog.text
    for number in range(6):
        assert (f"tag:newsfeed.test,2026:{number}".encode() in body) is (number != 3)


def test_another_process_says_the_same(own_index: SearchIndex, own_settings: Settings) -> None:
    own_index.update(map(written, range(60)), 60)
    for name in ("latest", "latest/2022-03", "search?q=Laterne&limit=3"):
        for format in FORMATS:
            one, two = (build_document(own_index, own_settings, name, format) for _ in range(2))
            assert one == two


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_says_what_the_newsstand_says(
    stand: Stand, own_settings: Settings, format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.put(*map(written, range(60)))
    monkeypatch.setenv("NEWSFEED_TITLE", own_settings.title)
    monkeypatch.setenv("NEWSFEED_DESCRIPTION", own_settings.description)
    monkeypatch.setenv("NEWSFEED_BASE_URL", own_settings.base_url)

    def printed(*arguments: str) -> bytes:
        command = ["feed", *arguments, "--format", format, "--index", str(own_settings.index)]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.stderr
        return result.stdout_bytes

    assert printed("latest") == stand.body("latest", format)
    assert printed("latest/2022-03") == stand.body("latest/2022-03", format)
    options = ("--content", "summary", "--updates", "all", "--limit", "5")
    short = stand.body("latest?content=summary&updates=all&limit=5", format)
    assert printed("latest", *options) == printed("latest?limit=5", *options[:4]) == short
    search = "search?q=Laterne&limit=5"
    assert printed(search) == stand.body(search, format)


def test_the_command_tells_of_wrong_names(stand: Stand, own_settings: Settings) -> None:
    stand.put(written(1))
    for arguments, code in (
        (["sections/nirgends"], 2),
        (["latest?limit=51"], 2),
        (["latest", "--limit", "51"], 2),
        (["latest", "--updates", "some"], 2),
    ):
        command = ["feed", *arguments, "--index", str(own_settings.index)]
        assert CliRunner().invoke(main, command).exit_code == code


def test_a_document_stays_within_reason(stand: Stand) -> None:
    """No entry is left out; beyond the bounds it has a summary, and its link."""
    huge = (Block("paragraph", "Ein sehr langer Satz. " * 100_000),)  # 2.2 MB
    long = (Block("paragraph", "Ein langer Satz. " * 10_000),)
    stand.put(
        written(59, body=huge),
        *(written(n, body=long) for n in range(20, 59)),
        *map(written, range(20)),
    )
    items = stand.items("latest")
    assert len(items) == 50
    assert "content_html" not in items[0]
    assert items[0]["summary"].startswith("Ein sehr langer Satz.")
    whole = [item for item in items if "content_html" in item]
    assert whole == items[1 : 1 + len(whole)]
    assert sum(len(item["content_html"]) for item in whole[:-1]) <= MAX_CONTENT
    assert all(len(item["content_html"]) <= MAX_ENTRY for item in whole)
    assert all(item["summary"] and item["url"] for item in items[1 + len(whole) :])
    for format in FORMATS:
        assert len(stand.body("latest", format)) < 3 * MAX_CONTENT


HOSTILE = (
    "<script>alert(1)</script>",
    "]]>",
    "&nbsp;&lt;b&gt;",
    "\x00\x01\x0b\x1b[31m\x7f\x9f",
    "\ufffe\uffff",
    "\U0001f9d1\u200d\U0001f692",
    "\u202egedreht\u2066",
    "<img src=x onerror=alert(1)>",
    "<!-- <![CDATA[ <?xml",
    "<svg><style><a title='</style><img src onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<b>" * 3000,
    "K" * 300,
    "&" * 50,
)
TEXT = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=4).map("".join)
NAME = TEXT.filter(str.strip)
ARTICLE = st.builds(
    lambda headline, texts, name, url, kind: replace(
        written(1),
        url=url,
        section=name,
        standfirst=texts[0] or None,
        authors=(name,),
        topics=(name,),
        rights=texts[0] or None,
        body=tuple(Block(kind, text, text) for text in texts),
        images=(Image(texts[0], name, url, name),),
        related=(Related(name, (Link(name, url),)),),
        language=name[:20],
        headline=headline,
    ),
    NAME,
    st.lists(TEXT, min_size=1, max_size=4),
    NAME,
    st.sampled_from(["javascript:alert(1)", "https://x.example/a b", "https://x.example/'\"<&"])
    | st.none(),
    st.sampled_from(["paragraph", "subheading", "quote", "list", "entry"]),
)
ALLOWED = {
    *("div", "blockquote", "figcaption", "figure", "h2", "img", "li", "p", "time", "ul", "a"),
    *("abbr", "b", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("small", "strong", "sub", "sup", "u"),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(article=ARTICLE)
def test_whatever_stands_in_an_article_feeds_are_whole_and_safe(
    stand: Stand, article: Article
) -> None:
    sound = article_that_can_be_stored(article)
    stand.put(sound, written(2))
    live = any(block.kind == "entry" for block in sound.body)
    for name in ("latest", "latest?content=summary", *([liveblog_name(sound)] if live else [])):
        for format in FORMATS:
            body = stand.body(name, format)
            # valid by RFC 4287's grammar, the RSS profile and JSON Feed 1.1, every id once
            findings = check_document(body, format)
            assert [one for one in findings if one.severity == "error"] == []
            if format == "json":
                items = json.loads(body)["items"]
                contents = [item.get("content_html", "") for item in items]
            else:
                etree.fromstring(body)
                parsed = feedparser.parse(body, sanitize_html=False)
                assert not parsed.bozo
                items = parsed.entries
                contents = [c.value for item in items for c in item.get("content", ())]
            assert len(items) == (2 if name != liveblog_name(sound) else len(sound.body))
            for content in contents:
                assert_harmless(content)


def article_that_can_be_stored(article: Article) -> Article:
    """As the parse boundary leaves it: no store takes lone surrogates."""
    return from_json(to_json(article).replace(b"\\ud8", b""))


def assert_harmless(content: str) -> None:
    for element in html.fragment_fromstring(content, create_parent="div").iter():
        assert element.tag in ALLOWED
        assert set(element.keys()) <= {"href", "src", "alt", "datetime", "rel"}
        for address in (element.get("href"), element.get("src")):
            assert address is None or address.startswith(("https://", "http://", "mailto:"))


def test_ten_thousand_feeds_in_turn_do_not_grow_the_process(
    own_index: SearchIndex, own_settings: Settings
) -> None:
    """What is kept for a feed is bounded by count, and says here what it weighs."""
    own_index.update(map(written, range(3)), 3)
    newsstand = newsstand_over(own_index, own_settings)

    def poll(numbers: range) -> None:
        for number in numbers:
            # not words: analysis remembers those, within bounds of its own
            search = FeedSearch.model_validate(
                {"q": "Laterne", "from": str(date(1990, 1, 1) + timedelta(number))}
            )
            newsstand.validators(newsstand.select_search(search), "atom")

    poll(range(100))
    tracemalloc.start()
    try:
        before = held()
        poll(range(1_000, 2_000))
        per_feed = (held() - before) / 1_000
        poll(range(2_000, 2_000 + KEPT_VALIDATORS))
        full = held()
        poll(range(10_000, 12_000))
        grown = held() - full
    finally:
        tracemalloc.stop()
    assert per_feed < 4_000  # bytes: its path, tag, date and links
    assert grown < 2_000 * per_feed / 4


def held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
