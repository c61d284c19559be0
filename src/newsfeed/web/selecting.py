"""Selecting: what a feed's name means.

In: a name ("latest", "sections/politik/2022-02", "search?q=Hafen") or a search, and options. Out: a
`Selection`, or the reason why there is none. Called by `newsstand`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from newsfeed.feed_names import KINDS, USUAL, Kind, Options, Updates
from newsfeed.search.interface import Query, SearchIndex, Sort
from newsfeed.settings import Settings
from newsfeed.slugs import slug
from newsfeed.web import history
from newsfeed.web.catalogue import FACETS, Catalogue, listing_query
from newsfeed.web.deletions import Deletions
from newsfeed.web.german import MONTHS
from newsfeed.web.links import search_path
from newsfeed.web.liveblogs import LiveBlogs, NoSuchFeed, WithdrawnFeed
from newsfeed.web.parameters import FILTER_NAMES, MAX_NAME, BadParameters, FeedSearch, read_search
from newsfeed.web.selections import ArchivePart, Selection

ORDERS: dict[Updates, Sort] = {"significant": "revised", "all": "touched", "none": "arrived"}
"""The order of a feed that is told of these updates: what last became news comes first."""
OPTIONS = ("content", "updates", "limit")
_PART = re.compile(r"(\d{4})-(\d\d)(?:-([2-9]|[1-9]\d{1,5}))?", re.ASCII)
_SHOWN = 100


class Selector:
    """Knows the names of feeds. Safe to share between threads."""

    def __init__(
        self,
        index: SearchIndex,
        settings: Settings,
        catalogue: Catalogue,
        deletions: Deletions,
        live: LiveBlogs,
    ) -> None:
        self._index = index
        self._settings = settings
        self._catalogue = catalogue
        self._deletions = deletions
        self._live = live

    def select(self, name: str, options: Options = USUAL) -> Selection:
        """What the feed called `name` holds; options in the name win over `options`.

        Raises NoSuchFeed, WithdrawnFeed, BadParameters, IndexUnavailable.
        """
        path, _, text = name.partition("?")
        given = read_search(text)
        if path == "search":
            return self._search(given, options)
        _refuse_filters(given)
        options = _with(options, given)
        feed, part = _split(path)
        selection = self._named(feed, options)
        return selection if part is None else self._archive(selection, part)

    def select_search(self, search: FeedSearch) -> Selection:
        """What the feed of this search holds. Raises WithdrawnFeed, IndexUnavailable."""
        return self._search(search, USUAL)

    def _named(self, name: str, options: Options) -> Selection:
        kind, _, rest = name.partition("/")
        if name == "latest":
            self._refuse_withdrawn(name)
            return self._selection(name, "", Query(), "/", options)
        for known in KINDS:
            if kind == known:
                return self._listing(known, rest, options)
        if kind == "articles":
            return self._live_blog(rest, options)
        raise NoSuchFeed(f"Einen Feed „{name[:_SHOWN]}“ gibt es nicht.")

    def _listing(self, kind: Kind, value: str, options: Options) -> Selection:
        spelled = slug(value[:MAX_NAME])
        name = f"{kind}/{spelled}"
        self._refuse_withdrawn(name)
        known = self._catalogue.find(FACETS[kind], spelled) if value else None
        label = known.name if known else self._deletions.label(kind, spelled)
        if not value or label is None:
            raise NoSuchFeed(f"Zu „{value[:_SHOWN]}“ gibt es keine Artikel.")
        return self._selection(name, label, listing_query(kind, spelled), f"/{name}", options)

    def _live_blog(self, token: str, options: Options) -> Selection:
        name = f"articles/{token}"
        self._refuse_withdrawn(name)
        blog = self._live.find(token)
        made = self._selection(name, blog.headline, Query(), blog.page_path, options)
        return replace(made, article=token)

    def _archive(self, selection: Selection, part: ArchivePart) -> Selection:
        if history.has_archives(selection):
            months = self._index.months(selection.query)
            if history.is_part(months, part):
                return replace(selection, title=f"{selection.title}, {_month(part)}", part=part)
        raise NoSuchFeed(f"Der Feed „{selection.name}“ hat kein Archiv „{part}“.")

    def _search(self, search: FeedSearch, usual: Options) -> Selection:
        canonical = search.canonical()
        name = search_path(canonical).removeprefix("/")
        self._refuse_withdrawn(name)
        query = replace(
            search.query(self._settings.zone),
            text=canonical.get("q", ""),  # a page's mark belongs to one spelling
            cursor=search.cursor or None,
        )
        label = ", ".join(self._labels(search))
        return self._selection(name, label, query, f"/{name}", _with(usual, search))

    def _refuse_withdrawn(self, name: str) -> None:
        if name in self._settings.withdrawn_feeds:
            raise WithdrawnFeed(f"Den Feed „{name[:_SHOWN]}“ gibt es nicht mehr.")

    def _labels(self, search: FeedSearch) -> Iterator[str]:
        words = search.q.strip()
        yield f"Suche nach „{words}“" if words else "Suche"
        canonical = search.canonical()
        for facet in FILTER_NAMES:
            if facet in canonical:
                known = self._catalogue.find(facet, canonical[facet])
                yield known.name if known else canonical[facet]

    def _selection(
        self, name: str, label: str, query: Query, page_path: str, options: Options
    ) -> Selection:
        site = self._settings.title
        return Selection(
            name=name,
            title=f"{site} – {label}" if label else site,
            query=replace(query, sort=ORDERS[options.updates], limit=options.limit),
            page_path=page_path,
            options=options,
            label=label,
        )


def _with(options: Options, given: FeedSearch) -> Options:
    """The options, but for those that were given in a name's query string."""
    own = {name: getattr(given, name) for name in OPTIONS if name in given.model_fields_set}
    return replace(options, **own)


def _refuse_filters(given: FeedSearch) -> None:
    """Raises BadParameters for what only a search knows."""
    unknown = given.model_fields_set.difference(OPTIONS)
    if unknown:
        raise BadParameters([(min(unknown), "gibt es nur für die Suche")])


def _split(name: str) -> tuple[str, ArchivePart | None]:
    """The feed's name and the archive part that a name may end in."""
    feed, _, end = name.rpartition("/")
    match = _PART.fullmatch(end)
    if not match or feed.count("/") != (feed != "latest"):
        return name, None
    year, month, number = (int(text or 1) for text in match.groups())
    return (feed, ArchivePart(year, month, number)) if 1 <= month <= 12 and year else (name, None)


def _month(part: ArchivePart) -> str:
    """Februar 2022, Teil 2"""
    month = f"{MONTHS[part.month - 1]} {part.year}"
    return f"{month}, Teil {part.number}" if part.number > 1 else month
