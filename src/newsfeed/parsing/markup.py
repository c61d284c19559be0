"""Markup: a piece of HTML, XHTML or NITF becomes the blocks and images of an article.

In: an element of a parsed document, or HTML as a string. Out: a `Fragment`. Called by the wire
formats and by the import of feeds: for documents whose body is all article, where nothing has to
be told apart from a page's furniture.

The elements of the three languages that mean the same are known by one set of local names (NITF
3.6: `hl2`, `bq`, `media`, `media-caption`, `media-producer`, `media-reference`). Any other element
is either a box that ends the running text (`div`, `section`) or none (`span`, `person`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lxml import etree

from newsfeed.article import Block, BlockKind, Image
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.figures import FIGURES, IMAGES, Figure, address
from newsfeed.parsing.inline import BREAK, Run, Tags, opening_tag

MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 5_000

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "hl2"])
_QUOTES = frozenset(["blockquote", "bq"])
_LISTS = frozenset(["ul", "ol", "dl"])
_CELLS = frozenset(["td", "th"])
_KINDS: tuple[tuple[frozenset[str], BlockKind], ...] = (
    (_HEADINGS, "subheading"),
    (_QUOTES, "quote"),
    (_LISTS, "list"),
)
_BOX_NAMES = """
    address article aside block body center credit dd details div dt fieldset figcaption figure fn
    footer header hr html li main media media-caption media-producer nav note p pre section summary
    table tbody tfoot thead tr
"""
_BOXES = _HEADINGS | _QUOTES | _LISTS | frozenset(_BOX_NAMES.split())
_UNSEEN_NAMES = """
    applet audio button canvas embed form frame head iframe input link math media-metadata
    media-object meta noscript object script select style svg template textarea title video
"""
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_TAG = re.compile(r"""<[a-zA-Z](?:[^>"']++|"[^"]*+"|'[^']*+')*+>?""")
_ATTRIBUTE_ENDS = re.compile(r"[\s/\"']+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_INDENTS = re.compile(r"\n(?=[ \t]{2})")
_LINES = re.compile(r"\n")


@dataclass(frozen=True, slots=True)
class Fragment:
    """The blocks and the images of a piece of markup, each in reading order."""

    blocks: tuple[Block, ...] = ()
    images: tuple[Image, ...] = ()


def fragment(html: str) -> etree._Element:
    """The tree of a piece of HTML.

    A tag of thousands of attributes is left out, and what lies deeper than the 2,048 elements at
    which libxml2 stops. Raises ParseError where it has more than `MAX_ELEMENTS` elements.
    """
    raw = _TAG.sub(_reasonable, html.replace("\0", "")).encode("utf-8", "replace")
    # huge_tree: else a few hundred elements that are never closed end the text
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True
    )
    root = etree.fromstring(b"<html><body>" + raw + b"</body></html>", parser)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise ParseError(
            f"the text has more than {MAX_ELEMENTS} elements", "take the article out of the page"
        )
    return root


def blocks_of(element: etree._Element, base: str | None = None) -> Fragment:
    """What stands in an element, however deep; relative addresses are joined to `base`.

    A list is one block, one item a line, and so is a table, one row a line; each paragraph of a
    quote is a quote. Elements with the attribute `hidden` are none of it.
    """
    walk = _Walk(base)
    for event, node, name in _events(element):
        if event == "start":
            walk.start(node, name)
        elif event == "end":
            walk.end(node, name)
        if event != "start" and node is not element:
            walk.text(node.tail)
    walk.flush()
    walk.close_list()
    return Fragment(tuple(walk.blocks), tuple(walk.images))


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs of plain text.

    Blank lines part them; without any, lines that are indented begin them, as old wires have it;
    without those every line is one.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    blank, indented = _PARAGRAPHS.search(text), _INDENTS.search(text)
    parts = _PARAGRAPHS.split(text) if blank else (_INDENTS if indented else _LINES).split(text)
    blocks = []
    for part in parts:
        run = Run()
        run.add(part)
        if line := run.text():
            blocks.append(Block("paragraph", line))
    return tuple(blocks)


def local_name(node: etree._Element) -> str:
    """An element's name without its namespace, in lower case; "" for comments and the like."""
    tag = node.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


class _Walk:
    """What has been read so far: whole blocks, and the line that is being gathered."""

    def __init__(self, base: str | None) -> None:
        self.blocks: list[Block] = []
        self.images: list[Image] = []
        self._base = base
        self._run = Run()
        self._is_row = False
        self._tags: list[tuple[etree._Element, str]] = []
        self._around: list[tuple[etree._Element, BlockKind]] = []  # headings, quotes and lists
        self._items: list[tuple[str, str | None]] = []  # of the list or table being read
        self._figure: Figure | None = None
        self._beside: list[tuple[etree._Element, Run]] = []  # captions and credits being read

    def start(self, node: etree._Element, name: str) -> None:
        """An element begins."""
        if name == "br":
            self._break()
        elif name in _CELLS:
            self._cell()
        elif name in _BOXES:
            self.flush()
        self._enter(node, name)
        _open(self._tags, node, name, self._base)
        for place, part in enumerate(_PARAGRAPHS.split(node.text or "") if name == "pre" else ()):
            if place:
                self.flush()
            self.text(part)
        if name != "pre":
            self.text(node.text)

    def end(self, node: etree._Element, name: str) -> None:
        """An element ends."""
        _close(self._tags, node)
        if name in _BOXES:
            self.flush()
        if name == "table" or (name in _LISTS and not self._is_in("list", besides=node)):
            self.close_list()
        for open_elements in (self._around, self._beside):
            if open_elements and open_elements[-1][0] is node:
                open_elements.pop()
        if self._figure is not None and self._figure.node is node:
            self.images.extend(self._figure.images())
            self._figure = None

    def text(self, text: str | None) -> None:
        """Text at this place."""
        if text:
            run = self._beside[-1][1] if self._beside else self._run
            run.add(text, _names(self._tags))

    def flush(self) -> None:
        """The line ends here; it becomes a block or an item."""
        if self._beside:
            self._beside[-1][1].add(" ")
        run, self._run = self._run, Run()
        is_row, self._is_row = self._is_row, False
        line = run.text()
        if not line:
            return
        if is_row or self._kind == "list":
            self._items.append((line, run.html()))
            return
        self.close_list()
        self.blocks.append(Block(self._kind, line, run.html()))

    def close_list(self) -> None:
        """The list ends here, if one is being read."""
        items, self._items = self._items, []
        if not items:
            return
        marked = any(html for _, html in items)
        html = "\n".join(html or escape(line, quote=False) for line, html in items)
        text = "\n".join(line for line, _ in items)
        self.blocks.append(Block("list", text, html if marked else None))

    @property
    def _kind(self) -> BlockKind:
        return self._around[-1][1] if self._around else "paragraph"

    def _is_in(self, kind: BlockKind, besides: etree._Element) -> bool:
        return any(one == kind and node is not besides for node, one in self._around[-2:])

    def _enter(self, node: etree._Element, name: str) -> None:
        for names, kind in _KINDS:
            if name in names:
                # whatever stands in a list is its item
                self._around.append((node, "list" if self._kind == "list" else kind))
        if name in FIGURES and self._figure is None:
            self._figure = Figure(node, is_one=name == "media")
        elif name in IMAGES:
            self._image(node)
        elif self._figure is not None and (words := self._figure.words_in(node, name)) is not None:
            self._beside.append((node, words))

    def _break(self) -> None:
        """One line break is part of a paragraph, two end it."""
        if self._kind == "paragraph" and not self._beside and self._run.ends_broken():
            self.flush()
        else:
            self.text(BREAK)

    def _cell(self) -> None:
        if self._run.pieces:
            self._is_row = True
            self._run.add(" | ")

    def _image(self, node: etree._Element) -> None:
        url = address(node, self._base)
        if url is None:
            return
        if self._figure is None:
            self.images.append(Image(url=url))
        else:
            self._figure.add(node, url)


def _events(element: etree._Element) -> Iterator[tuple[str, etree._Element, str]]:
    """Event, node and local name of all that is seen; of what is not only the end."""
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        name = local_name(node)
        if event == "start" and _is_unseen(node, name):
            walk.skip_subtree()
        else:
            yield event, node, name


def _is_unseen(node: etree._Element, name: str) -> bool:
    if name == "media":
        return node.get("media-type", "image") != "image"
    return name in _UNSEEN or node.get("hidden") is not None


def _open(
    tags: list[tuple[etree._Element, str]], node: etree._Element, name: str, base: str | None
) -> None:
    """Notes an inline element that begins, unless one of its name is open already."""
    tag = opening_tag(name, node.get("href"), base)
    if tag is not None and all(name != one.partition(" ")[0] for _, one in tags):
        tags.append((node, tag))


def _close(tags: list[tuple[etree._Element, str]], node: etree._Element) -> None:
    if tags and tags[-1][0] is node:
        tags.pop()


def _names(tags: list[tuple[etree._Element, str]]) -> Tags:
    return tuple(tag for _, tag in tags)


def _reasonable(tag: re.Match[str]) -> str:
    """A start tag, or nothing where its attributes would keep the parser busy for minutes."""
    text = tag.group()
    if len(text) <= 2 * MAX_ATTRIBUTES:
        return text
    return text if len(_ATTRIBUTE_ENDS.findall(text)) <= MAX_ATTRIBUTES else ""
