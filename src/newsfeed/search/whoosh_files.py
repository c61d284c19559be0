"""The folder of the search index, and what can go wrong in it.

In: the index folder. Out: the engine's index in it, the writers' lock, errors that a person can
act upon. Called by the adapter. Layout below the index folder:

    search/LOCK            held by the one writer (flock: let go by the system when it dies)
    search/articles.toc    the commit that counts; the engine's, like everything else named articles

The engine replaces `articles.toc` by one atomic rename after everything it names has reached the
disk. With each commit it keeps the change number up to which the index holds everything, and the
format of what newsfeed stores.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from whoosh.index import EmptyIndexError

from newsfeed.search.interface import IndexOutdated, IndexUnavailable, SearchError
from newsfeed.search.whoosh_fields import FORMAT, SCHEMA
from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.storage import disk, toc

NAME: Final = "articles"
"""The engine's name of the index within the folder."""


def damaged(what: str) -> IndexUnavailable:
    """The error for an index that is not as it was written."""
    return IndexUnavailable(f"The search index cannot be read: {what}; run `newsfeed reindex`")


def outdated(user: Mapping[str, Any]) -> IndexUnavailable:
    """The error for an index that another version of newsfeed has written.

    `user`: what that version kept with its commit.
    """
    format, sequence = user.get("format"), user.get("sequence")
    reason = f"it has format {format}, this newsfeed reads format {FORMAT}"
    if type(format) is not int or format > FORMAT:
        return damaged(reason)
    return IndexOutdated(
        f"The search index cannot be read: {reason}; run `newsfeed index`, which rebuilds it",
        sequence if type(sequence) is int else 0,
    )


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Turns whatever the file system or the engine raises into IndexUnavailable.

    Damaged bytes may make NumPy raise anything at all, so anything is caught. Callers' iterables
    stay outside.
    """
    try:
        yield
    except SearchError:
        raise
    except DamagedIndex as error:
        raise damaged(f"{error.path.name}: {error.reason}") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "check the index folder's space and rights, then run `newsfeed reindex`"
        raise IndexUnavailable(f"The search index cannot be {doing}: {reason}; {remedy}") from error
    except Exception as error:
        raise damaged(f"{type(error).__name__} in its files") from error


class Files:
    """The index's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path / "search"

    def table(self) -> bytes:
        """The bytes that change with each commit; empty where there is no index to be read."""
        with guarded("read"):
            try:
                return (self.path / f"{NAME}.toc").read_bytes()
            except FileNotFoundError:
                return b""

    def open(self) -> Index | None:
        """The engine's index, None where none was begun. Raises IndexUnavailable."""
        with guarded("read"):
            try:
                sequence_of(toc.read(self.path, NAME).user)  # another format has another schema
                return open_dir(self.path, SCHEMA, NAME)
            except EmptyIndexError:
                if (self.path / "CURRENT").exists():
                    raise outdated({"format": 1}) from None
                return None

    def create(self) -> Index:
        """An empty index in place of whatever is in the folder. Raises IndexUnavailable."""
        with guarded("written"):
            return create_in(self.path, SCHEMA, NAME)

    def tidy(self) -> None:
        """Removes what format 1 has left. Raises IndexUnavailable."""
        with guarded("written"):
            for path in (*self.path.glob("generation-*"), *self.path.glob("CURRENT*")):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()

    def check(self) -> list[str]:
        """What is wrong with the engine's files, a sentence each."""
        index = self.open()
        return list(index.check()) if index else []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Waits for every other writer, in this process or another, and keeps them out."""
        with guarded("written"):
            disk.make_folder(self.path)
            lock = (self.path / "LOCK").open("ab")
        with lock:
            with guarded("written"):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def sequence_of(user: Mapping[str, Any]) -> int | None:
    """The change number that was kept with a commit; None before the first.

    Raises IndexUnavailable for an index of another format.
    """
    if not user:
        return None
    if user.get("format") != FORMAT:
        raise outdated(user)
    sequence = user.get("sequence")
    if type(sequence) is not int:
        raise damaged("the change number is missing")
    return sequence


def kept(sequence: int) -> dict[str, int]:
    """What is kept with a commit."""
    return {"format": FORMAT, "sequence": sequence}
