"""The table of contents is the commit: it says what it was told to say, or it says nothing."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import EmptyIndexError

from newsfeed.whoosh_numpy.errors import DamagedIndex, EngineError, UnsupportedFile
from newsfeed.whoosh_numpy.storage import toc
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry, Toc

ID = "0123456789abcdef"
OTHER = "fedcba9876543210"
ENTRY = SegmentEntry(ID, 10, 4096, f"MAIN_{ID}_7.del", 2, 256)
TOC = Toc(7, (ENTRY, SegmentEntry(OTHER, 1, 512)), {"body": {"type": "TEXT"}}, {"sequence": 12})

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, width=32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: "inf" not in repr(value))
objects = st.dictionaries(st.text(), json_values, max_size=4)


@st.composite
def entries(draw: st.DrawFn) -> SegmentEntry:
    id = draw(st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"))
    docs = draw(st.integers(1, toc.MAX_DOCS))
    entry = SegmentEntry(id, docs, draw(st.integers(0, 2**40)))
    if draw(st.booleans()):
        return entry
    name = toc.deletions_name("MAIN", id, draw(st.integers(0, 2**63 - 1)))
    return replace(entry, deletions=name, deleted=draw(st.integers(1, docs)), deletions_size=300)


tocs = st.builds(
    Toc,
    st.integers(0, 2**63 - 1),
    st.lists(entries(), max_size=4, unique_by=lambda entry: entry.id).map(tuple),
    objects,
    objects,
)


@settings(max_examples=30)
@given(tocs, tocs)
def test_a_commit_comes_back_as_it_was(first: Toc, second: Toc) -> None:
    with TemporaryDirectory() as folder:
        for commit in (first, second):
            toc.write(Path(folder), "MAIN", commit)
            assert toc.read(Path(folder), "MAIN") == commit
        assert [path.name for path in Path(folder).iterdir()] == ["MAIN.toc"]


def test_the_bytes_are_those_of_the_format(tmp_path: Path) -> None:
    toc.write(tmp_path, "MAIN", Toc(3, (SegmentEntry(ID, 1, 512),), {}, {"ü": 1}))
    text = (
        b'{"generation": 3, "segments": [{"id": "0123456789abcdef", "docs": 1, "size": 512, '
        b'"deletions": null, "deleted": 0, "deletions_size": 0}], "schema": {}, '
        b'"user": {"\\u00fc": 1}}\nWNPTOC 0001 000000ae '
    )
    assert (tmp_path / "MAIN.toc").read_bytes() == text + b"%08x\n" % zlib.crc32(text)


def test_no_index_is_not_a_damaged_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(EmptyIndexError, match="no index 'MAIN'"):
            toc.read(folder, "MAIN")
        assert not toc.exists(folder, "MAIN")


def test_segments_without_a_table_are_a_damaged_index(tmp_path: Path) -> None:
    toc.segment_path(tmp_path, "MAIN", ID).touch()
    with pytest.raises(DamagedIndex, match=r"MAIN\.toc: it is missing, though there are segments"):
        toc.read(tmp_path, "MAIN")
    with pytest.raises(EmptyIndexError):
        toc.read(tmp_path, "OTHER")


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    toc.write(tmp_path, "MAIN", Toc(1))
    path = tmp_path / "MAIN.toc"
    sound = path.read_bytes()
    for at in range(len(sound)):
        for bit in range(8):
            damaged = bytearray(sound)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises(DamagedIndex, match=r"MAIN\.toc: "):
                toc.read(tmp_path, "MAIN")


def test_a_table_that_is_cut_off_or_continued_is_found(tmp_path: Path) -> None:
    toc.write(tmp_path, "MAIN", TOC)
    path = tmp_path / "MAIN.toc"
    sound = path.read_bytes()
    for damaged in [*(sound[:length] for length in range(len(sound))), sound + b"\n", sound * 2]:
        path.write_bytes(damaged)
        with pytest.raises(DamagedIndex, match=r"MAIN\.toc: "):
            toc.read(tmp_path, "MAIN")


def with_checksum(text: bytes, version: int = 1) -> bytes:
    raw = text + b"\nWNPTOC %04x %08x " % (version, len(text))
    return raw + b"%08x\n" % zlib.crc32(raw)


def test_a_later_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "MAIN.toc").write_bytes(with_checksum(b"what will come", version=2))
    with pytest.raises(UnsupportedFile, match=r"MAIN\.toc: format 2, this version reads 1"):
        toc.read(tmp_path, "MAIN")


SOUND: dict[str, Any] = {"generation": 1, "segments": [], "schema": {}, "user": {}}
SEGMENT: dict[str, Any] = {
    "id": ID,
    "docs": 10,
    "size": 512,
    "deletions": None,
    "deleted": 0,
    "deletions_size": 0,
}
DELETED = {"deletions": f"MAIN_{ID}_1.del", "deleted": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"generation": -1},
        {"generation": True},
        {"generation": 1.0},
        {"generation": 2**63},
        {"segments": 1},
        {"segments": [[]]},
        {"segments": [SEGMENT, SEGMENT]},
        {"schema": []},
        {"user": None},
        {"more": 1},
        *(
            {"segments": [SEGMENT | wrong]}
            for wrong in (
                {"id": "../../../../etc/a"},
                {"id": 7},
                {"docs": -1},
                {"docs": 2**32},
                {"docs": "1"},
                {"size": 2**63},
                {"deleted": 1},
                {"more": 1},
                DELETED | {"deleted": 11},
                DELETED | {"deletions": f"MAIN_{OTHER}_1.del"},
                DELETED | {"deletions": f"../MAIN_{ID}_1.del"},
                DELETED | {"deletions": 5},
                DELETED | {"deleted": 0},
            )
        ),
    ],
)
def test_what_describes_no_commit_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    (tmp_path / "MAIN.toc").write_bytes(with_checksum(json.dumps(SOUND | change).encode()))
    with pytest.raises(DamagedIndex, match=r"MAIN\.toc: it does not describe a commit"):
        toc.read(tmp_path, "MAIN")


@pytest.mark.parametrize("text", [b"", b"[]", b"7", b"\xff", b"[" * 100_000, b"9" * 5000, b"NaN"])
def test_what_is_no_object_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "MAIN.toc").write_bytes(with_checksum(text))
    with pytest.raises(DamagedIndex, match=r"MAIN\.toc: it does not describe a commit"):
        toc.read(tmp_path, "MAIN")


def test_what_is_no_table_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "FIFO.toc")
    (tmp_path / "FOLDER.toc").mkdir()
    with (tmp_path / "HUGE.toc").open("wb") as file:
        file.truncate(1 << 40)
    for name in ("FIFO", "FOLDER", "HUGE"):
        with pytest.raises(DamagedIndex, match="it is no table of contents"):
            toc.read(tmp_path, name)


@pytest.mark.parametrize(
    "user", [{"a": object()}, {"a": {1, 2}}, {1: "a"}, {"a": float("nan")}, {"a": (1,)}]
)
def test_what_is_no_json_is_not_committed(tmp_path: Path, user: dict[str, Any]) -> None:
    toc.write(tmp_path, "MAIN", TOC)
    with pytest.raises(EngineError, match=r"MAIN\.toc: what is kept with a commit"):
        toc.write(tmp_path, "MAIN", replace(TOC, user=user))
    assert toc.read(tmp_path, "MAIN") == TOC


def test_too_much_is_not_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toc, "MAX_BYTES", 1000)
    with pytest.raises(EngineError, match="bytes are too many to keep with a commit"):
        toc.write(tmp_path, "MAIN", replace(TOC, user={"a": "x" * 1000}))


def test_what_was_left_of_a_crash_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "MAIN.toc.new").write_bytes(b"half a table")
    toc.write(tmp_path, "MAIN", TOC)
    assert toc.read(tmp_path, "MAIN") == TOC


def test_leftovers_are_what_the_commit_does_not_name(tmp_path: Path) -> None:
    """Files of other indexes and of nobody stay, however much alike their names are."""
    named = [f"MAIN_{ID}.seg", f"MAIN_{ID}_7.del", f"MAIN_{OTHER}.seg"]
    left = [f"MAIN_{'0' * 16}.seg", f"MAIN_{ID}_6.del", f"MAIN_{OTHER}_1.del", "MAIN.toc.new"]
    foreign = [
        f"MAIN_X_{ID}.seg",
        f"MAIN_{ID}_{ID}.seg",
        f"MAIN_{ID}_{ID}_1.del",
        f"OTHER_{ID}.seg",
        "OTHER.toc.new",
        "OTHER.toc",
        f"MAIN_{ID}.segment",
        f"MAIN_{ID.upper()}.seg",
        "MAIN.lock",
        "README",
    ]
    toc.write(tmp_path, "MAIN", TOC)
    for file in (*named, *left, *foreign):
        (tmp_path / file).touch()
    assert [path.name for path in toc.leftovers(tmp_path, "MAIN", TOC)] == sorted(left)
    toc.remove_leftovers(tmp_path, "MAIN", TOC)
    assert {path.name for path in tmp_path.iterdir()} == {*named, *foreign, "MAIN.toc"}


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a.toc", "ä", "a b", "a\n", "x" * 101])
def test_names_of_indexes_are_plain_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="index name"):
        toc.read(tmp_path, name)


def test_ids_are_not_given_twice() -> None:
    ids = {toc.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(id) for id in ids} == {16}
