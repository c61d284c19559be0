"""Rights: an article's copyright line.

In: what a document states of its copyright. Out: one line, or None. Called by the formats that have
a field for it; `margin` finds the line that stands on a captured page.
"""

from __future__ import annotations

import re
from typing import Any

from newsfeed.parsing.pagedata.wording import line
from newsfeed.parsing.text import clean_line

MAX_RIGHTS = 300

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# "Copyright", "(c) 2024", "© all rights reserved": nobody is named
_NAMELESS = re.compile(
    r"(?:\(c\)|copyright|alle? (?:rights|rechte) (?:reserved|vorbehalten)|[\W\d_])*+",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:©|\(c\)|copyright\b)[\s:]*(?:©|\(c\)|copyright\b)?", re.IGNORECASE)


def notice(*stated: Any) -> str | None:
    """The first of some stated copyright lines that says whose right it is."""
    for value in stated:
        text = line(value, 4 * MAX_RIGHTS)
        if text and not _NAMELESS.fullmatch(text):
            return _bounded(text)
    return None


def held_by(holder: Any, year: Any = None) -> str | None:
    """The copyright line of a holder's name and, where it is known, the year."""
    name = line(holder, MAX_RIGHTS)
    if name is None or _NAMELESS.fullmatch(name):
        return None
    if _SIGN.match(name):
        return _bounded(name)
    said = line(year, 20) or ""
    return _bounded(f"© {said} {name}" if _YEAR.fullmatch(said) else f"© {name}")


def _bounded(text: str) -> str:
    """The line, cut after a word where it is too long."""
    text = clean_line(text)
    if len(text) <= MAX_RIGHTS:
        return text
    cut = text[: MAX_RIGHTS - 2]
    return (cut.rpartition(" ")[0] or cut) + " …"
