"""How long until one changed article is found, and until an index is open?

An update replaces one document, commits durably, and counts until a search gives the document by a
word that it did not have before. Opening is timed in fresh processes, everything imported.

    .venv/bin/python -m benchmarks.engine update --size 100000
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.engine import indexes, process
from benchmarks.engine.contestant import OURS, UPDATING, Updating
from benchmarks.engine.corpus import Corpus
from benchmarks.engine.document import Document, Question, documents
from benchmarks.engine.table import Report, Target
from benchmarks.engine.task import CONTESTANTS
from benchmarks.measure import interleaved, percentile

UPDATES = 100
OPENINGS = 5


def run(corpus: Corpus, folder: Path, peers: Iterable[str]) -> Report:
    """Opens one-segment indexes, then updates copies of them in turns."""
    report = Report("update", corpus.size, corpus.source, corpus.digest)
    names = [OURS, *(name for name in peers if name in UPDATING)]
    built = {name: indexes.segmented(corpus, folder, name, 1).path for name in names}
    opening = {
        name: [process.run("opening", name, at).result for _ in range(OPENINGS)]
        for name, at in built.items()
    }
    for again, name in enumerate(("open, with late imports", "open")):
        times = {each: [both[again] for both in found] for each, found in opening.items()}
        figures = {each: 1000 * percentile(found, 50) for each, found in times.items()}
        report.add(name, "ms", figures, Target("<=", 10, None) if again else None)
    with ExitStack() as stack:
        copies = Path(stack.enter_context(TemporaryDirectory(dir=folder)))
        opened = {}
        for name, at in built.items():
            shutil.copytree(at, copies / name)
            opened[name] = stack.enter_context(closing(CONTESTANTS[name].open(copies / name)))
        changed = list(_changed(corpus))
        samples = interleaved(
            {
                name: lambda n, one=one: _update(one, n, changed[n])  # type: ignore[misc]
                for name, one in opened.items()
            },
            UPDATES,
        )
    for percent in (50, 99):
        figures = {name: 1000 * percentile(times, percent) for name, times in samples.items()}
        target = Target("<=", 10, None) if percent == 50 else None
        report.add(f"update to visible p{percent}", "ms", figures, target)
    return report


def _update(one: Updating, number: int, document: Document) -> None:
    one.replace(document)
    page = one.page(one.prepare(Question("rare", _word(number))))
    if page != [(document.id, document.title)]:
        raise RuntimeError(f"after the update of {document.id} a search for it gives {page}")


def _changed(corpus: Corpus) -> Iterator[Document]:
    """Documents from all over the corpus, each with a new word in its title."""
    chosen = set(Random(corpus.size).sample(range(corpus.size), UPDATES))
    assert corpus.path is not None
    with corpus.path.open("rb") as file:
        wanted = (line for number, line in enumerate(file) if number in chosen)
        for number, document in enumerate(documents(wanted)):
            yield replace(document, title=f"{_word(number)} {document.title}")


def _word(number: int) -> str:
    return f"xneufassung{number}x"
