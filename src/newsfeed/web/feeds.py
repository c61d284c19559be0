"""Feeds: every section, author, topic and search as a document with its validators.

In: a search index, settings and a feed's name. Out: bytes, ETag, Last-Modified, media type. Called
by the feed routes and by `newsfeed feed`, which therefore say the same; nothing here knows Flask.

Names are addresses without their front and ending: "latest", "sections/politik",
"authors/joerg-mueller", "topics/hafen", "search?q=Hafen".

The validator is made of what the document is made of: the feed, its settings, the hits' ids and
versions, the template and the package. It needs no rendering and no clock. A feed's hits are asked
for once while the index stays the same; rendered documents are kept by their validator.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from jinja2 import Environment

from newsfeed import __version__
from newsfeed.errors import NewsfeedError
from newsfeed.feeds import FORMATS, Entry, Feed, Format, media_type, render
from newsfeed.search.interface import FacetName, Hit, Query, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.cache import Cache
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.entries import TEMPLATES, entry
from newsfeed.web.links import Links, search_path
from newsfeed.web.parameters import FeedSearch, read_search
from newsfeed.web.rendering import environment

Content = Literal["full", "summary"]

MAX_ENTRIES = 50
MAX_CONTENT = 1_000_000
"""Characters of content in one document; the entries beyond are left out, not shortened."""
EMPTY = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated: always."""
KINDS: dict[str, FacetName] = {"sections": "section", "authors": "author", "topics": "topic"}
_KEPT_BYTES = 32_000_000
_KEPT_VALIDATORS = 4096


class NoSuchFeed(NewsfeedError):  # noqa: N818 - reads as what it says
    """There is no feed of this name; the message says so in German."""

    misuse = True


@dataclass(frozen=True, slots=True)
class Selection:
    """What a feed holds: its name in one spelling, its query, its title, its paths."""

    name: str
    title: str
    query: Query
    page_path: str
    content: Content

    @property
    def feed_paths(self) -> dict[Format, str]:
        """The feed's own path in each format."""
        return {format: feed_path(self.name, format, self.content) for format in FORMATS}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a reader sends back to ask for news. `last_modified` is None for an empty feed."""

    etag: str
    last_modified: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format, ready for the wire."""

    body: bytes
    etag: str
    last_modified: datetime | None
    media_type: str


def build_document(
    index: SearchIndex, settings: Settings, name: str, format: Format, content: Content = "full"
) -> Document:
    """The feed called `name`. Raises NoSuchFeed, BadParameters, InvalidQuery, IndexUnavailable."""
    newsstand = Newsstand(index, settings, Catalogue(index), environment(settings))
    return newsstand.document(newsstand.select(name, content), format)


class Newsstand:
    """Makes feeds and remembers them. Safe to share between threads."""

    def __init__(
        self, index: SearchIndex, settings: Settings, catalogue: Catalogue, templates: Environment
    ) -> None:
        self._index = index
        self._settings = settings
        self._catalogue = catalogue
        self._templates = templates
        self._links = Links(settings.site_url)
        self._maker = _digest(
            __version__,
            *(_source(templates, name) for name in TEMPLATES),
            settings.model_dump_json(include=_VISIBLE_SETTINGS),
            settings.site_url,
        )
        self._validators: Cache[tuple[int, Format, Selection], Validators] = Cache(_KEPT_VALIDATORS)
        self._documents: Cache[str, Document] = Cache(_KEPT_BYTES, lambda kept: len(kept.body))
        self._packed: Cache[str, bytes] = Cache(_KEPT_BYTES, len)

    def select(self, name: str, content: Content = "full") -> Selection:
        """What the feed called `name` holds. Raises NoSuchFeed, BadParameters."""
        kind, _, rest = name.partition("/")
        if name == "latest":
            return self._selection(name, "", Query(), "/", content)
        if kind in KINDS:
            return self._listing(kind, rest, content)
        path, _, query = name.partition("?")
        if path == "search":
            return self.select_search(read_search(query), content)
        raise NoSuchFeed(f"Einen Feed „{name[:100]}“ gibt es nicht.")

    def select_search(self, search: FeedSearch, content: Content = "full") -> Selection:
        """What the feed of this search holds; `content` in the search itself wins."""
        canonical = search.canonical()
        label = "Suche" + (f" nach „{search.q.strip()}“" if search.q.strip() else "")
        details = [
            self._label(facet, canonical[facet])
            for facet in ("section", "author", "source", "topic", "agency")
            if facet in canonical
        ]
        return self._selection(
            search_path(canonical).removeprefix("/"),
            ", ".join([label, *details]),
            search.query(self._settings.zone),
            search_path(canonical),
            "summary" if search.content == "summary" else content,
        )

    def validators(self, selection: Selection, format: Format) -> Validators:
        """The validators of the feed in `format`, without making it.

        Raises InvalidQuery, IndexUnavailable.
        """
        key = (self._index.sequence(), format, selection)  # before the search, see Catalogue
        known = self._validators.get(key)
        if known is None:
            known = self._validate(selection, format, self._hits(selection))
            self._validators.put(key, known)
        return known

    def document(self, selection: Selection, format: Format) -> Document:
        """The feed in `format`. Raises InvalidQuery, IndexUnavailable."""
        validators = self.validators(selection, format)
        kept = self._documents.get(validators.etag)
        if kept is None:
            hits = self._hits(selection)
            validators = self._validate(selection, format, hits)  # of these very hits
            kept = Document(
                body=render(self._feed(selection, hits), format),
                etag=validators.etag,
                last_modified=validators.last_modified,
                media_type=media_type(format),
            )
            self._documents.put(kept.etag, kept)
        return kept

    def packed(self, document: Document) -> bytes:
        """The document's body, compressed with gzip."""
        kept = self._packed.get(document.etag)
        if kept is None:
            kept = gzip.compress(document.body, compresslevel=6, mtime=0)
            self._packed.put(document.etag, kept)
        return kept

    def _listing(self, kind: str, name: str, content: Content) -> Selection:
        known = self._catalogue.find(KINDS[kind], name)
        if known is None:
            raise NoSuchFeed(f"Zu „{name[:100]}“ gibt es keine Artikel.")
        query = listing_query(kind, known.slug)
        name = f"{kind}/{known.slug}"
        return self._selection(name, known.name, query, f"/{name}", content)

    def _selection(
        self, name: str, label: str, query: Query, page_path: str, content: Content
    ) -> Selection:
        site = self._settings.title
        return Selection(
            name=name,
            title=f"{site} – {label}" if label else site,
            query=replace(query, sort="newest", limit=MAX_ENTRIES),
            page_path=page_path,
            content=content,
        )

    def _label(self, facet: FacetName, slug: str) -> str:
        known = self._catalogue.find(facet, slug)
        return known.name if known else slug

    def _hits(self, selection: Selection) -> tuple[Hit, ...]:
        return self._index.search(selection.query).hits

    def _validate(self, selection: Selection, format: Format, hits: tuple[Hit, ...]) -> Validators:
        versions = [part for hit in hits for part in (hit.article.id, hit.version)]
        path = selection.feed_paths[format]
        digest = _digest(self._maker, path, selection.title, *versions)
        return Validators(f'W/"{digest[:24]}"', _changed(hits))

    def _feed(self, selection: Selection, hits: tuple[Hit, ...]) -> Feed:
        settings = self._settings
        urls = {format: self._links.absolute(path) for format, path in selection.feed_paths.items()}
        return Feed(
            id=f"tag:{settings.tag_authority}:feeds/{selection.name}",
            title=selection.title,
            page_url=self._links.absolute(selection.page_path),
            self_urls=urls,
            updated=_updated(hits) or EMPTY,
            subtitle=settings.description or None,
            language=settings.language,
            ttl=settings.feed_ttl,
            icon_url=self._links.absolute("/static/icon.png"),
            entries=self._entries(selection, hits),
        )

    def _entries(self, selection: Selection, hits: tuple[Hit, ...]) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        room = MAX_CONTENT
        for hit in hits:
            added = entry(hit.article, self._links, self._templates, selection.content == "full")
            room -= len(added.content or added.summary or "")
            if room < 0 and entries:
                break
            entries.append(added)
        return tuple(entries)


def listing_query(kind: str, slug: str) -> Query:
    """The articles of a section, author or topic; `kind` as in `KINDS`."""
    match kind:
        case "sections":
            return Query(section=slug)
        case "authors":
            return Query(author=slug)
        case _:
            return Query(topic=slug)


def feed_path(name: str, format: Format, content: Content = "full") -> str:
    """The path of a feed by its name ("sections/politik", "search?q=…")."""
    path, _, query = name.partition("?")
    folder = "" if path == "search" else "/feeds"
    wanted = [query] if query else []
    if content != "full":
        wanted.append(f"content={content}")
    return f"{folder}/{path}.{format}" + (f"?{'&'.join(wanted)}" if wanted else "")


_VISIBLE_SETTINGS = {"title", "description", "language", "feed_ttl", "tag_authority"}


def _updated(hits: tuple[Hit, ...]) -> datetime | None:
    return max((hit.article.updated or hit.article.date for hit in hits), default=None)


def _changed(hits: tuple[Hit, ...]) -> datetime | None:
    """When anything of these articles last changed.

    Not the latest `updated`: an old article that arrives late must move Last-Modified, too. Some
    readers (newsboat through libcurl) throw away a body that is no newer by that header.
    """
    articles = (hit.article for hit in hits)
    return max((one.changed or one.updated or one.date for one in articles), default=None)


def _source(templates: Environment, name: str) -> str:
    assert templates.loader is not None  # `environment` gives it one
    return templates.loader.get_source(templates, name)[0]


def _digest(*parts: str) -> str:
    # as a JSON list: no two lists of parts run into the same text
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
