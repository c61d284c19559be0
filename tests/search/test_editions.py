"""What the port promises of editions, months and the orders of news, held against every backend."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import LATE, Article, Block
from newsfeed.search.interface import (
    Edition,
    IndexUnavailable,
    InvalidQuery,
    Month,
    Query,
    Removal,
    SearchIndex,
    Sort,
)

Opener = Callable[[Path], SearchIndex]
Maker = Callable[..., Article]
SORTS: tuple[Sort, ...] = get_args(Sort)
START = datetime(2022, 2, 28, 22, tzinfo=UTC)
INSTANTS = st.sampled_from([START + timedelta(hours=n) for n in (0, 1, 3, 30, 900)])
PUBLISHED = INSTANTS | st.datetimes(timezones=st.just(UTC))
SECTIONS = st.sampled_from([None, "Politik", "Sport"])
TEXTS = st.sampled_from(["Nato", "Nato und Rat", "der Rat", "ganz anderes"])


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        id=f"tag:example.org,2026:{draw(st.sampled_from('abcdefghiö'))}",
        headline="Meldung",
        body=(Block("paragraph", draw(TEXTS)),),
        section=draw(SECTIONS),
        published=draw(PUBLISHED),
        updated=draw(st.none() | INSTANTS),
        changed=draw(st.none() | INSTANTS),
        first_seen=draw(st.none() | INSTANTS),
        change=draw(st.integers(0, 5)),
    )


@st.composite
def queries(draw: st.DrawFn) -> Query:
    return Query(
        text=draw(st.sampled_from(["", "Nato", "Nato Rat", "-anderes"])),
        section=draw(SECTIONS),
        published_from=draw(st.none() | INSTANTS),
        published_to=draw(st.none() | INSTANTS),
        sort=draw(st.sampled_from(SORTS)),
        limit=draw(st.integers(1, 4)),
    )


def is_found(article: Article, query: Query) -> bool:
    """Whether an article of this file matches a query of this file."""
    text = article.text
    words = {
        "": True,
        "Nato": "Nato" in text,
        "Nato Rat": "Nato" in text and "Rat" in text,
        "-anderes": "anderes" not in text,
    }
    return (
        words[query.text]
        and query.section in (None, article.section)
        and (query.published_from is None or query.published_from <= article.date)
        and (query.published_to is None or article.date < query.published_to)
    )


def microseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def sort_key(article: Article, sort: Sort) -> tuple[int, int, str]:
    """Where an article stands in an order by date; the least comes first."""
    date = microseconds(article.date)
    if sort == "oldest":
        return 0, date, article.id
    instant = 0 if sort == "newest" else microseconds(getattr(article, sort))
    return -instant, -date, article.id


def edition_pages(index: SearchIndex, query: Query) -> Iterator[tuple[Edition, ...]]:
    """The editions on each page, which is that of `search`, following the cursors to the end."""
    while True:
        page, results = index.editions(query), index.search(query)
        assert list(page.hits) == list(map(Edition.of, results.hits))
        assert (page.total, page.next) == (results.total, results.next)
        yield page.hits
        if page.next is None:
            return
        query = replace(query, cursor=page.next)


@settings(max_examples=40, deadline=None)
@given(
    batches=st.lists(st.lists(articles(), max_size=8), min_size=1, max_size=3),
    gone=st.lists(st.sampled_from("abcdefghiö"), max_size=3),
    asked=st.lists(queries(), min_size=1, max_size=6),
)
def test_editions_and_months_are_what_an_exhaustive_look_finds(
    open_backend: Opener, batches: list[list[Article]], gone: list[str], asked: list[Query]
) -> None:
    removals = [Removal(f"tag:example.org,2026:{name}") for name in gone]
    last = {article.id: article for batch in batches for article in batch}
    for removal in removals:
        last.pop(removal.id, None)
    with tempfile.TemporaryDirectory() as folder:
        index = open_backend(Path(folder))
        for number, batch in enumerate(batches):
            index.update(batch, number)
        index.update(removals, len(batches))
        for query in asked:
            hold_against(index, query, list(last.values()))
        assert index.check() == []
        index.close()


def hold_against(index: SearchIndex, query: Query, live: list[Article]) -> None:
    found = {each.id: each for each in live if is_found(each, query)}
    if query.sort == "relevance" and query.text == "Nato Rat":  # any word matches; not told here
        query = replace(query, text="+Nato +Rat")
    pages = list(edition_pages(index, query))
    editions = [each for page in pages for each in page]
    assert {each.id: (each.change, each.touched, each.changed) for each in editions} == {
        each.id: (each.change, each.touched, each.changed or each.touched)
        for each in found.values()
    }
    assert len(editions) == len(found)
    assert all(len(page) == query.limit for page in pages[:-1])
    if query.sort != "relevance":
        expected = sorted(found.values(), key=lambda each: sort_key(each, query.sort))
        assert [each.id for each in editions] == [each.id for each in expected]
    counts = Counter((each.date.year, each.date.month) for each in found.values())
    expected_months = [Month(*month, counts[month]) for month in sorted(counts, reverse=True)]
    assert list(index.months(query)) == expected_months


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("newest", "cba"), ("arrived", "acb"), ("revised", "bac"), ("touched", "cba")],
)
def test_each_order_has_its_own_news(
    index: SearchIndex, article: Maker, sort: Sort, expected: str
) -> None:
    """a came late, b was updated after that, c got another picture after all."""
    day = timedelta(days=1)
    index.update(
        [
            article("a", first_seen=START + 3 * day),
            article("b", hours=1, first_seen=START, updated=START + 4 * day),
            article("c", hours=2, first_seen=START + day, changed=START + 5 * day),
        ],
        1,
    )
    found = index.editions(Query(sort=sort)).hits
    assert "".join(each.id[-1] for each in found) == expected


def test_what_came_much_later_is_no_news(index: SearchIndex, article: Maker) -> None:
    published = article("a").date
    index.update(
        [
            article("spät", first_seen=published + LATE),
            article("zu spät", hours=2, first_seen=published + LATE + timedelta(hours=3)),
            article("b", hours=1, first_seen=published + timedelta(hours=5)),
        ],
        1,
    )
    found = index.search(Query(sort="arrived")).hits
    assert [hit.article.headline for hit in found] == ["spät", "b", "zu spät"]


def test_a_version_moves_with_anything_stored_and_with_nothing_else(
    index: SearchIndex, article: Maker
) -> None:
    def edition(stored: Article) -> Edition:
        index.update([stored], 1)
        (found,) = index.editions(Query()).hits
        hit = index.get(stored.id)
        assert hit is not None
        assert Edition.of(hit) == found
        return found

    first = edition(article("a"))
    assert edition(article("a")) == first
    index.rebuild([article("a")], 2)
    assert index.editions(Query()).hits == (first,)
    others: list[dict[str, Any]] = [
        {"change": 1},
        {"first_seen": START},
        {"topics": ("neu",)},
        {"credits": ("dpa",)},
        {"rights": "© 2026"},
    ]
    versions = {edition(article("a", **fields)).version for fields in others} | {first.version}
    assert len(versions) == len(others) + 1


def test_an_edition_says_when_and_by_which_change(index: SearchIndex, article: Maker) -> None:
    touched = START.replace(microsecond=123_457)
    index.update([article("a", change=2**40, first_seen=START, changed=touched)], 1)
    (edition,) = index.editions(Query()).hits
    assert (edition.change, edition.touched, edition.changed) == (2**40, touched, touched)
    assert edition.touched.utcoffset() == edition.changed.utcoffset() == timedelta(0)


def test_what_comes_late_is_changed_when_it_comes(index: SearchIndex, article: Maker) -> None:
    today = START + 100 * LATE
    late = article("a", first_seen=today, changed=today)
    index.update([late, article("b", hours=1)], 1)
    b, a = index.editions(Query(sort="touched")).hits
    assert (a.touched, a.changed) == (late.published, today)
    assert b.touched == b.changed == article("b", hours=1).published


def test_editions_are_told_without_an_article_being_read(
    index: SearchIndex, article: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.update([article("a")], 1)

    def unreadable(stored: bytes) -> Article:
        raise ValueError(stored)

    monkeypatch.setattr("newsfeed.search.whoosh_index.from_json", unreadable)
    with pytest.raises(IndexUnavailable):
        index.search(Query())
    assert index.editions(Query()).total == 1
    assert index.months(Query()) == (Month(2022, 2, 1),)


def test_offset_and_limit_of_editions(index: SearchIndex, article: Maker) -> None:
    index.update([article(name, hours=n) for n, name in enumerate("abcde")], 1)
    page = index.editions(Query(sort="revised", limit=2, offset=1))
    assert ([each.id[-1] for each in page.hits], page.total) == (["d", "c"], 5)
    following = index.editions(Query(sort="revised", limit=9, cursor=page.next))
    assert ([each.id[-1] for each in following.hits], following.next) == (["b", "a"], None)
    assert index.editions(Query(limit=0)).total == 5


def test_months_are_counted_in_utc_whatever_the_page(index: SearchIndex, article: Maker) -> None:
    berlin = timezone(timedelta(hours=1))
    dates = [
        datetime(2022, 3, 1, 0, 30, tzinfo=berlin),
        datetime(2022, 3, 1, 1, tzinfo=berlin),
        datetime(2022, 2, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ]
    index.update([article(str(n), published=date) for n, date in enumerate(dates)], 1)
    months = (
        Month(9999, 12, 1),
        Month(2022, 3, 1),
        Month(2022, 2, 2),
        Month(1969, 12, 1),
        Month(1, 1, 1),
    )
    assert index.months(Query()) == months
    marked = index.search(Query(sort="newest", limit=1)).next
    for page in ({"limit": 0}, {"offset": 4}, {"sort": "newest", "cursor": marked}):
        assert index.months(replace(Query(), **page)) == months
    assert index.months(Query("nirgends")) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "(a"},
        {"limit": -1},
        {"sort": "best"},
        {"published_to": datetime(2022, 1, 1)},  # noqa: DTZ001
    ],
)
def test_what_is_no_query_has_neither_editions_nor_months(
    index: SearchIndex, article: Maker, fields: dict[str, Any]
) -> None:
    index.update([article("a")], 1)
    for ask in (index.editions, index.months):
        with pytest.raises(InvalidQuery):
            ask(Query(**fields))


def test_without_an_index_there_is_neither(index: SearchIndex) -> None:
    for ask in (index.editions, index.months):
        with pytest.raises(IndexUnavailable, match="newsfeed index"):
            ask(Query())
