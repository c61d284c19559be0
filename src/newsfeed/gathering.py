"""Gathering: the documents of a corpus, with the members of its collections in their places.

In: a scan, what the register remembers, parser processes to look into files. Out: `Gathered`: every
document there is, which collections were opened for it, and what is to be read. Called by `run`.

A collection that has not changed since all its members were taken in is not opened. Whoever stood
in a collection stays for as long as its file does: a feed is a window, and what leaves it was not
taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from newsfeed.corpus import ArticleFile, Listing, Problem
from newsfeed.identity import Known
from newsfeed.parsing.members import may_be_collection
from newsfeed.reader_pool import ReaderPool
from newsfeed.readings import Terms
from newsfeed.shelves import Surveyed


@dataclass(frozen=True, slots=True)
class Remembered:
    """A collection as the register remembers it: its stamp when all its members had been taken in
    (None if they have to be again), and how many of them gave way to the same article elsewhere."""

    path: str
    stamp: str | None
    repeats: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a corpus.

    `files` are in order of path, and captures of one page in order of time. `standing` are the
    paths of known documents that are there without being listed again. `opened` has the stamps of
    the collections looked into, `gone` the paths of those that are none any more.
    """

    files: tuple[ArticleFile, ...]
    standing: frozenset[str]
    opened: Mapping[str, str]
    gone: frozenset[str]
    problems: tuple[Problem, ...]

    @property
    def present(self) -> frozenset[str]:
        """The paths of all documents."""
        return self.standing | {file.path for file in self.files}


def gather(
    pool: ReaderPool,
    terms: Terms,
    listing: Listing,
    known: list[Known],
    remembered: Mapping[str, Remembered],
    everything: bool,
) -> Gathered:
    """Looks into what may be a collection and changed, and lists all documents."""
    stamps = {one.path: one.stamp for one in known if one.path}
    hidden = _may_come_forward(listing, known)
    suspects = [
        file
        for file in listing.files
        if may_be_collection(file.path)
        and (
            everything
            or not (
                stamps.get(file.path) == file.stamp
                or _is_complete(file, remembered.get(file.path), hidden)
            )
        )
    ]
    answers = dict(zip((file.path for file in suspects), pool.survey(terms, suspects), strict=True))
    collections = {
        path
        for path in remembered.keys() | answers.keys()
        if _holds(answers.get(path)) and _stands(path, listing)
    }
    failed = {path: one for path, one in answers.items() if isinstance(one, Problem)}
    standing = {
        one.path
        for one in known
        if one.path
        and one.stamp is not None
        and (one.path in failed or one.path.rpartition("/")[0] in collections)
    }
    return Gathered(
        files=tuple(_documents(listing, answers, remembered)),
        standing=frozenset(standing),
        opened={path: one.file.stamp for path, one in _opened(answers)},
        gone=frozenset(remembered.keys() - collections),
        problems=tuple(_problems(answers)),
    )


def unseen(
    files: Sequence[ArticleFile], by_path: Mapping[str, Known], everything: bool
) -> Iterator[ArticleFile]:
    """What is to be read: of a page's captures those after the one that was seen last.

    If everything is, that one too: what came before it is history, and stays as it was read.
    """
    last: dict[str, int] = {}
    for number, file in enumerate(files):
        one = by_path.get(file.path)
        if one is not None and one.stamp == file.stamp:
            last[file.path] = number
    for number, file in enumerate(files):
        seen = last.get(file.path, -1)
        if number > seen or (everything and number == seen):
            yield file


def unlisted(gathered: Gathered, collections: AbstractSet[str], known: list[Known]) -> list[Known]:
    """The members that stand although their files do not list them any more."""
    standing = gathered.standing - {file.path for file in gathered.files}
    return [
        one for one in known if one.path in standing and one.path.rpartition("/")[0] in collections
    ]


def _may_come_forward(listing: Listing, known: list[Known]) -> bool:
    """Whether an article's file went: a collection may hold the same article, so far unused."""
    there = {file.path for file in listing.files}
    return any(
        one.live and one.path and one.path not in there and not _home_stands(one.path, there)
        for one in known
    )


def _home_stands(path: str, there: set[str]) -> bool:
    home = path.rpartition("/")[0]
    return home in there


def _is_complete(file: ArticleFile, one: Remembered | None, hidden: bool) -> bool:
    return one is not None and one.stamp == file.stamp and not (hidden and one.repeats)


def _holds(answer: Surveyed | Problem | None) -> bool:
    """Whether a path is a collection still; one that cannot be read just now is."""
    return not isinstance(answer, Surveyed) or answer.members is not None


def _stands(path: str, listing: Listing) -> bool:
    return listing.at(path) is not None or listing.may_hold(path)


def _documents(
    listing: Listing,
    answers: Mapping[str, Surveyed | Problem],
    remembered: Mapping[str, Remembered],
) -> Iterator[ArticleFile]:
    for file in listing.files:
        answer = answers.get(file.path)
        if isinstance(answer, Surveyed):
            yield from (file,) if answer.members is None else answer.members
        elif answer is None and file.path not in remembered:
            yield file


def _opened(answers: Mapping[str, Surveyed | Problem]) -> Iterator[tuple[str, Surveyed]]:
    for path, answer in answers.items():
        if isinstance(answer, Surveyed) and answer.members is not None:
            yield path, answer


def _problems(answers: Mapping[str, Surveyed | Problem]) -> Iterator[Problem]:
    for answer in answers.values():
        if isinstance(answer, Problem):
            yield answer
        else:
            yield from answer.problems
