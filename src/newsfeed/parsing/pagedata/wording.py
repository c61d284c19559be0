"""Wording: text values of page data made fit to be read and compared.

In: any value of JSON-LD, a meta tag or an element. Out: clean text on one line, or a key under
which two spellings of the same words are one. Called throughout `pagedata`.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Any

from newsfeed.parsing.text import clean_line

MAX_LINE = 1_000
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_WORD = re.compile(r"\w+")


def line(value: Any, limit: int = MAX_LINE) -> str | None:
    """The value as clean text on one line without entities and tags, or None where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value[: 4 * limit]
    for _ in range(2):
        if "&" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean_line(text)[:limit].strip() or None


def words(text: str) -> tuple[str, ...]:
    """The words of a text, letter case, accents of typing and punctuation aside."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def key(text: str) -> str:
    """What two spellings of the same words have in common."""
    return "".join(words(text))
