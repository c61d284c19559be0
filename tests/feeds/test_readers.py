"""The documents as readers see them: parsed back with real ones, nothing is lost or twisted."""

from __future__ import annotations

import html
import os
import sqlite3
import subprocess
from calendar import timegm
from contextlib import closing
from pathlib import Path
from typing import Any

import feedparser
import pytest
from reader import make_reader

from newsfeed.feeds import FORMATS, Feed, Format, media_type, render
from newsfeed.feeds.cleaning import clean
from newsfeed.feeds.links import feed_links

XML_FORMATS: tuple[Format, ...] = ("atom", "rss")
NAMES = ("full", "search", "complete")


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
    assert parsed.feed.get("rights") == expected.rights
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


def test_no_caption_is_taken_for_a_summary_or_a_content(feed: Feed, parsed: Any) -> None:
    """Which is what media:description does elsewhere: see feeds/media.py."""
    for got, entry in zip(parsed.entries, clean(feed).entries, strict=True):
        captions = {image.caption for image in entry.images}
        assert captions.isdisjoint(content.value for content in got.get("content", []))
        assert got.get("summary") not in captions
        if entry.summary:
            detail = got.summary_detail
            text = html.unescape(detail.value) if detail.type == "text/html" else detail.value
            assert text == entry.summary
            assert got.summary == detail.value


def test_feedparser_does_take_a_caption_for_a_text_elsewhere(full: Feed, search: Feed) -> None:
    """So that the rules of feeds/media.py are known to be needed: delete them when this fails."""
    caption = "<media:description>Stau</media:description>"
    for format in XML_FORMATS:
        document = render(search, format).decode()
        document = document.replace("</media:title>", f"</media:title>{caption}", 1)
        entry = feedparser.parse(document).entries[0]
        assert "Stau" in (entry.summary, *(content.value for content in entry.content))

    document = render(full, "rss").decode()
    start, end = document.index("<atom:summary>"), document.index("</atom:summary>")
    entry = feedparser.parse(document[:start] + document[end + len("</atom:summary>") :]).entries[0]
    assert entry.summary_detail.value == "Die alte Fähre"


def test_pictures_arrive_with_their_credits(full: Feed, format: Format) -> None:
    entry = read(full, format).entries[0]
    assert [(media["url"], media["type"]) for media in entry.media_content] == [
        ("https://nachrichten.example/media/bruecke.jpg?w=800", "image/jpeg"),
        ("https://nachrichten.example/media/faehre", "image/webp"),
    ]
    assert [credit["content"] for credit in entry.media_credit] == [
        "Ada Beispiel/Bildhaus",
        "Archiv",
    ]
    assert [thumbnail["url"] for thumbnail in entry.media_thumbnail] == [
        "https://nachrichten.example/media/bruecke.jpg?w=800"
    ]
    assert "Foto: Ada Beispiel/Bildhaus" in entry.content[0].value


def test_an_enclosure_arrives(full: Feed, format: Format) -> None:
    bridge, tunnel = (entry.enclosures for entry in read(full, format).entries)
    assert [(one.href, one.type, one.length) for one in bridge] == [
        ("https://nachrichten.example/media/bruecke.jpg?w=800", "image/jpeg", "48213")
    ]
    assert [(one.href, one.type, one.get("length", "0")) for one in tunnel] == [
        ("https://nachrichten.example/media/portal.png", "image/png", "0")
    ]


def test_where_an_entry_comes_from_arrives(full: Feed, format: Format) -> None:
    entry = read(full, format).entries[0]
    paper = entry.source.title if format == "atom" else entry.publisher
    assert paper == "Mühlhafener Bote"
    assert entry.rights == "© 2026 Mühlhafener Bote & Partner"
    schemes = [tag.scheme for tag in entry.tags]
    assert schemes == [category.scheme for category in full.entries[0].categories]
    assert [tag.label or tag.term for tag in entry.tags] == [
        "Lokales",
        "Verkehr & Wege",
        "Bildhaus",
    ]
    related = [link for link in entry.links if link.rel == "related"]
    assert [(link.href, link.title) for link in related] == [
        ("https://nachrichten.example/articles/kosten", "Was die Sperrung kostet")
    ]


def test_where_a_feed_leads_arrives(feed: Feed, format: Format) -> None:
    expected = [(link.rel, link.href) for link in feed_links(clean(feed), format)]
    found = [(link.rel, link.href) for link in read(feed, format).feed.links]
    assert found[1:] == expected  # the first one is the page for people


def test_what_a_search_found_arrives(search: Feed, format: Format) -> None:
    found = read(search, format).feed
    assert found.opensearch_totalresults == "104"
    assert found.opensearch_startindex == "3"
    assert found.opensearch_itemsperpage == "2"


@pytest.fixture
def folder(tmp_path: Path, full: Feed, search: Feed, complete: Feed) -> Path:
    """The feeds as files, in all formats."""
    for name, feed in (("full", full), ("search", search), ("complete", complete)):
        for format in FORMATS:
            (tmp_path / f"{name}.{format}").write_bytes(render(feed, format))
    return tmp_path


@pytest.mark.parametrize("name", [f"{name}.{format}" for name in NAMES for format in FORMATS])
def test_a_feed_arrives_in_reader(folder: Path, name: str, request: pytest.FixtureRequest) -> None:
    """`reader` (on PyPI), which keeps what it has read, as a program would see it."""
    kind, _, format = name.partition(".")
    feed: Feed = request.getfixturevalue(kind)
    with closing(make_reader(":memory:", feed_root=str(folder))) as reader:
        reader.add_feed(name)
        reader.update_feeds()
        read = reader.get_feed(name)
        entries = {entry.id: entry for entry in reader.get_entries()}
    assert (read.title, read.link) == (feed.title, feed.page_url)
    assert len(entries) == len(feed.entries)
    for entry in feed.entries:
        got = entries[entry.id]
        assert (got.title, got.link) == (entry.title, entry.url)
        assert got.published == entry.published.replace(microsecond=0)
        assert got.updated == entry.updated.replace(microsecond=0)
        if entry.summary:
            assert html.unescape(got.summary or "") == entry.summary
        kept = [content.value for content in got.content]
        if entry.content:
            assert len(kept) == 1
            assert kept[0][:30] == entry.content[:30]
        else:
            # JSON Feed has to have one, and says the summary or the title
            assert kept == ([entry.summary or entry.title] if format == "json" else [])
        if entry.enclosure:
            (enclosure,) = got.enclosures
            assert (enclosure.href, enclosure.type) == (
                entry.enclosure.url,
                entry.enclosure.media_type,
            )
            assert (enclosure.length or 0) == entry.enclosure.length


@pytest.mark.apt("newsboat")
@pytest.mark.parametrize("name", [f"{n}.{format}" for n in NAMES[:2] for format in XML_FORMATS])
def test_no_caption_is_taken_for_a_text_by_newsboat(
    folder: Path, name: str, request: pytest.FixtureRequest
) -> None:
    (folder / "urls").write_text(f"file://{folder}/{name}\n")
    (folder / "config").touch()
    subprocess.run(
        ["newsboat", "-u", "urls", "-c", "cache", "-C", "config", "-x", "reload"],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        check=True,
        timeout=60,
    )
    with closing(sqlite3.connect(folder / "cache")) as cache:
        rows = cache.execute("SELECT guid, title, content FROM rss_item").fetchall()
    feed: Feed = request.getfixturevalue(name.partition(".")[0])
    assert sorted((guid, title, html.unescape(content)) for guid, title, content in rows) == sorted(
        (entry.id, entry.title, html.unescape(entry.content or entry.summary or ""))
        for entry in feed.entries
    )
