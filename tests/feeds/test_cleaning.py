"""Feeds made fit for every format: what is empty is absent, and one bad entry costs only itself."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from lxml import etree

import newsfeed.feeds
from newsfeed.article import Image, Link
from newsfeed.feeds import (
    FORMATS,
    Category,
    Deletion,
    Enclosure,
    Entry,
    Feed,
    Format,
    Found,
    render,
)
from newsfeed.feeds.cleaning import MAX_NUMBER, clean

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001
ENTRY = Entry(
    id="tag:x.example,2026:1",
    url="https://x.example/1",
    title="Titel",
    published=NEW_YEAR,
    updated=NEW_YEAR,
)
FEED = Feed(
    id="https://x.example/feed",
    title="Feed",
    page_url="https://x.example/",
    self_urls={},
    updated=NEW_YEAR,
    entries=(ENTRY,),
)
ANYTHING: Any = 17


def cleaned(entry: Entry) -> Entry:
    return clean(replace(FEED, entries=(entry,))).entries[0]


def ids(feed: Feed, format: Format) -> list[str]:
    """The ids of the entries in the feed's document."""
    document = render(feed, format)
    if format == "json":
        return [item["id"] for item in orjson.loads(document)["items"]]
    path = "{*}entry/{*}id" if format == "atom" else "channel/item/guid"
    return [node.text or "" for node in etree.fromstring(document).iterfind(path)]


def test_a_clean_feed_stays_as_it_is(full: Feed, archive: Feed, search: Feed) -> None:
    for feed in (full, archive, search):
        once = clean(feed)
        assert clean(once) == once
        for field in fields(Feed):
            if field.name != "entries":
                assert getattr(once, field.name) == getattr(feed, field.name), field.name


def test_no_field_of_an_entry_is_forgotten(full: Feed) -> None:
    entry, bare = replace(full.entries[0], language="fr"), ENTRY
    (once,) = clean(replace(full, entries=(entry,))).entries
    for field in fields(Entry):
        value = getattr(entry, field.name)
        assert value != getattr(bare, field.name), f"{field.name}: the sample does not use it"
        if field.name != "published":  # loses the fraction of a second
            assert getattr(once, field.name) == value, field.name


def test_what_is_empty_afterwards_is_absent() -> None:
    entry = cleaned(
        replace(
            ENTRY,
            title="\x00",
            summary=" \x00",
            content="\x0b",
            authors=("\x01", "Ada"),
            categories=(Category("\x01", "x", "y"), Category("a", "\x00", "y")),
            images=(Image("\x00", "\n", "\x01", "image/\njpeg", -1),),
            related=(Link("\x00", "\x00"),),
            source="\n",
            rights="\x00",
            note="\u202e",
            language="de_DE\x00",
        )
    )
    assert entry == replace(
        ENTRY,
        title="Ohne Titel",
        authors=("Ada",),
        categories=(Category("a", "a", "y"),),
        images=(Image(),),
        related=(Link("", None),),
    )


def test_an_entrys_instants_are_whole_seconds_in_utc() -> None:
    berlin = timezone(timedelta(hours=2))
    entry = cleaned(replace(ENTRY, published=datetime(2026, 1, 1, 2, 0, 0, 999_999, berlin)))
    assert entry.published == NEW_YEAR
    assert entry.published.tzinfo is UTC


@pytest.mark.parametrize(
    ("enclosure", "kept"),
    [
        (Enclosure("https://x.example/a\x00.jpg", "image/jpeg", 7), 7),
        (Enclosure("https://x.example/a.jpg", "image/jpeg", -7), 0),
        (Enclosure("https://x.example/a.jpg", "image/jpeg", MAX_NUMBER), MAX_NUMBER),
        (Enclosure("https://x.example/a.jpg", "image/jpeg", 10**30), 0),
        (Enclosure("\x00", "image/jpeg", 7), None),
        (Enclosure("https://x.example/a.jpg", "", 7), None),
        (Enclosure("https://x.example/a.jpg", "image/jpeg\n", 7), None),
        (Enclosure("https://x.example/a.jpg", 'a/"b', 7), None),
    ],
)
def test_an_enclosure_needs_a_url_and_a_type(enclosure: Enclosure, kept: int | None) -> None:
    found = cleaned(replace(ENTRY, enclosure=enclosure)).enclosure
    assert (found and found.length) == kept


def test_what_a_search_found_is_counted_from_nothing() -> None:
    feed = clean(replace(FEED, found=Found("\x00a\n b ", total=-1, page_size=-2, start=-3)))
    assert feed.found == Found("a b", total=0, page_size=0, start=1)


def test_links_are_in_one_order_and_lead_somewhere() -> None:
    feed = clean(
        replace(
            FEED,
            links={"next-archive": {"rss": "b", "atom": "\x00"}, "current": {"atom": "a\n"}},
            self_urls={"json": "\x00", "rss": " c"},
            hub="\x00",
        )
    )
    assert list(feed.links.items()) == [("current", {"atom": "a"}), ("next-archive", {"rss": "b"})]
    assert feed.self_urls == {"rss": "c"}
    assert feed.hub is None


def test_the_deletion_of_what_is_there_is_left_out() -> None:
    """It has come back; a reader that went by the order of the document would lose it again."""
    feed = replace(
        FEED,
        deletions=(
            Deletion(ENTRY.id, NEW_YEAR, "weg"),
            Deletion("tag:x.example,2026:2\x00", NEW_YEAR, "falsch"),
            Deletion("tag:x.example,2026:2", NEW_YEAR, "doppelt"),
        ),
    )
    assert clean(feed).deletions == (Deletion("tag:x.example,2026:2", NEW_YEAR, "falsch"),)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "bad",
    [
        replace(ENTRY, id="\x00"),
        replace(ENTRY, id=ANYTHING),
        replace(ENTRY, id="tag:bad", url=" "),
        replace(ENTRY, id="tag:bad", title=None),  # type: ignore[arg-type]
        replace(ENTRY, id="tag:bad", authors=ANYTHING),
        replace(ENTRY, id="tag:bad", updated=NAIVE),
        replace(ENTRY, id="tag:bad", published=datetime.max.replace(tzinfo=timezone.min)),
        replace(ENTRY, id="tag:bad", categories=(ANYTHING,)),
        replace(ENTRY, id="tag:bad", content=ANYTHING),
        ENTRY,
    ],
)
def test_a_bad_entry_costs_itself_and_is_logged(
    format: Format, bad: Entry, caplog: pytest.LogCaptureFixture
) -> None:
    last = replace(ENTRY, id="tag:x.example,2026:last")
    with caplog.at_level(logging.WARNING, "newsfeed.feeds"):
        assert ids(replace(FEED, entries=(ENTRY, bad, last)), format) == [ENTRY.id, last.id]
    (record,) = caplog.records
    assert repr(bad.id) in record.getMessage()


@pytest.mark.parametrize("format", FORMATS)
def test_an_entry_that_a_writer_fails_on_costs_itself(
    format: Format, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What `clean` lets through today it may not tomorrow: here it lets everything through."""
    monkeypatch.setattr(newsfeed.feeds, "clean", lambda feed: feed)
    last = replace(ENTRY, id="tag:x.example,2026:last", summary="Kurz")
    for bad in (
        replace(ENTRY, id="tag:bad", related=ANYTHING),
        replace(ENTRY, id="tag:bad", content="\ud800"),
        replace(ENTRY, id="tag:bad", updated=NAIVE),
    ):
        caplog.clear()
        feed = replace(FEED, entries=(ENTRY, bad, last))
        assert render(feed, format) == render(replace(FEED, entries=(ENTRY, last)), format)
        (record,) = caplog.records
        assert "'tag:bad'" in record.getMessage()


@pytest.mark.parametrize("format", FORMATS)
def test_running_out_of_memory_is_no_entrys_fault(
    format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed would look whole, and its validator would say so for ever."""

    class Greedy(str):
        __slots__ = ()

        def isprintable(self) -> bool:
            raise MemoryError

    feed = replace(FEED, entries=(replace(ENTRY, title=Greedy("Titel")),))
    with pytest.raises(MemoryError):
        render(feed, format)


def test_a_long_id_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    bad = replace(ENTRY, id="x\n" * 100_000, url="")
    assert clean(replace(FEED, entries=(bad,))).entries == ()
    (record,) = caplog.records
    assert len(record.getMessage()) < 600
    assert "\n" not in record.getMessage()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        (replace(FEED, id="\x00"), "id of the feed: is empty"),
        (replace(FEED, page_url=""), "page_url of feed 'https://x.example/feed': is empty"),
        (replace(FEED, updated=NAIVE), "2026-01-01T00:00:00: a feed's date needs a time zone"),
    ],
)
def test_a_feed_without_identity_is_refused_in_every_format(
    format: Format, feed: Feed, reason: str
) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        render(feed, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_body_of_two_megabytes_and_a_headline_of_300_characters_stay_whole(
    format: Format,
) -> None:
    headline = ("Überlange Überschrift " * 20)[:300].strip()
    content = "<p>Ein Absatz &amp; noch einer]]&gt; 🦊</p>\n" * 50_000
    document = render(
        replace(FEED, entries=(replace(ENTRY, title=headline, content=content),)), format
    )
    if format == "json":
        (item,) = orjson.loads(document)["items"]
        assert (item["title"], item["content_html"]) == (headline, content)
    else:
        root = etree.fromstring(document, etree.XMLParser(huge_tree=True))
        texts = [node.text for node in root.iter() if isinstance(node.tag, str)]
        assert headline in texts
        assert content in texts
