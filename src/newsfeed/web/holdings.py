"""Holdings: what a feed's document is made of, before any article is loaded.

In: a selection. Out: a `Holding`: the editions of its articles, the withdrawn ones, the links to
the feed's other documents. Called by `newsstand`, which makes the validators of it and, when
they differ from the reader's, the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsfeed.feeds.feed import Relation
from newsfeed.search.interface import Edition, Editions, SearchIndex
from newsfeed.web import history
from newsfeed.web.deletions import Deletions, Gone
from newsfeed.web.liveblogs import LiveBlogs
from newsfeed.web.selections import ArchivePart, Selection


@dataclass(frozen=True, slots=True)
class Holding:
    """A document's editions in its order, and what else is in it.

    `links` maps relations to the names of the feed's other documents. A `complete` one holds all
    that the feed has. `total` counts all matches of a search.
    """

    editions: tuple[Edition, ...]
    links: Mapping[Relation, str] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()
    complete: bool = False
    total: int | None = None

    @property
    def mark(self) -> int:
        """The number of the latest change in it; 0 where there is none."""
        changes = (*(one.change for one in self.editions), *(one.change for one in self.gone))
        return max(changes, default=0)

    @property
    def modified(self) -> datetime | None:
        """When anything in it last changed; None where it holds nothing.

        Not the latest `updated`: an old article that arrives late must move Last-Modified, too.
        Some readers (newsboat through libcurl) throw away a body that is no newer by that header.
        """
        editions = (one.changed for one in self.editions)
        return max((*editions, *(one.deletion.at for one in self.gone)), default=None)


class Holdings:
    """Asks the index what documents hold. Safe to share between threads."""

    def __init__(self, index: SearchIndex, deletions: Deletions, live: LiveBlogs) -> None:
        self._index = index
        self._deletions = deletions
        self._live = live

    def of(self, selection: Selection) -> Holding:
        """What the selection's document holds. Raises InvalidQuery, IndexUnavailable."""
        if selection.article is not None:
            blog = self._live.find(selection.article)
            return Holding((blog.edition,), complete=blog.entries <= selection.options.limit)
        if selection.part is not None:
            return self._archive(selection, selection.part)
        page = self._index.editions(selection.query)
        return (
            self._page(selection, page) if selection.is_search else self._current(selection, page)
        )

    def _page(self, selection: Selection, page: Editions) -> Holding:
        """One page of a search (RFC 5005, section 3)."""
        later = selection.query.cursor is not None
        links: dict[Relation, str] = {"first": selection.name} if later else {}
        if page.next is not None:
            links["next"] = selection.page_name(page.next)
        return Holding(
            page.hits,
            links,
            gone=() if later else self._deletions.of(selection.query),
            complete=not later and page.next is None,
            total=page.total,
        )

    def _current(self, selection: Selection, page: Editions) -> Holding:
        gone = self._deletions.of(selection.query)
        if page.total <= len(page.hits):
            return Holding(page.hits, gone=gone, complete=True)
        if not history.has_archives(selection):
            return Holding(page.hits, gone=gone)
        months = self._index.months(selection.query)
        newest = history.newest(months)
        links: dict[Relation, str] = (
            {} if newest is None else {"prev-archive": selection.part_name(newest)}
        )
        rest = history.open_query(selection.query, months)
        if rest is None:
            return Holding(page.hits, links, gone)
        return Holding(_with(page.hits, self._index.editions(rest).hits), links, gone)

    def _archive(self, selection: Selection, part: ArchivePart) -> Holding:
        months = self._index.months(selection.query)
        links: dict[Relation, str] = {"current": selection.name}
        before, after = history.before(months, part), history.after(months, part)
        if before is not None:
            links["prev-archive"] = selection.part_name(before)
        if after is not None:
            links["next-archive"] = selection.part_name(after)
        held = self._index.editions(history.part_query(selection.query, part)).hits
        return Holding(held[::-1], links)  # like every feed, the newest first


def _with(hits: tuple[Edition, ...], wanted: tuple[Edition, ...]) -> tuple[Edition, ...]:
    """The page, with those that it must hold in place of its last ones."""
    held = {one.id for one in hits}
    missing = tuple(one for one in wanted[::-1] if one.id not in held)
    if not missing:
        return hits
    needed = {one.id for one in wanted}
    spare = [one for one in reversed(hits) if one.id not in needed][: len(missing)]
    dropped = {one.id for one in spare}
    return (*(one for one in hits if one.id not in dropped), *missing)
