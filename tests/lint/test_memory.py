"""The memory file: what was written is read again, and what is damaged says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsfeed.lint import memory
from newsfeed.lint.build import MOST_ENTRIES, Build, Known, KnownDocument, KnownFeed

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BUILD = Build(
    at=NOON,
    entries={
        "tag:bote.example,2026:bruecke": Known(NOON, NOON, "9f", "https://bote.example/b"),
        "tag:bote.example,2026:faehre": Known(None, None, "", ""),
    },
    feeds={"latest": KnownFeed("tag:bote.example,2026:latest", None, ("a", "b"), rest=True)},
    documents={"/feeds/latest.atom": KnownDocument('W/"1"', "7c")},
)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "index" / memory.NAME
    assert memory.load(path) is None
    memory.save(path, BUILD)
    assert memory.load(path) == BUILD
    assert [one.name for one in path.parent.iterdir()] == [memory.NAME]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "at": "gestern", "entries": {}, "feeds": {}, "documents": {}}',
        b'{"version": 1, "at": "2026-06-01T12:00:00", "entries": {}, "feeds": {}, "documents": {}}',
        b'{"version": 1, "at": null, "entries": {}, "feeds": {}, "documents": {}}',
        b'{"version": 1, "at": "2026-06-01T12:00:00Z", "entries": {"a": [1]}, "feeds": {},'
        b' "documents": {}}',
    ],
)
def test_a_damaged_file_says_what_to_do(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / memory.NAME
    path.write_bytes(raw)
    with pytest.raises(memory.MemoryFileError, match=r"lint\.json: is damaged .*; delete it"):
        memory.load(path)


def test_a_file_of_another_format_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / memory.NAME
    path.write_bytes(b'{"version": 2}')
    with pytest.raises(memory.MemoryFileError, match=r"of format 2, .* delete it"):
        memory.load(path)


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / memory.NAME
    memory.save(path, BUILD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        memory.save(path, Build(NOON))
    assert memory.load(path) == BUILD
    assert list(tmp_path.iterdir()) == [path]


def test_only_the_latest_entries_are_kept() -> None:
    day = datetime(2000, 1, 1, tzinfo=UTC)
    many = {str(n): Known(day.replace(year=1000 + n % 9000), None, "", "") for n in range(101_000)}
    kept = Build(NOON, many, whole=True).after(Build(NOON))
    assert len(kept.entries) == MOST_ENTRIES
    oldest = min(one.published for one in kept.entries.values() if one.published)
    assert all(
        one.published and one.published <= oldest
        for id, one in many.items()
        if id not in kept.entries
    )
