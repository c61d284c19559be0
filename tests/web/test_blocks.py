"""An article's text on its page and in feeds: live blogs, links and emphasis, nothing harmful."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from playwright.sync_api import expect, sync_playwright

from newsfeed.article import Article, Block
from newsfeed.search import open_index
from newsfeed.search.interface import SearchIndex
from newsfeed.web.blocks import INLINE, MAX_TAGS, parts
from newsfeed.web.links import article_path

START = datetime(2025, 3, 14, 6, 30, tzinfo=UTC)
LIVE = Article(
    headline="Unwetter am Rhein: Der Tag im Liveblog",
    id="tag:newsfeed.test,2026:live",
    published=START,
    updated=START + timedelta(hours=5),
    section="Lokales",
    standfirst="Seit dem Morgen steigt der Pegel. Was in der Stadt geschieht, steht hier.",
    body=(
        Block("paragraph", "Wir berichten den ganzen Tag, das Neueste steht oben."),
        Block("entry", "Die Uferstraße ist gesperrt", None, "e-17", START + timedelta(hours=4)),
        Block(
            "paragraph",
            "Die Feuerwehr meldet drei Einsätze, mehr steht im Lagebericht.",
            "Die Feuerwehr meldet <strong>drei</strong> Einsätze, mehr steht im "
            '<a href="https://stadt.example/lage">Lagebericht</a>.',
        ),
        Block("list", "Pegel: 7,12 Meter\nEinsätze: 3", "Pegel: <b>7,12</b> Meter\nEinsätze: 3"),
        Block("entry", "8.05 Uhr", None, "e-16", START + timedelta(minutes=35)),
        Block(
            "paragraph",
            "Der Krisenstab tritt zusammen. Hinweise an die Redaktion.",
            'Der Krisenstab tritt zusammen. Hinweise an die <a href="mailto:tag@stadt.example">'
            "Redaktion</a>.",
        ),
        Block("entry", "Am Vorabend", None, "e-16", START - timedelta(hours=10)),
        Block("quote", "Wir sind vorbereitet.\nAlle."),
    ),
)


def page_of(client: FlaskClient, index: SearchIndex, article: Article) -> html.HtmlElement:
    index.update([article], 1)
    response = client.get(article_path(article))
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_a_live_blog_has_an_anchor_and_a_time_for_each_entry(
    own_client: FlaskClient, own_index: SearchIndex
) -> None:
    page = page_of(own_client, own_index, LIVE)
    entries = page.xpath("//h2[@class='entry']")
    assert [" ".join(entry.text_content().split()) for entry in entries] == [
        "11:30 Uhr Die Uferstraße ist gesperrt",
        "8:05 Uhr",
        "13. März 2025, 21:30 Uhr Am Vorabend",
    ]
    assert [entry.get("id") for entry in entries] == [
        "eintrag-e-17",
        "eintrag-e-16-2",
        "eintrag-e-16",
    ]
    for entry in entries:
        assert entry.xpath("a/@href") == [f"#{entry.get('id')}"]
    assert entries[0].xpath(".//time/@datetime") == ["2025-03-14T10:30:00Z"]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_links_and_emphasis_stay(own_client: FlaskClient, own_index: SearchIndex) -> None:
    page = page_of(own_client, own_index, LIVE)
    link, letter = page.xpath("//div[@class='text']//p/a")
    assert letter.get("href") == "mailto:tag@stadt.example"
    assert link.get("href") == "https://stadt.example/lage"
    assert "nofollow" in link.get("rel")
    assert page.xpath("string(//div[@class='text']//strong)") == "drei"
    assert page.xpath("//div[@class='text']//li//text()") == [
        *("Pegel: ", "7,12", " Meter"),
        "Einsätze: 3",
    ]


@pytest.mark.parametrize("format", ["atom", "rss", "json"])
def test_a_feed_leads_to_the_entries(
    own_client: FlaskClient, own_index: SearchIndex, format: str
) -> None:
    own_index.update([LIVE], 1)
    text = own_client.get(f"/feeds/latest.{format}").text
    content = _content(text, format)
    (first, *_) = content.xpath("//h2/a/@href")
    assert first == f"https://abendbote.example{article_path(LIVE)}#eintrag-e-17"
    addresses = content.xpath("//a/@href")
    assert "https://stadt.example/lage" in addresses
    assert all(address.startswith(("https://", "mailto:tag@")) for address in addresses)
    assert content.xpath("//time/@datetime")[0] == "2025-03-14T10:30:00Z"
    assert not content.xpath("//@id | //@class")


def _content(document: str, format: str) -> html.HtmlElement:
    if format == "json":
        import json

        return html.document_fromstring(json.loads(document)["items"][0]["content_html"])
    tree = html.etree.fromstring(document.encode())
    (content,) = tree.xpath("//*[local-name()='entry']/*[local-name()='content']") or tree.xpath(
        "//*[local-name()='encoded']"
    )
    return html.document_fromstring(content.text)


def test_the_api_gives_blocks_as_they_are(own_client: FlaskClient, own_index: SearchIndex) -> None:
    own_index.update([LIVE], 1)
    body = own_client.get(f"/api/v1/articles/{LIVE.id}").get_json()["body"]
    assert body[1] == {
        "kind": "entry",
        "text": "Die Uferstraße ist gesperrt",
        "html": None,
        "id": "e-17",
        "published": "2025-03-14T10:30:00Z",
    }


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a href='https://x.example'>x</a></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/feeds'>x</a>",
    "<a href='http:feeds'>x</a>",
    "<a href='https://x.example' onclick='alert(1)' style='position:fixed' class='skip' id='mehr'>",
    "</p></div><form action='https://evil.example'><input name=a><button>x</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<b>" * 50_000,
    "\u202e<em>gedreht</em>",
)


@pytest.mark.parametrize("kind", ["paragraph", "subheading", "quote", "list", "entry"])
@pytest.mark.parametrize("markup", HOSTILE, ids=range(len(HOSTILE)))
def test_stored_html_is_cleaned_again(kind: str, markup: str) -> None:
    article = Article("Titel", body=(Block(kind, "Der Text", markup),))  # type: ignore[arg-type]
    for part in parts(article):
        for line in part.lines:
            assert_harmless(str(line))


def assert_harmless(markup: str) -> None:
    tree = html.fragment_fromstring(markup, create_parent="div")
    assert {element.tag for element in tree.iterdescendants()} <= INLINE
    assert {element.tag for element in tree.xpath(".//*[@*]")} <= {"a"}
    for link in tree.iterfind(".//a"):
        assert set(link.keys()) <= {"href", "rel"}
        assert re.match("https?://[^/]|mailto:", link.get("href", "https://x"))
    assert "\u202e" not in markup


MARKUP = st.lists(
    st.sampled_from(["<a href='", "'", ">", "<b", "</", "<!--", "javascript:", "https://x.y", "&"])
    | st.sampled_from(HOSTILE[:-2])
    | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=5),
    max_size=12,
).map("".join)


@given(MARKUP, st.sampled_from(["paragraph", "list", "entry", "quote", "subheading"]))
def test_no_html_gets_past_the_list(markup: str, kind: str) -> None:
    article = Article("Titel", body=(Block(kind, "Text", markup),))  # type: ignore[arg-type]
    for part in parts(article):
        for line in part.lines:
            assert_harmless(str(line))


@given(st.lists(st.text(max_size=12) | st.sampled_from(["a", "A", "a-2", "eintrag-a", "ä", ""])))
def test_anchors_are_safe_and_unique(ids: list[str]) -> None:
    article = Article("Titel", body=tuple(Block("entry", "10:00", None, id) for id in ids))
    anchors = [part.anchor for part in parts(article)]
    assert len(anchors) == len(set(anchors)) == len(ids)
    for anchor in anchors:
        assert re.fullmatch("eintrag-[a-z0-9-]+", anchor)


def test_an_anchor_stays_when_newer_entries_come() -> None:
    newer = Block("entry", "Neues", None, "e-18", START)
    before = {part.anchor for part in parts(LIVE) if part.anchor}
    grown = Article("Titel", body=(newer, *LIVE.body))
    assert before < {part.anchor for part in parts(grown)}


def test_ten_thousand_equal_anchors_take_no_time() -> None:
    article = Article("Titel", body=(Block("entry", "10:00", None, "x"),) * 10_000)
    assert len({part.anchor for part in parts(article)}) == 10_000


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (Block("paragraph", "a < b", "<em> </em>"), ["a &lt; b"]),
        (Block("paragraph", "zu viel", "<b>" * (MAX_TAGS + 1)), ["zu viel"]),
        (Block("list", "eins\nzwei", "<b>eins</b>"), ["eins", "zwei"]),
        (Block("list", "eins\n\nzwei"), ["eins", "zwei"]),
        (Block("quote", "eins\nzwei", "<em>eins\nzwei</em>"), ["<em>eins</em>", "zwei"]),
        (Block("paragraph", " \u202e "), []),
    ],
)
def test_the_text_stands_in_for_html_that_does_not_serve(block: Block, lines: list[str]) -> None:
    shown = [str(line) for part in parts(Article("Titel", body=(block,))) for line in part.lines]
    assert shown == lines


@pytest.mark.apt("chromium")
@pytest.mark.parametrize("width", [1280, 360])
def test_a_live_blog_in_a_browser(
    tmp_path: Path,
    serving_in: Callable[[Path], AbstractContextManager[tuple[str, Popen[str]]]],
    width: int,
) -> None:
    index = open_index(tmp_path / "index")
    index.update([LIVE], 1)
    index.close()
    with serving_in(tmp_path) as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 900})
        mistakes: list[str] = []
        page.on("console", lambda message: mistakes.append(message.text))
        page.goto(address + article_path(LIVE))
        page.get_by_role("link", name="8:05 Uhr").click()
        assert page.url.endswith("#eintrag-e-16-2")
        expect(page.locator(":target")).to_be_in_viewport()
        expect(page.get_by_role("heading", name="Die Uferstraße ist gesperrt")).to_be_attached()
        times = page.locator(".entry time").all()
        colours = {time.evaluate("one => getComputedStyle(one).color") for time in times}
        assert len(times) == 3
        assert len(colours) == 1
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0
        browser.close()
        assert mistakes == []
