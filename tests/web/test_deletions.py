"""Tombstones: a feed tells of the articles that were taken back (RFC 6721)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from lxml import etree
from sqlalchemy import event

from newsfeed.article import Article, Block, token
from newsfeed.corpus import ArticleFile
from newsfeed.feeds import FORMATS
from newsfeed.readings import Reading
from newsfeed.register import Register
from newsfeed.search import open_index
from newsfeed.search.interface import Query, Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import deletions
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.deletions import MAX_DELETIONS, Deletions
from newsfeed.web.newsstand import Newsstand, NoSuchFeed, WithdrawnFeed
from newsfeed.web.rendering import environment
from newsfeed.withdrawals import FILE_REMOVED, RegisterReader

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
REASON = "Auf Wunsch der Agentur zurückgezogen"


class Office:
    """A register that articles are entered into and taken back from, with its index."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.register = Register(settings.register_path, settings.tag_authority)
        self.index = open_index(settings)
        self.now = NOW
        self.newsstand = self.open_newsstand()

    def open_newsstand(self) -> Newsstand:
        return Newsstand(
            self.index,
            self.settings,
            Catalogue(self.index),
            environment(self.settings),
            RegisterReader(self.settings.register_path),
        )

    def publish(self, *articles: Article) -> None:
        with self.register.writing() as writing:
            for article in articles:
                writing.create(article.id, reading(article), 1, self.now)
        self.commit()

    def restore(self, article: Article) -> None:
        with self.register.writing() as writing:
            writing.see(article.id, reading(article), 1, self.now, lambda *_: None)
        self.commit()

    def withdraw(self, *ids: str, reason: str = REASON) -> None:
        self.withdraw_unseen(*ids, reason=reason)
        self.commit()

    def withdraw_unseen(self, *ids: str, reason: str = REASON) -> None:
        """In the register alone, as while the index is still being written."""
        self.now += timedelta(minutes=1)
        with self.register.writing() as writing:
            for id in ids:
                writing.withdraw(id, reason, self.now)

    def commit(self) -> None:
        changed = self.register.changed_since(self.index_sequence)
        changes = [article or Removal(id) for id, article in changed]
        self.index.update(changes, self.register.sequence())

    @property
    def index_sequence(self) -> int:
        return self.index.sequence()

    def tombstones(self, name: str) -> list[tuple[str, str, str]]:
        """The deletions of the feed: id, instant and reason of each."""
        selection = self.newsstand.select(name)
        root = etree.fromstring(self.newsstand.document(selection, "atom").body)
        return [
            (
                str(entry.get("ref")),
                str(entry.get("when")),
                str(entry.findtext("{*}comment")),
            )
            for entry in root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
        ]

    def ids(self, name: str) -> list[str]:
        document = self.newsstand.document(self.newsstand.select(name), "json")
        return [item["id"] for item in json.loads(document.body)["items"]]

    def etag(self, name: str) -> str:
        return self.newsstand.validators(self.newsstand.select(name), "atom").etag

    def close(self) -> None:
        self.index.close()
        self.register.close()


def reading(article: Article) -> Reading:
    raw = article.headline.encode()
    name = article.id.rpartition(":")[2]
    file = ArticleFile(f"{name}.txt", None, "1", NOW)
    return Reading(file, raw, None, sha256(raw).hexdigest(), article, None)


def written(name: str, **fields: object) -> Article:
    fields = {"section": "Politik", "topics": ("Hafen",), "authors": ("Jörg Müller",)} | fields
    return Article(
        headline=f"Nachricht {name}",
        id=f"tag:newsfeed.test,2026:{name}",
        published=NOW - timedelta(days=1),
        body=(Block("paragraph", "Im Hafen stehen die Kräne still."),),
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def office(own_settings: Settings) -> Iterator[Office]:
    office = Office(own_settings)
    yield office
    office.close()


ONE, TWO = written("eins"), written("zwei", section="Sport", topics=("Fußball",))


def test_a_withdrawn_article_leaves_a_tombstone_where_it_was(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    stone = (ONE.id, "2022-03-01T12:01:00+00:00", REASON)
    for name in ("latest", "sections/politik", "authors/joerg-mueller", "topics/hafen"):
        assert office.tombstones(name) == [stone]
        assert ONE.id not in office.ids(name)
    assert office.tombstones("sections/sport") == []


def test_every_format_says_so(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    for format in FORMATS:
        selection = office.newsstand.select("latest")
        assert ONE.id.encode() in office.newsstand.document(selection, format).body


def test_a_search_judges_by_filters_and_days_only(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    for found in ("search?q=Quastenflosser", "search?section=politik", "search?to=2022-02-28"):
        assert [stone[0] for stone in office.tombstones(found)] == [ONE.id]
    for other in ("search?section=sport", "search?from=2022-03-01", "search?topic=fussball"):
        assert office.tombstones(other) == []


def test_a_feed_that_lost_its_last_article_is_empty_not_unknown(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    selection = office.newsstand.select("authors/joerg-mueller")
    assert selection.title == "Abendbote – Jörg Müller"
    office.withdraw(TWO.id, reason=FILE_REMOVED)
    assert office.ids("sections/sport") == []
    assert [stone[2] for stone in office.tombstones("sections/sport")] == [
        "Der Artikel wurde zurückgezogen."
    ]
    with pytest.raises(NoSuchFeed):
        office.newsstand.select("sections/kultur")


def test_validators_move_with_a_withdrawal(office: Office) -> None:
    office.publish(ONE, TWO)
    before = office.etag("latest"), office.etag("sections/sport")
    office.withdraw(ONE.id)
    after = office.etag("latest"), office.etag("sections/sport")
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert after[0].endswith('.3"')
    selection = office.newsstand.select("latest")
    assert office.newsstand.validators(selection, "atom").last_modified == office.now


def test_what_is_restored_has_no_tombstone(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    office.restore(ONE)
    assert office.tombstones("latest") == []
    assert ONE.id in office.ids("latest")


def test_the_index_decides_what_has_happened(office: Office) -> None:
    """A document is a function of the index's sequence, also while the register is ahead."""
    office.publish(ONE, TWO)
    before = office.etag("latest")
    office.withdraw_unseen(ONE.id)
    assert office.etag("latest") == before
    assert office.tombstones("latest") == []
    fresh = office.open_newsstand()
    assert fresh.validators(fresh.select("latest"), "atom").etag == before
    office.commit()
    assert len(office.tombstones("latest")) == 1


def test_only_the_last_fifty_are_told(office: Office) -> None:
    many = [written(f"n{number}") for number in range(MAX_DELETIONS + 10)]
    office.publish(*many)
    for article in many:
        office.withdraw(article.id)
    stones = [stone[0] for stone in office.tombstones("latest")]
    assert stones == [article.id for article in reversed(many[10:])]


def test_archives_and_later_pages_have_none(office: Office) -> None:
    months = [
        replace(written(f"n{number}"), published=datetime(2022, 1 + number % 2, 5, tzinfo=UTC))
        for number in range(60)
    ]
    office.publish(*months)
    office.withdraw(months[0].id)
    assert office.tombstones("latest/2022-01") == []
    office.newsstand.select("search")
    (following,) = [
        link.href
        for link in office.newsstand.validators(office.newsstand.select("search"), "atom").links
        if link.rel == "next"
    ]
    name = following.removeprefix("https://abendbote.example/").replace("search.atom", "search")
    assert len(office.ids(name)) == 9
    assert office.tombstones(name) == []


def test_the_feed_of_a_withdrawn_live_blog_is_gone(office: Office) -> None:
    blog = written("live", section="Lokales")
    blog = replace(blog, body=(Block("entry", "Es geht los", None, "e-1", NOW), *blog.body))
    name = f"articles/{token(blog.id)}"
    office.publish(blog)
    assert len(office.ids(name)) == 1
    office.withdraw(blog.id)
    with pytest.raises(WithdrawnFeed):
        office.newsstand.select(name)


def test_an_article_is_unpacked_once(office: Office) -> None:
    office.publish(ONE, TWO)
    office.withdraw(ONE.id)
    reader = RegisterReader(office.settings.register_path)
    known = Deletions(office.index, reader)
    assert len(known.of(Query())) == 1
    asked: list[str] = []
    assert reader._engine is not None

    @event.listens_for(reader._engine, "before_cursor_execute")
    def note(*details: object) -> None:
        asked.append(str(details[2:4]))

    known.of(Query(section="politik"))
    assert asked == []  # nothing was written meanwhile
    office.withdraw(TWO.id)
    assert [gone.deletion.id for gone in known.of(Query())] == [TWO.id, ONE.id]
    loaded = [question for question in asked if "articles.article" in question]
    assert len(loaded) == 1
    assert TWO.id in loaded[0]
    assert ONE.id not in loaded[0]


def test_a_register_that_cannot_be_read_costs_tombstones_alone(
    own_settings: Settings, own_index: SearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    own_settings.register_path.parent.mkdir(parents=True, exist_ok=True)
    own_settings.register_path.write_bytes(b"not a database, not at all" * 100)
    own_index.update([ONE], 1)
    office = Deletions(own_index, RegisterReader(own_settings.register_path))
    assert office.of(Query()) == ()
    assert "no tombstones" in caplog.text


def test_no_register_no_tombstones(own_settings: Settings, own_index: SearchIndex) -> None:
    own_index.update([ONE], 1)
    assert Deletions(own_index, RegisterReader(own_settings.register_path)).of(Query()) == ()
    assert deletions.REMEMBERED >= MAX_DELETIONS
