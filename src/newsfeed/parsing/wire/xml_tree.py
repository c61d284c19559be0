"""XML tree: the bytes of an XML document become a tree that is safe to walk.

In: raw bytes, a few words that lead to an element. Out: elements and their clean text. Called by
the XML formats. Elements are known by their local names: agencies write the same documents with
and without namespaces, and under prefixes of their own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import name2codepoint
from typing import Any, cast

from lxml import etree

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.hardened_xml import xml_parser
from newsfeed.parsing.markup import MAX_ELEMENTS, local_name
from newsfeed.parsing.pagedata.wording import line
from newsfeed.parsing.text import decode

MAX_TEXT = 5_000
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_PROLOG_END = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?\sencoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,9});")
_OWN_ENTITIES = frozenset([b"amp", b"lt", b"gt", b"quot", b"apos"])
_DECLARES = ("the XML declares entities in its DOCTYPE", "remove the DOCTYPE: none are ever read")


def parse_xml(raw: bytes) -> etree._Element:
    """The root of an XML document.

    A DOCTYPE may name a DTD, as most NITF does, but nothing is fetched; entities are known by
    HTML's names alone. Raises ParseError where the bytes are no well-formed XML, declare or use
    other entities, or have more elements than a news item ever needs; libxml2 itself refuses
    depths over 256 and texts over ten megabytes.
    """
    raw = raw.lstrip()
    if not raw:
        raise ParseError("the file is empty", "write an article into it or remove it")
    _check_prolog(raw)
    raw = _as_declared(raw)
    parser = xml_parser()
    try:
        root = etree.fromstring(_ENTITY.sub(_character, raw), parser)
    except etree.XMLSyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else "its end"
        raise ParseError(f"not well-formed XML at {place}", "export the item anew") from error
    except ValueError as error:
        raise ParseError("not XML that can be read", "export the item anew") from error
    _check_entities(root, parser)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise ParseError(f"more than {MAX_ELEMENTS} elements", "split the file")
    return root


def _as_declared(raw: bytes) -> bytes:
    """The same document, in UTF-8 after all where it says so and is not."""
    declared = _ENCODING.match(raw)
    says_other = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")
    if says_other or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw:
        return raw
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode(raw).encode()
    return raw


def _check_prolog(raw: bytes) -> None:
    """Refuses declarations before any is read; those hidden from this are found in the tree."""
    narrow = raw.replace(b"\0", b"")  # UTF-16 without its zeros will do for this
    start = _PROLOG_END.search(narrow)
    _, doctype, rest = narrow[: start.start() if start else None].partition(b"<!DOCTYPE")
    if doctype and b"[" in rest:
        raise ParseError(*_DECLARES)


def _check_entities(root: etree._Element, parser: etree.XMLParser) -> None:
    declared: Any = cast(Any, root.getroottree().docinfo).internalDTD  # half known to the stubs
    if declared is not None and (any(declared.iterentities()) or any(declared.iterelements())):
        raise ParseError(*_DECLARES)
    if any(entry.type_name == "WAR_UNDECLARED_ENTITY" for entry in parser.error_log):
        raise ParseError("the XML uses an entity that is not known", "write the character itself")


def _character(name: re.Match[bytes]) -> bytes:
    """A named character of HTML as XML knows it by its number."""
    code = name2codepoint.get(name[1].decode())
    return name[0] if code is None or name[1] in _OWN_ENTITIES else b"&#%d;" % code


def children(node: etree._Element | None, *path: str) -> Iterator[etree._Element]:
    """All elements at the end of a path of local names in lower case, below a node."""
    if node is None:
        return
    if not path:
        yield node
        return
    for child in node:
        if local_name(child) == path[0]:
            yield from children(child, *path[1:])


def child(node: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element at the end of a path, or None."""
    return next(children(node, *path), None)


def inside(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """All elements of a local name anywhere below a node, in document order."""
    if node is not None:
        yield from (found for found in node.iter() if local_name(found) == name)


def words(node: etree._Element | None) -> str | None:
    """All text inside an element on one line, or None; `MAX_TEXT` characters at most."""
    if node is None:
        return None
    parts: list[str] = []
    length = 0
    for part in node.itertext():
        parts.append(str(part[:MAX_TEXT]))
        length += len(parts[-1])
        if length > 2 * MAX_TEXT:
            break
    return line(" ".join(parts), MAX_TEXT)


def attribute(node: etree._Element | None, name: str) -> str | None:
    """An attribute as clean text on one line, or None."""
    return line(node.get(name)) if node is not None else None
