"""History: a feed's older entries as archive documents (RFC 5005, section 4).

In: a feed's months, newest first, as the index counts them. Out: the parts of its archive, their
neighbours, and the queries for what they hold. Called by `holdings` and `selecting`; no article is
loaded here.

A month (UTC, of `published`) is cut into parts of `ARCHIVE_PART` entries, the oldest first. A month
is over when the feed has an article of a later one; all of its parts are archive documents. Of the
newest month only the full parts are: the rest, its open part, is in the current document, always.
So an archive document never grows at its end, and a reader that stops at one it has (as RFC 5005
says it may) misses nothing. No clock is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from newsfeed.feed_names import MAX_ENTRIES
from newsfeed.search.interface import Month, Query
from newsfeed.web.selections import ArchivePart, Selection

ARCHIVE_PART = 25
"""Entries of one archive document; fewer than a current document may hold."""


def has_archives(selection: Selection) -> bool:
    """Whether the feed has archives: named feeds of the usual length do."""
    return (
        not selection.is_search
        and selection.article is None
        and selection.options.limit == MAX_ENTRIES
    )


def parts(months: Sequence[Month]) -> Iterator[ArchivePart]:
    """All archive documents, the newest first."""
    for place, month in enumerate(months):
        for number in range(_closed(month, newest=place == 0), 0, -1):
            yield ArchivePart(month.year, month.month, number)


def newest(months: Sequence[Month]) -> ArchivePart | None:
    """The archive document before the current one; None where there is none."""
    return next(parts(months), None)


def is_part(months: Sequence[Month], part: ArchivePart) -> bool:
    """Whether there is such an archive document."""
    place = _place(months, part)
    return place is not None and part.number <= _closed(months[place], newest=place == 0)


def before(months: Sequence[Month], part: ArchivePart) -> ArchivePart | None:
    """The next older archive document of one that there is."""
    if part.number > 1:
        return replace(part, number=part.number - 1)
    place = _place(months, part)
    older = months[place + 1 :] if place is not None else ()
    return ArchivePart(older[0].year, older[0].month, _closed(older[0])) if older else None


def after(months: Sequence[Month], part: ArchivePart) -> ArchivePart | None:
    """The next newer archive document of the same month.

    The last one of a month does not name the first of the next: that one appears later, and an
    archive document stays as it is.
    """
    later = replace(part, number=part.number + 1)
    return later if is_part(months, later) else None


def part_query(query: Query, part: ArchivePart) -> Query:
    """The search for an archive document's entries, the oldest first."""
    first = datetime(part.year, part.month, 1, tzinfo=UTC)
    return replace(
        query,
        published_from=first,
        published_to=_next_month(part.year, part.month),
        sort="oldest",
        limit=ARCHIVE_PART,
        offset=(part.number - 1) * ARCHIVE_PART,
        cursor=None,
    )


def open_query(query: Query, months: Sequence[Month]) -> Query | None:
    """The search for the newest month's open part; None where nothing is in it."""
    if not months or months[0].count % ARCHIVE_PART == 0:
        return None
    month = months[0]
    full = month.count // ARCHIVE_PART
    return part_query(query, ArchivePart(month.year, month.month, full + 1))


def _closed(month: Month, newest: bool = False) -> int:
    return month.count // ARCHIVE_PART if newest else -(-month.count // ARCHIVE_PART)


def _place(months: Sequence[Month], part: ArchivePart) -> int | None:
    wanted = (part.year, part.month)
    places = (n for n, month in enumerate(months) if (month.year, month.month) == wanted)
    return next(places, None)


def _next_month(year: int, month: int) -> datetime | None:
    """The first instant after a month; None after the last one that a datetime can say."""
    if month < 12:
        return datetime(year, month + 1, 1, tzinfo=UTC)
    return datetime(year + 1, 1, 1, tzinfo=UTC) if year < 9999 else None
