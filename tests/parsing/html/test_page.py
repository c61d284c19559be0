"""Bytes become a tree: in the right characters, and never too deep or too large."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from lxml.html import HtmlElement

from newsfeed.parsing import ParseError
from newsfeed.parsing.html import page

UMLAUTS = "<p>Grüße aus Öhringen – für „alle“</p>"


def text(root: HtmlElement) -> str:
    return "".join(str(part) for part in root.itertext()).strip()


def depth(root: HtmlElement) -> int:
    deepest, level, open_ = 0, 0, [iter(root)]
    while open_:
        child = next(open_[-1], None)
        if child is None:
            open_.pop()
            level -= 1
        else:
            open_.append(iter(child))
            level += 1
            deepest = max(deepest, level)
    return deepest


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (UMLAUTS.encode(), None),
        (UMLAUTS.encode("utf-8-sig"), None),
        (UMLAUTS.encode("utf-16"), None),
        (b'<meta charset="iso-8859-1">' + UMLAUTS.encode("cp1252"), None),
        (b'<meta charset="utf-8">' + UMLAUTS.encode("cp1252"), None),
        (UMLAUTS.encode("cp1252"), "windows-1252"),
        (UMLAUTS.encode("cp1252"), "utf-8"),
        (UMLAUTS.encode(), "iso-8859-1"),
        (b'<meta charset="rot13">' + UMLAUTS.encode(), None),
    ],
    ids=lambda value: str(value)[:24],
)
def test_characters(raw: bytes, charset: str | None) -> None:
    assert text(page.load(raw, charset)) == "Grüße aus Öhringen – für „alle“"


def test_other_scripts_by_their_declaration() -> None:
    raw = '<meta charset="windows-1251"><p>Новости дня</p>'.encode("cp1251")
    assert text(page.load(raw)) == "Новости дня"


def test_control_characters_and_surrogates_are_gone() -> None:
    raw = b"<p>a\x00b\x07c\x1bd</p>" + b"<p>" + b"e " * 200 + b"</p>"
    assert text(page.load(raw)).startswith("abcd")


def test_nesting_is_cut() -> None:
    root = page.load(b"<div>" * 100_000 + b"<p>tief")
    assert depth(root) < page.MAX_DEPTH


def test_what_follows_deep_nesting_is_kept() -> None:
    root = page.load(b"<div>" * 400 + b"tief" + b"</div>" * 400 + b"<p>danach</p>")
    assert "danach" in text(root)
    assert "tief" not in text(root)


def test_too_many_elements() -> None:
    with pytest.raises(ParseError, match="more than 200000 elements"):
        page.load(b"<p>a" * 200_001)


def test_long_text_is_no_long_tag() -> None:
    prose = "Wort " * 5_000
    root = page.load(f"{prose}<p>{prose}</p><p {'class=a ' * 2_000}>Ende</p>".encode())
    assert root.text_content().count("Wort") == 10_000
    last = root.findall(".//p")[-1]
    assert (last.text, dict(last.attrib)) == ("Ende", {})


def test_an_element_of_too_many_attributes_keeps_none() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(2_000))
    root = page.load(f"<p {attributes}>Text</p>".encode())
    paragraph = root.find(".//p")
    assert paragraph is not None
    assert not paragraph.attrib
    assert text(root) == "Text"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"Nur ein Satz ohne Auszeichnung.", "no HTML"),
        (b"%PDF-1.7\n\x80\x81", "binary"),
        (b"\x00\x01\x02\x03" * 50 + b"<p>", "binary"),
        (b"\xff\xfe<\x00p", "UTF-16"),
    ],
    ids=["empty", "plain", "pdf", "binary", "cut utf-16"],
)
def test_no_page(raw: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        page.load(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"<a" * 1_000_000,
        b"<!--" * 500_000,
        b'<a href="' * 200_000,
        b"<a " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">",
        b"<table>" * 20_000,
        b"<p>" + b"x" * 5_000_000,
        b"<meta " * 100_000,
    ],
    ids=lambda raw: f"{raw[:9]!r}",
)
def test_monsters_are_read_in_time(raw: bytes) -> None:
    begin = time.process_time()
    with suppress(ParseError):
        assert depth(page.load(raw)) < page.MAX_DEPTH
    assert time.process_time() - begin < 5
