"""Writes commits: changes to the current generation, or a new generation beside it.

In: named, dated articles and removals, while the caller holds the writers' lock. Out: a published
commit. Called by the adapter. Whatever fails leaves the published commit as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from math import log

from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from newsfeed.article import Article
from newsfeed.search.interface import Change
from newsfeed.search.whoosh_fields import NAME, SCHEMA, Codec, document
from newsfeed.search.whoosh_files import NOTHING, Commit, Files, Storage, guarded
from newsfeed.search.whoosh_snapshot import Snapshot

_MEMORY = 128
"""Megabytes of postings, by Whoosh's reckoning, before a sorted run goes to disk."""

_FANOUT = 8
"""So many segments of about the same size are merged into one."""


def update(
    files: Files, current: Snapshot | None, changes: Mapping[str, Change], sequence: int
) -> None:
    """Publishes the current commit with changes, the last of each id.

    Raises ValueError for an article without id or date, IndexUnavailable.
    """
    documents = [document(each) for each in changes.values() if isinstance(each, Article)]
    with guarded("written"):
        files.tidy(current.commit if current else NOTHING)
        generation = current.commit.generation if current else files.create_generation()
        storage = files.storage(generation)
        if current is None:
            FileIndex.create(storage, SCHEMA, NAME)
        with _writer(storage) as writer:
            for doc in _replaced(current, changes):
                writer.delete_document(doc)
            for each in documents:
                writer.add_document(**each)
            writer.commit(mergetype=_merge)
        sealed = storage.seal(current.commit.files if current else {})
        files.publish(Commit(generation, writer.generation, sequence, sealed))
        storage.sweep()


def rebuild(files: Files, articles: Iterable[Article], sequence: int) -> None:
    """Publishes a new generation that holds just these articles, the last of each id.

    Raises ValueError for an article without id or date, IndexUnavailable, and whatever the
    iterable raises.
    """
    with guarded("written"):
        generation = files.create_generation()
        storage = files.storage(generation)
        FileIndex.create(storage, SCHEMA, NAME)
    try:
        toc = _write_all(storage, articles)
        with guarded("written"):
            commit = Commit(generation, toc, sequence, storage.seal({}))
    except BaseException:
        files.abandon(generation)
        raise
    with guarded("written"):
        files.publish(commit)
        files.tidy(commit)


def _write_all(storage: Storage, articles: Iterable[Article]) -> int:
    """Writes articles as one segment; the number of Whoosh's table of contents."""
    numbers: dict[str, int] = {}
    superseded = []
    with _writer(storage) as writer:
        for number, article in enumerate(articles):
            values = document(article)
            with guarded("written"):
                writer.add_document(**values)
            if article.id in numbers:
                superseded.append(numbers[article.id])
            numbers[article.id] = number
        with guarded("written"):
            writer.commit()
    if superseded:
        # Whoosh cannot delete what a writer has not committed yet.
        with guarded("written"), _writer(storage) as writer:
            for doc in superseded:
                writer.delete_document(doc)
            writer.commit(merge=False)
    toc: int = writer.generation
    return toc


@contextmanager
def _writer(storage: Storage) -> Iterator[SegmentWriter]:
    """A writer; what is not committed at the end is thrown away."""
    with guarded("written"):
        index = FileIndex(storage, SCHEMA, NAME)
        writer = SegmentWriter(index, codec=Codec(), compound=False, limitmb=_MEMORY)
    try:
        yield writer
    finally:
        if not writer.is_closed:
            with suppress(Exception):  # whatever is left behind, the next writer removes
                writer.cancel()


def _replaced(current: Snapshot | None, ids: Iterable[str]) -> Iterator[int]:
    """The documents that stand under these ids now."""
    if current is not None:
        for id in ids:
            yield from current.named(id)


def _merge(writer: SegmentWriter, segments: list[W3Segment]) -> list[W3Segment]:
    """Merges segments into the one being written; the segments that stay as they are.

    Sizes count live documents in powers of `_FANOUT`: when that many segments have one size, they
    and all smaller ones become one, so a document is rewritten log(N) times and segments stay few.
    One that is mostly deleted is rewritten, too, and one without live documents forgotten.
    """
    alive = [segment for segment in segments if _live(segment)]
    sizes = [int(log(_live(segment), _FANOUT)) for segment in alive]
    full = max((size for size in sizes if sizes.count(size) >= _FANOUT), default=-1)
    kept = []
    for segment, size in zip(alive, sizes, strict=True):
        if size <= full or segment.deleted_count() > _live(segment):
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        else:
            kept.append(segment)
    return kept


def _live(segment: W3Segment) -> int:
    count: int = segment.doc_count_all() - segment.deleted_count()
    return count
