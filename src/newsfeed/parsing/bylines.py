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
MAX_LINE = 500
"""No byline is longer, however many sign."""
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
    r"(?:eine?n?\s)?[\w-]{0,20}(?:kommentar|analyse|kolumne|glosse|leitartikel|beitrag|essay|kritik"
    r"|reportage|interview|bericht|rezension|porträt|portrait|einordnung|protokoll|nachruf|text"
    r"|recherche|artikel|feature|meldung|hintergrund|gespräch|überblick|satire|faktencheck)"
)
_WRITER = r"(?:autor|verfasser)(?:[:*_/]?in(?:nen)?|en)?(?:\s?/\s?(?:autor|verfasser)(?:in)?)?"
_OFFICE = (
    r"(?:(?:unsere[mnr]?\s)?[\w-]{0,30}(?:redakteur|reporter|korrespondent|mitarbeiter|autor)"
    r"(?:in|en)?\s)?"
)
_OPENING = re.compile(
    rf"(?P<genre>{_GENRE})\s?:\s?"
    rf"|(?:{_GENRE}\svon(?:\s?:)?|von(?!\s(?:links|rechts|oben|unten|hinten|vorn))|by|{_WRITER}"
    r"|text und (?:fotos?|bilder|video)|redaktion|es berichtet"
    r"|(?:geschrieben|verfasst|erstellt|veröffentlicht|aufgezeichnet) von"
    rf"|aus (?-i:[A-ZÄÖÜ])\w+(?: \w+)? berichtet)(?:\s?:\s?|\s){_OFFICE}",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:{_GENRE}\s)?(?:von|{_WRITER}|text)\s?:?", re.IGNORECASE)
_OPENERS = ("by ", "autor", "verfasser", "redaktion")
_BETWEEN_NAMES = "von van vom zu zur der den de del della di da dos du la le al el bin ibn ter und"
_PARTICLES = frozenset(_BETWEEN_NAMES.split())
_NAME_WORD = re.compile(r"(?:(?:al|el|d|l|an|ad)[-’'])?[^\W\d_](?:[\w’'`.-]*\w)?\.?")
_ARTICLE = re.compile(r"(?:al|el|d|l|an|ad)[-’'](?=[A-ZÄÖÜ])")
_SEGMENT = re.compile(r"\s?[|•·]\s?")
_SPLIT = re.compile(r"\s?[,;/|•·]\s?|\s[-–—]\s|\s(?:und|&|and|sowie)\s", re.IGNORECASE)
_WITH = re.compile(r"\smit(?: material (?:von|der))?\s", re.IGNORECASE)
_ROLE = re.compile(
    r"\s(?:freie[r]? )?(?:[\w-]*(?:redakteur|redaktor|reporter|korrespondent|autor|journalist"
    r"|kolumnist|volontär)(?:in)?|(?:ressort|redaktions)?leiter(?:in)?)\b.*",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"[\s,;/|–-]{1,4}(?:und )?(?:fotos?|bilder|bild|videos?|grafik(?:en)?|illustration(?:en)?"
    r"|kamera|mitarbeit|übersetzung)\s?(?::|von\s).*",
    re.IGNORECASE,
)
_PICTURER = re.compile(r"[^,;/|()]{3,60}\((?:fotos?|bild(?:er)?|video|illustration(?:en)?)\)", re.I)
_BESIDE_DATE = re.compile(
    r"\b(?:am|um|vom|aktualisiert|veröffentlicht|publiziert|erschienen|stand|zuletzt|lesezeit|mo"
    r"|lesedauer|min|minuten|uhr|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b\.?:?",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"\S{1,60}@\S{1,60}")
_PLACE = re.compile(r"\s(?:aus|in)\s[A-ZÄÖÜ].*")
_PLACES = re.compile(
    r"new york|tel aviv|washington d\.c\.|buenos aires|são paulo|los angeles|den haag|neu delhi"
    r"|san francisco|san diego|hong kong|abu dhabi|rio de janeiro|kuala lumpur|addis abeba"
    r"|las vegas|frankfurt am main|frankfurt a\. ?m\.|bad \w+|st\. (?:gallen|petersburg|pölten)"
    r"|new orleans|san salvador|le havre|santiago de chile|palma de mallorca",
    re.IGNORECASE,
)
"""Places that read like names, where they stand after a name: "Von Anna Berg, New York"."""
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
    """Whether a line opens like a byline and goes on with names ("Von Anna Berg und dpa").

    A date may stand before it: "12.3.2024 | Von Anna Berg".
    """
    if len(text) > MAX_BYLINE:
        return False
    lower = text.lower()
    if not (":" in lower or "von" in lower or "berichtet" in lower or lower.startswith(_OPENERS)):
        return False
    return _ALONE.fullmatch(text) is not None or _opened(text) is not None


def is_byline_opening(text: str) -> bool:
    """Whether a line only opens a byline ("Von", "Autor:"): the names follow below."""
    return _ALONE.fullmatch(text) is not None


def signature(text: str) -> Signature:
    """Who signs in a byline, with or without its opening words."""
    if len(text) > MAX_LINE or _ALONE.fullmatch(text):
        return Signature()
    return _signed(_opened(text) or _undated(text))


def _opened(text: str) -> str | None:
    """The names of a byline, behind the words that open it; None where nobody signs."""
    undated = _undated(text)
    for segment in _SEGMENT.split(undated) if undated != text else [undated]:
        opening = _OPENING.match(segment)
        if opening is None:
            continue
        rest = undated[undated.index(segment) + opening.end() :]
        if names_only(_PICTURED.sub("", rest)) or (
            not opening["genre"] and _goes_on_with_names(rest)
        ):
            return rest
    return None


def _goes_on_with_names(rest: str) -> bool:
    """Whether somebody signs, and few words besides initials are in lower case: "Von Montag an
    wird gebaut" is no byline."""
    signed = _signed(rest)
    if signed.agencies:
        return all(part.count(" ") <= 2 for part in _parts(_WITH.sub(", ", rest)))
    words: list[str] = re.findall(r"[^\W\d_]+", _PICTURED.sub("", rest))
    other = [word for word in words if word != "und"]
    few = sum(word[0].islower() for word in other) <= MAX_LOWER * len(other)
    return bool(signed.names) and few


def _undated(text: str) -> str:
    """The line without dates, and the words that go with them, and without mail addresses."""
    if "@" in text:
        text = _ADDRESS.sub("", text)
    rest = without_dates(text)
    return _BESIDE_DATE.sub("", rest).strip(" ,;:|•·–-.") if rest != text else text.strip()


def names_only(text: str) -> bool:
    """Whether a line is nothing but names, as bylines without "Von" are."""
    if len(text) > MAX_BYLINE or text[-1:] in ".!?:":
        return False
    parts = [_PLACE.sub("", part) for part in _parts(_ROLE.sub("", _undated(text)))]
    return bool(parts) and all(_is_person(part) or _agency(part) for part in parts)


def name_and_place(text: str) -> bool:
    """Whether a line is a name and where its bearer writes ("Anna Berg, Ketzow")."""
    name, comma, place = _undated(text).partition(", ")
    single = place[:1].isupper() and not place.isupper() and place.isalpha()
    return bool(comma) and single and len(text) <= MAX_BYLINE and _is_person(name)


def agencies_in(text: str) -> tuple[str, ...]:
    """The agencies in "dpa/AFP", "mit dpa" or "mit Agenturen"; () if anything else stands there."""
    parts = [part for part in re.split(r"[/,;&+]|\s(?:und|mit)\s|\s", _unsigned(text)) if part]
    found = _known(parts)
    initials = [p for p in parts if _agency(p) is None]
    whole = _agency(_unsigned(text))
    if whole:
        return (whole,)
    return found if all(len(p) <= 4 and p.islower() for p in initials) else ()


def agencies_named(text: str) -> tuple[str, ...]:
    """The agencies in a list of sources, also by their desks ("dpa Sport", "ZEIT ONLINE, AFP")."""
    return _known([part if _agency(part) else part.partition(" ")[0] for part in _parts(text)])


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
    stripped = _BRACKET.sub("", _PICTURER.sub("", text))
    return [part for raw in _SPLIT.split(stripped) if (part := raw.strip(" -–:."))]


def _signed(text: str) -> Signature:
    written = _in_lower_case(text) if text.isupper() else text
    signed, *sources = _WITH.split(_ROLE.sub("", _PICTURED.sub("", written)))
    parts = _parts(signed)
    agencies = _known([*parts, *(part for source in sources for part in _parts(source))])
    people = [_PLACE.sub("", part) for part in parts]
    names = [
        part
        for position, part in enumerate(people)
        if (_is_person(part) and not (position and _PLACES.fullmatch(part))) or _agency(part)
    ]
    if not names and not agencies and len(parts) == 1 and _is_newsroom(parts[0]):
        names = parts
    return Signature(tuple(dict.fromkeys(names)), agencies)


def _in_lower_case(text: str) -> str:
    """Names in capitals as they are usually written: "ANNA BERG-VON DER AU", not agencies'."""
    return _CAPITALS.sub(_lowered, text)


def _lowered(match: re.Match[str]) -> str:
    word = match.group()
    if _agency(word) and word.lower() not in _PARTICLES:
        return word
    return word.lower() if word.lower() in _PARTICLES else word.capitalize()


def _is_person(part: str) -> bool:
    """Whether a part of a byline is a name: two to six capitalised words, particles between."""
    words = part.split()
    if not 2 <= len(words) <= MAX_NAME_WORDS or words[0] in _NO_NAME or part.isupper():
        return False
    if _ROLE.match(f" {words[0]}"):
        return False
    bare = [_ARTICLE.sub("", word) for word in words]
    if not (bare[0][0].isupper() and bare[-1][0].isupper()):
        return False
    return all(
        _NAME_WORD.fullmatch(word) and (word[0].isupper() or word in _PARTICLES) for word in bare
    )


def _is_newsroom(part: str) -> bool:
    return len(part) <= 40 and part[:1].isupper() and part.count(" ") <= 2
