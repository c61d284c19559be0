"""Packed documents are what is in them, and never more than the limit; saved pages as well."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.parsing import ParseError, is_article
from newsfeed.parsing.packed import inner_name, unpack

# without the time of day: parameters name tests, and workers must agree on the names
gzipped = partial(gzip.compress, mtime=0)

Read = Callable[..., Article]
ARTICLES = Path(__file__).parents[2] / "articles"
TEXT = "Neue Brücke eröffnet\n\nAm Montag wurde die neue Brücke über den Fluss eröffnet.\n"


def test_a_packed_name_is_that_of_what_is_in_it() -> None:
    assert inner_name("a/x.html.GZ") == "a/x.html"
    assert is_article("a/x.txt.gz")
    assert not is_article("a/x.tar.gz")
    assert not is_article("a/.x.txt.gz")
    assert not is_article("x.gz")


def test_a_packed_document_is_the_same_article(read: Read) -> None:
    for name in ("feed-entry.rss", "feed-entry.atom", "saved-page.mhtml"):
        raw = (ARTICLES / name).read_bytes()
        assert read(gzipped(raw), f"{name}.gz") == read(raw, name)


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4))
def test_several_members_are_one_text(parts: list[bytes]) -> None:
    packed = b"".join(map(gzip.compress, parts))
    assert unpack(packed + bytes(100), 10_000) == b"".join(parts)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (gzipped(bytes(10_001)), "larger"),
        (gzipped(bytes(200_000_000)), "larger"),
        (gzipped(bytes(6000)) * 2, "larger"),
        (gzipped(TEXT.encode())[:-3], "cut off"),
        (TEXT.encode(), "damaged"),
        (gzipped(b"x") + b"rest", "damaged"),
    ],
)
def test_bombs_and_damage_are_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        unpack(raw, 10_000)


@given(st.binary(max_size=200))
def test_any_bytes_are_unpacked_or_refused(raw: bytes) -> None:
    for packed in (raw, gzipped(TEXT.encode())[:20] + raw):
        try:
            assert len(unpack(packed, 1000)) <= 1000
        except ParseError:
            continue


PAGE = (
    "<html><body><article><h1>Neue Brücke eröffnet</h1><p>Am Montag wurde die neue Brücke über "
    "den Fluss eröffnet, und alle waren da.</p></article></body></html>"
)


def test_a_saved_page_has_its_address(read: Read) -> None:
    article = read((ARTICLES / "saved-page.mhtml").read_bytes(), "saved-page.mhtml")
    assert article.url == "https://elbkurier.example/kultur/brief-von-1848"
    assert article.provenance["url"] == "archive"


def test_a_message_of_one_part_is_a_page_too(read: Read) -> None:
    head = "Content-Type: text/html; charset=utf-16\nContent-Location: javascript:alert(1)\n\n"
    article = read(head.encode() + PAGE.encode("utf-16"), "x.mht")
    assert article.headline == "Neue Brücke eröffnet"
    assert article.url is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no message",
        b"Content-Type: text/plain\n\nText",
        b"Content-Type: text/html\n\n",
        b"Content-Type: multipart/related; boundary=x\n\n" + b"--x\n" * 20_000,
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n%%%",
    ],
)
def test_what_holds_no_page_is_refused(read: Read, raw: bytes) -> None:
    with pytest.raises(ParseError):
        read(raw, "x.mhtml")
