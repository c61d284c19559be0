"""Dates and numbers as a German reader expects them, in the paper's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsfeed.web import german

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2022, 2, 24, 6, 5, tzinfo=UTC), "24. Februar 2022, 7:05 Uhr"),
        (datetime(2022, 7, 1, 22, 30, tzinfo=UTC), "2. Juli 2022, 0:30 Uhr"),
        (datetime(2022, 3, 26, 23, 0, tzinfo=UTC), "27. März 2022"),  # a day without a time
        (datetime.max.replace(tzinfo=UTC), "31. Dezember 9999, 23:59 Uhr"),
    ],
)
def test_dates(instant: datetime, text: str) -> None:
    assert german.day_and_time(instant, BERLIN) == text


def test_numbers() -> None:
    assert german.number(1_234_567) == "1.234.567"
    assert german.count(1, "Artikel", "Artikel") == "1 Artikel"
    assert german.count(0, "Feed", "Feeds") == "0 Feeds"
