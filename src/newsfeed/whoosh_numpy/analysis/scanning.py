"""Finds the words of many texts at once, in bytes.

In: texts, and a pattern of one word. Out: where each word begins and ends. Called by `words`.

Most patterns say which characters a word consists of: `\\w+`, or Whoosh's own, in which a single
dot may stand between two of them. Whether a character belongs to a word then depends on nothing but
the character (and the two beside a dot), so a text can be looked at byte by byte. Texts are encoded
as cp1252, which has one byte for each character of Western European languages and leaves five bytes
unused. Two of these stand for all other characters: one for those of words, one for those between.
So bytes and characters have the same offsets in every text of Unicode.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FOREIGN: Final = 0x8D
"""The byte of a character of a word that cp1252 has not."""

GAP: Final = 0x81
"""The byte of everything between words."""

PADDING: Final = 16
"""So many bytes may be read from the beginning of each word on."""

_GAP: Final = bytes([GAP])
_UNDECODED: Final = "\ufffd"
"""What becomes of a gap when it is decoded; cp1252 has no such character."""

_DOT: Final = 0x2E
_ENCODING: Final = "cp1252"
_PATTERN: Final = re.compile(
    r"(?P<kind>\\[wWdDsS]|\[(?:\\.|[^\\\[\]])+\])\+(?P<dots>\((?:\?:)?\\\.\?(?P=kind)\+\)\*)?"
)
"""Patterns of this form are scanned: a kind of character, one or more, and dots between them."""


@dataclass(frozen=True)
class Scan:
    """The words of some texts.

    raw: the texts' bytes with `GAP` between the words, lower case if asked for, and padding.
    starts, ends: word -> its first byte and the one after its last. firsts: text -> its first byte.
    """

    raw: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    firsts: NDArray[np.int64]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Text -> number of words."""
        return np.diff(self.starts.searchsorted(self.firsts), append=len(self.starts))

    def foreign(self) -> NDArray[np.int64]:
        """The words that have a character cp1252 has not."""
        if FOREIGN not in self.raw:
            return np.zeros(0, np.int64)
        marks = np.flatnonzero(np.frombuffer(self.raw, np.uint8) == FOREIGN)
        found = self.starts.searchsorted(marks, "right") - 1
        return found[np.diff(found, prepend=-1) > 0]

    def words(self, numbers: NDArray[np.int64]) -> list[str]:
        """Words that are not foreign."""
        spans = zip(self.starts[numbers].tolist(), self.ends[numbers].tolist(), strict=True)
        raw = self.raw
        joined = _GAP.join([raw[start:end] for start, end in spans])
        return joined.decode(_ENCODING, "replace").split(_UNDECODED) if len(numbers) else []


class Scanner:
    """Immutable; shared by threads."""

    def __init__(self, kind: str, *, dots: bool, lowercase: bool) -> None:
        self._kind = re.compile(kind)
        dot = self._kind.fullmatch(".") is None
        self._dots = dots and dot
        self._table = bytes(self._byte(number, lowercase) for number in range(256))
        self._byte_of = lru_cache(1 << 14)(self._foreign)
        self._errors = f"{__name__} {kind}"
        codecs.register_error(self._errors, self._replace)

    def encode(self, text: str) -> bytes:
        """A text as bytes, one for each character. Raises UnicodeEncodeError for surrogates."""
        return text.encode(_ENCODING, self._errors)

    def scan(self, encoded: Sequence[bytes]) -> Scan:
        """The words of texts."""
        raw = (_GAP + _GAP.join(encoded) + _GAP * (PADDING + 1)).translate(self._table)
        found = np.frombuffer(raw, np.uint8)
        inside = found != GAP
        if self._dots:
            dots = np.flatnonzero(found == _DOT)
            inside[dots] = False
            inside[dots] = inside[dots - 1] & inside[dots + 1]
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
        sizes += 1
        # The strides of an edge list's halves would slow down all that follows.
        starts, ends = edges[0::2].copy(), edges[1::2].copy()
        return Scan(raw, starts, ends, np.cumsum(sizes) - sizes + 1)

    def _byte(self, number: int, lowercase: bool) -> int:
        if number == FOREIGN or (self._dots and number == _DOT):
            return number
        try:
            character = bytes([number]).decode(_ENCODING)
        except UnicodeDecodeError:
            return GAP
        if self._kind.fullmatch(character) is None:
            return GAP
        return (character.lower() if lowercase else character).encode(_ENCODING)[0]

    def _replace(self, error: UnicodeError) -> tuple[bytes, int]:
        assert isinstance(error, UnicodeEncodeError)
        characters = error.object[error.start : error.end]
        characters.encode()  # raises for surrogates
        return bytes(map(self._byte_of, characters)), error.end

    def _foreign(self, character: str) -> int:
        return GAP if self._kind.fullmatch(character) is None else FOREIGN


@lru_cache(maxsize=64)
def scanner(pattern: re.Pattern[str], lowercase: bool) -> Scanner | None:
    """Scans for a pattern; None where words have to be looked for one after another."""
    found = _PATTERN.fullmatch(pattern.pattern)
    if found is None or pattern.flags != re.UNICODE:
        return None
    return Scanner(found["kind"], dots=found["dots"] is not None, lowercase=lowercase)
