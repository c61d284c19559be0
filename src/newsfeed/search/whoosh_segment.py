"""One Whoosh segment, read only.

In: a storage and a segment of a table of contents. Out: facts, articles, postings and terms by
the segment's own document numbers, deleted documents included. Called by the snapshot, which knows
what is deleted. Whoosh's readers share file positions and may not be used by two threads at once,
so one lock guards them; what they return is never changed.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from itertools import accumulate

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage

from newsfeed.search.interface import FacetName
from newsfeed.search.schema import FACETS, FIELDS
from newsfeed.search.whoosh_fields import SCHEMA, Codec, read_article, read_facts, unpack
from newsfeed.search.whoosh_files import guarded

_FORMAT = SCHEMA["words"].format
_PAGE = 256


class Segment:
    """The words, facts and articles of documents 0 to `count` - 1; all files are opened at once."""

    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        codec = Codec()
        self._lock = threading.Lock()
        self._terms = codec.terms_reader(storage, segment)
        documents = codec.per_document_reader(storage, segment)
        self.count: int = segment.doc_count_all()
        self._articles = documents.column_reader("article", SCHEMA["article"].column_type)
        column = documents.column_reader("facts", SCHEMA["facts"].column_type)
        facts = [read_facts(value) for value in column]
        self.ids = [fact.id for fact in facts]
        self.published = array("q", (fact.published for fact in facts))
        self.lengths = [
            array("I", (fact.lengths[field] for fact in facts)) for field in range(len(FIELDS))
        ]
        self.facets: dict[FacetName, list[tuple[str, ...]]] = {
            name: [fact.facets[number] for fact in facts] for number, name in enumerate(FACETS)
        }

    def article(self, doc: int) -> bytes:
        """The JSON of a document's article."""
        with guarded("read"):
            with self._lock:
                value: bytes = self._articles[doc]
            return read_article(value)

    def find(self, token: str) -> list[int]:
        """The documents with this token."""
        with guarded("read"), self._lock:
            ids, _ = self._read("key", token)
        return ids

    def postings(self, term: str) -> tuple[Sequence[int], Sequence[int], array[int]]:
        """Documents, starts (one more than documents) and places of a term; see `Postings`."""
        with guarded("read"):
            with self._lock:
                ids, values = self._read("words", term)
            starts = list(accumulate((len(value) // 4 for value in values), initial=0))
            return ids, starts, unpack(b"".join(values))

    def terms(self, prefix: str, after: str | None) -> list[str]:
        """The next terms in order that begin with a prefix, after one already seen."""
        begins = prefix.encode()
        found: list[str] = []
        with guarded("read"), self._lock:
            start = begins if after is None else after.encode()
            for field, term in self._terms.terms_from("words", start):
                if field != "words" or not term.startswith(begins) or len(found) == _PAGE:
                    break
                if after is None or term > start:
                    found.append(term.decode())
        return found

    def _read(self, field: str, term: str) -> tuple[list[int], list[bytes]]:
        """Document numbers and posting values of a term, a block of postings at a time."""
        key = (field, term.encode())
        ids: list[int] = []
        values: list[bytes] = []
        if key not in self._terms:
            return ids, values
        matcher = self._terms.matcher(*key, _FORMAT)
        while matcher.is_active():
            # id() and value() decode the whole block that Whoosh is in; taking it as it is saves
            # three calls for every posting (`test_whoosh_segment` compares).
            matcher.id()
            ids.extend(matcher._ids)
            matcher._read_values()
            values.extend(matcher._values)
            matcher.skip_to(matcher.block_max_id() + 1)
        return ids, values
