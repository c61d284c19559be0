"""A writer with several processes: the same calls, the same commit, more of the machine.

In: documents, deletions. Out: one commit. Called by `index`. Documents are dealt to the processes,
so their numbers follow no order; updates still win over everything that came before them, for
documents with the same value of a unique field go to the same process. An error in a document comes
to light some calls later, at the commit at the latest, and makes it fail. The first documents are
kept back: a small load never starts a process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn
from zlib import crc32

from whoosh.fields import Schema, UnknownFieldError
from whoosh.writing import IndexingError

from newsfeed.whoosh_numpy.errors import UnsupportedField
from newsfeed.whoosh_numpy.storage import stored
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.writing.unique import Term, unique_terms
from newsfeed.whoosh_numpy.writing.workers import Task, Worker
from newsfeed.whoosh_numpy.writing.writer import Writer

if TYPE_CHECKING:
    from newsfeed.whoosh_numpy.index import Index

FROM: Final = 2000
FROM_SIZE: Final = 16 << 20
"""Documents, characters and bytes; a load that is smaller in both starts no process: until each has
learned the words, one alone would be done."""

_SAMPLES: Final = 500
"""About how many of the documents kept back a dictionary is trained from."""

Waiting = tuple[Mapping[str, Any], tuple[Term, ...]]


class BulkWriter(Writer):
    """As `Writer`, with `procs` processes. Groups of documents are refused."""

    def __init__(self, index: Index, procs: int, **kwargs: Any) -> None:
        """`kwargs`: as for `Writer`; the processes share the limit of bytes."""
        self._procs = procs
        self._workers: list[Worker] = []
        self._waiting: list[Waiting] = []
        self._waiting_size = 0
        self._next = 0
        self._key: str | None = None
        super().__init__(index, **kwargs)

    def start_group(self) -> NoReturn:
        raise IndexingError("documents are kept side by side by a writer of one process only")

    def doc_count(self) -> int:
        self._flush()
        return super().doc_count()

    def _add(self, document: Mapping[str, Any], replacing: tuple[Term, ...]) -> None:
        self._check_names(document)
        if not self._workers:
            self._waiting.append((document, replacing))
            self._waiting_size += sum(
                len(each) for each in document.values() if isinstance(each, str | bytes)
            )
            if len(self._waiting) >= FROM or self._waiting_size >= FROM_SIZE:
                self._start()
        else:
            self._deal(document, replacing)

    def _deal(self, document: Mapping[str, Any], replacing: tuple[Term, ...]) -> None:
        for term in replacing:
            self._flushing.delete_term(*term)
        with self._all_or_nothing():
            chosen = self._chosen(document)
            chosen.add(document, replacing)
            if replacing and self._key is None:
                for other in self._workers:
                    if other is not chosen:
                        other.forget(replacing)

    def _chosen(self, document: Mapping[str, Any]) -> Worker:
        """By the value of the key, so that updates meet what they replace; without one, in turn."""
        if self._key is not None:
            key = {self._key: document.get(self._key)}
            with suppress(ValueError, UnsupportedField):  # The process will say what is wrong.
                for _, term in unique_terms(self.schema, key):
                    return self._workers[crc32(term) % len(self._workers)]
        self._next = (self._next + 1) % len(self._workers)
        return self._workers[self._next]

    def _delete_term(self, field: str, term: bytes) -> int:
        self._absorb()
        with self._all_or_nothing():
            elsewhere = sum(worker.delete_term(field, term) for worker in self._workers)
        return elsewhere + super()._delete_term(field, term)

    def _flush(self, unsynced: Unsynced | None = None) -> None:
        self._absorb()
        with self._all_or_nothing():
            for worker in self._workers:
                worker.finish()
            while self._workers:
                self._flushing.take(self._workers[0].written())
                self._workers.pop(0)
        super()._flush(unsynced)

    def _absorb(self) -> None:
        """Takes the documents kept back in this process, for there are few."""
        waiting, self._waiting, self._waiting_size = self._waiting, [], 0
        with self._all_or_nothing():
            for document, replacing in waiting:
                super()._add(document, replacing)

    def _start(self) -> None:
        """Starts the processes and deals to them what has been kept back."""
        self._key = _key(self.schema)
        self.index.background.stop()  # Forking is safe where there are no other threads.
        dictionary = self._dictionary() or stored.train(list(self._samples()))
        limits = replace(self._limits, bytes=self._limits.bytes // self._procs)
        task = Task(self.index.folder, self.index.indexname, self.schema, limits, dictionary)
        waiting, self._waiting, self._waiting_size = self._waiting, [], 0
        with self._all_or_nothing():
            for _ in range(self._procs):
                self._workers.append(Worker(task))
        for each in waiting:
            self._deal(*each)

    def _samples(self) -> Iterator[bytes]:
        """Stored values of the kind that is compressed."""
        for document, _ in self._waiting[:: max(1, len(self._waiting) // _SAMPLES)]:
            for name, value in document.items():
                if name in self.schema and self.schema[name].stored:
                    data = (
                        value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
                    )
                    if isinstance(data, bytes) and len(data) >= stored.COMPRESSED_FROM:
                        yield data

    def _check_names(self, document: Mapping[str, Any]) -> None:
        for name in document:
            if not name.startswith("_") and name not in self.schema:
                raise UnknownFieldError(f"No field named {name!r} in {self.schema}")

    def _discard(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()
        super()._discard()


def _key(schema: Schema) -> str | None:
    """The unique field, if there is just one: what has the same value in it goes the same way."""
    unique = [name for name, field in schema.items() if field.unique]
    return unique[0] if len(unique) == 1 and not schema._dyn_fields else None
