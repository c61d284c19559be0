"""Memory: the last build of the feeds, kept in one file between two runs.

In: a path and a build. Out: the build that was kept, or None. Called by the command only: the one
place in this room that touches a disk.

The file is JSON with a version, written beside its name, synced and then renamed, so that a crash
leaves the old one or the new one. It can be deleted at any time: the next run then has nothing to
compare with.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from newsfeed.errors import NewsfeedError
from newsfeed.lint.build import Build, Known, KnownDocument, KnownFeed

VERSION = 1
NAME = "lint.json"


class MemoryFileError(NewsfeedError):
    """The file cannot be used; the message says what to do."""


def load(path: Path) -> Build | None:
    """The build that was kept, None where there is none. Raises MemoryFileError."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return _build(orjson.loads(raw), path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MemoryFileError(
            f"{path}: is damaged ({error}); delete it, and the next run starts a new one"
        ) from error


def save(path: Path, build: Build) -> None:
    """Keeps a build: when this returns, a crash cannot lose it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")  # another run may write as well
    try:
        with beside.open("wb") as file:
            file.write(orjson.dumps(_value(build)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _value(build: Build) -> dict[str, Any]:
    return {
        "version": VERSION,
        "at": build.at.isoformat(),
        "entries": {
            id: [_text(one.published), _text(one.updated), one.digest, one.url]
            for id, one in build.entries.items()
        },
        "feeds": {
            name: [feed.id, _text(feed.updated), list(feed.entries), feed.rest]
            for name, feed in build.feeds.items()
        },
        "documents": {path: [one.etag, one.digest] for path, one in build.documents.items()},
    }


def _build(value: Any, path: Path) -> Build:
    if value["version"] != VERSION:
        raise MemoryFileError(
            f"{path}: is of format {value['version']}, this newsfeed keeps format {VERSION}; "
            "delete it, and the next run starts a new one"
        )
    return Build(
        at=_instant(value["at"]),
        entries={
            id: Known(_moment(published), _moment(updated), str(digest), str(url))
            for id, (published, updated, digest, url) in value["entries"].items()
        },
        feeds={
            name: KnownFeed(str(id), _moment(updated), tuple(map(str, ids)), bool(rest))
            for name, (id, updated, ids, rest) in value["feeds"].items()
        },
        documents={
            address: KnownDocument(str(etag), str(digest))
            for address, (etag, digest) in value["documents"].items()
        },
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return _instant(text) if text else None


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a date without a time zone")
    return moment
