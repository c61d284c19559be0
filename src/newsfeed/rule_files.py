"""Rule files: the folder of `<domain>.toml` files becomes a `RuleBook`.

In: a folder. Out: the rules of all sources, each file checked whole, so that a mistake is told
before a single article is read by wrong rules. Read at the start of every run and by
`newsfeed parse`; the parsers get the book in their Context.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from newsfeed.corpus import read, shown
from newsfeed.errors import NewsfeedError
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.rules import RuleBook, Rules, split_attribute

MAX_BYTES = 65_536
MAX_FILES = 1000
SUFFIX = ".toml"

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+{_LABEL}")
_MANY = ("drop", "keep")
"""Fields that are lists of selectors."""
_LINES = ("drop_lines", "end_lines")
_REMEDIES = {
    "tuple_type": 'write a list of texts: ["…", "…"]',
    "string_type": 'write a text: "…"',
    "string_too_short": "it says nothing; remove it",
    "extra_forbidden": "no such field; known are " + ", ".join(Rules.model_fields),
}


class RulesError(NewsfeedError):
    """A rule file is wrong; the message names file, field and remedy."""

    misuse = True


def read_rules(folder: Path) -> RuleBook:
    """The rules in a folder; none where there is no such folder.

    Hidden files and editors' copies ("x~") are passed over; whatever else is no rule file is an
    error: it would be taken for one that works. Raises RulesError.
    """
    if not folder.exists():
        return RuleBook()
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise RulesError(f"{shown(str(folder))}: {error.strerror}; name a folder") from error
    names = [name for name in names if not name.startswith(".") and not name.endswith("~")]
    if len(names) > MAX_FILES:
        raise RulesError(f"{shown(str(folder))}: more than {MAX_FILES} rule files")
    return RuleBook({_domain(folder, name): _rules(folder, name) for name in names})


def _domain(folder: Path, name: str) -> str:
    domain = name.removesuffix(SUFFIX)
    if name.endswith(SUFFIX) and _DOMAIN.fullmatch(domain):
        return domain
    raise RulesError(
        f"{_place(folder, name)}: is not named after a domain; call it like bote.example{SUFFIX} "
        "(small letters, an international domain as xn--…) or remove it"
    )


def _rules(folder: Path, name: str) -> Rules:
    place = _place(folder, name)
    try:
        rules = Rules.model_validate(_load(folder, name))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"]) or "the file"
        remedy = _REMEDIES.get(first["type"], first["msg"])
        raise RulesError(f"{place}: {shown(field)[:80]}: {remedy}") from error
    for field, selector in _selectors(rules):
        if reason := _wrong(selector):
            raise RulesError(f"{place}: {field}: {shown(selector)!r} is no CSS selector: {reason}")
    return rules


def _load(folder: Path, name: str) -> dict[str, Any]:
    place = _place(folder, name)
    try:
        return tomllib.loads(read(folder, name, MAX_BYTES).decode("utf-8-sig"))
    except ParseError as error:
        remedy = f"a rule file is a regular file of at most {MAX_BYTES:,} bytes"
        raise RulesError(f"{place}: {error.reason}; {remedy}") from error
    except UnicodeDecodeError as error:
        raise RulesError(f"{place}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except RecursionError as error:
        raise RulesError(f"{place}: nested too deep; no rule needs nesting") from error
    except ValueError as error:
        raise RulesError(f"{place}: not valid TOML: {shown(str(error))[:200]}") from error


def _selectors(rules: Rules) -> Iterator[tuple[str, str]]:
    """Every selector of the rules with its field; without the attribute that it takes."""
    for field, value in rules:
        if field in _LINES or value is None:
            continue
        if field in _MANY:
            yield from ((field, selector) for selector in value)
        else:
            yield field, split_attribute(value)[0]


def _wrong(selector: str) -> str:
    """Why a selector is none, or "".

    It is translated as lxml does where it is used: what passes here finds elements there.
    """
    from cssselect import SelectorError  # only where there are rules
    from lxml.cssselect import CSSSelector
    from lxml.etree import XPathError

    try:
        CSSSelector(selector, translator="html")
    except (SelectorError, XPathError, ValueError, RecursionError) as error:
        return shown(str(error))[:200] or type(error).__name__
    return ""


def _place(folder: Path, name: str) -> str:
    return shown(str(folder / name))
