"""Enclosed: lists and quotes that stand in the midst of the text are part of it.

In: the pieces of a page and the places of those that are text. Out: the places of such lists' items
and of such quotes. Called by `choice`: what a model learns of list items is that most are menus,
teasers or tags, of quotes that many repeat the text in large letters or embed what others posted;
and what is held to be the text of the pages that it learns from often leaves both out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from itertools import groupby, islice

from lxml.html import HtmlElement

from newsfeed.parsing.html.hints import Hint
from newsfeed.parsing.html.pieces import Piece

_ELSEWHERE = (
    Hint.RELATED | Hint.NAVIGATION | Hint.COMMENTS | Hint.FOOTER | Hint.PROMOTION | Hint.TOOLS
    | Hint.TAGS | Hint.EMBED | Hint.BYLINE | Hint.ASIDE | Hint.HIDDEN
)  # fmt: skip
MAX_LINKED = 0.3
MAX_ITEMS = 60
_MIN_WORDS = 4
_QUOTES = '„“”"»«›‹‚‘’….'


def within_text(pieces: Sequence[Piece], text: Set[int]) -> Iterator[int]:
    """The places of items of lists and quotes whose neighbours are text of the same box.

    One that ends the text must be announced by a colon.
    """
    told = "".join(pieces[place].key for place in sorted(text))
    order = sorted(text)
    for holder, group in groupby(enumerate(pieces), lambda one: _holder(one[1])):
        if holder is None:
            continue
        members = list(group)
        before, after = _neighbours(order, members[0][0], members[-1][0])
        if _is_text(pieces, before, holder) and (
            _is_text(pieces, after, holder) or pieces[before or 0].text.endswith(":")
        ):
            items = [piece for _, piece in members]
            if len(items) <= MAX_ITEMS and _may_be_text(items, told):
                yield from (place for place, _ in members)


def pull_quotes(pieces: Sequence[Piece], text: Set[int]) -> Iterator[int]:
    """The places of quotes and boxes beside the text that repeat a part of it in large letters."""
    told = " ".join(pieces[place].key for place in sorted(text))
    beside = (pieces[p] for p in sorted(text) if {"blockquote", "aside"} & set(pieces[p].tags[-4:]))
    for piece in islice(beside, MAX_ITEMS):
        if piece.words >= _MIN_WORDS and told.count(piece.key.strip(_QUOTES)) > 1:
            yield piece.place


def _holder(piece: Piece) -> HtmlElement | None:
    """The list or quote that holds a piece."""
    if "li" in piece.tags[-2:]:
        return next(piece.node.iterancestors("ul", "ol"), None)
    if "blockquote" in piece.tags[-2:]:
        inner = piece.node.tag == "blockquote"
        return piece.node if inner else next(piece.node.iterancestors("blockquote"), None)
    return None


def _neighbours(order: Sequence[int], first: int, last: int) -> tuple[int | None, int | None]:
    """The places of the text that is nearest to a run of pieces, before and after it."""
    before, after = bisect_left(order, first), bisect_right(order, last)
    return order[before - 1] if before else None, order[after] if after < len(order) else None


def _is_text(pieces: Sequence[Piece], place: int | None, holder: HtmlElement) -> bool:
    """Whether there is a piece of text there, in the same box as a list or quote."""
    if place is None:
        return False
    box = holder.getparent()
    return box is not None and box in pieces[place].node.iterancestors()


def _may_be_text(items: Sequence[Piece], told: str) -> bool:
    length = sum(len(piece.text) for piece in items)
    if sum(piece.linked for piece in items) > MAX_LINKED * length:
        return False
    if any(piece.key.strip(_QUOTES) in told for piece in items):
        return False
    return not any(_ELSEWHERE & piece.own for piece in items)
