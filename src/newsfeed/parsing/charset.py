"""Charset: bytes in the encoding that a header or a declaration names.

In: bytes and a label ("ISO-8859-1"). Out: their text, if the label is an encoding of text and they
are in it. Called where a format states its encoding outside of the text.
"""

from __future__ import annotations

import codecs
import re

_TEXT = re.compile(
    r"utf-8|utf-8-sig|utf-16|utf-16-[bl]e|ascii|cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|gb\w*|big5\w*"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|johab|tis-620"
)
"""Names of Python's codecs for text: the others (rot13, punycode, unicode_escape, …) are none."""
_WESTERN = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""What browsers read these labels as (WHATWG Encoding, section 4.2)."""


def decoded(raw: bytes, label: str | None) -> str | None:
    """The text, or None if the label names no encoding of text or the bytes are not in it."""
    try:
        name = codecs.lookup((label or "").strip(" \t\"'")[:40]).name
    except (LookupError, ValueError):
        return None
    if not _TEXT.fullmatch(name):
        return None
    try:
        return raw.decode(_WESTERN.get(name, name))
    except UnicodeError:
        return None
