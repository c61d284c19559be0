"""Markup: what HTML inside an entry would do in somebody else's program.

In: a text that a reader takes for HTML. Out: what stands in it, for `readers` to judge. Parsed
once, by lxml's HTML parser (libxml2, nothing fetched); a text too deep or too long for it is told
as unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree, html

if TYPE_CHECKING:
    from lxml.etree import _Element

_ADDRESSES = (
    *("href", "src", "poster", "cite", "action", "data", "background", "longdesc"),
    *("formaction", "xlink:href"),
)
_EMBEDS = frozenset({"img", "audio", "video", "source", "track", "iframe", "embed", "input"})
_BLOCKS = ("h1", "h2", "h3", "h4", "p", "div")
_FIRST = 10
_LONGEST = 2_000_000
"""Characters that are looked into; who writes more is told of the document's size."""
_STRIPPED = frozenset(
    {
        *("script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea"),
        *("select", "link", "meta", "base", "frame", "frameset", "applet", "title", "dialog"),
    }
)
_TAG = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9]{0,15}(?=[\s/>])|!--)")
_CHARACTER = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SPACES = re.compile(r"\s+")
_LEFT_OUT = re.compile(r"[\x00-\x20]")


@dataclass(frozen=True, slots=True)
class Markup:
    """What stands in a text of HTML; each tuple once per value, in order.

    `text` is what people see, white space folded; `heading` the first block's text.
    """

    text: str = ""
    heading: str = ""
    elements: frozenset[str] = frozenset()
    relative: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    without_alt: int = 0
    tracking: tuple[str, ...] = ()
    readable: bool = True

    @property
    def stripped(self) -> tuple[str, ...]:
        """The elements that readers take out, by name."""
        return tuple(sorted(self.elements & _STRIPPED))


def read_markup(text: str) -> Markup:
    """What stands in `text`; never raises."""
    parser = _parser()
    try:
        root = html.fragment_fromstring(text[:_LONGEST], create_parent="div", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return Markup(readable=not text.strip())
    nodes = [node for node in root.iterdescendants() if isinstance(node.tag, str)]
    if any(error.level_name == "FATAL" for error in parser.error_log):
        return Markup(readable=False)  # nested so deep that libxml2 gave up
    addresses = list(_addresses(nodes))
    return Markup(
        text=folded(root.text_content()),
        heading=folded(_heading(nodes)),
        elements=frozenset(str(node.tag) for node in nodes),
        relative=_once(url for _, url in addresses if not _is_complete(url)),
        insecure=_once(
            url
            for node, url in addresses
            if node.tag in _EMBEDS and url.lower().startswith("http:")
        ),
        scripts=_once(_scripts(nodes, addresses)),
        without_alt=sum(node.tag == "img" and "alt" not in node.attrib for node in nodes),
        tracking=_once(node.get("src", "") for node in nodes if _is_pixel(node)),
    )


def has_tags(text: str) -> bool:
    """Whether a plain text holds what looks like HTML's tags."""
    return bool(_TAG.search(text))


def has_references(text: str) -> bool:
    """Whether a plain text holds what looks like HTML's character references."""
    return any(unescape(found) != found for found in _CHARACTER.findall(text))


def folded(text: str) -> str:
    """The text with every run of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def _parser() -> html.HTMLParser:
    return html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)


def _addresses(nodes: list[html.HtmlElement]) -> Iterator[tuple[_Element, str]]:
    for node in nodes:
        for name in _ADDRESSES:
            if name in node.attrib:
                # as browsers do, without the white space and controls in it
                yield node, _LEFT_OUT.sub("", node.get(name, ""))
        candidates = node.get("srcset", "")
        # a data: address has commas of its own, and is never relative
        for candidate in [] if "data:" in candidates else candidates.split(","):
            if url := candidate.strip().partition(" ")[0]:
                yield node, url


def _is_complete(url: str) -> bool:
    head, colon, _ = url.partition(":")
    return bool(colon) and head.isascii() and head.replace("+", "").isalnum()


def _scripts(nodes: list[html.HtmlElement], addresses: list[tuple[_Element, str]]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "script":
            yield "a script element"
        for name in node.attrib:
            if str(name).lower().startswith("on"):
                yield f"an attribute {name}"
    for _, url in addresses:
        if url.lower().startswith(("javascript:", "vbscript:", "data:text/html")):
            yield "an address that runs code"


def _heading(nodes: list[html.HtmlElement]) -> str:
    """The text of the first block that has any; only the first few are asked."""
    blocks = [node for node in nodes[:_FIRST] if node.tag in _BLOCKS]
    return next(
        (text for text in (str(node.text_content()) for node in blocks) if text.strip()), ""
    )


def _is_pixel(node: html.HtmlElement) -> bool:
    return (
        node.tag == "img" and node.get("width") in ("0", "1") and node.get("height") in ("0", "1")
    )


def _once(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
