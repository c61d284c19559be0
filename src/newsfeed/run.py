"""One pass over the corpus: who is who, what is to be read, and what came of it.

In: a scan, what the register knows, parser processes. Out: batches of readings, entered into the
register inside the caller's transactions, and a report. Called by the indexer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, tee

from newsfeed.addresses import url_key
from newsfeed.article import Article, fingerprint
from newsfeed.corpus import ArticleFile, Listing, Problem, Retraction, read, shown
from newsfeed.entering import Writing
from newsfeed.gathering import Remembered, gather, unlisted, unseen
from newsfeed.identity import LATER, Identities, Known, Taken
from newsfeed.parsing import PARSER_VERSION
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.members import Member
from newsfeed.precedence import claim_of, claim_of_known
from newsfeed.reader_pool import ReaderPool
from newsfeed.readings import Reading, Terms, digest, parse_article
from newsfeed.records import Change
from newsfeed.register import Register
from newsfeed.reports import Listener, Report
from newsfeed.retractions import Retractions
from newsfeed.withdrawals import FILE_REMOVED

_BATCH, _LARGEST_BATCH = 500, 2000
"""Articles in a commit: few, so that work is soon durable; more in large runs, where every commit
is another segment to merge."""
_BATCH_BYTES = 64_000_000
_EDITION = 16
"""Bits of a parser's number that are its version; the rules' edition stands above them."""


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
        self._register = register
        self._pool = pool
        self._listener = listener
        self._terms = terms
        self._listing = listing
        remembered = register.collections()
        self._gathered = gather(pool, terms, listing, known, remembered, everything)
        self._collections = remembered.keys() | self._gathered.opened.keys()
        by_path = {one.path: one for one in sorted(known, key=lambda one: one.live) if one.path}
        self._files = [
            _as_first_seen(file, by_path.get(file.path))
            for file in unseen(self._gathered.files, by_path, everything)
        ]
        self._unlisted = unlisted(self._gathered, self._collections, known) if everything else []
        present = self._gathered.present
        self._identities = Identities(
            known, present, _digests(terms, self._files, known=bool(known)), register.article
        )
        self._later: list[Reading] = []
        self._retracted: list[tuple[str, str]] = []
        self._retractions = Retractions(register.retractions(), terms.limit)
        self._repeats: Counter[str] = Counter()
        self.report = Report(files=len(present))

    def batches(self) -> Iterator[list[Reading] | None]:
        """Readings to enter together; at the end None: enter what has gone."""
        for problem in (*self._listing.problems, *self._gathered.problems):
            self._skip(problem)
        batch: list[Reading] = []
        asked, told = tee(chain(self._files, map(self._kept, self._unlisted)))
        total = len(self._files) + len(self._unlisted)
        full = min(_LARGEST_BATCH, max(_BATCH, total // 8))
        weight = 0
        for done, (file, answer) in enumerate(
            zip(told, self._pool.read(self._terms, asked), strict=True), 1
        ):
            if isinstance(answer, Problem):
                self._identities.give_up(file.path)
                self._skip(answer)
                if isinstance(answer, Retraction):
                    self._retracted.append((file.path, answer.reason))
                    self._retractions.add(file, answer)
            else:
                batch.append(answer)
                self.report.tally.add(answer.file.path, answer.article)
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
            changes.extend(self._retract(writing))
            self._complete(writing)
        made = [change for change in changes if change is not None]
        for change in made:
            self.report.count(change)
        return made

    def _retract(self, writing: Writing) -> Iterator[Change]:
        """Withdraws whom a file took back that was read in this run."""
        now = self._terms.now
        for path, reason in self._retracted:
            if (one := self._identities.standing_at(path)) is not None:
                yield writing.withdraw(one.id, reason, now)
        fresh = self._retractions.fresh()
        for kept in fresh:
            writing.retract(kept)
        if fresh:
            for id, reason in list(self._retractions.among(writing.standing())):
                yield writing.withdraw(id, reason, now)

    def _unless_retracted(self, writing: Writing, reading: Reading) -> Reading:
        """The reading, withdrawn if its source took the article back in another file."""
        kept = self._retractions.about(reading)
        if kept is None:
            return reading
        if kept.path == reading.file.path:
            self._retractions.end(kept)
            writing.release(kept)
            return reading
        return replace(reading, withdrawn=reading.withdrawn or kept.reason)

    def _enter(self, writing: Writing, reading: Reading) -> Change | None:
        reading = self._unless_retracted(writing, reading)
        who = self._identities.who(reading)
        if who is LATER:
            self._later.append(reading)
            return None
        if isinstance(who, Taken):
            return self._enter_again(writing, reading, who)
        if who is not None:
            return self._see(writing, who.id, reading)
        id = reading.article.id or writing.new_id()
        self._learn(id, reading)
        return writing.create(id, reading, self._parser(_key(reading)), self._terms.now)

    def _enter_again(self, writing: Writing, reading: Reading, taken: Taken) -> Change | None:
        """Enters an article for which another file stands, if this one is to stand before it."""
        home = taken.path.rpartition("/")[0]
        is_member = home in self._collections
        if reading.file.member is None and not is_member:
            self._identities.give_up(reading.file.path)
            self._skip(_doubled(reading.file, taken))
            return None
        stored = writing.article(taken.id)
        if claim_of(reading) > claim_of_known(stored, taken, is_member):
            if is_member:
                writing.hide(home)
                self._repeats[home] += 1
            self._learn(taken.id, reading)
            return self._see(writing, taken.id, reading)
        self._identities.give_up(reading.file.path)
        self._repeats[reading.file.home] += 1
        self.report.repeats += 1
        return None

    def _kept(self, one: Known) -> ArticleFile:
        """A member that its file no longer lists, with the bytes that the register kept."""
        path = one.path or ""
        home = self._listing.at(path.rpartition("/")[0])
        article = self._register.article(one.id)
        url = article.url if article.captured is not None else None
        member = Member("", "", "", one.digest, url, article.captured)
        return ArticleFile(
            path,
            home.sidecar if home else None,
            one.stamp or "",
            one.modified,
            member,
            self._register.revisions(one.id)[-1].raw,
        )

    def _see(self, writing: Writing, id: str, reading: Reading) -> Change | None:
        parser = self._parser(_key(reading))
        return writing.see(id, reading, parser, self._terms.now, self._reparse)

    def _learn(self, id: str, reading: Reading) -> None:
        known = _known(id, reading, self._parser(_key(reading)))
        self._identities.learn(known, reading.file.path)

    def _parser(self, key: str | None) -> int:
        """What reads the pages at an address: the parser's version and the edition of its rules."""
        edition = self._terms.rules.edition(f"https://{key}" if key else None)
        return PARSER_VERSION | edition << _EDITION

    def is_outdated(self, one: Known) -> bool:
        """Whether an article would be read differently today."""
        return one.live and one.parser != self._parser(one.url)

    def _complete(self, writing: Writing) -> None:
        """All that the opened collections hold has been taken in."""
        for path, stamp in self._gathered.opened.items():
            writing.complete(Remembered(path, stamp, self._repeats[path]))
        for path in self._gathered.gone:
            writing.forget(path)

    def _reparse(self, raw: bytes, path: str, article: Article) -> Article | None:
        """What old bytes would be today, under the address that they had: its rules count."""
        member = Member("", "", "", "", article.url, article.captured) if article.url else None
        file = ArticleFile(path, None, "", self._terms.now, member)
        try:
            return parse_article(self._terms, file, raw, None)[0]
        except ParseError:
            return None

    def _skip(self, problem: Problem) -> None:
        self.report.problems.append(problem)
        self._listener.problem(problem)


def _key(reading: Reading) -> str | None:
    return url_key(reading.article.url)


def _as_first_seen(file: ArticleFile, one: Known | None) -> ArticleFile:
    """The file with the time it had at first sight: a copy's newer time means nothing."""
    return file if one is None else replace(file, modified=one.modified)


def _digests(terms: Terms, files: list[ArticleFile], known: bool) -> dict[str, str]:
    """Digests of the files to be read, which tell a moved file before anything is parsed.

    Where nothing is known yet nothing can have moved, and no file is read twice.
    """
    digests = {}
    for file in files:
        if file.member is not None:
            digests[file.path] = file.member.digest
            continue
        try:
            digests[file.path] = digest(read(terms.root, file.path, terms.limit)) if known else ""
        except ParseError:
            continue  # reading it again for parsing reports why
    return digests


def _known(id: str, reading: Reading, parser: int) -> Known:
    return Known(
        id=id,
        path=reading.file.path,
        stamp=reading.file.stamp,
        url=_key(reading),
        digest=reading.digest,
        text=fingerprint(reading.article),
        modified=reading.file.modified,
        parser=parser,
        live=True,
    )


def _doubled(file: ArticleFile, taken: Taken) -> Problem:
    return Problem(
        shown(file.path),
        f"is the same article as {shown(taken.path)} (same url or id: {taken.id})",
        "remove one of the two, or give it a url or id of its own in its sidecar",
    )
