"""One commit of the index, opened for reading.

In: a commit of the engine. Out: what `evaluate`, `ordering` and `facets` read (see `Reader`),
articles by document number. Called by the adapter. A snapshot never changes and threads share it;
when it is let go, its files close. Deleted documents are left out here and nowhere else: the
numbers, occurrences and statistics that come out know live documents only.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.facets import FacetTable, Placed
from newsfeed.search.interface import FacetName
from newsfeed.search.postings import Occurrences
from newsfeed.search.schema import FIELDS
from newsfeed.search.scored import Docs
from newsfeed.search.whoosh_fields import NumberName
from newsfeed.search.whoosh_segment import Segment
from newsfeed.whoosh_numpy.storage.commits import Commit
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment as Arrays

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in its place among the others."""

    leaf: Leaf
    segment: Segment

    @property
    def base(self) -> int:
        """The number of its first document."""
        return self.leaf.base

    def found(self, each: Occurrences) -> Occurrences:
        """Without the deleted documents, and numbered through all segments."""
        docs, counts, lengths = each.docs, each.counts, each.lengths
        live = self.leaf.live
        if live is not None:
            kept = live[docs]
            docs, counts, lengths = docs[kept], counts[kept], lengths[kept]
        if self.base:
            docs = docs + np.uint32(self.base)
        return replace(each, docs=docs, counts=counts, lengths=lengths)

    def values(self, facet: FacetName) -> Placed:
        """The values of a facet."""
        values = self.segment.facet(facet)
        return Placed(values, self.base, self.segment.count, self.leaf.live)

    def with_term(self, field: str, term: str) -> Iterator[int]:
        """The live documents with a term in a field, numbered through all segments."""
        live = self.leaf.live
        for doc in self.segment.with_term(field, term).tolist():
            if live is None or live[doc]:
                yield self.base + doc


class Snapshot:
    """The live documents of one commit. Document numbers count through the segments."""

    def __init__(self, commit: Commit, sequence: int, before: Snapshot | None = None) -> None:
        """Takes over what `before` has made of segments that both commits name.

        `sequence`: the change number up to which the commit holds everything.
        """
        self.sequence = sequence
        self.size = commit.count
        self.count = commit.count_live
        known = before.segments if before else {}
        self.segments: dict[Arrays, Segment] = {
            leaf.segment: known.get(leaf.segment) or Segment(leaf.segment) for leaf in commit.leaves
        }
        self._parts = [Part(leaf, self.segments[leaf.segment]) for leaf in commit.leaves]
        self._bases = [part.base for part in self._parts]
        self.ids = Ids(self._parts, self._bases)
        self._facets: dict[FacetName, FacetTable] = {}
        self._facets_lock = threading.Lock()

    @cached_property
    def averages(self) -> tuple[float, ...]:
        """For each field its average length in terms over the documents that have it, else 0."""
        totals = np.zeros((len(FIELDS), 2), np.int64)
        for part in self._parts:
            totals += part.segment.totals
            if part.leaf.deleted is not None:
                totals -= part.segment.totals_of(part.leaf.deleted)
        return tuple(total / count if count else 0.0 for total, count in totals.tolist())

    def live(self) -> Docs:
        """The numbers of all documents, ascending."""
        if self.size == self.count:
            return np.arange(self.size, dtype=np.uint32)
        masks = [
            np.ones(part.segment.count, np.bool_) if part.leaf.live is None else part.leaf.live
            for part in self._parts
        ]
        return np.flatnonzero(np.concatenate(masks)).astype(np.uint32)

    def run(self, terms: Sequence[str], fields: Collection[int]) -> list[Occurrences]:
        """Where terms stand next to each other in fields of one kind."""
        encoded = [term.encode() for term in terms]
        return [
            part.found(each) for part in self._parts for each in part.segment.run(encoded, fields)
        ]

    def beginning(self, prefix: str, fields: Collection[int]) -> list[Occurrences]:
        """Where any term stands that begins with a prefix, in fields of one kind."""
        return [
            part.found(each)
            for part in self._parts
            for each in part.segment.beginning(prefix.encode(), fields)
        ]

    def numbers(self, name: NumberName, docs: Docs) -> NDArray[np.int64]:
        """One number of each of the documents, given ascending."""
        found = [np.zeros(0, np.int64)]
        found += [part.segment.numbers(name)[own] for part, own in _split(self._parts, docs)]
        return np.concatenate(found)

    def number(self, name: NumberName, doc: int) -> int:
        """One number of a document."""
        part = self._parts[bisect_right(self._bases, doc) - 1]
        return int(part.segment.numbers(name)[doc - part.base])

    def find(self, token: str) -> list[int]:
        """The documents with this token: one, unless two ids share it."""
        return [doc for part in self._parts for doc in part.with_term("token", token)]

    def named(self, id: str) -> list[int]:
        """The documents with this id: one, or none."""
        return [doc for part in self._parts for doc in part.with_term("id", id)]

    def article(self, doc: int) -> bytes:
        """The JSON of an article."""
        part = self._parts[bisect_right(self._bases, doc) - 1]
        return part.segment.article(doc - part.base)

    def facet(self, name: FacetName) -> FacetTable:
        """The values of a facet; made at the first question."""
        with self._facets_lock:
            if name not in self._facets:
                self._facets[name] = FacetTable([part.values(name) for part in self._parts])
            return self._facets[name]


class Ids:
    """The ids of documents; in each segment they are ordered already."""

    def __init__(self, parts: Sequence[Part], bases: Sequence[int]) -> None:
        self._parts = parts
        self._bases = bases

    def __getitem__(self, doc: int) -> str:
        part = self._parts[bisect_right(self._bases, doc) - 1]
        ordinals, ids = part.segment.ids
        return ids[int(ordinals[doc - part.base]) - 1].decode()

    def after(self, docs: Docs, id: str) -> Mask:
        """Which of the documents, given ascending, have a greater id; it need not exist."""
        term = id.encode()
        found = [np.zeros(0, np.bool_)]
        for part, own in _split(self._parts, docs):
            ordinals, ids = part.segment.ids
            smaller = ids.lower(term)
            upto = smaller + (smaller < len(ids) and ids[smaller] == term)
            found.append(ordinals[own] > upto)
        return np.concatenate(found)

    def smallest(self, docs: Docs, count: int) -> list[int]:
        """The documents, out of some given ascending, with the smallest ids, in their order."""
        some: list[int] = []
        for part, own in _split(self._parts, docs):
            ordinals = part.segment.ids[0][own]
            if len(own) > count > 0:
                own = own[np.argpartition(ordinals, count - 1)[:count]]
            some += (own + np.uint32(part.base)).tolist()
        return nsmallest(count, some, key=self.__getitem__)


def _split(parts: Sequence[Part], docs: Docs) -> Iterator[tuple[Part, Docs]]:
    """The documents of each segment, by its own numbers; `docs` ascend."""
    ends = docs.searchsorted([part.base + part.segment.count for part in parts]).tolist()
    start = 0
    for part, end in zip(parts, ends, strict=True):
        if start < end:
            yield part, docs[start:end] - np.uint32(part.base)
        start = end
