"""Duplicates of a whole newsroom: files go in, links are there, and articles stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed.indexer import Indexer, Refused
from newsfeed.likeness.duplicates import DuplicateReader
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings

NOW = datetime.now(UTC) + timedelta(hours=1)
HOUR = timedelta(hours=1)
PARAGRAPHS = (
    "Am Montagmorgen blieb die Schleuse geschlossen, weil sich ein Baumstamm im unteren Tor "
    "verkeilt hatte. Taucher brauchten bis zum Mittag, um ihn zu lösen.",
    "Vor der Einfahrt warteten elf Frachter und ein Ausflugsschiff mit achtzig Schülern. Die "
    "Kinder bekamen Kakao und durften der Reihe nach ans Steuer.",
    "Das Wasseramt will nun prüfen, ob ein Rechen vor dem Tor solche Störungen verhindern kann. "
    "Gerechnet wird mit Kosten von vierzigtausend Euro.",
)
OTHER = (
    "Der Chor sucht für das Weihnachtskonzert noch Bässe, denn drei Sänger sind im Sommer in die "
    "Hauptstadt gezogen. Geprobt wird donnerstags im Gemeindehaus.",
    "Noten lesen muss niemand können, sagt die Leiterin, nur pünktlich sein. Wer mitsingen will, "
    "kommt einfach vorbei und bringt Hausschuhe mit.",
)


def page(headline: str, *paragraphs: str) -> str:
    return "\n\n".join([headline, *paragraphs]) + "\n"


class Newsroom:
    """A corpus, its register and what `newsfeed index` does with them."""

    def __init__(self, root: Path, pool: ReaderPool) -> None:
        (root / "corpus").mkdir(parents=True)
        self.settings = Settings(corpus=root / "corpus", index=root / "index")
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.index = open_index(self.settings)
        self.indexer = Indexer(self.settings, self.register, self.index, pool)
        self.reader = DuplicateReader(self.settings.register_path)

    def close(self) -> None:
        self.index.close()
        self.register.close()

    def write(self, path: str, text: str) -> None:
        target = self.settings.corpus / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)

    def ids(self) -> dict[str, str]:
        hits = self.index.search(Query(limit=50)).hits
        return {hit.article.id: hit.article.headline for hit in hits}

    def links(self) -> dict[str, list[str]]:
        """Headline -> those of its duplicates."""
        names = self.ids()
        return {
            name: sorted(names[other.id] for other in self.reader.of(id).duplicates)
            for id, name in names.items()
        }


@pytest.fixture
def room(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path, pool)
    yield room
    room.close()


def test_an_agency_text_in_two_papers_is_linked(room: Newsroom) -> None:
    room.write("abendbote/2026-03-02-schleuse.txt", page("Stau vor der Schleuse", *PARAGRAPHS))
    room.write("landkurier/2026-03-03-a.txt", page("Baumstamm hält Schiffe auf", *PARAGRAPHS[:2]))
    room.write("landkurier/2026-03-03-b.txt", page("Chor sucht Bässe", *OTHER))
    room.indexer.index(NOW)
    assert room.links() == {
        "Stau vor der Schleuse": ["Baumstamm hält Schiffe auf"],
        "Baumstamm hält Schiffe auf": ["Stau vor der Schleuse"],
        "Chor sucht Bässe": [],
    }
    (family,) = room.reader.families()
    assert room.ids()[family.canonical] == "Stau vor der Schleuse"


def test_an_article_does_not_change_when_its_duplicate_comes(room: Newsroom) -> None:
    room.write("a.txt", page("Stau vor der Schleuse", *PARAGRAPHS))
    room.indexer.index(NOW)
    (before,) = room.register.articles()
    room.write("b.txt", page("Baumstamm hält Schiffe auf", *PARAGRAPHS))
    report = room.indexer.index(NOW + HOUR)
    assert (report.created, report.changed) == (1, 1)
    assert room.register.article(before.id) == before
    assert room.reader.of(before.id).duplicates


def test_edits_withdrawals_and_returns_are_followed(room: Newsroom) -> None:
    first, second = "Stau vor der Schleuse", "Baumstamm hält Schiffe auf"
    room.write("a.txt", page(first, *PARAGRAPHS))
    room.write("b.txt", page(second, *PARAGRAPHS))
    room.indexer.index(NOW)
    room.write("b.txt", page(second, *OTHER))
    room.indexer.index(NOW + HOUR)
    assert room.links() == {first: [], second: []}
    room.write("b.txt", page(second, *PARAGRAPHS))
    room.indexer.index(NOW + 2 * HOUR)
    assert room.links() == {first: [second], second: [first]}
    (room.settings.corpus / "a.txt").unlink()
    room.indexer.index(NOW + 3 * HOUR)
    assert room.links() == {second: []}
    room.write("a.txt", page(first, *PARAGRAPHS))
    room.indexer.index(NOW + 4 * HOUR)
    assert room.links() == {first: [second], second: [first]}


def test_in_several_runs_or_in_one_the_links_are_the_same(tmp_path: Path, pool: ReaderPool) -> None:
    files = {
        "a.txt": page("Stau vor der Schleuse", *PARAGRAPHS),
        "b.txt": page("Chor sucht Bässe", *OTHER),
        "c.txt": page("Baumstamm hält Schiffe auf", *PARAGRAPHS),
        "d.txt": page("Bässe gesucht", OTHER[1], OTHER[0]),
        "e.txt": page("Kakao am Steuer", *PARAGRAPHS[1:]),
    }
    found = []
    histories = {"one": [list(files)], "several": [["e.txt"], ["c.txt"], list(files)]}
    for name, runs in histories.items():
        room = Newsroom(tmp_path / name, pool)
        for number, paths in enumerate(runs):
            for path in paths:
                room.write(path, files[path])
            room.indexer.index(NOW + number * HOUR)
        found.append(room.links())
        room.close()
    assert found[0] == found[1]
    assert sum(map(len, found[0].values())) == 8


def test_a_register_from_before_is_caught_up(room: Newsroom) -> None:
    """What an older newsfeed registered is compared at the next run, though no file changed."""
    room.write("a.txt", page("Stau vor der Schleuse", *PARAGRAPHS))
    room.write("b.txt", page("Baumstamm hält Schiffe auf", *PARAGRAPHS))
    room.indexer.index(NOW)
    after = room.links()
    with room.register.writing() as writing:
        for table in ("likenesses", "likeness_keys"):
            writing._connection.exec_driver_sql(f"DELETE FROM {table}")
    assert not any(room.links().values())
    report = room.indexer.index(NOW + HOUR)
    assert report.changed == 0
    assert room.links() == after


def test_check_finds_a_ledger_that_is_not_in_step(room: Newsroom) -> None:
    room.write("a.txt", page("Stau vor der Schleuse", *PARAGRAPHS))
    room.write("b.txt", page("Chor sucht Bässe", *OTHER))
    room.indexer.index(NOW)
    assert room.register.integrity() == []
    with room.register.writing() as writing:
        change = "UPDATE likenesses SET id = 'gone' WHERE id = (SELECT min(id) FROM articles)"
        writing._connection.exec_driver_sql(change)
    assert room.register.integrity() == [
        "1 live articles have no sketch to compare; run `newsfeed index`",
        "1 sketches belong to no live article; restore it from a backup",
    ]


def test_a_refused_reindex_changes_no_links(room: Newsroom) -> None:
    room.write("a.txt", page("Stau vor der Schleuse", *PARAGRAPHS))
    room.write("b.txt", page("Baumstamm hält Schiffe auf", *PARAGRAPHS))
    room.indexer.index(NOW)
    before = room.links()
    (room.settings.corpus / "b.txt").unlink()
    with pytest.raises(Refused):
        room.indexer.reindex(NOW + HOUR)
    assert room.links() == before
