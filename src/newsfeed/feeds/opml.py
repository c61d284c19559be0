"""OPML 2.0 (opml.org/spec2.opml): every feed of the site in one file, for a reader to subscribe to.

In: titled groups of feeds. Out: a UTF-8 XML document. Called by `web.feeds`.

`type="rss"` is what OPML says for any feed; readers find out for themselves that it is Atom. There
is no creation date: it would change the bytes, and with them the validator, for no reader's good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.etree import Element, ElementTree, SubElement, tostring

from newsfeed.feeds.text import UNTITLED, line

MEDIA_TYPE = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed: its title, its absolute URL and that of its page for people."""

    title: str
    feed_url: str
    page_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of feeds ("Ressorts"); a group without a title stands at the top level."""

    title: str
    feeds: tuple[Outline, ...]


def render_opml(title: str, groups: Iterable[Group]) -> bytes:
    """The document. Groups without feeds are left out, since readers show them as empty folders."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = line(title) or UNTITLED
    body = SubElement(root, "body")
    for group in groups:
        if not group.feeds:
            continue
        name = line(group.title)
        parent = SubElement(body, "outline", text=name, title=name) if name else body
        for feed in group.feeds:
            name = line(feed.title) or UNTITLED
            SubElement(
                parent,
                "outline",
                type="rss",
                text=name,
                title=name,
                xmlUrl=line(feed.feed_url),
                htmlUrl=line(feed.page_url),
            )
    return tostring(ElementTree(root), encoding="UTF-8", xml_declaration=True, pretty_print=True)
