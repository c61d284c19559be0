"""A file of deletions names documents of its segment, or it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedFile
from newsfeed.whoosh_numpy.storage import deletions
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry

ENTRY = SegmentEntry("0123456789abcdef", 100, 512, "x.del", 3, 0)


def written(folder: Path, numbers: list[int]) -> SegmentEntry:
    size = deletions.write(folder / "x.del", np.array(numbers, np.uint32))
    return replace(ENTRY, deleted=len(numbers), deletions_size=size)


@given(st.frozensets(st.integers(0, 99), min_size=1))
def test_documents_come_back(numbers: frozenset[int]) -> None:
    with TemporaryDirectory() as folder:
        found = deletions.read(Path(folder), written(Path(folder), sorted(numbers)))
        assert found is not None
        assert found.tolist() == sorted(numbers)


def test_a_segment_without_deletions_has_no_file(tmp_path: Path) -> None:
    assert deletions.read(tmp_path, replace(ENTRY, deletions=None, deleted=0)) is None


@pytest.mark.parametrize("numbers", [[1, 1, 2], [2, 1, 3], [1, 2, 100]])
def test_numbers_of_no_document_are_refused(tmp_path: Path, numbers: list[int]) -> None:
    with pytest.raises(DamagedIndex, match=r"x\.del: it does not name documents of its segment"):
        deletions.read(tmp_path, written(tmp_path, numbers))


def test_another_file_than_the_commit_names_is_refused(tmp_path: Path) -> None:
    entry = written(tmp_path, [1, 2, 3])
    for other in (replace(entry, deleted=2), replace(entry, deletions_size=7)):
        with pytest.raises(DamagedIndex, match=r"x\.del: it is not the file"):
            deletions.read(tmp_path, other)


def test_every_flipped_bit_is_found_on_opening(tmp_path: Path) -> None:
    entry = written(tmp_path, [1, 2, 3])
    path = tmp_path / "x.del"
    sound = path.read_bytes()
    for at in range(len(sound)):
        for bit in range(8):
            damaged = bytearray(sound)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises((DamagedIndex, UnsupportedFile), match=r"x\.del: "):
                deletions.read(tmp_path, entry)
