"""Reads a whole index and says what is wrong with it.

In: the folder and name of an index. Out: sentences, none for a sound index. Called by
`Index.check`. Every byte that a commit names is compared with its checksum; files that pass are
then asked whether what they say fits together (`consistency`), which finds mistakes of the engine
itself. Reads files in pieces and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.storage import consistency, deletions, toc
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry, Toc

_ATTEMPTS: Final = 5
"""How many commits may overtake the check; each may remove files that it is about to read."""


def check(folder: Path, name: str) -> list[str]:
    """What is wrong with the last commit, one sentence each, beginning with the file's name.

    Raises EmptyIndexError where there is no index, OSError where a file cannot be read.
    """
    for _ in range(_ATTEMPTS):
        try:
            commit = toc.read(folder, name)
        except EngineError as error:
            return [str(error)]
        found = list(_problems(folder, name, commit))
        if not found or toc.read(folder, name) == commit:
            break
    return found


def _problems(folder: Path, name: str, commit: Toc) -> Iterator[str]:
    for entry in commit.segments:
        yield from _of_segment(toc.segment_path(folder, name, entry.id), entry)
        yield from _of_deletions(folder, entry)


def _of_segment(path: Path, entry: SegmentEntry) -> Iterator[str]:
    try:
        segment = Segment(path, docs=entry.docs, size=entry.size)
    except FileNotFoundError:
        yield f"{path.name}: it is missing"
        return
    except EngineError as error:
        yield str(error)
        return
    damaged = segment.file.verify()
    # What does not stand there as it was written need not fit together either.
    yield from damaged or (f"{path.name}: {each}" for each in consistency.problems(segment))


def _of_deletions(folder: Path, entry: SegmentEntry) -> Iterator[str]:
    try:
        deletions.read(folder, entry)
    except FileNotFoundError:
        yield f"{entry.deletions}: it is missing"
    except EngineError as error:
        yield str(error)
