"""Reader pool: article files are read in processes of their own, with limits.

In: `ArticleFile`s of a corpus. Out: what `readings` makes of each, in the order of the files.
Called by the indexer.
A file that kills its process, or takes too much time or memory, costs that file only.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar

from newsfeed.corpus import ArticleFile, Problem
from newsfeed.parsing.members import may_be_collection
from newsfeed.readings import Reading, Terms, read_article, survey
from newsfeed.shelves import Surveyed

_CHUNK = 16
_MEMORY = 2 << 30
_SPEED = 1_000_000
"""Bytes of a collection for which its reading may take one more second."""

Answer = TypeVar("Answer")
_Task: TypeAlias = Callable[[Terms, ArticleFile], Answer | Problem]


class ReaderPool:
    """Parser processes; a context manager. `jobs` 0 means one for each core."""

    def __init__(self, jobs: int = 0) -> None:
        self._jobs = jobs or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    def read(self, terms: Terms, files: Iterable[ArticleFile]) -> Iterator[Reading | Problem]:
        """Reads and parses the files, several at a time; answers come in the files' order."""
        return self._each(read_article, terms, files)

    def survey(self, terms: Terms, files: Iterable[ArticleFile]) -> Iterator[Surveyed | Problem]:
        """Looks into files that may hold several articles; answers come in the files' order."""
        return self._each(survey, terms, files)

    def _each(
        self, task: _Task[Answer], terms: Terms, files: Iterable[ArticleFile]
    ) -> Iterator[Answer | Problem]:
        pending: deque[tuple[list[ArticleFile], Future[list[Answer | Problem]]]] = deque()
        chunks = _chunks(files, _CHUNK)
        while True:
            for chunk in islice(chunks, self._jobs * 2 - len(pending)):
                pending.append((chunk, self._submit(task, terms, chunk)))
            if not pending:
                return
            chunk, answer = pending.popleft()
            try:
                yield from answer.result()
            except BrokenProcessPool:
                self._drop()
                yield from self._one_by_one(task, terms, chunk)
                # whatever waited behind the dead process is asked again
                pending = deque(
                    (waiting, self._submit(task, terms, waiting)) for waiting, _ in pending
                )

    def _one_by_one(
        self, task: _Task[Answer], terms: Terms, files: Sequence[ArticleFile]
    ) -> Iterator[Answer | Problem]:
        for file in files:
            try:
                yield from self._submit(task, terms, [file]).result()
            except BrokenProcessPool:
                self._drop()
                yield Problem(
                    file.label,
                    f"its parsing died (more than {terms.seconds} s of processor time or "
                    f"{terms.patience:g} times that on the clock, or a crash)",
                    "split or remove the file, or raise parse_seconds in the settings",
                )

    def _submit(
        self, task: _Task[Answer], terms: Terms, files: Sequence[ArticleFile]
    ) -> Future[list[Answer | Problem]]:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # no locks inherited from threads
            self._pool = ProcessPoolExecutor(self._jobs, context, _limit_process)
        try:
            return self._pool.submit(_do_chunk, task, terms, files)
        except BrokenProcessPool as error:
            broken: Future[list[Answer | Problem]] = Future()
            broken.set_exception(error)
            return broken

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _chunks(files: Iterable[ArticleFile], size: int) -> Iterator[list[ArticleFile]]:
    rest = iter(files)
    return iter(lambda: list(islice(rest, size)), [])


def _do_chunk(
    task: _Task[Answer], terms: Terms, files: Sequence[ArticleFile]
) -> list[Answer | Problem]:
    return list(map(partial(_do_limited, task, terms), files))


def _do_limited(task: _Task[Answer], terms: Terms, file: ArticleFile) -> Answer | Problem:
    """Does the task within the limits of time; the system ends this process when it exceeds them.

    The clock ends what waits or sleeps, which no limit of processor time can.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = terms.seconds + _extra_seconds(terms.root, file) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + allowed, hard))
    signal.setitimer(signal.ITIMER_REAL, allowed * terms.patience)
    try:
        return task(terms, file)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _extra_seconds(root: Path, file: ArticleFile) -> int:
    """What a large collection may take beyond a document's time: it has to be gone through."""
    if not may_be_collection(file.home):
        return 0
    try:
        return (root / file.home).lstat().st_size // _SPEED
    except OSError:
        return 0


def _limit_process() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
