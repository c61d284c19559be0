"""Directory: all the feeds there are, in groups, the largest first.

In: the catalogue. Out: groups of offers. Called by the page of all feeds and by the OPML document.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsfeed.feeds import FORMATS, Format
from newsfeed.search.interface import FacetName
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.feeds import feed_path
from newsfeed.web.links import search_path

LISTED = 500
"""Feeds of a group that are listed; there is a feed for every other name all the same."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed: its title, its name, the path of its page, how many articles it is about."""

    title: str
    name: str
    page_path: str
    count: int | None = None

    @property
    def paths(self) -> dict[Format, str]:
        """The feed's path in each format."""
        return {format: feed_path(self.name, format) for format in FORMATS}


@dataclass(frozen=True, slots=True)
class Group:
    """Feeds of one kind; `anchor` names it on the page of all feeds."""

    anchor: str
    title: str
    offers: tuple[Offer, ...]
    total: int


LATEST = Offer("Alle Artikel", "latest", "/")
_LISTINGS: tuple[tuple[FacetName, str, str], ...] = (
    ("section", "sections", "Ressorts"),
    ("topic", "topics", "Themen"),
    ("author", "authors", "Autorinnen und Autoren"),
)
_SEARCHES: tuple[tuple[FacetName, str, str], ...] = (
    ("source", "sources", "Quellen"),
    ("agency", "agencies", "Agenturen"),
)


def groups(catalogue: Catalogue) -> list[Group]:
    """Every group that has feeds; `LATEST` is in none. Raises IndexUnavailable."""
    found = []
    for facet, anchor, title in (*_LISTINGS, *_SEARCHES):
        known = catalogue.all(facet)
        if known:
            offers = tuple(
                listing(anchor, value.slug, value.name, value.count)
                if (facet, anchor, title) in _LISTINGS
                else filtered(facet, value.slug, value.name, value.count)
                for value in known[:LISTED]
            )
            found.append(Group(anchor, title, offers, len(known)))
    return found


def listing(kind: str, slug: str, title: str, count: int | None = None) -> Offer:
    """The feed of a section, author or topic; `kind` as in its path."""
    return Offer(title, f"{kind}/{slug}", f"/{kind}/{slug}", count)


def filtered(facet: FacetName, slug: str, title: str, count: int | None = None) -> Offer:
    """The feed of a paper or an agency, which is a search without words."""
    path = search_path({facet: slug})
    return Offer(title, path.removeprefix("/"), path, count)
