"""Titles: the headlines that stand on a page, each source's once.

In: the sources of a page. Out: `Candidate`s for `headlines.choose`. Called by `page`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from newsfeed.parsing.pagedata import meta, visible
from newsfeed.parsing.pagedata.headlines import Candidate, without_site
from newsfeed.parsing.pagedata.sources import Sources
from newsfeed.parsing.pagedata.wording import key, line

MAX_TITLE = 500
MIN_H1 = 10
"""Letters: a shorter h1 that data do not know is a section's name or a logo."""


def candidates(page: Sources) -> Iterator[Candidate]:
    """The headlines of JSON-LD, of the title tags and of the visible h1."""
    known = [text for h1 in page.h1s if (text := visible.text_of(h1, MAX_TITLE))]
    data: list[str] = []
    if said := (page.facts.headline or "")[:MAX_TITLE].strip():
        data.append(without_site(said, page.own, known))
        yield Candidate(data[-1], "json-ld")
    title = line(page.root.findtext(".//title"), MAX_TITLE)
    if tag := page.tags.first(meta.TITLE, MAX_TITLE) or title:
        data.append(without_site(tag, page.own, [*known, *data]))
        yield Candidate(data[-1], "meta")
    h1 = _h1(page, data)
    if h1 is not None and (text := visible.text_of(h1, MAX_TITLE)):
        yield Candidate(text, "page", visible.kicker_in(h1))


def kicker(page: Sources, headline: str) -> str | None:
    """The kicker above the h1 that bears the headline."""
    h1 = _h1(page, [headline])
    text = visible.kicker_above(h1) if h1 is not None else None
    return text if text and key(text) not in page.own and key(text) not in key(headline) else None


def _h1(page: Sources, data: Sequence[str]) -> HtmlElement | None:
    """The h1 that bears a headline known from data; else the first that is no logo."""
    sought = [key(text) for text in data]
    texts = [(h1, key(visible.text_of(h1, MAX_TITLE) or "")) for h1 in page.h1s]
    for h1, text in texts:
        if text and any(other.endswith(text) for other in sought):
            return h1
    usable = (h1 for h1, text in texts if len(text) > MIN_H1 and text not in page.own)
    return next(usable, None)
