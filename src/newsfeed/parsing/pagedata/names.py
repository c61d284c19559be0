"""Names: the people who sign, from the many ways that data and pages write them.

In: author fields and bylines ("Von Anna Berg und Jan Roth (jro), Wien"). Out: names as they stand
there, without what is no name. Called by `authors`.
"""

from __future__ import annotations

import re

from newsfeed.parsing.agencies import AGENCY_NAMES
from newsfeed.parsing.pagedata.wording import key, line

MAX_LENGTH = 400
MAX_NAME = 60
MAX_NAMES = 30

_ADDRESS = re.compile(r"(?:https?:|www\.)\S*|\S*@\S*")
_BRACKET = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]")
_OPENING = re.compile(
    r"(?:(?:ein\w*\s)?\w*(?:kommentar|analyse|kolumne|gastbeitrag|essay|interview|bericht|beitrag"
    r"|reportage)\s(?=von\s))?"
    r"(?:von|by|por|par|di|door|af|autor(?:in|en|innen)?(?:[/*:]\w{2,6})?|text|redaktion"
    r"|verfasst von|written by|geschrieben von|interview|protokoll|aufgezeichnet von)"
    r"(?:\s?:\s?|\s)(?:von\s|by\s)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s?[,;|•·]\s?|\s[-–—/]\s|\s(?:und|and|sowie|et|y|&|\+)\s", re.IGNORECASE)
_LENT = re.compile(r"\smit\s.*", re.IGNORECASE)
"""Whose material was used: "Anna Berg mit dpa" is signed by Anna Berg."""
_ROLE = re.compile(
    r"(?:\s|^)\w{0,30}(?:redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|volontär(?:in)?"
    r"|autor(?:in)?|journalist(?:in)?|kolumnist(?:in)?|fotograf(?:in)?|editor|correspondent"
    r"|mitarbeiter(?:in)?|ressortleiter(?:in)?|chefredakteur(?:in)?)\b.*",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s(?:aus|in)\s[A-ZÄÖÜ].*")
_FIRST_WORDS = (
    "Der Die Das Den Dem Ein Eine The Uhr Stand Mehr Alle Neue Foto Bild Fotos Bilder Von"
    " Aus Im In Zum Zur Am Vom Artikel Kommentar Mit Für Nach Bei Jetzt So Wie Was Wer Wo"
    " Le La Les El Los Corresponsal"
)
_NO_NAMES = frozenset(_FIRST_WORDS.split())
_PLACEHOLDERS = (
    "von by und and nachrichten news admin administrator root webmaster gast unbekannt"
    " unknown null none undefined autor autorin author"
)
_NOBODY = frozenset(_PLACEHOLDERS.split())
_BETWEEN_NAMES = (
    "von van vom zu zur der den de del della di da dos du la le al el bin ibn ter und y e"
)
_PARTICLES = frozenset(_BETWEEN_NAMES.split())
_NO_PERSON = re.compile(
    r"[\d!?:+&@<>=%/]|\b(?:news|nachrichten|zeitung|magazin|media|medien|presse|post|press|tv|radio"
    r"|gmbh|ag|foto|bild|video|uhr|artikel|profil|kontakt|autor\w*|folgen|team|min|lesezeit)\b",
    re.IGNORECASE,
)
_NEWSROOM = re.compile(
    r"redaktion|newsroom|newsdesk|\bonline\b|\bstaff\b|\bagentur|\bverlag\b|\bteam\b"
    r"|\b\w+\.(?:de|at|ch|com|net|org|tv|info|be|li|lu|es)\b",
    re.IGNORECASE,
)


def names_in(text: str) -> tuple[str, ...]:
    """The names in an author field or byline; a place or role after a comma is none."""
    text = _ADDRESS.sub(" ", _BRACKET.sub("", line(text, MAX_LENGTH) or "")).strip(" :,;·–-")
    if opening := _OPENING.match(text):
        text = text[opening.end() :]
    text = _LENT.sub("", text)
    parts = [part for piece in _SPLIT.split(text) for part in _with_agencies(piece)]
    if len(parts) == 2 and "," in text and all(" " not in part for part in parts):
        parts = _turned(parts)
    names = [name for part in parts if (name := _name(part))]
    if any(" " in name for name in names):
        names = [name for name in names if " " in name or agency_of(name) or not _in(name, text)]
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def agency_of(name: str) -> str | None:
    """The usual short name of a news agency, or None where the name is somebody else's."""
    return AGENCY_NAMES.get(name.strip(" .").lower().removeprefix("the "))


def is_newsroom(name: str, own: frozenset[str]) -> bool:
    """Whether a name is only the paper's own; `own` holds the keys of its names."""
    if key(name) in own:
        return True
    return agency_of(name) is None and _NEWSROOM.search(name) is not None


def is_person(name: str) -> bool:
    """Whether a name looks like that of a person: two to five words, all but particles capital."""
    words = name.split()
    if not 2 <= len(words) <= 5 or name.isupper() or words[0] in _NO_NAMES:
        return False
    if not (words[0][0].isupper() and words[-1][0].isupper()):
        return False
    sound = all(word[0].isupper() or word.lower() in _PARTICLES for word in words)
    return sound and not _NO_PERSON.search(name) and _NEWSROOM.search(name) is None


def _name(part: str) -> str | None:
    name = _PLACE.sub("", _ROLE.sub("", part)).strip(" .:,;-–—*'\"")
    if part.strip().endswith((" Jr.", " Sr.")):
        name += "."
    if not any(character.isalpha() for character in name) or len(name) > MAX_NAME:
        return None
    return None if name.lower() in _NOBODY else name


def _with_agencies(piece: str) -> list[str]:
    """ "dpa/AFP" names two, "srf/hosb" is one sign."""
    parts = piece.split("/")
    return parts if len(parts) > 1 and all(agency_of(part) for part in parts) else [piece]


def _turned(parts: list[str]) -> list[str]:
    """ "Berg, Anna" is Anna Berg; two agencies or signs stay two."""
    capital = all(part[:1].isupper() and not part.isupper() for part in parts)
    return [f"{parts[1]} {parts[0]}"] if capital and not any(map(agency_of, parts)) else parts


def _in(name: str, text: str) -> bool:
    """Whether a single word stands after a comma, as places and roles do."""
    return f", {name}" in text or f",{name}" in text
