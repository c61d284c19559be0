"""Dates as newspapers and file names write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.clocks import CLOCK
from newsfeed.parsing.dates import (
    Stamp,
    instant,
    is_date_line,
    may_hold_date,
    page_day,
    stamps,
    with_clock,
    without_dates,
)
from newsfeed.parsing.days import DAY as DAY_PATTERN
from newsfeed.parsing.days import day_in_name
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
        "27.Februar 2022, 17:26 Uhr",
        "Ketzow27.02.22 17:26",
        "17:26 Uhr, 27.02.2022",
        "17.26 Uhr | Sonntag, 27. Februar 2022",
        "27.02.2022, 5:26 PM",
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


def test_a_zone_makes_the_clock_time_aware() -> None:
    (winter,) = stamps("2022-02-27T17:26:00+01:00")
    assert winter.clock == time(17, 26, tzinfo=timezone(timedelta(hours=1)))
    assert stamps("27.02.2022, 17:26 MEZ") == (winter,)
    afternoon = datetime(2022, 2, 27, 17, 26, tzinfo=UTC)
    assert instant(stamps("27.02.2022, 17:26 UTC")[0], ZONE, None) == afternoon


def test_the_german_am_is_no_half_of_the_day() -> None:
    assert stamps("12:30 am 27.02.2022") == (Stamp(day=DAY, clock=time(12, 30)),)
    assert stamps("27.02.2022, 12:30 am Markt") == (Stamp(day=DAY, clock=time(12, 30)),)
    assert stamps("27.02.2022, 12:30 AM") == (Stamp(day=DAY, clock=time(0, 30)),)
    assert stamps("27.02.2022, 12:30 z. B.") == (Stamp(day=DAY, clock=time(12, 30)),)


@pytest.mark.parametrize(
    "line",
    [
        "Veröffentlicht am 27.02.2022, aktualisiert um 17:26 Uhr",
        "27.02.2022 | Update: 17:26 Uhr",
    ],
)
def test_an_update_on_the_day_itself(line: str) -> None:
    assert stamps(line) == (Stamp(day=DAY), Stamp(day=DAY, clock=FIVE, kind="updated"))


def test_glued_dates() -> None:
    first, second = stamps("27.02.2022, 08:00Aktualisiert: 27.02.2022, 17:26")
    assert (first.clock, first.kind) == (time(8), "published")
    assert (second.clock, second.kind) == (FIVE, "updated")


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
        ("vor 3 Stunden", Stamp(ago=timedelta(hours=3))),
        ("vor einer Stunde", Stamp(ago=timedelta(hours=1))),
        ("Aktualisiert vor 14 Min.", Stamp(ago=timedelta(minutes=14), kind="updated")),
        ("vor zwei Tagen", Stamp(days_ago=2)),
        ("vor 1 Woche", Stamp(days_ago=7)),
        ("27. Februar, 17.26 Uhr", Stamp(yearless=(2, 27), clock=FIVE)),
        ("27.02. 17:26 Uhr", Stamp(yearless=(2, 27), clock=FIVE)),
        ("Stand: 17:26 Uhr", Stamp(clock=FIVE, kind="updated")),
    ],
)
def test_days_that_only_the_reader_knows(line: str, expected: Stamp) -> None:
    assert stamps(line) == (expected,)


@pytest.mark.parametrize("line", ["Vor einer Stunde", "vor 3 Std.", "May 3, 2022", "5:26 p.m."])
def test_a_date_line(line: str) -> None:
    assert is_date_line(line)


@given(st.text(alphabet="0123456789.:/- UhrvoMaieneTag", max_size=30))
def test_no_date_stands_where_none_can(line: str) -> None:
    found = DAY_PATTERN.search(line) or CLOCK.search(line)
    assert may_hold_date(line) or not found


@pytest.mark.parametrize(
    "line", ["31.02.2022", "99.99.9999", "1. Februar 0007", "3:2 gewonnen", "Version 1.2.3", "Uhr"]
)
def test_no_date(line: str) -> None:
    assert stamps(line) == ()


@pytest.mark.parametrize(
    "line",
    [
        "2022 war gut",
        "Vor einer Stunde brannte es",
        "Am 27.02.2022 trat der Bürgermeister zurück",
        "Die Uhr steht",
        "Heute beginnt es",
    ],
)
def test_a_sentence_is_no_date_line(line: str) -> None:
    assert not is_date_line(line)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Sonntag, 27. Februar 2022", DAY),
        ("Heute: Sonntag, den 27.02.2022", DAY),
        ("Sonntag, 27. Februar 2022, 17:26 Uhr", None),
        ("27. Februar 2022", None),
    ],
)
def test_the_day_in_a_head_bar(line: str, day: date | None) -> None:
    assert page_day(line) == day


def test_a_clock_time_may_stand_on_the_next_line() -> None:
    assert with_clock(Stamp(day=DAY), "17:26 Uhr") == Stamp(day=DAY, clock=FIVE)
    assert with_clock(Stamp(day=DAY, clock=FIVE), "18:00 Uhr") == Stamp(day=DAY, clock=FIVE)
    assert with_clock(Stamp(day=DAY), "Aktualisiert: 17:26 Uhr") == Stamp(day=DAY)
    assert with_clock(Stamp(day=DAY), "28.02.2022, 17:26 Uhr") == Stamp(day=DAY)


def test_instants() -> None:
    afternoon = datetime(2022, 2, 27, 16, 26, tzinfo=UTC)
    assert instant(Stamp(day=DAY, clock=FIVE), ZONE, None) == afternoon
    assert instant(Stamp(day=DAY), ZONE, None) == datetime(2022, 2, 26, 23, tzinfo=UTC)
    assert instant(Stamp(days_ago=0, clock=FIVE), ZONE, DAY) == afternoon
    yesterday = instant(Stamp(days_ago=1, clock=FIVE), ZONE, date(2022, 2, 28))
    assert yesterday == afternoon
    assert instant(Stamp(clock=FIVE), ZONE, None) is None
    assert instant(Stamp(days_ago=2, clock=FIVE), ZONE, date.min) is None


def test_ages_count_from_the_moment_of_the_page() -> None:
    made = datetime(2022, 2, 27, 18, 26, 40, tzinfo=UTC)
    hours = Stamp(ago=timedelta(hours=2))
    assert instant(hours, ZONE, DAY, made) == datetime(2022, 2, 27, 16, 26, tzinfo=UTC)
    assert instant(hours, ZONE, DAY) == datetime(2022, 2, 26, 23, tzinfo=UTC)
    assert instant(hours, ZONE, None) is None


def test_a_day_without_a_year_is_the_last_one() -> None:
    stamp = Stamp(yearless=(2, 27), clock=FIVE)
    afternoon = datetime(2022, 2, 27, 16, 26, tzinfo=UTC)
    assert instant(stamp, ZONE, DAY) == afternoon
    assert instant(stamp, ZONE, date(2023, 1, 5)) == afternoon
    assert instant(Stamp(yearless=(2, 29)), ZONE, date(2022, 3, 1)) is None


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
