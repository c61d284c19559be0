"""Files are read in processes of their own: a death costs one file, the order is kept."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsfeed.corpus import Problem, scan
from newsfeed.reader_pool import ReaderPool
from newsfeed.readings import Reading, Terms, digest, read_article, survey
from newsfeed.shelves import Surveyed

ARTICLE = """Neue Brücke über den Fluss eröffnet

Nach drei Jahren Bauzeit fahren die ersten Autos über die neue Brücke.

Am Montag wurde die Brücke eröffnet. Der Bürgermeister sprach von einem guten Tag für die Stadt.

Die Kosten stiegen in drei Jahren Bauzeit von zwölf auf zwanzig Millionen Euro.
"""


def terms(root: Path, seconds: int = 20, limit: int = 10_000_000) -> Terms:
    return Terms(root, limit, seconds, ZoneInfo("Europe/Berlin"), datetime.now(UTC))


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(2) as pool:
        yield pool


def test_a_reading_has_bytes_digest_and_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    reading = read_article(terms(tmp_path), scan(tmp_path).files[0])
    assert isinstance(reading, Reading)
    assert reading.raw == ARTICLE.encode()
    assert reading.digest == digest(reading.raw)
    assert reading.article.headline == "Neue Brücke über den Fluss eröffnet"
    assert reading.article.id == ""


def test_a_sidecar_withdraws(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "a.meta.toml").write_text('withdrawn = "Auf Wunsch der Familie"')
    reading = read_article(terms(tmp_path), scan(tmp_path).files[0])
    assert isinstance(reading, Reading)
    assert reading.withdrawn == "Auf Wunsch der Familie"


def test_answers_come_in_the_files_order_and_problems_among_them(
    tmp_path: Path, pool: ReaderPool
) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}.txt").write_text(ARTICLE.replace("Montag", f"{number}. Mai"))
    (tmp_path / "20.txt").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "30.txt").write_bytes(b"")
    answers = list(pool.read(terms(tmp_path), scan(tmp_path).files))
    assert [isinstance(answer, Problem) for answer in answers] == [n in (20, 30) for n in range(50)]
    assert [a.file.path for a in answers if isinstance(a, Reading)] == [
        f"{n:02}.txt" for n in range(50) if n not in (20, 30)
    ]


def test_a_killed_process_loses_no_file(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number:03}.txt").write_text(ARTICLE)
    files = scan(tmp_path).files
    with ReaderPool(2) as pool:
        answers = pool.read(terms(tmp_path), files)
        first = next(answers)
        assert pool._pool is not None
        os.kill(next(iter(pool._pool._processes)), signal.SIGKILL)
        rest = list(answers)
    assert [a.file.path for a in (first, *rest) if isinstance(a, Reading)] == [
        file.path for file in files
    ]


def test_too_much_processor_time_costs_that_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    (tmp_path / "b.txt").write_text(ARTICLE * 60_000)
    (tmp_path / "c.txt").write_text(ARTICLE)
    with ReaderPool(1) as pool:
        files = scan(tmp_path).files
        a, b, c = pool.read(terms(tmp_path, seconds=0, limit=100_000_000), files)
    assert isinstance(a, Reading)
    assert isinstance(b, Problem)
    assert "processor time" in b.reason
    assert isinstance(c, Reading)


SLEEPER = """
import time

def sleep(terms, file):
    if file.path == "b.txt":
        time.sleep(600)
    return file.path
"""


def test_a_file_that_waits_for_ever_costs_that_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    monkeypatch.syspath_prepend(tmp_path)  # the processes look where this one does
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(ARTICLE)
    impatient = replace(terms(tmp_path, seconds=0), patience=0.5)
    with ReaderPool(1) as pool:
        task = importlib.import_module("sleeper").sleep
        a, b, c = pool._each(task, impatient, scan(tmp_path).files)
    assert (a, c) == ("a.txt", "c.txt")
    assert isinstance(b, Problem)
    assert "on the clock" in b.reason


def test_a_look_into_a_file_has_limits_too(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_text("<rss><channel><item><title>A</title></item></channel></rss>")
    (tmp_path / "b.json").write_text('{"headline": "no list"}')
    (tmp_path / "c.warc").write_bytes(bytes(2000))
    (tmp_path / "d.wacz").write_bytes(b"PK")
    small = replace(terms(tmp_path), archive_limit=1000)
    with ReaderPool(1) as pool:
        a, b, c, d = pool.survey(small, scan(tmp_path).files)
    assert isinstance(a, Surveyed)
    assert a.members is not None
    assert [member.name for member in a.members] == [a.members[0].path.removeprefix("a.rss/")]
    assert isinstance(b, Surveyed)
    assert b.members is None
    assert isinstance(c, Problem)
    assert "max_archive_bytes" in c.remedy
    assert isinstance(d, Problem)


def test_a_member_is_read_only_from_the_file_that_was_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    path.write_text("<rss><channel><item><title>A</title></item></channel></rss>")
    seen = survey(terms(tmp_path), scan(tmp_path).files[0])
    assert isinstance(seen, Surveyed)
    assert seen.members is not None
    reading = read_article(terms(tmp_path), seen.members[0])
    assert isinstance(reading, Reading)
    assert reading.article.headline == "A"
    path.write_text("<rss><channel><item><title>Anders</title></item></channel></rss>")
    problem = read_article(terms(tmp_path), seen.members[0])
    assert isinstance(problem, Problem)
    assert "changed" in problem.reason


LOOK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from newsfeed.corpus import scan
from newsfeed.readings import Terms, survey

root = Path(sys.argv[1])
terms = Terms(root, 10_000_000, 20, ZoneInfo("Europe/Berlin"), datetime.now(UTC))
print(len(survey(terms, scan(root).files[0]).members))
"""


def test_no_file_is_left_open_at_the_end(tmp_path: Path, warc: Callable[..., bytes]) -> None:
    page = ("https://blatt.example/a", "2024-05-01T10:00:00Z", "<html><p>Ein Absatz.</p></html>")
    (tmp_path / "a.warc.gz").write_bytes(warc(page))
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", LOOK, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("1\n", "")
