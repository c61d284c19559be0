"""Archives: a feed's whole past in parts that stay as they are (RFC 5005, section 4)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, zip_longest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, Block
from newsfeed.feed_names import USUAL, Options
from newsfeed.feeds import FORMATS, Format
from newsfeed.search.interface import Month, Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import history
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.newsstand import Newsstand, NoSuchFeed
from newsfeed.web.rendering import environment
from newsfeed.web.selections import ArchivePart
from newsfeed.withdrawals import RegisterReader

SITE = "https://abendbote.example/feeds/"
NEW_YEAR = datetime(2022, 1, 1, tzinfo=UTC)


def made(number: int, published: datetime, change: int, **fields: object) -> Article:
    """Article `number` of a paper, which the register saw when it was published."""
    return replace(
        Article(
            headline=f"Nachricht {number}",
            id=f"tag:newsfeed.test,2026:{number}",
            published=published,
            updated=published,
            changed=published,
            first_seen=published,
            change=change,
            body=(Block("paragraph", f"Am Markt ging Laterne {number} an."),),
        ),
        **fields,  # type: ignore[arg-type]
    )


@dataclass
class Paper:
    """An index that news go into, and the newsstand that sells them."""

    index: SearchIndex
    newsstand: Newsstand
    articles: dict[int, Article] = field(default_factory=dict)
    change: int = 0
    last: int = 0

    def publish(self, *published: datetime, seen: datetime | None = None) -> None:
        new = []
        for instant in published:
            self.change += 1
            self.last += 1
            known = seen or instant
            new.append(made(self.last, instant, self.change, first_seen=known, changed=known))
            self.articles[self.last] = new[-1]
        self.index.update(new, self.change)

    def correct(self, *numbers: int, at: datetime) -> None:
        for number in numbers:
            self.change += 1
            old = self.articles[number]
            self.articles[number] = replace(
                old,
                headline=f"{old.headline}, berichtigt",
                updated=at,
                changed=at,
                change=self.change,
            )
        self.index.update([self.articles[number] for number in numbers], self.change)

    def withdraw(self, *numbers: int) -> None:
        self.change += len(numbers)
        gone = [Removal(self.articles.pop(number).id) for number in numbers]
        self.index.update(gone, self.change)

    def bytes_of(self, name: str, format: Format = "atom") -> bytes:
        return self.newsstand.document(self.newsstand.select(name), format).body

    def ids_of(self, name: str) -> list[int]:
        return numbers(self.bytes_of(name, "json"))

    def etag_of(self, name: str) -> str:
        return self.newsstand.validators(self.newsstand.select(name), "atom").etag

    def archives(self, options: Options = USUAL) -> Iterator[str]:
        """The names of all archive documents that a reader meets, the newest first."""
        name = self.linked("latest", "prev-archive", options)
        while name is not None:
            yield name
            name = self.linked(name, "prev-archive", options)

    def linked(self, name: str, relation: str, options: Options = USUAL) -> str | None:
        selection = self.newsstand.select(name, options)
        for link in self.newsstand.validators(selection, "atom").links:
            if link.rel == relation:
                return link.href.removeprefix(SITE).partition(".")[0]
        return None


def numbers(document: bytes) -> list[int]:
    return [int(item["id"].rpartition(":")[2]) for item in json.loads(document)["items"]]


@pytest.fixture
def paper(own_settings: Settings, own_index: SearchIndex) -> Paper:
    return paper_over(own_settings, own_index)


def paper_over(settings: Settings, index: SearchIndex) -> Paper:
    register = RegisterReader(settings.register_path)
    catalogue = Catalogue(index)
    return Paper(index, Newsstand(index, settings, catalogue, environment(settings), register))


def days(month: int, count: int) -> list[datetime]:
    """`count` instants of a month of 2022, in order."""
    first = datetime(2022, month, 1, tzinfo=UTC)
    return [first + timedelta(hours=n) for n in range(count)]


def test_a_feed_that_fits_is_complete_and_has_no_past(paper: Paper) -> None:
    paper.publish(*days(1, 30), *days(2, 20))
    assert list(paper.archives()) == []
    assert b"complete" in paper.bytes_of("latest")
    paper.publish(*days(3, 1))
    assert list(paper.archives()) == ["latest/2022-02", "latest/2022-01-2", "latest/2022-01"]
    assert b"complete" not in paper.bytes_of("latest")


def test_archives_by_month_in_parts(paper: Paper) -> None:
    paper.publish(*days(1, 60), *days(2, 1), *days(4, 55))
    names = ["latest/2022-04-2", "latest/2022-04", "latest/2022-02"]
    names += ["latest/2022-01-3", "latest/2022-01-2", "latest/2022-01"]
    assert list(paper.archives()) == names
    assert paper.ids_of("latest/2022-01") == list(range(25, 0, -1))
    assert paper.ids_of("latest/2022-01-3") == list(range(60, 50, -1))
    assert paper.ids_of("latest/2022-02") == [61]
    assert paper.ids_of("latest/2022-04-2") == list(range(111, 86, -1))
    assert paper.linked("latest/2022-02", "current") == "latest"
    assert paper.linked("latest/2022-02", "prev-archive") == "latest/2022-01-3"
    assert paper.linked("latest/2022-01", "prev-archive") is None
    assert paper.linked("latest/2022-01", "next-archive") == "latest/2022-01-2"
    assert paper.linked("latest/2022-01-3", "next-archive") is None
    selection = paper.newsstand.select("latest/2022-01-2")
    assert selection.title == "Abendbote, Januar 2022, Teil 2"
    assert selection.paths["rss"] == "/feeds/latest/2022-01-2.rss"


@pytest.mark.parametrize("format", FORMATS)
def test_an_archive_says_that_it_is_one(paper: Paper, format: Format) -> None:
    paper.publish(*days(1, 60), *days(2, 1))
    document = paper.bytes_of("latest/2022-01-2", format).decode()
    if format == "json":
        assert json.loads(document)["feed_url"] == f"{SITE}latest/2022-01-2.json"
        return
    assert "<fh:archive" in document
    assert "complete" not in document
    for relation, name in (
        ("current", "latest"),
        ("prev-archive", "latest/2022-01"),
        ("next-archive", "latest/2022-01-3"),
    ):
        assert f'rel="{relation}" href="{SITE}{name}.{format}"' in document


@pytest.mark.parametrize(
    "name",
    [
        "latest/2022-01-1",
        "latest/2022-01-4",
        "latest/2022-03",
        "latest/2022-02-2",
        "latest/2022-13",
        "latest/2022-00",
        "latest/0000-01",
        "latest/9999-12",
        "latest/2022-1",
        "latest/2022-01-99999999",
        "latest/2022-01/2022-01",
        "latest/",
        "sections/2022-01",
        "sections/politik/2022-01",
        "latest/2022-01?limit=5",
        "articles/2022-01",
        "search/2022-01",
    ],
)
def test_what_is_no_archive(paper: Paper, name: str) -> None:
    paper.publish(*days(1, 60), *days(2, 30))
    with pytest.raises(NoSuchFeed):
        paper.newsstand.select(name)


def test_a_listing_has_its_own_past(paper: Paper) -> None:
    articles = [
        made(number, instant, number + 1, section="Politik" if number % 2 else "Sport")
        for number, instant in enumerate(days(1, 120))
    ]
    paper.index.update(articles, 120)
    assert paper.linked("sections/sport", "prev-archive") == "sections/sport/2022-01-2"
    assert paper.ids_of("sections/sport/2022-01") == list(range(48, -1, -2))


def test_options_hold_for_archives(paper: Paper) -> None:
    paper.publish(*days(1, 60), *days(2, 1))
    options = Options(content="summary", updates="all")
    selection = paper.newsstand.select("latest/2022-01", options)
    assert selection.paths["atom"] == "/feeds/latest/2022-01.atom?content=summary&updates=all"
    assert b"<content" not in paper.newsstand.document(selection, "atom").body
    assert len(list(paper.archives(options))) == 3
    assert list(paper.archives(Options(limit=5))) == []


def test_a_month_that_is_over_stays_as_it_is(paper: Paper) -> None:
    """Byte by byte, in every format, while news come in: also over the end of later months."""
    paper.publish(*days(1, 60), *days(2, 1))
    over = [f"latest/2022-01{part}" for part in ("", "-2", "-3")]
    kept = {(name, form): paper.bytes_of(name, form) for name in over for form in FORMATS}
    tags = {name: paper.etag_of(name) for name in over}
    for news in (days(2, 24), days(2, 30), days(3, 1), days(3, 60), days(7, 80)):
        paper.publish(*news)
        for (name, form), document in kept.items():
            assert paper.bytes_of(name, form) == document
        assert {name: paper.etag_of(name) for name in over} == tags


def test_a_full_part_keeps_its_entries(paper: Paper) -> None:
    paper.publish(*days(1, 60))
    first = paper.ids_of("latest/2022-01-2")
    paper.publish(*(instant + timedelta(days=10) for instant in days(1, 70)))
    assert paper.ids_of("latest/2022-01-2") == first


def test_a_correction_moves_its_archive_and_comes_back_as_news(paper: Paper) -> None:
    paper.publish(*days(1, 60), *days(2, 60))
    before = {name: paper.etag_of(name) for name in paper.archives()}
    assert 7 not in paper.ids_of("latest")
    paper.correct(7, at=datetime(2022, 3, 1, tzinfo=UTC))
    after = {name: paper.etag_of(name) for name in paper.archives()}
    assert {name for name in before if before[name] != after[name]} == {"latest/2022-01"}
    assert after["latest/2022-01"].endswith('.121"')
    assert paper.ids_of("latest")[0] == 7
    assert paper.ids_of("latest/2022-01") == list(range(25, 0, -1))
    none = paper.newsstand.select("latest", Options(updates="none"))
    assert 7 not in numbers(paper.newsstand.document(none, "json").body)


def test_many_corrections_push_no_new_article_out(paper: Paper) -> None:
    """The newest month's open part is in no archive, so it has to be in the current document."""
    paper.publish(*days(1, 100), *days(2, 30))
    paper.correct(*range(1, 71), at=datetime(2022, 3, 1, tzinfo=UTC))
    current = paper.ids_of("latest")
    assert len(current) == len(set(current)) == 50
    assert set(range(126, 131)) <= set(current)
    assert sum(number <= 70 for number in current) == 45
    assert current[0] in range(1, 71)


def test_a_late_arrival_is_news_and_history(paper: Paper) -> None:
    paper.publish(*days(1, 60), *days(2, 60))
    late = datetime(2022, 1, 20, tzinfo=UTC)
    paper.publish(late, seen=datetime(2022, 2, 10, tzinfo=UTC))
    assert paper.ids_of("latest")[0] == 121
    assert 121 in paper.ids_of("latest/2022-01-3")


class Reader:
    """Keeps what it has read; goes back until it meets an archive that it knows."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.read: Counter[int] = Counter()
        self.known: set[str] = set()

    def poll(self) -> None:
        self.read.update(self.paper.ids_of("latest"))
        for name in self.paper.archives():
            if name in self.known:
                break
            self.known.add(name)
            self.read.update(self.paper.ids_of(name))


STEP = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 70), st.integers(0, 40)),
    st.tuples(st.just("correct"), st.integers(0, 10_000), st.integers(1, 60)),
    st.tuples(st.just("late"), st.integers(1, 30), st.integers(1, 100)),
    st.tuples(st.just("withdraw"), st.integers(0, 10_000), st.integers(1, 40)),
)
LAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@LAW
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_whoever_goes_back_sees_every_article_once(
    steps: list[tuple[str, int, int]],
    fresh: Callable[[], Paper],
) -> None:
    paper = fresh()
    play(paper, steps)
    archived: Counter[int] = Counter()
    for name in paper.archives():
        held = paper.ids_of(name)
        assert 0 < len(held) <= history.ARCHIVE_PART
        archived.update(held)
    current = paper.ids_of("latest")
    assert max(archived.values(), default=1) == 1
    assert max(Counter(current).values(), default=1) == 1
    assert len(current) == min(50, len(paper.articles))
    assert archived.keys() | set(current) == paper.articles.keys()


@LAW
@given(steps=st.lists(st.tuples(STEP, st.booleans()), min_size=1, max_size=8))
def test_whoever_stops_at_what_it_knows_misses_nothing(
    steps: list[tuple[tuple[str, int, int], bool]],
    fresh: Callable[[], Paper],
) -> None:
    """As long as articles come in the order of their dates and none is withdrawn."""
    paper = fresh()
    reader = Reader(paper)
    today = NEW_YEAR
    for step, polls in steps:
        if step[0] in ("publish", "correct"):
            today = play(paper, [step], today)
        if polls:
            reader.poll()
    reader.poll()
    assert reader.read.keys() == paper.articles.keys()


def play(paper: Paper, steps: list[tuple[str, int, int]], today: datetime = NEW_YEAR) -> datetime:
    """Does what the steps say, each some days after the one before."""
    for kind, number, pause in steps:
        today += timedelta(days=pause)
        some = sorted(paper.articles)
        match kind:
            case "publish":
                paper.publish(*(today + timedelta(minutes=n) for n in range(number)))
            case "late":
                when = [today - timedelta(days=pause, minutes=n) for n in range(number)]
                paper.publish(*when, seen=today)
            case "correct" if some:
                chosen = {some[(number + offset) % len(some)] for offset in range(pause)}
                paper.correct(*sorted(chosen), at=today)
            case "withdraw" if some:
                paper.withdraw(*some[number % len(some) :][:pause])
        today += timedelta(hours=2)
    return today


@pytest.fixture
def fresh(own_settings: Settings, own_index: SearchIndex) -> Callable[[], Paper]:
    """A paper without an article, over one index again and again."""
    changes = count(1)

    def make() -> Paper:
        paper = paper_over(own_settings, own_index)
        paper.change = 10_000 * next(changes)
        own_index.rebuild([], paper.change)
        return paper

    return make


MONTHS = st.lists(
    st.builds(Month, st.integers(1, 9999), st.integers(1, 12), st.integers(1, 200)),
    max_size=6,
    unique_by=lambda month: (month.year, month.month),
).map(lambda months: sorted(months, key=lambda m: (m.year, m.month), reverse=True))


@given(MONTHS)
def test_parts_are_one_chain(months: list[Month]) -> None:
    parts = list(history.parts(months))
    assert len(set(parts)) == len(parts)
    assert history.newest(months) == (parts[0] if parts else None)
    for part, older in zip_longest(parts, parts[1:]):
        assert history.is_part(months, part)
        assert history.before(months, part) == older
        newer = history.after(months, part)
        assert newer in (None, replace(part, number=part.number + 1))
    full = months[0].count // history.ARCHIVE_PART if months else 0
    closed = sum(-(-month.count // history.ARCHIVE_PART) for month in months[1:])
    assert len(parts) == closed + full


def test_the_last_month_of_all_has_an_end() -> None:
    from newsfeed.search.interface import Query

    query = history.part_query(Query(), ArchivePart(9999, 12))
    assert query.published_from == datetime(9999, 12, 1, tzinfo=UTC)
    assert query.published_to is None
