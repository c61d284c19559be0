"""Pieces: a page's tree becomes its texts in reading order, each with what stands around it.

In: the root of a page. Out: `Piece`s: the running text of a paragraph, a heading, an item, a cell,
with its links and the names of the elements that it lies in. Called by `html`.

Elements are either boxes, which end running text, or inline. Two line breaks end it as well: old
content systems part their paragraphs so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsfeed.parsing.html.hints import Namer
from newsfeed.parsing.inline import BREAK, Run, opening_tag
from newsfeed.parsing.text import clean_line


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SKIPPED = _names(
    "applet audio button canvas dialog embed frame head iframe input label link math meta noscript"
    " object option script select style svg template textarea title video"
)
BOXES = _names(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary"
    " table tbody td tfoot th thead tr ul"
)
MAX_PIECES = 20_000
"""Texts of a page that are looked at."""
MAX_MARKS = 12
"""Links and emphasis inside each other that are told apart."""
_MARKED = frozenset(["a", "b", "code", "em", "i", "strong", "sub", "sup"])

_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

Open = tuple[HtmlElement, ...]


@dataclass(eq=False)
class Piece:
    """One running text, the `place`-th of the page.

    `node` is the box it stands directly in, `tags` are those of the boxes around it, outermost
    first; what is open inside them are `parts`: text and the links and emphasis around it.

    `own` are the bits of `Hint` of `node` and of two boxes above it, `around` of all above.
    `linked` counts the characters that are links, `bold` those in bold type.
    """

    node: HtmlElement
    place: int
    own: int
    around: int
    tags: tuple[str, ...]
    parts: list[tuple[str, Open]] = field(default_factory=list)
    linked: int = 0
    bold: int = 0

    @cached_property
    def text(self) -> str:
        """The text on one line, clean."""
        return clean_line("".join(part for part, _ in self.parts))

    @cached_property
    def key(self) -> str:
        """The text without white space, to find it again elsewhere."""
        return "".join(self.text.split())

    @cached_property
    def words(self) -> int:
        """How many words; two characters of Chinese, Japanese or Korean count as one."""
        return self.text.count(" ") + 1 + len(_IDEOGRAPHS.findall(self.text)) // 2

    def upwards(self) -> Iterator[HtmlElement]:
        """The box that the text stands in and all around it, innermost first."""
        yield self.node
        yield from self.node.iterancestors()

    def html(self, base: str | None) -> str | None:
        """The text as sanitised HTML; None where it has no markup."""
        run = Run()
        known: dict[HtmlElement, str | None] = {}
        for text, opened in self.parts:
            names: dict[str, str] = {}
            for node in opened:
                if node not in known:
                    known[node] = opening_tag(node.tag, node.get("href"), base)
                if (tag := known[node]) is not None:
                    names.setdefault(node.tag, tag)
            run.add(text, tuple(names.values()))
        return run.html()


def pieces(root: HtmlElement) -> list[Piece]:
    """The texts of a page of at most 256 levels, those that nobody can see left out."""
    body = root.find("body")
    walk = _Walk()
    walk.over(root if body is None else body)
    found = list(islice((piece for piece in walk.found if piece.text), MAX_PIECES))
    for place, piece in enumerate(found):
        piece.place = place
    return found


class _Walk:
    """The texts so far, and the elements that are open."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self._namer = Namer()
        self._piece: Piece | None = None
        # node, own hints, hints of all around, tags of all around
        self._boxes: list[tuple[HtmlElement, int, int, tuple[str, ...]]] = []
        self._inline: list[tuple[HtmlElement, int]] = []
        self._marked: Open = ()
        self._broken = False

    def over(self, root: HtmlElement) -> None:
        """Reads all below an element."""
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, node in walk:
            tag = node.tag
            if event == "start":
                if tag in SKIPPED:
                    walk.skip_subtree()
                elif tag == "br":
                    self._break()
                else:
                    self._start(node, tag)
                continue
            if tag not in SKIPPED and tag != "br":
                self._end(tag)
            if node.tail and node is not root:
                self._text(node.tail)

    def _start(self, node: HtmlElement, tag: str) -> None:
        hints = self._namer.hints(node)
        if tag in BOXES:
            self._piece = None
            _, _, around, tags = self._boxes[-1] if self._boxes else (None, 0, 0, ())
            if self._inline:
                for _, hint in self._inline:
                    around |= hint
            self._boxes.append((node, hints, around | hints, (*tags, tag)))
        else:
            self._inline.append((node, hints))
            if tag in _MARKED and len(self._marked) < MAX_MARKS:
                self._marked = (*self._marked, node)
        if node.text:
            self._text(node.text)

    def _end(self, tag: str) -> None:
        if tag in BOXES:
            self._piece = None
            self._boxes.pop()
        else:
            node, _ = self._inline.pop()
            if self._marked and self._marked[-1] is node:
                self._marked = self._marked[:-1]

    def _break(self) -> None:
        if self._piece is None:
            return
        if self._broken:
            self._piece = None
        else:
            self._piece.parts.append((BREAK, ()))
            self._broken = True

    def _text(self, text: str) -> None:
        if self._piece is None:
            if text.isspace():
                return
            self._piece = self._new()
        elif not text.isspace():
            self._broken = False
        piece = self._piece
        piece.parts.append((text, self._marked))
        if self._marked:
            length = len(text.strip())
            names = [node.tag for node in self._marked]
            if "a" in names:
                piece.linked += length
            if "b" in names or "strong" in names:
                piece.bold += length

    def _new(self) -> Piece:
        node, own, around, tags = self._boxes[-1]
        for _, hints in self._inline:
            own |= hints
            around |= hints
        for _, hints, _, _ in self._boxes[-3:-1]:
            own |= hints
        piece = Piece(node, len(self.found), own, around, tags)
        self.found.append(piece)
        self._broken = False
        return piece
