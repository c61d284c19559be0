"""What its source took back is not public, whatever file says so, and does not come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed.indexer import Indexer, verify
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.reports import Report
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings

START = datetime(2026, 3, 1, tzinfo=UTC)
URN = "urn:newsml:agentur.example:20250501:4711"
BRIDGE = "Die Brücke über den Fluss ist seit Montag für alle Fahrzeuge gesperrt."


def ninjs(status: str = "usable", uri: str = URN, hour: int = 8, text: str = BRIDGE) -> str:
    return json.dumps(
        {
            "uri": uri,
            "type": "text",
            "pubstatus": status,
            "firstcreated": "2025-05-01T06:00:00Z",
            "versioncreated": f"2025-05-01T{hour:02}:00:00Z",
            "headline": text.partition(" ist ")[0],
            "body_text": text,
        }
    )


def newsml(status: str = "usable", hour: int = 8) -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{URN}" version="{hour}">'
        '<itemMeta><itemClass qcode="ninat:text"/>'
        f"<versionCreated>2025-05-01T{hour:02}:00:00Z</versionCreated>"
        f'<pubStatus qcode="stat:{status}"/></itemMeta>'
        "<contentMeta><headline>Die Brücke über den Fluss</headline></contentMeta>"
        '<contentSet><inlineXML contenttype="application/xhtml+xml">'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{BRIDGE}</p></body></html>'
        "</inlineXML></contentSet></newsItem>"
    )


class Newsroom:
    """A corpus that always holds one article that nobody takes back."""

    def __init__(self, root: Path, pool: ReaderPool) -> None:
        (root / "corpus").mkdir()
        self.settings = Settings(corpus=root / "corpus", index=root / "index")
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.found = open_index(self.settings)
        self.indexer = Indexer(self.settings, self.register, self.found, pool)
        self.now = START
        theatre = "Das Theater der Stadt spielt ist ein Satz, der hier steht und bleibt."
        self.write("anker.json", ninjs(uri="urn:x:anker", text=theatre))

    def write(self, path: str, text: str) -> Path:
        target = self.settings.corpus / path
        target.write_text(text)
        return target

    def index(self) -> Report:
        self.now += timedelta(hours=1)
        report = self.indexer.index(self.now)
        assert verify(self.register, self.found) == []
        return report

    def reindex(self) -> Report:
        self.now += timedelta(hours=1)
        report, _ = self.indexer.reindex(self.now)
        assert verify(self.register, self.found) == []
        return report

    def public(self) -> list[str]:
        """The ids of the articles about the bridge."""
        return [hit.article.id for hit in self.found.search(Query(text="gesperrt")).hits]


@pytest.fixture
def room(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path, pool)
    yield room
    room.found.close()
    room.register.close()


FIRST = {"meldung-1.json": ninjs(), "meldung-1.xml": newsml()}
KILLS = {"meldung-2.json": ninjs("canceled", hour=9), "meldung-2.xml": newsml("withheld", hour=9)}


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("first", FIRST)
def test_a_file_of_another_name_takes_an_article_back_for_good(
    room: Newsroom, first: str, kill: str
) -> None:
    path = room.write(first, FIRST[first])
    room.index()
    assert len(room.public()) == 1
    killed = room.write(kill, KILLS[kill])
    report = room.index()
    assert (report.withdrawn, len(report.problems), room.public()) == (1, 1, [])
    assert room.index().changed == 0
    path.write_text(path.read_text() + " ")
    assert (room.index().changed, room.reindex().changed) == (0, 0)
    killed.unlink()
    path.rename(path.with_name(f"kopie-{first}"))
    assert room.index().problems == []
    assert room.reindex().created == 0
    assert room.public() == []


def test_what_was_taken_back_before_it_came_is_never_public(room: Newsroom) -> None:
    room.write("a.json", ninjs("canceled", hour=9))
    room.index()
    room.write("b.json", ninjs())
    assert room.index().created == 0
    assert room.public() == []


def test_it_is_known_by_its_address_and_within_lists(room: Newsroom) -> None:
    address = "https://agentur.example/4711"
    other = ninjs(uri="urn:x:2", text="Der Hafen am Fluss ist wieder offen.")
    room.write("liste.json", f"[{other}, {ninjs(uri=address)}, {ninjs()}]")
    room.index()
    assert len(room.public()) == 2
    room.write("liste-2.json", f"[{ninjs('canceled', address)}, {ninjs('canceled')}]")
    assert room.index().withdrawn == 2
    assert room.public() == []
    assert room.found.search(Query(text="Hafen")).total == 1
    assert room.index().changed == 0


def test_a_later_version_is_published_an_older_one_is_not(room: Newsroom) -> None:
    room.write("1.json", ninjs(hour=8))
    room.write("2.json", ninjs("canceled", hour=9))
    room.index()
    assert room.public() == []
    (room.settings.corpus / "1.json").unlink()
    room.write("3.json", ninjs(hour=10))
    room.index()
    (id,) = room.public()
    assert room.index().changed == 0
    assert room.reindex().changed == 0
    assert room.public() == [id]
    room.write("3.json", ninjs(hour=7))
    room.index()
    assert room.public() == []


def test_the_file_that_took_it_back_may_bring_it_back(room: Newsroom) -> None:
    room.write("1.json", ninjs())
    room.index()
    room.write("2.json", ninjs("canceled"))
    room.index()
    assert room.public() == []
    (room.settings.corpus / "1.json").unlink()
    room.write("2.json", ninjs())
    room.index()
    assert len(room.public()) == 1
    assert room.register.retractions() == []
