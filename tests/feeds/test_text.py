"""Texts on their way into a feed: nothing that XML forbids, nothing that turns a line round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsfeed.feeds import FORMATS, Category, Entry, Feed, Format, render
from newsfeed.feeds.text import clean, line

ENTRY = Entry(
    id="tag:x.example,2026:1",
    url="https://x.example/1",
    title="Titel",
    published=datetime(2026, 1, 1, tzinfo=UTC),
    updated=datetime(2026, 1, 1, tzinfo=UTC),
)
FEED = Feed(
    id="https://x.example/feed",
    title="Feed",
    page_url="https://x.example/",
    self_urls={},
    updated=datetime(2026, 1, 1, tzinfo=UTC),
    entries=(ENTRY,),
)


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


def test_a_passage_keeps_its_lines() -> None:
    entry = replace(
        ENTRY, summary="Erste Zeile\n\nzweite\x0b\u202e", content="<p>a</p>\n\x01<p>b</p>"
    )
    cleaned = clean(replace(FEED, entries=(entry,))).entries[0]
    assert cleaned.summary == "Erste Zeile\n\nzweite"
    assert cleaned.content == "<p>a</p>\n<p>b</p>"


def test_what_is_empty_afterwards_is_absent() -> None:
    entry = replace(
        ENTRY,
        title="\x00",
        summary=" \x00",
        authors=("\x01", "Ada"),
        categories=(Category("\x01", "x", "y"), Category("a", "\x00", "y")),
        source="\n",
        language="de_DE\x00",
    )
    cleaned = clean(replace(FEED, entries=(entry,))).entries[0]
    assert cleaned.title == "Ohne Titel"
    assert cleaned.summary is cleaned.source is cleaned.language is None
    assert cleaned.authors == ("Ada",)
    assert cleaned.categories == (Category("a", "a", "y"),)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("feed", "name"),
    [
        (replace(FEED, id="\x00"), "id of the feed"),
        (replace(FEED, page_url=""), "page_url of feed 'https://x.example/feed'"),
        (replace(FEED, entries=(replace(ENTRY, id=""),)), "id of entry 'https://x.example/1'"),
        (replace(FEED, entries=(replace(ENTRY, url=" "),)), "url of entry 'tag:x.example,2026:1'"),
    ],
)
def test_a_feed_without_identity_is_refused_in_every_format(
    format: Format, feed: Feed, name: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name}: is empty"):
        render(feed, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_date_without_a_zone_is_refused_in_every_format(format: Format) -> None:
    naive = replace(ENTRY, updated=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="2026-01-01T00:00:00: a feed's date needs a time zone"):
        render(replace(FEED, entries=(naive,)), format)
