"""The search port on one machine, over the engine in `newsfeed.whoosh_numpy`.

In: queries, articles, the index folder. Out: results. Opened by `newsfeed.search.open_index`.
The engine stores words, dates and articles, commits them durably and gives them back as arrays.
What a query means, which documents match, in which order and with which score is decided in
`answering` and the files it calls, exhaustively over live documents (see `docs/decisions`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from newsfeed.article import Article, from_json, token
from newsfeed.search.answering import Asked
from newsfeed.search.interface import (
    Change,
    Edition,
    Editions,
    Hit,
    IndexUnavailable,
    Month,
    Query,
    Results,
    Snippet,
)
from newsfeed.search.language import Node
from newsfeed.search.months import counted
from newsfeed.search.snippets import snippet
from newsfeed.search.whoosh_fields import NUMBERS, NumberName, instant, numbers, version
from newsfeed.search.whoosh_files import Files, damaged, guarded, sequence_of
from newsfeed.search.whoosh_snapshot import Snapshot
from newsfeed.search.whoosh_writer import rebuild, update
from newsfeed.whoosh_numpy.index import Index

_EDITION: Final[tuple[NumberName, ...]] = ("version", "change", "touched", "changed")


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
        asked = Asked(query)
        snapshot = self._now()
        with guarded("read"):
            page = asked.page(snapshot)
            tree = asked.tree if query.snippets else None
            return Results(
                hits=tuple(_hit(snapshot, each.doc, each.score, tree) for each in page.hits),
                total=len(page.found),
                facets={name: snapshot.facet(name).count(page.found) for name in query.facets},
                next=page.next,
            )

    def editions(self, query: Query) -> Editions:
        asked = Asked(query)
        snapshot = self._now()
        with guarded("read"):
            page = asked.page(snapshot)
            docs = [each.doc for each in page.hits]
            columns = (_numbers(snapshot, name, docs) for name in _EDITION)
            hits = tuple(
                Edition(each.key.id, version(number), change, instant(touched), instant(changed))
                for each, number, change, touched, changed in zip(page.hits, *columns, strict=True)
            )
            return Editions(hits, len(page.found), page.next)

    def months(self, query: Query) -> tuple[Month, ...]:
        asked = Asked(replace(query, cursor=None, offset=0))
        snapshot = self._now()
        with guarded("read"):
            return counted(snapshot.numbers("published", asked.found(snapshot)))

    def get(self, id: str) -> Hit | None:
        snapshot = self._now()
        with guarded("read"):
            found = snapshot.named(id) or snapshot.find(id)
            return _hit(snapshot, found[0]) if found else None

    def load(self, ids: Iterable[str]) -> Mapping[str, Hit]:
        wanted = dict.fromkeys(ids)
        snapshot = self._now()
        with guarded("read"):
            docs = [doc for id in wanted for doc in snapshot.named(id)]
            return {hit.article.id: hit for hit in (_hit(snapshot, doc) for doc in docs)}

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
                columns = [snapshot.numbers(name, docs).tolist() for name in NUMBERS]
                rows = zip(docs.tolist(), zip(*columns, strict=True), strict=True)
                return [line for doc, row in rows if (line := _problem(snapshot, doc, row))]
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


def _numbers(snapshot: Snapshot, name: NumberName, docs: Sequence[int]) -> list[int]:
    """One number of each of the documents, given in any order."""
    given = np.array(docs, np.uint32)
    ascending = given.argsort()
    numbers = np.empty(len(docs), np.int64)
    numbers[ascending] = snapshot.numbers(name, given[ascending])
    return numbers.tolist()


def _hit(snapshot: Snapshot, doc: int, score: float = 0.0, tree: Node | None = None) -> Hit:
    """A document as a hit, with a snippet for a tree."""
    try:
        article = from_json(snapshot.article(doc))
    except ValueError as error:
        raise damaged("an article in it has another form") from error
    passage: Snippet | None = snippet(tree, article) if tree is not None else None
    return Hit(article, score, version(snapshot.number("version", doc)), passage)


def _problem(snapshot: Snapshot, doc: int, found: tuple[int, ...]) -> str | None:
    """What is wrong with a document, of which these `NUMBERS` were found."""
    id = snapshot.ids[doc]
    try:
        article = _hit(snapshot, doc).article
    except IndexUnavailable as error:
        return f"{id}: {error}"
    expected = numbers(article, snapshot.article(doc))
    if article.id != id or tuple(expected[name] for name in NUMBERS) != found:
        return f"{id}: another article stands in its place; run `newsfeed reindex`"
    if snapshot.named(id) != [doc] or doc not in snapshot.find(token(id)):
        return f"{id}: not found under its id alone; run `newsfeed reindex`"
    return None
