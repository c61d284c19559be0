"""The indexer: corpus -> register -> index, with progress and a report.

In: settings, a register, a search index. Out: an index that holds what the corpus holds, durable
commit by commit, and a `Report`. Called by the command line.

The register commits first, then the index. A crash between the two leaves the index behind the
register's change number; the next run brings it up to date before anything else.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsfeed.corpus import scan, shown
from newsfeed.editorial import SIGNIFICANT
from newsfeed.errors import NewsfeedError
from newsfeed.reader_pool import ReaderPool
from newsfeed.reading_terms import terms_of
from newsfeed.records import Change
from newsfeed.register import Register
from newsfeed.reports import Commit, Listener, Report
from newsfeed.run import Run
from newsfeed.search.interface import IndexOutdated, IndexUnavailable, Query, Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.withdrawals import FILE_REMOVED

_LIKENED = 500
"""Articles in a commit of likenesses."""


class IndexerError(NewsfeedError):
    """Indexing as a whole was refused or is impossible; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reindex would do to articles that readers know already."""

    lost_ids: int
    moved_updated: int

    @property
    def total(self) -> int:
        """How many articles would change under their readers' eyes."""
        return self.lost_ids + self.moved_updated


class Refused(IndexerError):  # noqa: N818 - says what happened, like the command's answer
    """A reindex would change more than it was allowed to."""

    def __init__(self, difference: Difference, allowed: int) -> None:
        super().__init__(
            f"reindex would lose {difference.lost_ids} ids and move `updated` of "
            f"{difference.moved_updated} articles, allowed are {allowed}; nothing was changed. "
            "Run `newsfeed index` first if files changed, or allow it with --max-changed or --force"
        )
        self.difference = difference


class Indexer:
    """Brings an index in step with a corpus. One at a time for each index folder."""

    def __init__(
        self,
        settings: Settings,
        register: Register,
        index: SearchIndex,
        pool: ReaderPool,
        listener: Listener | None = None,
    ) -> None:
        self._settings = settings
        self._register = register
        self._index = index
        self._pool = pool
        self._listener = listener or Listener()

    def index(self, now: datetime, force: bool = False) -> Report:
        """Takes in what changed since the last run.

        Raises CorpusError, IndexerError (an empty corpus without `force`), SearchError.
        """
        self._catch_up(force)
        run = self._start(now, everything=False, force=force)
        for batch in run.batches():
            with self._register.writing() as writing:
                run.enter(writing, batch)
            self._publish()
        return self._finish(run)

    def reindex(
        self, now: datetime, max_changed: int = 0, force: bool = False
    ) -> tuple[Report, Difference]:
        """Parses everything anew and builds the index beside the old one, then swaps.

        Raises Refused, with nothing changed, if more than `max_changed` articles that readers
        know would lose their id or move their `updated`, unless `force`.
        """
        with suppress(IndexUnavailable):  # an index too damaged to tell is what reindex mends
            self._require_memory(self._held()[0], force)
        run = self._start(now, everything=True, force=force)
        changes: list[Change] = []
        with self._register.writing() as writing:
            for batch in run.batches():
                changes.extend(run.enter(writing, batch))
            difference = _difference(changes)
            if difference.total > max_changed and not force:
                raise Refused(difference, max_changed)
        self._index.rebuild(self._register.articles(), self._register.sequence())
        self._announce(changes)
        return self._finish(run), difference

    def _start(self, now: datetime, everything: bool, force: bool) -> Run:
        root = self._settings.corpus
        listing = scan(root)
        known = self._register.known()
        if not listing.files and any(one.live for one in known) and not force:
            raise IndexerError(
                f"{shown(str(root))}: holds no articles, but the index does; nothing was changed. "
                "Is it the right folder? To withdraw everything use --force"
            )
        terms = terms_of(self._settings, root, now)
        return Run(self._register, self._pool, self._listener, terms, listing, known, everything)

    def _catch_up(self, force: bool) -> None:
        """Brings the index to the register's state.

        After a crash, when it was deleted, or when an older newsfeed wrote it.
        """
        behind, outdated = self._held()
        sequence = self._register.sequence()
        self._require_memory(behind, force)
        if outdated or behind > sequence or behind == 0 < sequence:
            self._index.rebuild(self._register.articles(), sequence)
        self._publish()

    def _held(self) -> tuple[int, bool]:
        """The change number that the index is at, and whether an older newsfeed wrote it."""
        try:
            return self._index.sequence(), False
        except IndexOutdated as outdated:
            return outdated.sequence, True

    def _require_memory(self, behind: int, force: bool) -> None:
        sequence = self._register.sequence()
        if behind > sequence and not force:
            raise IndexerError(
                f"the index holds changes up to {behind}, the register only up to {sequence}: "
                f"{self._settings.register_path.name} was lost or is an old copy. Restore it from "
                "a backup, or go on without its memory (new ids for all it forgot) by --force"
            )

    def _publish(self) -> None:
        """Brings to the index what the register has and it has not, and says so."""
        behind = self._index.sequence()
        changes = self._register.changes(behind)
        if changes:
            states = self._register.changed_since(behind)
            last = changes[-1].sequence
            self._index.update((article or Removal(id) for id, article in states), last)
            self._announce(changes)

    def _announce(self, changes: list[Change]) -> None:
        if changes:
            ids = tuple(dict.fromkeys(change.id for change in changes))
            self._listener.commit(Commit(changes[-1].sequence, ids))

    def _liken(self) -> None:
        """Makes the likenesses of articles that an older newsfeed registered and that stayed."""
        made = _LIKENED
        while made == _LIKENED:
            with self._register.writing() as writing:
                made = writing.liken(_LIKENED)

    def _finish(self, run: Run) -> Report:
        self._liken()
        if self._register.sequence() == 0:
            self._index.update((), 0)  # an empty corpus has an index too
        run.report.sequence = self._register.sequence()
        run.report.outdated = sum(map(run.is_outdated, self._register.known()))
        return run.report


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Holds the indexer's lock on an index folder; the system lets go of it with the process.

    Raises IndexerError when another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "indexer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise IndexerError(
            f"{shown(str(folder))}: another newsfeed is indexing into it; wait until it is done"
        ) from error
    else:
        yield
    finally:
        os.close(descriptor)


def _difference(changes: list[Change]) -> Difference:
    return Difference(
        lost_ids=sum(c.kind == "withdraw" and c.reason == FILE_REMOVED for c in changes),
        moved_updated=sum(c.kind == "update" and c.reason in SIGNIFICANT for c in changes),
    )


def verify(register: Register, index: SearchIndex) -> list[str]:
    """What is wrong with the register, the index, or between them; empty when all is sound."""
    findings = [f"register: {line}" for line in register.integrity()]
    findings += [f"index: {line}" for line in index.check()]
    if findings:
        return findings
    if index.sequence() != register.sequence():
        findings.append(
            f"index: holds changes up to {index.sequence()}, the register up to "
            f"{register.sequence()}; run `newsfeed index`"
        )
    total = 0
    for article in register.articles():
        total += 1
        hit = index.get(article.id)
        if hit is None:
            findings.append(f"index: {article.id} is missing; run `newsfeed reindex`")
        elif hit.article != article:
            findings.append(f"index: {article.id} is not as registered; run `newsfeed reindex`")
    surplus = index.search(Query(limit=0)).total - total
    if surplus > 0:
        findings.append(f"index: {surplus} articles too many; run `newsfeed reindex`")
    return findings
