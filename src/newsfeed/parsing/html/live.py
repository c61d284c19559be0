"""Live: the entries of a live blog become blocks of their own.

In: the pieces of a page that are text, and the entries of its data. Out: blocks, an "entry" before
those of each entry; what stands above the first entry comes first. Called by `reading`.

Entries are those of the page's data (LiveBlogPosting) where these hold the texts; else elements of
the same name in the same box, each with a clock time of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from newsfeed.article import Block
from newsfeed.parsing.context import Context
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.html.body import HEADINGS, blocks_of
from newsfeed.parsing.html.extraction import squeezed
from newsfeed.parsing.html.pieces import Piece
from newsfeed.parsing.pagedata import Entry
from newsfeed.parsing.pagedata.moments import moment
from newsfeed.parsing.pagedata.stated import opening, stated

MIN_ENTRIES = 3
MAX_ENTRIES = 1_000
MAX_TEXT = 2_000_000
"""Characters of the entries of a page's data."""
MIN_SHARE = 0.5
"""So much of the text must lie in elements that are taken for entries."""
_LEVELS = 6
_IDS = ("id", "data-id", "data-entry-id", "data-post-id", "data-event-id", "data-uuid")


def from_data(
    entries: Sequence[Entry], text: Sequence[Piece], base: str | None, context: Context
) -> tuple[Block, ...]:
    """The blocks of the entries of a page's data; () where these do not hold the texts."""
    told = [entry for entry in entries[:MAX_ENTRIES] if entry.body]
    if not told or 2 * len(told) < len(entries):
        return ()
    if sum(len(entry.body or "") for entry in told) > MAX_TEXT:
        return ()
    try:
        blocks = stated(None, told, context.zone, base).blocks
    except ParseError:
        return ()
    known = {squeezed(block.text) for block in blocks}
    above = []
    for piece in text:
        if piece.key in known or any(tag in HEADINGS for tag in piece.tags[-2:]):
            break
        above.append(piece)
    # a page that shows none of its entries says nothing of where they begin
    intro = blocks_of(above, base) if len(above) < len(text) else iter(())
    return _distinct([*intro, *blocks])


def from_page(
    root: HtmlElement,
    pieces: Sequence[Piece],
    text: Sequence[Piece],
    base: str | None,
    context: Context,
) -> tuple[Block, ...]:
    """The blocks of entries that are marked by their clock times only; () where there are none."""
    entries = _entries(root, text, context)
    if not entries:
        return ()
    inside: dict[HtmlElement, list[Piece]] = {node: [] for node in entries}
    chosen = {piece.place for piece in text}
    above: list[Piece] = []
    for piece in pieces:
        node = _holder(piece, entries)
        if node is not None:
            inside[node].append(piece)
        elif piece.place in chosen and not any(inside.values()):
            above.append(piece)
    blocks = list(blocks_of(above, base))
    for node, held in inside.items():
        blocks += _entry(node, entries[node], held, chosen, base, context)
    return _distinct(blocks)


def _entries(
    root: HtmlElement, text: Sequence[Piece], context: Context
) -> dict[HtmlElement, datetime]:
    """The elements that are entries, with their instants, in reading order."""
    kin: dict[object, dict[HtmlElement, datetime]] = defaultdict(dict)
    for time in islice(root.iter("time"), MAX_ENTRIES):
        when = moment(time.get("datetime"), context)
        if isinstance(when, datetime):
            for node in islice(time.iterancestors(), _LEVELS):
                kin[_kin(node)].setdefault(node, when)
    held: dict[object, int] = defaultdict(int)
    for piece in text:
        for node in piece.upwards():
            if node in kin.get(name := _kin(node), ()):
                held[name] += piece.words
    enough = MIN_SHARE * sum(piece.words for piece in text)
    found = [
        (held[name], nodes)
        for name, nodes in kin.items()
        if len(set(nodes.values())) >= MIN_ENTRIES and held[name] > enough
    ]
    return max(found, key=lambda one: one[0], default=(0, {}))[1]


def _kin(node: HtmlElement) -> object:
    """What the entries of a live blog share: the box they stand in and their name."""
    return node.getparent(), node.tag, node.get("class")


def _holder(piece: Piece, nodes: dict[HtmlElement, datetime]) -> HtmlElement | None:
    return next((node for node in piece.upwards() if node in nodes), None)


def _entry(
    node: HtmlElement,
    when: datetime,
    held: Sequence[Piece],
    chosen: set[int],
    base: str | None,
    context: Context,
) -> Iterator[Block]:
    """The blocks of one entry; its first heading is its own, if it comes before any text."""
    text = [piece for piece in held if piece.place in chosen]
    headings = (piece for piece in held if any(tag in HEADINGS for tag in piece.tags[-2:]))
    heading = next(headings, None)
    told = [piece for piece in text if piece is not heading]
    if not told and heading is None:
        return
    if heading is not None and told and heading.place > told[0].place:
        heading, told = None, text
    name = next((name for key in _IDS if (name := node.get(key))), "")
    entry = Entry(
        headline=heading.text if heading is not None else None,
        published=when,
        url=f"#{name}" if name and not name.isspace() else None,
    )
    start = opening(entry, context.zone)
    if start is not None:
        yield start
    yield from blocks_of(told, base)


def _distinct(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks, no id twice: a repeated one is numbered."""
    seen: set[str] = set()
    found = []
    for block in blocks:
        name, count = block.id, 1
        while name in seen:
            count += 1
            name = f"{block.id}-{count}"
        if name is not None:
            seen.add(name)
        found.append(block if name == block.id else replace(block, id=name))
    return tuple(found)
