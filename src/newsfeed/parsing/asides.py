"""Asides: what stands among the paragraphs and is none of the text.

In: the page's lines between the text's first and last, and the authors. Out: other articles'
titles and summaries become TEASER, pull quotes and words about the author NOTICE, quotations that
the text announces QUOTE. Called by `body` before it makes blocks.
"""

from __future__ import annotations

import re
from statistics import median

from newsfeed.parsing import bylines
from newsfeed.parsing.boxes import MAX_SUMMARY, tease
from newsfeed.parsing.lines import Kind, Line

MAX_PULL_QUOTE = 350
MAX_BOX = 5
MAX_KICKED = 150
MAX_QUOTED_LINES = 1000
"""A text of more lines is no newspaper page; comparing each with all others would take long."""

_NAMED = re.compile(r"(?:[A-ZÄÖÜ][\w.’\-]+ ){1,3}[A-ZÄÖÜ]")
_TITLE = re.compile(r"^(?:(?:Dr|Prof)\. )+")
_BIOGRAPHY = re.compile(
    r"\s(?:ist|war|schreibt|arbeitet|leitet|lebt|berichtet|studierte|gehört|hat)\b"
)
_UNNAMED = re.compile(r"(?:\.\.\.|…) ?(?:ist|war|leitet|lehrt|forscht|arbeitet|schreibt)\b")
_QUOTE_MARKS = '„“”"»«›‹.!? '


def mark_asides(lines: list[Line], start: int, end: int, authors: tuple[str, ...]) -> None:
    """Corrects the kinds of the lines from `start` to `end`."""
    _mark_teasers(lines, start, end)
    _mark_author_boxes(lines, start, end, authors)
    _mark_biographies(lines, start, end, authors)
    _mark_portraits(lines, start, end)
    _mark_quotes(lines, start, end)
    _mark_tail(lines, start, end)


def signs(text: str) -> bool:
    """Whether a line is a name and a role ("Anna Berg, Bürgermeisterin")."""
    name, _, role = text.partition(", ")
    fits = bool(role) and len(text) <= 120 and text[-1] not in ".:!?"
    return fits and bylines.names_only(name)


def _mark_teasers(lines: list[Line], start: int, end: int) -> None:
    """Another article, known by the byline below its summary or the kicker on its title's line."""
    for place in range(start + 1, end + 1):
        line = lines[place]
        if " : " in line.text and line.kind in (Kind.SHORT, Kind.PROSE):
            _tease_with_neighbours(lines, place)
        if line.kind is not Kind.BYLINE or place - 2 < start:
            continue
        title, summary = lines[place - 2], lines[place - 1]
        if summary.kind is Kind.SHORT:
            tease(summary)
        elif title.kind in (Kind.SHORT, Kind.TEASER) and _is_summary(summary, MAX_SUMMARY):
            tease(title)
            tease(summary)


def _tease_with_neighbours(lines: list[Line], place: int) -> None:
    """A kicker and its title on one line, and the short lines above and below it in its block."""
    if len(lines[place].text) > MAX_KICKED:
        return
    tease(lines[place])
    for step in (-1, 1):
        beside = place + step
        while (
            0 <= beside < len(lines)
            and lines[beside].block == lines[place].block
            and lines[beside].kind is Kind.SHORT
        ):
            tease(lines[beside])
            beside += step


def _mark_tail(lines: list[Line], start: int, end: int) -> None:
    """At the end, two or more pairs of a title and a summary shorter than this text's paragraphs
    are other articles."""
    text = [len(line.text) for line in lines[start : end + 1] if line.kind is Kind.PROSE]
    if not text:
        return
    longest = min(MAX_SUMMARY, 0.6 * median(text))
    first = end + 1
    while (
        first - 2 > start
        and lines[first - 2].kind is Kind.SHORT
        and _is_summary(lines[first - 1], longest)
    ):
        first -= 2
    if end + 1 - first >= 4:
        for line in lines[first : end + 1]:
            tease(line)


def _is_summary(line: Line, longest: float) -> bool:
    return line.kind is Kind.PROSE and len(line.text) <= longest


def _mark_author_boxes(lines: list[Line], start: int, end: int, authors: tuple[str, ...]) -> None:
    """An author's name on a line of its own heads a block about the author."""
    about = None
    for line in lines[start : end + 1]:
        if line.kind is Kind.SHORT and line.text in authors:
            about = line.block
        if line.block == about:
            line.kind = Kind.NOTICE


def _mark_biographies(lines: list[Line], start: int, end: int, authors: tuple[str, ...]) -> None:
    """In the last third, a sentence that begins with an author's name is about the author."""
    for line in lines[start + (end - start) * 2 // 3 : end + 1]:
        for name in (_TITLE.sub("", author) for author in authors):
            at = line.text.find(name, 0, 30 + len(name))
            told = at >= 0 and _BIOGRAPHY.match(line.text, at + len(name))
            if told and line.kind in (Kind.PROSE, Kind.SHORT):
                line.kind = Kind.NOTICE


def _mark_portraits(lines: list[Line], start: int, end: int) -> None:
    """The box about one speaker: a name alone, soon below it who that is.

    Two or more of them are no boxes: the text itself portrays people one by one.
    """
    boxes = []
    for place in range(start, end + 1):
        line = lines[place]
        if line.kind is Kind.PROSE and _UNNAMED.match(line.text):
            line.kind = Kind.NOTICE
        if line.kind is Kind.SHORT and len(line.text) <= 40 and bylines.names_only(line.text):
            below = _told_below(lines, place, end)
            boxes += [range(place, below + 1)] if below else []
    if len(boxes) == 1:
        for place in boxes[0]:
            if lines[place].kind in (Kind.SHORT, Kind.PROSE):
                lines[place].kind = Kind.NOTICE


def _told_below(lines: list[Line], place: int, end: int) -> int | None:
    """Where, at most `MAX_BOX` lines below a name, the first paragraph says who that is."""
    name = lines[place].text
    for below in range(place + 1, min(place + MAX_BOX, end) + 1):
        if lines[below].kind is Kind.PROSE:
            text = lines[below].text
            at = text.find(name, 0, 40 + len(name))
            return below if at >= 0 and _BIOGRAPHY.match(text, at + len(name)) else None
    return None


def _mark_quotes(lines: list[Line], start: int, end: int) -> None:
    """A quotation set apart, known by the name below it or because the text says it as well.

    One that the line above announces with a colon belongs to the text, and so does one in
    quotation marks that shares its block with a name and stands nowhere else.
    """
    if end - start > MAX_QUOTED_LINES:
        return
    text = "\n".join(line.text for line in lines[start : end + 1] if line.kind is Kind.PROSE)
    for place in range(start + 1, end):
        line, below = lines[place], lines[place + 1]
        if line.kind not in (Kind.PROSE, Kind.SHORT) or len(line.text) > MAX_PULL_QUOTE:
            continue
        signed = below.kind is Kind.SHORT and signs(below.text)
        announced = lines[place - 1].text.endswith(":")
        repeated = _is_sentence(line.text) and text.count(line.text.strip(_QUOTE_MARKS)) > 1
        if (signed and announced) or (not repeated and _is_set_quote(lines, place)):
            line.kind = Kind.QUOTE
        elif repeated or signed:
            line.kind = Kind.NOTICE
            if below.kind is Kind.SHORT and _NAMED.match(below.text):
                below.kind = Kind.NOTICE


def _is_set_quote(lines: list[Line], place: int) -> bool:
    """Whether a line in quotation marks fills a block with the line that says whose words it is."""
    line, below = lines[place : place + 2]
    after = lines[place + 2].block if place + 2 < len(lines) else None
    return (
        line.text[0] in '„»«“"'
        and line.text[-1] in '“”«»"'
        and below.kind is Kind.SHORT
        and below.block == line.block != after
        and len(below.text) <= 80
        and below.text[-1] not in ".:!?"
    )


def _is_sentence(text: str) -> bool:
    return len(text) >= 40 and text.endswith((".", "!", "?", "“", '"', "»", "«"))
