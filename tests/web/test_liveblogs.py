"""Live blogs: every entry of one is an entry of a feed, and stays the same one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article, Block, token
from newsfeed.feed_names import USUAL, Options, liveblog_name
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.blocks import anchors
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.links import article_path
from newsfeed.web.liveblogs import moments
from newsfeed.web.newsstand import Newsstand, NoSuchFeed, build_document
from newsfeed.web.rendering import environment
from newsfeed.withdrawals import RegisterReader

SITE = "https://abendbote.example"
START = datetime(2025, 3, 14, 6, 30, tzinfo=UTC)
BLOG = Article(
    headline="Unwetter am Rhein",
    id="tag:newsfeed.test,2026:live",
    url="https://paper.example/unwetter",
    published=START,
    updated=START + timedelta(hours=5),
    changed=START + timedelta(hours=5),
    first_seen=START,
    change=7,
    section="Lokales",
    authors=("Jörg Müller",),
    rights="© Abendbote",
    standfirst="Seit dem Morgen steigt der Pegel.",
    body=(
        Block("paragraph", "Das Neueste steht oben."),
        Block("entry", "Die Uferstraße ist gesperrt", None, "e-17", START + timedelta(hours=4)),
        Block(
            "paragraph",
            "Drei Einsätze, mehr im Lagebericht.",
            '<b>Drei</b> Einsätze, mehr im <a href="https://stadt.example/lage">Lagebericht</a>, '
            '<a href="/intern">intern</a>.',
        ),
        Block("list", "Pegel: 7,12 Meter\nEinsätze: 3"),
        Block("entry", "8.05 Uhr", None, "e-16", START + timedelta(minutes=35)),
        Block("paragraph", "Der Krisenstab tritt zusammen."),
        Block("entry", "Am Vorabend", None, "e-15", START - timedelta(hours=10)),
        Block("quote", "Wir sind vorbereitet.\nAlle."),
    ),
)


def items(
    index: SearchIndex, settings: Settings, article: Article, options: Options = USUAL
) -> list[dict[str, Any]]:
    index.update([article], index.sequence() + 1)
    document = build_document(index, settings, liveblog_name(article), "json", options)
    found: list[dict[str, Any]] = json.loads(document.body)["items"]
    return found


def test_each_entry_is_an_entry(own_index: SearchIndex, own_settings: Settings) -> None:
    first, second, third = items(own_index, own_settings, BLOG)
    page = f"{SITE}{article_path(BLOG)}"
    assert first["id"] == f"{BLOG.id}#eintrag-e-17"
    assert first["url"] == f"{page}#eintrag-e-17"
    assert first["title"] == "Die Uferstraße ist gesperrt"
    assert first["date_published"] == "2025-03-14T10:30:00+00:00"
    assert first["authors"] == [{"name": "Jörg Müller"}]
    assert first["tags"] == ["Lokales"]
    content = first["content_html"]
    assert "<b>Drei</b> Einsätze" in content
    assert 'href="https://stadt.example/lage"' in content
    assert "intern" in content
    assert 'href="/intern"' not in content
    assert "<li>Pegel: 7,12 Meter</li>" in content
    assert "Krisenstab" not in content
    assert "Neueste" not in content
    assert second["title"] == "8:05 Uhr: Unwetter am Rhein"
    assert third["title"] == "Am Vorabend"
    assert third["date_published"] == "2025-03-13T20:30:00+00:00"


def test_the_feed_is_about_the_article(own_index: SearchIndex, own_settings: Settings) -> None:
    own_index.update([BLOG], 1)
    body = build_document(own_index, own_settings, liveblog_name(BLOG), "atom").body
    feed = feedparser.parse(body).feed
    assert feed.title == "Abendbote – Unwetter am Rhein"
    assert feed.link == f"{SITE}{article_path(BLOG)}"
    assert b"complete" in body
    assert b"prev-archive" not in body


def test_entries_written_upwards_come_newest_first(
    own_index: SearchIndex, own_settings: Settings
) -> None:
    opening, rest = BLOG.body[:1], BLOG.body[1:]
    upwards = replace(BLOG, body=(*opening, *rest[5:], *rest[3:5], *rest[:3]))
    assert [item["id"] for item in items(own_index, own_settings, upwards)] == [
        item["id"] for item in items(own_index, own_settings, BLOG)
    ]


def test_limit_and_summary(own_index: SearchIndex, own_settings: Settings) -> None:
    options = Options(content="summary", limit=2)
    first, second = items(own_index, own_settings, BLOG, options)
    assert "content_html" not in first
    assert first["summary"].startswith("Drei Einsätze, mehr im Lagebericht. Pegel")
    assert second["summary"] == "Der Krisenstab tritt zusammen."


def test_an_entry_without_headline_and_time(own_index: SearchIndex, own_settings: Settings) -> None:
    body = (
        Block("entry", "10.15"),
        Block("paragraph", "Es regnet."),
        Block("entry", " "),
        Block("paragraph", "Noch nicht."),
    )
    first, second = items(own_index, own_settings, replace(BLOG, body=body))
    assert first["title"] == "10.15: Unwetter am Rhein"
    assert first["date_published"] == "2025-03-14T06:30:00+00:00"
    assert second["title"] == "Unwetter am Rhein"
    assert first["id"] != second["id"]


def test_what_is_no_live_blog(own_index: SearchIndex, own_settings: Settings) -> None:
    plain = replace(BLOG, body=(Block("paragraph", "Alles ruhig."),))
    own_index.update([plain], 1)
    for name in (
        f"articles/{token(plain.id)}",
        "articles/",
        "articles/xyz",
        "articles/" + "a" * 16,
    ):
        with pytest.raises(NoSuchFeed):
            build_document(own_index, own_settings, name, "atom")


def test_its_validator_follows_the_article(own_index: SearchIndex, own_settings: Settings) -> None:
    register = RegisterReader(own_settings.register_path)
    templates = environment(own_settings)
    newsstand = Newsstand(own_index, own_settings, Catalogue(own_index), templates, register)
    own_index.update([BLOG], 1)
    name = liveblog_name(BLOG)

    def etag() -> str:
        return newsstand.validators(newsstand.select(name), "atom").etag

    before = etag()
    assert before.endswith('.7"')
    own_index.update([replace(BLOG, id="tag:newsfeed.test,2026:other")], 2)
    assert etag() == before
    own_index.update([replace(BLOG, change=9, body=BLOG.body[:-1])], 3)
    assert etag().endswith('.9"')
    selection = newsstand.select(name)
    assert newsstand.validators(selection, "atom").last_modified == BLOG.touched
    assert len(newsstand.document(selection, "json", since=7).body) > 1000
    assert json.loads(newsstand.document(selection, "json", since=9).body)["items"] == []


ENTRY = st.builds(
    lambda text, name, minutes: Block(
        "entry", text, None, name, None if minutes is None else START + timedelta(minutes=minutes)
    ),
    st.sampled_from(["8.05 Uhr", "Regen", "Regen!", "", "9:00"]) | st.text(max_size=5),
    st.none() | st.sampled_from(["e-1", "e_1", "e 1", "E-1", "e-1-2"]),
    st.none() | st.integers(0, 3),
)


@given(st.lists(ENTRY | st.just(Block("paragraph", "Text")), max_size=12))
def test_entries_are_told_apart(body: Sequence[Block]) -> None:
    article = replace(BLOG, body=tuple(body))
    found = moments(article)
    assert len({one.anchor for one in found}) == len(found)
    assert sorted(one.anchor for one in found) == sorted(anchors(article))
    assert len(found) == sum(block.kind == "entry" for block in body)


DATED = st.builds(
    lambda text, name: Block("entry", text, None, name),
    st.sampled_from(["8.05 Uhr", "Regen", "Sturm"]),
    st.none() | st.sampled_from(["e-1", "e-2"]),
)


@given(st.lists(DATED, min_size=2, max_size=8), st.booleans(), st.integers(1, 7))
def test_new_entries_change_none(entries: list[Block], newest_first: bool, known: int) -> None:
    """Also where entries have the same name or none: the oldest keeps it."""
    blog = [
        replace(entry, published=START + timedelta(minutes=n)) for n, entry in enumerate(entries)
    ]
    known = min(known, len(blog))

    def ids(upto: int) -> list[str]:
        written = blog[:upto][::-1] if newest_first and upto > 1 else blog[:upto]
        return [one.anchor for one in moments(replace(BLOG, body=tuple(written)))]

    assert ids(len(blog))[-known:] == ids(known)
