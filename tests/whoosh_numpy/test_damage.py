"""A damaged index says so, or answers right; it never answers wrongly unnoticed.

Each file of a small index is damaged byte by byte, cut off or taken away. Then somebody opens the
index, searches and reads everything: either an error names the damaged file, or the answers are
those of the sound index, or `check` finds the damage.
"""

from __future__ import annotations

import random
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from whoosh.fields import DATETIME, ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import EmptyIndexError
from whoosh.query import And, Every, Phrase, Prefix, Query, Term, TermRange

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedFile
from newsfeed.whoosh_numpy.index import create_in, open_dir
from newsfeed.whoosh_numpy.storage.container import ArrayFile

SCHEMA: Final = Schema(
    id=ID(unique=True, stored=True),
    body=TEXT(stored=True, chars=True),
    tags=KEYWORD(stored=True, commas=True),
    pages=NUMERIC(sortable=True, stored=True),
    date=DATETIME(stored=True),
)
QUERIES: Final[tuple[Query, ...]] = (
    Every(),
    Term("body", "wald"),
    And([Term("body", "wald"), Term("body", "straße")]),
    Phrase("body", ["der", "wald"]),
    Prefix("body", "stra"),
    Term("tags", "politik"),
    TermRange("id", "1", "3"),
)

ADDRESS_SPACE: Final = 8 << 30
STEP = 7
"""Bytes from one that is damaged to the next, where each costs a whole search."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two segments, one with deletions."""
    folder = tmp_path_factory.mktemp("sound")
    index = create_in(folder, SCHEMA)
    for part in range(2):
        with index.writer() as writer:
            for number in range(4):
                writer.add_document(
                    id=f"{part * 4 + number}",
                    body=f"Der Wald an der Straße, der Wald {number}. " * (6 if number else 60),
                    tags="politik,sport" if number % 2 else "kultur",
                    pages=number,
                    date=datetime(2022, 2, 1 + number, tzinfo=UTC).replace(tzinfo=None),
                )
    with index.writer() as writer:
        writer.delete_by_term("id", "2")
    return folder


def answers(folder: Path) -> list[Any]:
    """Everything that there is to be seen."""
    with open_dir(folder, SCHEMA).searcher() as searcher:
        found: list[Any] = [
            [(hit.docnum, hit.score) for hit in searcher.search(query, limit=None)]
            for query in QUERIES
        ]
        found += [hit.get("id") for hit in searcher.search(Every(), sortedby="pages")]
        found += [hit.get("id") for hit in searcher.search(Every(), sortedby="date", reverse=True)]
        reader = searcher.reader()
        found.append(list(reader.all_stored_fields()))
        found.append(list(reader.all_terms()))
        return found


def outcome(folder: Path, expected: list[Any]) -> str:
    """What became of a damaged index; fails where it answers wrongly and `check` is content."""
    try:
        wrong = answers(folder) != expected
    except (DamagedIndex, UnsupportedFile):
        return "refused"
    except EmptyIndexError:
        return "empty"
    if not wrong:
        return "right"
    assert open_dir(folder, SCHEMA).check() != [], "a wrong answer that nobody notices"
    return "noticed"


@contextmanager
def changed(path: Path, at: int, mask: int) -> Iterator[None]:
    """The file with some bits of one byte turned over."""
    with path.open("r+b", buffering=0) as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ mask]))
        yield
        file.seek(at)
        file.write(bytes([byte]))


def frame(path: Path) -> range:
    """The bytes of a file of arrays from the directory on."""
    raw = path.read_bytes()
    return range(int.from_bytes(raw[-32:-24], "little"), len(raw))


def damaged(folder: Path, sound: Path, path: Path, data: bytes | None) -> Path:
    """A copy of the sound index with one file changed or, with None, missing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for each in sound.iterdir():
        if each.name != path.name:
            (folder / each.name).hardlink_to(each)
    if data is not None:
        (folder / path.name).write_bytes(data)
    return folder


def files(sound: Path, ending: str) -> list[Path]:
    return sorted(sound.glob(f"*{ending}"))


@pytest.fixture(scope="module", autouse=True)
def modest() -> Iterator[None]:
    """No damage may make anybody ask for much memory."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def test_the_sound_index_answers(sound: Path) -> None:
    found = answers(sound)
    assert [len(hits) for hits in found[: len(QUERIES)]] == [7, 7, 7, 7, 7, 4, 2]
    assert open_dir(sound, SCHEMA).check() == []


def test_a_damaged_segment_never_answers_wrongly_unnoticed(tmp_path: Path, sound: Path) -> None:
    expected, rng = answers(sound), random.Random(7)
    folder = Path(shutil.copytree(sound, tmp_path / "x"))
    outcomes = set()
    for path in files(folder, ".seg"):
        for at in range(rng.randrange(STEP), frame(path).start, STEP):
            with changed(path, at, rng.choice((1, 8, 128, 255))):
                outcomes.add(outcome(folder, expected))
    assert outcomes == {"refused", "right", "noticed"}


@pytest.mark.parametrize("ending", [".seg", ".del"])
def test_damage_of_a_directory_is_seen_on_opening(tmp_path: Path, sound: Path, ending: str) -> None:
    path = Path(shutil.copy(files(sound, ending)[0], tmp_path))
    for at in [*range(16), *frame(path)]:
        for bit in range(8):
            with changed(path, at, 1 << bit), pytest.raises((DamagedIndex, UnsupportedFile)):
                ArrayFile(path)


def test_every_damaged_byte_of_a_segment_is_found_by_check(tmp_path: Path, sound: Path) -> None:
    path, rng = Path(shutil.copy(files(sound, ".seg")[0], tmp_path)), random.Random(7)
    for at in range(16, frame(path).start):
        with changed(path, at, 1 << rng.randrange(8)):
            assert len(ArrayFile(path).verify()) == 1


def test_the_check_names_the_damaged_file(tmp_path: Path, sound: Path) -> None:
    for path in [*files(sound, ".seg"), *files(sound, ".del"), sound / "MAIN.toc"]:
        data = bytearray(path.read_bytes())
        data[70] ^= 1
        damaged(tmp_path / "x", sound, path, bytes(data))
        index = open_dir(sound, SCHEMA)
        index.folder = tmp_path / "x"
        problems = index.check()
        assert len(problems) == 1
        assert problems[0].startswith(f"{path.name}: ")


def test_a_file_that_is_cut_off_is_seen_on_opening(tmp_path: Path, sound: Path) -> None:
    expected = answers(sound)
    for path in [*files(sound, ".seg"), *files(sound, ".del"), sound / "MAIN.toc"]:
        data = path.read_bytes()
        for length in {*range(0, len(data), 97), *range(len(data) - 40, len(data))}:
            folder = damaged(tmp_path / "x", sound, path, data[: max(0, length)])
            assert outcome(folder, expected) == "refused"


def test_a_file_that_is_missing_is_named(tmp_path: Path, sound: Path) -> None:
    for path in [*files(sound, ".seg"), *files(sound, ".del"), sound / "MAIN.toc"]:
        folder = damaged(tmp_path / "x", sound, path, None)
        with pytest.raises(DamagedIndex, match=f"{path.name}: it is missing"):
            open_dir(folder, SCHEMA)


def test_a_file_in_the_place_of_another_is_refused(tmp_path: Path, sound: Path) -> None:
    one, other = files(sound, ".seg")
    assert one.stat().st_size != other.stat().st_size
    folder = damaged(tmp_path / "x", sound, one, other.read_bytes())
    with pytest.raises(DamagedIndex, match="it is not the file that the last commit names"):
        open_dir(folder, SCHEMA)


def test_files_of_the_engine_are_no_programs(tmp_path: Path, sound: Path) -> None:
    """A pickle in place of a file is refused, not run."""
    evil = b"cos\nsystem\n(S'touch " + str(tmp_path / "owned").encode() + b"'\ntR."
    for path in [*files(sound, ".seg"), *files(sound, ".del"), sound / "MAIN.toc"]:
        folder = damaged(tmp_path / "x", sound, path, evil * 20)
        with pytest.raises(DamagedIndex):
            open_dir(folder, SCHEMA)
    assert not (tmp_path / "owned").exists()
