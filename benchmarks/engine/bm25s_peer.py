"""bm25s: scores of every document computed beforehand, in sparse NumPy arrays.

In: documents, questions. Out: seconds and pages. Called by the benchmarks through `contestant`. It
knows neither AND nor phrases, fields or updates: a title's words count twice, and those kinds of
questions it does not answer. It is given stems, and making them is not timed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import bm25s
import orjson

from benchmarks.engine.contestant import PAGE, Page, Plan
from benchmarks.engine.document import Document, Question
from benchmarks.engine.stems import stems
from benchmarks.engine.timing import Clock

_ANSWERED = {"rare", "mid", "common", "or3"}
logging.getLogger("bm25s").setLevel(logging.WARNING)


class Bm25s:
    """bm25s with Lucene's BM25, in memory-mapped arrays."""

    name = "bm25s"
    rounds = 3

    def build(self, folder: Path, documents: Iterable[Document], _plan: Plan, /) -> float:
        """All documents at once; there is no other way."""
        vocabulary: dict[str, int] = {}
        rows, shown = [], []
        for document in documents:
            terms = 2 * stems(document.title) + stems(document.body)
            rows.append([vocabulary.setdefault(term, len(vocabulary)) for term in terms])
            shown.append((document.id, document.title))
        clock = Clock()
        with clock:
            retriever = bm25s.BM25(method="lucene")
            retriever.index((rows, vocabulary), show_progress=False)
            retriever.save(str(folder), show_progress=False)
        (folder / "shown.json").write_bytes(orjson.dumps(shown))
        return clock.seconds

    def open(self, folder: Path) -> Opened:
        """Arrays mapped, ids and titles in memory."""
        return Opened(folder)


class Opened:
    """An open index of bm25s."""

    def __init__(self, folder: Path) -> None:
        self._retriever = bm25s.BM25.load(str(folder), mmap=True)
        self._shown = orjson.loads((folder / "shown.json").read_bytes())
        self._pages = min(PAGE, len(self._shown))

    def prepare(self, question: Question) -> list[str] | None:
        """Its terms; None for AND and phrases."""
        if question.kind not in _ANSWERED:
            return None
        return stems(question.text.replace(" OR ", " "))

    def page(self, query: list[str]) -> Page:
        """Score all, take ten."""
        found, scores = self._retriever.retrieve([query], k=self._pages, show_progress=False)
        return [
            tuple(self._shown[row])
            for row, score in zip(found[0].tolist(), scores[0].tolist(), strict=True)
            if score > 0
        ]

    def total(self, query: list[str]) -> None:
        """Unknown to it."""

    def close(self) -> None:
        """Nothing is held but memory."""
