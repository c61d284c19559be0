"""Whoosh's view of an index: terms, postings, statistics, stored values, columns.

In: the leaves of one commit. Out: a `whoosh.reading.IndexReader` over all of them at once: the
document numbers of the index are `leaf.base` plus the leaf's own. Made by `index`, used by
`searcher`, by Whoosh's queries and by programs. Deleted documents are in no list and no number
except `doc_count_all`. Immutable; shared by threads.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from whoosh.fields import FieldType, Schema
from whoosh.reading import IndexReader, ReaderClosed, TermInfo, TermNotFound

from newsfeed.whoosh_numpy.evaluation.similar import within
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from newsfeed.whoosh_numpy.searching import columns
from newsfeed.whoosh_numpy.searching.cursor import Cursor
from newsfeed.whoosh_numpy.searching.live_terms import live_lengths, live_terms
from newsfeed.whoosh_numpy.searching.matcher import PostingMatcher, TermRows, term_rows
from newsfeed.whoosh_numpy.storage import damage, lengths
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.storage.stored import StoredField


class Reader(IndexReader):  # type: ignore[misc]
    """Several leaves read as one; `leaf_readers` gives a reader of each."""

    def __init__(self, leaves: Sequence[Leaf], schema: Schema, generation: int = 0) -> None:
        """`leaves`: in order, each with its `base`; all of a commit or one of them alone."""
        self.leaves = tuple(leaves)
        self.schema = schema
        self.is_closed = False
        self._generation = generation
        self.first = self.leaves[0].base if self.leaves else 0
        """The number in the index of the reader's first document."""
        self._bases = [leaf.base - self.first for leaf in self.leaves]
        self._count = sum(leaf.count for leaf in self.leaves)
        self._stored: dict[str, list[StoredField | None]] = {}
        self.statistics = Statistics(self.leaves, schema)

    # What is read

    def is_atomic(self) -> bool:
        return len(self.leaves) < 2

    def leaf_readers(self) -> list[tuple[Reader, int]]:
        """A reader of each leaf, and what to add to its document numbers."""
        if self.is_atomic():
            return [(self, 0)]
        return [
            (Reader((leaf,), self.schema, self._generation), base)
            for leaf, base in self.based_leaves()
        ]

    def based_leaves(self) -> list[tuple[Leaf, int]]:
        """The leaves, and what to add to their document numbers to have the reader's."""
        return list(zip(self.leaves, self._bases, strict=True))

    def segment(self) -> Segment | None:
        return self.leaves[0].segment if len(self.leaves) == 1 else None

    def segments(self) -> list[Segment]:
        return [leaf.segment for leaf in self.leaves]

    def generation(self) -> int:
        return self._generation

    def close(self) -> None:
        """Nothing is freed by it: a file's map goes with its last view. Calls fail from now on."""
        if self.is_closed:
            raise ReaderClosed("Reader already closed")
        self.is_closed = True

    # Documents

    def doc_count_all(self) -> int:
        """How many numbers are given out, those of deleted documents included."""
        return self._count

    def doc_count(self) -> int:
        """How many documents there are."""
        return sum(leaf.count_live for leaf in self.leaves)

    def has_deletions(self) -> bool:
        return any(leaf.deleted is not None for leaf in self.leaves)

    def is_deleted(self, docnum: int) -> bool:
        leaf, doc = self.locate(docnum)
        return leaf.live is not None and not leaf.live[doc]

    def all_doc_ids(self) -> Iterator[int]:
        for leaf, base in self.based_leaves():
            live = range(leaf.count) if leaf.live is None else np.flatnonzero(leaf.live).tolist()
            for doc in live:
                yield base + doc

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document, without those of fields that the schema lost."""
        self._must_be_open()
        leaf, doc = self.locate(docnum)
        return {
            name: value for name, value in leaf.segment.stored(doc).items() if name in self.schema
        }

    def stored_value(self, docnum: int, name: str) -> Any:
        """One stored value. Raises KeyError where none was given."""
        if self.is_closed:
            raise ReaderClosed
        if not 0 <= docnum < self._count:
            raise KeyError(f"no document number {docnum}")
        fields = self._stored.get(name) or self._stored_fields(name)
        at = bisect_right(self._bases, docnum) - 1
        field = fields[at]
        if field is None:
            raise KeyError(name)
        return field.value(docnum - self._bases[at])

    def all_stored_fields(self) -> Iterator[dict[str, Any]]:
        return (self.stored_fields(docnum) for docnum in self.all_doc_ids())

    def locate(self, docnum: int) -> tuple[Leaf, int]:
        """The leaf that a document is in and its number there. Raises KeyError."""
        if not 0 <= docnum < self._count:
            raise KeyError(f"no document number {docnum}")
        at = bisect_right(self._bases, docnum) - 1
        return self.leaves[at], docnum - self._bases[at]

    # Terms

    def __contains__(self, term: tuple[str, Any]) -> bool:
        field, text = term
        return field in self.schema and self.doc_frequency(field, text) > 0

    def indexed_field_names(self) -> list[str]:
        """The fields that some document was indexed in, sorted."""
        names = {name for leaf in self.leaves for name in leaf.segment.fields}
        return sorted(name for name in names if name in self.schema and self._indexed(name))

    def all_terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self.indexed_field_names():
            yield from ((name, term) for term in self._terms(name, b""))

    def terms_from(self, fieldname: str, prefix: Any) -> Iterator[tuple[str, bytes]]:
        """All terms from this one on, those of later fields included."""
        start = self._bytes(fieldname, prefix)
        yield from ((fieldname, term) for term in self._terms(fieldname, start))
        for name in self.indexed_field_names():
            if name > fieldname:
                yield from ((name, term) for term in self._terms(name, b""))

    def lexicon(self, fieldname: str) -> Iterator[bytes]:
        self._bytes(fieldname, b"")
        return self._terms(fieldname, b"")

    def expand_prefix(self, fieldname: str, prefix: Any) -> Iterator[bytes]:
        start = self._bytes(fieldname, prefix)
        return self._terms(fieldname, start, start)

    def iter_from(self, fieldname: str, text: Any) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, text))

    def iter_field(self, fieldname: str, prefix: Any = "") -> Iterator[tuple[bytes, TermInfo]]:
        start = self._bytes(fieldname, prefix)
        return ((text, self.term_info(fieldname, text)) for text in self._terms(fieldname, start))

    def iter_prefix(self, fieldname: str, prefix: Any) -> Iterator[tuple[bytes, TermInfo]]:
        found = self.expand_prefix(fieldname, prefix)
        return ((text, self.term_info(fieldname, text)) for text in found)

    def terms_within(
        self, fieldname: str, text: str, maxdist: int, prefix: int = 0
    ) -> Iterator[Any]:
        """The words of a field within an edit distance that begin alike; see `similar`."""
        decode = self.schema[fieldname].from_bytes
        begun = self._bytes(fieldname, text[:prefix])
        terms = list(self._terms(fieldname, begun, begun))
        return (decode(terms[place]) for place in within(terms, text, maxdist))

    def cursor(self, fieldname: str) -> Cursor:
        return Cursor(self, fieldname)

    def term_info(self, fieldname: str, text: Any) -> TermInfo:
        """Statistics of a term over the live documents. Raises TermNotFound."""
        parts = self._parts(fieldname, text)
        boost = self.schema[fieldname].format.field_boost
        frequencies = [part.frequencies for part in parts]
        bounds = [
            lengths.DECODED[[int(coded.min()), int(coded.max())]].tolist()
            for coded in (part.length_bytes for part in parts)
            if coded is not None
        ]
        return TermInfo(
            weight=float(sum(int(each.sum()) for each in frequencies) * boost),
            df=sum(len(part.kept) for part in parts),
            minlength=int(min((low for low, _ in bounds), default=1)),
            maxlength=int(max((high for _, high in bounds), default=1)),
            maxweight=float(max(int(each.max()) for each in frequencies) * boost),
            minid=int(parts[0].docs[0]),
            maxid=int(parts[-1].docs[-1]),
        )

    def doc_frequency(self, fieldname: str, text: Any) -> int:
        """How many live documents have a term."""
        return self.statistics.df(fieldname, self._bytes(fieldname, text))

    def frequency(self, fieldname: str, text: Any) -> float:
        """How often a term stands in the live documents, times the field's boost."""
        if not self.doc_frequency(fieldname, text):
            return 0.0
        found = sum(int(part.frequencies.sum()) for part in self._parts(fieldname, text))
        return float(found * self.schema[fieldname].format.field_boost)

    def first_id(self, fieldname: str, text: Any) -> int:
        """The first live document with a term. Raises TermNotFound."""
        term = self._bytes(fieldname, text)
        for leaf, base in self.based_leaves():
            rows = term_rows(leaf, fieldname, term, base)
            if rows is not None:
                return int(rows.docs[0])
        raise TermNotFound((fieldname, text))

    def postings(self, fieldname: str, text: Any, scorer: Any = None) -> PostingMatcher:
        """The live documents with a term. Raises TermNotFound."""
        parts = self._parts(fieldname, text)
        term = self._bytes(fieldname, text)
        return PostingMatcher(fieldname, term, parts, self.schema[fieldname].format, scorer)

    # Lengths

    def field_length(self, fieldname: str) -> int:
        """The tokens in a field of all live documents; 0 where lengths are not counted."""
        return self.statistics.total_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        """The shortest of the live documents that have the field; 0 where none has."""
        return min((int(each.min()) for each in self._given(fieldname)), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max((int(each.max()) for each in self._given(fieldname)), default=0)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """A document's length in a field, as coarse as it is scored with."""
        leaf, doc = self.locate(docnum)
        counted = leaf.segment.lengths(fieldname)
        if counted is None:
            return default
        return int(lengths.DECODED[lengths.encode(counted[doc : doc + 1])][0])

    # Columns

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.schema and self.schema[fieldname].column_type is not None

    def column_reader(
        self, fieldname: str, column: Any = None, reverse: bool = False, translate: bool = True
    ) -> columns.ColumnReader:
        """The value of every document in a sortable field.

        Raises KeyError for fields without a column, ValueError for a `column` of another kind.
        """
        if not self.has_column(fieldname):
            raise KeyError(f"field {fieldname!r} has no column; it is not sortable")
        if column is not None and type(column) is not type(self.schema[fieldname].column_type):
            raise ValueError(f"field {fieldname!r} was not written with {column!r}")
        field, leaves = self.schema[fieldname], self.based_leaves()
        return columns.ColumnReader(field, fieldname, leaves, reverse, translate)

    # What Whoosh's indexes have and these have not

    def has_vector(self, docnum: int, fieldname: str) -> bool:  # noqa: ARG002
        return False

    def vector(self, docnum: int, fieldname: str, format_: Any = None) -> NoReturn:  # noqa: ARG002
        """Raises KeyError: vectors are not kept."""
        raise KeyError(f"field {fieldname!r} keeps no vectors")

    # Inside

    def _stored_fields(self, name: str) -> list[StoredField | None]:
        """The stored values of a field, leaf by leaf. Raises KeyError for an unknown one."""
        if name not in self.schema:
            raise KeyError(name)
        found = self._stored[name] = [leaf.segment.stored_field(name) for leaf in self.leaves]
        return found

    def _terms(self, field: str, start: bytes, prefix: bytes = b"") -> Iterator[bytes]:
        """The terms of a field that some live document has, from one on, ascending."""
        self._must_be_open()
        found = [
            damage.guarded(leaf, live_terms(leaf, field, start, prefix)) for leaf in self.leaves
        ]
        if len(found) == 1:
            return iter(found[0])
        return (term for term, _ in groupby(merge(*found)))

    def _parts(self, field: str, text: Any) -> list[TermRows]:
        self._must_be_open()
        term = self._bytes(field, text)
        try:
            found = [term_rows(leaf, field, term, base) for leaf, base in self.based_leaves()]
        except damage.SIGNS:
            damage.check(self.leaves)
            raise
        parts = [each for each in found if each is not None]
        if not parts:
            raise TermNotFound((field, text))
        return parts

    def _bytes(self, field: str, text: Any) -> bytes:
        if field not in self.schema:
            raise TermNotFound(f"No field {field!r}")
        described: FieldType = self.schema[field]
        if described.format is None or not self._indexed(field):
            raise TermNotFound(f"Field {field!r} is not indexed")
        return text if isinstance(text, bytes) else bytes(described.to_bytes(text))

    def _indexed(self, field: str) -> bool:
        described = self.schema[field]
        return described.format is not None and bool(getattr(described, "indexed", True))

    def _given(self, field: str) -> list[NDArray[np.uint32]]:
        found = [live_lengths(leaf, field) for leaf in self.leaves]
        return [given for given in (each[each > 0] for each in found) if len(given)]

    def _must_be_open(self) -> None:
        if self.is_closed:
            raise ReaderClosed
