"""Company: what the model sees of the pieces around each.

In: the pieces of a page and how likely each is text, seen by itself. Out: one row of numbers for
each: how much text lies in the same box, has the same element and class, stands before and after.
Called by `judge` and by the training script, which must see exactly the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from lxml.html import HtmlElement

from newsfeed.parsing.html.columns import TEXT, Columns, Matrix, Vector
from newsfeed.parsing.html.pieces import Piece

FAR = 12
"""Pieces further off than so many are all equally far."""
_MOST_WORDS = 60.0
"""A piece of more words weighs no more."""
_MARGIN = 0.02
_HEADINGS = ("h2", "h3", "h4", "h5")

COMPANY = Columns(
    [
        "alone",
        "text in the box",
        "text in the outer box",
        "text of its kin",
        "long text of its kin",
        "others in the box",
        "others of its kin",
        "one before",
        "two before",
        "one after",
        "two after",
        "one before and after",
        "one before in the box",
        "one after in the box",
        "text before",
        "text after",
        "inside the text",
        "short inside the text",
        "above the text",
        "below the text",
        "far above the text",
        "far below the text",
        "heading of text",
        "heading of nothing",
        "item beside text",
    ]
)


def company(pieces: Sequence[Piece], likely: Vector) -> Matrix:
    """(pieces, COMPANY): what stands around each, as likely text as it looks by itself."""
    matrix = COMPANY.zeros(len(pieces))
    if not pieces:
        return matrix
    words = np.array([piece.words for piece in pieces], np.float32)
    text = np.asarray(likely * np.minimum(words, _MOST_WORDS), np.float32)
    _put(matrix, "alone", likely)
    boxes = [_above(piece.node, 1) for piece in pieces]
    _groups(matrix, pieces, boxes, likely, text, words)
    _neighbours(matrix, pieces, boxes, likely)
    _position(matrix, likely, text, words)
    return matrix


def _put(matrix: Matrix, name: str, values: Vector | Sequence[float]) -> None:
    matrix[:, COMPANY.number[name]] = values


def _groups(
    matrix: Matrix,
    pieces: Sequence[Piece],
    boxes: Sequence[HtmlElement],
    likely: Vector,
    text: Vector,
    words: Vector,
) -> None:
    """How much of the page's text is in the box of a piece, or looks like it."""
    outer = [_above(box, 2) for box in boxes]
    kin = [(piece.tags[-1], piece.node.get("class")) for piece in pieces]
    total = float(text.sum()) + 1
    long = np.where(words >= TEXT, text, np.float32(0))
    shares = [value / total for value in _sums(outer, text)]
    _put(matrix, "text in the box", [value / total for value in _sums(boxes, text)])
    _put(matrix, "text in the outer box", shares)
    _put(matrix, "text of its kin", [value / total for value in _sums(kin, text)])
    others = zip(_sums(kin, long), long.tolist(), strict=True)
    _put(matrix, "long text of its kin", [(value - own) / total for value, own in others])
    _put(matrix, "others in the box", list(_means_of_others(boxes, likely)))
    _put(matrix, "others of its kin", list(_means_of_others(kin, likely)))
    beside = zip(pieces, shares, strict=True)
    _put(matrix, "item beside text", [s if "li" in piece.tags else 0 for piece, s in beside])


def _neighbours(
    matrix: Matrix, pieces: Sequence[Piece], boxes: Sequence[HtmlElement], likely: Vector
) -> None:
    """How likely text the pieces are that stand next to each."""
    none = np.zeros(2, np.float32)
    padded = np.concatenate([none, likely, none])
    before, before_that = padded[1:-3], padded[:-4]
    after, after_that = padded[3:-1], padded[4:]
    joined = np.array([one is other for one, other in pairwise(boxes)], bool)
    edge = np.zeros(1, bool)
    _put(matrix, "one before", before)
    _put(matrix, "two before", before_that)
    _put(matrix, "one after", after)
    _put(matrix, "two after", after_that)
    _put(matrix, "one before and after", before * after)
    _put(matrix, "one before in the box", before * np.concatenate([edge, joined]))
    _put(matrix, "one after in the box", after * np.concatenate([joined, edge]))
    heading = np.array([piece.tags[-1] in _HEADINGS for piece in pieces], np.float32)
    _put(matrix, "heading of text", heading * after)
    _put(matrix, "heading of nothing", heading * (1 - np.maximum(after, after_that)))


def _position(matrix: Matrix, likely: Vector, text: Vector, words: Vector) -> None:
    """Where each stands between the first and the last piece of text."""
    total = float(text.sum()) + 1
    before = (np.cumsum(text) - text) / total
    after = (text.sum() - text) / total - before
    inside = np.minimum(before, after) > _MARGIN
    short = words < TEXT
    _put(matrix, "text before", before)
    _put(matrix, "text after", after)
    _put(matrix, "inside the text", inside)
    _put(matrix, "short inside the text", inside & short)
    certain = np.flatnonzero((likely > 0.5) & ~short)
    if not certain.size:
        return
    places = np.arange(len(likely))
    _put(matrix, "above the text", places < certain[0])
    _put(matrix, "below the text", places > certain[-1])
    _put(matrix, "far above the text", places < certain[0] - FAR)
    _put(matrix, "far below the text", places > certain[-1] + FAR)


def _above(node: HtmlElement, levels: int) -> HtmlElement:
    """The element so many levels above, or the outermost."""
    for _ in range(levels):
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return node


def _sums(groups: Sequence[Hashable], values: Vector) -> list[float]:
    """For each member the sum of the values of its group."""
    sums: dict[Hashable, float] = defaultdict(float)
    for group, value in zip(groups, values.tolist(), strict=True):
        sums[group] += value
    return [sums[group] for group in groups]


def _means_of_others(groups: Sequence[Hashable], values: Vector) -> Iterable[float]:
    """For each member the mean of the values of the others of its group; 0 where it is alone."""
    sizes = Counter(groups)
    for group, total, own in zip(groups, _sums(groups, values), values.tolist(), strict=True):
        yield (total - own) / (sizes[group] - 1) if sizes[group] > 1 else 0
