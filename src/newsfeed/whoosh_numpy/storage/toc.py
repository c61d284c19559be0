"""The table of contents: which files make up the index, and since which commit.

In: a folder and an index's name. Out: a `Toc`; written, it *is* the commit. Called by `index` and
`writer`. The file `<name>.toc` is replaced as a whole:

    one line of JSON, UTF-8: {"generation", "segments", "schema", "user"}
    "\\nWNPTOC " version (4 hex) " " bytes of JSON (8 hex) " " CRC-32 (8 hex) "\\n"

The CRC-32 is that of all bytes before it and is verified before anything is parsed. Writing keeps
this order: the files that are named are on the disk (their writers saw to it), then their names,
then the new table, then its name.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from whoosh.index import EmptyIndexError

from newsfeed.whoosh_numpy.errors import DamagedIndex, EngineError, UnsupportedFile
from newsfeed.whoosh_numpy.storage import disk

VERSION: Final = 1
MAX_BYTES: Final = 1 << 26
"""No table is larger; what a program keeps with a commit is meant to be small."""

MAX_DOCS: Final = (1 << 32) - 2
"""Documents of one segment: their numbers and one more fit into u4."""

_TRAILER: Final = re.compile(rb"\nWNPTOC ([0-9a-f]{4}) ([0-9a-f]{8}) ([0-9a-f]{8})\n")
_TRAILER_SIZE: Final = 31
_CRC_SIZE: Final = 9
_ID: Final = "[0-9a-f]{16}"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment as a commit sees it. Sizes in bytes; `deletions` names a file of the folder."""

    id: str
    docs: int
    size: int
    deletions: str | None = None
    deleted: int = 0
    deletions_size: int = 0


@dataclass(frozen=True, slots=True)
class Toc:
    """One commit. `schema` is for comparison only; `user` is the program's JSON object."""

    generation: int
    segments: tuple[SegmentEntry, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    user: Mapping[str, Any] = field(default_factory=dict)
    format: int = VERSION

    @property
    def docs(self) -> int:
        """All documents, deleted ones too."""
        return sum(each.docs for each in self.segments)

    @property
    def deleted(self) -> int:
        return sum(each.deleted for each in self.segments)


_ENTRY: Final = tuple(each.name for each in fields(SegmentEntry))


def toc_path(folder: Path, name: str) -> Path:
    """Raises ValueError for a name that is no plain word."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", name):
        raise ValueError(f"index name {name!r}: only letters, digits, - and _ are allowed")
    return folder / f"{name}.toc"


def new_id() -> str:
    """A name for a segment that no other has."""
    return secrets.token_hex(8)


def segment_path(folder: Path, name: str, id: str) -> Path:
    return folder / f"{name}_{id}.seg"


def deletions_name(name: str, id: str, generation: int) -> str:
    """The name of the file with a segment's deletions as of a commit."""
    return f"{name}_{id}_{generation}.del"


def exists(folder: Path, name: str) -> bool:
    """Whether there is a table of contents, sound or not."""
    return toc_path(folder, name).is_file()


def read(folder: Path, name: str) -> Toc:
    """The last commit.

    Raises EmptyIndexError where there is no index, DamagedIndex (also where segments lie without a
    table of contents), UnsupportedFile, OSError.
    """
    path = toc_path(folder, name)
    try:
        raw = _bytes(path)
    except FileNotFoundError:
        if any(_own(folder, name)):
            raise DamagedIndex(path, "it is missing, though there are segments") from None
        raise EmptyIndexError(f"no index {name!r} in {folder}") from None
    return _decoded(path, name, raw)


@lru_cache(maxsize=4)
def _decoded(path: Path, name: str, raw: bytes) -> Toc:
    """The same bytes give the same object: who writes often reads each table several times."""
    text = _verified(path, raw)
    try:
        return _parsed(name, json.loads(text, parse_constant=_refused))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedIndex(path, f"it does not describe a commit ({error})") from error


def write(folder: Path, name: str, toc: Toc, unsynced: disk.Unsynced | None = None) -> None:
    """Commits. Whoever calls holds the lock, and has synced the files that are named.

    `unsynced`: those of them that have yet to be synced; all are synced at once.

    After an OSError the last commit stands or, where only the last sync failed, the new one:
    `read` tells which. So after an error nothing may be removed but what `leftovers` names.
    Raises EngineError where `toc.user` is no JSON, before anything is written.
    """
    path, new = toc_path(folder, name), _new(folder, name)
    raw = _encoded(path, toc)
    disk.remove(new)
    descriptor = disk.create(new)
    try:
        try:
            disk.write_at(descriptor, raw, 0)
            files = unsynced.syncs() if unsynced else []
            disk.together([lambda: _sync_named(descriptor, folder), *files])
        finally:
            os.close(descriptor)
        disk.replace(new, path)
    except OSError:
        _remove_quietly(new)
        raise
    disk.sync_folder(folder)


def _sync_named(descriptor: int, folder: Path) -> None:
    """A file and the names in its folder; most file systems bring both to rest together."""
    disk.sync(descriptor)
    disk.sync_folder(folder)


def leftovers(folder: Path, name: str, toc: Toc) -> tuple[Path, ...]:
    """The files of this index that its last commit does not name, in order of their names."""
    named = {segment_path(folder, name, each.id).name for each in toc.segments}
    named.update(each.deletions for each in toc.segments if each.deletions)
    found = [path for path in _own(folder, name) if path.name not in named]
    new = _new(folder, name)
    return tuple(sorted([*found, new] if os.path.lexists(new) else found))


def remove_leftovers(folder: Path, name: str, toc: Toc) -> None:
    """Removes what `leftovers` names. Whoever calls holds the lock. Raises OSError.

    The folder is synced first: a commit whose last sync failed must not be undone by a power cut
    when the files of the commit before it are gone.
    """
    found = leftovers(folder, name, toc)
    if found:
        disk.sync_folder(folder)
    for path in found:
        disk.remove(path)


def _own(folder: Path, name: str) -> list[Path]:
    """Segments and deletions of this index, whether or not a commit names them."""
    pattern = re.compile(rf"{re.escape(name)}_{_ID}(\.seg|_[0-9]+\.del)")
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if pattern.fullmatch(path.name)]


def _new(folder: Path, name: str) -> Path:
    return folder / f"{name}.toc.new"


def _remove_quietly(path: Path) -> None:
    try:
        disk.remove(path)
    except OSError:
        return  # The next writer removes it.


def _bytes(path: Path) -> bytes:
    # Without O_NONBLOCK a FIFO of this name would keep us waiting for ever.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            raise DamagedIndex(path, "it is no table of contents")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES)
    finally:
        os.close(descriptor)


def _encoded(path: Path, toc: Toc) -> bytes:
    content = {
        "generation": toc.generation,
        "segments": [{name: getattr(each, name) for name in _ENTRY} for each in toc.segments],
        "schema": toc.schema,
        "user": toc.user,
    }
    try:
        text = json.dumps(content, allow_nan=False)
        same = json.loads(json.dumps(toc.user)) == toc.user
    except (TypeError, ValueError, RecursionError) as error:
        raise EngineError(f"{path.name}: what is kept with a commit is no JSON: {error}") from error
    if not same:
        raise EngineError(f"{path.name}: what is kept with a commit would come back changed")
    if len(text) + _TRAILER_SIZE > MAX_BYTES:
        raise EngineError(f"{path.name}: {len(text)} bytes are too many to keep with a commit")
    raw = text.encode("ascii") + b"\nWNPTOC %04x %08x " % (toc.format, len(text))
    return raw + b"%08x\n" % zlib.crc32(raw)


def _verified(path: Path, raw: bytes) -> bytes:
    """The JSON of a table whose bytes are as they were written."""
    trailer = _TRAILER.fullmatch(raw, max(0, len(raw) - _TRAILER_SIZE))
    if trailer is None:
        raise DamagedIndex(path, "it is cut off or no table of contents")
    version, length, crc = (int(each, 16) for each in trailer.groups())
    if crc != zlib.crc32(raw[:-_CRC_SIZE]) or length != len(raw) - _TRAILER_SIZE:
        raise DamagedIndex(path, "its bytes are not as they were written")
    if version != VERSION:
        raise UnsupportedFile(path, version, VERSION)
    return raw[:length]


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _parsed(name: str, content: dict[str, Any]) -> Toc:
    if content.keys() != {"generation", "segments", "schema", "user"}:
        raise ValueError("its keys are others")
    segments = tuple(_entry(name, each) for each in content["segments"])
    if len({each.id for each in segments}) != len(segments):
        raise ValueError("a segment is named twice")
    if not isinstance(content["schema"], dict) or not isinstance(content["user"], dict):
        raise TypeError("schema and user are no objects")
    generation = _number(content["generation"], (1 << 63) - 1)
    return Toc(generation, segments, content["schema"], content["user"])


def _entry(name: str, described: dict[str, Any]) -> SegmentEntry:
    entry = SegmentEntry(**described)
    if not isinstance(entry.id, str) or not re.fullmatch(_ID, entry.id):
        raise ValueError("a segment's id is none")
    _number(entry.docs, MAX_DOCS)
    _number(entry.size, 1 << 62)
    _number(entry.deletions_size, 1 << 62)
    if _number(entry.deleted, entry.docs) == 0:
        sound = entry.deletions is None
    else:
        wanted = rf"{re.escape(name)}_{entry.id}_[0-9]{{1,19}}\.del"
        sound = re.fullmatch(wanted, entry.deletions or "") is not None
    if not sound:
        raise ValueError(f"segment {entry.id}: its deletions are badly described")
    return entry


def _number(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{value!r} is no number up to {most}")
    return value
