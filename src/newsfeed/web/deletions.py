"""Deletions: which withdrawn articles a feed tells its readers of (RFC 6721).

In: the register's withdrawn articles and a selection. Out: those that belonged to it. Called by
`holdings` and `selecting`.

An article's sections, authors, topics, papers, agencies and dates decide; whether it would match
the words of a search cannot be told any more, so they do not count.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from newsfeed.article import Article
from newsfeed.feed_names import KINDS, Kind, names_of
from newsfeed.feeds.feed import Deletion
from newsfeed.register_file import RegisterError
from newsfeed.search.interface import Query, SearchIndex
from newsfeed.slugs import slug
from newsfeed.web.catalogue import FACETS
from newsfeed.withdrawals import FILE_REMOVED, RegisterReader, Withdrawal

MAX_DELETIONS = 50
"""Tombstones of one document."""
REMEMBERED = 500
"""Withdrawn articles that are looked at, the last ones."""
_UNSAID = "Der Artikel wurde zurückgezogen."
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gone:
    """A withdrawn article: its tombstone, the number of that change, the feeds that held it.

    `names` maps the feeds' names to what they are called, `published` is the article's.
    """

    deletion: Deletion
    change: int
    names: dict[str, str]
    published: datetime


class Deletions:
    """The latest withdrawals as the index knows them. Safe to share between threads."""

    def __init__(self, index: SearchIndex, register: RegisterReader) -> None:
        self._index = index
        self._register = register
        self._known: tuple[int, tuple[Gone, ...]] = (-1, ())

    def of(self, query: Query) -> tuple[Gone, ...]:
        """Those that the feed of this query held, the latest first. Raises IndexUnavailable."""
        wanted = {
            f"{kind}/{value}"
            for kind in KINDS
            if (value := getattr(query, FACETS[kind])) is not None
        }
        return tuple(
            gone
            for gone in self._all()
            if wanted <= gone.names.keys() and _within(gone.published, query)
        )[:MAX_DELETIONS]

    def label(self, kind: Kind, slug: str) -> str | None:
        """What a feed is called that has lost its last article, or None if there was none."""
        name = f"{kind}/{slug}"
        return next((gone.names[name] for gone in self._all() if name in gone.names), None)

    def _all(self) -> tuple[Gone, ...]:
        sequence = self._index.sequence()
        known, gone = self._known
        if known != sequence:
            try:
                gone = self._read(sequence, {(one.deletion.id, one.change): one for one in gone})
            except RegisterError as error:
                # a feed without its tombstones is better than none
                _LOG.warning("no tombstones: %s", error)
                return ()
            self._known = (sequence, gone)
        return gone

    def _read(self, sequence: int, known: dict[tuple[str, int], Gone]) -> tuple[Gone, ...]:
        latest = self._register.withdrawn(sequence, REMEMBERED)
        new = [one.id for one in latest if (one.id, one.change) not in known]
        articles = self._register.articles(new)
        found = (
            known.get((one.id, one.change)) or _gone(one, articles.get(one.id)) for one in latest
        )
        return tuple(one for one in found if one is not None)


def _gone(withdrawal: Withdrawal, article: Article | None) -> Gone | None:
    if article is None or article.published is None:
        return None
    reason = _UNSAID if withdrawal.reason == FILE_REMOVED else withdrawal.reason
    return Gone(
        Deletion(withdrawal.id, withdrawal.at, reason),
        withdrawal.change,
        _names(article),
        article.published,
    )


def _names(article: Article) -> dict[str, str]:
    written = (article.section, *article.authors, *article.agencies, article.source)
    labels = {slug(name): name for name in (*written, *article.topics) if name}
    return {name: labels.get(name.partition("/")[2], "") for name in names_of(article)}


def _within(published: datetime, query: Query) -> bool:
    return (query.published_from is None or query.published_from <= published) and (
        query.published_to is None or published < query.published_to
    )
