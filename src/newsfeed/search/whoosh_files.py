"""The files of the search index on disk, and the one name that makes them count.

In: a folder. Out: commits, storages for Whoosh, the writers' lock. Called by the adapter and the
snapshot. Layout below the index folder:

    search/LOCK           held by the one writer (flock: let go by the system when it dies)
    search/CURRENT        the commit that counts: one line of JSON and its CRC-32
    search/generation-7/  Whoosh's files; a rebuild makes the next generation beside

`CURRENT` names generation, Whoosh's table of contents, sequence, and every file with length and
CRC-32. It is replaced by one atomic rename after everything it names has reached the disk, and
what it no longer names is deleted only after that. So a commit is durable, happens at once for
readers in any process, and whatever a crash leaves behind is unnamed and goes with the next write.
Whoosh alone syncs nothing and deletes the old state before the new one is safe.

`CURRENT` is there before the first generation is (naming none, `NOTHING`), so a generation without
it is damage and not an empty index.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from newsfeed.search.interface import IndexUnavailable, SearchError

FORMAT = 1
"""Of everything stored: to be raised whenever fields, analysis or layout change."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One state of the index: `files` are length and CRC-32 of each file in the generation."""

    generation: int
    toc: int
    sequence: int
    files: Mapping[str, tuple[int, int]]


NOTHING = Commit(generation=0, toc=0, sequence=0, files={})
"""The commit of an index into which nothing was written yet."""


def damaged(what: str) -> IndexUnavailable:
    """The error for an index that is not as it was written."""
    return IndexUnavailable(f"The search index cannot be read: {what}; run `newsfeed reindex`")


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Turns whatever the file system or Whoosh raises into IndexUnavailable.

    Damaged bytes make Whoosh raise anything at all, so anything is caught. Callers' iterables and
    the evaluation of queries stay outside.
    """
    try:
        yield
    except SearchError:
        raise
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

    def raw_commit(self) -> bytes:
        """The bytes of the commit that counts. Raises IndexUnavailable."""
        with guarded("read"):
            # The second look is for a writer that has just begun the index.
            for certain in (False, True):
                try:
                    return (self.path / "CURRENT").read_bytes()
                except FileNotFoundError as error:
                    if not self._generations():
                        break
                    if certain:
                        raise damaged("CURRENT is missing") from error
            return _write(NOTHING)

    def publish(self, commit: Commit) -> None:
        """Makes a commit the one that counts. Its files have to be on disk already."""
        temporary = self.path / "CURRENT.new"
        with temporary.open("wb") as file:
            file.write(_write(commit))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / "CURRENT")
        sync_folder(self.path)

    def abandon(self, generation: int) -> None:
        """Removes a generation that was never published."""
        shutil.rmtree(self._generation(generation), ignore_errors=True)

    def storage(self, generation: int) -> Storage:
        return Storage(str(self._generation(generation)))

    def create_generation(self) -> int:
        """A new empty generation beside the others."""
        generation = max(self._generations(), default=0) + 1
        if generation == 1 and not (self.path / "CURRENT").exists():
            self.publish(NOTHING)
        self._generation(generation).mkdir()
        sync_folder(self.path)
        return generation

    def tidy(self, commit: Commit) -> None:
        """Removes what a commit does not name: old generations, leftovers of writers that died."""
        for generation in self._generations():
            if generation != commit.generation:
                shutil.rmtree(self._generation(generation))
        if commit == NOTHING:
            return
        for path in list(self._generation(commit.generation).iterdir()):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in commit.files:
                path.unlink()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Waits for every other writer, in this process or another, and keeps them out."""
        with guarded("written"):
            make_folder(self.path)
            lock = (self.path / "LOCK").open("ab")
        with lock:
            with guarded("written"):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def verify(self, commit: Commit, known: frozenset[str] = frozenset()) -> None:
        """Compares every file of a commit but the `known` ones with its checksum.

        Raises IndexUnavailable.
        """
        for name, expected in commit.files.items():
            if name not in known:
                path = self._generation(commit.generation) / name
                if checksum(path) != expected:
                    raise damaged(f"{path.name} is damaged")

    def _generation(self, number: int) -> Path:
        return self.path / f"generation-{number}"

    def _generations(self) -> list[int]:
        names = (path.name.removeprefix("generation-") for path in self.path.glob("generation-*"))
        return [int(name) for name in names if name.isdecimal()]


def _write(commit: Commit) -> bytes:
    line = orjson.dumps([FORMAT, commit.generation, commit.toc, commit.sequence, commit.files])
    return line + b" %08x\n" % zlib.crc32(line)


def read_commit(raw: bytes) -> Commit:
    """The commit in the bytes of `Files.raw_commit`. Raises IndexUnavailable."""
    line, _, check = raw.rpartition(b" ")
    if check != b"%08x\n" % zlib.crc32(line):
        raise damaged("CURRENT is damaged")
    stored, generation, toc, sequence, files = orjson.loads(line)
    if stored != FORMAT:
        raise damaged(f"it has format {stored}, this newsfeed reads format {FORMAT}")
    return Commit(generation, toc, sequence, {name: tuple(file) for name, file in files.items()})


class Storage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder storage that keeps deleted files until the commit without them counts."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._deleted: set[str] = set()

    def open_file(self, name: str, **options: object) -> StructFile:
        return StructFile(_Reader(_Raw(self._fpath(name))), name=name, **options)

    def create_file(
        self,
        name: str,
        excl: bool = False,  # noqa: ARG002 - Whoosh's signature
        mode: str = "wb",
        **options: object,
    ) -> StructFile:
        raw = _Raw(self._fpath(name), mode)
        file = _Random(raw) if "+" in mode else _Writer(raw)
        return StructFile(file, name=name, **options)

    def temp_storage(self, name: str | None = None) -> FileStorage:
        return Storage(str(Path(self.folder, name or "temporary"))).create()

    def delete_file(self, name: str) -> None:
        self._deleted.add(name)

    def lock(self, name: str) -> threading.Lock:  # noqa: ARG002 - Whoosh's signature
        """No lock of Whoosh's own: writers hold `Files.writing` already."""
        return threading.Lock()

    def seal(self, before: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Brings every file that stays to the disk; its length and CRC-32 by name.

        `before` are the files of the commit before, which never change.
        """
        folder = Path(self.folder)
        files = {}
        for path in sorted(folder.iterdir()):
            if path.name in self._deleted or not path.is_file():
                continue
            if path.name not in before:
                sync_file(path)
            files[path.name] = before.get(path.name) or checksum(path)
        sync_folder(folder)
        return files

    def sweep(self) -> None:
        """Deletes what Whoosh has given up."""
        for name in self._deleted:
            Path(self.folder, name).unlink(missing_ok=True)
        self._deleted.clear()


class _Quiet:
    """A file that closes without complaint when nobody holds it any more.

    Readers of an old commit are not told to close, for they may still be searching; and a writer
    of Whoosh's that fails halfway leaves its files open.
    """

    def __del__(self) -> None:
        with suppress(OSError):
            self.close()  # type: ignore[attr-defined]


class _Raw(_Quiet, io.FileIO):
    pass


class _Reader(_Quiet, io.BufferedReader):
    pass


class _Writer(_Quiet, io.BufferedWriter):
    pass


class _Random(_Quiet, io.BufferedRandom):
    pass


def checksum(path: Path) -> tuple[int, int]:
    """Length and CRC-32 of a file. Raises IndexUnavailable when it is missing."""
    length = crc = 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                length += len(block)
                crc = zlib.crc32(block, crc)
    except FileNotFoundError as error:
        raise damaged(f"{path.name} is missing") from error
    return length, crc


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, and brings their names to the disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Returns when the file's content is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Returns when the names in the folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
