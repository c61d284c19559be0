"""Reading: a parsed document becomes the view that a lenient reader has of it.

In: an Atom or RSS tree, or a JSON value. Out: a `FeedView`. Called by `checking`. Nothing is
judged here and nothing raises: what is wrong reads as missing, and the format's checker says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lxml import etree

from newsfeed.lint.namespaces import (
    ATOM,
    CONTENT,
    DC,
    HISTORY,
    MEDIA,
    NEWSFEED,
    TOMBSTONES,
    XML_BASE,
    XML_LANG,
)
from newsfeed.lint.values import rfc822, rfc3339
from newsfeed.lint.view import Address, Deleted, EntryView, FeedView, Link, Text
from newsfeed.lint.xml_document import line_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_A, _C, _D, _H, _M = (f"{{{space}}}" for space in (ATOM, CONTENT, DC, HISTORY, MEDIA))


def read_atom(root: _Element) -> FeedView | None:
    """The view of an Atom feed, or of an entry that stands alone; None for anything else."""
    if root.tag not in (f"{_A}feed", f"{_A}entry"):
        return None
    alone = root.tag == f"{_A}entry"
    links = _links(root, f"{_A}link")
    return FeedView(
        format="atom",
        id=_text(root, f"{_A}id"),
        title=_text(root, f"{_A}title"),
        page_url=_page(links),
        updated=rfc3339(_text(root, f"{_A}updated")),
        language=root.get(XML_LANG, ""),
        links=links,
        addresses=(
            *_link_addresses(links),
            *_addresses(root, f"{_A}icon", f"{_A}logo"),
        ),
        entries=tuple(map(_atom_entry, [root] if alone else root.iterfind(f"{_A}entry"))),
        deleted=_deleted(root),
        **_history(root),
    )


def _atom_entry(node: _Element) -> EntryView:
    links = _links(node, f"{_A}link")
    return EntryView(
        id=_text(node, f"{_A}id"),
        title=_construct(node, f"{_A}title"),
        url=_page(links),
        published=rfc3339(_text(node, f"{_A}published")),
        updated=rfc3339(_text(node, f"{_A}updated")),
        summary=_construct(node, f"{_A}summary"),
        content=_construct(node, f"{_A}content"),
        authors=tuple(text_of(name) for name in node.iterfind(f"{_A}author/{_A}name")),
        language=node.get(XML_LANG, ""),
        note=_text(node, f"{{{NEWSFEED}}}note"),
        addresses=(*_link_addresses(links), *_media(node)),
        line=line_of(node),
    )


def read_rss(root: _Element) -> FeedView | None:
    """The view of an RSS 2.0 document; None for anything else."""
    channel = root.find("channel")
    if channel is None or root.tag != "rss":
        return None
    links = _links(channel, f"{_A}link")
    updated = _text(channel, "lastBuildDate") or _text(channel, "pubDate")
    return FeedView(
        format="rss",
        title=_text(channel, "title"),
        page_url=_text(channel, "link"),
        updated=rfc822(updated),
        language=_text(channel, "language"),
        links=links,
        addresses=(
            *_addresses(channel, "image/url", "image/link"),
            *_link_addresses(links),
        ),
        entries=tuple(map(_rss_item, channel.iterfind("item"))),
        deleted=_deleted(channel),
        **_history(channel),
    )


def _rss_item(node: _Element) -> EntryView:
    links = _links(node, f"{_A}link")
    guid = node.find("guid")
    url = _text(node, "link")
    if not url and guid is not None and guid.get("isPermaLink", "true") == "true":
        url = text_of(guid)
    described = _text(node, "description")
    encoded = node.find(f"{_C}encoded")
    return EntryView(
        id=text_of(guid),
        title=Text(_text(node, "title")) if node.find("title") is not None else None,
        url=url,
        published=rfc822(_text(node, "pubDate")),
        updated=rfc3339(_text(node, f"{_A}updated")),
        summary=Text(described, is_html=True) if described else None,
        content=None if encoded is None else Text(text_of(encoded), is_html=True),
        authors=tuple(text_of(name) for name in node.iterfind(f"{_D}creator")),
        language=_text(node, f"{_D}language"),
        note=_text(node, f"{{{NEWSFEED}}}note"),
        addresses=(
            *_link_addresses(links),
            *_media(node),
        ),
        line=line_of(node),
    )


def read_json(value: Any) -> FeedView | None:
    """The view of a JSON Feed's value; None for what is no object."""
    if not isinstance(value, dict):
        return None
    own = value.get("_newsfeed")
    own = own if isinstance(own, dict) else {}
    next_url = _string(value, "next_url")
    self_url = _string(value, "feed_url")
    links = [Link("self", self_url)] if self_url else []
    links += [Link("next", next_url)] if next_url else []
    items = value.get("items")
    return FeedView(
        format="json",
        id=_string(own, "id"),
        title=_string(value, "title"),
        page_url=_string(value, "home_page_url"),
        updated=rfc3339(_string(own, "updated")),
        language=_string(value, "language"),
        links=tuple(links),
        entries=tuple(
            _json_item(item)
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict)
        ),
    )


def _json_item(item: dict[str, Any]) -> EntryView:
    own = item.get("_newsfeed")
    html, text = _string(item, "content_html"), _string(item, "content_text")
    authors = item.get("authors")
    return EntryView(
        id=_string(item, "id"),
        title=Text(_string(item, "title")) if "title" in item else None,
        url=_string(item, "url"),
        published=rfc3339(_string(item, "date_published")),
        updated=rfc3339(_string(item, "date_modified")),
        summary=Text(_string(item, "summary")) if item.get("summary") else None,
        content=Text(html, is_html=True) if html else Text(text) if text else None,
        authors=tuple(
            _string(one, "name")
            for one in (authors if isinstance(authors, list) else [])
            if isinstance(one, dict) and _string(one, "name")
        ),
        language=_string(item, "language"),
        note=_string(own, "note") if isinstance(own, dict) else "",
    )


def _history(parent: _Element) -> dict[str, Any]:
    return {
        "complete": parent.find(f"{_H}complete") is not None,
        "archive": parent.find(f"{_H}archive") is not None,
        "has_base": next(_based(parent.getroottree().getroot()), None) is not None,
    }


def _based(root: _Element) -> Iterator[_Element]:
    return (node for node in root.iter(etree.Element) if XML_BASE in node.attrib)


def _construct(node: _Element, name: str) -> Text | None:
    """A text construct (RFC 4287, section 3.1) as the HTML or the text that it stands for."""
    found = node.find(name)
    if found is None or found.get("src"):
        return None
    kind = found.get("type", "text")
    if kind == "xhtml":
        inner = "".join(etree.tostring(child, encoding="unicode") for child in found)
        return Text(inner, is_html=True)
    return Text(text_of(found), is_html=kind in ("html", "text/html"))


def _text(node: _Element, name: str) -> str:
    return text_of(node.find(name))


def _links(node: _Element, name: str) -> tuple[Link, ...]:
    return tuple(
        Link(one.get("rel", "alternate"), one.get("href", "").strip(), one.get("type", ""))
        for one in node.iterfind(name)
    )


def _page(links: tuple[Link, ...]) -> str:
    """The page for people: the first alternate that is HTML or says nothing of its type."""
    pages = [link for link in links if link.rel == "alternate"]
    return next((one.href for one in pages if one.type in ("", "text/html")), "") or next(
        (one.href for one in pages), ""
    )


def _link_addresses(links: tuple[Link, ...]) -> Iterator[Address]:
    return (Address(f"link rel={link.rel}", link.href) for link in links if link.href)


def _addresses(node: _Element, *names: str) -> Iterator[Address]:
    for name in names:
        for one in node.iterfind(name):
            yield Address(name.rpartition("}")[2], text_of(one))


def _media(node: _Element) -> Iterator[Address]:
    for name in ("content", "thumbnail", "player"):
        for one in node.iter(f"{_M}{name}"):
            if "url" in one.attrib:
                yield Address(f"media:{name}", one.get("url", ""))


def _deleted(node: _Element) -> tuple[Deleted, ...]:
    found = node.iterfind(f"{{{TOMBSTONES}}}deleted-entry")
    return tuple(Deleted(one.get("ref", ""), rfc3339(one.get("when", ""))) for one in found)


def _string(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""
