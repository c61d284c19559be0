"""Texts on their way into a feed: nothing that XML forbids, nothing that turns a line round."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsfeed.feeds.text import address, line, markup, passage


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Ganz gewöhnlich – „so“", "Ganz gewöhnlich – „so“"),
        ("Form\x0cfeed, Null\x00, DEL\x7f, C1\x9f", "Formfeed, Null, DEL, C1"),
        ("halb\ud83des Emoji, ganzes 🦊", "halbes Emoji, ganzes 🦊"),
        ("kein Zeichen \ufffe\uffff", "kein Zeichen"),
        ("\u202egesperrt\u202c und \u2066eingefasst\u2069", "gesperrt und eingefasst"),
        ("Marken \u200e\u200f\u061c bleiben", "Marken \u200e\u200f\u061c bleiben"),
        ("  zwei\n\tZeilen \u2028 und\x85mehr ", "zwei Zeilen und mehr"),
        ("12\xa0km bleiben beisammen", "12\xa0km bleiben beisammen"),
        ("\x00\n", ""),
    ],
)
def test_a_line_is_made_safe(text: str, cleaned: str) -> None:
    assert line(text) == cleaned
    assert line(cleaned) == cleaned


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        ("https://x.example/ä?a=1&b=%20#c", "https://x.example/ä?a=1&b=%20#c"),
        ("https://x.example/ein Bild\n.jpg", "https://x.example/ein%20Bild%20.jpg"),
        ('https://x.example/"><b>\x00`{|}\\^', "https://x.example/%22%3E%3Cb%3E%60%7B%7C%7D%5C%5E"),
        ("https://x.example/a\xa0b", "https://x.example/a%C2%A0b"),
        ("\x00 ", ""),
    ],
)
def test_an_address_is_quoted_where_it_must_be(url: str, cleaned: str) -> None:
    assert address(url) == cleaned
    assert address(cleaned) == cleaned


def test_a_passage_keeps_its_lines() -> None:
    assert passage(" Erste Zeile\n\nzweite\x0b\u202e ") == "Erste Zeile\n\nzweite"
    assert passage("Ein Satz  mit Abstand") == "Ein Satz  mit Abstand"
    assert passage("\x00 \n") == ""


def test_markup_loses_only_what_xml_forbids() -> None:
    html = "<p>a&nbsp;]]&gt; ]]></p>\n\t<pre>  b </pre>\r\n \u202e\u200f\xa0\x85🦊"
    assert markup(html) == html
    assert markup(f"\x00{html}\x7f\x9f\ud83d\udd8a\uffff") == html


@pytest.mark.parametrize("clean", [address, line, passage, markup])
@pytest.mark.parametrize("piece", ["a", "ä ", " ", "\x00", "\ud800", "\n\u202e", "🦊\x0b", "<&]]>"])
def test_megabytes_take_linear_time(clean: Callable[[str], str], piece: str) -> None:
    """Quadratic work on two million characters would not end within the suite's time limit."""
    cleaned = clean(piece * (2_000_000 // len(piece)))
    assert clean(cleaned) == cleaned
