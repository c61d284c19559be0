"""Sitemaps: every page that search engines should know, in documents of a thousand addresses.

In: a search index and its catalogue. Out: XML documents, remembered while the index stays the same.
Called by `discovery`.

The index of sitemaps names one for each month in which articles were published (a busy month has
several parts, the oldest articles first, so that a part once full stays as it is), one for each
kind of listing, and one for the pages beside them. They stand in the site's own folder, since a
sitemap may only name what stands below it. Every article's page names itself as the canonical one,
so all are listed, those of nearly equal texts from other papers, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from newsfeed.article import Article
from newsfeed.feed_names import KINDS, Kind
from newsfeed.feeds.sitemap import (
    MAX_NEWS,
    NewsPage,
    Page,
    render_news_sitemap,
    render_sitemap,
    render_sitemap_index,
)
from newsfeed.search.interface import MAX_LIMIT, Month, Query, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.cache import Cache
from newsfeed.web.catalogue import FACETS, Catalogue
from newsfeed.web.links import Links, article_path

PART = 1000
"""Addresses in one sitemap, some 200 kB; the protocol allows 50,000."""
RECENT = timedelta(days=2)
SLOT = timedelta(minutes=10)
"""How long the news sitemap stays the same while the index does."""
_KEPT_BYTES = 4_000_000
_PAGES = ("/", "/feeds")
_NAME = re.compile(r"([a-z]{1,20}|(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2]))(?:-([2-9]|[1-9][0-9]{1,4}))?")


class Sitemaps:
    """Makes sitemaps and remembers them. Safe to share between threads.

    Every method raises IndexUnavailable.
    """

    def __init__(self, index: SearchIndex, settings: Settings, catalogue: Catalogue) -> None:
        self._index = index
        self._settings = settings
        self._catalogue = catalogue
        self._links = Links(settings.site_url)
        self._documents: Cache[tuple[int, str], bytes] = Cache(_KEPT_BYTES, len)

    def overview(self) -> bytes:
        """The index of all sitemaps."""
        key = (self._index.sequence(), "")  # before the search: what is newer is only asked again
        kept = self._documents.get(key)
        if kept is None:
            kept = render_sitemap_index(self._sitemaps())
            self._documents.put(key, kept)
        return kept

    def sitemap(self, name: str) -> bytes | None:
        """The sitemap called "2022-02", "2022-02-2", "topics", "pages" …; None: there is none."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        key = (self._index.sequence(), name)
        kept = self._documents.get(key)
        if kept is None:
            pages = list(self._pages(match[1], int(match[2] or 1)))
            if not pages:
                return None
            kept = render_sitemap(pages)
            self._documents.put(key, kept)
        return kept

    def news(self, now: datetime) -> bytes:
        """Google's news sitemap: the articles of the two days before `now`, the newest first."""
        end = _slot_end(now)
        key = (self._index.sequence(), f"news {end.isoformat()}")
        kept = self._documents.get(key)
        if kept is None:
            query = Query(published_from=end - RECENT, published_to=end, sort="newest")
            pages = map(self._news_page, islice(self._articles(query), MAX_NEWS))
            kept = render_news_sitemap(self._settings.title, pages)
            self._documents.put(key, kept)
        return kept

    def _sitemaps(self) -> Iterator[Page]:
        yield self._named("pages")
        for kind in KINDS:
            for number in _parts(len(self._catalogue.all(FACETS[kind]))):
                yield self._named(kind, number)
        for month in self._index.months(Query()):
            changed = self._changed(month)
            for number in _parts(month.count):
                yield self._named(f"{month.year:04}-{month.month:02}", number, changed)

    def _named(self, name: str, number: int = 1, changed: datetime | None = None) -> Page:
        part = f"-{number}" if number > 1 else ""
        return Page(self._links.absolute(f"/sitemap-{name}{part}.xml"), changed)

    def _changed(self, month: Month) -> datetime | None:
        latest = replace(_month(month.year, month.month), sort="touched", limit=1)
        hits = self._index.editions(latest).hits
        return hits[0].touched if hits else None

    def _pages(self, name: str, number: int) -> Iterator[Page]:
        start = (number - 1) * PART
        if name == "pages":
            paths = [Page(self._links.absolute(path)) for path in _PAGES]
            yield from paths[start:]
        elif name[0].isdigit():
            query = replace(_month(int(name[:4]), int(name[5:])), sort="oldest", offset=start)
            for article in islice(self._articles(query), PART):
                yield Page(self._links.absolute(article_path(article)), article.touched)
        for kind in KINDS:
            if kind == name:
                yield from self._listings(kind, start)

    def _listings(self, kind: Kind, start: int) -> Iterator[Page]:
        for facet in self._catalogue.all(FACETS[kind])[start : start + PART]:
            yield Page(self._links.absolute(f"/{kind}/{facet.slug}"))

    def _articles(self, query: Query) -> Iterator[Article]:
        """The matches, however many: fetched a page at a time."""
        page = replace(query, limit=MAX_LIMIT)
        while True:
            results = self._index.search(page)
            for hit in results.hits:
                yield hit.article
            if results.next is None:
                return
            page = replace(page, offset=0, cursor=results.next)

    def _news_page(self, article: Article) -> NewsPage:
        return NewsPage(
            self._links.absolute(article_path(article)),
            article.headline,
            article.language or self._settings.language,
            article.date,
        )


def _slot_end(now: datetime) -> datetime:
    seconds = SLOT.total_seconds()
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)


def _parts(count: int) -> range:
    return range(1, -(-count // PART) + 1)


def _month(year: int, month: int) -> Query:
    """The articles of a month (UTC)."""
    start = datetime(year, month, 1, tzinfo=UTC)
    try:
        end = (start + timedelta(days=31)).replace(day=1)
    except OverflowError:  # nothing comes after the last month of all
        return Query(published_from=start)
    return Query(published_from=start, published_to=end)
