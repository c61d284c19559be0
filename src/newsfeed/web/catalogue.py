"""Catalogue: which sections, authors, topics, papers and agencies there are.

In: a SearchIndex. Out: facets over everything, remembered until the index changes. Called by the
pages, feeds and discovery documents.
"""

from __future__ import annotations

from types import MappingProxyType

from newsfeed.feed_names import Kind
from newsfeed.search.interface import FACET_NAMES, Facet, FacetName, Query, SearchIndex

FACETS = MappingProxyType[Kind, FacetName](
    {
        "sections": "section",
        "authors": "author",
        "agencies": "agency",
        "sources": "source",
        "topics": "topic",
    }
)
"""What each kind of listing lists the values of."""


class Catalogue:
    """The names in an index. Safe to share between threads; raises IndexUnavailable."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._known: tuple[int, dict[FacetName, dict[str, Facet]]] | None = None

    def all(self, name: FacetName) -> tuple[Facet, ...]:
        """The values of a facet, the most frequent first."""
        return tuple(self._facets()[name].values())

    def find(self, name: FacetName, slug: str) -> Facet | None:
        """The value with this slug, or None when no article has it."""
        return self._facets()[name].get(slug)

    def _facets(self) -> dict[FacetName, dict[str, Facet]]:
        sequence = self._index.sequence()  # before the search: what is newer is only asked again
        known = self._known
        if known is None or known[0] != sequence:
            results = self._index.search(Query(limit=0, facets=FACET_NAMES))
            facets = {
                name: {facet.slug: facet for facet in results.facets.get(name, ())}
                for name in FACET_NAMES
            }
            known = self._known = (sequence, facets)
        return known[1]


def listing_query(kind: Kind, slug: str) -> Query:
    """The articles of one listing: of the section, author, agency, paper or topic of that slug."""
    match kind:
        case "sections":
            return Query(section=slug)
        case "authors":
            return Query(author=slug)
        case "agencies":
            return Query(agency=slug)
        case "sources":
            return Query(source=slug)
        case "topics":
            return Query(topic=slug)
