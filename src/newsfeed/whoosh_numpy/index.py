"""An index in a folder: Whoosh's `Index`, on the files of this engine.

In: a folder and a schema. Out: writers, readers, searchers. Called by programs. The schema is given
by code each time; the description of it in the index is compared, never built from, so that
nothing in the folder decides what runs. Shared by threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from whoosh import index as whoosh_index
from whoosh.fields import ensure_schema
from whoosh.index import EmptyIndexError

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.searching.reader import Reader
from newsfeed.whoosh_numpy.searching.searcher import Searcher
from newsfeed.whoosh_numpy.storage import disk, lock, toc
from newsfeed.whoosh_numpy.storage.checking import check
from newsfeed.whoosh_numpy.storage.commits import Commit, Commits
from newsfeed.whoosh_numpy.storage.schema import compare, describe
from newsfeed.whoosh_numpy.storage.toc import Toc
from newsfeed.whoosh_numpy.writing.background import Background
from newsfeed.whoosh_numpy.writing.bulk import BulkWriter
from newsfeed.whoosh_numpy.writing.writer import Writer

DEFAULT_NAME: Final = "MAIN"

Folder = str | os.PathLike[str]


def create_in(dirname: Folder, schema: Any, indexname: str | None = None) -> Index:
    """An empty index in a folder, which is made where there is none.

    An index of this name that is there already is emptied, whatever its state. Raises LockError
    while a writer has it open, UnsupportedField for a schema that cannot be kept, OSError.
    """
    folder, name = Path(dirname), indexname or DEFAULT_NAME
    toc.toc_path(folder, name)
    described = describe(ensure_schema(schema))
    disk.make_folder(folder)
    with lock.hold(folder, name):
        empty = Toc(_generation(folder, name) + 1, (), described)
        toc.write(folder, name, empty)
        toc.remove_leftovers(folder, name, empty)
    return Index(folder, schema, name)


def open_dir(
    dirname: Folder, schema: Any = None, indexname: str | None = None, readonly: bool = False
) -> Index:
    """The index in a folder. `readonly`: its `writer` raises.

    The schema stands where Whoosh has the index's name, for here it has to be given. Raises
    EmptyIndexError where there is no index, SchemaMismatch, DamagedIndex, UnsupportedFile, OSError.
    """
    if schema is None or isinstance(schema, str):
        raise EngineError(
            "open_dir(folder, schema): the schema has to be given as an object, for a folder "
            "holds data only and nothing in it is ever run; give the one it was created with"
        )
    return Index(Path(dirname), schema, indexname or DEFAULT_NAME, readonly=readonly)


def exists_in(dirname: Folder, indexname: str | None = None) -> bool:
    """Whether the folder has an index of this name, sound or not."""
    return toc.exists(Path(dirname), indexname or DEFAULT_NAME)


class Index(whoosh_index.Index):  # type: ignore[misc]
    """An index in a folder. Readers always show the last commit; shared by threads."""

    def __init__(self, folder: Path, schema: Any, name: str, *, readonly: bool = False) -> None:
        """Opens the last commit. Raises as `open_dir` does."""
        self.folder = folder
        self.indexname = name
        self.readonly = readonly
        self.schema = ensure_schema(schema)
        """As given; a writer that adds or removes fields puts another in its place."""
        self.commits = Commits(folder, name)
        self.background = Background(self.commits)
        compare(self.commits.last.toc.schema, self.schema)

    def __repr__(self) -> str:
        return f"Index({str(self.folder)!r}, {self.indexname!r})"

    @property
    def generation(self) -> int:
        """The number of the commit that this object has seen last; see `refresh`."""
        return self.commits.last.generation

    @property
    def user(self) -> Mapping[str, Any]:
        """What the last writer gave to `commit(user=…)`."""
        return self.latest().user

    def latest(self) -> Commit:
        """The last commit. Raises DamagedIndex, UnsupportedFile, OSError."""
        return self.commits.latest()

    def latest_generation(self) -> int:
        """The number of the last commit."""
        return toc.read(self.folder, self.indexname).generation

    def up_to_date(self) -> bool:
        """Whether nobody committed since this object last looked."""
        return self.latest_generation() == self.generation

    def refresh(self) -> Index:
        """Looks for the last commit; this object."""
        self.latest()
        return self

    def last_modified(self) -> float:
        """When the last commit was made, in seconds since 1970."""
        return toc.toc_path(self.folder, self.indexname).stat().st_mtime

    def is_empty(self) -> bool:
        """Whether there is no document, not even a deleted one."""
        return not self.latest().leaves

    def doc_count(self) -> int:
        return self.latest().count_live

    def doc_count_all(self) -> int:
        return self.latest().count

    def reader(self, reuse: object = None) -> Reader:  # noqa: ARG002
        """A reader of the last commit; `reuse` is not needed, as files are opened once anyway."""
        commit = self.latest()
        return Reader(commit.leaves, self.schema, commit.generation)

    def searcher(self, **kwargs: Any) -> Searcher:
        """A searcher of the last commit; `kwargs` as for `whoosh.searching.Searcher`."""
        return Searcher(self.reader(), fromindex=self, **kwargs)

    def writer(self, procs: int = 1, **kwargs: Any) -> Writer:
        """A writer, which holds the index's lock until it is committed or cancelled.

        `procs`: how many processes analyse and invert documents; see `bulk`. `kwargs`: see
        `Writer`. Raises LockError while another writer has the index open.
        """
        if self.readonly:
            raise whoosh_index.IndexError(f"{self!r} was opened read-only")
        return Writer(self, **kwargs) if procs < 2 else BulkWriter(self, procs, **kwargs)

    def optimize(self, progress: Callable[[int, int], None] | None = None, **kwargs: Any) -> None:
        """Joins all segments to one without deleted documents."""
        writer = self.writer(**kwargs)
        writer.commit(optimize=True, progress=progress)

    def check(self) -> list[str]:
        """Reads everything; one sentence for each thing that is not as it was written."""
        return check(self.folder, self.indexname)

    def close(self) -> None:
        """Waits until no segments are being joined any more; files close with their last reader."""
        self.background.wait()


def _generation(folder: Path, name: str) -> int:
    """The number of the last commit; -1 where there is none that can be read."""
    try:
        return toc.read(folder, name).generation
    except (EmptyIndexError, EngineError):
        return -1
