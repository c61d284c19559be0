"""Dates in data fields, in all the ways that content systems write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata.moments import finer, moment

APRIL_28 = datetime(2023, 4, 28, 17, 20, 36, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2023-04-28T17:20:36Z",
        "2023-04-28T17:20:36.000Z",
        "2023-04-28T17:20:36.0000000Z",
        "2023-04-28T19:20:36+02:00",
        "2023-04-28T19:20:36+0200",
        "2023-04-28T19:20:36+02",
        "2023-04-28 19:20:36 +02:00",
        "2023-04-28T19:20:36",
        "  2023-04-28\n19:20:36 ",
        "Fri Apr 28 19:20:36 CEST 2023",
        "Fri, 28 Apr 2023 17:20:36 GMT",
        "Fri, 28 Apr 2023 19:20:36 +0200",
        "20230428T192036",
        "1682702436",
        "1682702436000",
        1682702436,
    ],
)
def test_an_instant(text: object, context: Context) -> None:
    assert moment(text, context) == APRIL_28


def test_german_dates_are_read_as_well(context: Context) -> None:
    found = moment("28. April 2023, 19:20 Uhr", context)
    assert found == APRIL_28.replace(second=0)
    assert moment("28.04.2023", context) == date(2023, 4, 28)


@pytest.mark.parametrize("text", ["2023-04-28", "20230428"])
def test_a_day_stays_a_day(text: str, context: Context) -> None:
    found = moment(text, context)
    assert found == date(2023, 4, 28)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "gestern",
        "2023-02-30",
        "2023-13-01T10:00:00Z",
        "0001-01-01T00:00:00",
        "1499-12-31",
        "2026-01-17",
        "9999-12-31T23:59:59Z",
        "2023-04-28T10:00:00+99:99",
        "99999999999999999999",
        None,
        True,
        float("inf"),
        float("nan"),
        [],
    ],
)
def test_no_date_and_dates_no_article_can_have(value: object, context: Context) -> None:
    assert moment(value, context) is None


def test_a_finer_moment_must_be_of_the_same_day(context: Context) -> None:
    day = date(2023, 4, 28)
    assert finer(day, APRIL_28, context) == APRIL_28
    assert finer(day, datetime(2023, 4, 29, tzinfo=UTC), context) == day
    assert finer(APRIL_28, datetime(2023, 4, 28, 3, tzinfo=UTC), context) == APRIL_28


@given(st.text(max_size=100) | st.integers() | st.floats())
def test_any_value_gives_an_aware_instant_a_day_or_nothing(value: object) -> None:
    from zoneinfo import ZoneInfo

    found = moment(value, Context(datetime(2026, 1, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin")))
    assert found is None or 1500 <= found.year <= 2026
    assert not isinstance(found, datetime) or found.tzinfo is not None
