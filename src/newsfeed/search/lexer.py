"""The words and signs of a query text.

In: query text. Out: tokens with their positions. Called by `language.parse` only. One pass, one
regular expression without nested repetition: linear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newsfeed.search.interface import InvalidQuery
from newsfeed.search.schema import FIELD_NAMES

MAX_LENGTH = 1024
MIN_PREFIX = 2
OPERATORS: dict[str, Literal["AND", "OR", "NOT"]] = {
    "AND": "AND",
    "UND": "AND",
    "OR": "OR",
    "ODER": "OR",
    "NOT": "NOT",
    "NICHT": "NOT",
}
Kind = Literal["word", "phrase", "prefix", "(", ")", "+", "AND", "OR", "NOT"]

_QUOTES = '"„“”‟«»'
_CHUNK = re.compile(f"[^\\s(){_QUOTES}]+")
_FIELD_OPENS = re.compile(f"(\\w+):(?=[({_QUOTES}])")
_FIELD_WORD = re.compile(r"(\w+):(.+)", re.DOTALL)
_PREFIX = re.compile(r"(\w+(?:-\w+)*)\*\W*")
_LEADING = re.compile(r"\A\W+")
_SILENT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word, phrase, bracket, sign or operator; "-" and NICHT are NOT tokens.

    `text` is what was written (of phrases the inside), `field` the canonical name of the field
    before a word, phrase or opening bracket.
    """

    kind: Kind
    position: int
    text: str = ""
    field: str | None = None


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query. Raises InvalidQuery."""
    if len(text) > MAX_LENGTH:
        reason = f"Die Suche ist länger als {MAX_LENGTH} Zeichen"
        raise InvalidQuery(reason, position=MAX_LENGTH)
    text = "".join(map(_clean, text))
    sign: Token | None = None
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in "+-":
            sign = _sign(text, at)
            at += 1
        else:
            token, at = _token(text, at)
            # A sign belongs to the token it touches and vanishes with it.
            if token is not None:
                if sign is not None:
                    yield sign
                yield token
            sign = None


def _clean(letter: str) -> str:
    """A space for what no query may carry: control characters, direction marks, surrogates."""
    if ord(letter) in _SILENT or unicodedata.category(letter) not in ("Cc", "Cf", "Cs"):
        return letter
    return " "


def _sign(text: str, at: int) -> Token | None:
    """A plus or minus in front of something."""
    following = text[at + 1 : at + 2]
    if not following or following.isspace() or following in "+-)":
        return None
    return Token("+", at, "+") if text[at] == "+" else Token("NOT", at, "-")


def _token(text: str, at: int) -> tuple[Token | None, int]:
    """The token that starts here (None for signs without a word) and where it ends."""
    field: str | None = None
    opens = _FIELD_OPENS.match(text, at)
    if opens is not None and (field := FIELD_NAMES.get(opens[1].casefold())) is not None:
        at = opens.end()
    if text[at] == "(":
        return Token("(", at, "(", field), at + 1
    if text[at] == ")":
        return Token(")", at, ")"), at + 1
    if text[at] in _QUOTES:
        return _phrase(text, at, field)
    chunk = _CHUNK.match(text, at)
    assert chunk is not None  # neither a space nor a bracket nor a quote
    return _word(chunk[0], at), chunk.end()


def _phrase(text: str, at: int, field: str | None) -> tuple[Token | None, int]:
    end = next((i for i in range(at + 1, len(text)) if text[i] in _QUOTES), None)
    if end is None:
        raise InvalidQuery("Anführungszeichen nicht geschlossen", position=at)
    inside = " ".join(_plain(text[at + 1 : end]).split())
    return Token("phrase", at, inside, field) if _says_something(inside) else None, end + 1


def _word(chunk: str, at: int) -> Token | None:
    if (operator := OPERATORS.get(chunk)) is not None:
        return Token(operator, at, chunk)
    text, field = _LEADING.sub("", _plain(chunk)), None
    named = _FIELD_WORD.fullmatch(text)
    if named is not None and _says_something(named[2]) and named[1].casefold() in FIELD_NAMES:
        field = FIELD_NAMES[named[1].casefold()]
        text = named[2]
    return _trimmed(text, at, field)


def _trimmed(text: str, at: int, field: str | None) -> Token | None:
    """The word without the signs around it."""
    text = _LEADING.sub("", text)
    prefix = _PREFIX.fullmatch(text)
    if prefix is not None and _says_something(text):
        if sum(map(str.isalnum, prefix[1])) < MIN_PREFIX:
            reason = f"Vor dem Stern stehen weniger als {MIN_PREFIX} Buchstaben"
            raise InvalidQuery(reason, position=at)
        return Token("prefix", at, prefix[1], field)
    while text and not _is_word_letter(text[-1]):
        text = text[:-1]
    if field is None and text in OPERATORS:
        text = text.lower()  # "UND," is a word
    return Token("word", at, text, field) if _says_something(text) else None


def _plain(text: str) -> str:
    """Composed characters, without soft hyphens and joiners."""
    return unicodedata.normalize("NFC", text.translate(_SILENT))


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_word_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
