"""Page: the bytes of an HTML document become a tree of bounded size.

In: bytes, and the charset that a transport named, if any. Out: the root element. Called by `html`
before anything else looks at the page; what leaves here is at most 256 levels deep and may be
walked, copied and searched without a thought for hostile nesting.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from newsfeed.parsing.charset import decoded
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.text import decode

MAX_DEPTH = 256
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 1_000
"""Of one element; one that has more loses them all."""
_HEAD = 4_096
"""Where a page must declare its charset (HTML Living Standard 4.2.5.4: the first 1024 bytes; real
pages put it later)."""

_DECLARED = re.compile(rb"<meta\b[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TAG = re.compile(r"<[a-zA-Z!]")
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n\r")
MAX_NAME = 30
LONG_TAG = 8_000
"""Characters; 100,000 attributes of one tag keep libxml2 busy for 15 seconds."""
_LONG_TAG = re.compile(rf"<([^<>]{{{LONG_TAG},}})")
# lxml's own lookup asks a Python function for the class of each element
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
_COUNT = etree.XPath("count(//*)")
_TOO_DEEP = etree.XPath("/*" * (MAX_DEPTH + 1))
_OVERLOADED = etree.XPath(f"//*[@*[{MAX_ATTRIBUTES + 1}]]")


def load(raw: bytes, charset: str | None = None) -> HtmlElement:
    """The root of a page. Raises ParseError where the bytes are no HTML or far too much of it."""
    root = _parsed(_text(raw, charset))
    count = _COUNT(root)
    if isinstance(count, float) and count > MAX_ELEMENTS:
        raise ParseError(
            f"the page has more than {MAX_ELEMENTS} elements", "save its article on its own"
        )
    for node in _found(_OVERLOADED, root):
        node.attrib.clear()
    for node in _found(_TOO_DEEP, root):
        if (parent := node.getparent()) is not None:
            parent.remove(node)
    return root


def _found(path: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    found = path(root)
    return (
        [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def _text(raw: bytes, charset: str | None) -> str:
    """The document's characters: by its mark, as UTF-8, as declared, or as they look."""
    text = None
    if not raw.startswith(_MARKS) and raw.count(0) * 100 <= len(raw):
        text = decoded(raw, "utf-8") or decoded(raw, charset) or decoded(raw, _declared(raw))
    if text is None:
        text = decode(raw)
    if not _TAG.search(text):
        raise ParseError("there is no HTML in the file", "save the page as HTML")
    return _LONG_TAG.sub(_reasonable, text)


def _reasonable(long: re.Match[str]) -> str:
    """A long tag; only its name where its attributes would take libxml2 too long."""
    tag = long[1]
    # a space, a slash or an equals sign stands at every attribute
    ends = max(tag.count(" "), tag.count("/"), tag.count("="), len(tag.split()))
    if ends <= MAX_ATTRIBUTES or not tag[0].isalpha():
        return long[0]
    is_closed = long.string.startswith(">", long.end())
    return "<" + tag.partition(" ")[0][:MAX_NAME] + ("" if is_closed else ">")


def _declared(raw: bytes) -> str | None:
    found = _DECLARED.search(raw[:_HEAD])
    return found.group(1).decode("ascii", "replace") if found else None


def _parsed(text: str) -> HtmlElement:
    # huge_tree: else one long text or nesting ends the document there
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        raw = text.encode("utf-8", "replace").translate(None, _CONTROLS)
        root = etree.fromstring(raw, parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseError("the page cannot be read as HTML", "save the page again") from error
    if not isinstance(root, HtmlElement):
        raise ParseError("there is no element in the page", "save the page again")
    return root
