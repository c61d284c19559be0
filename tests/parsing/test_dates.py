"""Dates as newspapers and file names write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.dates import (
    Stamp,
    day_in_name,
    instant,
    is_date_line,
    stamps,
    with_clock,
    without_dates,
)
from newsfeed.parsing.errors import ParseError

ZONE = ZoneInfo("Europe/Berlin")
DAY = date(2022, 2, 27)
FIVE = time(17, 26)


@pytest.mark.parametrize(
    "line",
    [
        "27.02.2022, 17:26 Uhr",
        "27.2.2022 | 17.26 Uhr",
        "27. Februar 2022, 17.26 Uhr",
        "So, 27. Feb. 2022 17:26",
        "27.02.22 um 17:26 Uhr",
        "Veröffentlicht am 27. Februar 2022 um 17:26 Uhr",
        "Publiziert27. Februar 2022, 17:26",
        "27/02/2022 - 17:26",
        "2022-02-27 17:26",
        "Februar 27, 2022, 17:26 Uhr",
        "27. 02. 2022, 17:26 Uhr Lesedauer: 4 Minuten",
    ],
)
def test_a_day_and_a_clock_time(line: str) -> None:
    assert stamps(line) == (Stamp(day=DAY, clock=FIVE),)


@pytest.mark.parametrize(
    "line",
    [
        "Stand: 27.02.2022, 17:26 Uhr",
        "Aktualisiert am 27. Februar 2022, 17.26 Uhr",
        "Akt.: 27. Februar 2022 - 17.26 Uhr",
        "Zuletzt geändert 27.02.2022 17:26",
    ],
)
def test_an_update(line: str) -> None:
    assert stamps(line) == (Stamp(day=DAY, clock=FIVE, kind="updated"),)
    assert is_date_line(line)


def test_both_dates_on_one_line() -> None:
    first, second = stamps("Erstellt: 26.02.2022, 08:00 Uhr Aktualisiert: 27.02.2022, 17:26 Uhr")
    assert first == Stamp(day=date(2022, 2, 26), clock=time(8))
    assert second == Stamp(day=DAY, clock=FIVE, kind="updated")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Heute, 12:37 Uhr", Stamp(days_ago=0, clock=time(12, 37))),
        ("gestern um 9.05 Uhr", Stamp(days_ago=1, clock=time(9, 5))),
        ("13:37 Uhr", Stamp(clock=time(13, 37))),
        ("27. Februar 2022", Stamp(day=DAY)),
    ],
)
def test_days_that_only_the_reader_knows(line: str, expected: Stamp) -> None:
    assert stamps(line) == (expected,)


@pytest.mark.parametrize(
    "line", ["31.02.2022", "99.99.9999", "1. Februar 0007", "3:2 gewonnen", "Version 1.2.3", "Uhr"]
)
def test_no_date(line: str) -> None:
    assert stamps(line) == ()


@pytest.mark.parametrize(
    "line", ["Am 27.02.2022 trat der Bürgermeister zurück", "Die Uhr steht", "Heute beginnt es"]
)
def test_a_sentence_is_no_date_line(line: str) -> None:
    assert not is_date_line(line)


def test_a_clock_time_may_stand_on_the_next_line() -> None:
    assert with_clock(Stamp(day=DAY), "17:26 Uhr") == Stamp(day=DAY, clock=FIVE)
    assert with_clock(Stamp(day=DAY, clock=FIVE), "18:00 Uhr") == Stamp(day=DAY, clock=FIVE)


def test_instants() -> None:
    afternoon = datetime(2022, 2, 27, 16, 26, tzinfo=UTC)
    assert instant(Stamp(day=DAY, clock=FIVE), ZONE, None) == afternoon
    assert instant(Stamp(day=DAY), ZONE, None) == datetime(2022, 2, 26, 23, tzinfo=UTC)
    assert instant(Stamp(days_ago=0, clock=FIVE), ZONE, DAY) == afternoon
    yesterday = instant(Stamp(days_ago=1, clock=FIVE), ZONE, date(2022, 2, 28))
    assert yesterday == afternoon
    assert instant(Stamp(clock=FIVE), ZONE, None) is None
    assert instant(Stamp(days_ago=2, clock=FIVE), ZONE, date.min) is None


@pytest.mark.parametrize(
    "name",
    [
        "politik/2022-02-27-tagung.txt",
        "2022_02_27.txt",
        "a/b/20220227_tagung.txt",
        "tagung-2022-02-27.txt",
        "x/2021-01-01/2022-02-27T1700.txt",
    ],
)
def test_day_in_a_file_name(name: str) -> None:
    assert day_in_name(name) == DAY


@pytest.mark.parametrize(
    "name",
    ["tagung.txt", "000_ed3156c40dd93f00.txt", "12345678.txt", "99991231.txt", "2022-02-27/x.txt"],
)
def test_no_day_in_a_file_name(name: str) -> None:
    assert day_in_name(name) is None


def test_a_day_of_no_calendar_in_a_file_name() -> None:
    with pytest.raises(ParseError, match=r"2022-02-30 is in no calendar; rename the file"):
        day_in_name("2022-02-30-x.txt")


@given(st.dates(date(1500, 1, 1), date(2199, 12, 31)), st.sampled_from(["-", "_", ""]))
def test_any_day_is_found_again(day: date, gap: str) -> None:
    assert day_in_name(f"a/{day.strftime(gap.join(('%Y', '%m', '%d')))}-x.txt") == day


@given(st.text(max_size=200))
def test_any_line_has_stamps_or_none(line: str) -> None:
    for stamp in stamps(line):
        instant(stamp, ZONE, DAY)
    assert len(without_dates(line)) <= len(line)
