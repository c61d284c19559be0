"""German: dates and numbers as a German newspaper writes them.

In: UTC instants, counts. Out: text. Called by the templates. No locale is touched: it belongs to
the whole process.
"""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


def calendar_day(day: date) -> str:
    """24. Februar 2022"""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def day_and_time(instant: datetime, zone: tzinfo) -> str:
    """24. Februar 2022, 7:05 Uhr; at midnight (a date without a time is kept so) only the day"""
    local = _local(instant, zone)
    if local.time() == time.min:
        return calendar_day(local)
    return f"{calendar_day(local)}, {local.hour}:{local.minute:02} Uhr"


def moment(instant: datetime, beside: datetime, zone: tzinfo) -> str:
    """7:05 Uhr; with its day where that is not the day of what it stands beside"""
    local = _local(instant, zone)
    if local.date() != _local(beside, zone).date():
        return day_and_time(instant, zone)
    return f"{local.hour}:{local.minute:02} Uhr"


def number(value: int) -> str:
    """1.234"""
    return f"{value:,}".replace(",", ".")


def count(value: int, one: str, many: str) -> str:
    """1 Treffer, 1.234 Treffer"""
    return f"{number(value)} {one if value == 1 else many}"


def _local(instant: datetime, zone: tzinfo) -> datetime:
    try:
        return instant.astimezone(zone)
    except OverflowError:  # within hours of year 1 or 9999
        return instant
