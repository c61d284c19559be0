"""Body: the lines of an article's text become blocks.

In: the page's lines and what the model makes of them, the region of the text, the head, a live
blog's entries. Out: blocks, who signs the last paragraphs, and the lines that were used. Called by
`capture`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from newsfeed.article import Block, BlockKind
from newsfeed.parsing import agencies, bylines
from newsfeed.parsing.asides import mark_asides, signs
from newsfeed.parsing.classifier import Judgement
from newsfeed.parsing.head import Head
from newsfeed.parsing.lines import Kind, Line, begins_block, stands_alone
from newsfeed.parsing.live_blog import Entry

MAX_SUBHEADING = 120
MAX_ITEM = 200
MAX_ITEMS = 40
SURE_TITLE = 0.75
"""So probable a subheading is one wherever it stands in the text."""
SURE_NONE = 0.95
"""So improbable a short line is no part of the text, but for those that rules are sure of."""
MAX_SIGNATURE = 40
MIN_FIRST = 100
"""A paragraph above the region must be so long to begin the text."""

_DATELINE = re.compile(r"^[A-ZÄÖÜ][\w/ .\-]{2,40}\s?\((?P<signed>[^()]{2,30})\)\s?[-–—.]")
_BULLET = re.compile(r"^\W+\s")
_PICTURE = {Kind.CAPTION, Kind.CREDIT, Kind.LABEL}


@dataclass(slots=True)
class Body:
    """The text and who signs it.

    `kinds` says of the lines that went into it what they are there. `titles` are the places of
    short lines that the model is sure are subheadings.
    """

    blocks: list[Block] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    kinds: dict[int, BlockKind] = field(default_factory=dict)
    titles: Set[int] = frozenset()

    @property
    def used(self) -> Set[int]:
        """The lines that went into the text."""
        return self.kinds.keys()


def read_body(
    lines: list[Line],
    region: tuple[int, int],
    head: Head,
    judged: Judgement,
    entries: Mapping[int, Entry],
) -> Body:
    """The body of an article. `entries` are those of a live blog by their places."""
    start, end = _start(lines, region, head), region[1]
    mark_asides(lines, start, end, head.authors)
    _drop_improbable(lines, start, end, judged)
    body = Body(titles={p for p in range(start, end + 1) if judged.subheading[p] > SURE_TITLE})
    place = start
    while place <= end:
        if place in entries:
            taken = _open(entries[place], place, body)
        else:
            taken = 0 if place in head.used else _take(lines, place, end, body)
        place += max(taken, 1)
    _sign_below(lines, end, body)
    return body


def _drop_improbable(lines: list[Line], start: int, end: int, judged: Judgement) -> None:
    """Short lines that the model is sure are none of the text become notices."""
    for place in range(start, end + 1):
        doubtful = lines[place].kind is Kind.SHORT and judged.none(place) > SURE_NONE
        if doubtful and not _is_listed(lines, place, start) and not _belongs(lines, place):
            lines[place].kind = Kind.NOTICE


def _is_listed(lines: list[Line], place: int, start: int) -> bool:
    """Whether a line stands in a list that a colon announces."""
    block = lines[place].block
    for above in range(place - 1, max(start, place - MAX_ITEMS) - 1, -1):
        if lines[above].text.endswith(":"):
            return lines[above].block >= block - 1
        if lines[above].kind is not Kind.SHORT:
            return False
    return False


def _belongs(lines: list[Line], place: int) -> bool:
    """Whether a line stands alone between two paragraphs or is a sentence alone below one, or
    stands above a list."""
    above, below = lines[place - 1 : place], lines[place + 1 : place + 2]
    if below and below[0].kind is Kind.ITEM:
        return True
    if not stands_alone(lines, place) or any(line.kind is not Kind.PROSE for line in above):
        return False
    follows = bool(above) and _is_sentence(lines[place].text)
    return follows or any(line.kind is Kind.PROSE for line in below)


def _open(entry: Entry, place: int, body: Body) -> int:
    """Adds the block that opens an entry of a live blog; how many lines it took."""
    body.blocks.append(entry.block)
    body.kinds.update(dict.fromkeys(range(place, place + entry.lines), entry.block.kind))
    return entry.lines


def _sign_below(lines: list[Line], end: int, body: Body) -> None:
    """Agencies that sign on a line of their own below the text ("SDA/sep", "Quelle: dpa")."""
    for place, line in enumerate(lines[end + 1 : end + 3], end + 1):
        found = agencies.agencies_in(line.text) if len(line.text) <= MAX_SIGNATURE else ()
        if found:
            body.agencies += found
            body.kinds[place] = "paragraph"


def _start(lines: list[Line], region: tuple[int, int], head: Head) -> int:
    """Where the body begins: with the region, or an earlier paragraph below the headline."""
    above = region[0] - 1
    free = above >= head.body and above not in head.used
    if free and _may_head(lines[above]) and begins_block(lines, above):
        return above
    for place in range(head.body, region[0]):
        line = lines[place]
        if line.kind is Kind.PROSE and len(line.text) >= MIN_FIRST and stands_alone(lines, place):
            return place
    return max(region[0], head.body)


def _take(lines: list[Line], place: int, end: int, body: Body) -> int:
    """Adds the block that begins at this line; how many lines it took."""
    line = lines[place]
    if (count := _list_length(lines, place, end, body)) > 1:
        return _add(body, place, "list", [item.text for item in lines[place : place + count]])
    if line.kind is Kind.ITEM:
        return _add(body, place, "list", _items(lines, place, end))
    if line.kind is Kind.QUOTE:
        return _add(body, place, "quote", [line.text, lines[place + 1].text])
    if _is_subheading(lines, place, end, body):
        return _add(body, place, "subheading", [line.text])
    if line.kind is Kind.PROSE or _is_short_paragraph(lines, place, end, body):
        return _add(body, place, "paragraph", [_without_sign_off(line.text, body)])
    return 0


def _add(body: Body, place: int, kind: BlockKind, texts: list[str]) -> int:
    body.blocks.append(Block(kind, "\n".join(texts)))
    body.kinds.update(dict.fromkeys(range(place, place + len(texts)), kind))
    return len(texts)


def _items(lines: list[Line], place: int, end: int) -> list[str]:
    """The items of a list with bullets, without them."""
    items = []
    for line in lines[place : end + 1]:
        if line.kind is not Kind.ITEM:
            break
        items.append(_BULLET.sub("", line.text))
    return items


def _list_length(lines: list[Line], place: int, end: int, body: Body) -> int:
    """How many lines below a paragraph that ends with a colon are its list.

    Where the block goes on with text, its last short line is that text's subheading; a sentence
    that is set as a list ends with its full stop.
    """
    announced = place - 1 in body.used and body.blocks[-1].kind == "paragraph"
    if not announced or not body.blocks[-1].text.endswith(":"):
        return 0
    block, stop = lines[place].block, place
    while stop <= end and lines[stop].block == block and _may_be_item(lines[stop]):
        stop += 1
        if _closes_sentence(lines, place, stop - 1):
            return stop - place
    text_follows = stop <= end and lines[stop].block == block and lines[stop].kind is Kind.PROSE
    return stop - place - text_follows


def _closes_sentence(lines: list[Line], first: int, place: int) -> bool:
    """Whether the items from `first` to this one are a sentence, parted by commas."""
    parted = place > first and lines[place - 1].text.endswith((",", ";"))
    return parted and lines[place].text.endswith(".")


def _may_be_item(line: Line) -> bool:
    short = line.kind in (Kind.SHORT, Kind.PROSE) and len(line.text) <= MAX_ITEM
    return short and not line.text.endswith(":")


def _may_head(line: Line) -> bool:
    """Whether a line could be a subheading by its words."""
    ends = line.text.endswith((".", ",", ";", "…"))
    return line.kind is Kind.SHORT and 3 <= len(line.text) <= MAX_SUBHEADING and not ends


def _is_subheading(lines: list[Line], place: int, end: int, body: Body) -> bool:
    """Whether a line is the title of the text below it.

    Between the two may stand a picture, or a lone short line: a caption without credit.
    """
    line = lines[place]
    if not _may_head(line) or _introduces_list(lines, place, end):
        return False
    if place in body.titles:
        return not line.text.endswith(":")
    titled = bool(body.blocks) and body.blocks[-1].kind == "subheading"
    if signs(line.text) or (titled and begins_block(lines, place)):
        return False
    alone = stands_alone(lines, place)
    below = _text_below(lines, place, end, alone)
    if below > end or lines[below].text.endswith(":"):
        return below <= end
    if alone and len(line.text) <= 80:
        caption = lines[below].kind is Kind.SHORT and stands_alone(lines, below)
        below = _text_below(lines, below, end, alone) if caption else below
    return below <= end and lines[below].kind in (Kind.PROSE, Kind.ITEM)


def _text_below(lines: list[Line], place: int, end: int, alone: bool) -> int:
    """The next line that is no picture; below a title that stands alone also no furniture."""
    between = _PICTURE | {Kind.NAVIGATION, Kind.PROMOTION} if alone else _PICTURE
    below = place + 1
    while below <= end and lines[below].kind in between:
        below += 1
    return below


def _introduces_list(lines: list[Line], place: int, end: int) -> bool:
    """Whether a line ends with a colon, and a quote, or two items in one block, follow."""
    below = lines[place + 1 : min(place + 3, end + 1)]
    if not lines[place].text.endswith(":") or not below:
        return False
    if below[0].kind is Kind.QUOTE or all(item.kind is Kind.ITEM for item in below):
        return True
    one_block = len({item.block for item in below}) == 1
    return len(below) == 2 and one_block and all(_may_be_item(item) for item in below)


def _is_short_paragraph(lines: list[Line], place: int, end: int, body: Body) -> bool:
    """Whether a short line is a sentence between blank lines, or announces a list."""
    line = lines[place]
    if line.kind is not Kind.SHORT:
        return False
    if _introduces_list(lines, place, end):
        return True
    return bool(body.blocks) and _is_sentence(line.text) and stands_alone(lines, place)


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", ".“", ".»", '."')) and text.count(" ") >= 2


def _without_sign_off(text: str, body: Body) -> str:
    """The paragraph without the agencies that sign it: "… ab. (mit Agenturen)"."""
    if text.rstrip(". ").endswith((")", "]")):
        if match := agencies.sign_off(text):
            body.agencies += agencies.agencies_in(match["signed"])
            return text[: match.start()].rstrip() or text
        match = agencies.SIGN_OFF.search(text, max(0, len(text) - 120))
        if match and bylines.names_only(match["signed"]):
            body.authors += bylines.signature(match["signed"]).names
    if match := _DATELINE.match(text):
        body.agencies += agencies.agencies_in(match["signed"])
    return text
