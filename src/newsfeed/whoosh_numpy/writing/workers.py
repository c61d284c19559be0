"""The processes of a bulk load: each turns its share of the documents into segments.

In: documents and terms to be deleted, in the order in which they are sent. Out: the segments that a
process has written. Called by `bulk`. A process that is killed, or that cannot take a document,
makes the next call fail; one whose writer has died ends by itself.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path
from typing import Any, Final

from whoosh.fields import Schema
from whoosh.writing import IndexingError

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.writing.flushing import Flushing, Limits
from newsfeed.whoosh_numpy.writing.unique import Term

_CHUNK: Final = 64
"""Messages that are sent at a time."""

Message = tuple[str, Any, Any]
Written = list[tuple[str, list[int]]]
"""Segments by their ids, and the documents to be deleted from each."""


class WorkerFailed(EngineError, IndexingError):  # type: ignore[misc]  # noqa: N818
    """A process of a bulk load died or refused a document; the writer can only be cancelled."""


@dataclass(frozen=True)
class Task:
    """What all processes of a bulk load are told at the beginning."""

    folder: Path
    name: str
    schema: Schema
    limits: Limits
    dictionary: bytes | None


class Worker:
    """One process, seen from the writer's side. Not shared by threads."""

    def __init__(self, task: Task) -> None:
        """Starts the process. Raises OSError, WorkerFailed for a schema that cannot be sent."""
        context = _context()
        self._connection, theirs = multiprocessing.Pipe()
        self._messages: list[Message] = []
        inherited = self._connection if context.get_start_method() == "fork" else None
        self._process = context.Process(target=_work, args=(task, theirs, inherited), daemon=True)
        try:
            with warnings.catch_warnings():
                # Python warns of forking where there are threads. There is no other of Python's,
                # and those of NumPy's BLAS are stopped and started anew around a fork.
                warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
                self._process.start()
        except (AttributeError, TypeError) as error:
            raise WorkerFailed(f"the schema cannot be sent to a process: {error}") from error
        finally:
            theirs.close()

    def add(self, document: Mapping[str, Any], replacing: Sequence[Term]) -> None:
        """Sends a document that takes the place of all that have one of the terms."""
        self._post(("add", document, replacing))

    def forget(self, terms: Sequence[Term]) -> None:
        """Has the documents deleted that have one of the terms."""
        self._post(("forget", terms, None))

    def delete_term(self, field: str, term: bytes) -> int:
        """Deletes the documents with a term; how many there were. Waits for the process."""
        self._post(("delete", field, term))
        self._send()
        count: int = self._answer()
        return count

    def finish(self) -> None:
        """Asks for the segments; the process begins with its last one."""
        self._post(("finish", None, None))
        self._send()

    def written(self) -> Written:
        """Waits for the segments and the end of the process."""
        found: Written = self._answer()
        self._process.join()
        self._connection.close()
        return found

    def stop(self) -> None:
        """Ends the process at once, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _post(self, message: Message) -> None:
        self._messages.append(message)
        if len(self._messages) >= _CHUNK:
            self._send()

    def _send(self) -> None:
        messages, self._messages = self._messages, []
        if self._connection.poll():
            self._answer()
        try:
            self._connection.send(messages)
        except (OSError, AttributeError, TypeError) as error:
            if self._connection.poll():
                self._answer()
            raise self._failure(error) from error

    def _answer(self) -> Any:
        try:
            kind, content = self._connection.recv()
        except (OSError, EOFError) as error:
            raise self._failure(error) from error
        if kind == "failed":
            raise WorkerFailed(content)
        return content

    def _failure(self, error: Exception) -> WorkerFailed:
        self._process.join(1.0)
        code = self._process.exitcode
        if code is None:
            return WorkerFailed(f"a document cannot be sent to a process: {error}")
        return WorkerFailed(f"a process of the bulk load ended unexpectedly (exit code {code})")


def _context() -> ForkContext | SpawnContext:
    """Forking is quickest, but only safe where no other thread could hold a lock meanwhile."""
    forkable = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork") if forkable else multiprocessing.get_context("spawn")


def _work(task: Task, connection: Connection, inherited: Connection | None) -> None:
    """What a process does from its beginning to its end.

    `inherited` is a forked process's copy of the writer's end. With it open the process would never
    see that the writer has died. Those forked later have a copy, too; the last one ends first.
    """
    if inherited is not None:
        inherited.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The writer decides what an interrupt means.
    flushing = Flushing(task.folder, task.name, task.schema, task.limits)
    try:
        while _take(task, flushing, connection, connection.recv()):
            pass
    except EOFError:
        return  # The writer is gone; the next one removes what has been written.
    except Exception as error:
        _report(connection, f"{type(error).__name__}: {error}")


def _take(
    task: Task, flushing: Flushing, connection: Connection, messages: Sequence[Message]
) -> bool:
    """Does what the messages say; whether there is more to come."""
    for kind, first, second in messages:
        if kind == "add":
            _add(flushing, first, second)
            if flushing.is_full():
                flushing.flush(task.dictionary)
        elif kind == "forget":
            for term in first:
                flushing.delete_term(*term)
        elif kind == "delete":
            connection.send(("deleted", flushing.delete_term(first, second)))
        else:
            flushing.flush(task.dictionary)
            connection.send(("written", [draft.told() for draft in flushing.drafts]))
            return False
    return True


def _add(flushing: Flushing, document: Mapping[str, Any], replacing: Sequence[Term]) -> None:
    try:
        flushing.add(document, replacing)
    except Exception as error:
        named = ", ".join(f"{name}={document[name]!r:.80}" for name in sorted(document)[:4])
        raise WorkerFailed(f"{type(error).__name__}: {error} (document: {named})") from error


def _report(connection: Connection, text: str) -> None:
    """Tells the writer; reads on until it is gone, so that it is never left waiting."""
    try:
        connection.send(("failed", text))
        while True:
            connection.recv()
    except (OSError, EOFError):
        return
