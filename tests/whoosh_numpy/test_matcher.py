"""The matcher of postings steps as a plain list of documents would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query, scoring
from whoosh.matching import IntersectionMatcher, UnionMatcher
from whoosh.matching.mcore import ListMatcher, ReadTooFar

from newsfeed.whoosh_numpy.searching.matcher import PostingMatcher
from tests.whoosh_numpy.small_indexes import river, shelved, without

REPEATABLE = settings.get_profile("repeatable")

STEPS = st.lists(st.one_of(st.just("next"), st.integers(0, 13), st.just("copy"), st.just("reset")))


@pytest.fixture(scope="module")
def postings(tmp_path_factory: pytest.TempPathFactory) -> PostingMatcher:
    """Of `rhein` in three segments, one document of each deleted."""
    segments = [
        [river(n, "rhein " * (n % 3 + 1) + "pegel") for n in range(m, m + 4)] for m in (0, 4, 8)
    ]
    index = without(shelved(tmp_path_factory.mktemp("index"), segments), "id", ["r1", "r6", "r11"])
    with index.searcher() as searcher:
        found: PostingMatcher = searcher.postings("body", "rhein")
        return found


LIVE = [0, 2, 3, 4, 5, 7, 8, 9, 10]
WEIGHTS = [n % 3 + 1.0 for n in LIVE]


@given(steps=STEPS)
@settings(REPEATABLE, max_examples=150)
def test_it_moves_as_a_list_does(postings: PostingMatcher, steps: list[Any]) -> None:
    ours: Any = postings.copy()
    plain: Any = ListMatcher(LIVE, WEIGHTS)
    for step in steps:
        if step == "copy":
            ours = ours.copy()
        elif step == "reset":
            ours.reset()
            plain.reset()
        elif not plain.is_active():
            with pytest.raises(ReadTooFar):
                ours.next()
            with pytest.raises(ReadTooFar):
                ours.skip_to(3)
        elif step == "next":
            ours.next()
            plain.next()
        else:
            ours.skip_to(step)
            plain.skip_to(step)
        assert ours.is_active() == plain.is_active()
        if plain.is_active():
            assert (ours.id(), ours.weight()) == (plain.id(), plain.weight())
            assert ours.value_as("frequency") == ours.weight() == len(ours.spans())
            assert list(ours.all_ids()) == LIVE[LIVE.index(ours.id()) :]


def test_positions_and_characters_are_those_of_the_document(postings: PostingMatcher) -> None:
    matcher = postings.copy()
    matcher.skip_to(5)
    assert matcher.value_as("positions") == [0, 1, 2]
    assert matcher.value_as("characters") == [(0, 0, 5), (1, 6, 11), (2, 12, 17)]
    assert [(span.start, span.startchar) for span in matcher.spans()] == [(0, 0), (1, 6), (2, 12)]
    encoded = matcher.format.decode_positions(matcher.value())
    assert encoded == [0, 1, 2]
    with pytest.raises(ValueError, match="does not keep 'vectors'"):
        matcher.value_as("vectors")


def test_all_items_leave_the_matcher_where_it_is(postings: PostingMatcher) -> None:
    matcher = postings.copy()
    assert [doc for doc, _ in matcher.items_as("positions")] == LIVE
    assert [doc for doc, _ in matcher.all_items()] == LIVE
    assert matcher.id() == 0


def test_no_score_is_above_the_quality(postings: PostingMatcher) -> None:
    matcher = postings.copy()
    most = matcher.max_quality()
    assert not matcher.supports_block_quality()
    while matcher.is_active():
        assert 0 < matcher.score() <= most
        matcher.next()
    assert not matcher.replace().is_active()
    matcher.reset()
    assert matcher.skip_to_quality(most) == 1
    assert not matcher.is_active()


def test_whooshs_composite_matchers_run_over_it(postings: PostingMatcher) -> None:
    some = ListMatcher([1, 2, 5, 10, 12], [1.0] * 5)
    both = IntersectionMatcher(postings.copy(), some.copy())
    assert list(both.all_ids()) == [2, 5, 10]
    either = UnionMatcher(postings.copy(), some.copy())
    assert list(either.all_ids()) == sorted({*LIVE, 1, 2, 5, 10, 12})


def test_a_field_without_positions_says_so(tmp_path: Path) -> None:
    index = shelved(tmp_path, [[river(1, section="politik", tags="a,b")]])
    with index.searcher() as searcher:
        matcher = searcher.postings("section", "politik")
        assert (matcher.id(), matcher.weight(), matcher.value()) == (0, 1.0, b"")
        assert not matcher.supports("positions")
        assert searcher.postings("tags", "b").value_as("frequency") == 1


@pytest.mark.parametrize("weighting", [scoring.TF_IDF, scoring.Frequency, scoring.PL2])
def test_other_weightings_score_by_whooshs_scorers(tmp_path: Path, weighting: Any) -> None:
    index = shelved(tmp_path, [[river(n, "rhein " * (n + 1)) for n in range(3)]])
    with index.searcher(weighting=weighting) as searcher:
        hits = searcher.search(query.Term("body", "rhein"))
        matcher = searcher.postings("body", "rhein")
        scores = {matcher.id(): matcher.score()}
        for _ in range(2):
            matcher.next()
            scores[matcher.id()] = matcher.score()
        assert [hit.score for hit in hits] == pytest.approx(
            [scores[hit.docnum] for hit in hits], abs=1e-9
        )
