"""Dates in feeds: English, UTC, to the second, and readable by Python's own parsers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from hypothesis import given
from hypothesis import strategies as st

from newsfeed.feeds.dates import rfc822, rfc3339, whole_second

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001


def test_examples() -> None:
    instant = datetime(2022, 2, 27, 18, 5, 9, 999_999, timezone(timedelta(hours=2)))
    assert rfc3339(instant) == "2022-02-27T16:05:09+00:00"
    assert rfc822(instant) == "Sun, 27 Feb 2022 16:05:09 +0000"
    assert rfc822(datetime(2026, 12, 1, tzinfo=UTC)) == "Tue, 01 Dec 2026 00:00:00 +0000"


@given(INSTANTS)
def test_written_dates_name_the_same_second(instant: datetime) -> None:
    assert parsedate_to_datetime(rfc822(instant)) == whole_second(instant)
    assert datetime.fromisoformat(rfc3339(instant)) == whole_second(instant)
    assert timedelta(0) <= instant - whole_second(instant) < timedelta(seconds=1)
