"""A newsroom with a hub in its settings, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed.indexer import Indexer
from newsfeed.push.queue import Ping, Queue, waiting
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.search import open_index
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings


@dataclass
class Newsroom:
    """A corpus, and what is made of it: everything real but the hour."""

    settings: Settings
    register: Register
    index: SearchIndex
    queue: Queue
    pool: ReaderPool
    now: datetime = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        return self.now

    def later(self, **units: float) -> None:
        self.now += timedelta(**units)

    def write(self, name: str, section: str = "Politik", text: str = "", more: str = "") -> Path:
        path = self.settings.corpus / f"{name}.txt"
        text = text or f"Im Fall {name} hat der Rat gestern lange getagt und viel beschlossen."
        path.write_text(f"Der Bericht über den Fall {name}\n\n{text}\n")
        path.with_suffix(".meta.toml").write_text(
            f'section = "{section}"\npublished = 2026-11-20T08:00:00Z\n{more}'
        )
        return path

    def publish(self) -> None:
        """One run of the indexer, a minute after the last."""
        self.later(minutes=1)
        Indexer(self.settings, self.register, self.index, self.pool).index(self.now, force=True)

    def waiting(self) -> list[Ping]:
        return waiting(self.settings.register_path)

    def feeds(self) -> set[str]:
        """The feeds that the hub is still to be told of."""
        return {ping.feed for ping in self.waiting()}

    def forget(self) -> None:
        """As if the hub had been told of everything."""
        while ping := self.queue.next(10**9, datetime.max.replace(tzinfo=UTC)):
            self.queue.told(ping)


@pytest.fixture
def newsroom(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    (tmp_path / "corpus").mkdir()
    settings = Settings(
        corpus=tmp_path / "corpus",
        index=tmp_path / "index",
        base_url="https://news.example.org",
        hub="https://hub.example.org/",
    )
    with (
        closing(Register(settings.register_path, settings.tag_authority, pings=True)) as register,
        closing(open_index(settings)) as index,
        closing(Queue(settings.register_path, settings.hub)) as queue,
    ):
        yield Newsroom(settings, register, index, queue, pool)
