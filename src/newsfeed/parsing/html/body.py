"""Body: the pieces that are text become blocks.

In: the pieces of a page that were chosen. Out: blocks in reading order: items of one list are one
block, and so are the rows of one table. Called by `html`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, islice

from lxml.html import HtmlElement

from newsfeed.article import Block, BlockKind
from newsfeed.parsing.html.pieces import Piece

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_LISTS = ("ul", "ol")
_MAX_SUBHEADING = 140
_STOPS = (".", "!", ":", ",", ";", "…", "“", '"', "»", "”")


def blocks_of(pieces: Sequence[Piece], base: str | None) -> Iterator[Block]:
    """The blocks of pieces; relative links are joined to `base`."""
    for (kind, _), group in groupby(enumerate(pieces), lambda one: _group(one, pieces)):
        members = [piece for _, piece in group]
        if kind == "list":
            yield _list(members, base)
        else:
            yield from (Block(kind, piece.text, _html(kind, piece, base)) for piece in members)


def _html(kind: BlockKind, piece: Piece, base: str | None) -> str | None:
    """The markup of a piece; that a subheading is bold goes without saying."""
    plain = kind == "subheading" and not piece.linked
    return None if plain else piece.html(base)


def kind_of(piece: Piece, next_one: Piece | None = None) -> BlockKind:
    """What a piece is; a short line in bold before a paragraph is a subheading."""
    if any(tag in HEADINGS for tag in piece.tags[-2:]):
        return "subheading"
    if "blockquote" in piece.tags[-4:]:
        return "quote"
    if _list_of(piece) is not None:
        return "list"
    bold = piece.bold * 10 >= len(piece.text) * 9
    if bold and next_one is not None and _reads_like_heading(piece.text):
        longer = len(next_one.text) > len(piece.text) and not next_one.bold
        return "subheading" if longer else "paragraph"
    return "paragraph"


def _group(one: tuple[int, Piece], pieces: Sequence[Piece]) -> tuple[BlockKind, object]:
    """Pieces of the same group stand together: items of one list, else each by itself."""
    place, piece = one
    kind = kind_of(piece, pieces[place + 1] if place + 1 < len(pieces) else None)
    return kind, _list_of(piece) if kind == "list" else place


def _list_of(piece: Piece) -> HtmlElement | None:
    """The outermost list, or the table, that a piece is part of; None for layout tables."""
    found = None
    in_cell = piece.tags[-1] in ("td", "th")
    if not {"ul", "ol", "table"} & set(piece.tags[-6:]):
        return None
    for node in piece.upwards():
        if node.tag in _LISTS or (node.tag == "table" and in_cell and _is_data(node)):
            found = node
        elif node.tag in ("article", "section", "main"):
            break
    return found


def _is_data(table: HtmlElement) -> bool:
    """Whether a table has several rows, the first of several cells."""
    rows = list(islice(table.iter("tr"), 2))
    return len(rows) == 2 and len(rows[0]) > 1


def _reads_like_heading(text: str) -> bool:
    return len(text) <= _MAX_SUBHEADING and not text.endswith(_STOPS)


def _list(members: Sequence[Piece], base: str | None) -> Block:
    """One item a line; pieces of the same item or row stand on one line."""
    lines: list[tuple[str, str | None]] = []
    for _, group in groupby(members, _item_of):
        parts = list(group)
        joint = " | " if parts[0].tags[-1] in ("td", "th") else " "
        marked = [part.html(base) for part in parts]
        html = None
        if any(marked):
            both = zip(parts, marked, strict=True)
            html = joint.join(one or escape(part.text, quote=False) for part, one in both)
        lines.append((joint.join(part.text for part in parts), html))
    text = "\n".join(line for line, _ in lines)
    if not any(html for _, html in lines):
        return Block("list", text)
    return Block("list", text, "\n".join(html or escape(one, quote=False) for one, html in lines))


def _item_of(piece: Piece) -> HtmlElement:
    node = piece.node
    while node.tag not in ("li", "tr"):
        parent = node.getparent()
        if parent is None:
            return piece.node
        node = parent
    return node
