"""The indexer: corpus -> register -> index, with progress and a report.

In: settings, a register, a search index. Out: an index that holds what the corpus holds, durable
commit by commit, and a `Report`. Called by the command line.

The register commits first, then the index. A crash between the two leaves the index behind the
register's change number; the next run brings it up to date before anything else.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from newsfeed.article import Article, fingerprint
from newsfeed.corpus import ArticleFile, Listing, Problem, read, scan, shown
from newsfeed.editorial import SIGNIFICANT
from newsfeed.errors import NewsfeedError
from newsfeed.identity import LATER, Identities, Known, Taken, url_key
from newsfeed.parsing import PARSER_VERSION
from newsfeed.parsing.errors import ParseError
from newsfeed.readings import ReaderPool, Reading, Terms, digest, parse_article
from newsfeed.register import Change, Register, Writing
from newsfeed.search.interface import IndexUnavailable, Query, Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.withdrawals import FILE_REMOVED

_BATCH, _LARGEST_BATCH = 500, 2000
"""Articles in a commit: few, so that work is soon durable; more in large runs, where every commit
is another segment to merge."""
_BATCH_BYTES = 64_000_000


class IndexerError(NewsfeedError):
    """Indexing as a whole was refused or is impossible; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Changes that are durable and visible to searchers now, up to change number `sequence`."""

    sequence: int
    ids: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What a run did, in articles.

    `updated` are those with another text or a new update mark, `renewed` those of which only
    something else changed (metadata, a better parse). `outdated` were parsed by an older parser.
    """

    files: int = 0
    created: int = 0
    updated: int = 0
    renewed: int = 0
    withdrawn: int = 0
    outdated: int = 0
    sequence: int = 0
    problems: list[Problem] = field(default_factory=list)

    def count(self, change: Change) -> None:
        """Adds one change to the sums."""
        if change.kind == "create":
            self.created += 1
        elif change.kind == "withdraw":
            self.withdrawn += 1
        elif change.reason in SIGNIFICANT:
            self.updated += 1
        else:
            self.renewed += 1


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reindex would do to articles that readers know already."""

    lost_ids: int
    moved_updated: int

    @property
    def total(self) -> int:
        """How many articles would change under their readers' eyes."""
        return self.lost_ids + self.moved_updated


def _nobody(*_: object) -> None:
    """Hears nothing."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of progress (done, total), of each problem as it is met, of each commit."""

    progress: Callable[[int, int], None] = _nobody
    problem: Callable[[Problem], None] = _nobody
    commit: Callable[[Commit], None] = _nobody


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
            self._require_memory(self._index.sequence(), force)
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
        terms = Terms(
            root=root,
            limit=self._settings.max_file_bytes,
            seconds=self._settings.parse_seconds,
            zone=self._settings.zone,
            now=now,
        )
        return Run(self._register, self._pool, self._listener, terms, listing, known, everything)

    def _catch_up(self, force: bool) -> None:
        """Brings the index to the register's state: after a crash, or when it was deleted."""
        behind = self._index.sequence()
        sequence = self._register.sequence()
        self._require_memory(behind, force)
        if behind > sequence or behind == 0 < sequence:
            self._index.rebuild(self._register.articles(), sequence)
        self._publish()

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

    def _finish(self, run: Run) -> Report:
        if self._register.sequence() == 0:
            self._index.update((), 0)  # an empty corpus has an index too
        run.report.sequence = self._register.sequence()
        run.report.outdated = sum(
            one.live and one.parser != PARSER_VERSION for one in self._register.known()
        )
        return run.report


class Run:
    """One pass over the corpus: who is who, what is to be read, and what came of it."""

    def __init__(
        self,
        register: Register,
        pool: ReaderPool,
        listener: Listener,
        terms: Terms,
        listing: Listing,
        known: list[Known],
        everything: bool,
    ) -> None:
        self._pool = pool
        self._listener = listener
        self._terms = terms
        self._listing = listing
        by_path = {one.path: one for one in sorted(known, key=lambda one: one.live) if one.path}
        self._files = [
            _as_first_seen(file, by_path.get(file.path))
            for file in listing.files
            if everything or _differs(file, by_path.get(file.path))
        ]
        self._identities = Identities(
            known,
            (file.path for file in listing.files),
            _digests(terms, self._files, known=bool(known)),
            register.article,
        )
        self._later: list[Reading] = []
        self.report = Report(files=len(listing.files))

    def batches(self) -> Iterator[list[Reading] | None]:
        """Readings to enter together; at the end None: enter what has gone."""
        for problem in self._listing.problems:
            self._skip(problem)
        batch: list[Reading] = []
        total = len(self._files)
        full = min(_LARGEST_BATCH, max(_BATCH, total // 8))
        weight = 0
        for done, (file, answer) in enumerate(
            zip(self._files, self._pool.read(self._terms, self._files), strict=True), 1
        ):
            if isinstance(answer, Problem):
                self._identities.give_up(file.path)
                self._skip(answer)
            else:
                batch.append(answer)
                weight += len(answer.raw)
            self._listener.progress(done, total)
            if len(batch) >= full or weight > _BATCH_BYTES:
                yield batch
                batch, weight = [], 0
        if batch:
            yield batch
        yield None

    def enter(self, writing: Writing, batch: list[Reading] | None) -> list[Change]:
        """Enters a batch into the register; the changes it made, in order."""
        now = self._terms.now
        if batch is not None:
            changes = [self._enter(writing, reading) for reading in batch]
        else:
            self._identities.settle()
            changes = [self._enter(writing, reading) for reading in self._later]
            changes.extend(
                writing.withdraw(one.id, FILE_REMOVED, now)
                for one in list(self._identities.unclaimed())
                if one.path is None or not self._listing.may_hold(one.path)
            )
        made = [change for change in changes if change is not None]
        for change in made:
            self.report.count(change)
        return made

    def _enter(self, writing: Writing, reading: Reading) -> Change | None:
        who = self._identities.who(reading)
        if who is LATER:
            self._later.append(reading)
            return None
        if isinstance(who, Taken):
            self._identities.give_up(reading.file.path)
            self._skip(_doubled(reading.file, who))
            return None
        if who is not None:
            return writing.see(who.id, reading, PARSER_VERSION, self._terms.now, self._reparse)
        id = reading.article.id or writing.new_id()
        self._identities.learn(_known(id, reading), reading.file.path)
        return writing.create(id, reading, PARSER_VERSION, self._terms.now)

    def _reparse(self, raw: bytes, path: str) -> Article | None:
        file = ArticleFile(path, None, "", self._terms.now)
        try:
            return parse_article(self._terms, file, raw, None)[0]
        except ParseError:
            return None

    def _skip(self, problem: Problem) -> None:
        self.report.problems.append(problem)
        self._listener.problem(problem)


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


def _differs(file: ArticleFile, one: Known | None) -> bool:
    return one is None or one.stamp != file.stamp


def _as_first_seen(file: ArticleFile, one: Known | None) -> ArticleFile:
    """The file with the time it had at first sight: a copy's newer time means nothing."""
    return file if one is None else replace(file, modified=one.modified)


def _digests(terms: Terms, files: list[ArticleFile], known: bool) -> dict[str, str]:
    """Digests of the files to be read, which tell a moved file before anything is parsed.

    Where nothing is known yet nothing can have moved, and no file is read twice.
    """
    digests = {}
    for file in files:
        try:
            digests[file.path] = digest(read(terms.root, file.path, terms.limit)) if known else ""
        except ParseError:
            continue  # reading it again for parsing reports why
    return digests


def _known(id: str, reading: Reading) -> Known:
    return Known(
        id=id,
        path=reading.file.path,
        stamp=reading.file.stamp,
        url=url_key(reading.article.url),
        digest=reading.digest,
        text=fingerprint(reading.article),
        modified=reading.file.modified,
        parser=PARSER_VERSION,
        live=True,
    )


def _doubled(file: ArticleFile, taken: Taken) -> Problem:
    return Problem(
        shown(file.path),
        f"is the same article as {shown(taken.path)} (same url or id: {taken.id})",
        "remove one of the two, or give it a url or id of its own in its sidecar",
    )


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
