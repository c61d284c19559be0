"""newsfeed's engine, used as Whoosh is used.

In: documents, questions. Out: seconds and pages. Called by the benchmarks through `contestant`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.engine.contestant import KERNEL, OURS, PAGE, TITLE_BOOST, Page, Plan
from benchmarks.engine.document import Document, Question
from benchmarks.engine.stems import schema
from benchmarks.engine.timing import Clock
from newsfeed.whoosh_numpy import Index, MultifieldParser, create_in, open_dir
from newsfeed.whoosh_numpy.evaluation import native
from newsfeed.whoosh_numpy.writing.flushing import Limits

_ONE_BATCH = Limits(docs=1 << 40, bytes=1 << 40)
"""Nothing is flushed before the commit, so that each commit makes one segment."""


class Ours:
    """The engine with its defaults."""

    name = OURS
    rounds = 9

    def build(self, folder: Path, documents: Iterable[Document], plan: Plan, /) -> float:
        """One commit, or one for each segment asked for."""
        clock = Clock()
        index = create_in(folder, schema())
        found = map(fields, documents)
        if plan.segments < 2:
            with clock:
                load(index, found, plan.workers or 2)
            if plan.segments:
                index.optimize()
        else:
            for _ in range(plan.segments):
                with clock:
                    part = islice(found, -(-plan.size // plan.segments))
                    load(index, part, 1, merge=False, limits=_ONE_BATCH)
        held = len(index.reader().leaf_readers())
        if plan.segments and held != plan.segments:
            raise RuntimeError(f"{self.name}: {held} segments instead of {plan.segments}")
        index.close()
        return clock.seconds

    def open(self, folder: Path) -> Opened:
        """The searcher and the parser that a program keeps; pure NumPy, as it is installed."""
        return Opened(folder, kernel=False)


class OursWithKernel(Ours):
    """The same, asked with the compiled kernel."""

    name = KERNEL

    def open(self, folder: Path) -> Opened:
        """The same index. Raises RuntimeError where the kernel was not built."""
        if not native.built():
            raise RuntimeError("the kernel was not built: make kernel")
        return Opened(folder, kernel=True)


class Opened:
    """An open index of the engine; also what is asked after an update."""

    def __init__(self, folder: Path, kernel: bool = False) -> None:
        """`kernel`: whether searches use it; both ways take turns in one process."""
        self._kernel = kernel
        self._schema = schema()
        self._index = open_dir(folder, self._schema)
        self.searcher = self._index.searcher()
        self._parser = MultifieldParser(
            ["title", "body"], self._schema, fieldboosts={"title": TITLE_BOOST}
        )

    def prepare(self, question: Question) -> str:
        """As typed."""
        return question.text

    def page(self, query: str) -> Page:
        """Parse, search, read two stored fields of ten hits."""
        native.use(self._kernel)
        results = self.searcher.search(self._parser.parse(query), limit=PAGE)
        return [(hit["id"], hit["title"]) for hit in results]

    def page_and_total(self, query: str) -> tuple[Page, int]:
        """The same, and the number of matches from the same results."""
        native.use(self._kernel)
        results = self.searcher.search(self._parser.parse(query), limit=PAGE)
        return [(hit["id"], hit["title"]) for hit in results], len(results)

    def total(self, query: str) -> int:
        """The exact number of matches."""
        return self.page_and_total(query)[1]

    def replace(self, document: Document) -> None:
        """One article updated, durable and visible."""
        with self._index.writer() as writer:
            writer.update_document(**fields(document))
        self._index = self._index.refresh()
        self.searcher = self._index.searcher()

    def optimize(self) -> None:
        """All segments into one."""
        self._index.optimize()
        self._index = self._index.refresh()
        self.searcher = self._index.searcher()

    def close(self) -> None:
        """Lets go of the files."""
        self.searcher.close()
        self._index.close()


def load(
    index: Index,
    found: Iterator[dict[str, Any]],
    workers: int,
    merge: bool = True,
    **options: Any,
) -> None:
    """Adds documents and commits."""
    writer = index.writer(procs=workers, **options)
    writer.add_documents(found)
    writer.commit(merge=merge)


def fields(document: Document) -> dict[str, Any]:
    """A document as `add_document` takes it."""
    return {
        "id": document.id,
        "title": document.title,
        "body": document.body,
        "section": document.section,
        "date": document.date.replace(tzinfo=None),  # Whoosh's instants are naive UTC
    }
