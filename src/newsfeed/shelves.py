"""Shelves: collections of the corpus, opened where they stand.

In: a file of the corpus that may hold several articles. Out: its members as article files of their
own, and the bytes of each. Called by `readings` in the parser processes. A shelf keeps the last
collection open: its members are asked for one after the other.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsfeed.addresses import url_key, web_address
from newsfeed.article import token
from newsfeed.corpus import ArticleFile, Problem, opened, shown
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.members import Collection, Flaw, Limits, Member, is_archive
from newsfeed.parsing.members import opened as collection_in

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A file after a look inside: its members, or None where it is a single document.

    Several captures of one page are members of one path, the oldest first.
    """

    file: ArticleFile
    members: tuple[ArticleFile, ...] | None
    problems: tuple[Problem, ...] = ()


class Shelf:
    """The collections of one corpus, one of them open at a time."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._key: tuple[Path, str, int, int, int] | None = None
        self._collection: Collection | None = None

    def survey(self, root: Path, file: ArticleFile, limits: Limits) -> Surveyed:
        """What the file holds. Raises ParseError where it is no file that can be looked into."""
        collection = self._collect(root, file.path, limits)
        if collection is None:
            return Surveyed(file, None)
        found = list(collection.survey())
        flaws = (part for part in found if isinstance(part, Flaw))
        members = (part for part in found if isinstance(part, Member))
        return Surveyed(file, _files(file, members), tuple(_problem(file, flaw) for flaw in flaws))

    def read(self, root: Path, file: ArticleFile, limits: Limits) -> bytes:
        """The bytes of a member. Raises ParseError."""
        collection = self._collect(root, file.home, limits)
        if collection is None or file.member is None:
            raise ParseError("its file holds no such article any more", "index again")
        raw = collection.read(file.member.place)
        if hashlib.sha256(raw).hexdigest() != file.member.digest:
            raise ParseError("its file changed while it was read", "index again")
        return raw

    def close(self) -> None:
        """Closes the collection that is open, if one is."""
        self._open.close()
        self._key = None

    def _collect(self, root: Path, path: str, limits: Limits) -> Collection | None:
        """The collection at a path, from before if it is still the same."""
        with ExitStack() as stack:
            file = stack.enter_context(opened(root, path))
            status = os.fstat(file.fileno())
            key = (root, path, status.st_ino, status.st_size, status.st_mtime_ns)
            if key == self._key:
                return self._collection
            if is_archive(path) and status.st_size > limits.archive:
                raise ParseError(
                    f"larger than {limits.archive:,} bytes",
                    "split it, or raise max_archive_bytes in the settings",
                )
            self.close()
            self._collection = collection_in(file, path, limits)
            self._key = key
            self._open = stack.pop_all()
        return self._collection


def _files(file: ArticleFile, members: Iterable[Member]) -> tuple[ArticleFile, ...]:
    """The members as files, in the order of their captures, without captures of equal bytes."""
    last: dict[str, str] = {}
    files = []
    for member in sorted(members, key=lambda one: one.captured or _LONG_AGO):
        path = f"{file.path}/{key_of(member.name)}{member.extension}"
        if last.get(path) == member.digest:
            continue
        last[path] = member.digest
        _, *sidecar = file.stamp.split(" ")
        stamp = " ".join((member.digest, *sidecar))
        files.append(ArticleFile(path, file.sidecar, stamp, file.modified, member))
    return tuple(files)


def key_of(name: str) -> str:
    """An article's name in a path: the same for one page whatever is tracked in its address."""
    return token(url_key(web_address(name)) or name)


def _problem(file: ArticleFile, flaw: Flaw) -> Problem:
    if not flaw.name:
        return Problem(shown(file.path), flaw.reason, flaw.remedy)
    path = f"{shown(file.path)}/{key_of(flaw.name)}{flaw.extension}"
    label = f"{path} ({shown(flaw.name)})" if web_address(flaw.name) else path
    return Problem(label, flaw.reason, flaw.remedy)
