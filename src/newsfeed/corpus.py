"""The corpus: a folder becomes a list of article files, their bytes, and a stream of changes.

In: the folder. Out: `Listing` of regular files below it (links, pipes and devices are problems,
never followed), bytes up to a limit, and a wake-up whenever something below it changes. Called by
the indexer, its parser processes and the command line.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from newsfeed.errors import NewsfeedError
from newsfeed.parsing import is_article
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.members import Member, may_be_collection
from newsfeed.parsing.sidecar import is_sidecar, sidecar_names

_SIDECAR_MARK = ".meta."


class CorpusError(NewsfeedError):
    """The corpus as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was skipped: why, and what its owner can do. `file` is escaped for showing."""

    file: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Retraction(Problem):
    """A file that says an article was taken back: who stood there is withdrawn.

    So is whoever goes by `name` in another file, in versions up to `version`.
    """

    name: str = ""
    version: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One article file as the folder shows it, or a member of a file of several articles.

    `path` is relative with "/"; `sidecar` its metadata file's path; `stamp` changes when either
    file's size, times or inode do; `modified` is the file's mtime. A member stands below its file
    ("feed.xml/k3vq.rss") and has that file's sidecar and mtime; its stamp changes with its bytes.
    `kept` are the bytes of a member that its file no longer lists.
    """

    path: str
    sidecar: str | None
    stamp: str
    modified: datetime
    member: Member | None = None
    kept: bytes | None = None

    @property
    def home(self) -> str:
        """The path of the file in the folder: its own, or that of the file it is a member of."""
        return self.path.rpartition("/")[0] if self.member else self.path

    @property
    def name(self) -> str:
        """The path as its parser sees it: a collection's own name says nothing of its members."""
        if self.member is None:
            return self.path
        folder, _, name = self.path.rpartition("/")
        return folder[: folder.rfind("/") + 1] + name

    @property
    def label(self) -> str:
        """The path fit to print, of a page from an archive with its address."""
        url = self.member.url if self.member else None
        return f"{shown(self.path)} ({shown(url)})" if url else shown(self.path)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a scan found, in order of path.

    `skipped` are the paths behind `problems`: a file, or with "/" at its end a folder that could
    not be listed. Whatever was indexed from there before is not to be taken for removed.
    """

    files: tuple[ArticleFile, ...]
    problems: tuple[Problem, ...]
    skipped: frozenset[str]

    def at(self, path: str) -> ArticleFile | None:
        """The file at `path`, if one stands there."""
        place = bisect_left(self.files, path, key=lambda file: file.path)
        found = place < len(self.files) and self.files[place].path == path
        return self.files[place] if found else None

    def may_hold(self, path: str) -> bool:
        """Whether something may still stand at `path` that this scan could not read."""
        ends = [end for end, character in enumerate(path) if character == "/"]
        return path in self.skipped or any(
            path[:end] in self.skipped or path[: end + 1] in self.skipped for end in ends
        )


def scan(root: Path) -> Listing:
    """Lists the corpus without following a single link.

    Raises CorpusError when `root` is no readable folder.
    """
    if not root.is_dir():
        raise CorpusError(f"{shown(str(root))}: no such folder; create it or name another corpus")
    entries: dict[str, os.stat_result] = {}
    skipped: dict[str, Problem] = {}
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            children = _list(root, folder)
        except OSError as error:
            if not folder:
                raise CorpusError(f"{shown(str(root))}: {_why(error)[0]}") from error
            skipped[folder + "/"] = Problem(shown(folder) + "/", *_why(error))
            continue
        for path, status in children:
            if stat.S_ISDIR(status.st_mode):
                pending.append(path)
            elif problem := _not_regular(path, status):
                skipped[path] = problem
            else:
                entries[path] = status
    files = tuple(_pair(entries, skipped))
    problems = (skipped[path] for path in sorted(skipped))
    return Listing(files, tuple(problems), frozenset(skipped))


@contextmanager
def opened(root: Path, path: str) -> Iterator[BinaryIO]:
    """A regular file below `root`, open for reading.

    Raises ParseError when it vanished, is unreadable or something else by now.
    """
    try:
        # O_NOFOLLOW: never through a link; O_NONBLOCK: a pipe put in its place cannot hang us
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(root / path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ParseError("no regular file", "put the article's text itself there")
            yield file
    except OSError as error:
        raise ParseError(*_why(error)) from error


def read(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a regular file below `root`, at most `limit` of them.

    Raises ParseError when it is larger, and as `opened` does.
    """
    with opened(root, path) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise ParseError(
            f"larger than {limit:,} bytes", "split it, or raise max_file_bytes in the settings"
        )
    return raw


def watch(root: Path, stop: threading.Event) -> Iterator[None]:
    """Yields each time something below `root` changed, until `stop` is set.

    Also once when the watch stands: something may have changed before.
    """
    from watchfiles import watch as changes  # only where somebody watches

    waking = changes(
        root,
        stop_event=stop,
        debounce=400,
        step=100,
        rust_timeout=500,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    standing = False
    for changed in waking:
        if changed or not standing:
            yield
        standing = True


def shown(path: str) -> str:
    """A path fit to print: undecodable bytes and control characters escaped."""
    text = path.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _list(root: Path, folder: str) -> list[tuple[str, os.stat_result]]:
    with os.scandir(root / folder) as found:
        return [
            (f"{folder}/{entry.name}" if folder else entry.name, entry.stat(follow_symlinks=False))
            for entry in found
            if not entry.name.startswith(".")
        ]


_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


def _not_regular(path: str, status: os.stat_result) -> Problem | None:
    for is_kind, name in _KINDS:
        if is_kind(status.st_mode):
            return Problem(shown(path), f"{name}; only regular files are read", "put a copy there")
    try:
        path.encode()
    except UnicodeEncodeError:
        return Problem(shown(path), "the file's name is not UTF-8", "rename it")
    return None


def _pair(entries: dict[str, os.stat_result], skipped: dict[str, Problem]) -> Iterator[ArticleFile]:
    """Article files with their sidecars in order of path; what is wrong goes to `skipped`."""
    used: set[str] = set()
    for path in sorted(filter(_is_read, entries)):
        sidecars = [name for name in sidecar_names(path) if name in entries]
        used.update(sidecars)
        if len(sidecars) > 1:
            reason = f"has two sidecars: {shown(', '.join(sidecars))}"
            skipped[path] = Problem(shown(path), reason, "keep one of them")
            continue
        stamp = " ".join(_stamp(entries[name]) for name in (path, *sidecars))
        yield ArticleFile(path, next(iter(sidecars), None), stamp, _modified(entries[path]))
    for path in entries.keys() - used:
        if _SIDECAR_MARK in path.rsplit("/", 1)[-1]:
            skipped[path] = Problem(
                shown(path), "a sidecar without its article", "remove it or rename it"
            )


def _is_read(path: str) -> bool:
    return is_article(path) or (may_be_collection(path) and not is_sidecar(path))


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _modified(status: os.stat_result) -> datetime:
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _why(error: OSError) -> tuple[str, str]:
    if error.errno == errno.ELOOP:
        return ("a symbolic link; only regular files are read", "put a copy there")
    if error.errno in (errno.EACCES, errno.EPERM):
        return ("cannot be read: permission denied", "give this user the right to read it")
    return (f"cannot be read: {error.strerror or error}", "look at the disk and the file's rights")


def single(file: Path, corpus: Path) -> tuple[Path, ArticleFile]:
    """One article file and the folder its path counts from: the corpus if it lies in there.

    Raises CorpusError when there is no such regular file.
    """
    try:
        status = file.lstat()
    except OSError as error:
        raise CorpusError(f"{shown(str(file))}: {_why(error)[0]}") from error
    if problem := _not_regular(file.name, status):
        raise CorpusError(f"{shown(str(file))}: {problem.reason}")
    home = corpus.resolve()
    folder = file.parent.resolve()
    root = home if folder.is_relative_to(home) else folder
    path = (folder / file.name).relative_to(root).as_posix()
    sidecars = [name for name in sidecar_names(path) if (root / name).exists()]
    return root, ArticleFile(path, next(iter(sidecars), None), _stamp(status), _modified(status))
