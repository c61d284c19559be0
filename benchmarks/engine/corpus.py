"""The engine's corpora: documents and questions, from ../shared or from the model.

In: a size and a source. Out: JSON lines of documents (id, title, body, section, date), 440
questions of six kinds, and a digest that names both. Called by every benchmark of the engine.

Both sources recombine sentences into articles of 12 to 30 and end each with three new compounds, so
that the dictionary keeps growing with the corpus. `../shared/bench/make_corpus.py` takes sentences
of real articles, `sentences` such as nobody wrote. A million documents are streamed and never
written down.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import orjson

from benchmarks.engine import sentences
from benchmarks.engine.document import Question, documents
from benchmarks.engine.questions import ask

SHARED = Path(__file__).parents[2] / ".." / "shared" / "bench" / "make_corpus.py"
Source = Literal["shared", "model"]
_ASKED = 100_000
"""Questions to a larger corpus are those of this size: counting a million's words takes an hour."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus; `path` holds its documents, one JSON object a line. None: they are streamed."""

    size: int
    source: Source
    digest: str
    path: Path | None
    questions: tuple[Question, ...]


def write(folder: Path, size: int, source: Source) -> Corpus:
    """Makes the corpus of `size` documents in `folder`, or finds it there."""
    path, asked = folder / f"{source}-{size}.jsonl", folder / f"{source}-{size}.questions"
    if not asked.exists():
        with path.open("wb") as file:
            file.writelines(lines(size, source))
        with path.open("rb") as file:
            found = [{"kind": q.kind, "q": q.text} for q in _questions(file, size, source)]
        asked.write_bytes(b"\n".join(map(orjson.dumps, found)))
    state = hashlib.sha256(asked.read_bytes())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    return Corpus(size, source, state.hexdigest()[:16], path, _parse(asked.read_bytes()))


def streamed(folder: Path, size: int, source: Source) -> Corpus:
    """The corpus of `size` documents, to be made while it is read."""
    asked = write(folder, min(size, _ASKED), source)
    digest = hashlib.sha256(f"{asked.digest}/{size}".encode()).hexdigest()[:16]
    return Corpus(size, source, digest, None, asked.questions)


def lines(size: int, source: Source) -> Iterator[bytes]:
    """The documents as JSON lines, in a stream; a program of its own makes those of ../shared."""
    if source == "model":
        yield from sentences.lines(size)
        return
    with _program(str(size), "/dev/stdout") as made:
        yield from made


def best_source() -> Source:
    """Real sentences where they are."""
    articles = SHARED.parents[1] / "relevance" / "gnad" / "docs.jsonl"
    return "shared" if SHARED.exists() and articles.exists() else "model"


@contextmanager
def _program(*arguments: str, stdin: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
    command = [sys.executable, str(SHARED), *arguments]
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout
        if process.wait():
            raise RuntimeError(f"{SHARED.name} ended with {process.returncode}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _questions(file: IO[bytes], size: int, source: Source) -> tuple[Question, ...]:
    if source == "model":
        return ask(documents(file), size)
    with _program("--queries", "/dev/stdin", "/dev/stdout", stdin=file) as made:
        return _parse(made.read())


def _parse(text: bytes) -> tuple[Question, ...]:
    found = map(orjson.loads, text.splitlines())
    return tuple(Question(line["kind"], line["q"]) for line in found)
