"""Credits: where a line's caption ends and its credit begins.

In: a line of a page, or the text of a figure. Out: caption and credit, without the signs between
them. Called by `pictures`, `figures` and the readers of page data.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from newsfeed.parsing import vocabulary
from newsfeed.parsing.agencies import agencies_in
from newsfeed.parsing.bylines import names_only

MAX_CAPTION = 500
MIN_BEFORE_CREDIT = 10

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
_NOUN_HINT = re.compile(
    r"(?:bild|foto|grafik|illustration|video|karte|screenshot|montage|quelle)\w{0,8}(?: ?/ ?\w+)?:"
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
_BARRED = re.compile(r"\s?\|\s(?P<credit>[^|]{3,60})$")
_NAMED = re.compile(r"\s/\s(?P<credit>[^/|]{4,50})$")
_GLUED = re.compile(r"(?<=[.!?\"“»«])\s?(?P<credit>[A-ZÄÖÜa-z][^.!?]{2,60})$")
_MEDIA = re.compile(r"\s?\d{1,2}\.\d{1,2}\.\d{4} \| \d{1,2}:\d\d min$")
_SIGN = re.compile(rf"^[(\s]*(?:{_NOUN}|©|\(c\)|copyright:?\s)\s*|[)\s]+$", re.I)
_LEGEND = re.compile(r"^(?:bild)?legende:\s*|^bildunterschrift:?\s*|^im bild:\s*", re.I)
_TEXT_AND_PICTURES = re.compile(r"text(?: und (?:bild|foto))?\w{0,4}\s?:", re.I)
_AGENCY_SIGN = (
    "dpa|afp|imago|getty|reuters|images|splash|pexels|pixabay|keystone|alliance|epa|apa|stock|zvg"
    "|privat"
)
_TOOLS = re.compile(
    r"\b(?:midjourney|dall[-·]?e|firefly|ki-generiert|creative commons|cc0)\b", re.I
)
_NOUNS = ("foto", "bild", "grafik", "(foto", "(bild", "[foto", "[bild", "©")
_LEGENDS = ("legende", "bildlegende", "bildunterschrift", "im bild")
_OPENINGS = ("text", *_LEGENDS, *_NOUNS)
_ENDED = (".", "!", "?")
_HINT = re.compile(rf"[/|–)\]]| - |(?:foto|bild|grafik) |{_AGENCY_SIGN}")
"""What a line's end in lower case holds if it may show any of the signs below."""


def split_credit(text: str) -> tuple[str, str | None] | None:
    """Caption and credit of a line that ends with a credit; None for any other line."""
    if len(text) > MAX_CAPTION:
        return None
    start = text[:16].lower()
    if start.startswith(_OPENINGS):
        if start.startswith("text") and _TEXT_AND_PICTURES.match(text):
            return None
        if start.startswith(_LEGENDS) and _LEGEND.match(text):
            return plain_caption(text), None
        if start.startswith(_NOUNS) and (match := _AHEAD.fullmatch(text)):
            return plain_caption(match["caption"]), plain_credit(match["credit"])
    if text.endswith(" min") and (match := _MEDIA.search(text[-40:])):
        return text[: len(text) - len(match.group())], None
    return _credit_behind(text, max(0, len(text) - _TAIL))


def _credit_behind(text: str, offset: int) -> tuple[str, str | None] | None:
    """Caption and credit of a line that shows a sign of a credit behind `offset`."""
    tail = text[offset:].lower()
    if _is_signed(tail):
        found = _split(text, _SIGNED.search(text, offset), _reads_like_credit)
        if found is not None:
            return found
    if text.endswith(_ENDED) or not _HINT.search(tail):
        return None
    for sign, pattern, convincing in _UNSIGNED:
        match = pattern.search(text, offset) if sign.search(tail) else None
        if (found := _split(text, match, convincing)) is not None:
            return found
    return None


def _is_signed(tail: str) -> bool:
    """Whether a line's end in lower case holds what opens a credit."""
    if ":" in tail and _NOUN_HINT.search(tail):
        return True
    return "©" in tail or "(c)" in tail or "copyright" in tail


def _split(
    text: str, match: re.Match[str] | None, convincing: Callable[[str], bool]
) -> tuple[str, str | None] | None:
    if match is None or match.start() < MIN_BEFORE_CREDIT or not convincing(match["credit"]):
        return None
    return plain_caption(text[: match.start()]), plain_credit(match["credit"])


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


_UNSIGNED = (
    (re.compile(r"[)\]]$"), _BRACKETED, _names_source),
    (re.compile(r"(?:foto|bild|grafik) "), _PLAIN_NOUN, _names_people),
    (re.compile(r" [–-] "), _DASHED, _names_source),
    (re.compile(r"/"), _SLASHED, _reads_like_credit),
    (re.compile(r"\|"), _BARRED, _names_source),
    (re.compile(r" / "), _NAMED, names_only),
    (re.compile(_AGENCY_SIGN), _GLUED, _names_source),
)
"""Where a line's end in lower case holds the sign, the pattern that finds a credit without a word
for it. None can stand behind a full stop."""


def plain_caption(caption: str) -> str:
    """A caption without its number in the gallery, "Legende:" and dangling signs."""
    return _NUMBER.sub("", _LEGEND.sub("", caption)).strip(" |–-[(")


def plain_credit(text: str) -> str | None:
    """Who is credited, without "Foto:" and its like; None where nobody is."""
    if _MEDIA.fullmatch(text):
        return None
    plain = _SIGN.sub("", _SIGN.sub("", text)).strip(" |()[]")
    return plain + ")" * (plain.count("(") - plain.count(")")) or None


def is_clip(text: str) -> bool:
    """Whether a line is a clip's day and length: "12.3.2024 | 2:15 min"."""
    return _MEDIA.fullmatch(text) is not None
