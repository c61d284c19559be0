"""Rules: what is special about the pages of one source, from `rules/<domain>.toml`.

In: the folder of rule files. Out: a `RuleBook`, which every parser may ask for a page's `Rules`.
Read by `sessions`, handed to the parsers in their Context.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints

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


def _begins(line: str, beginnings: tuple[str, ...]) -> bool:
    if not beginnings:
        return False
    return line.lstrip().casefold().startswith(tuple(text.casefold() for text in beginnings))


_NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all sources by domain."""

    by_domain: Mapping[str, Rules] = field(default_factory=dict)

    def of(self, url: str | None) -> Rules:
        """The rules for a page: those of its host or of the nearest domain above it."""
        host = _host(url) if url and self.by_domain else ""
        while host:
            if host in self.by_domain:
                return self.by_domain[host]
            host = host.partition(".")[2]
        return _NO_RULES


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
