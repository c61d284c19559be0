"""Bylines: who signs an article.

An agency that signs ("Von dpa", "Reuters, Anna Berg") is an author as well; one that only lent its
material ("Von Anna Berg mit AP", "(mit dpa)") is not.

In: a line of a page. Out: names of people and of news agencies. Called by `lines`, `head` and
`body`. Names are as they stand there; agencies under their usual short names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfeed.parsing.dates import without_dates

MAX_BYLINE = 160
MAX_NAME_WORDS = 6
SIGN_OFF = re.compile(r"\s?[(\[](?P<signed>[^()\[\]]{2,110})[)\]][.\s]*$")
MAX_LOWER = 0.4  # of the words after "Von" that may be in lower case

AGENCY_NAMES = {
    "dpa": "dpa",
    "deutsche presse-agentur": "dpa",
    "afp": "AFP",
    "agence france-presse": "AFP",
    "reuters": "Reuters",
    "ap": "AP",
    "associated press": "AP",
    "apa": "APA",
    "austria presse agentur": "APA",
    "sda": "sda",
    "keystone-sda": "Keystone-SDA",
    "sid": "SID",
    "epd": "epd",
    "kna": "KNA",
    "dts": "dts",
    "ots": "ots",
    "dapd": "dapd",
    "ddp": "ddp",
    "ansa": "ANSA",
    "upi": "UPI",
    "bloomberg": "Bloomberg",
    "dpa-afx": "dpa-AFX",
    "dpa-infocom": "dpa-infocom",
    "agenturen": "mit Agenturen",
    "agentur": "mit Agenturen",
    "agenturmaterial": "mit Agenturen",
}
"""News agencies by the names they sign with, in lower case."""

_GENRE = (
    r"(?:eine?n?\s)?\w{0,20}(?:kommentar|analyse|kolumne|glosse|leitartikel|gastbeitrag|essay|kritik"
    r"|reportage|interview|bericht|rezension|porträt|einordnung|protokoll|nachruf|beitrag|text"
    r"|recherche)"
)
_OPENING = re.compile(
    rf"{_GENRE}\s(?:von|:)\s?"
    r"|(?:von|by|autor(?:in|en|innen)?|text|redaktion|geschrieben von|verfasst von|interview"
    r"|aufgezeichnet von)(?:\s?:\s?|\s)",
    re.IGNORECASE,
)
_OPENERS = ("von", "by ", "autor", "text", "redaktion", "geschrieben", "verfasst", "aufgezeichnet")
_ALONE = re.compile(rf"(?:{_GENRE}\s)?(?:von|autor(?:in|en|innen)?|text)\s?:?", re.IGNORECASE)
_BETWEEN_NAMES = "von van vom zu zur der den de del della di da dos du la le al el bin ibn ter und"
_PARTICLES = frozenset(_BETWEEN_NAMES.split())
_NAME_WORD = re.compile(r"[^\W\d_](?:[\w’'`.-]*\w)?\.?")
_SPLIT = re.compile(r"\s?[,;/|•·]\s?|\s[-–—]\s|\s(?:und|&|and)\s", re.IGNORECASE)
_WITH = re.compile(r"\smit(?: material (?:von|der))?\s", re.IGNORECASE)
_ROLE = re.compile(
    r"\s(?:\w*redakteur(?:in)?|\w*reporter(?:in)?|\w*korrespondent(?:in)?|volontär(?:in)?|autor(?:in)?|journalist(?:in)?)\b.*",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s(?:aus|in)\s[A-ZÄÖÜ].*")
_BRACKET = re.compile(r"\s?\([^()]{0,40}\)")
_NO_NAMES = (
    "Der Die Das Ein Eine Uhr Jetzt Alle Mehr Neue Neuer Wie Was Warum Wo Wer Wann So Im In Am Auf "
    "Für Mit Nach Bei Zum Zur Und Stand Artikel Kommentar"
)
_NO_NAME = frozenset(_NO_NAMES.split())


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: people or newsrooms, and agencies."""

    names: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def is_byline(text: str) -> bool:
    """Whether a line opens like a byline and goes on with names ("Von Anna Berg und dpa")."""
    if len(text) > MAX_BYLINE:
        return False
    lower = text.lower()
    if not (lower.startswith(_OPENERS) or " von " in lower or ":" in text):
        return False
    if _ALONE.fullmatch(text):
        return True
    opening = _OPENING.match(text)
    if opening is None:
        return False
    rest = without_dates(text[opening.end() :])
    signature = _signed(rest)
    if not (signature.names or signature.agencies):
        return False
    # "Von Amts wegen" and "Von Montag an wird gebaut" go on in lower case
    words: list[str] = re.findall(r"[^\W\d_]+", rest)
    other = [word for word in words if word != "und" and _agency(word) is None]
    return sum(word[0].islower() for word in other) <= MAX_LOWER * len(other)


def is_byline_opening(text: str) -> bool:
    """Whether a line only opens a byline ("Von", "Autor:"): the names follow below."""
    return _ALONE.fullmatch(text) is not None


def signature(text: str) -> Signature:
    """Who signs in a byline, with or without its opening words."""
    if _ALONE.fullmatch(text):
        return Signature()
    opening = _OPENING.match(text)
    return _signed(without_dates(text[opening.end() :] if opening else text))


def names_only(text: str) -> bool:
    """Whether a line is nothing but names, as bylines without "Von" are."""
    if len(text) > MAX_BYLINE or text[-1:] in ".!?:":
        return False
    parts = [_PLACE.sub("", part) for part in _parts(_ROLE.sub("", without_dates(text)))]
    return bool(parts) and all(_is_person(part) or _agency(part) for part in parts)


def agencies_in(text: str) -> tuple[str, ...]:
    """The agencies in "dpa/AFP", "mit dpa" or "mit Agenturen"; () if anything else stands there."""
    parts = [part for part in re.split(r"[/,;&+]|\s(?:und|mit)\s|\s", _unsigned(text)) if part]
    found = _known(parts)
    initials = [p for p in parts if _agency(p) is None]
    whole = _agency(_unsigned(text))
    if whole:
        return (whole,)
    return found if all(len(p) <= 4 and p.islower() for p in initials) else ()


def sign_off(text: str) -> re.Match[str] | None:
    """The bracket that ends a paragraph if agencies stand in it: "… ab. (mit Agenturen)"."""
    match = SIGN_OFF.search(text, max(0, len(text) - 120))
    return match if match and agencies_in(match["signed"]) else None


def _unsigned(text: str) -> str:
    return re.sub(
        r"^(?:mit (?:material (?:von|der) )?|quellen?: ?|von )+", "", text.strip(" ()"), flags=re.I
    )


def _known(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts if (name := _agency(part))))


def _agency(part: str) -> str | None:
    return AGENCY_NAMES.get(part.strip(" .()").lower())


def _parts(text: str) -> list[str]:
    stripped = _BRACKET.sub("", text)
    return [part for raw in _SPLIT.split(stripped) if (part := raw.strip(" -–:."))]


def _signed(text: str) -> Signature:
    signed, *sources = _WITH.split(_ROLE.sub("", text))
    parts = _parts(signed)
    agencies = _known([*parts, *(part for source in sources for part in _parts(source))])
    people = [_PLACE.sub("", part) for part in parts]
    names = [part for part in people if _is_person(part) or _agency(part)]
    if not names and not agencies and parts and _is_newsroom(parts[0]):
        names = parts[:1]
    return Signature(tuple(dict.fromkeys(names)), agencies)


def _is_person(part: str) -> bool:
    """Whether a part of a byline is a name: two to six capitalised words, particles between."""
    words = part.split()
    if not 2 <= len(words) <= MAX_NAME_WORDS or words[0] in _NO_NAME or part.isupper():
        return False
    if not (words[0][0].isupper() and words[-1][0].isupper()):
        return False
    return all(
        _NAME_WORD.fullmatch(word) and (word[0].isupper() or word in _PARTICLES) for word in words
    )


def _is_newsroom(part: str) -> bool:
    return len(part) <= 40 and part[:1].isupper() and part.count(" ") <= 2
