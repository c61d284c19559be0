"""A folder becomes article files; whatever is no regular file is told and never followed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from newsfeed.corpus import CorpusError, read, scan, shown, single, watch
from newsfeed.parsing.errors import ParseError


def test_article_files_come_in_order_with_their_sidecars(tmp_path: Path) -> None:
    (tmp_path / "politik").mkdir()
    (tmp_path / "politik/b.txt").write_text("B")
    (tmp_path / "politik/b.meta.toml").write_text("")
    (tmp_path / "a.txt").write_text("A")
    (tmp_path / "README.md").write_text("no article")
    (tmp_path / ".hidden.txt").write_text("no article")

    listing = scan(tmp_path)

    assert [(file.path, file.sidecar) for file in listing.files] == [
        ("a.txt", None),
        ("politik/b.txt", "politik/b.meta.toml"),
    ]
    assert listing.problems == ()


def test_links_pipes_and_lonely_sidecars_are_problems(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "folder").symlink_to(tmp_path)
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "x.meta.toml").write_text("")

    listing = scan(corpus)

    assert listing.files == ()
    assert {problem.file: problem.reason for problem in listing.problems} == {
        "link.txt": "a symbolic link; only regular files are read",
        "folder": "a symbolic link; only regular files are read",
        "pipe.txt": "a named pipe; only regular files are read",
        "x.meta.toml": "a sidecar without its article",
    }
    assert all(problem.remedy for problem in listing.problems)


def test_two_sidecars_are_one_too_many(tmp_path: Path) -> None:
    for name in ("a.txt", "a.meta.toml", "a.meta.json"):
        (tmp_path / name).write_text("")
    listing = scan(tmp_path)
    assert listing.files == ()
    assert "two sidecars" in listing.problems[0].reason
    assert listing.may_hold("a.txt")


def test_a_name_that_is_not_utf8_is_told_escaped(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.txt"))).write_text("x")
    (problem,) = scan(tmp_path).problems
    assert problem.file == "caf\\udce9\\n.txt"
    assert problem.remedy == "rename it"


def test_an_unreadable_folder_may_still_hold_its_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zu").mkdir()
    (tmp_path / "zu/a.txt").write_text("A")
    real = os.scandir

    def deny(path: Path) -> object:
        if str(path).endswith("/zu"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", deny)
    listing = scan(tmp_path)

    assert [problem.file for problem in listing.problems] == ["zu/"]
    assert listing.may_hold("zu/a.txt")
    assert not listing.may_hold("offen/a.txt")


def test_a_missing_corpus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder"):
        scan(tmp_path / "fehlt")


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "missing", "large"])
def test_reading_refuses_what_the_scan_would_refuse(tmp_path: Path, kind: str) -> None:
    """Between scan and read a file may have been exchanged for something else."""
    path = tmp_path / "a.txt"
    if kind == "link":
        path.symlink_to("/etc/hostname")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.write_bytes(b"x" * 101)
    with pytest.raises(ParseError):
        read(tmp_path, "a.txt", 100)


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 100)
    assert read(tmp_path, "a.txt", 100) == b"x" * 100


def test_a_touched_file_has_another_stamp(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A")
    before = scan(tmp_path).files[0].stamp
    os.utime(path, (0, 0))
    assert scan(tmp_path).files[0].stamp != before


def test_single_file_counts_its_path_from_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "corpus/politik").mkdir(parents=True)
    path = tmp_path / "corpus/politik/a.txt"
    path.write_text("A")
    assert single(path, tmp_path / "corpus")[1].path == "politik/a.txt"
    assert single(path, tmp_path / "elsewhere")[1].path == "a.txt"


def test_shown_escapes_what_could_fool_a_terminal() -> None:
    assert shown("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"


def test_watch_wakes_up_for_a_change(tmp_path: Path) -> None:
    stop = threading.Event()
    changes = watch(tmp_path, stop)
    next(changes)  # the watch stands
    (tmp_path / "a.txt").write_text("A")
    next(changes)
    stop.set()
    assert list(changes) == []
