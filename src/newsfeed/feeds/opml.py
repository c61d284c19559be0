"""OPML 2.0 (opml.org/spec2.opml): every feed of the site in one file, for a reader to subscribe to.

In: titled groups of feeds. Out: a UTF-8 XML document, piece by piece: a site may have feeds by the
hundred thousand. Called by `web.discovery`.

`type="rss"` is what OPML says for any feed; readers find out for themselves that it is Atom. There
is no creation date: it would change the bytes, and with them the validator, for no reader's good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.etree import Element, _Element, tostring

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
    feeds: Iterable[Outline]


def render_opml(title: str, groups: Iterable[Group]) -> bytes:
    """The document. Groups without feeds are left out, since readers show them as empty folders."""
    return b"".join(write_opml(title, groups))


def write_opml(title: str, groups: Iterable[Group]) -> Iterator[bytes]:
    """The document of `render_opml`, line by line; `feeds` may be made while it is written."""
    head = Element("title")
    head.text = line(title) or UNTITLED
    yield b"<?xml version='1.0' encoding='UTF-8'?>\n"
    yield b'<opml version="2.0">\n  <head>\n    ' + _xml(head) + b"\n  </head>\n  <body>\n"
    for group in groups:
        yield from _folder(group)
    yield b"  </body>\n</opml>\n"


def _folder(group: Group) -> Iterator[bytes]:
    name = line(group.title)
    indent = b"      " if name else b"    "
    opened = not name
    for feed in group.feeds:
        if not opened:
            folder = _xml(Element("outline", text=name, title=name))
            yield b"    " + folder.removesuffix(b"/>") + b">\n"
            opened = True
        yield indent + _xml(_outline(feed)) + b"\n"
    if name and opened:
        yield b"    </outline>\n"


def _outline(feed: Outline) -> _Element:
    name = line(feed.title) or UNTITLED
    return Element(
        "outline",
        type="rss",
        text=name,
        title=name,
        xmlUrl=line(feed.feed_url),
        htmlUrl=line(feed.page_url),
    )


def _xml(element: _Element) -> bytes:
    written: bytes = tostring(element, encoding="UTF-8", xml_declaration=False)
    return written
