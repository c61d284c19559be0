"""Atom entries (RFC 4287, section 4.1.2), written as one pass over what an entry says.

In: a cleaned `Feed` and the root that feedgen has made of its head. Out: the same root with its
entries. Called by `extensions`.

The summary comes after the content and the pictures, for the reason told in `media`. The paper's
name is the title of an `atom:source`, of which nothing else is known here. The update or correction
mark is `newsfeed:note`, an element of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.etree import SubElement

from newsfeed.feeds.dates import rfc3339
from newsfeed.feeds.markup import as_text
from newsfeed.feeds.media import add_pictures
from newsfeed.feeds.namespaces import NEWSFEED, XML_LANG

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsfeed.feeds.feed import Entry, Feed

_NOTE = f"{{{NEWSFEED}}}note"


def add_entries(root: _Element, feed: Feed) -> None:
    """Adds every entry in the feed's order.

    feedgen's elements bear no namespace of their own (it writes `xmlns` as if it were an
    attribute), so neither do these.
    """
    for entry in feed.entries:
        node = SubElement(root, "entry")
        if entry.language and entry.language != feed.language:
            node.set(XML_LANG, entry.language)
        _add_identity(node, entry)
        _add_links(node, entry)
        _add_origin(node, entry)
        _add_text(node, entry)


def _add_identity(node: _Element, entry: Entry) -> None:
    SubElement(node, "id").text = entry.id
    SubElement(node, "title").text = entry.title
    SubElement(node, "updated").text = rfc3339(entry.updated)
    SubElement(node, "published").text = rfc3339(entry.published)


def _add_links(node: _Element, entry: Entry) -> None:
    link = SubElement(node, "link")
    link.set("rel", "alternate")
    link.set("type", "text/html")
    link.set("href", entry.url)
    for related in entry.related:
        if related.url:
            SubElement(node, "link", rel="related", href=related.url, title=related.title)
    if enclosure := entry.enclosure:
        link = SubElement(node, "link", rel="enclosure", type=enclosure.media_type)
        if enclosure.length:
            link.set("length", str(enclosure.length))
        link.set("href", enclosure.url)


def _add_origin(node: _Element, entry: Entry) -> None:
    for author in entry.authors:
        SubElement(SubElement(node, "author"), "name").text = author
    for category in entry.categories:
        tag = SubElement(node, "category")
        tag.set("term", category.term)
        tag.set("scheme", category.scheme)
        tag.set("label", category.label)
    if entry.source:
        SubElement(SubElement(node, "source"), "title").text = entry.source
    if entry.rights:
        SubElement(node, "rights").text = entry.rights


def _add_text(node: _Element, entry: Entry) -> None:
    if entry.content:
        content = SubElement(node, "content")
        content.set("type", "html")
        content.text = as_text(entry.content)
    add_pictures(node, entry)
    if entry.summary:
        SubElement(node, "summary").text = entry.summary
    if entry.note:
        SubElement(node, _NOTE).text = entry.note
