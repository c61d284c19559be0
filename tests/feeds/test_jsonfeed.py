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
        for attachment in item.get("attachments", []):
            assert attachment["url"]
            assert "/" in attachment["mime_type"]
            assert attachment.keys() <= {"url", "mime_type", "size_in_bytes"}
        for name in ("date_published", "date_modified"):
            assert datetime.fromisoformat(item[name]).tzinfo is not None
    assert all(hub["type"] and hub["url"] for hub in document.get("hubs", []))
    assert document.get("next_url", "") != document.get("feed_url")
    assert document.get("expired") in (None, True)
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


def test_a_feed_names_its_hub_its_rights_and_its_past(full: Feed) -> None:
    document = parse(full)
    archive = "https://nachrichten.example/feeds/latest/2026-02.json"
    assert document["hubs"] == [{"type": "WebSub", "url": "https://hub.example/?a=1&b=2"}]
    assert document["next_url"] == archive
    assert document["_newsfeed"] == {
        "id": full.id,
        "updated": "2026-06-01T06:30:00+00:00",
        "rights": "© 2026 Beispielverlag & Söhne",
        "links": {"prev-archive": archive},
    }


def test_an_archive_has_expired(archive: Feed) -> None:
    document = parse(archive)
    site = "https://nachrichten.example/feeds/latest"
    assert document["expired"] is True
    assert document["next_url"] == f"{site}/2026-03.json"
    assert document["_newsfeed"]["archive"] is True
    assert document["_newsfeed"]["links"] == {
        "current": f"{site}.json",
        "prev-archive": f"{site}/2026-03.json",
        "next-archive": f"{site}/2026-05.json",
    }


def test_a_complete_feed_says_so_and_what_was_taken_back(complete: Feed) -> None:
    document = parse(complete)
    assert "expired" not in document
    assert document["_newsfeed"]["complete"] is True
    assert document["_newsfeed"]["deleted"] == [
        {
            "id": "tag:nachrichten.example,2026:article/ente",
            "at": "2026-06-02T08:00:00+00:00",
            "reason": "Der Bericht war falsch. Wir bitten um Entschuldigung & Nachsicht.",
        },
        {"id": "tag:nachrichten.example,2026:article/alt", "at": "2026-05-01T00:00:00+00:00"},
    ]


def test_a_search_tells_what_it_found_and_where_there_is_more(search: Feed) -> None:
    document = parse(search)
    assert document["next_url"].endswith("/search.json?q=br%C3%BCcke+%26+tunnel&cursor=def")
    assert document["_newsfeed"]["found"] == {
        "terms": "brücke & tunnel",
        "total": 104,
        "page_size": 2,
        "start": 3,
    }


def test_attachments_leave_out_a_length_that_is_unknown(full: Feed) -> None:
    bridge, tunnel = parse(full)["items"]
    site = "https://nachrichten.example/media"
    assert bridge["attachments"] == [
        {"url": f"{site}/bruecke.jpg?w=800", "mime_type": "image/jpeg", "size_in_bytes": 48_213}
    ]
    assert tunnel["attachments"] == [{"url": f"{site}/portal.png", "mime_type": "image/png"}]
    assert bridge["_newsfeed"]["rights"] == "© 2026 Mühlhafener Bote & Partner"


def test_a_feed_of_summaries_has_them_as_text(search: Feed) -> None:
    bridge, tunnel = parse(search)["items"]
    assert bridge["content_text"] == search.entries[0].summary
    assert tunnel["content_text"] == "Tunnel opens early"


def test_an_empty_feed_still_lists_its_items(full: Feed, feed: Feed) -> None:
    assert len(parse(feed)["items"]) == len(feed.entries)
