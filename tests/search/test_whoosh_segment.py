"""What our reader takes from Whoosh a block at a time is what Whoosh gives posting by posting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from whoosh.index import TOC

from newsfeed.article import Article, token
from newsfeed.search.postings import invert
from newsfeed.search.whoosh_fields import NAME, SCHEMA, Codec, unpack
from newsfeed.search.whoosh_files import Files, read_commit
from newsfeed.search.whoosh_index import WhooshIndex
from newsfeed.search.whoosh_segment import Segment

Maker = Callable[..., Article]
COUNT = 700
"""Documents: more than five of Whoosh's blocks of 128 postings."""


def text(number: int) -> str:
    words = ["Nato"] * (number % 5) + ["Rat"] * (number % 2) + [f"nur{number}", "Nato" * 30]
    return " ".join(words)


@pytest.fixture
def opened(tmp_path: Path, article: Maker) -> tuple[Segment, Iterator[Article], object]:
    """A segment of COUNT documents, its articles, and Whoosh's own reader of its terms."""
    index = WhooshIndex(tmp_path)
    articles = [article(f"{number:03}", text(number)) for number in range(COUNT)]
    index.rebuild(articles, 1)
    files = Files(tmp_path)
    commit = read_commit(files.raw_commit())
    storage = files.storage(commit.generation)
    (stored,) = TOC.read(storage, NAME, gen=commit.toc, schema=SCHEMA).segments
    return Segment(storage, stored), iter(articles), Codec().terms_reader(storage, stored)


@pytest.mark.parametrize("term", ["nato", "rat", "nur7", "nur699", "nato" * 25, "nirgends"])
def test_postings(opened: tuple[Segment, Iterator[Article], object], term: str) -> None:
    segment, articles, terms = opened
    expected = {}
    for number, each in enumerate(articles):
        places, _ = invert(each)
        if term in places:
            expected[number] = list(places[term])
    docs, starts, places_found = segment.postings(term)
    assert {
        doc: list(places_found[starts[i] : starts[i + 1]]) for i, doc in enumerate(docs)
    } == expected
    assert list(docs) == sorted(expected)
    if expected:
        matcher = terms.matcher("words", term.encode(), SCHEMA["words"].format)  # type: ignore[attr-defined]
        one_by_one = {}
        while matcher.is_active():
            one_by_one[matcher.id()] = list(unpack(matcher.value()))
            matcher.next()
        assert one_by_one == expected


def test_terms_come_in_order_and_in_pages(
    opened: tuple[Segment, Iterator[Article], object],
) -> None:
    segment, _, _ = opened
    found: list[str] = []
    while page := segment.terms("nur", found[-1] if found else None):
        found += page
    assert found == sorted(f"nur{number}" for number in range(COUNT))
    assert segment.terms("nirgends", None) == []


def test_columns_and_keys(opened: tuple[Segment, Iterator[Article], object]) -> None:
    segment, articles, _ = opened
    for number, each in enumerate(articles):
        assert segment.ids[number] == each.id
        if number % 97 == 0:
            assert segment.find(token(each.id)) == [number]
            _, lengths = invert(each)
            assert [field[number] for field in segment.lengths] == lengths
    assert segment.find("a" * 16) == []
