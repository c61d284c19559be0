"""RSS documents against the RSS 2.0 specification and the RSS Advisory Board's best practices."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from lxml import etree

from newsfeed.feeds import Feed, render

NS = {
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "newsfeed": "tag:newsfeed.local,2026:feeds",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
}
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000"
)
CHANNEL = {
    "title", "link", "description", "copyright", "docs", "generator", "image", "language", "ttl",
    "lastBuildDate", "item",
}  # fmt: skip
ITEM = {"title", "link", "guid", "category", "description", "enclosure", "pubDate"}
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
    assert all(channel.findtext(name) for name in own(channel) if name not in ("image", "item"))
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
    site = "https://nachrichten.example/feeds/latest"
    assert places(full) == [
        ("self", "application/rss+xml", f"{site}.rss"),
        ("alternate", "application/atom+xml", f"{site}.atom"),
        ("alternate", "application/feed+json", f"{site}.json"),
        ("prev-archive", "application/rss+xml", f"{site}/2026-02.rss"),
        ("hub", None, "https://hub.example/?a=1&b=2"),
    ]


def places(feed: Feed) -> list[tuple[str | None, str | None, str | None]]:
    links = parse(feed).findall("atom:link", NS)
    return [(link.get("rel"), link.get("type"), link.get("href")) for link in links]


def test_history_and_deletions_are_told_as_in_atom(archive: Feed, complete: Feed) -> None:
    site = "https://nachrichten.example/feeds/latest"
    assert places(archive)[3:] == [
        ("current", "application/rss+xml", f"{site}.rss"),
        ("prev-archive", "application/rss+xml", f"{site}/2026-03.rss"),
        ("next-archive", "application/rss+xml", f"{site}/2026-05.rss"),
    ]
    assert len(parse(archive).findall("fh:archive", NS)) == 1
    channel = parse(complete)
    assert len(channel.findall("fh:complete", NS)) == 1
    deleted = channel.findall("at:deleted-entry", NS)
    assert [(one.get("ref"), one.get("when")) for one in deleted] == [
        ("tag:nachrichten.example,2026:article/ente", "2026-06-02T08:00:00+00:00"),
        ("tag:nachrichten.example,2026:article/alt", "2026-05-01T00:00:00+00:00"),
    ]
    assert texts(channel, "at:deleted-entry/at:comment") == [complete.deletions[0].reason]


def test_a_search_tells_what_it_found(search: Feed) -> None:
    channel = parse(search)
    assert texts(channel, "opensearch:totalResults") == ["104"]
    assert texts(channel, "opensearch:startIndex") == ["3"]
    assert texts(channel, "opensearch:itemsPerPage") == ["2"]
    query = channel.find("opensearch:Query", NS)
    assert query is not None
    assert (query.get("role"), query.get("searchTerms")) == ("request", "brücke & tunnel")


def test_all_of_the_channels_own_comes_before_its_items(feed: Feed) -> None:
    names = [etree.QName(child).localname for child in parse(feed)]
    assert "item" not in names[: len(names) - names.count("item")]
    assert b"ns0" not in render(feed, "rss")


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


def test_there_is_one_enclosure_and_its_length_is_0_where_it_is_unknown(full: Feed) -> None:
    """RSS Advisory Board: all three attributes are required."""
    site = "https://nachrichten.example/media"
    bridge, tunnel = parse(full).findall("item")
    assert list(map(attributes, bridge.findall("enclosure"))) == [
        {"url": f"{site}/bruecke.jpg?w=800", "length": "48213", "type": "image/jpeg"}
    ]
    assert list(map(attributes, tunnel.findall("enclosure"))) == [
        {"url": f"{site}/portal.png", "length": "0", "type": "image/png"}
    ]


def test_rights_of_the_feed_and_of_an_item(full: Feed, search: Feed) -> None:
    channel = parse(full)
    assert texts(channel, "copyright") == ["© 2026 Beispielverlag & Söhne"]
    assert texts(channel, "item/dc:rights") == ["© 2026 Mühlhafener Bote & Partner"]
    assert texts(parse(search), "copyright") == []


def test_a_caption_is_a_description_only_where_a_summary_follows(full: Feed, search: Feed) -> None:
    """Else feedparser takes it for the summary: see feeds/media.py."""
    bridge, tunnel = parse(full).findall("item")
    assert texts(bridge, "media:content/media:description")[0] == "Stau vor der Nordbrücke"
    names = [str(child.tag) for child in bridge]
    pictures = max(n for n, name in enumerate(names) if name == f"{{{NS['media']}}}content")
    assert names.index(f"{{{NS['atom']}}}summary") > pictures
    assert texts(bridge, "atom:summary") == [full.entries[0].summary]
    for item in (tunnel, *parse(search).findall("item")):
        assert texts(item, "media:content/media:title") != []
        assert texts(item, "media:content/media:description") == []
        assert texts(item, "atom:summary") == []


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, []), (1, ["1"]), (300, ["5"]), (330, ["6"]), (86_400, ["1440"])]
)
def test_seconds_become_minutes_and_are_never_cut(
    full: Feed, seconds: int, minutes: list[str]
) -> None:
    assert texts(parse(replace(full, ttl=seconds)), "ttl") == minutes


def test_an_icon_that_rss_does_not_allow_is_left_out(full: Feed, search: Feed) -> None:
    assert texts(parse(full), "image/url") == [full.icon_url]
    assert (search.icon_url or "").endswith(".svg")
    assert parse(search).find("image") is None


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
