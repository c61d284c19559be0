"""XML documents: one news item in whatever XML format becomes a Draft.

In: the bytes of an .xml file. Out: its Draft; or, of a message with several items, the items.
Registered in `parsing` for ".xml"; `split` is called by `members`. A format is one module with
`NAME`, `ROOTS`, `name_of`, `members` and `read_root`, and one line in the list below.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from lxml import etree

from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError, Retracted
from newsfeed.parsing.markup import local_name
from newsfeed.parsing.members import Piece
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.wire.xml_tree import parse_xml

_FORMATS = ("newsml", "nitf")
"""Modules here, each for one XML format, known by the names of its root elements."""


class XmlFormat(Protocol):
    """What the module of an XML format offers."""

    NAME: str
    ROOTS: tuple[str, ...]

    def name_of(self, root: etree._Element) -> str:
        """What the item of a document goes by for good, "" if it has no name."""

    def members(self, root: etree._Element) -> list[etree._Element]:
        """The roots of its articles; itself where it holds one or none."""

    def read_root(self, root: etree._Element, context: Context) -> Draft:
        """The draft of a document with one article. Raises ParseError, and nothing else."""


def read(raw: bytes, context: Context) -> Draft:
    """The draft of the one article in an XML document.

    Raises ParseError where the bytes are too many or no XML that may be read, and where no format
    knows the root.
    """
    if len(raw) > context.limit:
        raise ParseError(f"larger than {context.limit} bytes", "raise the limit or split the file")
    format, root = _item(raw)
    try:
        return format.read_root(root, context)
    except Retracted as error:
        raise error.of(format.name_of(root)) from error


def name_of(raw: bytes) -> str:
    """What the one article in an XML document goes by for good; "" where it does not say."""
    try:
        format, root = _item(raw)
    except ParseError:
        return ""
    return format.name_of(root)


def _item(raw: bytes) -> tuple[XmlFormat, etree._Element]:
    """The root of a document and its format. Raises ParseError."""
    root = parse_xml(raw)
    format = _format(root)
    if format is None:
        raise ParseError(
            f"no news item, but an XML document <{ascii(local_name(root)[:40])[1:-1]}>",
            f"known are {', '.join(_module(name).NAME for name in _FORMATS)} and feeds",
        )
    return format, root


def split(raw: bytes) -> Sequence[Piece] | None:
    """The articles of a message, each a document of its own; None where it is no such message."""
    try:
        root = parse_xml(raw)
    except ParseError:
        return None  # reading the document says what is wrong with it
    format = _format(root)
    members = format.members(root) if format is not None else []
    if format is None or len(members) < 2:
        return None
    return [
        Piece(name, ".xml", etree.tostring(member, encoding="utf-8"), absolute(name, None))
        for member in members
        for name in [format.name_of(member)]
    ]


def _format(root: etree._Element) -> XmlFormat | None:
    name = local_name(root)
    return next((format for format in map(_module, _FORMATS) if name in format.ROOTS), None)


def _module(name: str) -> XmlFormat:
    return cast(XmlFormat, import_module(f"newsfeed.parsing.wire.{name}"))
