"""Draft: what a parser reads from a document alone.

In: built by the format parsers. Out: `metadata` adds what the document cannot say and makes the
Article. The fields mean what they mean in `article.Article`; dates may still be as they stand in
the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from newsfeed.article import Block, Correction, Image, Leftover, Origin, Related
from newsfeed.parsing.dates import Stamp

Date = Stamp | datetime | date
"""A date line, or an instant or day that needs no reading; without a zone it is the corpus'."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a parser made of one line or element, for `newsfeed parse --explain`.

    `label` is its class, `score` what weighed for it (None where a rule alone decided), `reason`
    what tipped the balance, in words.
    """

    text: str
    label: str
    score: float | None = None
    reason: str = ""


def _nothing() -> Iterable[Verdict]:
    return ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its document alone gives it.

    `origins` names for fields where in the document they stood; "text" where it is silent.
    `verdicts` tells on demand how each line or element was judged.
    """

    headline: str
    url: str | None = None
    source: str | None = None
    section: str | None = None
    kicker: str | None = None
    standfirst: str | None = None
    body: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    published: Date | None = None
    updated: Date | None = None
    correction: Correction | None = None
    topics: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    language: str | None = None
    rights: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    verdicts: Callable[[], Iterable[Verdict]] = _nothing
