"""JSON documents against JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from newsfeed.feeds import Feed, render

TOP = {
    "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url",
    "icon", "favicon", "authors", "language", "expired", "hubs", "items",
}  # fmt: skip
ITEM = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image",
    "banner_image", "date_published", "date_modified", "authors", "tags", "language", "attachments",
}  # fmt: skip


def parse(feed: Feed) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(render(feed, "json"))
    return document


def test_document_follows_the_specification(feed: Feed) -> None:
    document = parse(feed)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"]
    assert {name for name in document if name[0] != "_"} <= TOP
    for item in document["items"]:
        assert item["id"]
        assert isinstance(item["id"], str)
        assert {name for name in item if name[0] != "_"} <= ITEM
        assert ("content_html" in item) != ("content_text" in item)
        assert all(author["name"] for author in item.get("authors", []))
        for name in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[name]).tzinfo is not None
    assert None not in flat(document)


def flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in flat(part)] if isinstance(value, list) else [value]


def test_an_entry_is_told_in_full(full: Feed) -> None:
    bridge, tunnel = parse(full)["items"]
    entry = full.entries[0]
    assert bridge["content_html"] == entry.content
    assert bridge["summary"] == entry.summary
    assert bridge["image"] == "https://nachrichten.example/media/bruecke.jpg?w=800"
    assert bridge["tags"] == ["Lokales", "Verkehr & Wege", "Bildhaus"]
    assert bridge["authors"] == [{"name": "Jörg Müller"}, {"name": "Ada Beispiel"}]
    assert "language" not in bridge
    assert tunnel["language"] == "en"


def test_every_credit_is_there_even_of_a_picture_without_address(full: Feed) -> None:
    extras = parse(full)["items"][0]["_newsfeed"]
    assert extras["images"][2] == {
        "caption": "Der Bürgermeister",
        "credit": "Tom Muster/Presse & Bild",
    }
    assert [image["credit"] for image in extras["images"]] == [
        "Ada Beispiel/Bildhaus",
        "Archiv",
        "Tom Muster/Presse & Bild",
    ]
    assert extras["note"] == "Update: Termin ergänzt"
    assert extras["source"] == "Mühlhafener Bote"
    assert extras["related"][1] == {"title": "Mehr zum Thema, ohne Adresse"}


def test_a_feed_of_summaries_has_them_as_text(summaries: Feed) -> None:
    bridge, tunnel = parse(summaries)["items"]
    assert bridge["content_text"] == summaries.entries[0].summary
    assert tunnel["content_text"] == "Tunnel opens early"


def test_an_empty_feed_still_lists_its_items(full: Feed, feed: Feed) -> None:
    assert len(parse(feed)["items"]) == len(feed.entries)
