"""Files of arrays: what is written comes back, and what is not as it was written does not open."""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedFile
from newsfeed.whoosh_numpy.storage import container
from newsfeed.whoosh_numpy.storage.container import DTYPES, MAGIC, ArrayFile, ArrayWriter

arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda dtype: npst.arrays(
        dtype, st.integers(0, 50), elements={"allow_nan": False} if "f" in dtype else None
    )
)
names = st.text(min_size=1, max_size=8)


def write(path: Path, arrays: dict[str, Any], meta: dict[str, Any] | None = None) -> int:
    with ArrayWriter(path) as writer:
        for name, array in arrays.items():
            writer.write(name, array)
        return writer.finish(meta or {})


def with_directory(path: Path, directory: object, version: int = 1) -> None:
    """A file without arrays whose directory says something else, with checksums that are right."""
    raw = json.dumps(directory).encode() if not isinstance(directory, bytes) else directory
    end = struct.pack("<QQII8s", 64, len(raw), zlib.crc32(raw), version, MAGIC)
    path.write_bytes(struct.pack("<8sII", MAGIC, version, 0) + bytes(48) + raw + end)


@given(st.dictionaries(names, arrays, max_size=6), st.dictionaries(names, st.integers()))
def test_arrays_come_back_as_they_were(written: dict[str, Any], meta: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.seg")
        size = write(path, written, meta)
        file = ArrayFile(path)
        assert file.size == size == path.stat().st_size
        assert list(file) == list(written)
        assert dict(file.meta) == meta
        for name, array in written.items():
            assert file.array(name).dtype == array.dtype
            assert np.array_equal(file.array(name), array)
        assert file.verify() == []


@given(
    st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=9), max_size=9),
    st.sampled_from([0, 20, 100, 1 << 18]),
    st.booleans(),
)
def test_pieces_of_several_arrays_may_be_written_in_turns(
    pieces: list[list[int]], held_back: int, looked_at: bool
) -> None:
    whole = np.array([number for piece in pieces for number in piece], np.int64)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "_HELD_BACK", held_back)
        path = Path(folder, "x.seg")
        with ArrayWriter(path) as writer:
            ascending = writer.reserve("ascending", "<u4", len(whole))
            doubled = writer.reserve("doubled", "<u8", len(whole))
            for piece in pieces:
                ascending.write(np.array(piece, np.int64))
                doubled.write(np.array(piece, np.uint64) * np.uint64(2))
                assert not looked_at or os.fstat(writer.descriptor).st_size
            streamed = writer.append("streamed", "<i8")
            for piece in pieces:
                streamed.write(-np.array(piece, np.int64))
            writer.write("after", np.array([1.5]))
            writer.finish({})
        file = ArrayFile(path)
        assert np.array_equal(file.array("ascending"), whole)
        assert np.array_equal(file.array("doubled"), whole * 2)
        assert np.array_equal(file.array("streamed"), -whole)
        assert file.array("after").tolist() == [1.5]
        assert file.verify() == []


def test_pieces_that_end_just_before_one_another_leave_each_other_alone(tmp_path: Path) -> None:
    first, second = np.arange(60, dtype="|u1"), np.arange(100, 106, dtype="|u1")
    with ArrayWriter(tmp_path / "x.seg") as writer:
        one, other = writer.reserve("one", "|u1", 60), writer.reserve("other", "|u1", 6)
        one.write(first[:40])
        other.write(second[:2])
        one.write(first[40:])
        other.write(second[2:])
        writer.finish({})
    file = ArrayFile(tmp_path / "x.seg")
    assert file.array("one").tolist() == first.tolist()
    assert file.array("other").tolist() == second.tolist()
    assert file.verify() == []


def test_arrays_begin_at_multiples_of_64_and_are_little_endian(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {"a": np.array([1], ">u4"), "b": np.array([2, 3], "<u2")})
    raw = (tmp_path / "x.seg").read_bytes()
    assert raw[64:68] == b"\1\0\0\0"
    assert raw[128:132] == b"\2\0\3\0"


def test_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {"a": np.arange(3, dtype="<u4")})
    with pytest.raises(ValueError, match="read-only"):
        ArrayFile(tmp_path / "x.seg").array("a")[0] = 7


def test_a_view_lives_on_when_the_file_is_removed(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {"a": np.arange(100_000, dtype="<u4")})
    view = ArrayFile(tmp_path / "x.seg").array("a")
    (tmp_path / "x.seg").unlink()
    assert int(view.sum()) == 4_999_950_000


def test_threads_see_the_same_arrays(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {f"a{i}": np.full(9, i, "<u4") for i in range(50)})
    file = ArrayFile(tmp_path / "x.seg")
    seen: list[list[int]] = []

    def read() -> None:
        seen.append([int(file.array(name)[0]) for name in file])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [list(range(50))] * 8


@pytest.mark.parametrize(
    ("dtype", "piece"),
    [
        ("<u4", np.array([-1])),
        ("<u4", np.array([2**32])),
        ("<u2", np.array([70_000], np.uint32)),
        ("<u4", np.array([1.5])),
        ("<f8", np.array([2**60 + 1])),
        ("<u4", np.zeros((2, 2), np.uint32)),
        ("<i8", np.array([2**63], np.uint64)),
    ],
)
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, dtype: str, piece: Any) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer, pytest.raises(ValueError, match="a: "):
        writer.reserve("a", dtype, piece.size).write(piece)


def test_an_array_of_another_length_than_reserved_is_refused(tmp_path: Path) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer:
        region = writer.reserve("a", "<u4", 2)
        with pytest.raises(ValueError, match="a: more than the 2 elements"):
            region.write(np.arange(3))
        region.write(np.arange(1))
        with pytest.raises(ValueError, match="a: 1 of 2 elements"):
            writer.finish({})


@pytest.mark.parametrize("array", [np.array([True]), np.array(["text"]), np.array([None])])
def test_only_numbers_of_the_known_kinds_are_kept(tmp_path: Path, array: Any) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer, pytest.raises(ValueError, match="array 'a'"):
        writer.write("a", array)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer:
        writer.write("a", np.arange(1))
        with pytest.raises(ValueError, match="array 'a'"):
            writer.write("a", np.arange(1))


def test_what_is_not_finished_leaves_no_file(tmp_path: Path) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer:
        writer.write("a", np.arange(3))
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {})
    with pytest.raises(FileExistsError):
        ArrayWriter(tmp_path / "x.seg")


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.seg"
    write(path, {"a": np.arange(5, dtype="<u4"), "b": np.arange(3, dtype="<u8")}, {"docs": 5})
    sound = path.read_bytes()
    for at in range(len(sound)):
        for bit in range(8):
            damaged = bytearray(sound)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                problems = ArrayFile(path).verify()
            except (DamagedIndex, UnsupportedFile):
                continue
            assert problems, f"bit {bit} of byte {at}"
            assert problems[0].startswith("x.seg: ")


def test_a_file_cut_off_anywhere_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "x.seg"
    write(path, {"a": np.arange(50, dtype="<u4")})
    sound = path.read_bytes()
    for length in range(len(sound)):
        path.write_bytes(sound[:length])
        with pytest.raises(DamagedIndex, match=r"x\.seg: .* built anew"):
            ArrayFile(path)


@pytest.mark.parametrize(
    "directory",
    [
        b"{",
        b"[" * 100_000,
        b"\xff",
        [],
        {"arrays": {}},
        {"arrays": [], "meta": {}},
        {"arrays": {}, "meta": 7},
        {"arrays": {"a": ["<u4", 1, 64]}, "meta": {}},
        {"arrays": {"a": ["<u4", 1, 64, 0]}, "meta": {}},
        {"arrays": {"a": ["<u4", 2**62, 64, 0]}, "meta": {}},
        {"arrays": {"a": ["<u4", 0, -64, 0]}, "meta": {}},
        {"arrays": {"a": ["<u4", 0, 65, 0]}, "meta": {}},
        {"arrays": {"a": ["<u4", True, 64, 0]}, "meta": {}},
        {"arrays": {"a": ["<u4", 0.0, 64, 0]}, "meta": {}},
        {"arrays": {"a": ["O", 0, 64, 0]}, "meta": {}},
        {"arrays": {"a": [["<u4"], 0, 64, 0]}, "meta": {}},
    ],
)
def test_a_hostile_directory_is_refused(tmp_path: Path, directory: object) -> None:
    with_directory(tmp_path / "x.seg", directory)
    with pytest.raises(DamagedIndex, match=r"x\.seg: "):
        ArrayFile(tmp_path / "x.seg")


def test_a_later_version_is_named(tmp_path: Path) -> None:
    with_directory(tmp_path / "x.seg", {"arrays": {}, "meta": {}}, version=2)
    with pytest.raises(UnsupportedFile, match=r"x\.seg: format 2, this version reads 1"):
        ArrayFile(tmp_path / "x.seg")


def test_an_array_that_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path / "x.seg", {})
    with pytest.raises(DamagedIndex, match=r"x\.seg: array 'body\.docs' is missing"):
        ArrayFile(tmp_path / "x.seg").array("body.docs")


def test_what_is_no_file_is_no_index(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.seg")
    (tmp_path / "folder.seg").mkdir()
    for name in ("fifo.seg", "folder.seg"):
        with pytest.raises(DamagedIndex, match="it is no file"):
            ArrayFile(tmp_path / name)
    (tmp_path / "link.seg").symlink_to("/dev/zero")
    with pytest.raises(OSError, match=r"link\.seg"):
        ArrayFile(tmp_path / "link.seg")
