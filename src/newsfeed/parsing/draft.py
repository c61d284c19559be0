"""Draft: what a parser reads from a file's text alone.

In: built by the format parsers. Out: `metadata` adds what the text cannot say and makes the
Article. The fields mean what they mean in `article.Article`; dates are still as they stand there.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsfeed.article import Block, Correction, Image, Leftover, Related
from newsfeed.parsing.dates import Stamp


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its text alone gives it."""

    headline: str
    kicker: str | None = None
    standfirst: str | None = None
    body: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    published: Stamp | None = None
    updated: Stamp | None = None
    correction: Correction | None = None
    topics: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    language: str | None = None
