"""Margin: what stands beside the text: marks, topics, further reading, rights, and all left over.

In: the page's lines once head and body have taken theirs. Out: parts of the Draft. Called by
`capture`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from newsfeed.article import Correction, Leftover, LeftoverKind, Link, Related
from newsfeed.parsing import vocabulary
from newsfeed.parsing.dates import is_date_line
from newsfeed.parsing.lines import Kind, Line, is_interface

MAX_TOPICS = 20
MAX_LINKS = 12
MAX_COPYRIGHT = 160
_COUNT = re.compile(r"\s\d+$")
_INLINE_TAGS = re.compile(
    r"(?:schlagw(?:orte|örter)|stichw(?:orte|örter)|tags|themen): (?P<tags>.{1,280})", re.I
)

_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright\b)[\s:]*(?:©|\(c\)|copyright\b)?(?P<said>.*\w{2}.*)", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\b(?:gmbh|mbh|verlag\w{0,20}|kg|ag|se|rechte vorbehalten|rights reserved)\b"
    r"|\b(?:19|20)\d\d\b.*[^\W\d_]{3}|[^\W\d_]{3}.*\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""Who holds rights rather than took a picture: a company, or a name with a year."""

_LEFTOVERS: dict[Kind, LeftoverKind] = {
    Kind.NAVIGATION: "navigation",
    Kind.LABEL: "navigation",
    Kind.TAGS: "navigation",
    Kind.COMMENTS: "navigation",
    Kind.PROMOTION: "promotion",
    Kind.RELATED: "teaser",
    Kind.TEASER: "teaser",
    Kind.END: "notice",
    Kind.NOTICE: "notice",
    Kind.BYLINE: "notice",
    Kind.DATE: "notice",
}


def find_mark(lines: list[Line], region: tuple[int, int], top: int) -> Correction | None:
    """The update or correction mark of the article; a correction tells more than an update.

    A mark of one word takes the sentence on the line below it ("Korrektur:", then the text).
    """
    found: list[Correction] = []
    for place in range(top, min(region[1] + 8, len(lines))):
        if lines[place].kind is not Kind.MARK:
            continue
        text = lines[place].text
        match = vocabulary.MARK.match(text.lower())
        update = match is not None and match["update"] is not None
        if not update and " " not in text and place + 1 < len(lines):
            text = f"{text.rstrip(':')}: {lines[place + 1].text}"
        found.append(Correction("update" if update else "correction", text))
    return next((mark for mark in found if mark.kind == "correction"), found[0] if found else None)


def topics(lines: list[Line]) -> tuple[str, ...]:
    """The topics below a header like "Schlagworte", or on its line; their lines become TAGS."""
    found: list[str] = []
    for place, line in enumerate(lines):
        if line.kind is Kind.TAGS:
            found += _listed_topics(lines, place)
        elif ": " in line.text[:16] and (match := _INLINE_TAGS.fullmatch(line.text)):
            found += [topic.strip() for topic in match["tags"].split(",") if topic.strip()]
    return tuple(dict.fromkeys(found))[:MAX_TOPICS]


def _listed_topics(lines: list[Line], place: int) -> list[str]:
    found: list[str] = []
    block = lines[place].block
    for line in lines[place + 1 : place + 1 + MAX_TOPICS]:
        if line.block != block and found:
            break
        if line.text.count(", ") >= 2:
            line.kind = Kind.TAGS
            return [topic.strip() for topic in line.text.split(",") if topic.strip()]
        topic = _COUNT.sub("", line.text.strip(" ,"))
        short = 2 <= len(topic) <= 45 and topic.count(" ") <= 4
        if line.kind is not Kind.SHORT or not short or is_interface(topic):
            break
        block = line.block
        line.kind = Kind.TAGS
        found.append(topic)
    return found


def related_boxes(lines: list[Line], used: Set[int]) -> tuple[Related, ...]:
    """Headers of further reading, each with the titles below it."""
    boxes: dict[str, list[Link]] = {}
    for place, line in enumerate(lines):
        if line.kind in (Kind.RELATED, Kind.FURTHER):
            links = boxes.setdefault(line.text.rstrip(" :…"), [])
            links += [
                Link(title) for title in _titles(lines, place, used) if Link(title) not in links
            ]
    return tuple(Related(header, tuple(links[:MAX_LINKS])) for header, links in boxes.items())


def _titles(lines: list[Line], place: int, used: Set[int]) -> list[str]:
    titles = []
    for below, line in enumerate(lines[place + 1 : place + 40], place + 1):
        if below in used:
            break
        if line.kind in (Kind.RELATED, Kind.FURTHER, Kind.COMMENTS, Kind.TAGS, Kind.END):
            break
        if line.kind in (Kind.TEASER, Kind.SHORT) and _is_title(line.text):
            titles.append(line.text)
        elif line.kind in (Kind.PROSE, Kind.ITEM):
            break
    return titles


def _is_title(text: str) -> bool:
    fits = 20 <= len(text) <= 160 and text.count(" ") >= 2
    return fits and not text.endswith((".", "…")) and not is_date_line(text)


def leftovers(
    lines: list[Line], region: tuple[int, int], used: Set[int], related: tuple[Related, ...]
) -> tuple[Leftover, ...]:
    """Every line that is no part of the article and no title of further reading, with its kind."""
    shown = {link.title for box in related for link in box.links}
    after = range(region[1] + 1, len(lines))
    readers = next((p for p in after if lines[p].kind is Kind.COMMENTS), len(lines))
    return tuple(
        Leftover(_leftover_kind(line, place, region, readers), line.text)
        for place, line in enumerate(lines)
        if place not in used
        and line.kind not in (Kind.CAPTION, Kind.CREDIT, Kind.MARK, Kind.RELATED, Kind.FURTHER)
        and not (line.text in shown and line.kind in (Kind.TEASER, Kind.SHORT))
    )


def copyright_line(spare: Iterable[Leftover]) -> str | None:
    """The first line left of a page that can be nothing but its copyright line.

    "© Bildwerk" and "© 2022 dpa/Jan Berg" are credits of pictures: it takes a company or a year,
    and nobody whom pictures are credited to, or the number of an agency's report.
    """
    return next(filter(None, (_copyright(line.text) for line in spare)), None)


def _copyright(text: str) -> str | None:
    if len(text) > MAX_COPYRIGHT or (match := _COPYRIGHT.match(text)) is None:
        return None
    said = match["said"].lower()
    if "dpa-infocom" not in said:
        pictured = "/" in said or vocabulary.PICTURE_DESKS.search(said)
        if pictured or not _COMPANY.search(said):
            return None
    return text.split(" | ")[0].rstrip()  # "© 2022 Der Bote | Impressum | Datenschutz"


def _leftover_kind(line: Line, place: int, region: tuple[int, int], readers: int) -> LeftoverKind:
    """What is left of a line; from the place on where `readers` begin to speak it is theirs."""
    if line.kind is Kind.END and is_interface(line.text):
        return "navigation"
    if line.kind in _LEFTOVERS:
        return _LEFTOVERS[line.kind]
    if place < region[0]:
        return "navigation"
    if place > readers:
        return "other"
    if place > region[1]:
        return "teaser" if line.text.count(" ") >= 3 else "navigation"
    return "other"
