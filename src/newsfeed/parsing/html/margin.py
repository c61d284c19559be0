"""Margin: what stands in the region of the article and is no part of its text.

In: the pieces of a page and which of them are text. Out: further reading, the correction mark and
leftovers: nothing that stands between the headline and the last paragraph is lost. Called by
`html`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from newsfeed.article import Correction, Leftover, LeftoverKind, Link, Related
from newsfeed.parsing import vocabulary
from newsfeed.parsing.html.hints import Hint
from newsfeed.parsing.html.pieces import Piece
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.promotions import is_promotion

MAX_LINKS = 12
MAX_LEFTOVERS = 200
MAX_LEFTOVER = 2_000
REACH = 40
"""Pieces after the text that may be marks or boxes of further reading."""
_MARK_LENGTH = 700

_KINDS: tuple[tuple[Hint, LeftoverKind], ...] = (
    (Hint.PROMOTION, "promotion"),
    (Hint.RELATED, "teaser"),
    (Hint.NAVIGATION | Hint.TOOLS | Hint.TAGS | Hint.COMMENTS | Hint.FOOTER, "navigation"),
    (Hint.BYLINE | Hint.DATE, "notice"),
)


def related(pieces: Sequence[Piece], taken: Set[int], base: str | None) -> tuple[Related, ...]:
    """Headers of further reading, each with the links below it."""
    boxes: dict[str, list[Link]] = {}
    header: str | None = None
    for place, piece in enumerate(pieces):
        if place in taken:
            header = None
        elif _is_header(piece):
            header = piece.text.rstrip(" :…")
            boxes.setdefault(header, [])
        elif header is not None and (link := _link(piece, base)) is not None:
            boxes[header].append(link)
    return tuple(
        Related(header, tuple(_one_each(links))[:MAX_LINKS])
        for header, links in boxes.items()
        if links
    )


def _one_each(links: Sequence[Link]) -> Iterator[Link]:
    """The first link to each article: the others are its summary or its picture."""
    seen: set[str] = set()
    for link in links:
        if (target := link.url or link.title) not in seen:
            seen.add(target)
            yield link


def mark(pieces: Sequence[Piece], last: int) -> Correction | None:
    """The update or correction mark of the article; a correction tells more than an update."""
    found: list[Correction] = []
    for piece in pieces[: last + REACH]:
        text = piece.text
        if len(text) > _MARK_LENGTH or Hint.COMMENTS & piece.around:
            continue
        match = vocabulary.MARK.fullmatch(text.lower())
        if match is not None and " " in text:
            found.append(Correction("update" if match["update"] else "correction", text))
    return next((one for one in found if one.kind == "correction"), found[0] if found else None)


def leftovers(pieces: Sequence[Piece], used: Set[str]) -> Iterator[Leftover]:
    """What was left out, each text once; `used` are the keys of what the article holds."""
    seen = set(used)
    for piece in pieces:
        if piece.key in seen or len(seen) - len(used) >= MAX_LEFTOVERS:
            continue
        seen.add(piece.key)
        yield Leftover(leftover_kind(piece), piece.text[:MAX_LEFTOVER].rstrip())


def leftover_kind(piece: Piece) -> LeftoverKind:
    """What a piece that is no text is, by its words and by its names."""
    if is_promotion(piece.text):
        return "promotion"
    if _is_header(piece):
        return "teaser"
    for hints, kind in _KINDS:
        if hints & piece.around:
            return kind
    return "teaser" if piece.linked * 10 >= len(piece.text) * 9 else "other"


def _is_header(piece: Piece) -> bool:
    lower = piece.text[:120].lower()
    if len(piece.text) > 110:
        return False
    return bool(vocabulary.RELATED.fullmatch(lower) or vocabulary.FURTHER.fullmatch(lower))


def _link(piece: Piece, base: str | None) -> Link | None:
    """The article that a piece leads to, if it is all link and long enough for a title."""
    if piece.linked * 10 < len(piece.text) * 8 or not 12 <= len(piece.text) <= 250:
        return None
    for _, opened in piece.parts:
        for node in opened:
            if node.tag == "a":
                return Link(piece.text, absolute(node.get("href") or "", base))
    return None
