"""Writes commits: changes to the index, or everything anew in its place.

In: named, dated articles and removals, while the caller holds the writers' lock. Out: a published
commit. Called by the adapter. Whatever fails leaves the published commit as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from whoosh.writing import CLEAR

from newsfeed.article import Article
from newsfeed.search.interface import Change
from newsfeed.search.whoosh_fields import document
from newsfeed.search.whoosh_files import guarded, kept
from newsfeed.whoosh_numpy.index import Index
from newsfeed.whoosh_numpy.writing.writer import Writer


def update(index: Index, changes: Mapping[str, Change], sequence: int) -> None:
    """Publishes the current commit with changes, the last of each id.

    Raises ValueError for an article without id or date, IndexUnavailable.
    """
    documents = [document(each) for each in changes.values() if isinstance(each, Article)]
    removed = [id for id, each in changes.items() if not isinstance(each, Article)]
    with guarded("written"), _writer(index) as writer:
        for id in removed:
            writer.delete_by_term("id", id)
        for each in documents:
            writer.update_document(**each)
        writer.commit(user=kept(sequence))


def rebuild(index: Index, articles: Iterable[Article], sequence: int) -> None:
    """Publishes a commit that holds just these articles, the last of each id.

    Raises ValueError for an article without id or date, IndexUnavailable, and whatever the
    iterable raises.
    """
    with _writer(index) as writer:
        seen: set[int] = set()  # two ids of one hash cost an update in vain, nothing more
        for article in articles:
            values = document(article)
            number = hash(article.id)
            with guarded("written"):
                if number in seen:
                    writer.update_document(**values)
                else:
                    writer.add_document(**values)
            seen.add(number)
        with guarded("written"):
            writer.commit(mergetype=CLEAR, user=kept(sequence))


@contextmanager
def _writer(index: Index) -> Iterator[Writer]:
    """A writer; what is not committed at the end is thrown away."""
    with guarded("written"):
        writer = index.writer()
    try:
        yield writer
    finally:
        if not writer.is_closed:
            with suppress(Exception):  # whatever is left behind, the next writer removes
                writer.cancel()
