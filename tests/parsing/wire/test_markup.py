"""Pieces of markup become blocks and images, and nothing that a browser could run."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsfeed.article import Block, Image
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.markup import (
    MAX_ELEMENTS,
    Fragment,
    blocks_of,
    fragment,
    plain_blocks,
)
from newsfeed.parsing.text import clean_line

BASE = "https://zeitung.example/politik/"


def blocks(markup: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(markup).blocks]


def read(markup: str) -> Fragment:
    return blocks_of(fragment(markup), BASE)


def marked(markup: str) -> str | None:
    (block,) = read(markup).blocks
    return block.html


def test_paragraphs_headings_and_quotes() -> None:
    assert blocks("<h2>Über uns</h2><p>Eins.</p><blockquote><p>„Ja.“</p>Nein.</blockquote>") == [
        ("subheading", "Über uns"),
        ("paragraph", "Eins."),
        ("quote", "„Ja.“"),
        ("quote", "Nein."),
    ]


def test_text_between_boxes_is_a_paragraph() -> None:
    assert blocks("Davor<div>Drin <div>tiefer</div> danach</div>Schluss") == [
        ("paragraph", text) for text in ("Davor", "Drin", "tiefer", "danach", "Schluss")
    ]


def test_one_break_stays_two_begin_a_paragraph() -> None:
    assert read("<p>a<br>b<br> <br/>c</p>").blocks == (
        Block("paragraph", "a b", "a<br>b"),
        Block("paragraph", "c"),
    )


def test_a_list_is_one_block_whatever_is_inside() -> None:
    found = read("<ul><li>eins<ul><li><p>zwei</p><p>drei</p></li></ul></li><li><b>4</b></li></ul>")
    assert found.blocks == (Block("list", "eins\nzwei\ndrei\n4", "eins\nzwei\ndrei\n<b>4</b>"),)


def test_text_of_a_list_is_escaped_beside_marked_items() -> None:
    assert marked("<ul><li>a &lt; b</li><li><i>c</i></li></ul>") == "a &lt; b\n<i>c</i>"


def test_tables_of_data_are_lists_tables_of_boxes_are_boxes() -> None:
    assert blocks(
        "<table><tr><td>Roggen</td><td>5,20</td></tr><tr><td>Hafer<td>4</tr></table>"
    ) == [("list", "Roggen | 5,20\nHafer | 4")]
    assert blocks("<table><tr><td><p>Links</p></td><td><p>Rechts</p></td></tr></table>") == [
        ("paragraph", "Links"),
        ("paragraph", "Rechts"),
    ]


def test_preformatted_text_has_paragraphs() -> None:
    assert blocks("<pre>eins\nzwei\n\ndrei</pre>") == [
        ("paragraph", "eins zwei"),
        ("paragraph", "drei"),
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<p>Der <a href="/rat?a=1&amp;b=2" onclick="x()">Rat</a></p>',
            'Der <a href="https://zeitung.example/rat?a=1&amp;b=2">Rat</a>',
        ),
        (
            '<p><a href="mailto:a@b.example?subject=x">Post</a></p>',
            '<a href="mailto:a@b.example">Post</a>',
        ),
        ('<p><a href="javascript:alert(1)">x</a></p>', None),
        ('<p><a href="java&#10;script:alert(1)">x</a></p>', None),
        ('<p><a href="data:text/html,x">x</a><a href="#fuss">1</a></p>', None),
        ('<p><a href="//user:pw@host.example/">x</a></p>', None),
        ("<p><b>a<b>b</b>c</b> d</p>", "<b>abc</b> d"),
        ("<p><b> </b>a<i></i></p>", None),
        (
            "<p>H<sub>2</sub>O m<sup>2</sup> <code>x</code></p>",
            "H<sub>2</sub>O m<sup>2</sup> <code>x</code>",
        ),
        ("<p>&lt;script&gt;<em>a</em></p>", "&lt;script&gt;<em>a</em>"),
        ("<p>a<svg onload=x><b>b</b></svg><math>c</math></p>", None),
        ('<p style="x"><strong style="x" onmouseover=y>a</strong></p>', "<strong>a</strong>"),
    ],
)
def test_inline_markup_is_sanitised(markup: str, expected: str | None) -> None:
    assert marked(markup) == expected


def test_what_no_reader_sees_is_left_out() -> None:
    seen = "<p>a</p><script>b</script><style>c</style><template><p>d</p></template>"
    seen += "<div hidden><p>e</p></div><noscript><p>f</p></noscript><form><p>g</p></form><!--h-->"
    assert blocks(seen) == [("paragraph", "a")]


def test_figures_have_caption_and_credit() -> None:
    markup = """<figure><a href="x"><img src="data:image/gif;base64,R0" data-src="/b.jpg"></a>
    <figcaption>Die Brücke. <span class="credit">Foto: Anna Berg/dpa</span></figcaption></figure>
    <figure><img src="/c.jpg"><figcaption>Der Fluss am Morgen (Foto: dpa)</figcaption></figure>
    <img srcset="d.jpg 1x, e.jpg 2x"><img src="/pixel.gif" width="1" height="1">"""
    assert read(markup) == Fragment(
        (),
        (
            Image("Die Brücke.", "Anna Berg/dpa", "https://zeitung.example/b.jpg"),
            Image("Der Fluss am Morgen", "dpa", "https://zeitung.example/c.jpg"),
            Image(url="https://zeitung.example/politik/d.jpg"),
        ),
    )


def test_nitf_means_the_same_by_its_own_names() -> None:
    markup = """<body.content xmlns="http://iptc.org/std/NITF/2006-10-18/"><hl2>Zwei</hl2>
    <bq><block><p>Ja</p></block></bq><p><person>A. Berg</person> <em>lief</em></p>
    <media media-type="image"><media-reference source="https://a.example/s.jpg" width="90"/>
    <media-reference source="https://a.example/l.jpg" width="900"/>
    <media-caption>Lauf</media-caption><media-producer>C. Dorn</media-producer></media>
    <media media-type="audio"><media-caption>Ton</media-caption></media></body.content>"""
    found = blocks_of(etree.fromstring(markup))
    assert [(block.kind, block.text) for block in found.blocks] == [
        ("subheading", "Zwei"),
        ("quote", "Ja"),
        ("paragraph", "A. Berg lief"),
    ]
    assert found.images == (Image("Lauf", "C. Dorn", "https://a.example/l.jpg"),)


def test_plain_text_has_paragraphs_of_whatever_layout() -> None:
    assert [block.text for block in plain_blocks("a\r\nb\r\n \r\nc")] == ["a b", "c"]
    assert [block.text for block in plain_blocks("a\nb\n")] == ["a", "b"]
    assert [block.text for block in plain_blocks("  a\nb\n  c\nd")] == ["a b", "c d"]
    assert plain_blocks(" \n\n\u200b") == ()


def test_elements_that_are_never_closed_do_not_end_the_text() -> None:
    assert len(blocks("<font>Text<br><br>" * 500)) == 500


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(ParseError, match="elements"):
        fragment("<br>" * (MAX_ELEMENTS + 1))


def test_a_tag_of_endless_attributes_is_left_out() -> None:
    monster = "<p " + " ".join(f"a{number}=1" for number in range(200_000)) + ">"
    assert blocks(f"{monster}Text</p>") == [("paragraph", "Text")]


PIECES = [
    *("<p>", "</p>", "<b>", "</b>", "<i>", "<em>", "</em>", "<br>", "<ul>", "<li>", "</ul>"),
    *("<table><tr>", "<td>", "</table>", "<figure>", "<img src=a.jpg>", "<figcaption>"),
    *("</figure>", "<blockquote>", "</blockquote>", "<h2>", "</h2>", "<pre>", "<div hidden>"),
    *('<a href="/x">', '<a href="javascript:x">', "</a>", "<script>", "</script>", "<!--", "-->"),
    *("&lt;", "&amp;", "&#0;", "&#xd800;", "\u0338", "\u202e", " ", "\n\n", "Wort", '"', "<", ">"),
]
markup = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)
_OPEN = r'<(?:a href="(?:https?://|mailto:)[^"<>]*"|b|br|code|em|i|strong|sub|sup)>'


@given(markup)
def test_whatever_the_markup_blocks_are_sound(text: str) -> None:
    found = read(text)
    for block in found.blocks:
        assert block.text.strip()
        assert not {unicodedata.category(c) for c in block.text} & {"Cs"}
        assert ("\n" not in block.text) or block.kind == "list"
        if block.html is not None:
            assert block.html.count("\n") == block.text.count("\n")
            bare = re.sub(rf"{_OPEN}|</(?:a|b|code|em|i|strong|sub|sup)>", "\0", block.html)
            assert "<" not in bare
            assert ">" not in bare
            # the markup says what the text says; composing letters may meet across a tag
            words = html.unescape(re.sub("<br>", " ", block.html))
            plain = html.unescape(re.sub(r"<[^>]*>", "", block.html.replace("<br>", " ")))
            assert words
            assert clean_line(plain) == clean_line(block.text)
    for image in found.images:
        assert image.url or image.caption


@given(markup)
def test_sanitising_twice_changes_nothing(text: str) -> None:
    for block in read(text).blocks:
        if block.html and block.kind == "paragraph":
            (again,) = blocks_of(fragment(f"<p>{block.html}</p>")).blocks
            assert again == block
