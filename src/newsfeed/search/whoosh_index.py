"""The search port on one machine: Whoosh keeps the files, everything else is ours.

In: queries, articles, the index folder. Out: results. Opened by `newsfeed.search.open_index`.
Whoosh stores postings and columns, nothing more: what a query means, which documents match, in
which order and with which score is decided in `language`, `evaluate` and `ordering`, exhaustively
over live documents, because Whoosh's own matchers leave out or let through documents (see
`docs/decisions`). How a commit becomes durable and visible stands in `whoosh_files`.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from newsfeed.article import Article, from_json
from newsfeed.search import cursor
from newsfeed.search.evaluate import Evaluator, Matches
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
from newsfeed.search.ordering import Order
from newsfeed.search.snippets import snippet
from newsfeed.search.whoosh_fields import microseconds
from newsfeed.search.whoosh_files import NOTHING, Files, damaged, read_commit
from newsfeed.search.whoosh_snapshot import Snapshot
from newsfeed.search.whoosh_writer import rebuild, update


class WhooshIndex:
    """`SearchIndex` over a folder. One object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._files = Files(path)
        self._lock = threading.Lock()
        self._raw = b""
        self._opened: tuple[Snapshot, Evaluator] | None = None
        self._process = os.getpid()
        self._closed = False

    def search(self, query: Query) -> Results:
        _check(query)
        tree = parse(query.text)
        if query.sort != "relevance":
            tree = demanding(tree)
        mark = cursor.read(query)
        snapshot, evaluator = self._now()
        matches = evaluator.evaluate(tree, mark.statistics if mark else None)
        docs = _narrowed(matches, query, snapshot)
        order = Order(query.sort, matches.scores, snapshot.published, snapshot.ids)
        rest = order.after(docs, mark.key) if mark else docs
        ahead = order.first(rest, query.offset + query.limit)
        page = ahead[query.offset :]
        following = None
        if page and len(ahead) < len(rest):
            ranked = query.sort == "relevance"
            last = cursor.Mark(order.key(page[-1]), matches.statistics if ranked else None)
            following = cursor.write(query, last)
        return Results(
            hits=tuple(
                _hit(snapshot, doc, matches.scores[doc], tree if query.snippets else None)
                for doc in page
            ),
            total=len(docs),
            facets={name: snapshot.facet(name).count(docs) for name in query.facets},
            next=following,
        )

    def get(self, id: str) -> Hit | None:
        snapshot, _ = self._now()
        try:
            found = snapshot.named(id) or snapshot.find(id)
        except UnicodeEncodeError:  # half a surrogate pair is in no id
            return None
        return _hit(snapshot, found[0], 0.0, None) if found else None

    def sequence(self) -> int:
        return read_commit(self._files.raw_commit()).sequence

    def update(self, changes: Iterable[Change], sequence: int) -> None:
        last = {change.id: change for change in changes}
        with self._files.writing():
            begun = read_commit(self._files.raw_commit()) != NOTHING
            update(self._files, self._now()[0] if begun else None, last, sequence)

    def rebuild(self, articles: Iterable[Article], sequence: int) -> None:
        with self._files.writing():
            rebuild(self._files, articles, sequence)

    def check(self) -> list[str]:
        """Reads everything again: files against their checksums, every article by its id."""
        try:
            snapshot, _ = self._now()
            self._files.verify(snapshot.commit)
        except IndexUnavailable as error:
            return [str(error)]
        return [problem for doc in snapshot.live if (problem := _problem(snapshot, doc))]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._opened = None

    def _now(self) -> tuple[Snapshot, Evaluator]:
        """The commit that counts now. Raises IndexUnavailable."""
        with self._lock:
            if self._closed:
                raise IndexUnavailable("The search index is closed")
            raw = self._files.raw_commit()
            while self._opened is None or raw != self._raw or self._process != os.getpid():
                try:
                    self._opened = self._open(raw)
                    self._raw, self._process = raw, os.getpid()
                except IndexUnavailable:
                    # A writer in another process may have removed what it has just replaced.
                    again = self._files.raw_commit()
                    if raw == again:
                        raise
                    raw = again
            return self._opened

    def _open(self, raw: bytes) -> tuple[Snapshot, Evaluator]:
        commit = read_commit(raw)
        if commit == NOTHING:
            raise IndexUnavailable("There is no search index yet; run `newsfeed index`")
        # Files that were opened before a fork share their positions with the other process.
        before = self._opened[0] if self._opened and self._process == os.getpid() else None
        snapshot = Snapshot(self._files, commit, before)
        return snapshot, Evaluator(snapshot)


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


def _narrowed(matches: Matches, query: Query, snapshot: Snapshot) -> Collection[int]:
    """The matching documents that pass the query's filters."""
    docs: Collection[int] = matches.scores
    for name in FACET_NAMES:
        value: str | None = getattr(query, name)
        if value is not None:
            few, many = sorted((docs, snapshot.facet(name).docs(value)), key=len)
            others = many if isinstance(many, dict) else set(many)
            docs = [doc for doc in few if doc in others]
    published = snapshot.published
    if query.published_from is not None:
        start = microseconds(query.published_from)
        docs = [doc for doc in docs if published[doc] >= start]
    if query.published_to is not None:
        end = microseconds(query.published_to)
        docs = [doc for doc in docs if published[doc] < end]
    return docs


def _hit(snapshot: Snapshot, doc: int, score: float, tree: Node | None) -> Hit:
    stored = snapshot.article(doc)
    try:
        article = from_json(stored)
    except ValueError as error:
        raise damaged("an article in it has another form") from error
    passage: Snippet | None = snippet(tree, article) if tree is not None else None
    return Hit(article, score, hashlib.sha256(stored).hexdigest()[:16], passage)


def _problem(snapshot: Snapshot, doc: int) -> str | None:
    id = snapshot.ids[doc]
    try:
        article = _hit(snapshot, doc, 0.0, None).article
    except IndexUnavailable as error:
        return f"{id}: {error}"
    if article.id != id or microseconds(article.date) != snapshot.published[doc]:
        return f"{id}: another article stands in its place; run `newsfeed reindex`"
    if snapshot.named(id) != [doc]:
        return f"{id}: not found under its id alone; run `newsfeed reindex`"
    return None
