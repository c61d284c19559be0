"""Directory: all the feeds there are, in groups, the largest first.

In: the catalogue. Out: groups of offers. Called by the page of all feeds and by the OPML documents.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice

from newsfeed.feed_names import Kind, feed_path
from newsfeed.feeds import FORMATS, Format
from newsfeed.web.catalogue import FACETS, Catalogue

LISTED = 500
"""Feeds of a group that are listed on the page; the OPML document has them all."""
TITLES: dict[Kind, str] = {
    "sections": "Ressorts",
    "topics": "Themen",
    "authors": "Autorinnen und Autoren",
    "sources": "Quellen",
    "agencies": "Agenturen",
}
"""Each kind of feeds as a heading, in the order in which they are shown."""


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
    """The first feeds of one kind, and how many there are in all."""

    kind: Kind
    title: str
    offers: tuple[Offer, ...]
    total: int


LATEST = Offer("Alle Artikel", "latest", "/")


def offers(catalogue: Catalogue, kind: Kind, withdrawn: Container[str] = ()) -> Iterator[Offer]:
    """Every feed of a kind that is not withdrawn. Raises IndexUnavailable."""
    for facet in catalogue.all(FACETS[kind]):
        name = f"{kind}/{facet.slug}"
        if name not in withdrawn:
            yield Offer(facet.name, name, f"/{name}", facet.count)


def groups(catalogue: Catalogue, withdrawn: Container[str] = ()) -> list[Group]:
    """Every group that has feeds; `LATEST` is in none. Raises IndexUnavailable."""
    found = []
    for kind, title in TITLES.items():
        every = offers(catalogue, kind, withdrawn)
        listed = tuple(islice(every, LISTED))
        if listed:
            found.append(Group(kind, title, listed, len(listed) + sum(1 for _ in every)))
    return found
