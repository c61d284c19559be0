"""Stock Whoosh with the same schema, the same parser class and the same calls.

In: documents, questions. Out: seconds and pages. Called by the benchmarks through `contestant`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser

from benchmarks.engine.contestant import PAGE, STOCK, TITLE_BOOST, Page, Plan
from benchmarks.engine.document import Document, Question
from benchmarks.engine.stems import schema
from benchmarks.engine.timing import Clock


class StockWhoosh:
    """Whoosh with its defaults and memory enough for large batches."""

    name = STOCK
    rounds = 3

    def build(self, folder: Path, documents: Iterable[Document], _plan: Plan, /) -> float:
        """One commit and one segment, whatever is asked: it is slow enough that way."""
        clock = Clock()
        with clock:
            writer = create_in(folder, schema()).writer(limitmb=512)
            for document in documents:
                writer.add_document(
                    id=document.id,
                    title=document.title,
                    body=document.body,
                    section=document.section,
                    date=document.date.replace(tzinfo=None),
                )
            writer.commit(optimize=True)
        return clock.seconds

    def open(self, folder: Path) -> Opened:
        """One searcher, kept open."""
        return Opened(folder)


class Opened:
    """An open index of Whoosh."""

    def __init__(self, folder: Path) -> None:
        self._searcher = open_dir(folder).searcher()
        self._parser = MultifieldParser(
            ["title", "body"], schema(), fieldboosts={"title": TITLE_BOOST}
        )

    def prepare(self, question: Question) -> str:
        """As typed."""
        return question.text

    def page(self, query: str) -> Page:
        """Parse, search, read the stored fields of ten hits."""
        results = self._searcher.search(self._parser.parse(query), limit=PAGE)
        return [(hit["id"], hit["title"]) for hit in results]

    def total(self, query: str) -> int:
        """The exact number of matches."""
        return len(self._searcher.search(self._parser.parse(query), limit=PAGE))

    def close(self) -> None:
        """Lets go of the files."""
        self._searcher.close()
