"""What a contestant is: it builds an index of documents in a folder, and answers questions to it.

In: documents, questions. Out: seconds, and pages of ten (id, title). Implemented by `ours` and the
`…_peer` files; called by every benchmark of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.engine.document import Document, Question

Page = list[tuple[str, str]]
"""Ids and titles, best first."""
PAGE = 10
TITLE_BOOST = 2.0
OURS = "newsfeed"
KERNEL = "newsfeed+C"
"""newsfeed with its optional compiled kernel, where that was built; else it does not take part."""
TANTIVY = "tantivy"
STOCK = "Whoosh"
UPDATING = (OURS, TANTIVY, "FTS5")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to build an index of `size` documents.

    `workers` are processes or threads, 0 is the engine's own choice. `segments` 0 leaves their
    number to the engine, 1 merges all into one (not timed), more splits the documents evenly.
    """

    size: int
    workers: int
    segments: int


class Asked(Protocol):
    """What is asked in turns."""

    def prepare(self, question: Question, /) -> Any:
        """The query as this contestant takes it, None where it cannot answer. Not timed."""

    def page(self, query: Any, /) -> Any:
        """The best ten. This is what is timed."""


class Searching(Asked, Protocol):
    """An open index."""

    def page(self, query: Any, /) -> Page:
        """The best ten: parse, find, rank, read id and title."""

    def total(self, query: Any) -> int | None:
        """How many documents match, None where the contestant does not know."""

    def close(self) -> None:
        """Lets go of the files."""


class Contestant(Protocol):
    """A search engine."""

    name: str
    rounds: int
    """How often each question is asked; the slow ones are asked less often."""

    def build(self, folder: Path, documents: Iterable[Document], plan: Plan, /) -> float:
        """Indexes the documents durably; the seconds it took."""

    def open(self, folder: Path) -> Any:
        """Opens what `build` made: `Searching`, for those in UPDATING `Updating`."""


class Counting(Searching, Protocol):
    """An open index that gives a page and the exact number of all matches at once."""

    def page_and_total(self, query: Any) -> tuple[Page, int]:
        """What a results page shows; also timed."""


class Updating(Searching, Protocol):
    """An open index in which one document can be replaced at a time."""

    def replace(self, document: Document) -> None:
        """Replaces the document of this id, durably; the next page knows it."""
