"""Writing: documents in, one commit out. Whoosh's `IndexWriter`, on the files of this engine.

In: documents, deletions. Out: one commit. Called by `index`. A writer holds the index's lock from
beginning to end; what it writes is seen by nobody before the commit. Deletions and updates find
everything that came before them, committed or not. Not shared by threads.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NoReturn

from whoosh import writing
from whoosh.fields import FieldType, Schema
from whoosh.query import Query
from whoosh.writing import IndexingError, IndexWriter

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.merging.merge import Progress
from newsfeed.whoosh_numpy.searching.reader import Reader
from newsfeed.whoosh_numpy.searching.searcher import Searcher
from newsfeed.whoosh_numpy.storage import lock
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.writing.drafts import Draft
from newsfeed.whoosh_numpy.writing.flushing import DEFAULT, Flushing, Limits
from newsfeed.whoosh_numpy.writing.publishing import Publishing
from newsfeed.whoosh_numpy.writing.unique import Term, unique_terms

if TYPE_CHECKING:
    from newsfeed.whoosh_numpy.index import Index

TIMEOUT: Final = 0.2
"""Seconds. Another process that joins segments in the background has the lock for a moment."""

_POLICIES: Final = (writing.NO_MERGE, writing.MERGE_SMALL, writing.OPTIMIZE, writing.CLEAR)


class Writer(IndexWriter):  # type: ignore[misc]
    """Use as a context manager: commits at the end, cancels on an exception."""

    def __init__(self, index: Index, timeout: float = TIMEOUT, limits: Limits = DEFAULT) -> None:
        """`timeout`: seconds to wait for another writer. `limits`: when to flush to a segment.

        Raises LockError, and whatever opening the last commit raises.
        """
        self.index = index
        self.schema: Schema = index.schema
        self.is_closed = False
        self._grouped = False
        self._limits = limits
        with ExitStack() as stack:
            with index.background.publishing:
                stack.enter_context(lock.hold(index.folder, index.indexname, timeout))
            commit = index.latest()
            index.commits.sweep(commit.toc, durable=False)
            self._generation = commit.generation
            self._committed = [Draft(entry, leaf) for entry, leaf in commit.pairs()]
            self._flushing = Flushing(index.folder, index.indexname, self.schema, limits)
            self._publishing = Publishing(index.commits, commit.toc, self.schema)
            self._lock = stack.pop_all()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.index!r}>"

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.commit()
        elif not self.is_closed:
            self.cancel()

    def add_document(self, **fields: Any) -> None:
        """Takes a document. Raises UnknownFieldError, UnsupportedField, ValueError, OSError."""
        self._must_be_open()
        self._add(fields, ())

    def add_documents(self, documents: Iterable[Mapping[str, Any]]) -> int:
        """Takes documents one after another; how many there were."""
        count = 0
        for document in documents:
            self.add_document(**document)
            count += 1
        return count

    def update_document(self, **fields: Any) -> None:
        """Takes a document in place of all those that share the value of a unique field with it."""
        self._must_be_open()
        terms = unique_terms(self.schema, fields)
        self._add(fields, terms)
        for draft in self._committed:
            for term in terms:
                draft.delete_term(*term)

    def delete_by_term(
        self,
        fieldname: str,
        text: Any,
        searcher: object = None,  # noqa: ARG002
    ) -> int:
        """Deletes the documents with a term; how many there were."""
        self._must_be_open()
        if fieldname not in self.schema:
            return 0
        try:
            term = bytes(self.schema[fieldname].to_bytes(text))
        except ValueError:
            return 0  # No document can have it.
        return self._delete_term(fieldname, term)

    def delete_by_query(self, q: Query, searcher: Searcher | None = None) -> int:
        """Deletes the documents that a query finds; how many there were.

        A `searcher` has to be one of this writer's, made after the last document.
        """
        self._must_be_open()
        found = list((searcher or self.searcher()).docs_for_query(q, for_deletion=True))
        return sum(self._delete_number(doc) for doc in found)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Deletes a document by its number in `reader()`. There is no way back but `cancel`."""
        self._must_be_open()
        if not delete:
            raise IndexingError("a deleted document cannot be brought back")
        self._delete_number(docnum)

    def is_deleted(self, docnum: int) -> bool:
        draft, doc = self._place(docnum)
        return draft.is_deleted(doc)

    def has_deletions(self) -> bool:
        return self.deleted_count() > 0

    def deleted_count(self) -> int:
        """Deleted documents that the index's segments still hold."""
        return sum(draft.count - draft.count_live for draft in self._drafts())

    def doc_count(self) -> int:
        """Documents that this writer has added."""
        flushed = sum(draft.count_live for draft in self._flushing.drafts)
        return flushed + self._flushing.pending

    def reader(self, reuse: object = None) -> Reader:  # noqa: ARG002
        """A reader of the index as this writer has made it so far; flushes."""
        self._must_be_open()
        self._flush()
        return Reader(tuple(self._leaves()), self.schema, self._generation)

    def searcher(self, **kwargs: Any) -> Searcher:
        """A searcher of the index as this writer has made it so far; flushes."""
        return Searcher(self.reader(), **kwargs)

    def start_group(self) -> None:
        """Documents until `end_group` come to stand side by side in one segment."""
        self._must_be_open()
        self._grouped = True

    def end_group(self) -> None:
        self._must_be_open()
        self._grouped = False
        self._flush_if_full()

    def add_field(self, fieldname: str, fieldtype: FieldType, **kwargs: Any) -> None:
        """Adds a field to the schema of the index, from this commit on."""
        held = {name for draft in self._committed for name in draft.segment.fields}
        if fieldname not in self.schema and fieldname in held:
            raise IndexingError(f"{fieldname}: a removed field is still there; optimize first")
        self._change_schema(lambda schema: schema.add(fieldname, fieldtype, **kwargs))

    def remove_field(self, fieldname: str, **kwargs: Any) -> None:
        """Takes a field from the schema; what it holds goes when its segments are joined."""
        self._change_schema(lambda schema: schema.remove(fieldname, **kwargs))

    def add_reader(self, reader: object) -> NoReturn:  # noqa: ARG002
        raise IndexingError("documents of another index cannot be taken over; add them anew")

    def commit(
        self,
        mergetype: Callable[..., Any] | None = None,
        optimize: bool = False,
        merge: bool = True,
        user: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Makes everything visible and durable at once, and closes the writer.

        `mergetype`: one of Whoosh's policies; `CLEAR` leaves only what this writer has added.
        `optimize`: joins all segments to one. `merge`: whether to join small ones. `user`: a JSON
        object to be kept with the commit in place of the last one's. Where nothing was added or
        deleted and no `user` given, nothing is written. After an error the last commit stands.
        """
        self._must_be_open()
        if mergetype not in (None, *_POLICIES):
            raise IndexingError("mergetype: only the policies of whoosh.writing are known")
        optimize = optimize or mergetype is writing.OPTIMIZE
        clear = mergetype is writing.CLEAR
        if optimize or clear:
            self.index.background.stop()
        with self._all_or_nothing():
            self._flush(self._publishing.unsynced)
            drafts = self._flushing.drafts if clear else self._drafts()
            if optimize:
                drafts = self._publishing.optimized(drafts, progress)
            elif merge and mergetype is not writing.NO_MERGE:
                drafts = self._publishing.tiered(drafts, self.doc_count(), progress)
            self._publishing.publish([draft for draft in drafts if draft.count_live], user)
        self.index.schema = self.schema
        self._close()
        if self._publishing.is_due:
            self.index.background.start(self.schema)

    def cancel(self) -> None:
        """Gives up everything since the writer was opened, and closes it."""
        self._must_be_open()
        with self._all_or_nothing():
            self._discard()
        self._close()

    def _add(self, document: Mapping[str, Any], replacing: tuple[Term, ...]) -> None:
        self._flushing.add(document, replacing)
        self._flush_if_full()

    def _delete_term(self, field: str, term: bytes) -> int:
        flushed = self._flushing.delete_term(field, term)
        return flushed + sum(draft.delete_term(field, term) for draft in self._committed)

    def _delete_number(self, docnum: int) -> int:
        draft, doc = self._place(docnum)
        return draft.delete((doc,))

    def _flush(self, unsynced: Unsynced | None = None) -> None:
        if self._flushing.pending:
            with self._all_or_nothing():
                self._flushing.flush(self._dictionary(), unsynced)

    def _flush_if_full(self) -> None:
        if not self._grouped and self._flushing.is_full():
            self._flush()

    def _drafts(self) -> list[Draft]:
        return [*self._committed, *self._flushing.drafts]

    def _leaves(self) -> Iterator[Leaf]:
        base = 0
        for draft in self._drafts():
            yield draft.leaf(base)
            base += draft.count

    def _place(self, docnum: int) -> tuple[Draft, int]:
        """The segment of a document and its number there."""
        doc = docnum
        for draft in self._drafts():
            if 0 <= doc < draft.count:
                return draft, doc
            doc -= draft.count
        raise IndexingError(f"no document has the number {docnum}")

    def _dictionary(self) -> bytes | None:
        """The dictionary of the largest segment that has one, for stored values."""
        for draft in sorted(self._drafts(), key=lambda draft: -draft.count):
            found = draft.segment.optional("stored.dictionary")
            if found is not None:
                return found.tobytes()
        return None

    def _change_schema(self, change: Callable[[Schema], None]) -> None:
        self._must_be_open()
        if self.doc_count():
            raise IndexingError("the schema can be changed before documents are added, not after")
        changed = copy.copy(self.schema)
        for name, value in vars(self.schema).items():
            setattr(changed, name, copy.copy(value))
        change(changed)
        self._publishing = self._publishing.with_schema(changed)
        self._flushing = Flushing(self.index.folder, self.index.indexname, changed, self._limits)
        self.schema = changed

    def _discard(self) -> None:
        self._publishing.discard()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """An error that ends the context ends the writer: the last commit stands alone."""
        try:
            yield
        except BaseException:
            if not self.is_closed:
                try:
                    with suppress(OSError, EngineError):  # The next writer removes what is left.
                        self._discard()
                finally:
                    self._close()
            raise

    def _close(self) -> None:
        self.is_closed = True
        self._publishing.unsynced.close()
        self._lock.close()
        self._committed.clear()
        self._flushing.drafts.clear()

    def _must_be_open(self) -> None:
        if self.is_closed:
            raise IndexingError("this writer is closed")
