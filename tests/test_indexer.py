"""Corpus -> register -> index: what changed goes in, what was there stays, nothing is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed import run as running
from newsfeed.indexer import Indexer, IndexerError, Refused, exclusive, verify
from newsfeed.parsing import PARSER_VERSION
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.register_file import RegisterError
from newsfeed.reports import Commit, Listener
from newsfeed.search import open_index
from newsfeed.search.interface import IndexOutdated, IndexUnavailable, Query, SearchIndex
from newsfeed.settings import Settings
from newsfeed.withdrawals import FILE_REMOVED, RegisterReader

NOW = datetime.now(UTC) + timedelta(hours=1)
HOUR = timedelta(hours=1)
FORMAT_2 = Path(__file__).parent / "search" / "format-2"
BRIDGE = """Neue Brücke über den Fluss eröffnet

Nach drei Jahren Bauzeit fahren die ersten Autos über die neue Brücke.

Am Montag wurde die Brücke eröffnet. Der Bürgermeister sprach von einem guten Tag für die Stadt.

Die Kosten stiegen in drei Jahren Bauzeit von zwölf auf zwanzig Millionen Euro.
"""
THEATRE = """Das Stadttheater spielt wieder Lessing

Zur Eröffnung der Spielzeit steht „Nathan der Weise“ auf dem Programm.

Die Intendantin hat das Stück in eine Bibliothek verlegt, deren Regale bis zur Decke reichen.

Das Publikum dankte am Premierenabend mit langem Beifall und vielen Bravorufen.
"""


class Newsroom:
    """A corpus with everything that indexing it takes."""

    def __init__(self, root: Path, pool: ReaderPool) -> None:
        (root / "corpus").mkdir()
        self.settings = Settings(corpus=root / "corpus", index=root / "index")
        self.pool = pool
        self.commits: list[Commit] = []
        self.open()

    def open(self) -> None:
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.index: SearchIndex = open_index(self.settings)
        listener = Listener(commit=self.commits.append)
        self.indexer = Indexer(self.settings, self.register, self.index, self.pool, listener)

    def close(self) -> None:
        self.index.close()
        self.register.close()

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.settings.corpus / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def id_of(self, word: str) -> str:
        (hit,) = self.index.search(Query(text=word)).hits
        return hit.article.id

    def total(self) -> int:
        return self.index.search(Query(limit=0)).total


@pytest.fixture
def room(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path, pool)
    yield room
    room.close()


def test_new_articles_are_found_and_have_an_id(room: Newsroom) -> None:
    room.write("lokales/bruecke.txt", BRIDGE)
    report = room.indexer.index(NOW)
    assert (report.files, report.created, report.problems) == (1, 1, [])
    (hit,) = room.index.search(Query(text="Brücke")).hits
    assert hit.article.id.startswith("tag:newsfeed.local,2026:")
    assert hit.article.section == "Lokales"


def test_only_what_changed_is_read_again(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    asked: list[str] = []
    real = room.pool.read

    def read(terms, files):  # type: ignore[no-untyped-def]
        files = list(files)
        asked.extend(file.path for file in files)
        return real(terms, files)

    monkeypatch.setattr(room.pool, "read", read)
    room.write("b.txt", THEATRE.replace("Lessing", "Schiller"))
    report = room.indexer.index(NOW + HOUR)
    assert asked == ["b.txt"]
    assert (report.updated, report.created) == (1, 0)


def test_each_commit_is_told_with_its_change_number_and_ids(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    (commit,) = room.commits
    assert commit.sequence == 2 == room.index.sequence()
    assert set(commit.ids) == {room.id_of("Brücke"), room.id_of("Stadttheater")}


def test_large_corpora_are_committed_in_batches(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_BATCH", 2)
    for number in range(5):
        room.write(f"{number}.txt", BRIDGE.replace("Neue", f"{number}. neue"))
    room.indexer.index(NOW)
    assert [len(commit.ids) for commit in room.commits] == [2, 2, 1]
    assert room.total() == 5


def test_a_removed_file_is_a_withdrawal_and_its_return_the_same_article(room: Newsroom) -> None:
    room.write("b.txt", THEATRE)
    path = room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    path.unlink()
    assert room.indexer.index(NOW + HOUR).withdrawn == 1
    assert room.total() == 1
    withdrawal = RegisterReader(room.settings.register_path).withdrawal(id)
    assert withdrawal is not None
    assert (withdrawal.at, withdrawal.reason) == (NOW + HOUR, FILE_REMOVED)
    room.write("anders.txt", BRIDGE)
    room.indexer.index(NOW + 2 * HOUR)
    assert room.id_of("Brücke") == id
    assert [change.kind for change in room.register.changes() if change.id == id] == [
        "create",
        "withdraw",
        "create",
    ]


def test_a_mark_withdraws_and_its_removal_restores(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    sidecar = room.write("a.meta.toml", 'withdrawn = "Auf Wunsch der Familie"')
    room.indexer.index(NOW)
    assert room.total() == 0
    (change,) = room.register.changes()
    assert (change.kind, change.reason) == ("withdraw", "Auf Wunsch der Familie")
    sidecar.unlink()
    room.indexer.index(NOW + HOUR)
    assert room.id_of("Brücke") == change.id


def test_a_renamed_and_edited_file_is_known_by_its_words(room: Newsroom) -> None:
    path = room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    path.unlink()
    room.write("neu/c.txt", BRIDGE.replace("zwanzig", "einundzwanzig"))
    report = room.indexer.index(NOW + HOUR)
    assert (report.created, report.updated, report.withdrawn) == (0, 1, 0)
    assert room.id_of("Brücke") == id


def test_an_article_is_known_by_its_url_whatever_its_file(room: Newsroom) -> None:
    path = room.write("a.txt", BRIDGE)
    sidecar = room.write("a.meta.toml", 'url = "https://bote.example/bruecke?utm_source=x"')
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    path.unlink()
    sidecar.unlink()
    room.write("b.txt", THEATRE)
    room.write("b.meta.json", '{"url": "http://bote.example/bruecke/#top"}')
    room.indexer.index(NOW + HOUR)
    assert room.id_of("Stadttheater") == id


def test_two_files_that_exchange_their_urls_exchange_their_ids(room: Newsroom) -> None:
    for name, text in (("a", BRIDGE), ("b", THEATRE)):
        room.write(f"{name}.txt", text)
        room.write(f"{name}.meta.toml", f'url = "https://bote.example/{name}"')
    room.indexer.index(NOW)
    a, b = room.id_of("Brücke"), room.id_of("Stadttheater")
    for name, text, other in (("a", BRIDGE, "b"), ("b", THEATRE, "a")):
        room.write(f"{other}.txt", text)
        room.write(f"{other}.meta.toml", f'url = "https://bote.example/{name}"')
    report = room.indexer.index(NOW + HOUR)
    assert (report.problems, report.updated, report.withdrawn) == ([], 0, 0)
    assert (room.id_of("Brücke"), room.id_of("Stadttheater")) == (a, b)


def test_another_article_at_a_known_path_is_a_new_one(room: Newsroom) -> None:
    room.write("heute.txt", BRIDGE)
    room.write("heute.meta.toml", 'url = "https://bote.example/1"')
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    room.write("heute.txt", THEATRE)
    room.write("heute.meta.toml", 'url = "https://bote.example/2"')
    report = room.indexer.index(NOW + HOUR)
    assert (report.created, report.withdrawn) == (1, 1)
    assert room.id_of("Stadttheater") != id


@pytest.mark.parametrize("key", ["url", "id"])
def test_two_files_with_one_identity_are_told_and_the_first_stays(room: Newsroom, key: str) -> None:
    value = {"url": "https://bote.example/1", "id": "tag:bote.example,2026:1"}[key]
    room.write("b.txt", BRIDGE)
    room.write("b.meta.toml", f'{key} = "{value}"')
    room.indexer.index(NOW)
    room.write("a.txt", THEATRE)
    room.write("a.meta.toml", f'{key} = "{value}"')
    report = room.indexer.index(NOW + HOUR)
    (problem,) = report.problems
    assert problem.file == "a.txt"
    assert "b.txt" in problem.reason
    assert problem.remedy
    assert room.total() == 1
    assert room.id_of("Brücke")


def test_a_stated_id_is_taken(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.write("a.meta.toml", 'id = "tag:bote.example,2020:bruecke"')
    room.indexer.index(NOW)
    assert room.id_of("Brücke") == "tag:bote.example,2020:bruecke"


BAD = {
    "leer.txt": b"",
    "binaer.txt": bytes(range(256)) * 4,
    "gross.txt": b"x" * 2000,
    "datum.txt": BRIDGE.encode(),
    "sidecar.txt": BRIDGE.encode(),
}


def test_bad_files_are_told_with_a_remedy_and_what_was_there_stays(
    tmp_path: Path, pool: ReaderPool
) -> None:
    room = Newsroom(tmp_path, pool)
    room.settings = room.settings.model_copy(update={"max_file_bytes": 1500})
    room.close()
    room.open()
    for name in BAD:
        room.write(name, BRIDGE.replace("Neue", f"Neue {name.removesuffix('.txt')}"))
    room.write("gut.txt", THEATRE)
    room.indexer.index(NOW)
    before = {hit.article.id for hit in room.index.search(Query(limit=100)).hits}

    for name, raw in BAD.items():
        room.write(name, raw)
    room.write("datum.meta.toml", "published = 9999-01-01T00:00:00Z")
    room.write("sidecar.meta.toml", "published = ")
    os.mkfifo(room.settings.corpus / "rohr.txt")
    (room.settings.corpus / "link.txt").symlink_to("/etc/hostname")
    room.write("gut.txt", THEATRE.replace("Lessing", "Schiller"))
    report = room.indexer.index(NOW + HOUR)

    assert sorted(problem.file for problem in report.problems) == sorted(
        [*BAD, "rohr.txt", "link.txt"]
    )
    assert all(problem.reason and problem.remedy for problem in report.problems)
    assert report.updated == 1
    assert report.withdrawn == 0
    assert {hit.article.id for hit in room.index.search(Query(limit=100)).hits} == before
    room.close()


def test_an_empty_corpus_never_empties_an_index(room: Newsroom) -> None:
    path = room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    path.unlink()
    with pytest.raises(IndexerError, match="--force"):
        room.indexer.index(NOW)
    with pytest.raises(IndexerError, match="--force"):
        room.indexer.reindex(NOW)
    assert room.total() == 1
    assert room.indexer.index(NOW, force=True).withdrawn == 1
    assert room.total() == 0


def test_an_empty_corpus_has_an_empty_index(room: Newsroom) -> None:
    room.indexer.index(NOW)
    assert room.total() == 0


def test_reindex_keeps_ids_and_dates_and_says_so(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    before = list(room.register.articles())
    monkeypatch.setattr(running, "PARSER_VERSION", PARSER_VERSION + 1)
    _, difference = room.indexer.reindex(NOW + HOUR)
    assert difference.total == 0
    assert list(room.register.articles()) == before
    assert room.total() == 2


def test_reindex_refuses_to_move_more_than_allowed(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    path = room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    sequence = room.register.sequence()
    room.write("a.txt", BRIDGE.replace("zwanzig", "dreißig"))
    path.unlink()
    with pytest.raises(Refused) as refusal:
        room.indexer.reindex(NOW + HOUR, max_changed=1)
    assert (refusal.value.difference.lost_ids, refusal.value.difference.moved_updated) == (1, 1)
    assert room.register.sequence() == sequence
    assert room.total() == 2
    room.indexer.reindex(NOW + HOUR, max_changed=2)
    assert room.total() == 1


def test_a_better_parser_does_not_move_updated_even_when_navigation_changed_too(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    with room.register.writing() as writing:  # as if an older parser had understood it otherwise
        writing._set(room.id_of("Brücke"), text="other words", parser=0)
    room.write("a.txt", "Zum Hauptinhalt springen\n\n" + BRIDGE)
    report = room.indexer.index(NOW + HOUR)
    assert (report.updated, report.created, report.outdated) == (0, 0, 0)
    assert next(room.register.articles()).updated == next(room.register.articles()).published


class CrashError(Exception):
    """The process dies here."""


def test_a_crash_between_register_and_index_is_made_good(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    room.write("b.txt", THEATRE)

    def die(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr(room.index, "update", die)
        with pytest.raises(CrashError):
            room.indexer.index(NOW + HOUR)
    assert room.index.sequence() < room.register.sequence()
    report = room.indexer.index(NOW + 2 * HOUR)
    assert report.created == 0
    assert room.total() == 2
    assert room.commits[-1] == Commit(2, (room.id_of("Stadttheater"),))
    assert verify(room.register, room.index) == []


def test_a_deleted_index_comes_back_from_the_register(room: Newsroom) -> None:
    path = room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    path.unlink()
    room.indexer.index(NOW)
    room.close()
    for left in room.settings.index.iterdir():
        if not left.name.startswith("register"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    room.open()
    room.indexer.index(NOW)
    assert room.total() == 1
    assert verify(room.register, room.index) == []
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    assert room.id_of("Brücke") == id


def test_a_lost_register_is_told_and_not_forgotten_silently(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    room.close()
    for left in room.settings.index.glob("register*"):
        left.unlink()
    room.open()
    with pytest.raises(IndexerError, match="Restore it from a backup"):
        room.indexer.index(NOW)
    with pytest.raises(IndexerError, match="Restore it from a backup"):
        room.indexer.reindex(NOW)
    assert room.total() == 1
    room.indexer.index(NOW, force=True)
    assert verify(room.register, room.index) == []


def test_reindex_mends_a_damaged_index(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    (room.settings.index / "search" / "articles.toc").write_bytes(b"damaged")
    with pytest.raises(IndexUnavailable, match="newsfeed reindex"):
        room.indexer.index(NOW)
    room.indexer.reindex(NOW)
    assert room.id_of("Brücke") == id


def put_format_2(room: Newsroom) -> None:
    """An index that newsfeed wrote before it knew when articles became news; it is at change 1."""
    room.close()
    shutil.rmtree(room.settings.index / "search")
    shutil.copytree(FORMAT_2 / "search", room.settings.index / "search")
    room.open()


def test_an_index_of_an_older_newsfeed_is_built_anew_from_the_register(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    before = room.index.editions(Query(sort="touched"))
    put_format_2(room)
    with pytest.raises(IndexOutdated, match="run `newsfeed index`"):
        room.total()
    assert any("newsfeed index" in finding for finding in verify(room.register, room.index))
    report = room.indexer.index(NOW + HOUR)
    assert (report.created, report.updated, report.withdrawn) == (0, 0, 0)
    assert room.index.editions(Query(sort="touched")) == before
    assert verify(room.register, room.index) == []


def test_an_index_of_an_older_newsfeed_does_not_hide_a_lost_register(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    put_format_2(room)
    room.close()
    for left in room.settings.index.glob("register*"):
        left.unlink()
    room.open()
    for act in (room.indexer.index, room.indexer.reindex):
        with pytest.raises(IndexerError, match="Restore it from a backup"):
            act(NOW)
    room.indexer.index(NOW, force=True)
    assert room.total() == 1


def test_an_index_of_a_later_newsfeed_is_left_alone(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    room.close()
    room.open()
    with monkeypatch.context() as patch:
        patch.setattr("newsfeed.search.whoosh_files.FORMAT", 1)
        with pytest.raises(IndexUnavailable, match="reads format 1; run `newsfeed reindex`"):
            room.indexer.index(NOW)
    assert room.total() == 1


def test_the_index_knows_when_an_article_came_and_its_last_change(room: Newsroom) -> None:
    path = room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    room.write("a.txt", BRIDGE.replace("guten Tag", "großen Tag"))
    room.indexer.index(NOW + HOUR)
    hit = room.index.get(id)
    assert hit is not None
    assert (hit.article.first_seen, hit.article.change) == (NOW, 3)
    assert (hit.article.revised, hit.article.touched) == (NOW + HOUR, NOW + HOUR)
    (first, _) = room.index.editions(Query(sort="revised")).hits
    assert (first.id, first.change, first.version) == (id, 3, hit.version)
    path.touch()
    report = room.indexer.index(NOW + 2 * HOUR)
    assert (report.updated, room.register.sequence()) == (0, 3)
    reindexed, _ = room.indexer.reindex(NOW + 3 * HOUR)
    assert (reindexed.updated, room.register.sequence()) == (0, 3)
    assert room.index.get(id) == hit


def test_within_a_transaction_articles_have_their_last_change(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    with room.register.writing() as writing:
        assert writing.article(id) == room.register.article(id)
        writing.withdraw(id, "weil", NOW + HOUR)
        gone = writing.article(id)
    assert (gone.first_seen, gone.change) == (NOW, 2)
    assert room.register.article(id) == gone
    assert list(room.register.changed_since(1)) == [(id, None)]


def test_verify_finds_what_the_index_lacks(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.write("b.txt", THEATRE)
    room.indexer.index(NOW)
    article = next(room.register.articles())
    room.index.update([replace(article, headline="Anders")], room.register.sequence())
    assert any("not as registered" in finding for finding in verify(room.register, room.index))
    room.index.rebuild([article], room.register.sequence())
    assert any("is missing" in finding for finding in verify(room.register, room.index))


def test_one_indexer_at_a_time(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "index"),
        pytest.raises(IndexerError, match="another"),
        exclusive(tmp_path / "index"),
    ):
        pass
    with exclusive(tmp_path / "index"):
        pass


def test_articles_of_an_older_parser_are_counted(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    with room.register.writing() as writing:
        writing._set(room.id_of("Brücke"), parser=0)
    assert room.indexer.index(NOW).outdated == 1
    assert room.indexer.reindex(NOW)[0].outdated == 0


def test_every_revision_is_kept(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    room.write("a.txt", BRIDGE.replace("zwanzig", "dreißig"))
    room.indexer.index(NOW + HOUR)
    revisions = room.register.revisions(room.id_of("Brücke"))
    assert [(one.number, one.reason, one.at) for one in revisions] == [
        (1, "new", NOW),
        (2, "text", NOW + HOUR),
    ]
    assert revisions[0].raw == BRIDGE.encode()


def test_a_damaged_register_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(b"This is no database, but it is long enough to be read as one." * 100)
    with pytest.raises(RegisterError, match="restore it from a backup"):
        Register(path, "x,2026")


def test_a_newer_register_is_not_touched(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "register.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(RegisterError, match="format 99"):
        Register(path, "x,2026")


def test_the_register_is_as_durable_as_sqlite_can(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.sqlite", "x,2026")
    with register.writing() as writing:
        pragma = writing._connection.exec_driver_sql
        assert pragma("PRAGMA journal_mode").scalar() == "wal"
        assert pragma("PRAGMA synchronous").scalar() == 2
    register.close()


def test_a_full_disk_is_a_clear_error_and_loses_nothing(room: Newsroom) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    with room.register._engine.connect() as connection:  # as full as the database may get
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    room.write("b.txt", THEATRE + "".join(f"{number} Leute kamen. " for number in range(50_000)))
    with pytest.raises(RegisterError, match=r"full.*what was committed stays"):
        room.indexer.index(NOW + HOUR)
    room.close()
    room.open()
    assert room.total() == 1
    room.indexer.index(NOW + HOUR)
    assert room.total() == 2
    assert verify(room.register, room.index) == []


def test_a_folder_moved_and_saved_in_another_encoding_keeps_its_ids(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsfeed.identity._MOST_COMPARED", 0)
    room.write("alt/a.txt", BRIDGE)
    room.write("alt/b.txt", THEATRE)
    room.indexer.index(NOW)
    ids = {room.id_of("Brücke"), room.id_of("Stadttheater")}
    shutil.rmtree(room.settings.corpus / "alt")
    room.write("neu/1.txt", THEATRE.encode("utf-16"))
    room.write("neu/2.txt", BRIDGE.encode("utf-16"))
    report = room.indexer.index(NOW + HOUR)
    assert (report.created, report.withdrawn, report.updated) == (0, 0, 0)
    assert {room.id_of("Brücke"), room.id_of("Stadttheater")} == ids


def test_a_copy_of_the_closed_register_is_a_whole_backup(room: Newsroom, tmp_path: Path) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    before = list(room.register.articles())
    room.close()
    shutil.copy(room.settings.register_path, tmp_path / "backup.sqlite")
    backup = Register(tmp_path / "backup.sqlite", "x,2026")
    assert list(backup.articles()) == before
    backup.close()
    room.open()


@pytest.mark.parametrize("copy", ["0-kopie.txt", "z-kopie.txt"])
def test_a_copied_and_edited_file_keeps_its_article(room: Newsroom, copy: str) -> None:
    room.write("a.txt", BRIDGE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    room.write(copy, BRIDGE)
    room.write("a.txt", BRIDGE.replace("zwanzig", "dreißig"))
    report = room.indexer.index(NOW + HOUR)
    assert (report.problems, report.created, report.updated, report.withdrawn) == ([], 1, 1, 0)
    assert room.id_of("dreißig") == id


@pytest.mark.parametrize("archive", ["0-archiv.txt", "z-archiv.txt"])
def test_a_rotated_file_takes_its_article_along(room: Newsroom, archive: str) -> None:
    path = room.write("aktuell.txt", BRIDGE)
    room.indexer.index(NOW)
    id = room.id_of("Brücke")
    path.rename(room.settings.corpus / archive)
    room.write("aktuell.txt", THEATRE)
    report = room.indexer.index(NOW + HOUR)
    assert (report.problems, report.created, report.updated, report.withdrawn) == ([], 1, 0, 0)
    assert room.id_of("Brücke") == id
    assert room.id_of("Stadttheater") != id


def test_an_item_that_its_agency_took_back_is_withdrawn(room: Newsroom) -> None:
    item = (
        '{{"uri": "urn:x:1", "type": "text", "pubstatus": "{}", "headline": "Brücke gesperrt",'
        ' "body_text": "Die Brücke über den Fluss ist seit Montag gesperrt."}}'
    )
    room.write("a.txt", THEATRE)
    room.write("meldung.json", item.format("usable"))
    room.indexer.index(NOW)
    id = room.id_of("gesperrt")
    room.write("meldung.json", item.format("canceled"))
    report = room.indexer.index(NOW + HOUR)
    assert (report.withdrawn, len(report.problems)) == (1, 1)
    assert room.total() == 1
    assert room.indexer.index(NOW + 2 * HOUR).changed == 0
    room.write("meldung.json", item.format("usable"))
    assert room.indexer.index(NOW + 3 * HOUR).created == 1
    assert room.id_of("gesperrt") == id
    assert verify(room.register, room.index) == []
