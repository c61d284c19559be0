"""One pass over the corpus: who is who, what is to be read, and what came of it.

In: a scan, what the register knows, parser processes. Out: batches of readings, entered into the
register inside the caller's transactions, and a report. Called by the indexer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from newsfeed.article import Article, fingerprint
from newsfeed.corpus import ArticleFile, Listing, Problem, read, shown
from newsfeed.identity import LATER, Identities, Known, Taken, url_key
from newsfeed.parsing import PARSER_VERSION
from newsfeed.parsing.errors import ParseError
from newsfeed.readings import ReaderPool, Reading, Terms, digest, parse_article
from newsfeed.register import Change, Register, Writing
from newsfeed.reports import Listener, Report
from newsfeed.withdrawals import FILE_REMOVED

_BATCH, _LARGEST_BATCH = 500, 2000
"""Articles in a commit: few, so that work is soon durable; more in large runs, where every commit
is another segment to merge."""
_BATCH_BYTES = 64_000_000


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
