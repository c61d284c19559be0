"""RSS documents against the RSS 2.0 specification and the RSS Advisory Board's best practices."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from lxml import etree

from newsfeed.feeds import Feed, render

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "newsfeed": "tag:newsfeed.local,2026:feeds",
}
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000"
)
CHANNEL = {
    "title", "link", "description", "docs", "generator", "image", "language", "ttl",
    "lastBuildDate", "item",
}  # fmt: skip
ITEM = {"title", "link", "guid", "category", "description", "pubDate"}
MANY = {"item", "category"}


def parse(feed: Feed) -> etree._Element:
    channel = etree.fromstring(render(feed, "rss")).find("channel")
    assert channel is not None
    return channel


def texts(parent: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in parent.iterfind(path, NS)]


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def own(parent: etree._Element) -> list[str]:
    """The names of RSS's own elements, which have no namespace."""
    return [str(child.tag) for child in parent if not str(child.tag).startswith("{")]


def test_document_follows_the_specification(feed: Feed) -> None:
    root = etree.fromstring(render(feed, "rss"))
    channel = root[0]
    assert attributes(root) == {"version": "2.0"}
    assert own(root) == ["channel"]
    assert {"title", "link", "description"} <= set(own(channel)) <= CHANNEL
    assert all(element.text for element in channel if not len(element) and not element.attrib)
    assert set(texts(channel, "ttl")) <= {str(minutes) for minutes in range(1, 1441)}
    dates = texts(channel, "lastBuildDate") + texts(channel, "item/pubDate")
    assert all(RFC_822.fullmatch(date) for date in dates)
    for item in channel.iterfind("item"):
        names = own(item)
        assert {"title", "link", "guid", "pubDate"} <= set(names) <= ITEM
        assert all(names.count(name) == 1 for name in set(names) - MANY)
    for image in channel.iterfind("image"):
        assert own(image) == ["url", "title", "link"]
        assert texts(image, "title") + texts(image, "link") == [
            channel.findtext("title"), channel.findtext("link"),
        ]  # fmt: skip


def test_the_channel_link_is_the_page(full: Feed) -> None:
    """Trap 2: feedgen takes the last link whatever its relation."""
    assert texts(parse(full), "link") == ["https://nachrichten.example/"]


def test_the_channel_has_every_link_of_its_atom_twin(full: Feed) -> None:
    """Trap 3: feedgen's RSS writes none but rel=self."""
    links = parse(full).findall("atom:link", NS)
    assert [(link.get("rel"), link.get("type"), link.get("href")) for link in links] == [
        ("self", "application/rss+xml", "https://nachrichten.example/feeds/latest.rss"),
        ("alternate", "application/atom+xml", "https://nachrichten.example/feeds/latest.atom"),
        ("alternate", "application/feed+json", "https://nachrichten.example/feeds/latest.json"),
        (
            "next",
            "application/rss+xml",
            "https://nachrichten.example/feeds/latest.atom?page=2&content=full",
        ),
    ]


def test_ids_are_no_addresses(full: Feed) -> None:
    guids = parse(full).findall("item/guid")
    assert [guid.text for guid in guids] == [entry.id for entry in full.entries]
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}


def test_every_author_is_named(full: Feed) -> None:
    """Trap 8: feedgen's RSS drops authors without an e-mail address."""
    item = parse(full).find("item")
    assert item is not None
    assert texts(item, "dc:creator") == ["Jörg Müller", "Ada Beispiel"]
    assert texts(item, "author") == []


def test_description_is_html_and_comes_before_the_content(full: Feed) -> None:
    item = parse(full).find("item")
    assert item is not None
    names = [str(child.tag) for child in item]
    assert names.index("description") < names.index(f"{{{NS['content']}}}encoded")
    description = item.findtext("description") or ""
    assert description != full.entries[0].summary
    assert html.unescape(description) == full.entries[0].summary
    assert texts(item, "content:encoded") == [full.entries[0].content]


def test_an_entry_without_summary_has_no_description(full: Feed) -> None:
    """feedgen would put the whole content there, which readers show as the teaser."""
    tunnel = parse(full).findall("item")[1]
    assert texts(tunnel, "description") == []
    assert texts(tunnel, "content:encoded") == ["<p>The tunnel is open.</p>"]


def test_what_rss_lacks_is_borrowed(full: Feed) -> None:
    """Trap 9: change date, language, paper, pictures with caption and credit, update mark."""
    bridge, tunnel = parse(full).findall("item")
    assert texts(bridge, "atom:updated") == ["2026-06-01T06:30:00+00:00"]
    assert texts(bridge, "dc:publisher") == ["Mühlhafener Bote"]
    assert texts(bridge, "dc:language") == []
    assert texts(tunnel, "dc:language") == ["en"]
    assert texts(bridge, "newsfeed:note") == ["Update: Termin ergänzt"]
    assert texts(bridge, "media:content/media:credit") == ["Ada Beispiel/Bildhaus", "Archiv"]
    assert texts(bridge, "media:content/media:title")[0] == "Stau vor der Nordbrücke"
    related = bridge.findall("atom:link", NS)
    assert [(link.get("rel"), link.get("title")) for link in related] == [
        ("related", "Was die Sperrung kostet")
    ]


def test_there_is_no_enclosure(full: Feed) -> None:
    """Its length is required and unknown; media:content needs none."""
    assert parse(full).findall(".//enclosure") == []


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, []), (1, ["1"]), (300, ["5"]), (330, ["6"]), (86_400, ["1440"])]
)
def test_seconds_become_minutes_and_are_never_cut(
    full: Feed, seconds: int, minutes: list[str]
) -> None:
    assert texts(parse(replace(full, ttl=seconds)), "ttl") == minutes


def test_an_icon_that_rss_does_not_allow_is_left_out(full: Feed, summaries: Feed) -> None:
    assert texts(parse(full), "image/url") == [full.icon_url]
    assert (summaries.icon_url or "").endswith(".svg")
    assert parse(summaries).find("image") is None


def test_categories_read_as_people_write_them(full: Feed) -> None:
    category = parse(full).findall("item/category")[1]
    assert category.text == "Verkehr & Wege"
    assert attributes(category) == {"domain": "https://nachrichten.example/topics"}


def test_nothing_of_feedgens_invalid_elements(feed: Feed) -> None:
    """Trap 11: wrongly capitalised sy:UpdatePeriod, invalid textInput."""
    document = render(feed, "rss")
    assert b"pdatePeriod" not in document
    assert b"textInput" not in document
    assert b"stylesheet" not in document
