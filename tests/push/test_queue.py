"""What is to be told waits in the register, from the transaction of the change on."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, token
from newsfeed.indexer import Indexer
from newsfeed.push.changed_feeds import ChangedFeeds
from newsfeed.push.queue import Pause, Ping, Queue, count, pause_of, waiting
from newsfeed.register import Register
from newsfeed.register_file import RegisterError, open_file
from tests.push.conftest import Newsroom

MORE = 'source = "Havelbote"\nauthors = ["Anna Berg"]\ntopics = ["Hafen", "Rat"]\n'
ALL = {"latest", "sections/politik", "sources/havelbote", "authors/anna-berg"} | {
    "topics/hafen",
    "topics/rat",
}


def test_a_new_article_changes_every_feed_that_holds_it(newsroom: Newsroom) -> None:
    newsroom.write("hafen", more=MORE)
    newsroom.publish()
    assert newsroom.feeds() == ALL
    assert {(ping.since, ping.sequence) for ping in newsroom.waiting()} == {(1, 1)}


def test_what_does_not_change_is_not_told(newsroom: Newsroom) -> None:
    path = newsroom.write("hafen")
    newsroom.publish()
    newsroom.forget()
    path.touch()
    newsroom.publish()
    assert newsroom.feeds() == set()


def test_an_article_that_moves_changes_the_feeds_of_before_and_after(newsroom: Newsroom) -> None:
    newsroom.write("hafen", section="Politik")
    newsroom.publish()
    newsroom.forget()
    newsroom.write("hafen", section="Lokales")
    newsroom.publish()
    assert newsroom.feeds() == {"latest", "sections/politik", "sections/lokales"}


def test_a_withdrawn_and_a_restored_article_change_their_feeds(newsroom: Newsroom) -> None:
    path = newsroom.write("hafen", more=MORE)
    newsroom.publish()
    newsroom.forget()
    text = path.read_text()
    path.unlink()
    newsroom.publish()
    assert newsroom.feeds() == ALL
    newsroom.forget()
    path.write_text(text)
    newsroom.publish()
    assert newsroom.feeds() == ALL


def test_changes_of_a_feed_become_one_row_that_keeps_its_place(newsroom: Newsroom) -> None:
    newsroom.write("hafen", section="Politik")
    newsroom.publish()
    newsroom.write("schule", section="Lokales")
    newsroom.publish()
    rows = {ping.feed: (ping.since, ping.sequence) for ping in newsroom.waiting()}
    assert rows == {"latest": (1, 2), "sections/politik": (1, 1), "sections/lokales": (2, 2)}
    assert count(newsroom.settings.register_path) == 3


def test_a_live_blog_has_a_feed_of_its_own(newsroom: Newsroom) -> None:
    sample = Path(__file__).parents[2] / "corpus/lokales"
    name = "2026-09-27-buergermeisterwahl-ketzow-liveblog.html"
    (newsroom.settings.corpus / name).write_bytes((sample / name).read_bytes())
    newsroom.publish()
    [blog] = newsroom.register.articles()
    assert blog.id is not None
    assert f"articles/{token(blog.id)}" in newsroom.feeds()


def test_without_a_hub_no_queue_grows(newsroom: Newsroom) -> None:
    own = newsroom.settings
    with closing(Register(own.register_path, own.tag_authority)) as register:
        newsroom.write("hafen")
        Indexer(own, register, newsroom.index, newsroom.pool).index(newsroom.now)
        assert register.sequence() == 1
    assert newsroom.feeds() == set()


def test_what_is_not_committed_is_not_told(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    newsroom.forget()
    [article] = newsroom.register.articles()
    assert article.id is not None

    def work(id: str) -> None:
        with newsroom.register.writing() as writing:
            writing.withdraw(id, "why not", newsroom.now)
            raise KeyError

    with pytest.raises(KeyError):
        work(article.id)
    assert newsroom.feeds() == set()


def test_only_what_the_index_holds_is_next(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    newsroom.write("schule", section="Lokales")
    newsroom.publish()
    assert newsroom.queue.next(0, newsroom.now) is None
    first = newsroom.queue.next(1, newsroom.now)
    assert first is not None
    assert first.feed == "sections/politik", "latest holds a change that the index does not"
    assert newsroom.queue.next(2, newsroom.now) is not None


def test_what_changed_while_it_was_told_stays(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    told = newsroom.queue.next(1, newsroom.now)
    assert told is not None
    newsroom.queue.put_off(told, newsroom.now, "answers 500")
    newsroom.write("schule")
    newsroom.publish()
    newsroom.queue.told(told)
    [row] = [ping for ping in newsroom.waiting() if ping.feed == told.feed]
    assert (row.since, row.sequence) == (2, 2)
    assert (row.attempts, row.due, row.error) == (0, None, None)


def test_what_changed_meanwhile_is_not_given_up(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    old = newsroom.waiting()
    newsroom.write("schule")
    newsroom.publish()
    for ping in old:
        newsroom.queue.give_up(ping)
    assert newsroom.feeds() == {"latest", "sections/politik"}


STEPS = st.one_of(
    st.sampled_from(["take", "told", "put off", "give up"]),
    st.sets(st.integers(0, 2), min_size=1),
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=25))
def test_no_change_is_lost_whatever_happens_between_asking_and_answering(
    steps: list[str | set[int]],
) -> None:
    """A feed waits exactly as long as its last change was neither told nor given up."""
    changed: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    in_hand: list[Ping] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.sqlite"
        with closing(Queue(path, "https://hub.example.org/")) as queue:
            for number, step in enumerate(steps, 1):
                if isinstance(step, set):
                    commit(path, number, step)
                    changed.update(
                        {name: number - changed[name] for name in ("latest", *map(section, step))}
                    )
                elif step == "take":
                    in_hand.extend(filter(None, [queue.next(number, LONG_AGO)]))
                elif in_hand:
                    ping = in_hand.pop(0)
                    if step == "put off":
                        queue.put_off(ping, LONG_AGO, "answers 500")
                    else:
                        (queue.told if step == "told" else queue.give_up)(ping)
                        settled[ping.feed] = max(settled[ping.feed], ping.sequence)
        rows = {ping.feed: ping.sequence for ping in waiting(path)}
    assert rows == {name: last for name, last in changed.items() if last > settled[name]}


LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def section(number: int) -> str:
    return f"sections/teil-{number}"


def commit(path: Path, number: int, sections: set[int]) -> None:
    feeds = ChangedFeeds()
    for one in sections:
        feeds.add(number, Article("Titel", id="tag:x,2026:a", section=f"Teil {one}"))
    engine = open_file(path, read_only=False)
    with engine.begin() as connection:
        feeds.write(connection)
    engine.dispose()


def test_a_pause_is_of_one_hub_and_ends_when_it_is_told(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    path, url = newsroom.settings.register_path, newsroom.settings.hub
    due = newsroom.now.replace(hour=5)
    newsroom.queue.pause(Pause(url, 1, due, "answers 500"))
    assert newsroom.queue.next(1, newsroom.now) is None
    assert newsroom.queue.failures() == 1
    assert pause_of(path, url) == Pause(url, 1, due, "answers 500")
    with closing(Queue(path, "https://another.example/")) as another:
        assert another.next(1, newsroom.now) is not None
    ping = newsroom.queue.next(1, due)
    assert ping is not None
    newsroom.queue.told(ping)
    assert pause_of(path, url) is None
    assert newsroom.queue.failures() == 0


def test_a_register_of_before_has_an_empty_queue_and_all_its_memory(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    newsroom.register.close()
    newsroom.queue.close()
    path = newsroom.settings.register_path
    as_format_3(path)
    with pytest.raises(RegisterError, match="`newsfeed index` brings it to format 4"):
        waiting(path)
    with closing(Register(path, "x,2026", pings=True)) as register:
        assert waiting(path) == []
        assert [article.section for article in register.articles()] == ["Politik"]
        newsroom.register = register
        newsroom.write("schule")
        newsroom.publish()
        assert newsroom.feeds() == {"latest", "sections/politik"}


FORMAT_3 = """
CREATE TABLE articles (id VARCHAR NOT NULL, token VARCHAR NOT NULL, path VARCHAR, stamp VARCHAR,
    url VARCHAR, modified VARCHAR NOT NULL, first_seen VARCHAR NOT NULL,
    published VARCHAR NOT NULL, published_from VARCHAR NOT NULL, updated VARCHAR NOT NULL,
    updated_from VARCHAR NOT NULL, digest VARCHAR NOT NULL, parser INTEGER NOT NULL,
    text VARCHAR NOT NULL, mark VARCHAR, live BOOLEAN NOT NULL, withdrawn_at VARCHAR,
    withdrawn_for VARCHAR, revision INTEGER NOT NULL, article BLOB NOT NULL, PRIMARY KEY (id),
    UNIQUE (token));
CREATE INDEX ix_articles_path ON articles (path);
CREATE TABLE revisions (id VARCHAR NOT NULL, number INTEGER NOT NULL, at VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, path VARCHAR NOT NULL, raw BLOB NOT NULL, sidecar BLOB,
    PRIMARY KEY (id, number));
CREATE TABLE changes (sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, at VARCHAR NOT NULL, reason VARCHAR NOT NULL);
CREATE INDEX changes_by_article ON changes (id, sequence);
CREATE TABLE collections (path VARCHAR NOT NULL, stamp VARCHAR, repeats INTEGER NOT NULL,
    PRIMARY KEY (path));
CREATE TABLE retractions ("key" VARCHAR NOT NULL, path VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    version VARCHAR, PRIMARY KEY ("key"));
CREATE TABLE likenesses (number INTEGER NOT NULL, id VARCHAR NOT NULL, published INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, version INTEGER NOT NULL, sketch BLOB NOT NULL,
    PRIMARY KEY (number), UNIQUE (id));
CREATE TABLE likeness_keys ("key" INTEGER NOT NULL, published INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY ("key", published, first_seen, number)) WITHOUT ROWID;
PRAGMA user_version=3;
"""
"""A register as newsfeed wrote it before there was push."""


def as_format_3(path: Path) -> None:
    """Makes of a register one of format 3, with the same memory."""
    old = path.with_name("old.sqlite")
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(FORMAT_3)
        connection.execute("ATTACH ? AS new", (str(path),))
        tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 's%'"
        for (table,) in connection.execute(tables).fetchall():
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
        connection.commit()
    old.replace(path)
