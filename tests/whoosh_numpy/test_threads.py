"""One searcher for many threads: each gets the answers it would get alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from whoosh import fields, sorting
from whoosh import query as q

from newsfeed.whoosh_numpy.index import Index, create_in
from newsfeed.whoosh_numpy.searching.searcher import Searcher
from tests.whoosh_numpy.field_kinds import WORDS

THREADS = 8
SEARCHES = 960

Answer = tuple[Any, ...]
Search = Callable[[Searcher], Answer]


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        title=fields.TEXT(stored=True),
        body=fields.TEXT(chars=True, stored=True),
        section=fields.ID(sortable=True),
        number=fields.NUMERIC(sortable=True),
        tags=fields.KEYWORD(),
    )


def _document(random: random.Random, key: int) -> dict[str, Any]:
    return {
        "key": str(key),
        "title": " ".join(random.choices(WORDS, k=3)),
        "body": " ".join(random.choices(WORDS, k=random.randrange(5, 60))),
        "section": random.choice("abc"),
        "number": random.randrange(50),
        "tags": " ".join(random.sample(WORDS, 2)),
    }


def _index(folder: Path) -> Index:
    """1,500 documents in five segments, a fifth of them written over."""
    chance = random.Random(11)
    index = create_in(folder, _schema())
    for part in range(5):
        with index.writer() as writer:
            for key in range(part * 300, part * 300 + 300):
                writer.add_document(**_document(chance, key))
            for _ in range(60 if part else 0):
                writer.update_document(**_document(chance, chance.randrange(part * 300)))
    return index


def _queries(chance: random.Random) -> q.Query:
    one, two, three = (q.Term("body", word.lower()) for word in chance.sample(WORDS, 3))
    title = q.Term("title", chance.choice(WORDS).lower(), boost=2.0)
    return chance.choice(
        [
            one,
            q.Or([one, two, title]),
            q.And([one, two]),
            q.And([one, q.Not(two)]),
            q.AndMaybe(one, q.Or([two, three])),
            q.DisjunctionMax([one, title]),
            q.Phrase("body", [one.text, two.text], slop=3),
            q.Prefix("body", chance.choice(("ha", "w", "r"))),
            q.Wildcard("title", "*a*"),
            q.FuzzyTerm("body", "wald"),
            q.NumericRange("number", 10, chance.randrange(10, 50)),
            q.SpanNear2([one, two], slop=2, ordered=False),
            q.Every(),
        ]
    )


def _search(chance: random.Random) -> Search:
    """One of the ways to search, with a random query."""
    query, other = _queries(chance), _queries(chance)

    def best(searcher: Searcher) -> Answer:
        results = searcher.search(query, limit=10)
        return [(hit.docnum, hit.score, hit["key"]) for hit in results], len(results)

    def sorted_by_fields(searcher: Searcher) -> Answer:
        results = searcher.search(query, sortedby=["section", "number"], reverse=True)
        return tuple(hit["key"] for hit in results)

    def grouped(searcher: Searcher) -> Answer:
        results = searcher.search(query, limit=3, groupedby="section", maptype=sorting.Count)
        return tuple(sorted(results.groups("section").items()))

    def filtered(searcher: Searcher) -> Answer:
        results = searcher.search(query, filter=other, limit=5)
        return tuple(hit.docnum for hit in results), len(results)

    def collapsed(searcher: Searcher) -> Answer:
        return tuple(hit.docnum for hit in searcher.search(query, collapse="section"))

    def shown(searcher: Searcher) -> Answer:
        results = searcher.search(query, limit=2, terms=True)
        return tuple(
            (hit.highlights("body"), tuple(sorted(hit.matched_terms()))) for hit in results
        )

    return chance.choice([best, best, best, sorted_by_fields, grouped, filtered, collapsed, shown])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return _index(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def searches() -> list[Search]:
    chance = random.Random(12)
    return [_search(chance) for _ in range(SEARCHES)]


@pytest.fixture(scope="module")
def answers(index: Index, searches: list[Search]) -> list[Answer]:
    """What each search answers alone, with a searcher of its own."""
    found = []
    for search in searches:
        with index.searcher() as searcher:
            found.append(search(searcher))
    return found


def _in_threads(work: Callable[[int], Answer], count: int) -> list[Answer]:
    """Runs the work for each number in eight threads, which begin at once."""
    start = Barrier(THREADS)

    def share(thread: int) -> list[tuple[int, Answer]]:
        start.wait()
        return [(number, work(number)) for number in range(thread, count, THREADS)]

    with ThreadPoolExecutor(THREADS) as pool:
        found = [pair for part in pool.map(share, range(THREADS)) for pair in part]
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0])]


def test_eight_threads_share_a_searcher_that_is_new_to_all(
    index: Index, searches: list[Search], answers: list[Answer]
) -> None:
    with index.searcher() as searcher:
        found = _in_threads(lambda number: searches[number](searcher), SEARCHES)
    assert found == answers


def test_a_searcher_keeps_its_answers_while_a_writer_commits(
    tmp_path: Path, searches: list[Search], answers: list[Answer]
) -> None:
    """The files it reads are merged away and removed meanwhile."""
    index = _index(tmp_path)
    done = Event()

    def write() -> int:
        chance, commits = random.Random(13), 0
        while not done.is_set() or commits < 3:
            with index.writer() as writer:
                writer.update_document(**_document(chance, chance.randrange(1500)))
                writer.delete_by_term("key", str(chance.randrange(1500)))
            commits += 1
            if commits % 5 == 2:
                index.optimize()
        return commits

    with index.searcher() as searcher, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            found = _in_threads(lambda number: searches[number](searcher), SEARCHES)
        finally:
            done.set()
        assert writing.result() >= 3
    assert found == answers


def test_threads_that_open_searchers_see_whole_commits(tmp_path: Path) -> None:
    """Each commit writes one number into all documents; no search sees two numbers."""
    index = create_in(tmp_path, _schema())
    keys = [str(key) for key in range(20)]

    def write(number: int) -> None:
        with index.writer() as writer:
            for key in keys:
                writer.update_document(key=key, title="haus", number=number)

    write(0)
    done = Event()

    def read(_: int) -> Answer:
        seen: list[int] = []
        while not done.is_set() or not seen:
            with index.searcher() as searcher:
                results = searcher.search(q.Term("title", "haus"), limit=None, groupedby="number")
                groups = results.groups("number")
                assert [len(group) for group in groups.values()] == [len(keys)]
                seen += list(groups)
        assert seen == sorted(seen)
        return tuple(seen)

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, thread) for thread in range(4)]
        try:
            for number in range(1, 30):
                write(number)
        finally:
            done.set()
        assert all(each.result()[-1] <= 29 for each in reading)
