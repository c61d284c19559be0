"""The search page's parts: which filters are set, which are offered, where its pages are.

In: the parameters, the results, the catalogue. Out: values for the template. Called by `pages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from newsfeed.search.interface import Facet, FacetName, Results
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.german import calendar_day
from newsfeed.web.links import search_path
from newsfeed.web.moments import written
from newsfeed.web.parameters import FILTER_NAMES, PageSearch

CHOICES = 10
"""Values of a filter that are offered, the most frequent."""

LABELS: dict[FacetName, str] = {
    "section": "Ressort",
    "author": "Autorin, Autor",
    "source": "Quelle",
    "topic": "Thema",
    "agency": "Agentur",
}
_ORDER = ("q", *FILTER_NAMES, "from", "to", "sort", "page")
SORTS = (("relevance", "Relevanz"), ("newest", "Neueste"), ("oldest", "Älteste"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that sets a filter or a sort order."""

    name: str
    path: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet with the values to choose from."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the path of the search without it."""

    label: str
    value: str
    path: str


class SearchView:
    """What the template says about one search."""

    def __init__(self, search: PageSearch, results: Results, catalogue: Catalogue) -> None:
        self._search = search
        self._results = results
        self._catalogue = catalogue
        self.parameters = search.canonical()
        if search.sort:
            self.parameters["sort"] = search.sort

    @property
    def text(self) -> str:
        """What was searched for, as it was typed."""
        return self._search.q

    @property
    def backwards(self) -> bool:
        """Whether the range of dates ends before it begins."""
        start, end = self.parameters.get("from", ""), self.parameters.get("to", "")
        return bool(start and end) and end < start

    def path(self, **changes: str | int) -> str:
        """The path of this search's first page, with the changes; "" takes a parameter away."""
        wanted = {**self.parameters, **changes}
        return search_path({name: wanted[name] for name in _ORDER if name in wanted})

    def sorts(self) -> list[Choice]:
        """The sort orders."""
        return [
            Choice(label, self.path(sort=name), chosen=name == self._search.order)
            for name, label in SORTS
        ]

    def chips(self) -> list[Chip]:
        """The filters that are set."""
        set_filters = [
            Chip(LABELS[name], self._name(name), self.path(**{name: ""}))
            for name in FILTER_NAMES
            if name in self.parameters
        ]
        moments = (("from", "Von", self._search.from_), ("to", "Bis", self._search.to))
        dates = [
            Chip(label, _shown(moment), self.path(**{name: ""}))
            for name, label, moment in moments
            if moment is not None
        ]
        return set_filters + dates

    def filters(self) -> list[Filter]:
        """The filters that are offered: those not set that divide the matches."""
        offered = []
        for name in FILTER_NAMES:
            facets = self._results.facets.get(name, ())
            if name in self.parameters or not self._divides(facets):
                continue
            choices = tuple(
                Choice(facet.name, self.path(**{name: facet.slug}), facet.count)
                for facet in facets[:CHOICES]
            )
            offered.append(Filter(LABELS[name], choices))
        return offered

    def _divides(self, facets: tuple[Facet, ...]) -> bool:
        return len(facets) > 1 or any(facet.count < self._results.total for facet in facets)

    def _name(self, name: FacetName) -> str:
        wanted = self.parameters[name]
        known = self._catalogue.find(name, wanted)
        return known.name if known else wanted


def _shown(moment: date | datetime) -> str:
    # an instant was written by a program: it is shown as it will be read again
    return written(moment) if isinstance(moment, datetime) else calendar_day(moment)
