"""Pictures: captions find their credits.

In: the page's lines. Out: the images in order; the lines that belong to them become CAPTION or
CREDIT. Called by `capture`, before anything is taken for text.

A caption is known by the credit at its end or its beginning, by the credit line beside it, by the
label above it, or by standing there twice.
"""

from __future__ import annotations

import re

from newsfeed.article import Image
from newsfeed.parsing import vocabulary
from newsfeed.parsing.bylines import agencies_in, names_only
from newsfeed.parsing.lines import Kind, Line, begins_block, ends_block, stands_alone

MAX_CAPTION = 500
MIN_WORDS = 4

_TAIL = 160  # a credit at a caption's end is looked for in so many characters
_NOUN = (
    r"(?:(?:bild|foto|grafik|illustration|video|karte|screenshot|montage|symbol(?:bild|foto)|quelle"
    r"|archiv(?:bild|foto)|bildquelle|fotoquelle)(?:s|er|rechte|nachweis|credit)?(?: ?/ ?\w+)?:)"
)
_SIGNED = re.compile(
    rf"\s?[(\[|–-]?\s?(?:\b{_NOUN}|(?:\b(?:bild|foto) )?©|\(c\)|\bcopyright:?\s)\s?"
    r"(?P<credit>[^()\[\]]{2,100}(?:\([^()]{2,40}\))?)[)\]]?$",
    re.I,
)
_AHEAD = re.compile(
    rf"[(\[]?(?:{_NOUN}|©)\s?(?P<credit>[^|()\[\]]{{3,60}})(?:\s?\|\s?|[)\]]\s)(?P<caption>.{{20,}})",
    re.I,
)
_NUMBER = re.compile(r"^(?:(?:bild|foto) )?\d{1,3} ?(?:/|von) ?\d{1,3}(?::| [-–|] |\s)\s?", re.I)
_BRACKETED = re.compile(r"\s?[(\[](?P<credit>[^()\[\]]{3,90})[)\]]$")
_PLAIN_NOUN = re.compile(r"(?<=[.!?\"“»«]) (?:Foto|Bild|Grafik) (?P<credit>[A-ZÄÖÜ][^.!?:]{4,60})$")
_DASHED = re.compile(r"\s[–-]\s(?P<credit>[^–]{3,90})$")
_SLASHED = re.compile(
    r"(?<=[.!?\"“»«]) (?P<credit>[A-ZÄÖÜ][\w.-]{1,20}(?: [A-ZÄÖÜ][\w.-]{1,20})?\s?/\s?"
    r"[A-ZÄÖÜ][\w. /-]{2,50})$"
)
_SIGNED_PAIR = re.compile(
    r"[A-ZÄÖÜ][\w.-]{1,20}(?: [A-ZÄÖÜ][\w.-]{1,20}){0,2}\s?/\s?[A-ZÄÖÜ][\w.-]{1,20}"
    r"(?: [A-ZÄÖÜ][\w.-]{1,20}){0,2}"
)
_BARRED = re.compile(r"\s?\|\s(?P<credit>[^|]{3,60})$")
_NAMED = re.compile(r"\s/\s(?P<credit>[^/|]{4,50})$")
_GLUED = re.compile(r"(?<=[.!?\"“»«])\s?(?P<credit>[A-ZÄÖÜa-z][^.!?]{2,60})$")
_MEDIA = re.compile(r"\s?\d{1,2}\.\d{1,2}\.\d{4} \| \d{1,2}:\d\d min$")
_SIGN = re.compile(rf"^[(\s]*(?:{_NOUN}|©|\(c\)|copyright:?\s)\s*|[)\s]+$", re.I)
_LEGEND = re.compile(r"^(?:bild)?legende:\s*|^bildunterschrift:?\s*|^im bild:\s*", re.I)
_TEXT_AND_PICTURES = re.compile(r"text(?: und (?:bild|foto))?\w{0,4}\s?:", re.I)
_PORTRAYED = re.compile(r"[A-ZÄÖÜ]\w+ \([A-ZÄÖÜ][^()]{1,30}\) [^.!?:]*$")
_DATED = re.compile(r"\b\d{1,2}\.\s\w{3,9}\s\d{4}$")
_FROM_LEFT = re.compile(r"(?:von|v\.) ?(?:links|rechts|l\.|r\.)(?: nach rechts)?\W", re.I)
_AGENCY_SIGN = (
    "dpa|afp|imago|getty|reuters|images|splash|pexels|pixabay|keystone|alliance|epa|apa|stock|zvg"
    "|privat"
)
_TOOLS = re.compile(
    r"\b(?:midjourney|dall[-·]?e|firefly|ki-generiert|creative commons|cc0)\b", re.I
)
_NOUNS = ("foto", "bild", "grafik", "(foto", "(bild", "[foto", "[bild", "©")
_LEGENDS = ("legende", "bildlegende", "bildunterschrift", "im bild")
_SIDES = re.compile(
    r"\((?:l|r|m|links|rechts|mitte|2\. v\. ?[lr]|[lr]\.|v\. ?l\. ?n\. ?r)\.?\)"
    r"|\b(?:archiv|symbol)(?:bild|foto)\b",
    re.I,
)


def find_pictures(lines: list[Line]) -> list[Image]:
    """The page's images; their lines are marked CAPTION and CREDIT."""
    found: dict[int, tuple[str, str | None]] = {}
    for place, line in enumerate(lines):
        if line.kind in (Kind.PROSE, Kind.SHORT, Kind.PROMOTION, Kind.BYLINE):
            split = split_credit(line.text)
            if split is not None:
                line.kind = Kind.CAPTION
                found[place] = split
    times = _times(lines)
    for place, line in enumerate(lines):
        if line.kind is Kind.CREDIT or _is_signed_pair(lines, place):
            caption = _caption_beside(lines, place, times)
            if caption is not None and found.get(caption, ("", None))[1] is None:
                lines[caption].kind, line.kind = Kind.CAPTION, Kind.CREDIT
                found[caption] = (_plain(lines[caption].text), _credit(line.text))
        elif line.kind is Kind.LABEL and (below := _below(lines, place)) is not None:
            lines[below].kind = Kind.CAPTION
            found.setdefault(below, (_plain(lines[below].text), None))
    _mark_sides(lines, found)
    _mark_repeats(lines, found)
    return _images(found)


def split_credit(text: str) -> tuple[str, str | None] | None:
    """Caption and credit of a line that ends with a credit; None for any other line."""
    if len(text) > MAX_CAPTION:
        return None
    start = text[:16].lower()
    if start.startswith("text") and _TEXT_AND_PICTURES.match(text):
        return None
    if start.startswith(_LEGENDS) and _LEGEND.match(text):
        return _plain(text), None
    if start.startswith(_NOUNS) and (match := _AHEAD.fullmatch(text)):
        return _plain(match["caption"]), _credit(match["credit"])
    if text.endswith(" min") and (match := _MEDIA.search(text[-40:])):
        return text[: len(text) - len(match.group())], None
    offset = max(0, len(text) - _TAIL)
    tail = text[offset:].lower()
    for sign, pattern, convincing in _CREDITS[:1] if text[-1] in ".!?" else _CREDITS:
        match = pattern.search(text, offset) if sign.search(tail) else None
        if match and match.start() >= 10 and convincing(match["credit"]):
            return _plain(text[: match.start()]), _credit(match["credit"])
    return None


def _reads_like_credit(credit: str) -> bool:
    """Names, not a sentence: "Ein trauriges Bild: Die Kirche brannte." has no credit."""
    if re.search(r"all rights reserved|alle rechte", credit, re.I):
        return True
    if _TOOLS.search(credit):
        return True
    if len(credit) <= 40 and vocabulary.PICTURE_DESKS.search(credit.lower()):
        return True
    if credit.rstrip()[-1:] in ".!?,;:" or re.search(r"[a-zäöüß]{3}[.!?] [A-ZÄÖÜ]", credit):
        return False
    words = re.findall(r"[^\W\d_]+", credit)
    lower = sum(
        word[0].islower() and not vocabulary.PICTURE_DESKS.fullmatch(word.lower()) for word in words
    )
    return bool(words) and lower * 3 <= len(words)


def _names_source(credit: str) -> bool:
    if not _reads_like_credit(credit) or agencies_in(credit):
        return False
    return bool(vocabulary.PICTURE_DESKS.search(credit.lower()) or _TOOLS.search(credit))


def _names_people(credit: str) -> bool:
    return names_only(credit) and not agencies_in(credit)


_CREDITS = (
    (re.compile(r":|©|\(c\)|copyright"), _SIGNED, _reads_like_credit),
    (re.compile(r"[)\]]$"), _BRACKETED, _names_source),
    (re.compile(r"(?:foto|bild|grafik) "), _PLAIN_NOUN, _names_people),
    (re.compile(r" [–-] "), _DASHED, _names_source),
    (re.compile(r"/"), _SLASHED, _reads_like_credit),
    (re.compile(r"\|"), _BARRED, _names_source),
    (re.compile(r" / "), _NAMED, names_only),
    (re.compile(_AGENCY_SIGN), _GLUED, _names_source),
)
"""Where a line's end in lower case holds the sign, the pattern that finds a credit there. Behind a
full stop only the first can."""


def _caption_beside(lines: list[Line], place: int, times: dict[str, int]) -> int | None:
    """The line a credit line belongs to: framed by it, above it, below it, or a block away."""
    here = lines[place]
    if agencies_in(here.text) and place + 1 < len(lines) and lines[place + 1].kind is Kind.DATE:
        return None  # it signs the article
    above, below = place - 1, place + 1
    if _MEDIA.fullmatch(here.text) and above >= 0 and begins_block(lines, place):
        return above if _may_caption(lines[above], apart=True) else None
    if below + 1 < len(lines) and lines[below + 1].text == here.text and _may_caption(lines[below]):
        return below
    if above >= 0 and lines[above].block == here.block and _may_caption(lines[above]):
        return above
    if below < len(lines) and lines[below].block == here.block and _may_caption(lines[below]):
        return below
    if above >= 0 and _closes_block(lines, above) and times[lines[above].text] == 1:
        source = here.text.lower().startswith("quelle")
        apart = _may_caption(lines[above], apart=True) and not (source and _ends_text(lines, place))
        return above if apart else None
    return None


def _is_signed_pair(lines: list[Line], place: int) -> bool:
    """Whether a line alone between blank ones reads "Agency/Anna Berg", below a lone sentence."""
    line = lines[place]
    if line.kind is not Kind.SHORT or "/" not in line.text or not _SIGNED_PAIR.fullmatch(line.text):
        return False
    above = place - 1
    sentence = above >= 0 and lines[above].text.endswith((".", "!", "?", "“", "”", '"'))
    return sentence and stands_alone(lines, place) and stands_alone(lines, above)


def _ends_text(lines: list[Line], place: int) -> bool:
    """Whether no text follows: below the last paragraph "Quelle: dpa" names that one's source."""
    return all(line.kind is not Kind.PROSE for line in lines[place + 1 : place + 5])


def _may_caption(line: Line, *, apart: bool = False) -> bool:
    if line.kind is Kind.CAPTION:
        return True
    longest = 300 if apart else MAX_CAPTION
    return (
        line.kind in (Kind.SHORT, Kind.PROSE)
        and len(line.text) <= longest
        and line.text.count(" ") + 1 >= MIN_WORDS
        and any(word[0].islower() for word in line.text.split())
    )


def _below(lines: list[Line], place: int) -> int | None:
    for below in range(place + 1, min(place + 3, len(lines))):
        if lines[below].kind is Kind.CAPTION or _may_caption(lines[below], apart=True):
            return below
    return None


def _closes_block(lines: list[Line], place: int) -> bool:
    """Whether a line is the last of its block, and no paragraph stands above it there."""
    above = lines[place - 1] if place else None
    under_text = above is not None and above.block == lines[place].block and _is_text(above)
    return ends_block(lines, place) and not under_text


def _is_text(line: Line) -> bool:
    return line.kind is Kind.PROSE


def _mark_sides(lines: list[Line], found: dict[int, tuple[str, str | None]]) -> None:
    """A short line that says who stands where in the picture is its caption."""
    for place, line in enumerate(lines):
        if line.kind not in (Kind.SHORT, Kind.PROSE) or len(line.text) > 160:
            continue
        if _says_who_is_where(line.text) or (line.kind is Kind.SHORT and _portrays(line.text)):
            line.kind = Kind.CAPTION
            found.setdefault(place, (_plain(line.text), None))


def _says_who_is_where(text: str) -> bool:
    if text[:1] in "vV" and _FROM_LEFT.match(text):
        return True
    hinted = "(" in text or "bild" in text.lower() or "foto" in text.lower()
    return hinted and _SIDES.search(text) is not None


def _portrays(text: str) -> bool:
    """Whether a line ends like a caption: with a club in brackets and a scene, or with a day."""
    return len(text) >= 55 and bool(_PORTRAYED.search(text) or _DATED.search(text))


def _mark_repeats(lines: list[Line], found: dict[int, tuple[str, str | None]]) -> None:
    captions = {lines[place].text for place in found} | {caption for caption, _ in found.values()}
    for line in lines:
        if line.kind in (Kind.SHORT, Kind.PROSE) and line.text in captions:
            line.kind = Kind.CAPTION


def _times(lines: list[Line]) -> dict[str, int]:
    times: dict[str, int] = {}
    for line in lines:
        times[line.text] = times.get(line.text, 0) + 1
    return times


def _images(found: dict[int, tuple[str, str | None]]) -> list[Image]:
    """One image for each caption; the first credit found for it stays."""
    credits: dict[str, str | None] = {}
    for _, (caption, credit) in sorted(found.items()):
        credits[caption] = credits.get(caption) or credit
    return [Image(caption=caption or None, credit=credit) for caption, credit in credits.items()]


def _plain(caption: str) -> str:
    return _NUMBER.sub("", _LEGEND.sub("", caption)).strip(" |–-[(")


def _credit(text: str) -> str | None:
    if _MEDIA.fullmatch(text):
        return None
    plain = _SIGN.sub("", _SIGN.sub("", text)).strip(" |()[]")
    return plain + ")" * (plain.count("(") - plain.count(")")) or None
