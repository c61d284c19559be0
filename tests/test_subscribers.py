"""Real feed readers subscribe to the real server: nobody sees an article twice or loses one.

newsboat and rss2email are Debian's, `reader` and feedparser come from PyPI; each fetches as it
always does, with its own ideas of caching. What was asked of the server stands in its access log.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Protocol

import feedparser
import pytest
import reader

from tests.newsroom import NEWSFEED, environment, free_port, run, serving

STOCK = 60
"""Articles at the beginning: more than a feed holds."""
HELD = 50
THEMES = ("Hafen", "Schule", "Theater", "Museum", "Brücke", "Markt", "Garten", "Bahnhof")


def article(number: int, more: str = "") -> str:
    theme = THEMES[number % len(THEMES)]
    return (
        f"{theme}: Bericht Nummer {number}\n\n"
        f"Am {theme} gibt es seit dem Wochenende etwas Neues, das viele betrifft.\n\n"
        f"Vor Ort zählte die Stadt {number * 17} Besucher und {number + 3} Helfer. Das Fest am "
        f"{theme} dauerte bis in die Nacht und soll im Jahr {2030 + number} wiederkommen.\n\n"
        f"Die Leiterin sprach von einem „Tag, den {number * 7} Gäste nicht vergessen“.{more}\n"
    )


@dataclass(frozen=True)
class Newsroom:
    """A folder of articles behind a server that writes down what it is asked."""

    folder: Path
    address: str
    port: int

    def write(self, number: int, more: str = "") -> None:
        path = (
            self.folder / "corpus" / f"2026-0{1 + number // 28}-{1 + number % 28:02}-{number}.txt"
        )
        path.write_text(article(number, more))

    def withdraw(self, number: int) -> None:
        next((self.folder / "corpus").glob(f"*-{number}.txt")).unlink()

    def publish(self) -> None:
        run(self.folder, "index", port=self.port)

    def answers(self, status: int) -> int:
        """How many requests for a feed were answered so."""
        lines = (self.folder / "server.log").read_text().splitlines()
        asked = [line for line in lines if "/feeds/latest." in line]
        assert asked, "no request for a feed stands in the access log"
        return sum(
            bool(re.search(rf"\b{status}\b", line.split("/feeds/latest.")[1])) for line in asked
        )


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    (tmp_path / "corpus").mkdir()
    port = free_port()
    newsroom = Newsroom(tmp_path, f"http://127.0.0.1:{port}", port)
    for number in range(STOCK):
        newsroom.write(number)
    newsroom.publish()
    env = {**environment(tmp_path, port), "NEWSFEED_ACCESS_LOG": "true"}
    with serving([*NEWSFEED, "serve"], env, tmp_path):
        yield newsroom


class Subscriber(Protocol):
    """A program that follows one feed."""

    def poll(self) -> None:
        """Fetches the feed as the program does on its rounds."""

    def known(self) -> list[str]:
        """The titles of all that it has ever shown, one for each time it came as new."""


@dataclass
class Newsboat:
    """A reader for the terminal; libcurl's conditional requests."""

    folder: Path
    url: str

    def poll(self) -> None:
        (self.folder / "urls").write_text(self.url + "\n")
        (self.folder / "config").write_text("")
        files = [f"-u{self.folder}/urls", f"-c{self.folder}/cache.db", f"-C{self.folder}/config"]
        quietly(["newsboat", *files, "-x", "reload"], self.folder)

    def known(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "cache.db")) as cache:
            return [title for (title,) in cache.execute("SELECT title FROM rss_item")]


@dataclass
class Rss2email:
    """Turns entries into mail; what it sent once cannot be taken back."""

    folder: Path
    url: str

    def poll(self) -> None:
        config, data = self.folder / "r2e.cfg", self.folder / "r2e.json"
        command = ["r2e", "-c", str(config), "-d", str(data)]
        if not config.exists():
            config.write_text(
                "[DEFAULT]\nfrom = news@example.org\nto = reader@example.org\n"
                "email-protocol = maildir\n"
                f"maildir-path = {self.folder}\nmaildir-mailbox = Mail\n"
            )
            quietly([*command, "add", "news", self.url], self.folder)
        quietly([*command, "run"], self.folder)

    def known(self) -> list[str]:
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for folder in ("new", "cur")
            for path in (self.folder / "Mail" / folder).iterdir()
        ]
        return [str(mail["subject"]) for mail in mails]


@dataclass
class Reader:
    """The library `reader`: a database of feeds, entries told apart by their ids."""

    folder: Path
    url: str

    def poll(self) -> None:
        with self._opened() as library:
            library.add_feed(self.url, exist_ok=True)
            library.update_feed(self.url)

    def known(self) -> list[str]:
        with self._opened() as library:
            return [str(entry.title) for entry in library.get_entries()]

    def _opened(self) -> closing[reader.Reader]:
        return closing(reader.make_reader(str(self.folder / "reader.sqlite")))


@dataclass
class Feedparser:
    """The parser that most Python readers are built on, with its own conditional requests."""

    folder: Path
    url: str
    seen: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None

    def poll(self) -> None:
        found = feedparser.parse(self.url, etag=self.etag, modified=self.modified)
        if found.status == 304:
            return
        self.etag, self.modified = found.get("etag"), found.get("modified")
        for entry in found.entries:
            self.seen.setdefault(entry.id, entry.title)

    def known(self) -> list[str]:
        return list(self.seen.values())


def quietly(command: list[str], home: Path) -> None:
    env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(command, capture_output=True, check=False, env=env, timeout=120)
    assert done.returncode == 0, done.stderr.decode()


PROGRAMS: list[tuple[type[Newsboat | Rss2email | Reader | Feedparser], str]] = [
    (Newsboat, "atom"),
    (Newsboat, "rss"),
    (Rss2email, "atom"),
    (Rss2email, "rss"),
    (Reader, "atom"),
    (Reader, "rss"),
    (Reader, "json"),
    (Feedparser, "atom"),
    (Feedparser, "rss"),
]


@pytest.fixture
def subscribers(newsroom: Newsroom) -> dict[str, Subscriber]:
    """Every program in every format that it reads, each at home in a folder of its own."""
    found: dict[str, Subscriber] = {}
    for program, format in PROGRAMS:
        name = f"{program.__name__} {format}"
        home = newsroom.folder / name.replace(" ", "-")
        home.mkdir()
        found[name] = program(home, f"{newsroom.address}/feeds/latest.{format}")
    return found


@pytest.mark.apt("newsboat", "rss2email")
def test_subscribers_see_each_article_once(
    newsroom: Newsroom, subscribers: dict[str, Subscriber]
) -> None:
    for name, subscriber in subscribers.items():
        subscriber.poll()
        assert len(subscriber.known()) == HELD, name
        unchanged = newsroom.answers(304)
        for _ in range(2):  # newsboat takes two rounds to ask conditionally
            subscriber.poll()
        assert newsroom.answers(304) > unchanged, f"{name} was never told that nothing is new"
        assert len(subscriber.known()) == HELD, name

    newsroom.write(STOCK)
    newsroom.publish()
    wait_a_second()
    for name, subscriber in subscribers.items():
        subscriber.poll()
        titles = subscriber.known()
        assert len(titles) == HELD + 1, name
        assert sum(f"Nummer {STOCK}" in title for title in titles) == 1, name

    newsroom.write(STOCK, more=" Später kamen noch einmal so viele.")
    newsroom.withdraw(STOCK - 1)
    newsroom.publish()
    run(newsroom.folder, "reindex", port=newsroom.port)
    wait_a_second()
    for name, subscriber in subscribers.items():
        subscriber.poll()
        titles = subscriber.known()
        assert len(titles) == len(set(titles)), f"{name}: an update came twice"
        # what was withdrawn makes room for an older article that a reader may not have had
        assert len(titles) <= HELD + 2, name

    newsroom.write(STOCK + 1)
    newsroom.publish()
    wait_a_second()
    for name, subscriber in subscribers.items():
        subscriber.poll()
        titles = subscriber.known()
        assert sum(f"Nummer {STOCK + 1}" in title for title in titles) == 1, name
        assert len(titles) == len(set(titles)), name


def wait_a_second() -> None:
    """Last-Modified counts seconds, and some programs believe it more than the entity tag."""
    time.sleep(1.1)


@pytest.fixture(autouse=True)
def _quiet_libraries() -> Iterator[None]:
    """feedparser and `reader` warn of their own imports; that is theirs to mend."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"feedparser|reader")
        yield
