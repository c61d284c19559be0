"""Sections: the part of the paper that an article stands in.

In: the sources of a page and its headline. Out: the section by its readable name. Called by `page`.

Data often name it by a part of the URL ("kaernten"); the breadcrumb then knows the name.
"""

from __future__ import annotations

import re

from newsfeed.article import Origin
from newsfeed.parsing.pagedata import meta, visible
from newsfeed.parsing.pagedata.schema import breadcrumbs
from newsfeed.parsing.pagedata.sources import Found, Sources
from newsfeed.parsing.pagedata.wording import key

MAX_SECTION = 40
_FRONT_PAGE = (
    "home start startseite homepage website news nachrichten übersicht schlagzeilen archiv"
    " accueil inicio portada"
)
HOME_NAMES = frozenset(_FRONT_PAGE.split())
"""What papers call their front page, in lower case: it says nothing of an article."""
_NO_NAME = re.compile(r"\.[a-z]{2,4}$|\d", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def section(page: Sources, headline: str | None) -> Found:
    """The article's section, or None where nothing names it."""
    said, origin = page.first(page.facts.section, meta.SECTION, 200)
    if said and not _is_slug(said) and said.casefold() not in HOME_NAMES:
        return said, origin
    crumbs, where = _crumbs(page)
    named = [crumb for crumb in crumbs if _is_section(crumb, headline, page.own)]
    same = [crumb for crumb in named if said and _slug(crumb) == _slug(said)]
    if same or named:
        return (same or named)[0], where
    return (_readable(said) if said else None), origin


def _crumbs(page: Sources) -> tuple[tuple[str, ...], Origin]:
    if crumbs := breadcrumbs(page.nodes):
        return crumbs, "json-ld"
    return visible.breadcrumb(page.root), "page"


def _is_section(crumb: str, headline: str | None, own: frozenset[str]) -> bool:
    """Whether a breadcrumb is neither the front page nor the article itself."""
    name = key(crumb)
    if not name or len(crumb) > MAX_SECTION or name in own or _NO_NAME.search(crumb):
        return False
    return crumb.casefold() not in HOME_NAMES and name not in key(headline or "")


def _is_slug(name: str) -> bool:
    return name == name.lower() and name.isascii()


def _slug(name: str) -> str:
    return key(name.casefold().translate(_UMLAUTS)).replace("_", "")


def _readable(slug: str) -> str:
    """The name in a slug: "sport/formel-1" says Formel-1."""
    last = re.split(r"[/_]", slug.strip("/_"))[-1]
    return "-".join(part[:1].upper() + part[1:] for part in last.split("-"))
