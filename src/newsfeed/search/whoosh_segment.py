"""One segment of the engine, as newsfeed reads it.

In: the arrays of a segment. Out: numbers, ids, facet values, the places of words, by the segment's
own document numbers, deleted documents included. Called by `whoosh_snapshot`, which knows what is
deleted and where the segment stands among the others. Whatever is made from arrays is made once,
at the first question, and kept as long as a commit names the segment; threads share it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.facets import Values
from newsfeed.search.interface import FacetName
from newsfeed.search.postings import Occurrences
from newsfeed.search.schema import FIELDS
from newsfeed.search.scored import Docs, differing
from newsfeed.search.whoosh_fields import AGAIN, SPLIT, NumberName
from newsfeed.whoosh_numpy.evaluation.phrases import offsets
from newsfeed.whoosh_numpy.evaluation.postings import Postings
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon
from newsfeed.whoosh_numpy.storage.segment import FieldArrays
from newsfeed.whoosh_numpy.storage.segment import Segment as Arrays

T = TypeVar("T")

_SIGN = np.uint64(1 << 63)
_NO_DOCS = np.zeros(0, np.uint32)


class Segment:
    """Documents 0 to `count` - 1 of one segment."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.count = arrays.count
        self.fields = [arrays.field(field.name) for field in FIELDS]
        self.lengths = [arrays.lengths(field.name) for field in FIELDS]
        self._facets: dict[FacetName, Values] = {}
        self._numbers: dict[NumberName, NDArray[np.int64]] = {}

    def numbers(self, name: NumberName) -> NDArray[np.int64]:
        """Document -> one of its numbers."""
        if name not in self._numbers:
            self._numbers[name] = self._column(name)
        return self._numbers[name]

    @cached_property
    def ids(self) -> tuple[NDArray[np.uint32], Lexicon]:
        """Document -> 1 + the number of its id among the ids, which ascend."""
        return self._ordinals("id")

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """For each field its length in all documents, and how many documents have it."""
        return self.totals_of(slice(None))

    def totals_of(self, docs: Docs | slice) -> NDArray[np.int64]:
        """The same over some documents."""
        found = np.zeros((len(FIELDS), 2), np.int64)
        for number, lengths in enumerate(self.lengths):
            if lengths is not None:
                chosen = lengths[docs]
                found[number] = chosen.sum(dtype=np.int64), np.count_nonzero(chosen)
        return found

    def article(self, doc: int) -> bytes:
        """The JSON of a document's article."""
        stored: bytes = self._arrays.stored_value(doc, "article")
        return stored

    def with_term(self, field: str, term: str) -> Docs:
        """The documents in which a term stands in one field, ascending."""
        arrays = self._arrays.field(field)
        encoded = term.encode(errors="surrogatepass")  # half a surrogate pair is in no term
        number = arrays.lexicon.find(encoded) if arrays is not None else -1
        if arrays is None or number < 0:
            return _NO_DOCS
        start, end = arrays.rows(number)
        return arrays.docs[start:end]

    def facet(self, name: FacetName) -> Values:
        """The values of a facet."""
        if name not in self._facets:
            self._facets[name] = self._values(name)
        return self._facets[name]

    def run(self, terms: Sequence[bytes], fields: Collection[int]) -> Iterator[Occurrences]:
        """Where terms stand next to each other in fields of one kind, the fields ascending."""
        for field, arrays, numbers in self._having(fields, lambda each: _numbers(each, terms)):
            if len(numbers) == 1:
                start, end = arrays.rows(numbers[0])
                docs, counts = arrays.docs[start:end], arrays.frequencies(start, end)
            else:
                docs, counts = _following(arrays, numbers)
            if len(docs):
                yield self._occurrences(field, docs, counts)

    def beginning(self, prefix: bytes, fields: Collection[int]) -> Iterator[Occurrences]:
        """Where any term stands that begins with a prefix; its terms are neighbours."""
        for field, arrays, (first, last) in self._having(
            fields, lambda each: each.prefixed(prefix)
        ):
            start, end = int(arrays.starts[first]), int(arrays.starts[last])
            if start < end:
                counts = arrays.frequencies(start, end)
                yield self._occurrences(field, arrays.docs[start:end], counts)

    def _having(
        self, fields: Collection[int], look_up: Callable[[Lexicon], T]
    ) -> Iterator[tuple[int, FieldArrays, T]]:
        """The fields that any document has, ascending, and what is looked up in their lexicons.

        Fields of one kind share a lexicon: what was looked up for one is there for the next.
        """
        known: dict[Lexicon, T] = {}
        for field in sorted(fields):
            arrays = self.fields[field]
            if arrays is not None:
                if arrays.lexicon not in known:
                    known[arrays.lexicon] = look_up(arrays.lexicon)
                found = known[arrays.lexicon]
                if found:
                    yield field, arrays, found

    def _occurrences(self, field: int, docs: Docs, counts: NDArray[Any]) -> Occurrences:
        lengths = self.lengths[field]
        if lengths is None:
            raise ValueError(f"{FIELDS[field].name}: no lengths")
        return Occurrences(field, docs, counts, lengths[docs])

    def _ordinals(self, field: str) -> tuple[NDArray[np.uint32], Lexicon]:
        arrays, ordinals = self._arrays.field(field), self._arrays.ordinals(field)
        if arrays is None or ordinals is None:
            raise ValueError(f"{field}: not every document has one")
        return ordinals, arrays.lexicon

    def _column(self, name: NumberName) -> NDArray[np.int64]:
        ordinals = self._arrays.optional(f"{name}.column_ordinals")
        if ordinals is None:
            raise ValueError(f"{name}: no document has one")
        # A value is a zero byte and the number, big-endian, its sign bit turned.
        values = self._arrays.file.array(f"{name}.column.blob").reshape(-1, 9)[:, 1:]
        distinct = np.ascontiguousarray(values).view(">u8").ravel().astype(np.uint64) ^ _SIGN
        numbers: NDArray[np.int64] = distinct.view(np.int64)[ordinals - np.uint32(1)]
        return numbers

    def _values(self, facet: FacetName) -> Values:
        arrays = self._arrays.field(f"facet_{facet}")
        if arrays is None:
            return Values((), (), np.zeros(1, np.uint32), np.zeros(1, np.uint32), _NO_DOCS)
        terms = [term.decode() for term in arrays.lexicon]
        slugs: dict[str, int] = {}
        for number, term in enumerate(terms):
            if not term.startswith(AGAIN):
                slugs.setdefault(term.partition(SPLIT)[0], number)
        firsts = [*slugs.values(), sum(not term.startswith(AGAIN) for term in terms)]
        names = [term.partition(SPLIT)[2] for term in terms]
        return Values(tuple(slugs), names, arrays.starts[firsts], arrays.starts, arrays.docs[:])


def _numbers(lexicon: Lexicon, terms: Sequence[bytes]) -> list[int]:
    """The numbers of the terms; none where one of them stands nowhere."""
    found = []
    for term in terms:
        number = lexicon.find(term)
        if number < 0:
            return []
        found.append(number)
    return found


def _following(arrays: FieldArrays, numbers: Sequence[int]) -> tuple[Docs, NDArray[np.intp]]:
    """The documents in which terms follow each other, and how often they do in each."""
    rows = [arrays.rows(number) for number in numbers]
    docs = min((arrays.docs[start:end] for start, end in rows), key=len)
    for start, end in rows:
        others = arrays.docs[start:end]
        at = np.minimum(others.searchsorted(docs), len(others) - 1)
        docs = docs[others[at] == docs]
    found = _places(arrays, numbers[0], docs)
    for distance, number in enumerate(numbers[1:], 1):
        if not len(found):
            break
        places = _places(arrays, number, docs) - distance
        at = np.minimum(places.searchsorted(found), len(places) - 1)
        found = found[places[at] == found]
    having = (found >> 32).astype(np.uint32)
    first = np.flatnonzero(differing(having))
    return having[first], np.diff(first, append=len(having))


def _places(arrays: FieldArrays, number: int, docs: Docs) -> NDArray[np.int64]:
    """Where a term stands in documents that have it, ascending: document << 32 | position."""
    if arrays.positions is None:
        raise ValueError(f"{arrays.name}: no positions")
    postings = Postings(arrays, number, None)
    starts, counts = offsets(postings, postings.docs.searchsorted(docs))
    total = int(counts.sum())
    if total > len(arrays.positions):  # damaged: there is no room for as many as it may say
        raise ValueError(f"{arrays.name}: more positions than there are")
    at = np.repeat(starts - counts.cumsum() + counts, counts) + np.arange(total)
    places: NDArray[np.int64] = np.repeat(docs.astype(np.int64) << 32, counts)
    places |= arrays.positions[at]
    return places
