"""Newsstand: every feed as a document with its validators.

In: a search index, settings and a feed's name. Out: bytes, ETag, Last-Modified, media type. Called
by the feed routes and by `newsfeed feed`, which therefore say the same; nothing here knows Flask.

The validator is made of what the document is made of: the feed, its settings, the editions of its
articles, the templates and the package. It needs no article, no rendering and no clock. It is found
once while the index stays the same; entries and documents are kept by what they are made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from jinja2 import Environment

from newsfeed import __version__
from newsfeed.feed_names import USUAL, Options
from newsfeed.feeds import Entry, Feed, Format, media_type, render
from newsfeed.feeds.feed import Found
from newsfeed.feeds.links import FeedLink, feed_links
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.cache import Cache
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.content import TEMPLATES
from newsfeed.web.deletions import Deletions
from newsfeed.web.entries import Entries
from newsfeed.web.holdings import Holding, Holdings
from newsfeed.web.links import Links
from newsfeed.web.liveblogs import LiveBlogs, NoSuchFeed, WithdrawnFeed
from newsfeed.web.parameters import FeedSearch
from newsfeed.web.rendering import environment
from newsfeed.web.selecting import Selector
from newsfeed.web.selections import Selection
from newsfeed.withdrawals import RegisterReader

__all__ = [
    "Document",
    "Newsstand",
    "NoSuchFeed",
    "Validators",
    "WithdrawnFeed",
    "build_document",
]

EMPTY = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated: always."""
_KEPT_BYTES = 32_000_000
KEPT_VALIDATORS = 4096
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Validators:
    """What a reader sends back to ask for news, and the feed's links for the `Link` header.

    `mark` is the number of the latest change in the document. `last_modified` is None for an empty
    feed. A link of relation "hub" has no media type.
    """

    etag: str
    last_modified: datetime | None
    mark: int
    links: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format, ready for the wire."""

    body: bytes
    validators: Validators
    media_type: str


def build_document(
    index: SearchIndex, settings: Settings, name: str, format: Format, options: Options = USUAL
) -> Document:
    """The feed called `name`. Raises what `Newsstand.select` and `Newsstand.document` do."""
    register = RegisterReader(settings.register_path)
    newsstand = Newsstand(index, settings, Catalogue(index), environment(settings), register)
    return newsstand.document(newsstand.select(name, options), format)


class Newsstand:
    """Makes feeds and remembers them. Safe to share between threads."""

    def __init__(
        self,
        index: SearchIndex,
        settings: Settings,
        catalogue: Catalogue,
        templates: Environment,
        register: RegisterReader,
    ) -> None:
        self._index = index
        self._settings = settings
        self._links = Links(settings.site_url)
        live = LiveBlogs(index, register)
        deletions = Deletions(index, register)
        self._selector = Selector(index, settings, catalogue, deletions, live)
        self._holdings = Holdings(index, deletions, live)
        self._entries = Entries(index, settings, templates)
        # what entries are made with; all else that a document shows is in its head
        self._maker = _digest(
            __version__,
            *(_source(templates, name) for name in TEMPLATES),
            settings.site_url,
            settings.timezone,
        )
        self._validators: Cache[str, tuple[int, str, Validators]] = Cache(KEPT_VALIDATORS)
        self._documents: Cache[str, Document] = Cache(_KEPT_BYTES, lambda kept: len(kept.body))

    def select(self, name: str, options: Options = USUAL) -> Selection:
        """What the feed called `name` holds ("latest/2022-02", "articles/<token>" …).

        A search's own options win over `options`.
        Raises NoSuchFeed, WithdrawnFeed, BadParameters, IndexUnavailable, RegisterError.
        """
        return self._selector.select(name, options)

    def select_search(self, search: FeedSearch) -> Selection:
        """What the feed of this search holds. Raises WithdrawnFeed, IndexUnavailable."""
        return self._selector.select_search(search)

    def validators(self, selection: Selection, format: Format) -> Validators:
        """The validators of the feed's document in `format`, without making it.

        Raises InvalidQuery, IndexUnavailable.
        """
        known = self._known(selection, format)
        if known is None:
            sequence = (
                self._index.sequence()
            )  # before the search: what is newer is only asked again
            known = self._validate(selection, format, self._holdings.of(selection))
            self._remember(selection, format, sequence, known)
        return known

    def document(self, selection: Selection, format: Format, since: int | None = None) -> Document:
        """The feed's document in `format`.

        With `since`, only the entries and deletions with a later change than that (RFC 3229), under
        the validators of the whole. Raises InvalidQuery, IndexUnavailable.
        """
        if since is None and (known := self._known(selection, format)) is not None:
            kept = self._documents.get(known.etag)
            if kept is not None:
                return kept
        for _ in range(_ATTEMPTS):  # until nothing was written meanwhile
            sequence = self._index.sequence()
            holding = self._holdings.of(selection)
            made = self._document(selection, format, holding, since)
            if self._index.sequence() == sequence:
                self._remember(selection, format, sequence, made.validators)
                break
        if since is None:
            self._documents.put(made.validators.etag, made)
        return made

    def _known(self, selection: Selection, format: Format) -> Validators | None:
        """The validators found before, as long as the index and the title are the same."""
        known = self._validators.get(selection.paths[format])
        asked = (self._index.sequence(), selection.title)
        return known[2] if known is not None and known[:2] == asked else None

    def _remember(
        self, selection: Selection, format: Format, sequence: int, found: Validators
    ) -> None:
        self._validators.put(selection.paths[format], (sequence, selection.title, found))

    def _document(
        self, selection: Selection, format: Format, holding: Holding, since: int | None
    ) -> Document:
        validators = self._validate(selection, format, holding)
        if since is not None:
            holding = _news(holding, since)
        entries = tuple(self._entries_of(selection, holding))
        instants = (
            *(one.updated for one in entries),
            *(one.deletion.at for one in holding.gone),
        )
        feed = replace(
            self._head(selection, holding),
            updated=max(instants, default=EMPTY),
            entries=entries,
        )
        return Document(render(feed, format), validators, media_type(format))

    def _entries_of(self, selection: Selection, holding: Holding) -> Iterator[Entry]:
        if selection.article is None:
            return self._entries.of(holding.editions, selection.options)
        return self._entries.of_live_blog(holding.editions, selection.options)

    def _validate(self, selection: Selection, format: Format, holding: Holding) -> Validators:
        head = self._head(selection, holding)
        digest = _digest(
            self._maker,
            format,
            repr(head),
            [(one.id, one.version) for one in holding.editions],
            [one.change for one in holding.gone],
        )
        to_itself, *others = feed_links(head, format)
        page = FeedLink("alternate", head.page_url, "text/html")
        return Validators(
            etag=f'W/"{digest[:24]}.{holding.mark}"',
            last_modified=holding.modified,
            mark=holding.mark,
            links=(to_itself, page, *others),
        )

    def _head(self, selection: Selection, holding: Holding) -> Feed:
        """All of the feed that is known without its entries."""
        settings = self._settings
        return Feed(
            id=f"tag:{settings.tag_authority}:feeds/{selection.name}",
            title=selection.title,
            page_url=self._links.absolute(selection.page_path),
            self_urls=self._urls(selection, selection.path_name),
            updated=EMPTY,
            subtitle=settings.description or None,
            language=settings.language,
            ttl=settings.feed_ttl,
            icon_url=self._links.absolute("/static/icon.png"),
            links={
                relation: self._urls(selection, name) for relation, name in holding.links.items()
            },
            hub=self._hub(selection),
            complete=holding.complete,
            archive=selection.part is not None,
            deletions=tuple(one.deletion for one in holding.gone),
            found=_found(selection, holding),
            rights=settings.rights or None,
        )

    def _urls(self, selection: Selection, name: str) -> dict[Format, str]:
        paths = selection.paths_of(name)
        return {format: self._links.absolute(path) for format, path in paths.items()}

    def _hub(self, selection: Selection) -> str | None:
        """Who tells of changes: for the current documents of named feeds as they are usual."""
        told = selection.options == USUAL and selection.part is None and not selection.is_search
        return self._settings.hub if told and self._settings.hub else None


def _news(holding: Holding, since: int) -> Holding:
    """What of it changed after that number. It is not all there is, so it is not `complete`."""
    return replace(
        holding,
        editions=tuple(one for one in holding.editions if one.change > since),
        gone=tuple(one for one in holding.gone if one.change > since),
        complete=False,
    )


def _found(selection: Selection, holding: Holding) -> Found | None:
    if holding.total is None:
        return None
    query = selection.query
    start = 1 if query.cursor is None else None
    return Found(query.text, holding.total, selection.options.limit, start)


def _source(templates: Environment, name: str) -> str:
    assert templates.loader is not None  # `environment` gives it one
    return templates.loader.get_source(templates, name)[0]


def _digest(*parts: object) -> str:
    # as a JSON list: no two lists of parts run into the same text
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
