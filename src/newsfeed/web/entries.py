"""Entries: an article as a feed says it.

In: editions. Out: `feeds.Entry` values, remembered by version: an article is loaded and its HTML
made once, whatever feeds and formats it is in. Called by `newsstand`.

One bad article never loses a feed: an entry that cannot be made is logged and left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import chain
from textwrap import shorten

from jinja2 import Environment

from newsfeed.article import Article, Related
from newsfeed.errors import NewsfeedError
from newsfeed.feed_names import Content, Options, Updates
from newsfeed.feeds import Category, Entry
from newsfeed.feeds.feed import Enclosure
from newsfeed.feeds.links import image_type
from newsfeed.search.interface import Edition, Hit, SearchIndex
from newsfeed.settings import Settings
from newsfeed.slugs import slug
from newsfeed.web import german
from newsfeed.web.cache import Cache
from newsfeed.web.content import Composer
from newsfeed.web.links import Links, article_path, public_url
from newsfeed.web.liveblogs import Moment, moments

SUMMARY = 300
"""Characters that stand for an article without a standfirst in a feed of summaries."""
MAX_ENTRY, MAX_CONTENT = 250_000, 1_000_000
"""Characters of content in one entry and in one document; beyond, entries have a summary only."""
_KEPT = 16_000_000
_WEIGHT = 2_000
"""Characters that entries are remembered up to, and what one weighs besides its content."""
_LOG = logging.getLogger(__name__)


class Entries:
    """Makes entries and remembers them. Safe to share between threads."""

    def __init__(self, index: SearchIndex, settings: Settings, templates: Environment) -> None:
        self._index = index
        self._links = Links(settings.site_url)
        self._zone = settings.zone
        self._composer = Composer(templates)
        self._kept: Cache[tuple[str, str, str, str], Entry] = Cache(_KEPT, _weight)

    def of(self, editions: Sequence[Edition], options: Options) -> Iterator[Entry]:
        """The articles' entries, in order. Raises IndexUnavailable."""
        content, updates = options.content, options.updates
        wanted = [one.id for one in editions if self._kept.get(_key(one, content, updates)) is None]
        loaded = self._index.load(wanted) if wanted else {}
        room = MAX_CONTENT
        for edition in editions:
            content = options.content if room > 0 else "summary"
            entry = self._kept.get(_key(edition, content, updates))
            if entry is None:
                hit = loaded.get(edition.id) or self._index.get(edition.id)
                entry = None if hit is None else self._made(hit, content, updates)
            if entry is not None:
                room -= len(entry.content or "")
                yield entry

    def of_live_blog(self, editions: Iterable[Edition], options: Options) -> Iterator[Entry]:
        """The entries of live blogs, the newest of each first. Raises IndexUnavailable."""
        for edition in editions:
            hit = self._index.get(edition.id)
            if hit is not None:
                yield from self._moments(hit.article, options)

    def _moments(self, article: Article, options: Options) -> Iterator[Entry]:
        room = MAX_CONTENT
        for moment in moments(article)[: options.limit]:
            with _surviving(f"{article.id}#{moment.anchor}"):
                entry = self._moment(article, moment, options.content == "full" and room > 0)
                room -= len(entry.content or "")
                yield entry

    def _made(self, hit: Hit, content: Content, updates: Updates) -> Entry | None:
        """The article's entry, remembered; None for one that cannot be made."""
        made = None
        with _surviving(hit.article.id):
            made = self._article(hit.article, content == "full", updates)
            self._kept.put(_key(Edition.of(hit), content, updates), made)
        return made

    def _article(self, article: Article, full: bool, updates: Updates) -> Entry:
        noted = updates != "none"
        shown = _public(article)
        content = self._content(shown, noted) if full else None
        return Entry(
            id=article.id,
            url=self._links.article(article),
            title=article.headline,
            published=article.date,
            updated=_updated(article, updates),
            summary=article.standfirst or (None if content else _beginning(article)),
            content=content,
            authors=article.authors,
            categories=tuple(self._categories(article)),
            images=shown.images,
            related=tuple(chain.from_iterable(box.links for box in shown.related)),
            source=article.source,
            language=article.language,
            note=article.correction.text if noted and article.correction else None,
            rights=article.rights,
            enclosure=_enclosure(shown),
            change=article.change,
        )

    def _moment(self, article: Article, moment: Moment, full: bool) -> Entry:
        """The entry for an entry of a live blog."""
        piece = Article(
            headline=article.headline,
            id=article.id,
            published=article.published,
            body=moment.body,
            language=article.language,
        )
        page = self._links.absolute(article_path(article))
        published = moment.published or article.date
        content = self._content(piece, noted=False) if full else None
        return Entry(
            id=f"{article.id}#{moment.anchor}",
            url=f"{page}#{moment.anchor}",
            title=moment.headline or self._untitled(article, moment),
            published=published,
            updated=published,
            summary=None if content else _beginning(piece),
            content=content,
            authors=article.authors,
            categories=tuple(self._categories(article)),
            source=article.source,
            language=article.language,
            rights=article.rights,
            change=article.change,
        )

    def _untitled(self, article: Article, moment: Moment) -> str:
        """What an entry without a headline is called: its time, if it has one, and its article."""
        clock = moment.clock
        if moment.published is not None:
            clock = german.moment(moment.published, article.date, self._zone)
        return f"{clock}: {article.headline}" if clock else article.headline

    def _content(self, article: Article, noted: bool) -> str | None:
        """The content; None for an article that is too long for one."""
        if sum(max(len(block.text), len(block.html or "")) for block in article.body) > MAX_ENTRY:
            return None
        page = self._links.absolute(article_path(article))
        content = self._composer.compose(article, page, noted)
        return content if len(content) <= MAX_ENTRY else None

    def _categories(self, article: Article) -> Iterator[Category]:
        for kind, names in (
            ("sections", (article.section,)),
            ("topics", article.topics),
            ("agencies", article.agencies),
        ):
            for name in filter(None, names):
                yield Category(slug(name), name, self._links.absolute(f"/feeds#{kind}"))


def _key(edition: Edition, content: Content, updates: Updates) -> tuple[str, str, str, str]:
    """All that an entry is made of."""
    return edition.id, edition.version, content, updates


@contextmanager
def _surviving(id: str) -> Iterator[None]:
    """Logs what goes wrong with one entry; without an index, nothing goes right."""
    try:
        yield
    except NewsfeedError:
        raise
    except Exception:
        _LOG.exception("entry %s cannot be made and is left out", id)


def _updated(article: Article, updates: Updates) -> datetime:
    """When readers last had news of it, by what counts as news."""
    if updates == "none":
        return article.date
    updated = article.updated or article.date
    changed, seen = article.changed, article.first_seen
    if updates == "all" and changed is not None and seen is not None and changed > seen:
        return max(updated, changed)
    return updated


def _enclosure(article: Article) -> Enclosure | None:
    """The first picture that has an address and a known type."""
    for image in article.images:
        kind = image.media_type or (image_type(image.url) if image.url else None)
        if image.url and kind:
            return Enclosure(image.url, kind, image.length or 0)
    return None


def _beginning(article: Article) -> str | None:
    words = " ".join(block.text[: 2 * SUMMARY] for block in article.body[:20])[: 2 * SUMMARY]
    return shorten(words, SUMMARY, placeholder=" …") or None


def _public(article: Article) -> Article:
    """The article with web addresses only: pictures lose any other, links need one."""
    images = tuple(replace(image, url=public_url(image.url)) for image in article.images)
    boxes = (
        Related(box.header, tuple(link for link in box.links if public_url(link.url)))
        for box in article.related
    )
    return replace(article, images=images, related=tuple(box for box in boxes if box.links))


def _weight(entry: Entry) -> int:
    return _WEIGHT + len(entry.content or "") + len(entry.summary or "")
