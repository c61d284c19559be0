"""Several processes over the same files: one writes, the others read; nobody sees half a commit."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from whoosh import fields
from whoosh import query as q
from whoosh.index import LockError

from newsfeed.whoosh_numpy.index import create_in, open_dir

PROCESSES = multiprocessing.get_context("forkserver")
DOCUMENTS = 20
PATIENCE = 120
"""Seconds after which a process that says nothing is taken for hung."""


def schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        body=fields.TEXT(stored=True),
        number=fields.NUMERIC(stored=True),
    )


def read(folder: Path, line: Connection) -> None:
    """Searches until it is told to stop; sends the numbers seen, or what went wrong."""
    index = open_dir(folder, schema())
    seen: list[int] = []
    line.send("ready")
    while not line.poll():
        with index.searcher() as searcher:
            hits = searcher.search(q.Term("body", "haus"), limit=None)
            numbers = {hit["number"] for hit in hits}
            if len(hits) != DOCUMENTS or len(numbers) != 1:
                line.send(f"{len(hits)} documents with the numbers {sorted(numbers)}")
                return
            seen += numbers
    line.send(seen)


def write(folder: Path, number: int, *, optimize: bool = False) -> None:
    """One commit that writes a number into all documents."""
    writer = open_dir(folder, schema()).writer()
    for key in range(DOCUMENTS):
        writer.update_document(key=str(key), body="haus wald", number=number)
    writer.commit(optimize=optimize)


def hold(folder: Path, line: Connection) -> None:
    """Opens a writer, adds to it, and waits to be killed."""
    writer = open_dir(folder, schema()).writer()
    writer.add_document(key="x", body="haus", number=-1)
    writer.searcher()  # Flushes, so that a segment without a commit lies there.
    line.send("holding")
    time.sleep(PATIENCE)


def expect(line: Connection) -> object:
    assert line.poll(PATIENCE)
    return line.recv()


def test_readers_in_other_processes_see_whole_commits(tmp_path: Path) -> None:
    create_in(tmp_path, schema())
    write(tmp_path, 0)
    lines, readers = [], []
    for _ in range(3):
        ours, theirs = PROCESSES.Pipe()
        reader = PROCESSES.Process(target=read, args=(tmp_path, theirs))
        reader.start()
        lines.append(ours)
        readers.append(reader)
    assert [expect(line) for line in lines] == ["ready"] * 3
    for number in range(1, 25):
        write(tmp_path, number, optimize=number % 7 == 0)
    for line in lines:
        line.send("stop")
    for line, reader in zip(lines, readers, strict=True):
        seen = expect(line)
        assert isinstance(seen, list), seen
        assert seen
        assert seen == sorted(seen)
        assert set(seen) <= set(range(25))
        reader.join(PATIENCE)
        assert reader.exitcode == 0


def test_a_writer_that_is_killed_leaves_the_last_commit_and_no_lock(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    write(tmp_path, 0)
    before = sorted(path.name for path in tmp_path.iterdir())
    ours, theirs = PROCESSES.Pipe()
    holder = PROCESSES.Process(target=hold, args=(tmp_path, theirs))
    holder.start()
    assert expect(ours) == "holding"
    with pytest.raises(LockError):
        index.writer()
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(PATIENCE)
    with index.searcher() as searcher:
        assert len(searcher.search(q.Every(), limit=None)) == DOCUMENTS
    index.writer().cancel()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert index.check() == []
