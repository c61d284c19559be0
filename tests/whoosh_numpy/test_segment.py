"""A segment gives what its file says, and says so where the file's arrays do not fit together.

The files here have right checksums: what is wrong with them was written so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage import consistency
from newsfeed.whoosh_numpy.storage.container import Array, ArrayFile, ArrayWriter
from newsfeed.whoosh_numpy.storage.segment import Segment
from tests.whoosh_numpy import format_1
from tests.whoosh_numpy.test_format import segments

Change = Callable[[Array], Array]


@pytest.fixture(scope="module")
def sound() -> ArrayFile:
    """The segment of the kept index that has every array."""
    return segments(format_1.FOLDER)[0]


def rewritten(
    file: ArrayFile,
    path: Path,
    changes: dict[str, Change | None],
    meta: dict[str, Any] | None = None,
) -> Path:
    """A copy with some arrays changed or, with None, left out."""
    with ArrayWriter(path) as writer:
        for name in file:
            change = changes.get(name, np.copy)
            if change is not None:
                writer.write(name, change(file.array(name)))
        writer.finish(dict(file.meta) | (meta or {}))
    return path


def at(place: int, value: int) -> Change:
    """Sets one element."""

    def change(array: Array) -> Array:
        found = array.copy()
        found[place] = value
        return found

    return change


def swapped(array: Array) -> Array:
    """With the first two elements exchanged."""
    return np.concatenate((array[1::-1], array[2:]))


def shorter(array: Array) -> Array:
    return array[:-1]


def test_a_sound_segment_has_no_problems(sound: ArrayFile) -> None:
    assert list(consistency.problems(Segment(sound.path))) == []


def test_fields_of_one_lexicon_share_it(sound: ArrayFile) -> None:
    segment = Segment(sound.path)
    title, body, flat = (segment.field(name) for name in ("title", "body", "flat"))
    assert title is not None
    assert body is not None
    assert flat is not None
    assert title.lexicon is body.lexicon is flat.lexicon


def test_frequencies_beyond_the_code_are_exact(sound: ArrayFile) -> None:
    field = Segment(sound.path).field("flat")
    assert field is not None
    start, end = field.rows(field.lexicon.find(b"wasser"))
    found = field.frequencies(start, end)
    lengths = Segment(sound.path).lengths("flat")
    assert lengths is not None
    assert found.tolist() == lengths.tolist()
    assert found.max() == 300
    assert field.frequencies(start + 3, start + 4).tolist() == [300]


def test_fields_without_terms_have_no_postings(sound: ArrayFile) -> None:
    segment = Segment(sound.path)
    assert segment.field("kept") is None
    assert segment.field("rank") is None
    assert segment.field("absent") is None
    assert segment.lengths("id") is None


def test_another_file_than_the_commit_names_is_refused(sound: ArrayFile) -> None:
    for wrong in ({"docs": 1}, {"size": 1}):
        with pytest.raises(DamagedIndex, match="it is not the file that the last commit names"):
            Segment(sound.path, **wrong)
    assert Segment(sound.path, docs=540, size=sound.size).count == 540


@pytest.mark.parametrize(
    "name",
    [
        "body.starts", "body.codes", "body.lengths", "body.position_starts", "title.startchars",
        "title.endchars", "flat.long_freqs", "id.ordinals", "pages.column_ordinals",
        "title.stored_offsets", "body.offsets", "rank.column.heads",
    ],
)  # fmt: skip
def test_arrays_of_wrong_lengths_are_seen(tmp_path: Path, sound: ArrayFile, name: str) -> None:
    path = rewritten(sound, tmp_path / "x.seg", {name: shorter})
    with pytest.raises(DamagedIndex, match=r"x\.seg: "):
        Segment(path).lexicon("rank.column")


@pytest.mark.parametrize("name", ["body.starts", "body.docs", "body.blob", "title.long_rows"])
def test_arrays_that_every_field_has_are_missed(
    tmp_path: Path, sound: ArrayFile, name: str
) -> None:
    path = rewritten(sound, tmp_path / "x.seg", {name: None})
    with pytest.raises(DamagedIndex, match=rf"x\.seg: array '{name}' is missing"):
        Segment(path)


@pytest.mark.parametrize(
    "meta",
    [
        {"docs": -1},
        {"docs": "540"},
        {"docs": 541},
        {"fields": None},
        {"fields": {"body": {}}},
        {"fields": {"body": None}},
        {"fields": {"body": {"lexicon": 7}}},
    ],
)
def test_a_segment_that_does_not_describe_itself_is_refused(
    tmp_path: Path, sound: ArrayFile, meta: dict[str, Any]
) -> None:
    path = rewritten(sound, tmp_path / "x.seg", {}, meta)
    with pytest.raises(DamagedIndex, match=r"x\.seg: "):
        Segment(path)


LARGE = 1 << 31

WRONG: list[tuple[str, Change, str]] = [
    ("body.blob", swapped, "heads are not those of its terms"),
    ("body.heads", swapped, "heads are not those of its terms"),
    ("body.offsets", at(1, LARGE), "offsets do not ascend"),
    ("body.offsets", at(0, 1), "offsets do not begin and end"),
    ("body.starts", at(2, LARGE), "starts do not ascend"),
    ("body.starts", at(-1, 7), "starts do not begin and end"),
    ("body.docs", at(0, 540), "a posting is of no document"),
    ("flat.docs", swapped, "the documents of a term do not ascend"),
    ("body.codes", at(0, 5), "a posting has the frequency 0"),
    ("body.codes", lambda codes: codes + np.uint16(1), "a posting has not the length"),
    ("body.position_starts", at(20, 0), "positions of a term are not as many"),
    ("body.position_starts", at(-1, 0), "positions of a term are not as many"),
    ("flat.lengths", at(0, 9), "lengths are not the sums"),
    ("flat.long_rows", at(0, 0), "long rows are not those whose codes say so"),
    ("flat.long_freqs", at(0, 254), "long rows do not ascend or are not long"),
    ("flat.long_freqs", at(0, 301), "lengths are not the sums"),
    ("flat.best_rows", at(0, 540), "best postings are none of its terms"),
    ("flat.best_cut", at(0, 0), "do not say whether they are all"),
    ("flat.best_starts", at(-1, 0), "starts of its best postings do not begin and end"),
    ("id.ordinals", swapped, "ordinals are not those of its postings"),
    ("pages.column_ordinals", at(0, 99), "its column has a value that is none"),
    ("title.stored_offsets", at(3, LARGE), "offsets of its stored values do not ascend"),
    ("title.stored", at(0, 0), "a stored value is damaged"),
]

WRONG_HIGH: list[tuple[str, Change, str]] = [
    ("places.high_rows", at(0, 99), "rows of its high halves do not ascend"),
    ("places.high_rows", at(1, 0), "rows of its high halves do not ascend"),
    ("places.high_rows", at(0, 4), "a posting is of no document"),
    ("places.highs", at(0, 0), "high halves do not change where they should"),
    ("places.highs", at(0, 2), "a posting is of no document"),
]


@pytest.fixture
def high() -> ArrayFile:
    """The segment of the kept index that has more than 65,536 documents."""
    return segments(format_1.FOLDER)[-1]


@pytest.mark.parametrize(("name", "change", "said"), WRONG_HIGH)
def test_high_halves_that_do_not_fit_are_said(
    tmp_path: Path, high: ArrayFile, name: str, change: Change, said: str
) -> None:
    segment = Segment(rewritten(high, tmp_path / "x.seg", {name: change}))
    problems = list(consistency.problems(segment))
    assert any(said in each and "'places'" in each for each in problems), problems


@pytest.mark.parametrize("name", ["places.high_rows", "places.highs"])
def test_high_halves_are_there_together(tmp_path: Path, high: ArrayFile, name: str) -> None:
    with pytest.raises(DamagedIndex, match="not all of its high halves"):
        Segment(rewritten(high, tmp_path / "x.seg", {name: None}))


@pytest.mark.parametrize(("name", "change", "said"), WRONG)
def test_what_does_not_fit_together_is_said(
    tmp_path: Path, sound: ArrayFile, name: str, change: Change, said: str
) -> None:
    segment = Segment(rewritten(sound, tmp_path / "x.seg", {name: change}))
    assert segment.file.verify() == []
    problems = list(consistency.problems(segment))
    assert any(said in each for each in problems), problems
    assert all(f"'{name.split('.')[0]}" in each or "stored" in each for each in problems)
