"""Readings: article files are read and parsed in processes of their own, with limits.

In: `ArticleFile`s of a corpus. Out: for each a `Reading` (bytes, article, digest) or a `Problem`,
in the order of the files. Called by the indexer; `newsfeed parse` calls `read_article` directly.
A file that kills its process, or takes too much time or memory, costs that file only.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

from newsfeed.article import Article
from newsfeed.corpus import ArticleFile, Problem, read, shown
from newsfeed.parsing import Context, parse
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.sidecar import read_sidecar

_CHUNK = 16
_MEMORY = 2 << 30


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read now: its bytes, its sidecar's bytes, and the article they make.

    `digest` is the SHA-256 of `raw`. `withdrawn` is the reason for which the sidecar takes the
    article back, or None. The article has no identity yet.
    """

    file: ArticleFile
    raw: bytes
    sidecar: bytes | None
    digest: str
    article: Article
    withdrawn: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms files are read: from where, how much, and what dates mean."""

    root: Path
    limit: int
    seconds: int
    zone: ZoneInfo
    now: datetime


WITHDRAWN = "zurückgezogen"


def read_article(terms: Terms, file: ArticleFile) -> Reading | Problem:
    """Reads and parses one file in this process."""
    try:
        raw = read(terms.root, file.path, terms.limit)
        sidecar = read(terms.root, file.sidecar, terms.limit) if file.sidecar else None
        article, withdrawn = parse_article(terms, file, raw, sidecar)
    except ParseError as error:
        return Problem(shown(file.path), error.reason, error.remedy)
    except MemoryError:
        return Problem(shown(file.path), "takes too much memory to parse", "split the file")
    return Reading(file, raw, sidecar, digest(raw), article, withdrawn)


def parse_article(
    terms: Terms, file: ArticleFile, raw: bytes, sidecar: bytes | None
) -> tuple[Article, str | None]:
    """The article in these bytes, and the reason if the sidecar withdraws it.

    Raises ParseError.
    """
    metadata = read_sidecar(sidecar, file.sidecar or "") if sidecar is not None else None
    context = Context(now=terms.now, zone=terms.zone, sidecar=metadata, modified=file.modified)
    article = parse(raw, file.path, context)
    mark = metadata.withdrawn if metadata else False
    return article, (mark if isinstance(mark, str) else WITHDRAWN) if mark else None


def digest(raw: bytes) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


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
        pending: deque[tuple[list[ArticleFile], Future[list[Reading | Problem]]]] = deque()
        chunks = _chunks(files, _CHUNK)
        while True:
            for chunk in islice(chunks, self._jobs * 2 - len(pending)):
                pending.append((chunk, self._submit(terms, chunk)))
            if not pending:
                return
            chunk, answer = pending.popleft()
            try:
                yield from answer.result()
            except BrokenProcessPool:
                self._drop()
                yield from self._one_by_one(terms, chunk)
                # whatever waited behind the dead process is asked again
                pending = deque((waiting, self._submit(terms, waiting)) for waiting, _ in pending)

    def _one_by_one(
        self, terms: Terms, files: Sequence[ArticleFile]
    ) -> Iterator[Reading | Problem]:
        for file in files:
            try:
                yield from self._submit(terms, [file]).result()
            except BrokenProcessPool:
                self._drop()
                yield Problem(
                    shown(file.path),
                    f"its parsing died (more than {terms.seconds} s of processor time, or a crash)",
                    "split or remove the file, or raise parse_seconds in the settings",
                )

    def _submit(
        self, terms: Terms, files: Sequence[ArticleFile]
    ) -> Future[list[Reading | Problem]]:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # no locks inherited from threads
            self._pool = ProcessPoolExecutor(self._jobs, context, _limit_memory)
        try:
            return self._pool.submit(_read_chunk, terms, files)
        except BrokenProcessPool as error:
            broken: Future[list[Reading | Problem]] = Future()
            broken.set_exception(error)
            return broken

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _chunks(files: Iterable[ArticleFile], size: int) -> Iterator[list[ArticleFile]]:
    rest = iter(files)
    return iter(lambda: list(islice(rest, size)), [])


def _read_chunk(terms: Terms, files: Sequence[ArticleFile]) -> list[Reading | Problem]:
    return list(map(partial(_read_limited, terms), files))


def _read_limited(terms: Terms, file: ArticleFile) -> Reading | Problem:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + terms.seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
    return read_article(terms, file)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
