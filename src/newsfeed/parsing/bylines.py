"""Bylines: who signs an article.

An agency that signs ("Von dpa", "Reuters, Anna Berg") is an author as well; one that only lent its
material ("Von Anna Berg mit AP", "(mit dpa)") is not.

In: a line of a page. Out: names of people and of news agencies. Called by `lines`, `head` and
`body`. Names are as they stand there; agencies under their usual short names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfeed.parsing.agencies import agency, known
from newsfeed.parsing.dates import may_hold_date, without_dates

MAX_BYLINE = 160
MAX_LINE = 500
"""No byline is longer, however many sign."""
MAX_NAME_WORDS = 6
MAX_LOWER = 0.4  # of the words after "Von" that may be in lower case

_KINDS_OF_TEXT = (
    "kommentar analyse kolumne glosse leitartikel beitrag essay kritik reportage interview bericht "
    "rezension porträt portrait einordnung protokoll nachruf text recherche artikel feature "
    "meldung hintergrund gespräch überblick satire faktencheck"
)
_GENRES = tuple(_KINDS_OF_TEXT.split())
_GENRE = rf"(?:eine?n?\s)?[\w-]{{0,20}}(?:{'|'.join(_GENRES)})"
_WRITER = r"(?:autor|verfasser)(?:[:*_/]?in(?:nen)?|en)?(?:\s?/\s?(?:autor|verfasser)(?:in)?)?"
_OFFICE = (
    r"(?:(?:unsere[mnr]?\s)?[\w-]{0,30}(?:redakteur|reporter|korrespondent|mitarbeiter|autor|expert"
    r"|kolumnist|volontär|herausgeber)(?:in|en|e)?\s)?"
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
_OPENERS = (
    "by ",
    "by:",
    "von ",
    "von:",
    "autor",
    "verfasser",
    "text",
    "redaktion",
    "es berichtet",
    "aus ",
    "geschrieben von",
    "verfasst von",
    "erstellt von",
    "veröffentlicht von",
    "aufgezeichnet von",
)
_BEFORE_OPENING = ("@", "|", "•", "·")
_BETWEEN_NAMES = "von van vom zu zur der den de del della di da dos du la le al el bin ibn ter und"
_PARTICLES = frozenset(_BETWEEN_NAMES.split())
_NAME_WORD = re.compile(r"(?:(?:al|el|d|l|an|ad)[-’'])?[^\W\d_](?:[\w’'`.-]*\w)?\.?")
_ARTICLES = ("ein", "eine", "einen")
_ARTICLE = re.compile(r"(?:al|el|d|l|an|ad)[-’'](?=[A-ZÄÖÜ])")
_SEGMENT = re.compile(r"\s?[|•·]\s?|\s/\s")
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
_READING_TIME = re.compile(
    r"\(?(?:(?:lesezeit|lesedauer):? ?(?:ca\. )?\d{1,3} ?min(?:uten|\b\.?)"
    r"|\d{1,3} ?min(?:uten|\.)? ?(?:lesezeit|lesedauer))\)?",
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
_DESK = re.compile(r"[A-ZÄÖÜ]{2,4}\d{0,3}[- ]")
"""How desks begin that stand after a name: "Von Anna Berg, ARD-Studio Kairo"."""
_BRACKET = re.compile(r"\s?\([^()]{0,40}\)")
_NO_NAMES = (
    "Der Die Das Ein Eine Uhr Jetzt Alle Mehr Neue Neuer Wie Was Warum Wo Wer Wann So Im In Am Auf "
    "Von Für Mit Nach Bei Zum Zur Und Stand Artikel Kommentar"
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
    if len(text) > MAX_BYLINE or not _may_open(text.lower()):
        return False
    return _ALONE.fullmatch(text) is not None or _opened(text) is not None


def _may_open(lower: str) -> bool:
    """Whether a line begins with a word that opens bylines, or may hold one: that settles most."""
    if f"{lower} ".startswith(_OPENERS):
        return True
    if not (":" in lower or "von" in lower or "berichtet" in lower):
        return False
    first, _, rest = lower.partition(" ")
    genre = rest.partition(" ")[0] if first in _ARTICLES else first
    if genre.partition(":")[0].endswith(_GENRES) or may_hold_date(lower):
        return True
    return any(sign in lower for sign in _BEFORE_OPENING)


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
    """The line without dates, the words that go with them, reading times and mail addresses."""
    if "@" in text:
        text = _ADDRESS.sub("", text)
    rest = without_dates(text)
    if "esezeit" in text or "esedauer" in text:
        rest = _READING_TIME.sub("", rest)
    return _BESIDE_DATE.sub("", rest).strip(" ,;:|•·–-./") if rest != text else text.strip()


def names_only(text: str) -> bool:
    """Whether a line is nothing but names, as bylines without "Von" are."""
    if len(text) > MAX_BYLINE or text[-1:] in ".!?:":
        return False
    parts = [_PLACE.sub("", part) for part in _parts(_ROLE.sub("", _undated(text)))]
    return bool(parts) and all(_is_person(part) or agency(part) for part in parts)


def name_and_place(text: str) -> bool:
    """Whether a line is a name and where its bearer writes ("Anna Berg, Ketzow")."""
    if len(text) > MAX_BYLINE or "," not in text:
        return False
    name, comma, place = _undated(text).partition(", ")
    single = place[:1].isupper() and not place.isupper() and place.isalpha()
    return bool(comma) and single and _is_person(name)


def agencies_named(text: str) -> tuple[str, ...]:
    """The agencies in a list of sources, also by their desks ("dpa Sport", "ZEIT ONLINE, AFP")."""
    return known([part if agency(part) else part.partition(" ")[0] for part in _parts(text)])


def _parts(text: str) -> list[str]:
    stripped = _BRACKET.sub("", _PICTURER.sub("", text))
    return [part for raw in _SPLIT.split(stripped) if (part := raw.strip(" -–:."))]


def _signed(text: str) -> Signature:
    written = _in_lower_case(text) if text.isupper() else text
    signed, *sources = _WITH.split(_ROLE.sub("", _PICTURED.sub("", written)))
    parts = _parts(signed)
    agencies = known([*parts, *(part for source in sources for part in _parts(source))])
    people = [_PLACE.sub("", part) for part in parts]
    names = [
        part
        for position, part in enumerate(people)
        if (_is_person(part) and not (position and _is_seat(part))) or agency(part)
    ]
    if not names and not agencies and len(parts) == 1 and _is_newsroom(parts[0]):
        names = parts
    return Signature(tuple(dict.fromkeys(names)), agencies)


def _is_seat(part: str) -> bool:
    """Whether a part of a byline that reads like a name says where its bearer works."""
    return _PLACES.fullmatch(part) is not None or _DESK.match(part) is not None


def _in_lower_case(text: str) -> str:
    """Names in capitals as they are usually written: "ANNA BERG-VON DER AU", not agencies'."""
    return _CAPITALS.sub(_lowered, text)


def _lowered(match: re.Match[str]) -> str:
    word = match.group()
    if agency(word) and word.lower() not in _PARTICLES:
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
