"""Several processes make the same index as one; whatever befalls them, the last commit stands."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields
from whoosh.index import LockError
from whoosh.writing import IndexingError

from newsfeed.whoosh_numpy.index import Index, create_in
from newsfeed.whoosh_numpy.storage import disk
from newsfeed.whoosh_numpy.storage.stored import TRAIN_FROM
from newsfeed.whoosh_numpy.writing import bulk, workers
from newsfeed.whoosh_numpy.writing.bulk import BulkWriter
from newsfeed.whoosh_numpy.writing.flushing import Limits
from newsfeed.whoosh_numpy.writing.workers import WorkerFailed


def schema(**more: Any) -> fields.Schema:
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        number=fields.NUMERIC(stored=True),
        text=fields.TEXT(stored=True),
        **more,
    )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    monkeypatch.setattr(bulk, "FROM", 10)
    return create_in(tmp_path, schema())


def documents(count: int, text: str = "Text") -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"id": f"d{number}", "number": number, "text": f"{text} {number} " * 30}


def load(index: Index, given: Iterable[dict[str, Any]]) -> None:
    with index.writer(procs=2) as writer:
        writer.add_documents(given)


def contents(index: Index) -> dict[str, str]:
    found = [
        leaf.segment.stored(doc)
        for leaf in index.latest().leaves
        for doc in range(leaf.count)
        if leaf.live is None or leaf.live[doc]
    ]
    texts = {stored["id"]: stored["text"] for stored in found}
    assert len(texts) == len(found)
    return texts


def files(index: Index) -> set[str]:
    return {path.suffix for path in index.folder.iterdir()}


def processes(writer: object) -> list[Any]:
    assert isinstance(writer, BulkWriter)
    return [worker._process for worker in writer._workers]


@pytest.mark.parametrize("count", [0, 3, 10, 300])
def test_the_same_documents_as_with_one_process(index: Index, count: int) -> None:
    with index.writer(procs=2, limits=Limits(docs=50)) as writer:
        assert writer.add_documents(documents(count)) == count
        assert len(processes(writer)) == (2 if count >= 10 else 0)
    assert contents(index) == {each["id"]: each["text"] for each in documents(count)}
    if count == 300:
        assert len(index.latest().leaves) >= 6
        index.optimize()
        assert index.doc_count() == 300
        assert index.check() == []


def test_the_last_write_of_an_id_wins_wherever_the_others_are(index: Index) -> None:
    with index.writer() as writer:
        writer.add_documents(documents(40, "committed"))
    with index.writer(procs=3, limits=Limits(docs=7)) as writer:
        writer.add_documents({**each, "id": f"n{each['id']}"} for each in documents(20, "added"))
        for attempt in range(3):
            for each in documents(50, f"attempt {attempt}"):
                writer.update_document(**each)
    found = contents(index)
    assert len(found) == 70
    assert all(found[each["id"]] == each["text"] for each in documents(50, "attempt 2"))


def test_with_two_unique_fields_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FROM", 5)
    index = create_in(tmp_path, schema(other=fields.ID(unique=True)))
    with index.writer(procs=2) as writer:
        for number in range(60):
            writer.update_document(id=f"d{number % 20}", other=f"o{number % 15}", text=str(number))
    expected: list[tuple[int, int, str]] = []
    for number in range(60):
        id, other = number % 20, number % 15
        expected = [each for each in expected if each[0] != id and each[1] != other]
        expected.append((id, other, str(number)))
    assert contents(index) == {f"d{id}": text for id, _, text in expected}


def test_few_documents_are_dealt_to_processes_when_they_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "FROM_SIZE", 5000)
    index = create_in(tmp_path, schema())
    with index.writer(procs=2) as writer:
        for number in range(9):
            writer.add_document(id=f"d{number}", text="Text " * 100)
        assert not multiprocessing.active_children()
        writer.add_document(id="d9", text="Text " * 100)
        assert len(multiprocessing.active_children()) == 2
    assert len(contents(index)) == 10


def test_the_processes_share_a_dictionary_of_stored_bytes(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(number=fields.NUMERIC, kept=fields.STORED))
    with index.writer(procs=2) as writer:
        for number in range(2 * TRAIN_FROM):
            writer.add_document(number=number, kept=f"{number} ist eine Zahl. ".encode() * 20)
    leaves = index.latest().leaves
    assert len(leaves) == 2
    assert len({leaf.segment.file.array("stored.dictionary").tobytes() for leaf in leaves}) == 1


def test_deletions_reach_what_is_anywhere(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="committed", text="weg")
    with index.writer(procs=2, limits=Limits(docs=20)) as writer:
        writer.add_documents(documents(100))
        writer.add_document(id="pending", text="weg")
        assert writer.delete_by_term("text", "weg") == 2
        assert writer.delete_by_term("number", 42) == 1
        assert writer.doc_count() == 99
        writer.add_document(id="later", text="weg")
    found = contents(index)
    assert len(found) == 100
    assert "d42" not in found
    assert "later" in found


def test_a_document_that_is_refused_fails_the_commit_and_is_named(index: Index) -> None:
    bad = {"id": "bad", "number": "many"}
    with pytest.raises(WorkerFailed, match=r"number: 'many' cannot be indexed.*id='bad'"):
        load(index, [*documents(20), bad, *documents(20)])
    assert contents(index) == {}
    assert files(index) == {".toc", ".lock"}
    with index.writer(procs=2) as writer:
        writer.add_documents(documents(20))
    assert len(contents(index)) == 20


def test_an_unknown_field_is_refused_at_once(index: Index) -> None:
    with (
        index.writer(procs=2) as writer,
        pytest.raises(fields.UnknownFieldError, match="unknown"),
    ):
        writer.add_document(id="a", unknown="?")


def test_a_killed_process_fails_the_commit(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
    writer = index.writer(procs=2, limits=Limits(docs=20))
    writer.add_documents(documents(200))
    os.kill(processes(writer)[1].pid, signal.SIGKILL)
    with pytest.raises(WorkerFailed, match="exit code -9"):
        writer.add_documents(documents(20_000))
    assert writer.is_closed
    assert list(contents(index)) == ["a"]
    index.writer().cancel()
    assert len(list(index.folder.iterdir())) == 3


def test_an_error_of_the_disk_in_a_process_fails_the_commit(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "sync", fails)
    monkeypatch.setattr(workers, "_context", lambda: multiprocessing.get_context("fork"))
    with pytest.raises(WorkerFailed, match="No space left"):
        load(index, documents(100))
    assert files(index) == {".toc", ".lock"}


def test_cancelling_ends_the_processes_and_removes_their_files(index: Index) -> None:
    writer = index.writer(procs=2, limits=Limits(docs=20))
    writer.add_documents(documents(300))
    started = processes(writer)
    writer.cancel()
    assert not any(process.is_alive() for process in started)
    assert files(index) == {".toc", ".lock"}


def test_while_other_threads_run_processes_are_not_forked(index: Index) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert workers._context().get_start_method() == "spawn"
        with index.writer(procs=2) as writer:
            writer.add_documents(documents(50))
    finally:
        stop.set()
        thread.join()
    assert len(contents(index)) == 50


def test_groups_are_refused(index: Index) -> None:
    writer = index.writer(procs=2)
    with pytest.raises(IndexingError, match="one process"):
        writer.start_group()
    writer.cancel()


def test_the_processes_of_a_killed_writer_end_and_leave_the_lock(index: Index) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from whoosh import fields
from newsfeed.whoosh_numpy.writing import bulk
from newsfeed.whoosh_numpy.index import create_in
bulk.FROM = 10
writer = create_in(sys.argv[1], fields.Schema(id=fields.ID)).writer(procs=2)
writer.add_documents({"id": str(number)} for number in range(200))
os.kill(os.getpid(), signal.SIGKILL)
"""
    folder = index.folder / "own"
    command = [sys.executable, "-c", program, str(folder)]
    # Its output is read to the end, and that comes when the last process that could write is gone.
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    own = create_in(folder, fields.Schema(id=fields.ID))
    with pytest.raises(LockError), own.writer():
        own.writer(timeout=0.0)
