"""Atom documents against RFC 4287: its grammar (atom.rng) and the rules a grammar cannot say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from newsfeed.feeds import Feed, render

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "newsfeed": "tag:newsfeed.local,2026:feeds",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def parse(feed: Feed) -> etree._Element:
    return etree.fromstring(render(feed, "atom"))


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path, NS)]


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def links(parent: etree._Element) -> list[dict[str, str]]:
    return [attributes(link) for link in parent.iterfind("a:link", NS)]


def test_document_follows_the_grammar(feed: Feed, grammar: etree.RelaxNG) -> None:
    grammar.assertValid(etree.ElementTree(parse(feed)))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('type="html"', 'type="CDATA"'),
        ("<updated>2026", "<updated>gestern 2026"),
        ('rel="self"', 'rell="self"'),
        ("<name>Jörg Müller</name>", ""),
    ],
)
def test_the_grammar_refuses_faulty_documents(
    full: Feed, grammar: etree.RelaxNG, right: str, wrong: str
) -> None:
    document = render(full, "atom").decode()
    assert right in document
    assert not grammar.validate(etree.fromstring(document.replace(right, wrong).encode()))


def test_rules_beyond_the_grammar(feed: Feed) -> None:
    root = parse(feed)
    assert texts(root, "a:author/a:name") != []  # 4.1.1: or every entry would need one
    ids = texts(root, "a:entry/a:id")
    assert len(set(ids)) == len(ids)
    for parent in [root, *root.iterfind("a:entry", NS)]:
        kinds = Counter(
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in links(parent)
        )
        alternates = {kind: n for kind, n in kinds.items() if kind[0] == "alternate"}
        assert set(alternates.values()) == {1}  # 4.1.1, 4.1.2: one for each type
    for entry in root.iterfind("a:entry", NS):
        content = entry.find("a:content", NS)
        assert content is None or content.get("type") == "html"
        updated, published = texts(entry, "a:updated"), texts(entry, "a:published")
        assert len(updated) == len(published) == 1


def test_the_feed_links_to_itself_its_twins_its_page_and_what_is_older(full: Feed) -> None:
    assert [(link["rel"], link["type"], link["href"]) for link in links(parse(full))] == [
        ("alternate", "text/html", "https://nachrichten.example/"),
        ("self", "application/atom+xml", "https://nachrichten.example/feeds/latest.atom"),
        ("alternate", "application/rss+xml", "https://nachrichten.example/feeds/latest.rss"),
        ("alternate", "application/feed+json", "https://nachrichten.example/feeds/latest.json"),
        (
            "next",
            "application/atom+xml",
            "https://nachrichten.example/feeds/latest.atom?page=2&content=full",
        ),
    ]


def test_entry_links_keep_their_attributes(full: Feed) -> None:
    """Trap 1: feedgen writes nothing but href."""
    entry = parse(full).find("a:entry", NS)
    assert entry is not None
    assert links(entry) == [
        {
            "href": "https://nachrichten.example/articles/brueckensperrung-in-muehlhafen",
            "rel": "alternate",
            "type": "text/html",
        },
        {
            "href": "https://nachrichten.example/articles/kosten",
            "rel": "related",
            "title": "Was die Sperrung kostet",
        },
    ]


def test_dates_are_of_the_entries_and_in_utc(full: Feed) -> None:
    root = parse(full)
    assert texts(root, "a:updated") == ["2026-06-01T06:30:00+00:00"]
    assert texts(root, "a:entry/a:published")[0] == "2026-05-31T15:05:09+00:00"


def test_entries_stand_in_the_order_given(full: Feed) -> None:
    """Trap 7: feedgen's add_entry puts each new one first."""
    assert texts(parse(full), "a:entry/a:id") == [entry.id for entry in full.entries]


def test_content_is_html_escaped_once(full: Feed) -> None:
    """Traps 5 and 6: neither an invalid type nor XHTML, which fails on &nbsp;."""
    content = parse(full).find("a:entry/a:content", NS)
    assert content is not None
    assert attributes(content) == {"type": "html"}
    assert content.text == full.entries[0].content


def test_what_feedgen_lacks_is_there(full: Feed) -> None:
    """Trap 9: pictures with caption and credit, source, language of an entry, the update mark."""
    root = parse(full)
    bridge, tunnel = root.iterfind("a:entry", NS)
    assert root.get(XML_LANG) == "de"
    assert bridge.get(XML_LANG) is None
    assert tunnel.get(XML_LANG) == "en"
    assert texts(bridge, "a:source/a:title") == ["Mühlhafener Bote"]
    assert texts(bridge, "newsfeed:note") == ["Update: Termin ergänzt"]
    pictures = bridge.findall("media:content", NS)
    assert [attributes(picture) for picture in pictures] == [
        {
            "url": "https://nachrichten.example/media/bruecke.jpg?w=800",
            "medium": "image",
            "type": "image/jpeg",
        },
        {"url": "https://nachrichten.example/media/faehre", "medium": "image"},
    ]
    assert texts(bridge, "media:content/media:credit") == ["Ada Beispiel/Bildhaus", "Archiv"]
    assert texts(bridge, "media:content/media:title") == [
        "Stau vor der Nordbrücke",
        "Die alte Fähre",
    ]
    assert len(bridge.findall(".//media:thumbnail", NS)) == 1


def test_categories_keep_scheme_and_label(full: Feed) -> None:
    category = parse(full).findall("a:entry/a:category", NS)[1]
    assert attributes(category) == {
        "term": "verkehr",
        "scheme": "https://nachrichten.example/topics",
        "label": "Verkehr & Wege",
    }
