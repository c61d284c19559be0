"""The search port on one machine, over the engine in `newsfeed.whoosh_numpy`.

In: queries, articles, the index folder. Out: results. Opened by `newsfeed.search.open_index`.
The engine stores words, dates and articles, commits them durably and gives them back as arrays.
What a query means, which documents match, in which order and with which score is decided in
`language`, `evaluate` and `ordering`, exhaustively over live documents (see `docs/decisions`).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsfeed.article import Article, from_json, token
from newsfeed.search import cursor
from newsfeed.search.evaluate import Matches, evaluate
from newsfeed.search.interface import (
    FACET_NAMES,
    MAX_LIMIT,
    Change,
    Hit,
    IndexUnavailable,
    InvalidQuery,
    Query,
    Results,
    Snippet,
)
from newsfeed.search.language import Node, parse
from newsfeed.search.leaves import demanding
from newsfeed.search.ordering import Key, Order
from newsfeed.search.scored import Scored, contained
from newsfeed.search.snippets import snippet
from newsfeed.search.whoosh_fields import microseconds
from newsfeed.search.whoosh_files import Files, damaged, guarded, sequence_of
from newsfeed.search.whoosh_snapshot import Snapshot
from newsfeed.search.whoosh_writer import rebuild, update
from newsfeed.whoosh_numpy.index import Index


class WhooshIndex:
    """`SearchIndex` over a folder. One object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._files = Files(path)
        self._lock = threading.Lock()
        self._table = b""
        self._index: Index | None = None
        self._snapshot: Snapshot | None = None
        self._closed = False

    def search(self, query: Query) -> Results:
        _check(query)
        tree = parse(query.text)
        if query.sort != "relevance":
            tree = demanding(tree)
        mark = cursor.read(query)
        snapshot = self._now()
        with guarded("read"):
            matches = evaluate(tree, snapshot, mark.statistics if mark else None)
            found, published = _narrowed(matches.found, query, snapshot)
            order = Order(query.sort, found, published, snapshot.ids)
            rest = order.after(mark.key) if mark else order
            ahead = rest.first(query.offset + query.limit)
            page = ahead[query.offset :]
            return Results(
                hits=tuple(
                    _hit(snapshot, doc, key.score, tree if query.snippets else None)
                    for doc, key in page
                ),
                total=len(found),
                facets={name: snapshot.facet(name).count(found.docs) for name in query.facets},
                next=_following(query, page[-1][1], matches)
                if page and len(ahead) < len(rest)
                else None,
            )

    def get(self, id: str) -> Hit | None:
        snapshot = self._now()
        with guarded("read"):
            try:
                found = snapshot.named(id) or snapshot.find(id)
            except UnicodeEncodeError:  # half a surrogate pair is in no id
                return None
            return _hit(snapshot, found[0], 0.0, None) if found else None

    def sequence(self) -> int:
        snapshot = self._opened()
        return snapshot.sequence if snapshot else 0

    def update(self, changes: Iterable[Change], sequence: int) -> None:
        last = {change.id: change for change in changes}
        with self._files.writing():
            self._opened()  # refuses what is damaged or of another format
            update(self._begun(), last, sequence)

    def rebuild(self, articles: Iterable[Article], sequence: int) -> None:
        with self._files.writing():
            try:
                self._opened()
            except IndexUnavailable:
                if self._closed:
                    raise
                self._index = None  # whatever it is, this is what mends it
            rebuild(self._begun(), articles, sequence)
            self._files.tidy()

    def check(self) -> list[str]:
        """Reads everything again: files against their checksums, every article by its id."""
        try:
            snapshot = self._now()
            with guarded("read"):
                problems = self._files.check()
                if problems:
                    return [f"{problem}; run `newsfeed reindex`" for problem in problems]
                docs = snapshot.live()
                found = zip(docs.tolist(), snapshot.published(docs).tolist(), strict=True)
                return [line for doc, date in found if (line := _problem(snapshot, doc, date))]
        except IndexUnavailable as error:
            return [str(error)]

    def close(self) -> None:
        with self._lock:
            index, self._index = self._index, None
            self._snapshot = None
            self._closed = True
        if index is not None:
            index.close()

    def _begun(self) -> Index:
        """The engine's index, a new one where there is none that can be read."""
        index = self._index or self._files.create()
        self._index = index
        return index

    def _now(self) -> Snapshot:
        """The commit that counts now. Raises IndexUnavailable."""
        snapshot = self._opened()
        if snapshot is None:
            raise IndexUnavailable("There is no search index yet; run `newsfeed index`")
        return snapshot

    def _opened(self) -> Snapshot | None:
        """The commit that counts now, None before the first. Raises IndexUnavailable."""
        with self._lock:
            if self._closed:
                raise IndexUnavailable("The search index is closed")
            table = self._files.table()
            if not table or table != self._table:
                if not table:
                    self._index = None
                self._table = b""
                self._snapshot = self._open()
                self._table = table
            return self._snapshot

    def _open(self) -> Snapshot | None:
        with guarded("read"):
            self._index = self._index or self._files.open()
            if self._index is None:
                return None
            commit = self._index.latest()
            sequence = sequence_of(commit.user)
            return None if sequence is None else Snapshot(commit, sequence, self._snapshot)


def _check(query: Query) -> None:
    """Raises InvalidQuery for what no query may say, whatever the index holds."""
    if not 0 <= query.limit <= MAX_LIMIT:
        raise InvalidQuery(f"Die Seitengröße liegt zwischen 0 und {MAX_LIMIT}", "limit")
    if query.offset < 0:
        raise InvalidQuery("Der Versatz ist nicht negativ", "offset")
    if query.offset and query.cursor is not None:
        raise InvalidQuery("Entweder Versatz oder Seitenmarke", "offset")
    if query.sort not in ("relevance", "newest", "oldest"):
        raise InvalidQuery("Sortiert wird nach relevance, newest oder oldest", "sort")
    for name in query.facets:
        if name not in FACET_NAMES:
            raise InvalidQuery(f"Zählbar sind {', '.join(FACET_NAMES)}", "facets")
    for parameter in ("published_from", "published_to"):
        instant: datetime | None = getattr(query, parameter)
        if instant is not None and instant.utcoffset() is None:
            raise InvalidQuery("Das Datum braucht eine Zeitzone", parameter)


def _narrowed(found: Scored, query: Query, snapshot: Snapshot) -> tuple[Scored, NDArray[np.int64]]:
    """The matching documents that pass the query's filters, and the date of each."""
    for name in FACET_NAMES:
        value: str | None = getattr(query, name)
        if value is not None:
            wanted = snapshot.facet(name).docs(value)
            found = found.where(contained(found.docs, wanted, snapshot.size))
    published = snapshot.published(found.docs)
    passed = np.ones(len(found), np.bool_)
    if query.published_from is not None:
        passed &= published >= microseconds(query.published_from)
    if query.published_to is not None:
        passed &= published < microseconds(query.published_to)
    return (found, published) if passed.all() else (found.where(passed), published[passed])


def _following(query: Query, last: Key, matches: Matches) -> str:
    """The mark of the page after the one that ends with this key."""
    ranked = query.sort == "relevance"
    return cursor.write(query, cursor.Mark(last, matches.statistics if ranked else None))


def _hit(snapshot: Snapshot, doc: int, score: float, tree: Node | None) -> Hit:
    stored = snapshot.article(doc)
    try:
        article = from_json(stored)
    except ValueError as error:
        raise damaged("an article in it has another form") from error
    passage: Snippet | None = snippet(tree, article) if tree is not None else None
    return Hit(article, score, hashlib.sha256(stored).hexdigest()[:16], passage)


def _problem(snapshot: Snapshot, doc: int, published: int) -> str | None:
    id = snapshot.ids[doc]
    try:
        article = _hit(snapshot, doc, 0.0, None).article
    except IndexUnavailable as error:
        return f"{id}: {error}"
    if article.id != id or microseconds(article.date) != published:
        return f"{id}: another article stands in its place; run `newsfeed reindex`"
    if snapshot.named(id) != [doc] or doc not in snapshot.find(token(id)):
        return f"{id}: not found under its id alone; run `newsfeed reindex`"
    return None
