"""Feed files: RSS, RDF, Atom and JSON Feed become single entries.

In: a feed's bytes. Out: one small feed for each entry, with what the feed says of itself: each a
document that `feed_entry` reads alone. Called through `members`. Nothing is ever fetched.

An entry's bytes change only when the entry does: dates and counts of the feed stay out of them,
and so do counts of comments (RSS modules "slash" and "thr", RFC 4685).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from html.entities import html5
from typing import Any, cast

import orjson
from lxml import etree

from newsfeed.addresses import web_address
from newsfeed.parsing.charset import decoded
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.hardened_xml import xml_parser
from newsfeed.parsing.members import MOST_PIECES, Piece
from newsfeed.parsing.text import clean, decode

JSON_EXTENSION = ".jsonfeed"
_ROOTS = {"rss": ".rss", "RDF": ".rss", "feed": ".atom"}
_ENTRIES = frozenset({"item", "entry"})
_OF_THE_FEED = frozenset({"title", "link", "language", "author", "rights", "copyright"})
_COUNTS = ("http://purl.org/rss/1.0/modules/slash/", "http://purl.org/syndication/thread/1.0")
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([A-Za-z]{1,10})[\s>/]")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_ENTITY = re.compile(r"&(#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)?")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_JSON_FEED = b"jsonfeed.org/version/"
_MENDABLE = "write the feed anew"


def split(raw: bytes) -> Sequence[Piece] | None:
    """The entries of a feed in their order; None if the bytes are no feed.

    Raises ParseError for a feed with entities of its own (none needs them, bombs do) or with more
    entries than any feed has.
    """
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _split_json(raw)
    text = _text(raw)
    extension = _ROOTS.get(_root_name(text))
    return None if extension is None else _split_xml(text, extension)


def _text(raw: bytes) -> str:
    """The feed's text in the encoding that it declares, or else as it seems to be."""
    declared = _ENCODING.match(raw.lstrip()[:200])
    text = decoded(raw, declared[1].decode("ascii")) if declared else None
    if text is not None:
        return clean(text)
    try:
        return decode(raw)
    except ParseError:
        return ""


def _root_name(text: str) -> str:
    """The local name of the first element, without parsing: nearly every file is no feed."""
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0 or text[position : min(start, position + 1000)].strip():
            return ""
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4) + 2
        elif text.startswith(("<?", "<!"), start):
            end = text.find(">", start)
            if "[" in text[start:end]:  # a DOCTYPE with declarations of its own
                end = text.find(">", text.find("]", start))
        else:
            found = _ROOT.match(text, start)
            return found[1] if found else ""
        if end < start:
            return ""
        position = end + 1


def _split_xml(text: str, extension: str) -> Sequence[Piece] | None:
    if "<!ENTITY" in text:
        raise ParseError("a feed with entities of its own", "write their text out")
    text = _mended(text[text.find("?>") + 2 :] if text.lstrip().startswith("<?xml") else text)
    root = etree.fromstring(text.encode(), xml_parser(recover=True, encoding="utf-8"))
    if root is None:
        raise ParseError("the feed is no XML", _MENDABLE)
    channel = next((node for node in root if _name(node) == "channel"), None)
    entries = [
        node
        for home in (root, channel)
        if home is not None
        for node in home
        if _name(node) in _ENTRIES
    ]
    if len(entries) > MOST_PIECES:
        raise ParseError(f"a feed of more than {MOST_PIECES:,} entries", "split the feed")
    wrap = _wrapper(root, channel)
    try:
        return [_piece(entry, wrap, extension) for entry in entries]
    except ValueError as error:
        raise ParseError("the feed's namespaces are damaged", _MENDABLE) from error


def _wrapper(
    root: etree._Element, channel: etree._Element | None
) -> Callable[[etree._Element], bytes]:
    """Puts an entry into a feed that says of itself what this one does."""
    home = root if channel is None else channel
    about = [
        deepcopy(node)
        for node in home
        if _name(node) in _OF_THE_FEED and node.get("rel", "alternate") == "alternate"
    ][:20]

    def wrap(entry: etree._Element) -> bytes:
        shell = _shell(root)
        inner = shell
        if channel is not None:
            inner = _shell(channel)
            shell.append(inner)
        inner.extend(map(deepcopy, about))
        inner.append(entry)  # moved: it is needed nowhere else
        entry.tail = None
        return etree.tostring(shell, encoding="utf-8", with_tail=False)

    return wrap


def _piece(entry: etree._Element, wrap: Callable[[etree._Element], bytes], extension: str) -> Piece:
    for node in list(entry):
        if isinstance(node.tag, str) and node.tag[1:].partition("}")[0] in _COUNTS:
            entry.remove(node)
    id = next((node.text for node in entry if _name(node) in ("guid", "id")), None)
    url = web_address(_link(entry))
    name = (id or "").strip() or entry.get(_ABOUT, "").strip() or url or ""
    return Piece(name[:2000], extension, wrap(entry), url)


def _shell(node: etree._Element) -> etree._Element:
    """The element without what stands in it."""
    shell = etree.Element(node.tag, nsmap=cast("dict[str, str]", node.nsmap))
    for name, value in node.items():
        with suppress(ValueError):  # an attribute whose prefix was never declared
            shell.set(name, value)
    return shell


_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def _link(entry: etree._Element) -> str | None:
    for node in entry:
        if _name(node) == "link" and node.get("rel", "alternate") == "alternate":
            return str(node.get("href") or node.text or "")
    return None


def _name(node: etree._Element) -> str:
    # not lxml's QName: it raises for a prefix that the feed never declared
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _mended(text: str) -> str:
    """The text with every "&" as XML has it, but for CDATA sections, where it stands for itself."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        start = text.find(_CDATA, position)
        end = text.find(_CDATA_END, start) + len(_CDATA_END) if start >= 0 else len(text)
        if start < 0 or end < start:
            start = end = len(text)
        parts += (_ENTITY.sub(_reference, text[position:start]), text[start:end])
        position = end
    return "".join(parts)


def _reference(found: re.Match[str]) -> str:
    """HTML's named characters, which many feeds use, by number; what is no reference as text."""
    name = found[1] or ""
    if name.startswith("#") or name in _OF_XML:
        return found.group()
    if name in html5:
        return "".join(f"&#{ord(one)};" for one in html5[name])
    return "&amp;" + name


def _split_json(raw: bytes) -> Sequence[Piece] | None:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    if _JSON_FEED not in raw.replace(b"\\/", b"/"):
        return None
    try:
        feed = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ParseError("the feed is no valid JSON", _MENDABLE) from error
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in str(feed.get("version")):
        return None
    items = feed.get("items")
    if not isinstance(items, list):
        raise ParseError("items: is no list", _MENDABLE)
    about = {
        name: feed[name]
        for name in ("version", "title", "home_page_url", "language", "authors", "author")
        if name in feed
    }
    return [_json_piece(item, about) for item in items if isinstance(item, dict)]


def _json_piece(item: Mapping[str, Any], about: Mapping[str, Any]) -> Piece:
    url = next(
        (item[name] for name in ("url", "external_url") if isinstance(item.get(name), str)), None
    )
    id = item.get("id")
    name = str(id).strip() if isinstance(id, str | int) else ""
    document = orjson.dumps({**about, "items": [item]}, option=orjson.OPT_SORT_KEYS)
    return Piece((name or url or "")[:2000], JSON_EXTENSION, document, web_address(url))
