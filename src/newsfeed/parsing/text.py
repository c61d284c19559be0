"""Text: the bytes of a file become clean text.

In: raw bytes in whatever encoding. Out: a str in NFC with "\\n" line ends that holds no control
character, no lone surrogate, no invisible or direction-changing mark. Called by every parser and
by the sidecar reader; what leaves here is fit for XML, JSON and a page title.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

import cchardet

from newsfeed.parsing.errors import ParseError

MAX_MARKS = 30
"""Combining marks kept on one letter: the Stream-Safe Text Format of UAX #15. Without a limit
100 KB of them keep unicodedata.normalize busy for eight seconds."""

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE = 0.01
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
)

# letters and signs of western European text as windows-1252 writes them
_WESTERN = frozenset(
    "äöüÄÖÜßéèêëáàâãåæçíìîïñóòôõøúùûýÿÉÈÊËÁÀÂÃÅÆÇÍÌÎÏÑÓÒÔÕØÚÙÛ€§°«»„“”‚‘’‹›–—…•©®·²³½¼¾±×´\xa0\xad".encode(
        "cp1252"
    )
)
_ALIASES = {"iso-8859-1": "cp1252", "ascii": "cp1252", "iso-8859-15": "iso-8859-15"}

_BREAKS = re.compile("[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0"  # invisible, or turning the direction of what follows
    "\ud800-\udfff\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"  # no characters
)
# Most pages hold no other characters than windows-1252. All of these are NFC, so that one pass over
# their bytes does what takes five over characters: .1 ms a page instead of .25.
_WESTERN_CLEAN = bytes.maketrans(b"\r\v\f\x1c\x1d\x1e\t\xa0", b"\n\n\n\n\n\n  ")
_WESTERN_UNWANTED = bytes([*range(9), *range(14, 28), 31, 127, 0xAD])
# joiners shape Arabic, Indic and emoji; after a Latin letter they only hide
_JOINERS = re.compile("(?<![\u0600-\U0010ffff])[\u200c\u200d]+")
_MANY_MARKS = re.compile(rf"[^\x00-\u02ff\w\s]{{{MAX_MARKS + 1},}}")  # none is below U+0300


def decode(raw: bytes) -> str:
    """The text of a file.

    Tried in this order: a byte order mark, UTF-8, UTF-8 with a few broken bytes (they become
    U+FFFD), windows-1252 where all letters are western, whatever cchardet finds. Raises ParseError
    for an empty or binary file.
    """
    if not raw.strip():
        raise ParseError("the file is empty", "write an article into it or remove it")
    text = clean(_characters(raw))
    if not text.strip():
        raise ParseError("the file holds nothing visible", "write an article into it or remove it")
    return text


def clean(text: str) -> str:
    """The same text in NFC without invisible characters, its white space simplified."""
    text = text.replace("\r\n", "\n")
    try:
        western = text.encode("cp1252")
    except UnicodeEncodeError:
        return _clean(text)
    return western.translate(_WESTERN_CLEAN, _WESTERN_UNWANTED).decode("cp1252")


def _clean(text: str) -> str:
    """`clean` for the characters of all languages."""
    text = _BREAKS.sub("\n", text)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MANY_MARKS.sub(_fewer_marks, text))
    return _UNWANTED.sub("", _SPACES.sub(" ", text))


def clean_line(text: str) -> str:
    """Clean text on one line, with single spaces."""
    return " ".join(clean(text).split())


def _characters(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _marked(raw[len(mark) :], encoding)
    if raw.startswith(_SIGNATURES) or _looks_binary(raw):
        raise ParseError("the file is binary", "save the article as plain text in UTF-8")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _almost_utf8(raw) or _eight_bit(raw)


def _marked(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ParseError(
            f"the file begins like {encoding.upper()}, but byte {error.start} is not",
            "save the article as plain text in UTF-8",
        ) from error


def _looks_binary(raw: bytes) -> bool:
    return b"\x00" in raw or len(_BINARY.findall(raw)) > _BINARY_SHARE * len(raw)


def _almost_utf8(raw: bytes) -> str | None:
    """The text if it is UTF-8 but for a few bytes, as where a download was cut; else None."""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(len(run) for run in re.findall(r"[^\x00-\x7f]+", text)) - broken
    return text if broken * 10 <= sound else None


def _eight_bit(raw: bytes) -> str:
    high = raw.translate(None, bytes(range(128)))
    if all(byte in _WESTERN for byte in set(high)):
        return raw.decode("cp1252")
    found = str(cchardet.detect(raw).get("encoding") or "cp1252").lower()
    try:
        return raw.decode(_ALIASES.get(found, found))
    except (UnicodeDecodeError, LookupError):
        return raw.decode("cp1252", "replace")


def _fewer_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in run.group():
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
