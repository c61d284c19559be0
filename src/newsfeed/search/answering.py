"""What a query means over a snapshot: which documents match, and which of them are its page.

In: a query, a snapshot. Out: matches, and a page of them in the query's order. Called by the
adapter, which turns documents into hits and editions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import numpy as np

from newsfeed.search import cursor
from newsfeed.search.evaluate import Statistics, evaluate
from newsfeed.search.interface import FACET_NAMES, MAX_LIMIT, InvalidQuery, Query
from newsfeed.search.language import Node, parse
from newsfeed.search.leaves import demanding
from newsfeed.search.ordering import DECIDING, Numbers, Order, Placed
from newsfeed.search.scored import Docs, Scored, contained
from newsfeed.search.whoosh_fields import NumberName, microseconds
from newsfeed.search.whoosh_snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Page:
    """One page of matches in order, all matches, and the mark of the next page."""

    hits: list[Placed]
    found: Docs
    next: str | None


class Asked:
    """A query that is one: its fields, words and page mark are in order."""

    def __init__(self, query: Query) -> None:
        """Raises InvalidQuery for what no query may say, whatever the index holds."""
        _check(query)
        tree = parse(query.text)
        self._query = query
        self.tree: Node = tree if query.sort == "relevance" else demanding(tree)
        self._mark = cursor.read(query)

    def found(self, snapshot: Snapshot) -> Docs:
        """All documents that match, ascending."""
        return self._matches(snapshot)[0].docs

    def page(self, snapshot: Snapshot) -> Page:
        """The page that is asked for."""
        found, statistics = self._matches(snapshot)
        order = Order(found, _deciding(self._query, found, snapshot), snapshot.ids)
        rest = order.after(self._mark.key) if self._mark else order
        end = self._query.offset + self._query.limit
        ahead = rest.first(end)
        hits = ahead[self._query.offset :]
        more = bool(hits) and len(ahead) < len(rest)
        return Page(hits, found.docs, self._following(hits[-1], statistics) if more else None)

    def _matches(self, snapshot: Snapshot) -> tuple[Scored, Statistics]:
        matches = evaluate(self.tree, snapshot, self._mark.statistics if self._mark else None)
        return _narrowed(matches.found, self._query, snapshot), matches.statistics

    def _following(self, last: Placed, statistics: Statistics) -> str:
        """The mark of the page after the one that ends with this hit."""
        ranked = self._query.sort == "relevance"
        mark = cursor.Mark(last.key, statistics if ranked else None)
        return cursor.write(self._query, mark)


def _check(query: Query) -> None:
    if not 0 <= query.limit <= MAX_LIMIT:
        raise InvalidQuery(f"Die Seitengröße liegt zwischen 0 und {MAX_LIMIT}", "limit")
    if query.offset < 0:
        raise InvalidQuery("Der Versatz ist nicht negativ", "offset")
    if query.offset and query.cursor is not None:
        raise InvalidQuery("Entweder Versatz oder Seitenmarke", "offset")
    if query.sort not in DECIDING:
        raise InvalidQuery(f"Sortierbar ist nach {', '.join(DECIDING)}", "sort")
    for name in query.facets:
        if name not in FACET_NAMES:
            raise InvalidQuery(f"Zählbar sind {', '.join(FACET_NAMES)}", "facets")
    for parameter in ("published_from", "published_to"):
        instant: datetime | None = getattr(query, parameter)
        if instant is not None and instant.utcoffset() is None:
            raise InvalidQuery("Das Datum braucht eine Zeitzone", parameter)


def _narrowed(found: Scored, query: Query, snapshot: Snapshot) -> Scored:
    """The matching documents that pass the query's filters."""
    for name in FACET_NAMES:
        value: str | None = getattr(query, name)
        if value is not None:
            wanted = snapshot.facet(name).docs(value)
            found = found.where(contained(found.docs, wanted, snapshot.size))
    if query.published_from is None and query.published_to is None:
        return found
    published = snapshot.numbers("published", found.docs)
    passed = np.ones(len(found), np.bool_)
    if query.published_from is not None:
        passed &= published >= microseconds(query.published_from)
    if query.published_to is not None:
        passed &= published < microseconds(query.published_to)
    return found.where(passed)


def _deciding(query: Query, found: Scored, snapshot: Snapshot) -> list[Numbers]:
    """The numbers that the query's order goes by, for each document found."""

    def numbers(name: str) -> Numbers:
        bare = name.removeprefix("-")
        if bare == "score":
            values: Numbers = found.scores
        else:
            values = snapshot.numbers(cast("NumberName", bare), found.docs)
        return values if bare == name else -values

    return [numbers(name) for name in DECIDING[query.sort]]
