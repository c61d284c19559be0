"""Joins large segments while everybody goes on: readers read, writers write.

In: the segments of the last commit that are due to be joined. Out: a commit with one in their
place. Called by `writer` after a commit, and by `index`. The lock is held for the moment of
publishing only: the files are joined before, and what has been deleted from them meanwhile is
deleted from the joint one. Where the segments are gone by then, or another process has swept the
file away, the work is thrown away.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from whoosh.fields import Schema
from whoosh.index import LockError

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.merging.merge import merge
from newsfeed.whoosh_numpy.merging.sources import sources_of
from newsfeed.whoosh_numpy.storage import disk, lock, toc
from newsfeed.whoosh_numpy.storage.commits import Commit, Commits, keeper
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.toc import Toc
from newsfeed.whoosh_numpy.writing import tiers
from newsfeed.whoosh_numpy.writing.drafts import Draft
from newsfeed.whoosh_numpy.writing.flushing import flushed
from newsfeed.whoosh_numpy.writing.tiers import Size

_PAUSE: Final = 0.02
"""Seconds between two attempts to get the lock."""

_log: Final = logging.getLogger(__name__)


class _Stopped(Exception):  # noqa: N818
    """Somebody wants the work to be given up."""


class Background:
    """At most one thread for an index object. Shared by threads."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self.publishing = threading.Lock()
        """Held while this thread has the index's lock, so that a writer may wait for it."""

    def start(self, schema: Schema) -> None:
        """Joins what is due, in a thread that the end of the program waits for."""
        if self._thread is None or not self._thread.is_alive():
            self._stopping.clear()
            self._thread = threading.Thread(
                target=self._run, args=(schema,), name="joining segments"
            )
            self._thread.start()

    def wait(self) -> None:
        """Waits until nothing is due any more."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Has unfinished work thrown away."""
        self._stopping.set()
        self.wait()

    def _run(self, schema: Schema) -> None:
        try:
            while self._join_next(self._commits.latest(), schema):
                pass
        except _Stopped:
            return
        except (OSError, EngineError, MemoryError):
            # Searching goes on as it is; a later commit tries again.
            _log.warning("segments could not be joined", exc_info=True)

    def _join_next(self, before: Commit, schema: Schema) -> bool:
        """Joins one run of segments; whether there may be more to do."""
        due = tiers.plan(
            [Size(leaf.count_live, leaf.count - leaf.count_live) for leaf in before.leaves]
        )
        if not due:
            return False
        leaves = before.leaves[due[0].start : due[0].stop]
        id = toc.new_id()
        path = toc.segment_path(self._commits.folder, self._commits.name, id)
        with self._commits.spared(path):
            sources = [(leaf.segment, leaf.deleted) for leaf in leaves]
            merge(sources, path, self._check, keeper(before.toc.schema, schema))
            return self._publish(leaves, flushed(path, id))

    def _check(self, *_: int) -> None:
        if self._stopping.is_set():
            raise _Stopped

    def _publish(self, leaves: tuple[Leaf, ...], joint: Draft) -> bool:
        """Puts the joint segment in the place of the others; whether they were still there.

        After an error the commit may stand all the same, so the file stays: it is the next writer
        who knows, and removes it.
        """
        while True:
            if self._stopping.is_set():
                disk.remove(joint.segment.path)
            self._check()
            with self.publishing:
                try:
                    with lock.hold(self._commits.folder, self._commits.name):
                        return self._replace(leaves, joint)
                except LockError:
                    pass  # A writer is open; it will be done some time.
            self._stopping.wait(_PAUSE)

    def _replace(self, leaves: tuple[Leaf, ...], joint: Draft) -> bool:
        folder, name, now = self._commits.folder, self._commits.name, self._commits.latest()
        at = _place([leaf.segment.path for leaf in leaves], now)
        if at is None:
            disk.remove(joint.segment.path)
            return False
        current = now.leaves[at : at + len(leaves)]
        joint.delete(_deleted_since(leaves, current))
        entries = list(now.toc.segments)
        generation = now.generation + 1
        unsynced = disk.Unsynced()
        try:
            entry = joint.written(folder, name, generation, unsynced)
            entries[at : at + len(leaves)] = [entry]
            after: Toc = replace(now.toc, generation=generation, segments=tuple(entries))
            toc.write(folder, name, after, unsynced)
        finally:
            unsynced.close()
        self._commits.sweep(after, durable=True)
        return True


def _place(paths: list[Path], commit: Commit) -> int | None:
    """Where these segments stand side by side, if they do."""
    found = [leaf.segment.path for leaf in commit.leaves]
    for at in range(len(found) - len(paths) + 1):
        if found[at : at + len(paths)] == paths:
            return at
    return None


def _deleted_since(before: tuple[Leaf, ...], now: tuple[Leaf, ...]) -> list[int]:
    """The documents that have been deleted since, by their numbers in the joint segment."""
    sources = sources_of([(leaf.segment, leaf.deleted) for leaf in before])
    found: list[int] = []
    for source, leaf in zip(sources, now, strict=True):
        gone = np.zeros(leaf.count, np.bool_) if leaf.live is None else ~leaf.live
        if source.live is not None:
            gone &= source.live
        found += source.numbers[gone].tolist()
    return found
