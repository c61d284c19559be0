"""Laws over any feed at all: well-formed, valid, one identity in every format, dates round-trip."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsfeed.article import Image, Link
from newsfeed.feeds import FORMATS, Category, Deletion, Enclosure, Entry, Feed, Found, render
from newsfeed.feeds.cleaning import clean
from newsfeed.feeds.feed import RELATIONS
from newsfeed.feeds.text import line

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
GRAMMAR = etree.RelaxNG(etree.fromstring(files("newsfeed.lint").joinpath("atom.rng").read_bytes()))

# lone surrogates and control characters too, and often: they are what breaks feeds
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf"]),
        st.sampled_from("<>&\"']]>\x00\x0b\u202e\ufffe\uffff\ud800"),
    ),
    max_size=40,
)
NAMED = ANY_TEXT.map(lambda text: f"x{text}")
MAYBE = st.none() | ANY_TEXT
URLS = ANY_TEXT.map(lambda text: f"https://x.example/{text}")
INSTANTS = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MEDIA_TYPES = ANY_TEXT | st.sampled_from(["image/jpeg", "image/svg+xml", "application/x-y.z"])
LENGTHS = st.integers(-1, 2**70)
ADDRESSES = st.dictionaries(st.sampled_from(FORMATS), URLS)
# few different ones, so that feeds with the same id twice are among them
IDS = NAMED.map(lambda text: f"tag:x.example,2026:{text}") | st.sampled_from(["tag:a", "tag:b\x00"])
ENTRIES = st.builds(
    Entry,
    id=IDS,
    url=URLS,
    title=ANY_TEXT,
    published=INSTANTS,
    updated=INSTANTS,
    summary=MAYBE,
    content=MAYBE,
    authors=st.lists(ANY_TEXT, max_size=3).map(tuple),
    categories=st.lists(st.builds(Category, ANY_TEXT, ANY_TEXT, URLS), max_size=2).map(tuple),
    images=st.lists(
        st.builds(Image, MAYBE, MAYBE, st.none() | URLS, st.none() | MEDIA_TYPES, LENGTHS),
        max_size=3,
    ).map(tuple),
    related=st.lists(st.builds(Link, ANY_TEXT, st.none() | URLS), max_size=2).map(tuple),
    source=MAYBE,
    language=MAYBE | st.sampled_from(["en", "de", "de-AT"]),
    note=MAYBE,
    rights=MAYBE,
    enclosure=st.none() | st.builds(Enclosure, URLS, MEDIA_TYPES, LENGTHS),
)
FEEDS = st.builds(
    Feed,
    id=URLS,
    title=ANY_TEXT,
    page_url=URLS,
    self_urls=ADDRESSES,
    updated=INSTANTS,
    subtitle=MAYBE,
    language=st.just("de") | ANY_TEXT,
    ttl=st.integers(0, 86_400),
    icon_url=st.none() | URLS,
    entries=st.lists(ENTRIES, max_size=4).map(tuple),
    links=st.dictionaries(st.sampled_from(RELATIONS), ADDRESSES, max_size=3),
    hub=st.none() | URLS,
    complete=st.booleans(),
    archive=st.booleans(),
    deletions=st.lists(st.builds(Deletion, IDS, INSTANTS, ANY_TEXT), max_size=3).map(tuple),
    found=st.none()
    | st.builds(Found, ANY_TEXT, LENGTHS, LENGTHS, st.none() | st.integers(-3, 10**6)),
    rights=MAYBE,
)


@settings(deadline=None)
@given(FEEDS)
def test_every_format_is_well_formed_and_says_the_same(feed: Feed) -> None:
    atom = etree.fromstring(render(feed, "atom"))
    rss = etree.fromstring(render(feed, "rss"))
    json: Any = orjson.loads(render(feed, "json"))
    GRAMMAR.assertValid(etree.ElementTree(atom))
    expected = clean(feed).entries

    ids = [entry.id for entry in expected]
    assert len(set(ids)) == len(ids)
    assert set(ids) == {line(entry.id) for entry in feed.entries}
    assert texts(atom, f"{ATOM}entry/{ATOM}id") == ids
    assert texts(rss, "channel/item/guid") == ids
    assert [item["id"] for item in json["items"]] == ids

    titles = [entry.title for entry in expected]
    assert texts(atom, f"{ATOM}entry/{ATOM}title") == titles
    assert texts(rss, "channel/item/title") == titles
    assert [item["title"] for item in json["items"]] == titles

    contents = [entry.content for entry in expected if entry.content]
    assert texts(atom, f"{ATOM}entry/{ATOM}content") == contents
    assert texts(rss, f"channel/item/{CONTENT}") == contents
    assert [item["content_html"] for item in json["items"] if "content_html" in item] == contents

    deleted = [deletion.id for deletion in clean(feed).deletions]
    assert [node.get("ref") for node in atom.iterfind(TOMBSTONE)] == deleted
    assert [node.get("ref") for node in rss.iterfind(f"channel/{TOMBSTONE}")] == deleted
    assert [one["id"] for one in json["_newsfeed"].get("deleted", [])] == deleted
    assert set(deleted).isdisjoint(ids)


@settings(deadline=None)
@given(FEEDS)
def test_dates_survive_in_every_format(feed: Feed) -> None:
    atom = etree.fromstring(render(feed, "atom"))
    rss = etree.fromstring(render(feed, "rss"))
    json: Any = orjson.loads(render(feed, "json"))

    entries = first_of_each(feed)
    published = [entry.published.replace(microsecond=0) for entry in entries]
    assert list(map(datetime.fromisoformat, texts(atom, f".//{ATOM}published"))) == published
    assert list(map(parsedate_to_datetime, texts(rss, ".//pubDate"))) == published
    assert [datetime.fromisoformat(item["date_published"]) for item in json["items"]] == published

    updated = [entry.updated.replace(microsecond=0) for entry in entries]
    assert list(map(datetime.fromisoformat, texts(atom, f"{ATOM}entry/{ATOM}updated"))) == updated
    assert list(map(datetime.fromisoformat, texts(rss, f".//item/{ATOM}updated"))) == updated
    assert [datetime.fromisoformat(item["date_modified"]) for item in json["items"]] == updated


@settings(deadline=None)
@given(FEEDS)
def test_cleaning_twice_changes_nothing(feed: Feed) -> None:
    once = clean(feed)
    assert clean(once) == once


def first_of_each(feed: Feed) -> list[Entry]:
    first: dict[str, Entry] = {}
    for entry in feed.entries:
        first.setdefault(line(entry.id), entry)
    return list(first.values())


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path)]
