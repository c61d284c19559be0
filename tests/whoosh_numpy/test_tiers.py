"""Which segments are joined, and how often a document is copied."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.writing.tiers import FACTOR, FAN, FLOOR, Size, plan

REPEATABLE = settings.get_profile("repeatable")


def sizes(*live: int) -> list[Size]:
    return [Size(each) for each in live]


def test_few_segments_are_left_alone() -> None:
    assert plan(sizes(100_000, *[1] * (FAN - 1))) == []


def test_as_many_as_a_tier_holds_are_joined_and_the_large_one_before_them_is_not() -> None:
    assert plan(sizes(100_000, *[1] * FAN)) == [range(1, FAN + 1)]


def test_smaller_ones_between_are_joined_with_the_others() -> None:
    between = [5000, 1, *[5000] * (FAN - 1), 1]
    assert plan(sizes(*between)) == [range(FAN + 1)]


def test_a_larger_one_parts_those_on_either_side() -> None:
    assert plan(sizes(*[1] * (FAN - 1), 5000, *[1] * (FAN - 1))) == []


def test_what_is_worn_by_deletions_is_written_anew() -> None:
    assert plan([Size(900, 100), Size(600, 400), Size(5, 5)]) == [range(1, 2)]


def test_nothing_is_planned_for_nothing() -> None:
    assert plan([]) == []


@given(st.lists(st.builds(Size, st.integers(1, 10**6), st.integers(0, 10**6)), max_size=60))
@settings(REPEATABLE, max_examples=300)
def test_runs_are_apart_and_within_the_segments(drawn: list[Size]) -> None:
    runs = plan(drawn)
    covered = [at for run in runs for at in run]
    assert covered == sorted(set(covered))
    assert all(0 <= at < len(drawn) for at in covered)


@given(st.lists(st.sampled_from((1, 1, 1, 1, 30, 700)), max_size=3000))
@settings(REPEATABLE, max_examples=20)
def test_segments_stay_few_and_documents_are_copied_seldom(commits: list[int]) -> None:
    segments: list[int] = []
    copied = 0
    for added in commits:
        segments.append(added)
        for run in reversed(plan(sizes(*segments))):
            copied += sum(segments[run.start : run.stop])
            segments[run.start : run.stop] = [sum(segments[run.start : run.stop])]
    total = sum(commits)
    tiers = 1 + Size(total).tier
    assert sum(segments) == total
    assert len(segments) <= FAN * tiers
    # Below the floor a document is copied about once each FLOOR / FAN commits at the worst.
    assert copied <= total * (FLOOR / FAN + FACTOR + tiers)
