"""Crashes, full disks, power cuts and damaged files: old or new, never a mixture, never silence."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsfeed.article import Article
from newsfeed.search.interface import (
    IndexOutdated,
    IndexUnavailable,
    Query,
    Removal,
    SearchIndex,
)
from newsfeed.search.whoosh_index import WhooshIndex

Maker = Callable[..., Article]
Write = Callable[[SearchIndex], None]
FAULTS = Path(__file__).parents[2] / ".." / "shared" / "faults"
FORMAT_2 = Path(__file__).parent / "format-2"
OPERATIONS = ("pwrite", "fsync", "replace", "rename", "unlink", "remove", "mkdir", "rmdir")


def state(path: Path) -> tuple[int, list[str]]:
    """What an index says in a fresh object: sequence and all texts; (0, []) for none."""
    index = WhooshIndex(path)
    try:
        hits = index.search(Query(sort="oldest", limit=100)).hits
    except IndexUnavailable as error:
        assert "newsfeed index" in str(error)  # noqa: PT017 - another message is a failure
        assert index.sequence() == 0
        return 0, []
    assert index.check() == []
    return index.sequence(), [hit.article.text for hit in hits]


@contextmanager
def fault_at(number: int, fault: Callable[[], None]) -> Iterator[list[str]]:
    """Calls `fault` instead of the process's operation on files of this number."""
    seen: list[str] = []
    originals = {name: getattr(os, name) for name in OPERATIONS}

    def faulty(name: str) -> Callable[..., object]:
        def operation(*arguments: object, **options: object) -> object:
            seen.append(name)
            if len(seen) == number:
                fault()
            return originals[name](*arguments, **options)

        return operation

    for name in OPERATIONS:
        setattr(os, name, faulty(name))
    try:
        yield seen
    finally:
        for name, original in originals.items():
            setattr(os, name, original)


@pytest.fixture
def writes(article: Maker) -> dict[str, Write]:
    """Ways to get from (1, eins, zwei) to (2, drei, zwei)."""
    changes = [article("a", "drei"), article("b", "zwei", hours=1)]
    return {
        "update": lambda index: index.update([changes[0], Removal("tag:nobody")], 2),
        "rebuild": lambda index: index.rebuild(changes, 2),
    }


OLD, NEW = (1, ["eins", "zwei"]), (2, ["drei", "zwei"])


@pytest.fixture
def stored(tmp_path: Path, article: Maker) -> Path:
    """A folder with an index in state OLD."""
    index = WhooshIndex(tmp_path / "stored")
    index.update([article("b", "zwei", hours=1)], 0)
    index.update([article("a", "eins")], 1)
    index.close()
    return tmp_path / "stored"


@pytest.mark.parametrize("way", ["update", "rebuild", "first"])
def test_killed_at_any_operation(
    stored: Path, tmp_path: Path, writes: dict[str, Write], article: Maker, way: str
) -> None:
    before, after = (OLD, NEW) if way != "first" else ((0, []), NEW)
    number = 0
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] != "finished":
        number += 1
        path = tmp_path / f"killed-{number}"
        if way != "first":
            shutil.copytree(stored, path)
        child = os.fork()
        if child == 0:
            with fault_at(number, lambda: os._exit(9)):
                write = writes["rebuild" if way == "first" else way]
                write(WhooshIndex(path))
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        found = state(path)
        assert found in (before, after)
        assert killed or found == after
        outcomes.append("finished" if not killed else "new" if found == after else "old")
        # Whatever was left behind is in nobody's way.
        writes["update"](WhooshIndex(path))
        assert state(path)[0] == 2
        writes["rebuild"](WhooshIndex(path))
        assert state(path) == NEW
        assert len(published(path)) == 2
    assert outcomes.index("finished") > 8
    assert "old" in outcomes


@pytest.mark.parametrize("way", ["update", "rebuild"])
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EIO])
def test_a_failing_operation_is_reported_and_harmless(
    stored: Path, tmp_path: Path, writes: dict[str, Write], way: str, reason: int
) -> None:
    def fail() -> None:
        raise OSError(reason, os.strerror(reason))

    number, calm = 0, False
    while not calm:
        number += 1
        path = tmp_path / f"failed-{number}"
        shutil.copytree(stored, path)
        index = WhooshIndex(path)
        with fault_at(number, fail) as seen:
            try:
                writes[way](index)
                error = None
            except IndexUnavailable as caught:
                error = caught
        calm = len(seen) < number
        found = state(path)
        assert found == NEW or (error is not None and found == OLD)
        assert error is None or "newsfeed reindex" in str(error)
        assert error is None or str(path) not in str(error)
        writes[way](index)
        assert state(path) == NEW
        index.close()
    assert number > 8


def published(path: Path) -> list[Path]:
    """The files that make up the index: all but the locks, which are empty."""
    return [file for file in sorted(path.rglob("*")) if file.is_file() and file.stat().st_size]


def test_any_damaged_byte_is_noticed(stored: Path) -> None:
    noticed = 0
    for file in published(stored):
        whole = file.read_bytes()
        step = max(1, len(whole) // 40)
        for at in {*range(0, len(whole), step), *range(len(whole) - 40, len(whole))}:
            damaged = bytearray(whole)
            damaged[at] ^= 0x20
            file.write_bytes(damaged)
            noticed += is_noticed(stored)
        file.write_bytes(whole)
    assert noticed > 150
    assert state(stored) == OLD


def is_noticed(path: Path) -> bool:
    """Whether `check` says so: it must, unless the damage lies where nobody reads."""
    index = WhooshIndex(path)
    problems = index.check()
    for query in (Query("eins"), Query(sort="newest", facets=("section",))):
        try:
            index.search(query)
        except IndexUnavailable as error:
            assert problems
            assert "newsfeed reindex" in str(error)  # noqa: PT017 - no error is right, too
    assert all("newsfeed reindex" in problem for problem in problems)
    if not problems:
        assert state(path) == OLD
    return bool(problems)


@pytest.mark.parametrize("damage", ["missing", "empty", "half", "longer"])
def test_any_file_cut_or_gone_is_noticed(stored: Path, article: Maker, damage: str) -> None:
    for file in published(stored):
        whole = file.read_bytes()
        if damage == "missing":
            file.unlink()
        else:
            file.write_bytes(
                {"empty": b"", "half": whole[: len(whole) // 2], "longer": whole + b"\0"}[damage]
            )
        assert_unreadable(stored, article)
        file.write_bytes(whole)
    assert state(stored) == OLD


def assert_unreadable(path: Path, article: Maker, remedy: str = "newsfeed reindex") -> None:
    """Nothing answers, everything names the remedy."""
    index = WhooshIndex(path)
    for use in (
        lambda: index.search(Query("eins")),
        lambda: index.get("tag:example.org,2026:a"),
        lambda: index.update([article("c")], 2),
    ):
        with pytest.raises(IndexUnavailable, match=remedy):
            use()
    assert len(index.check()) == 1


def test_rebuilding_repairs_anything(stored: Path, writes: dict[str, Write]) -> None:
    for file in published(stored):
        file.write_bytes(b"\xff" * 100)
    writes["rebuild"](WhooshIndex(stored))
    assert state(stored) == NEW
    (stored / "search" / "articles.toc").unlink()
    writes["rebuild"](WhooshIndex(stored))
    assert state(stored) == NEW


def test_an_index_of_a_later_format_asks_for_a_rebuild(
    stored: Path, article: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsfeed.search.whoosh_files.FORMAT", 1)
    assert_unreadable(stored, article)
    with pytest.raises(IndexUnavailable) as caught:
        WhooshIndex(stored).sequence()
    assert not isinstance(caught.value, IndexOutdated)


def test_an_index_of_format_2_says_how_far_it_came(
    tmp_path: Path, article: Maker, writes: dict[str, Write]
) -> None:
    """It was written by newsfeed before its index knew when articles became news."""
    shutil.copytree(FORMAT_2, tmp_path / "index")
    assert_unreadable(tmp_path / "index", article, "format 2.*run `newsfeed index`")
    reader = WhooshIndex(tmp_path / "index")
    with pytest.raises(IndexOutdated) as caught:
        reader.sequence()
    assert caught.value.sequence == 1
    writes["rebuild"](WhooshIndex(tmp_path / "index"))
    assert state(tmp_path / "index") == NEW
    assert reader.sequence() == 2


def test_an_index_of_the_first_format_asks_for_a_rebuild(
    tmp_path: Path, article: Maker, writes: dict[str, Write]
) -> None:
    """Until version 2 the index lay in generations, and CURRENT named one of them."""
    generation = tmp_path / "search" / "generation-1"
    generation.mkdir(parents=True)
    (generation / "_MAIN_2.toc").write_bytes(b"pickled")
    (tmp_path / "search" / "CURRENT").write_bytes(b"[1,1,2,7,{}] 1234abcd\n")
    assert_unreadable(tmp_path, article, "newsfeed index")
    with pytest.raises(IndexOutdated, match="format 1"):
        WhooshIndex(tmp_path).sequence()
    writes["rebuild"](WhooshIndex(tmp_path))
    assert state(tmp_path) == NEW
    assert not generation.exists()
    assert len(published(tmp_path)) == 2


def test_other_files_in_the_index_folder_are_left_alone(
    stored: Path, writes: dict[str, Write]
) -> None:
    register = stored / "register.sqlite"
    register.write_bytes(b"memory")
    writes["rebuild"](WhooshIndex(stored))
    writes["update"](WhooshIndex(stored))
    assert register.read_bytes() == b"memory"


def test_a_folder_that_cannot_be_written(tmp_path: Path, article: Maker) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    index = WhooshIndex(tmp_path / "index")
    for use in (lambda: index.update([article("a")], 1), lambda: index.search(Query())):
        with pytest.raises(IndexUnavailable, match="newsfeed") as caught:
            use()
        assert str(tmp_path) not in str(caught.value)


class Hostile:
    """Runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


def test_a_hostile_index_runs_no_code(stored: Path, tmp_path: Path) -> None:
    trap = pickle.dumps(Hostile(tmp_path / "hacked"))
    for file in published(stored):
        whole = file.read_bytes()
        file.write_bytes(trap)
        with pytest.raises(IndexUnavailable):
            WhooshIndex(stored).search(Query())
        file.write_bytes(whole)
    assert not (tmp_path / "hacked").exists()
    with pytest.raises(FileExistsError):  # It does what it says.
        [pickle.loads(trap) for _ in range(2)]


WORK = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from newsfeed.article import Article
from newsfeed.search.interface import Removal
from newsfeed.search.whoosh_index import WhooshIndex
def article(n, text):
    return Article(headline=text, id=f"tag:{n}", published=datetime(2022, 1, n, tzinfo=UTC))
index = WhooshIndex(Path(sys.argv[1]))
index.update([article(1, "eins"), article(2, "zwei")], 1)
print("ACK 1", flush=True)
index.update([article(1, "drei"), Removal("tag:2")], 2)
print("ACK 2", flush=True)
index.rebuild([article(1, "drei"), article(3, "vier")], 3)
print("ACK 3", flush=True)
"""
CHECK = """
import os, sys
from pathlib import Path
from newsfeed.search.interface import IndexUnavailable, Query
from newsfeed.search.whoosh_index import WhooshIndex
promised = max([0, *map(int, Path(os.environ["ACKED"]).read_text().split())])
index = WhooshIndex(Path(sys.argv[1]))
found = index.sequence()
assert found >= promised, (found, promised)
if found:
    texts = [hit.article.headline for hit in index.search(Query(sort="oldest")).hits]
    assert texts == [["eins", "zwei"], ["drei"], ["drei", "vier"]][found - 1], texts
    assert index.check() == []
"""


@pytest.mark.skipif(
    not (FAULTS / "powerloss.py").exists() or shutil.which("cc") is None,
    reason="needs ../shared/faults and a C compiler",
)
def test_a_power_cut_at_any_moment(tmp_path: Path) -> None:
    tools = shutil.copytree(FAULTS, tmp_path / "tools")
    subprocess.run(["cc", "-O2", "-w", "-o", "faultrun", "faultrun.c"], cwd=tools, check=True)
    for name, script in (("work.py", WORK), ("check.py", CHECK)):
        (tmp_path / name).write_text(script)
    root = tmp_path / "root"
    done = subprocess.run(
        [
            *(sys.executable, str(tools / "powerloss.py"), "--root", str(root)),
            *("--work", f"{sys.executable} {tmp_path / 'work.py'} {root}"),
            *("--check", f"{sys.executable} {tmp_path / 'check.py'} {{dir}}"),
            *("--max-states", "12"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert " 0 FAILED" in done.stdout, done.stdout + done.stderr
