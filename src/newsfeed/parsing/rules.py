"""Rules: what is special about the pages of one source, from `rules/<domain>.toml`.

In: the values of rule files, read by `rule_files`. Out: a `RuleBook`, which every parser may ask
for a page's `Rules`; it is handed to them in their Context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit
from zlib import crc32

from pydantic import BaseModel, ConfigDict, StringConstraints

_ATTRIBUTE = re.compile(r"@([A-Za-z_][\w:.-]*)\s*\Z")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Rules(BaseModel):
    """What is special about a source's pages; every field is optional, an unknown one an error.

    Selectors are CSS; those of a field take an element's text, or with "@name" at the end an
    attribute ("time.date@datetime"). Lines are named by how they begin, letter case aside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    drop: tuple[Text, ...] = ()
    """Elements that belong to no article."""
    keep: tuple[Text, ...] = ()
    """The elements that hold the text: nothing outside them is body."""
    headline: Text | None = None
    kicker: Text | None = None
    standfirst: Text | None = None
    author: Text | None = None
    published: Text | None = None
    updated: Text | None = None
    section: Text | None = None
    rights: Text | None = None
    drop_lines: tuple[Text, ...] = ()
    """Lines and paragraphs that belong to no article, in HTML and in captures."""
    end_lines: tuple[Text, ...] = ()
    """Lines after which nothing belongs to the article any more."""

    def drops(self, line: str) -> bool:
        """Whether a line belongs to no article."""
        return _begins(line, self.drop_lines)

    def ends(self, line: str) -> bool:
        """Whether nothing after this line belongs to the article."""
        return _begins(line, self.end_lines)


def split_attribute(selector: str) -> tuple[str, str | None]:
    """A field's selector, and the attribute it takes: "time@datetime" -> ("time", "datetime").

    No CSS selector ends in a name with "@" before it, so nothing else is mistaken for one.
    """
    match = _ATTRIBUTE.search(selector)
    return (selector[: match.start()], match[1]) if match else (selector, None)


def _begins(line: str, beginnings: tuple[str, ...]) -> bool:
    if not beginnings:
        return False
    return line.lstrip().casefold().startswith(tuple(text.casefold() for text in beginnings))


_NO_RULES = Rules()
_MAX_HOST = 253


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all sources by domain."""

    by_domain: Mapping[str, Rules] = field(default_factory=dict)

    def of(self, url: str | None) -> Rules:
        """The rules for a page: those of its host or of the nearest domain above it."""
        return self.by_domain.get(self.domain_of(url), _NO_RULES)

    def edition(self, url: str | None) -> int:
        """A number of 32 bits that changes with the rules for a page; 0 where there are none."""
        rules = self.of(url)
        return 0 if rules is _NO_RULES else _edition(rules)

    def domain_of(self, url: str | None) -> str:
        """The domain whose rules are the page's; "" where none are."""
        host = _host(url) if url and self.by_domain else ""
        while host and host not in self.by_domain:
            host = host.partition(".")[2]
        return host


@lru_cache(maxsize=1024)
def _edition(rules: Rules) -> int:
    return crc32(rules.model_dump_json(exclude_defaults=True).encode()) or 1


def _host(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")[:_MAX_HOST]
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return ""
