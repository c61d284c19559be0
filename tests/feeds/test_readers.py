"""The documents as a reader sees them: parsed back with feedparser, nothing is lost or twisted."""

from __future__ import annotations

import html
from calendar import timegm
from typing import Any

import feedparser
import pytest

from newsfeed.feeds import Feed, Format, media_type, render
from newsfeed.feeds.text import clean

XML_FORMATS: tuple[Format, ...] = ("atom", "rss")


@pytest.fixture(params=XML_FORMATS)
def format(request: pytest.FixtureRequest) -> Format:
    chosen: Format = request.param
    return chosen


@pytest.fixture
def parsed(feed: Feed, format: Format) -> Any:
    return read(feed, format)


def read(feed: Feed, format: Format, **options: bool) -> Any:
    headers = {"content-type": media_type(format)}
    result = feedparser.parse(render(feed, format), response_headers=headers, **options)
    assert not result.bozo, result.get("bozo_exception")
    assert result.version == {"atom": "atom10", "rss": "rss20"}[format]
    return result


def test_the_feed_says_what_it_is(feed: Feed, parsed: Any) -> None:
    expected = clean(feed)
    assert parsed.feed.title == expected.title
    assert parsed.feed.link == expected.page_url
    assert parsed.feed.language == "de"
    assert timegm(parsed.feed.updated_parsed) == expected.updated.timestamp()


def test_every_entry_arrives(feed: Feed, parsed: Any) -> None:
    expected = clean(feed).entries
    entries = parsed.entries
    assert [entry.id for entry in entries] == [entry.id for entry in expected]
    assert [entry.link for entry in entries] == [entry.url for entry in expected]
    assert [timegm(e.published_parsed) for e in entries] == [
        int(entry.published.timestamp()) for entry in expected
    ]
    assert [timegm(e.updated_parsed) for e in entries] == [
        int(entry.updated.timestamp()) for entry in expected
    ]
    assert [tuple(author.name for author in e.get("authors", [])) for e in entries] == [
        entry.authors for entry in expected
    ]
    assert [e.get("newsfeed_note") for e in entries] == [entry.note for entry in expected]


def test_titles_arrive_as_they_were_written(feed: Feed, parsed: Any) -> None:
    """Escaped once: `<script>` and `&nbsp;` in a headline are characters, not markup."""
    assert [entry.title for entry in parsed.entries] == [
        entry.title for entry in clean(feed).entries
    ]


def test_contents_arrive_whole_and_alone(feed: Feed, format: Format) -> None:
    parsed = read(feed, format, sanitize_html=False, resolve_relative_uris=False)
    for got, entry in zip(parsed.entries, clean(feed).entries, strict=True):
        assert [content.value for content in got.get("content", [])] == (
            [entry.content] if entry.content else []
        )
        assert all(content.type == "text/html" for content in got.get("content", []))


def test_no_caption_is_taken_for_a_summary(feed: Feed, parsed: Any) -> None:
    """As media:description, feedparser would put it in the summary's place."""
    for got, entry in zip(parsed.entries, clean(feed).entries, strict=True):
        if not entry.summary:
            continue
        detail = got.summary_detail
        text = html.unescape(detail.value) if detail.type == "text/html" else detail.value
        assert text == entry.summary
        assert got.summary == detail.value


def test_pictures_arrive_with_their_credits(full: Feed, format: Format) -> None:
    entry = read(full, format).entries[0]
    assert [media["url"] for media in entry.media_content] == [
        "https://nachrichten.example/media/bruecke.jpg?w=800",
        "https://nachrichten.example/media/faehre",
    ]
    assert [credit["content"] for credit in entry.media_credit] == [
        "Ada Beispiel/Bildhaus",
        "Archiv",
    ]
    assert "Foto: Ada Beispiel/Bildhaus" in entry.content[0].value
