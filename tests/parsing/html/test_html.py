"""Pages become articles: what is text, what stands beside it, and what is no article at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, Image, Link, Related
from newsfeed.parsing import Context, ParseError, explain, parse
from newsfeed.parsing.html import extraction, read_page
from newsfeed.parsing.rules import RuleBook, Rules

Read = Callable[..., Article]
Sound = Callable[[Article], None]

CONTEXT = Context(datetime(2026, 1, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
FIRST = (
    "Am Morgen nach dem Fest liegt der Marktplatz still, nur zwei Männer fegen die Scherben vom "
    "Pflaster und reden über das Wetter."
)
SECOND = (
    "Dreitausend Menschen waren gekommen, sagt die Bürgermeisterin, so viele wie seit dem Jubiläum "
    "nicht mehr, und fast alle seien zu Fuß nach Hause gegangen."
)
THIRD = (
    "Im nächsten Jahr soll das Fest zwei Tage dauern. Der Rat muss darüber noch beraten, doch die "
    "Wirte haben die Tische schon bestellt."
)
URL = "https://bote.example/fest"


def page(body: str, head: str = "") -> bytes:
    return f"""<html lang="de"><head><title>Nach dem Fest</title>
        <link rel="canonical" href="{URL}">{head}</head><body>
        <nav><ul><li><a href="/">Start</a></li><li><a href="/lokales">Lokales</a></li></ul></nav>
        <article><h1>Nach dem Fest</h1>{body}</article>
        <footer>© Bote</footer></body></html>""".encode()


def article(body: str, head: str = "", **around: Any) -> Article:
    context = Context(CONTEXT.now, CONTEXT.zone, **around)
    return parse(page(body, head), "seite.html", context)


def body(found: Article) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in found.body]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_text_without_furniture() -> None:
    found = article(
        paragraphs(FIRST, SECOND)
        + "<div class='newsletter'><p>Jetzt kostenlos den Newsletter abonnieren!</p></div>"
        + paragraphs(THIRD)
        + "<div class='share'><a href='#'>Teilen</a></div>"
    )
    assert body(found) == [("paragraph", FIRST), ("paragraph", SECOND), ("paragraph", THIRD)]
    assert found.headline == "Nach dem Fest"
    assert found.url == URL
    assert ("promotion", "Jetzt kostenlos den Newsletter abonnieren!") in [
        (line.kind, line.text) for line in found.leftovers
    ]


def test_a_list_in_the_midst_of_the_text_is_text() -> None:
    found = article(
        paragraphs(FIRST)
        + "<ul><li>Bier und <b>Brause</b></li><li>Wurst &amp; Käse</li></ul>"
        + paragraphs(SECOND, THIRD)
    )
    assert found.body[1].kind == "list"
    assert found.body[1].text == "Bier und Brause\nWurst & Käse"
    assert found.body[1].html == "Bier und <b>Brause</b>\nWurst &amp; Käse"


def test_a_list_of_links_is_not() -> None:
    links = "".join(f"<li><a href='/{n}'>Eine andere Nachricht Nummer {n}</a></li>" for n in "123")
    found = article(paragraphs(FIRST) + f"<ul>{links}</ul>" + paragraphs(SECOND, THIRD))
    assert [kind for kind, _ in body(found)] == ["paragraph"] * 3


def test_a_quote_is_text_unless_it_repeats_the_text() -> None:
    quote = "<blockquote><p>{}</p></blockquote>"
    found = article(
        paragraphs(FIRST)
        + quote.format("So still war es hier lange nicht, das ist mir unheimlich.")
        + paragraphs(SECOND)
        + quote.format("so viele wie seit dem Jubiläum nicht mehr")
        + paragraphs(THIRD)
    )
    assert [kind for kind, _ in body(found)] == ["paragraph", "quote", "paragraph", "paragraph"]


def test_a_short_line_in_bold_is_a_subheading() -> None:
    found = article(
        paragraphs(FIRST, "<b>Was der Rat sagt</b>", SECOND, "<b>Schluss jetzt!</b>", THIRD)
    )
    kinds = {text: kind for kind, text in body(found)}
    assert kinds["Was der Rat sagt"] == "subheading"
    assert kinds.get("Schluss jetzt!", "paragraph") == "paragraph"


def test_a_table_has_a_line_for_each_row() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{count} Besucher</td></tr>"
        for name, count in (("Freitag", 900), ("Samstag", 1400), ("Sonntag", 700))
    )
    from newsfeed.parsing.html.body import blocks_of
    from newsfeed.parsing.html.page import load
    from newsfeed.parsing.html.pieces import pieces

    (table,) = blocks_of(pieces(load(f"<table>{rows}</table>".encode())), None)
    assert table.kind == "list"
    assert table.text == "Freitag | 900 Besucher\nSamstag | 1400 Besucher\nSonntag | 700 Besucher"


def test_pictures_with_caption_and_credit() -> None:
    found = article(
        "<figure><img src='/a.jpg'><figcaption>Zwei Männer mit Besen auf dem Marktplatz."
        "<span class='credit'>Foto: Uta Lenz</span></figcaption></figure>"
        + paragraphs(FIRST)
        + "<div class='bild'><img src='leer.gif' data-src='/b.jpg'><div class='text'>Die Scherben "
        "füllten am Ende vier große Säcke.</div></div>" + paragraphs(SECOND, THIRD)
    )
    assert found.images == (
        Image(
            "Zwei Männer mit Besen auf dem Marktplatz.", "Uta Lenz", "https://bote.example/a.jpg"
        ),
        Image("Die Scherben füllten am Ende vier große Säcke.", None, "https://bote.example/b.jpg"),
    )
    assert "Besen" not in found.text
    assert "Säcke" not in found.text


def test_further_reading() -> None:
    found = article(
        paragraphs(FIRST, SECOND)
        + "<div class='related'><h4>Mehr zum Thema</h4><a href='/alt'>Das Fest vor zehn Jahren</a>"
        "</div>" + paragraphs(THIRD)
    )
    link = Link("Das Fest vor zehn Jahren", "https://bote.example/alt")
    assert found.related == (Related("Mehr zum Thema", (link,)),)


def test_a_live_blog_that_is_marked_by_its_times_only() -> None:
    entries = "".join(
        f"<div class='eintrag' id='e{hour}'><time datetime='2025-06-01T{hour}:30:00+02:00'>{hour}"
        f":30</time><h3>Um {hour} Uhr dreißig</h3><p>{text}</p></div>"
        for hour, text in ((14, FIRST), (12, SECOND), (10, THIRD))
    )
    found = article(f"<div class='blog'>{entries}</div>")
    assert [(block.kind, block.id) for block in found.body] == [
        ("entry", "e14"),
        ("paragraph", None),
        ("entry", "e12"),
        ("paragraph", None),
        ("entry", "e10"),
        ("paragraph", None),
    ]
    assert found.body[0].text == "Um 14 Uhr dreißig"
    assert found.body[0].published == datetime(2025, 6, 1, 12, 30, tzinfo=UTC)


def test_no_id_twice_in_a_live_blog() -> None:
    entries = "".join(
        f"<div class='eintrag' id='gleich'><time datetime='2025-06-01T{hour}:30:00+02:00'></time>"
        f"<h3>Um {hour} Uhr</h3><p>{text}</p></div>"
        for hour, text in ((14, FIRST), (12, SECOND), (10, THIRD))
    )
    found = article(entries)
    assert [block.id for block in found.body if block.kind == "entry"] == [
        "gleich",
        "gleich-2",
        "gleich-3",
    ]


def test_rules_of_a_source() -> None:
    rules = Rules(
        drop=(".einschub",),
        keep=("article",),
        drop_lines=("Lesen Sie auch",),
        end_lines=("Zur Person",),
    )
    found = article(
        paragraphs(FIRST)
        + f"<div class='einschub'><p>{SECOND}</p></div>"
        + paragraphs(THIRD, f"Lesen sie auch: {SECOND}", "Zur Person: Sie schreibt.", SECOND),
        rules=RuleBook({"bote.example": rules}),
    )
    assert body(found) == [("paragraph", FIRST), ("paragraph", THIRD)]


def test_keep_leaves_out_what_stands_elsewhere() -> None:
    rules = RuleBook({"bote.example": Rules(keep=("#text",))})
    found = article(f"<p>{FIRST}</p><div id='text'>{paragraphs(SECOND, THIRD)}</div>", rules=rules)
    assert body(found) == [("paragraph", SECOND), ("paragraph", THIRD)]


def test_verdicts_say_why() -> None:
    raw = page(paragraphs(FIRST, SECOND, FIRST))
    verdicts = {one.text: one for one in explain(raw, "seite.html", CONTEXT).verdicts}
    assert verdicts[SECOND].label == "paragraph"
    assert (verdicts[SECOND].score or 0) > 0.5
    assert verdicts[SECOND].reason
    assert verdicts["Nach dem Fest"].reason == "the headline"
    assert verdicts["Start"].label == "navigation"


def test_a_page_too_large_for_trafilatura_is_read_and_says_so() -> None:
    raw = page(paragraphs(FIRST, SECOND, THIRD) + "<i></i>" * (extraction.MAX_ELEMENTS + 1))
    found = explain(raw, "seite.html", CONTEXT)
    assert body(found.article)[:2] == [("paragraph", FIRST), ("paragraph", SECOND)]
    assert (found.verdicts[0].text, found.verdicts[0].score) == ("trafilatura", None)
    assert found.verdicts[0].reason == "not asked: the page has more than 30,000 elements"


def test_a_defect_of_trafilatura_costs_its_opinion_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setattr(extraction, "bare_extraction", fails)
    found = explain(page(paragraphs(FIRST, SECOND, THIRD)), "seite.html", CONTEXT)
    assert body(found.article)[:2] == [("paragraph", FIRST), ("paragraph", SECOND)]
    assert found.verdicts[0].reason == "failed: TypeError"


def test_running_out_of_memory_is_the_files_limit_and_not_an_opinion_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def starves(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(extraction, "bare_extraction", starves)
    with pytest.raises(MemoryError):
        article(paragraphs(FIRST, SECOND, THIRD))


def test_text_that_only_the_data_have(read: Read) -> None:
    text = f"{FIRST}\\n\\n{SECOND}"
    data = f'{{"@type": "NewsArticle", "headline": "Nach dem Fest", "articleBody": "{text}"}}'
    found = read(f'<script type="application/ld+json">{data}</script><div id=app></div>', "x.html")
    assert body(found) == [("paragraph", FIRST), ("paragraph", SECOND)]


def test_a_text_of_one_paragraph_is_no_standfirst() -> None:
    found = article(f"<p class='standfirst'>{FIRST}</p>")
    assert body(found) == [("paragraph", FIRST)]
    assert found.standfirst is None


def test_charset_from_outside() -> None:
    raw = page(paragraphs("Новости дня. " * 20, SECOND)).decode().encode("cp1251", "ignore")
    assert "Новости дня" in read_page(raw, CONTEXT, "windows-1251").body[0].text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html><body></body></html>", "no article text"),
        ("<title>404 - Seite nicht gefunden</title><p>Leider ist hier nichts.</p>", "error"),
        ("<title>Anmelden</title><form><input type=password></form>", "login"),
        ("<nav><a href=/>Start</a><a href=/a>Lokales</a></nav>", "no article text"),
    ],
)
def test_no_article(read: Read, html: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read(html, "x.html")


_TAGS = """
p div h1 h2 ul li ol blockquote table tr td a b em figure figcaption img span br section time
article aside nav script title form
"""
TAGS = st.sampled_from(_TAGS.split())
NAMES = st.sampled_from(
    ["", "article-body", "caption", "teaser", "author", "newsletter", "headline", "eintrag"]
)
WORDS = st.sampled_from([FIRST, SECOND, THIRD, "Mehr zum Thema", "Foto: dpa", "Von Uta Lenz", "·"])
ATTRIBUTES = st.sampled_from(
    [
        *('id="a"', 'href="/x"', 'href="javascript:x()"', "onclick=x()", 'hidden="hidden"'),
        *(
            'datetime="2025-06-01T10:30:00+02:00"',
            'datetime="2025-06-01T11:30:00+02:00"',
            'src="b"',
        ),
    ]
)


@st.composite
def element(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag, name, attribute = draw(TAGS), draw(NAMES), draw(ATTRIBUTES)
    return f"<{tag} class='{name}' {attribute}>{''.join(draw(st.lists(inner, max_size=5)))}</{tag}>"


TREES = st.recursive(WORDS | st.text(max_size=20), element, max_leaves=25)


@settings(deadline=None)
@given(TREES)
def test_any_tree_is_a_sound_article_or_none(sound: Sound, tree: str) -> None:
    try:
        found = parse(page(tree), "seite.html", CONTEXT)
    except (ParseError, UnicodeEncodeError):
        return
    sound(found)
    assert tuple(explain(page(tree), "seite.html", CONTEXT).verdicts)
