"""Atom documents against RFC 4287: its grammar (atom.rng) and the rules a grammar cannot say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib.resources import files

import pytest
from lxml import etree

from newsfeed.feeds import Feed, Found, render

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "newsfeed": "tag:newsfeed.local,2026:feeds",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(files("newsfeed.lint").joinpath("atom.rng").read_bytes()))


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


def places(feed: Feed) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.get("rel"), one.get("type"), one.get("href")) for one in links(parse(feed))]


def test_the_feed_links_to_itself_its_twins_its_page_its_past_and_its_hub(full: Feed) -> None:
    site = "https://nachrichten.example"
    assert places(full) == [
        ("alternate", "text/html", f"{site}/"),
        ("self", "application/atom+xml", f"{site}/feeds/latest.atom"),
        ("alternate", "application/rss+xml", f"{site}/feeds/latest.rss"),
        ("alternate", "application/feed+json", f"{site}/feeds/latest.json"),
        ("prev-archive", "application/atom+xml", f"{site}/feeds/latest/2026-02.atom"),
        ("hub", None, "https://hub.example/?a=1&b=2"),
    ]


def test_an_archive_leads_to_the_current_document_and_on(archive: Feed) -> None:
    """RFC 5005, section 4."""
    site = "https://nachrichten.example/feeds/latest"
    assert places(archive)[4:] == [
        ("current", "application/atom+xml", f"{site}.atom"),
        ("prev-archive", "application/atom+xml", f"{site}/2026-03.atom"),
        ("next-archive", "application/atom+xml", f"{site}/2026-05.atom"),
    ]
    root = parse(archive)
    assert len(root.findall("fh:archive", NS)) == 1
    assert root.find("fh:complete", NS) is None


def test_a_complete_feed_says_so_and_what_was_taken_back(complete: Feed) -> None:
    """RFC 5005, section 2; RFC 6721."""
    root = parse(complete)
    assert len(root.findall("fh:complete", NS)) == 1
    assert root.find("fh:archive", NS) is None
    duck, old = root.findall("at:deleted-entry", NS)
    assert attributes(duck) == {
        "ref": "tag:nachrichten.example,2026:article/ente",
        "when": "2026-06-02T08:00:00+00:00",
    }
    assert texts(duck, "at:comment") == [complete.deletions[0].reason]
    assert attributes(old)["when"] == "2026-05-01T00:00:00+00:00"
    assert texts(old, "at:comment") == []


def test_a_search_tells_what_it_found(search: Feed) -> None:
    """OpenSearch 1.1, response elements; RFC 5005, section 3."""
    root = parse(search)
    assert [link["rel"] for link in links(root)][4:] == ["first", "next", "previous"]
    assert texts(root, "opensearch:totalResults") == ["104"]
    assert texts(root, "opensearch:itemsPerPage") == ["2"]
    assert texts(root, "opensearch:startIndex") == ["3"]
    query = root.find("opensearch:Query", NS)
    assert query is not None
    assert attributes(query) == {
        "role": "request",
        "searchTerms": "brücke & tunnel",
        "count": "2",
        "startIndex": "3",
    }


def test_an_unknown_place_in_the_results_is_not_guessed(search: Feed) -> None:
    root = parse(replace(search, found=Found("", total=9, page_size=5)))
    query = root.find("opensearch:Query", NS)
    assert query is not None
    assert attributes(query) == {"role": "request", "searchTerms": "", "count": "5"}
    assert root.find("opensearch:startIndex", NS) is None


def test_all_metadata_come_before_the_entries(feed: Feed) -> None:
    """A reader that takes a document in pieces knows what it reads."""
    names = [etree.QName(child).localname for child in parse(feed)]
    entries = names.count("entry")
    assert "entry" not in names[: len(names) - entries]


def test_only_namespaces_in_use_are_declared(full: Feed, complete: Feed, search: Feed) -> None:
    every = {"at", "fh", "opensearch"}
    assert every & parse(full).nsmap.keys() == set()
    assert every & parse(complete).nsmap.keys() == {"at", "fh"}
    assert every & parse(search).nsmap.keys() == {"opensearch"}
    for feed in (full, complete, search):
        assert b"ns0" not in render(feed, "atom")


def test_entry_links_keep_their_attributes(full: Feed) -> None:
    """Trap 1: feedgen writes nothing but href."""
    entry = parse(full).find("a:entry", NS)
    assert entry is not None
    site = "https://nachrichten.example"
    assert links(entry) == [
        {
            "rel": "alternate",
            "type": "text/html",
            "href": f"{site}/articles/brueckensperrung-in-muehlhafen",
        },
        {"rel": "related", "href": f"{site}/articles/kosten", "title": "Was die Sperrung kostet"},
        {
            "rel": "enclosure",
            "type": "image/jpeg",
            "length": "48213",
            "href": f"{site}/media/bruecke.jpg?w=800",
        },
    ]


def test_an_enclosure_of_unknown_length_has_none(full: Feed) -> None:
    tunnel = parse(full).findall("a:entry", NS)[1]
    assert links(tunnel)[-1] == {
        "rel": "enclosure",
        "type": "image/png",
        "href": "https://nachrichten.example/media/portal.png",
    }


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
            "fileSize": "48213",
            "type": "image/jpeg",
            "medium": "image",
        },
        {
            "url": "https://nachrichten.example/media/faehre",
            "type": "image/webp",
            "medium": "image",
        },
    ]
    assert texts(bridge, "media:content/media:credit") == ["Ada Beispiel/Bildhaus", "Archiv"]
    assert texts(bridge, "media:content/media:title") == [
        "Stau vor der Nordbrücke",
        "Die alte Fähre",
    ]
    assert texts(bridge, "media:content/media:description") == [
        "Stau vor der Nordbrücke",
        "Die alte Fähre",
    ]
    assert len(bridge.findall(".//media:thumbnail", NS)) == 1


def test_rights_of_the_feed_and_of_an_entry(full: Feed, search: Feed) -> None:
    root = parse(full)
    assert texts(root, "a:rights") == ["© 2026 Beispielverlag & Söhne"]
    assert texts(root, "a:entry/a:rights") == ["© 2026 Mühlhafener Bote & Partner"]
    assert texts(parse(search), "a:rights") == []


def test_an_entry_is_told_in_one_order(full: Feed) -> None:
    """The summary after content and pictures: see feeds/media.py."""
    entry = parse(full).find("a:entry", NS)
    assert entry is not None
    names = [etree.QName(child).localname for child in entry]
    assert names == [
        "id", "title", "updated", "published", "link", "link", "link", "author", "author",
        "category", "category", "category", "source", "rights", "content", "content", "content",
        "summary", "note",
    ]  # fmt: skip


def test_categories_keep_scheme_and_label(full: Feed) -> None:
    category = parse(full).findall("a:entry/a:category", NS)[1]
    assert attributes(category) == {
        "term": "verkehr",
        "scheme": "https://nachrichten.example/topics",
        "label": "Verkehr & Wege",
    }
