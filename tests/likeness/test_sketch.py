"""Sketches: a text is known again whatever editors do to it, and another text is another."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import bench_likeness
from benchmarks.bench_likeness import REPRINTS, links, long_enough, sketch_of
from benchmarks.corpus_model import articles
from newsfeed.likeness.sketch import KEPT, KEYS, Sketch, compare

SHARED = Path(__file__).parents[2] / ".." / "shared" / "relevance" / "gnad" / "docs.jsonl"
WORDS = [f"wort{n}" for n in range(40)]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=400).map(" ".join)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(*(words[offset:] for offset in range(4)), strict=False))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return long_enough(article.text for article in articles(300))


def test_reprints_are_linked_and_other_articles_are_not(texts: list[str]) -> None:
    linked = {share.edit: share.linked for share in bench_likeness.shares(texts)}
    assert linked.pop("another text, the same quotes") == 0
    assert linked.pop("any other text") == 0
    assert linked.pop("half cut, a tenth changed") >= 0.94
    assert set(linked) < set(REPRINTS)
    assert min(linked.values()) >= 0.985, linked


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/relevance")
def test_so_it_is_with_real_articles() -> None:
    linked = {s.edit: s.linked for s in bench_likeness.shares(bench_likeness.read_texts(SHARED))}
    assert linked.pop("another text, the same quotes") <= 0.002
    assert linked.pop("any other text") <= 0.002
    assert linked.pop("half cut, a tenth changed") >= 0.94
    assert min(linked.values()) >= 0.98, linked


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_short_texts_are_compared_exactly(one: str, other: str) -> None:
    """What is kept of up to 256 shingles is all of them."""
    mine, theirs = shingles(one), shingles(other)
    found = compare(sketch_of(one), sketch_of(other))
    if 20 <= len(mine) <= KEPT and 20 <= len(theirs) <= KEPT:
        shared = len(mine & theirs)
        assert found.similarity == pytest.approx(shared / len(mine | theirs))
        assert found.containment == pytest.approx(shared / min(len(mine), len(theirs)))
    assert found == compare(sketch_of(other), sketch_of(one))
    assert 0 <= found.similarity <= found.containment <= 1


def test_long_texts_are_compared_by_a_sample(texts: list[str]) -> None:
    one = " ".join(texts[:20])
    other = " ".join(texts[5:20])
    whole, part = shingles(one.casefold()), shingles(other.casefold())
    assert len(part) > 10 * KEPT
    found = compare(sketch_of(one), sketch_of(other))
    assert found.similarity == pytest.approx(len(whole & part) / len(whole | part), abs=0.1)
    assert found.containment > 0.97
    assert found.proportion == pytest.approx(len(part) / len(whole), abs=0.01)


@settings(deadline=None)
@given(TEXTS)
def test_a_stored_sketch_is_the_same_sketch(text: str) -> None:
    made = sketch_of(text)
    read = Sketch.from_bytes(made.to_bytes())
    assert (read.values.tolist(), read.size) == (made.values.tolist(), made.size)
    assert all(one < other for one, other in pairwise(made.values.tolist()))
    assert made.keys == made.values.tolist()[:KEYS]


def test_the_same_text_has_the_same_sketch_on_every_machine_and_in_every_version() -> None:
    """The register keeps sketches: who changes this has to raise sketch.VERSION."""
    made = sketch_of(" ".join(f"Wort{n}" for n in range(30)))
    assert made.size == 27
    assert made.keys[:3] == [43490281, 290193833, 625878386]


def test_only_words_count(texts: list[str]) -> None:
    """Neither quotation marks nor capitals, nor where a paragraph ends; ß is ss."""
    text = texts[0]
    other = text.replace(". ", "!\n\n„").replace("ß", "ss").upper()
    assert compare(sketch_of(text), sketch_of(other)).similarity == 1.0


@pytest.mark.parametrize("text", ["", "\n", "…", "Kurze Notiz.", "ja " * 500, "a" * 50_000])
def test_a_text_that_says_too_little_is_like_none(text: str) -> None:
    made = sketch_of(text)
    assert (made.size, made.keys) == (0, [])
    assert not compare(made, made).close


def test_an_overview_is_no_reprint_of_each_article_in_it(texts: list[str]) -> None:
    overview = " ".join(texts[:10])
    shortest = min(texts[:10], key=len)
    assert compare(sketch_of(overview), sketch_of(shortest)).containment > 0.9
    assert not links(sketch_of(overview), sketch_of(shortest))


def test_two_megabytes_have_a_sketch_of_one_kilobyte(texts: list[str]) -> None:
    text = " ".join(texts)
    made = sketch_of((text * (2_000_000 // len(text) + 1))[:2_000_000])
    assert made.size > 10_000
    assert len(made.to_bytes()) == 4 * (KEPT + 1)
