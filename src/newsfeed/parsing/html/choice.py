"""Choice: which of a page's pieces are the article's text.

In: the pieces, their judgement, the source's rules and what is text already (headline, standfirst,
captions). Out: a `Choice`: the places of the text, and for every other piece why it is none. Called
by `reading`.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from newsfeed.parsing.html.columns import Vector
from newsfeed.parsing.html.enclosed import pull_quotes, within_text
from newsfeed.parsing.html.evidence import Evidence
from newsfeed.parsing.html.pieces import Piece
from newsfeed.parsing.rules import Rules

LIKELY = 0.5


@dataclass(slots=True)
class Choice:
    """The places of the pieces that are text, in order; for others what was decided without the
    model."""

    text: list[int] = field(default_factory=list)
    ruled_out: dict[int, str] = field(default_factory=dict)


def choose(
    pieces: Sequence[Piece],
    likely: Vector,
    evidence: Evidence,
    rules: Rules,
    kept: Set[HtmlElement],
) -> Choice:
    """The pieces that are more likely text than not, less what the page says elsewhere already."""
    choice = Choice()
    text = {place for place, value in enumerate(likely) if value > LIKELY}
    pulled = set(pull_quotes(pieces, text))
    text |= set(within_text(pieces, text))
    used: set[str] = set()
    over = False
    for place, piece in enumerate(pieces):
        over = over or rules.ends(piece.text)
        reason = _reason(piece, evidence, rules, kept, over)
        if reason is None and place in text and (piece.key in used or place in pulled):
            reason = "repeats the text"
        if reason is not None:
            choice.ruled_out[place] = reason
        elif place in text:
            choice.text.append(place)
            used.add(piece.key)
    return choice


def _reason(
    piece: Piece, evidence: Evidence, rules: Rules, kept: Set[HtmlElement], over: bool
) -> str | None:
    """Why a piece is no text whatever the model says."""
    if over:
        return "after a line of the source's end_lines"
    if rules.drops(piece.text):
        return "one of the source's drop_lines"
    if kept and kept.isdisjoint(piece.upwards()):
        return "outside what the source's rules keep"
    if piece.key in evidence.headlines:
        return "the headline"
    if piece.key in evidence.captions:
        return "a caption"
    return None
