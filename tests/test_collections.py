"""Files of several articles: each member is an article, nothing is read twice, nothing is lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed.indexer import Indexer, verify
from newsfeed.parsing import PARSER_VERSION
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.reports import Report
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings

NOW = datetime.now(UTC) + timedelta(hours=1)
HOUR = timedelta(hours=1)
PLACES = ("Brücke", "Rathaus", "Theater", "Hafen", "Markt", "Schule", "Bahnhof", "Museum")

Warc = Callable[..., bytes]


def words(number: int) -> str:
    """A body that resembles that of no other number."""
    return " ".join(f"{PLACES[(number + step) % 8]}{number}x{step}" for step in range(30)) + "."


def page(number: int, more: str = "") -> str:
    return (
        f'<html lang="de"><head><title>Titel {number}</title></head><body><article>'
        f"<h1>Titel {number}</h1><p>Am Montag begann es, wie alle hier noch lange wissen werden. "
        f"{words(number)}</p><p>Der Rat der Stadt stimmte dem Plan am Abend zu. {more}</p>"
        "</article></body></html>"
    )


def item(number: int, more: str = "") -> str:
    return (
        f"<item><title>Titel {number}</title><link>https://blatt.example/a{number}</link>"
        f"<guid>a{number}</guid><pubDate>{number % 28 + 1} Oct 2024 08:00:00 +0200</pubDate>"
        f"<description>&lt;p&gt;{words(number)}&lt;/p&gt;&lt;p&gt;Absatz zwei. {more}&lt;/p&gt;"
        "</description></item>"
    )


def feed(*items: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Blatt</title>'
        f"<lastBuildDate>{os.urandom(4).hex()}</lastBuildDate>"
        f"<link>https://blatt.example/</link>{''.join(items)}</channel></rss>"
    ).encode()


class Newsroom:
    """A corpus with everything that indexing it takes."""

    def __init__(self, root: Path, pool: ReaderPool) -> None:
        (root / "corpus").mkdir()
        self.settings = Settings(
            corpus=root / "corpus", index=root / "index", max_file_bytes=99_999
        )
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.found = open_index(self.settings)
        self.indexer = Indexer(self.settings, self.register, self.found, pool)
        self.now = NOW

    def write(self, path: str, raw: bytes | str) -> Path:
        target = self.settings.corpus / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        return target

    def index(self) -> Report:
        self.now += HOUR
        report = self.indexer.index(self.now)
        assert verify(self.register, self.found) == []
        return report

    def titles(self) -> set[str]:
        return {hit.article.headline for hit in self.found.search(Query(limit=100)).hits}

    def ids(self) -> dict[str, str]:
        hits = self.found.search(Query(limit=100)).hits
        return {hit.article.headline: hit.article.id for hit in hits}

    def path_of(self, title: str) -> str:
        (one,) = (one for one in self.register.known() if one.id == self.ids()[title])
        return str(one.path)


@pytest.fixture
def room(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path, pool)
    yield room
    room.found.close()
    room.register.close()


@pytest.fixture
def asked(room: Newsroom, pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is looked into and what is read from here on."""
    paths: list[str] = []
    for name in ("survey", "read"):
        real = getattr(pool, name)

        def ask(terms, files, name=name, real=real):  # type: ignore[no-untyped-def]
            files = list(files)
            paths.extend(f"{name} {file.path}" for file in files)
            return real(terms, files)

        monkeypatch.setattr(pool, name, ask)
    return paths


def test_every_entry_of_a_feed_is_an_article(room: Newsroom) -> None:
    room.write("agentur/blatt.rss", feed(item(1), item(2)))
    report = room.index()
    assert (report.files, report.created, report.problems) == (2, 2, [])
    (hit,) = room.found.search(Query(text="Brücke1x7")).hits
    assert hit.article.url == "https://blatt.example/a1"
    assert hit.article.source == "Blatt"
    assert hit.article.section == "Agentur"
    assert hit.article.published == datetime(2024, 10, 2, 6, tzinfo=UTC)
    assert room.path_of("Titel 1").startswith("agentur/blatt.rss/")


def test_every_page_of_an_archive_is_an_article_of_its_time(room: Newsroom, warc: Warc) -> None:
    captures = [(f"https://blatt.example/{n}", f"2024-05-0{n}T10:00:00Z", page(n)) for n in (1, 2)]
    room.write("crawl.warc.gz", warc(*captures))
    report = room.index()
    assert (report.files, report.created, report.problems) == (2, 2, [])
    (hit,) = room.found.search(Query(text="Rathaus1x0")).hits
    assert hit.article.captured == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert hit.article.url == "https://blatt.example/1"
    assert hit.article.section is None  # the archive's name is no folder


def test_an_unchanged_collection_is_not_opened_again(
    room: Newsroom, warc: Warc, asked: list[str]
) -> None:
    room.write("blatt.rss", feed(item(1), item(2)))
    room.write("crawl.warc", warc(("https://x.example/3", "2024-05-01T10:00:00Z", page(3))))
    room.index()
    asked.clear()
    report = room.index()
    assert asked == []
    assert (report.files, report.changed) == (3, 0)
    assert room.titles() == {"Titel 1", "Titel 2", "Titel 3"}


def test_a_feed_that_moves_on_loses_nothing_and_reads_only_what_is_new(
    room: Newsroom, asked: list[str]
) -> None:
    room.write("blatt.rss", feed(item(1), item(2), item(3)))
    room.index()
    before = room.ids()
    asked.clear()
    room.write("blatt.rss", feed(item(4), item(3, "Nun mit Nachtrag."), item(2)))
    report = room.index()
    assert (report.files, report.created, report.updated, report.withdrawn) == (4, 1, 1, 0)
    assert len([line for line in asked if line.startswith("read")]) == 2
    assert room.ids().items() >= before.items()
    assert room.titles() == {f"Titel {number}" for number in (1, 2, 3, 4)}


def test_members_go_with_their_file_and_come_back_with_it(room: Newsroom) -> None:
    room.write("a.txt", page(9).replace("<", " ").replace(">", "\n\n"))
    path = room.write("blatt.rss", feed(item(1), item(2)))
    room.index()
    before = room.ids()
    raw = path.read_bytes()
    path.unlink()
    assert room.index().withdrawn == 2
    path.write_bytes(raw)
    assert room.index().created == 2
    assert room.ids() == before


def test_a_renamed_collection_keeps_its_articles(room: Newsroom, warc: Warc) -> None:
    path = room.write(
        "crawl.warc.gz", warc(("https://x.example/3", "2024-05-01T10:00:00Z", page(3)))
    )
    feed_path = room.write("blatt.rss", feed(item(1).replace("<link>", "<x>"), item(2)))
    room.index()
    before = room.ids()
    path.rename(path.with_name("archiv.warc.gz"))
    feed_path.rename(feed_path.with_name("zeitung.rss"))
    report = room.index()
    assert (report.created, report.withdrawn, report.updated) == (0, 0, 0)
    assert room.ids() == before
    assert room.path_of("Titel 3").startswith("archiv.warc.gz/")
    assert room.path_of("Titel 1").startswith("zeitung.rss/")


def test_captures_of_one_page_are_its_history(room: Newsroom, warc: Warc) -> None:
    url = "https://x.example/a"
    room.write(
        "crawl.warc.gz",
        warc(
            (url, "2024-05-03T10:00:00Z", page(1, "Der dritte Stand ist der letzte.")),
            (url, "2024-05-01T10:00:00Z", page(1)),
            (url, "2024-05-02T10:00:00Z", page(1)),
        ),
    )
    report = room.index()
    assert (report.files, report.created, report.updated) == (1, 1, 1)
    (hit,) = room.found.search(Query(text="dritte Stand")).hits
    assert hit.article.published == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert hit.article.updated == datetime(2024, 5, 3, 10, tzinfo=UTC)
    assert len(room.register.revisions(hit.article.id)) == 2


def test_the_same_article_in_two_collections_is_one_and_the_newest_stands(
    room: Newsroom, warc: Warc
) -> None:
    url = "https://x.example/a"
    room.write("2.warc.gz", warc((url, "2024-05-02T10:00:00Z", page(1, "Neuer Stand."))))
    room.write("1.warc.gz", warc((url, "2024-05-01T10:00:00Z", page(1, "Alter Stand."))))
    room.write("3.warc.gz", warc((url, "2024-04-01T10:00:00Z", page(1, "Ältester Stand."))))
    report = room.index()
    assert (report.created, report.repeats, report.problems) == (1, 1, [])
    assert room.path_of("Titel 1").startswith("2.warc.gz/")
    assert room.index().changed == 0


def test_another_collection_steps_in_where_the_standing_one_goes(
    room: Newsroom, warc: Warc
) -> None:
    url = "https://x.example/a"
    newest = room.write("2.warc.gz", warc((url, "2024-05-02T10:00:00Z", page(1, "Neuer Stand."))))
    room.write("1.warc.gz", warc((url, "2024-05-01T10:00:00Z", page(1, "Alter Stand."))))
    room.index()
    before = room.ids()
    newest.unlink()
    assert room.index().withdrawn == 0
    assert room.ids() == before
    assert room.path_of("Titel 1").startswith("1.warc.gz/")
    assert room.found.search(Query(text='"Alter Stand"')).total == 1


def test_a_page_of_its_own_stands_before_an_archived_one_and_that_before_a_feed(
    room: Newsroom, warc: Warc
) -> None:
    room.write("a.rss", feed(item(1)))
    room.index()
    before = room.ids()
    url = "https://blatt.example/a1"
    room.write("b.warc.gz", warc((url, "2024-01-01T10:00:00Z", page(1, "Aus dem Archiv."))))
    assert room.index().problems == []
    assert room.path_of("Titel 1").startswith("b.warc.gz/")
    link = f'<link rel="canonical" href="{url}">'
    own = room.write("c.html", page(1, "Von Hand.").replace("<title>", f"{link}<title>"))
    room.write("c.meta.toml", f'url = "{url}"')
    assert room.index().problems == []
    assert room.path_of("Titel 1") == "c.html"
    assert room.ids() == before
    own.unlink()
    own.with_name("c.meta.toml").unlink()
    assert room.index().withdrawn == 0
    assert room.path_of("Titel 1").startswith("b.warc.gz/")


def test_a_sidecar_holds_for_all_members(room: Newsroom) -> None:
    path = room.write("blatt.rss", feed(item(1), item(2)))
    room.write("blatt.meta.toml", 'section = "Wirtschaft"\nurl = "https://x.example/y"')
    room.index()
    hits = room.found.search(Query(limit=10)).hits
    assert [hit.article.section for hit in hits] == ["Wirtschaft"] * 2
    assert {hit.article.url for hit in hits} == {
        "https://blatt.example/a1",
        "https://blatt.example/a2",
    }
    path.with_name("blatt.meta.toml").write_text("withdrawn = true")
    assert room.index().withdrawn == 2


def test_a_packed_document_is_read_like_one_that_is_not(room: Newsroom) -> None:
    room.write("a.html.gz", gzip.compress(page(1).encode()))
    room.write("a.meta.toml", 'section = "Lokales"')
    room.write("blatt.xml.gz", gzip.compress(feed(item(2))))
    report = room.index()
    assert (report.created, report.problems) == (2, [])
    (hit,) = room.found.search(Query(text="Rathaus1x0")).hits
    assert hit.article.section == "Lokales"


def test_what_is_damaged_is_told_by_its_name_and_the_rest_is_read(
    room: Newsroom, warc: Warc
) -> None:
    good = warc(("https://x.example/1", "2024-05-01T10:00:00Z", page(1)))
    bad = warc(("https://x.example/2", "2024-05-01T10:00:00Z", page(2)), gzip=False)
    bad = bad.replace(b"Titel 2", b"TITEL 2")
    room.write("crawl.warc.gz", good + gzip.compress(bad) + good[:300])
    room.write("broken.wacz", b"PK\x03\x04 no archive")
    room.write("bomb.html.gz", gzip.compress(bytes(50_000_000)))
    room.write("cut.txt.gz", gzip.compress(words(5).encode())[:-9])
    report = room.index()
    assert room.titles() == {"Titel 1"}
    told = {problem.file.partition("/")[0]: problem.reason for problem in report.problems}
    assert set(told) == {"crawl.warc.gz", "broken.wacz", "bomb.html.gz", "cut.txt.gz"}
    assert "unpacked" in told["bomb.html.gz"]
    assert any(
        problem.file.startswith("crawl.warc.gz/") and "(https://x.example/2)" in problem.file
        for problem in report.problems
    )
    assert all(problem.remedy for problem in report.problems)


def test_a_collection_that_is_broken_for_a_while_keeps_its_articles(
    room: Newsroom, warc: Warc
) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        inner = warc(("https://x.example/1", "2024-05-01T10:00:00Z", page(1)))
        archive.writestr("archive/data.warc.gz", inner)
    path = room.write("crawl.wacz", file.getvalue())
    room.index()
    path.write_bytes(b"half a fi")
    report = room.index()
    assert [problem.file for problem in report.problems] == ["crawl.wacz"]
    assert report.withdrawn == 0
    assert room.titles() == {"Titel 1"}


def test_reindex_reads_collections_anew_and_changes_nothing(room: Newsroom, warc: Warc) -> None:
    room.write("blatt.rss", feed(item(1), item(2)))
    room.index()
    room.write("blatt.rss", feed(item(2), item(3)))
    room.write("crawl.warc", warc(("https://x.example/4", "2024-05-01T10:00:00Z", page(4))))
    room.index()
    before = room.ids()
    report, difference = room.indexer.reindex(room.now + HOUR)
    assert difference.total == 0
    assert report.changed == 0
    assert room.ids() == before
    assert len(before) == 4


def test_reindex_reads_what_a_feed_no_longer_lists_from_the_register(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsfeed import run as running

    room.write("blatt.rss", feed(item(1), item(2)))
    room.index()
    room.write("blatt.rss", feed(item(2)))
    room.index()
    monkeypatch.setattr(running, "PARSER_VERSION", PARSER_VERSION + 1)
    assert room.index().outdated == 2
    report, _ = room.indexer.reindex(room.now + HOUR)
    assert (report.outdated, report.withdrawn, report.problems) == (0, 0, [])
    assert room.titles() == {"Titel 1", "Titel 2"}


def test_a_crash_in_the_middle_is_made_good(
    room: Newsroom, warc: Warc, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsfeed import run as running

    room.write("a.rss", feed(*map(item, range(1, 6))))
    room.write("b.warc.gz", warc(("https://x.example/9", "2024-05-01T10:00:00Z", page(9))))
    monkeypatch.setattr(running, "_BATCH", 2)
    monkeypatch.setattr(running, "_LARGEST_BATCH", 2)
    real = running.Run.enter
    entered: list[object] = []

    def crash(self, writing, batch):  # type: ignore[no-untyped-def]
        if len(entered) == 2:
            raise OSError("power cut")
        entered.append(batch)
        return real(self, writing, batch)

    with monkeypatch.context() as patch:
        patch.setattr(running.Run, "enter", crash)
        with pytest.raises(OSError, match="power cut"):
            room.indexer.index(room.now)
    assert room.register.collections() == {}
    report = room.index()
    assert report.created == 2
    assert len(room.titles()) == 6
    assert set(room.register.collections()) == {"a.rss", "b.warc.gz"}


def test_a_document_that_becomes_a_feed_and_back(room: Newsroom) -> None:
    room.write("z.txt", "Titel Z\n\nEin Satz, der hier für sich steht und bleibt.\n")
    path = room.write("a.rss", feed(item(1)))
    room.index()
    path.unlink()
    path.mkdir()
    (path / "b.rss").write_bytes(feed(item(2)))
    room.index()
    assert room.titles() >= {"Titel 2"}
    assert set(room.register.collections()) == {"a.rss/b.rss"}


ADDED = {
    1: ("collections", "likenesses", "likeness_keys", "retractions", "pings", "hubs"),
    2: ("retractions", "pings", "hubs"),
    3: ("pings", "hubs"),
}


@pytest.mark.parametrize("version", ADDED)
def test_an_older_register_is_brought_up(tmp_path: Path, version: int) -> None:
    path = tmp_path / "register.sqlite"
    Register(path, "x,2026").close()
    new = schema(path)
    with sqlite3.connect(path) as connection:
        for table in ADDED[version]:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX changes_withdrawals")  # of format 4
        connection.execute(f"PRAGMA user_version={version}")
    connection.close()
    register = Register(path, "x,2026")
    assert register.collections() == {}
    assert register.retractions() == []
    register.close()
    assert schema(path) == new


def schema(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Each table's columns with type, null and key, and whether it has row numbers."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        tables = connection.execute("PRAGMA table_list").fetchall()
        found = {
            name: [(kind, columns, *rest), *connection.execute(f"PRAGMA table_info({name})")]
            for _, name, kind, columns, *rest in tables
            if not name.startswith("sqlite_")
        }
    connection.close()
    return found


def test_a_killed_run_is_finished_by_the_next(tmp_path: Path, warc: Warc) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.rss").write_bytes(feed(*map(item, range(600))))
    captures = [(f"https://x.example/{n}", "2024-05-01T10:00:00Z", page(n)) for n in range(9)]
    (tmp_path / "corpus/b.warc.gz").write_bytes(warc(*captures))
    command = [sys.executable, "-m", "newsfeed", "index", "corpus", "--json", "--jobs", "1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        committed = json.loads(next(line for line in run.stdout if b"committed" in line))
        run.kill()
    assert 0 < committed["committed"] < 609
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    report = next(line["report"] for line in map(json.loads, told.splitlines()) if "report" in line)
    assert report["files"] == 609
    assert report["problems"] == []
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    register = Register(settings.register_path, settings.tag_authority)
    index = open_index(settings)
    assert verify(register, index) == []
    assert index.search(Query(limit=0)).total == 609
    index.close()
    register.close()
