"""XML documents: bytes become a tree, without anything being fetched or expanded.

In: the bytes of a document that says it is XML. Out: its root, or None, and what is wrong with it
as XML. Called by `checking`; the tree is read by `atom`, `rss` and `views`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.parsing.hardened_xml import xml_parser

if TYPE_CHECKING:
    from lxml.etree import _Element

WELL_FORMED = Rule(
    "xml-well-formed",
    "error",
    "write the document with an XML library: readers show nothing of a broken one",
    "XML 1.0, section 2.1",
)
ENCODING = Rule(
    "xml-encoding", "warning", "write UTF-8 and declare it", "RSS profile, introduction; RFC 3629"
)
DOCTYPE = Rule(
    "xml-doctype",
    "error",
    "leave the DOCTYPE out: parsers refuse it, as it can make entities explode",
    "OWASP, XML external entities",
)
STYLESHEET = Rule(
    "xml-stylesheet",
    "note",
    "link a page for people instead: browsers are dropping XSLT",
    "Chromium's plan to remove XSLT",
)
_PROLOG = 2000
_STYLESHEET = re.compile(rb"<\?xml-stylesheet[\s?]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document's root, if it has one, and what was wrong with it as XML."""

    root: _Element | None
    findings: tuple[Finding, ...]


def parse_xml(body: bytes) -> Parsed:
    """The tree of a document; never raises, whatever the bytes are."""
    try:
        root = etree.fromstring(body, xml_parser())
    except etree.XMLSyntaxError as error:
        return Parsed(None, (WELL_FORMED.broken(quoted(error.msg or "?", 200), "", error.lineno),))
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        return Parsed(None, (WELL_FORMED.broken(quoted(str(error), 200)),))
    return Parsed(root, tuple(_document(root, body)))


def _document(root: _Element, body: bytes) -> Iterator[Finding]:
    info: Any = root.getroottree().docinfo  # whose stubs lack `doctype`
    encoding = info.encoding or "UTF-8"
    if encoding.upper() not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        yield ENCODING.broken(f"the document is written in {quoted(encoding)}")
    if info.doctype or info.internalDTD is not None:
        yield DOCTYPE.broken(f"the document has a DOCTYPE: {quoted(info.doctype)}")
    if _STYLESHEET.search(body[:_PROLOG]):
        yield STYLESHEET.broken("the document names a stylesheet")


def name_of(element: _Element) -> tuple[str, str]:
    """Namespace and local name; both empty for what is no element (an entity reference)."""
    tag: Any = element.tag
    if not isinstance(tag, str):
        return "", ""
    space, brace, name = tag.removeprefix("{").partition("}")
    return (space, name) if brace else ("", space)


def text_of(element: _Element | None) -> str:
    """All text within an element, "" for none, without the space around it."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def line_of(element: _Element) -> int | None:
    """The line on which an element stands in its document."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None
