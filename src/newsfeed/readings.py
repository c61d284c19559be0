"""Readings: article files are read and parsed in processes of their own, with limits.

In: `ArticleFile`s of a corpus. Out: for each a `Reading` (bytes, article, digest) or a `Problem`,
in the order of the files; or what a look inside finds. Called by the indexer; `newsfeed parse`
calls `read_article` and `survey` directly.
A file that kills its process, or takes too much time or memory, costs that file only.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from newsfeed.article import Article
from newsfeed.corpus import ArticleFile, Problem, Retraction, read
from newsfeed.parsing import Context, Explanation, explain, parse
from newsfeed.parsing.errors import ParseError, Retracted
from newsfeed.parsing.members import Limits, may_be_collection
from newsfeed.parsing.rules import RuleBook
from newsfeed.parsing.sidecar import Sidecar, read_sidecar
from newsfeed.shelves import Shelf, Surveyed

_CHUNK = 16
_MEMORY = 2 << 30
_SPEED = 1_000_000
"""Bytes of a collection for which its reading may take one more second."""
ARCHIVE_LIMIT = 10_000_000_000

Answer = TypeVar("Answer")
_Task: TypeAlias = Callable[["Terms", ArticleFile], Answer | Problem]


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
    """On which terms files are read: from where, how much, and what dates mean.

    `limit` is the most bytes of a document, `archive_limit` of a web archive; `seconds` the
    processor time that one of them may take, `patience` how often that may pass on the clock.
    """

    root: Path
    limit: int
    seconds: int
    zone: ZoneInfo
    now: datetime
    rules: RuleBook = field(default_factory=RuleBook)
    archive_limit: int = ARCHIVE_LIMIT
    patience: float = 10

    @property
    def limits(self) -> Limits:
        """The limits of documents and of archives."""
        return Limits(self.limit, self.archive_limit)


WITHDRAWN = "zurückgezogen"


_SHELF = Shelf()
"""This process' own: the last collection that it looked into stays open."""


def read_article(terms: Terms, file: ArticleFile) -> Reading | Problem:
    """Reads and parses one file, or one member of a file, in this process."""

    def reading() -> Reading:
        raw, sidecar = _contents(terms, file)
        article, withdrawn = parse_article(terms, file, raw, sidecar)
        return Reading(file, raw, sidecar, digest(raw), article, withdrawn)

    return _told(file, reading)


def explain_article(terms: Terms, file: ArticleFile) -> Explanation | Problem:
    """What `read_article` makes of a file, with the reasons."""

    def explanation() -> Explanation:
        raw, sidecar = _contents(terms, file)
        return explain(raw, file.name, context_of(terms, file, _metadata(file, sidecar)))

    return _told(file, explanation)


def survey(terms: Terms, file: ArticleFile) -> Surveyed | Problem:
    """Looks into a file that may hold several articles, in this process."""
    return _told(file, lambda: _SHELF.survey(terms.root, file, terms.limits))


def _told(file: ArticleFile, task: Callable[[], Answer]) -> Answer | Problem:
    """What the task makes of a file, or why it cannot."""
    try:
        return task()
    except Retracted as error:
        return Retraction(file.label, error.reason, error.remedy)
    except ParseError as error:
        return Problem(file.label, error.reason, error.remedy)
    except MemoryError:
        return Problem(file.label, "takes too much memory to parse", "split the file")


def _contents(terms: Terms, file: ArticleFile) -> tuple[bytes, bytes | None]:
    """The bytes of a file or member, and those of its sidecar. Raises ParseError."""
    if file.kept is not None:
        raw = file.kept
    elif file.member is None:
        raw = read(terms.root, file.path, terms.limit)
    else:
        raw = _SHELF.read(terms.root, file, terms.limits)
    return raw, read(terms.root, file.sidecar, terms.limit) if file.sidecar else None


def parse_article(
    terms: Terms, file: ArticleFile, raw: bytes, sidecar: bytes | None
) -> tuple[Article, str | None]:
    """The article in these bytes, and the reason if the sidecar withdraws it.

    Raises ParseError.
    """
    metadata = _metadata(file, sidecar)
    article = parse(raw, file.name, context_of(terms, file, metadata))
    mark = metadata.withdrawn if metadata else False
    return article, (mark if isinstance(mark, str) else WITHDRAWN) if mark else None


def context_of(terms: Terms, file: ArticleFile, metadata: Sidecar | None) -> Context:
    """What is known around a file before it is read."""
    return Context(
        now=terms.now,
        zone=terms.zone,
        sidecar=metadata,
        modified=file.modified,
        url=file.member.url if file.member else None,
        captured=file.member.captured if file.member else None,
        limit=terms.limit,
        rules=terms.rules,
    )


def _metadata(file: ArticleFile, sidecar: bytes | None) -> Sidecar | None:
    """The sidecar's; of a collection's it holds for every member, but for whose name it is."""
    if sidecar is None:
        return None
    found = read_sidecar(sidecar, file.sidecar or "")
    return found.model_copy(update={"url": None, "id": None}) if file.member else found


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
