"""SQLite's FTS5 with a table of the documents beside it.

In: documents, questions. Out: seconds and pages. Called by the benchmarks through `contestant`. It
has no German stemmer, so it is given stems, and making them is not timed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from benchmarks.engine.contestant import PAGE, TITLE_BOOST, Page, Plan
from benchmarks.engine.document import Document, Question
from benchmarks.engine.stems import stem, stems
from benchmarks.engine.timing import Clock

_CREATE = """
CREATE TABLE documents (id TEXT UNIQUE, title TEXT, body TEXT, section TEXT, date TEXT);
CREATE VIRTUAL TABLE stems USING fts5(
    title, body, content='', tokenize="unicode61 remove_diacritics 0"
);
"""
_BEST = f"""
SELECT id, title FROM (
    SELECT rowid, rank FROM stems WHERE stems MATCH ?
    AND rank MATCH 'bm25({TITLE_BOOST}, 1.0)' ORDER BY rank LIMIT {PAGE}
) AS best JOIN documents ON documents.rowid = best.rowid ORDER BY rank
"""
_FORGET = "INSERT INTO stems (stems, rowid, title, body) VALUES ('delete', ?, ?, ?)"
_OPERATORS = {"AND", "OR"}


class Fts5:
    """SQLite with a write-ahead log and full syncs."""

    name = "FTS5"
    rounds = 3

    def build(self, folder: Path, documents: Iterable[Document], plan: Plan, /) -> float:
        """One transaction; `segments` 1 merges its b-trees (not timed)."""
        clock, found = Clock(), iter(documents)
        database = _connect(folder)
        database.executescript(_CREATE)
        while part := list(islice(found, 1000)):
            terms = [(_terms(d.title), _terms(d.body)) for d in part]
            with clock:
                for document, (title, body) in zip(part, terms, strict=True):
                    _add(database, document, title, body)
        with clock:
            database.commit()
        if plan.segments:
            database.execute("INSERT INTO stems (stems) VALUES ('optimize')")
            database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return clock.seconds

    def open(self, folder: Path) -> Opened:
        """One connection, kept open."""
        return Opened(folder)


class Opened:
    """An open database."""

    def __init__(self, folder: Path) -> None:
        self._database = _connect(folder)

    def prepare(self, question: Question) -> str:
        """The query with its words stemmed, in quotes."""
        return re.sub(r'"[^"]+"|\w+', lambda found: _stemmed(found[0]), question.text)

    def page(self, query: str) -> Page:
        """Match, rank, join."""
        return self._database.execute(_BEST, (query,)).fetchall()

    def total(self, query: str) -> int:
        """The exact number of matches."""
        count = "SELECT count(*) FROM stems WHERE stems MATCH ?"
        total: int = self._database.execute(count, (query,)).fetchone()[0]
        return total

    def replace(self, document: Document) -> None:
        """One article updated, durable and visible."""
        find = "SELECT rowid, title, body FROM documents WHERE id = ?"
        row, *old = self._database.execute(find, (document.id,)).fetchone()
        title, body = _terms(document.title), _terms(document.body)
        self._database.execute("DELETE FROM documents WHERE rowid = ?", (row,))
        self._database.execute(_FORGET, (row, *map(_terms, old)))
        _add(self._database, document, title, body)
        self._database.commit()

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()


def _connect(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "fts5.sqlite")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA mmap_size=8000000000")
    return database


def _add(database: sqlite3.Connection, document: Document, title: str, body: str) -> None:
    values = (document.id, document.title, document.body, document.section, str(document.date))
    row = database.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", values).lastrowid
    database.execute("INSERT INTO stems (rowid, title, body) VALUES (?, ?, ?)", (row, title, body))


def _terms(text: str) -> str:
    return " ".join(stems(text))


def _stemmed(word: str) -> str:
    if word in _OPERATORS:
        return word
    return '"' + " ".join(map(stem, word.strip('"').lower().split())) + '"'
