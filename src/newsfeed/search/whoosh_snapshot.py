"""One commit of the index, opened for reading.

In: the files of a commit. Out: what `evaluate`, `ordering` and `facets` read (see `Reader`),
articles by document number. Called by the adapter. A snapshot never changes and threads share it;
when it is let go, its files close. Deleted documents are left out here and nowhere else: the
numbers, terms' postings and statistics that come out know live documents only.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from heapq import merge
from itertools import accumulate

from whoosh.index import TOC

from newsfeed.article import token
from newsfeed.search.bounded import Bounded
from newsfeed.search.facets import FacetTable
from newsfeed.search.interface import FacetName
from newsfeed.search.postings import Postings
from newsfeed.search.schema import FIELDS
from newsfeed.search.whoosh_fields import NAME, SCHEMA
from newsfeed.search.whoosh_files import Commit, Files, guarded
from newsfeed.search.whoosh_segment import Segment

REMEMBERED = 4_000_000
"""Numbers of decoded postings kept, four bytes each."""


class Snapshot:
    """The live documents of one commit. Document numbers count through the segments."""

    def __init__(self, files: Files, commit: Commit, before: Snapshot | None = None) -> None:
        """Opens a commit; takes over what `before` has opened already.

        Raises IndexUnavailable, also when a writer has moved on and removed files of this commit.
        """
        self.commit: Commit = commit
        reuse = before if before and before.commit.generation == commit.generation else None
        files.verify(commit, frozenset(reuse.commit.files) if reuse else frozenset())
        storage = files.storage(commit.generation)
        opened = reuse._segments if reuse else {}
        with guarded("read"):
            stored = TOC.read(storage, NAME, gen=commit.toc, schema=SCHEMA).segments
            self._segments: dict[str, Segment] = {
                segment.segment_id(): opened.get(segment.segment_id()) or Segment(storage, segment)
                for segment in stored
            }
        self._order = list(self._segments.values())
        self._bases = [0, *accumulate(segment.count for segment in self._order)]
        self._deleted = frozenset(
            base + doc
            for base, segment in zip(self._bases, stored, strict=False)
            for doc in segment.deleted_docs()
        )
        self.live = [doc for doc in range(self._bases[-1]) if doc not in self._deleted]
        self._read_columns()
        self._postings: Bounded[str, Postings] = Bounded(
            REMEMBERED, lambda found: 2 * len(found.docs) + len(found.places) + 64
        )
        self._facets: dict[FacetName, FacetTable] = {}
        self._facets_lock = threading.Lock()

    def _read_columns(self) -> None:
        self.ids = [id for segment in self._order for id in segment.ids]
        self.published = array("q")
        self.lengths = [array("I") for _ in FIELDS]
        for segment in self._order:
            self.published.extend(segment.published)
            for field, lengths in zip(self.lengths, segment.lengths, strict=True):
                field.extend(lengths)
        averages = []
        for field in self.lengths:
            filled = [field[doc] for doc in self.live if field[doc]]
            averages.append(sum(filled) / len(filled) if filled else 0.0)
        self.averages = tuple(averages)

    def postings(self, term: str) -> Postings:
        """Where a term stands in live documents."""
        return self._postings.get(term, lambda: self._live_postings(term))

    def terms(self, prefix: str) -> Iterator[str]:
        """The terms that begin with a prefix, ascending by code point."""
        last = ""
        for term in merge(*(_all_terms(segment, prefix) for segment in self._order)):
            if term != last:
                yield term
            last = term

    def find(self, token: str) -> list[int]:
        """The live documents with this token: one, unless two ids share it."""
        return [
            base + doc
            for base, segment in zip(self._bases, self._order, strict=False)
            for doc in segment.find(token)
            if base + doc not in self._deleted
        ]

    def named(self, id: str) -> list[int]:
        """The live documents with this id."""
        return [doc for doc in self.find(token(id)) if self.ids[doc] == id]

    def article(self, doc: int) -> bytes:
        """The JSON of an article."""
        number = bisect_right(self._bases, doc) - 1
        return self._order[number].article(doc - self._bases[number])

    def facet(self, name: FacetName) -> FacetTable:
        """The values of a facet; made at the first question."""
        with self._facets_lock:
            if name not in self._facets:
                values = [value for segment in self._order for value in segment.facets[name]]
                self._facets[name] = FacetTable(self.live, values)
            return self._facets[name]

    def _live_postings(self, term: str) -> Postings:
        found = Postings(array("I"), array("I", [0]), array("I"))
        for base, segment in zip(self._bases, self._order, strict=False):
            docs, starts, places = segment.postings(term)
            for i, doc in enumerate(docs):
                if base + doc not in self._deleted:
                    found.docs.append(base + doc)
                    found.places.extend(places[starts[i] : starts[i + 1]])
                    found.starts.append(len(found.places))
        return found


def _all_terms(segment: Segment, prefix: str) -> Iterator[str]:
    last: str | None = None
    while page := segment.terms(prefix, last):
        yield from page
        last = page[-1]
