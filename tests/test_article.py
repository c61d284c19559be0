"""When an article is news: it arrives, is revised, is touched, in this order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import LATE, Article, from_json, to_json

NOON = datetime(2022, 2, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANTS = st.datetimes(timezones=st.just(UTC))


def article(**instants: Any) -> Article:
    return Article(headline="Meldung", **{"published": NOON, **instants})


@pytest.mark.parametrize(
    ("seen", "arrived"),
    [
        (None, NOON),
        (NOON, NOON),
        (NOON + HOUR, NOON + HOUR),
        (NOON - HOUR, NOON - HOUR),
        (NOON + LATE, NOON + LATE),
        (NOON + LATE + HOUR, NOON),
    ],
)
def test_an_article_arrives_when_it_is_seen_unless_it_is_history(
    seen: datetime | None, arrived: datetime
) -> None:
    assert article(first_seen=seen).arrived == arrived


def test_only_an_update_after_its_arrival_revises_it() -> None:
    seen = NOON + 2 * HOUR
    assert article(first_seen=seen).revised == seen
    assert article(first_seen=seen, updated=NOON + HOUR).revised == seen
    assert article(first_seen=seen, updated=NOON + 3 * HOUR).revised == NOON + 3 * HOUR


def test_history_that_is_corrected_today_is_news() -> None:
    today = NOON + 100 * LATE
    late = article(first_seen=today, updated=NOON, changed=today)
    assert (late.arrived, late.revised, late.touched) == (NOON, NOON, NOON)
    assert article(first_seen=today, updated=today + HOUR).revised == today + HOUR
    assert article(first_seen=today, changed=today + HOUR).touched == today + HOUR


def test_being_seen_for_the_first_time_does_not_touch() -> None:
    seen = NOON + HOUR
    assert article(first_seen=seen, changed=seen).touched == seen
    assert article(changed=seen).touched == NOON
    assert article(first_seen=seen, changed=seen + HOUR).touched == seen + HOUR


def test_an_update_that_its_source_dates_later_still_touches_last() -> None:
    changed, updated = NOON + HOUR, NOON + 5 * HOUR
    assert article(first_seen=NOON, changed=changed, updated=updated).touched == updated


@given(*[INSTANTS] + [st.none() | INSTANTS] * 3)
def test_arrived_revised_and_touched_ascend(
    published: datetime, seen: datetime | None, updated: datetime | None, changed: datetime | None
) -> None:
    one = article(published=published, first_seen=seen, updated=updated, changed=changed)
    assert one.arrived <= one.revised <= one.touched
    assert {one.arrived, one.revised, one.touched} <= {published, seen, updated, changed}


def test_an_undated_article_never_arrived() -> None:
    with pytest.raises(ValueError, match="published"):
        _ = article(published=None, first_seen=NOON).arrived


def test_what_the_register_adds_is_kept_in_json() -> None:
    one = article(first_seen=NOON + HOUR, changed=NOON + 2 * HOUR)
    assert from_json(to_json(one)) == one
    with pytest.raises(ValueError, match="first_seen: needs a time zone"):
        article(first_seen=datetime(2022, 1, 1))  # noqa: DTZ001
