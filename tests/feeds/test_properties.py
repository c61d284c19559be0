"""Laws over any feed at all: always well-formed, one identity in every format, dates round-trip."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsfeed.article import Image, Link
from newsfeed.feeds import Category, Entry, Feed, render
from newsfeed.feeds.text import clean

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"

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
ENTRIES = st.builds(
    Entry,
    id=NAMED.map(lambda text: f"tag:x.example,2026:{text}"),
    url=URLS,
    title=ANY_TEXT,
    published=INSTANTS,
    updated=INSTANTS,
    summary=MAYBE,
    content=MAYBE,
    authors=st.lists(ANY_TEXT, max_size=3).map(tuple),
    categories=st.lists(st.builds(Category, ANY_TEXT, ANY_TEXT, URLS), max_size=2).map(tuple),
    images=st.lists(st.builds(Image, MAYBE, MAYBE, st.none() | URLS), max_size=3).map(tuple),
    related=st.lists(st.builds(Link, ANY_TEXT, st.none() | URLS), max_size=2).map(tuple),
    source=MAYBE,
    language=MAYBE | st.sampled_from(["en", "de", "de-AT"]),
    note=MAYBE,
)
FEEDS = st.builds(
    Feed,
    id=URLS,
    title=ANY_TEXT,
    page_url=URLS,
    self_urls=st.dictionaries(st.sampled_from(["atom", "rss", "json"]), URLS),
    updated=INSTANTS,
    subtitle=MAYBE,
    language=st.just("de"),
    ttl=st.integers(0, 86_400),
    icon_url=st.none() | URLS,
    next_url=st.none() | URLS,
    entries=st.lists(ENTRIES, max_size=4).map(tuple),
)


@settings(deadline=None)
@given(FEEDS)
def test_every_format_is_well_formed_and_says_the_same(feed: Feed) -> None:
    atom = etree.fromstring(render(feed, "atom"))
    rss = etree.fromstring(render(feed, "rss"))
    json: Any = orjson.loads(render(feed, "json"))
    expected = clean(feed).entries

    ids = [entry.id for entry in expected]
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


@settings(deadline=None)
@given(FEEDS)
def test_dates_survive_in_every_format(feed: Feed) -> None:
    atom = etree.fromstring(render(feed, "atom"))
    rss = etree.fromstring(render(feed, "rss"))
    json: Any = orjson.loads(render(feed, "json"))

    published = [entry.published.replace(microsecond=0) for entry in feed.entries]
    assert list(map(datetime.fromisoformat, texts(atom, f".//{ATOM}published"))) == published
    assert list(map(parsedate_to_datetime, texts(rss, ".//pubDate"))) == published
    assert [datetime.fromisoformat(item["date_published"]) for item in json["items"]] == published

    updated = [entry.updated.replace(microsecond=0) for entry in feed.entries]
    assert list(map(datetime.fromisoformat, texts(atom, f"{ATOM}entry/{ATOM}updated"))) == updated
    assert list(map(datetime.fromisoformat, texts(rss, f".//item/{ATOM}updated"))) == updated
    assert [datetime.fromisoformat(item["date_modified"]) for item in json["items"]] == updated


@settings(deadline=None)
@given(FEEDS)
def test_cleaning_twice_changes_nothing(feed: Feed) -> None:
    once = clean(feed)
    assert clean(once) == once


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path)]
