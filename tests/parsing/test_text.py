"""Bytes become clean text: encodings, what is removed, what is refused."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.text import clean, clean_line, decode

GERMAN = "Größere Übungsräume für Jörg – „schön“ sagt Zoë, 5 € für Käse."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom", "utf-32"]
)
def test_german_text_in_many_encodings(encoding: str) -> None:
    raw = (
        b"\xff\xfe" + GERMAN.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else GERMAN.encode(encoding)
    )
    assert decode(raw) == GERMAN


def test_latin1_is_read_as_windows_1252() -> None:
    assert decode("Müller grüßt Bücher".encode("latin-1")) == "Müller grüßt Bücher"
    assert decode(b"\x84Sch\xf6n\x93, sagte sie \x96 und ging.") == "„Schön“, sagte sie – und ging."


def test_other_eight_bit_encodings_are_detected() -> None:
    czech = "Příliš žluťoučký kůň úpěl ďábelské ódy. Žádný učený z nebe nespadl, říká babička. " * 4
    assert decode(czech.encode("iso-8859-2")) == czech.strip() + " "


def test_utf8_with_a_broken_byte_stays_utf8() -> None:
    raw = GERMAN.encode() * 3 + b"\xff" + GERMAN.encode()
    assert decode(raw) == GERMAN * 3 + "\ufffd" + GERMAN


@pytest.mark.parametrize("raw", [b"", b"  \n\t\r\n ", b"\xef\xbb\xbf", "\u200b\n\u00ad".encode()])
def test_empty_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError, match=r"empty|nothing visible"):
        decode(raw)


@pytest.mark.parametrize(
    "raw",
    [b"a\x00b" * 50, b"%PDF-1.7 Text", b"PK\x03\x04", b"\x89PNG\r\n", bytes(range(1, 200)) * 3],
)
def test_binary_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError, match="binary"):
        decode(raw)


def test_broken_utf16_is_refused_with_its_place() -> None:
    with pytest.raises(ParseError, match=r"UTF-16-LE, but byte \d+"):
        decode(b"\xff\xfe\x00\xd8\x41\x00")


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\r\nb\rc\u2028d\x85e\ff", "a\nb\nc\nd\ne\nf"),
        ("a\u00a0b\u202fc\td", "a b c d"),
        ("Donau\u00addampf\u200bschiff", "Donaudampfschiff"),
        ("a\x07b\x1bc\x7fd\x9be", "abcde"),
        ("links\u202erechts\u2066x\u2069\u200f", "linksrechtsx"),
        ("u\u0308ber", "über"),
        ("a\ufffe\uffffb\ud800c", "abc"),
        ("Auf\u200clage", "Auflage"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_is_cleaned(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


def test_a_letter_carries_at_most_thirty_marks() -> None:
    assert len(clean("a" + "\u0316\u0301" * 50_000)) <= 32


@given(st.text())
def test_clean_text_holds_nothing_unprintable(text: str) -> None:
    found = clean(text)
    assert not [c for c in found if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert clean(found) == found
    assert "\n" not in clean_line(text)


WESTERN = bytes(set(range(256)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")


@given(st.text(WESTERN))
def test_western_text_is_cleaned_like_any_other(text: str) -> None:
    assert clean(text) == clean(f"{text}漢")[:-1]


@given(st.binary(max_size=400))
def test_any_bytes_become_text_or_a_parse_error(raw: bytes) -> None:
    with contextlib.suppress(ParseError):
        text = decode(raw)
        assert text.strip()
        assert text.encode("utf-8").decode() == text
