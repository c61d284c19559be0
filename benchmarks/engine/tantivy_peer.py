"""tantivy by its Python package: Rust, and what people take who can choose.

In: documents, questions. Out: seconds and pages. Called by the benchmarks through `contestant`.
It has its fastest tokenizer and its own German stemmer. Pages are asked for with `count=False`, so
that it may skip what cannot reach the top ten, as newsfeed does; pages with totals are timed apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.engine.contestant import PAGE, TANTIVY, TITLE_BOOST, Page, Plan
from benchmarks.engine.document import Document, Question
from benchmarks.engine.timing import Clock

_FIELDS = ["title", "body"]
_BOOSTS = {"title": TITLE_BOOST}
_HEAP = 1_000_000_000
"""Bytes of the writer; the larger, the fewer segments are to be merged. It has more than we do."""
_ONE_SEGMENT = 3_000_000_000


class Tantivy:
    """tantivy with a large heap."""

    name = TANTIVY
    rounds = 9

    def build(self, folder: Path, documents: Iterable[Document], plan: Plan, /) -> float:
        """Until the commit returns; merging in the background is waited for, but not timed."""
        clock = Clock()
        index = tantivy.Index(_schema(), path=str(folder))
        _register(index)
        found = iter(documents)
        heap, threads = (_ONE_SEGMENT, 1) if plan.segments else (_HEAP, plan.workers)
        parts = plan.segments or 1
        for _ in range(parts):
            with clock:
                writer = index.writer(heap, num_threads=threads)
                for document in islice(found, -(-plan.size // parts)):
                    writer.add_document(_document(document))
                writer.commit()
            writer.wait_merging_threads()
        index.reload()
        held = index.searcher().num_segments
        if plan.segments and held != plan.segments:
            raise RuntimeError(f"{self.name}: {held} segments instead of {plan.segments}")
        return clock.seconds

    def open(self, folder: Path) -> Opened:
        """One searcher, kept open."""
        return Opened(folder)


class Opened:
    """An open index of tantivy."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        _register(self._index)
        self._searcher = self._index.searcher()
        self._writer: tantivy.IndexWriter | None = None

    def prepare(self, question: Question) -> str:
        """As typed."""
        return question.text

    def page(self, query: str) -> Page:
        """Parse, search without counting, read ten documents (tantivy reads them whole)."""
        parsed = self._index.parse_query(query, _FIELDS, field_boosts=_BOOSTS)
        return self._read(self._searcher.search(parsed, PAGE, count=False))

    def page_and_total(self, query: str) -> tuple[Page, int]:
        """The same with `count=True`, tantivy-py's default."""
        parsed = self._index.parse_query(query, _FIELDS, field_boosts=_BOOSTS)
        found: Any = self._searcher.search(parsed, PAGE, count=True)
        return self._read(found), found.count

    def total(self, query: str) -> int:
        """The exact number of matches."""
        return self.page_and_total(query)[1]

    def _read(self, found: tantivy.SearchResult) -> Page:
        hits = [self._searcher.doc(address) for _, address in found.hits]
        return [(hit["id"][0], hit["title"][0]) for hit in hits]

    def replace(self, document: Document) -> None:
        """One article updated, durable and visible; the writer stays open, which is its best."""
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, num_threads=1)
        self._writer.delete_documents_by_term("id", document.id)
        self._writer.add_document(_document(document))
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        """Lets go of the writer."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=True, tokenizer_name="german")
    builder.add_text_field("body", stored=True, tokenizer_name="german")
    builder.add_text_field("section", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_date_field("date", stored=True, indexed=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    words = words.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("german"))
    index.register_tokenizer("german", words.build())


def _document(document: Document) -> tantivy.Document:
    return tantivy.Document(
        id=document.id,
        title=document.title,
        body=document.body,
        section=document.section,
        date=document.date,
    )
