"""Metadata: who says what of an article, and whom to believe.

In: a Draft (what the text says), the file's name and its Context. Out: the Article, with the
origin of each field that a text may not hold. Called by `parsing.parse`.

For each field the first of these that knows it wins: the sidecar, the file name's date, the text,
the folder (section), the file's mtime. A sidecar's empty list says nothing.

A file name knows only the day. Where the text's own date line names the same day, its clock time
is taken as well, for the two agree and the text is finer; the origin stays "file name". A day
without a clock time is its midnight in the corpus' zone. A page that says only a clock time means
the file name's day or, failing that, the mtime's; the origin is whoever gave the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from newsfeed.article import Article, Origin
from newsfeed.parsing.context import Context
from newsfeed.parsing.dates import EARLIEST_YEAR, Stamp, day_in_name, instant
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.sidecar import Sidecar
from newsfeed.parsing.text import clean_line

_DATED_FOLDER = re.compile(r"[\d._-]+")
_TEXT_FIELDS = ("authors", "topics", "language")
_SIDECAR_FIELDS = ("id", "url", "source", "section", "authors", "topics", "language")

Found = tuple[datetime, Origin]


def complete(draft: Draft, name: str, context: Context) -> Article:
    """The Article of a draft.

    Raises ParseError for a date before 1500 or later than `context.now` + 1 day in sidecar, file
    name or mtime, and for a sidecar whose `updated` comes before its `published`.
    """
    fields: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for field in _TEXT_FIELDS:
        _set(fields, origins, field, getattr(draft, field), "text")
    _set(fields, origins, "section", _folder_section(name), "folder")
    if context.sidecar is not None:
        for field in _SIDECAR_FIELDS:
            _set(fields, origins, field, getattr(context.sidecar, field), "sidecar")
    today = _today(name, context)
    for field, found in (
        ("published", _published(draft, name, context, today)),
        ("updated", _updated(draft, context, today)),
    ):
        if found is not None:
            _set(fields, origins, field, *found)
    _drop_early_update(fields, origins)
    return Article(
        headline=draft.headline,
        kicker=_kicker(draft.kicker, fields.get("section")),
        standfirst=draft.standfirst,
        body=draft.body,
        agencies=draft.agencies,
        images=draft.images,
        correction=draft.correction,
        related=draft.related,
        leftovers=draft.leftovers,
        provenance=origins,
        **fields,
    )


def _kicker(kicker: str | None, section: str | None) -> str | None:
    """The kicker, unless it only repeats the section that pages print above every article."""
    repeated = kicker and section and kicker.casefold() == section.casefold()
    return None if repeated else kicker


def _set(
    fields: dict[str, Any], origins: dict[str, Origin], field: str, value: Any, origin: Origin
) -> None:
    if value:
        fields[field] = value
        origins[field] = origin


def _folder_section(name: str) -> str | None:
    """The section of "politik/ausland/x.txt" is "Politik"; a folder of digits names none."""
    folder, slash, _ = name.partition("/")
    if not slash or _DATED_FOLDER.fullmatch(folder):
        return None
    words = clean_line(re.sub("[-_]+", " ", folder))
    return words[:1].upper() + words[1:] or None


def _today(name: str, context: Context) -> date | None:
    """The day from which a page's "heute" counts."""
    if (day := day_in_name(name)) is not None:
        return day
    if context.modified is None or not _is_plausible(context.modified, context):
        return None
    return context.modified.astimezone(context.zone).date()


def _published(draft: Draft, name: str, context: Context, today: date | None) -> Found | None:
    sidecar = context.sidecar
    if sidecar is not None and sidecar.published is not None:
        return _plausible(_aware(sidecar.published, context), "published", context), "sidecar"
    stated = _stated(draft.published, context, today)
    day = day_in_name(name)
    if day is not None:
        midnight = _plausible(_aware(day, context), "the file name's date", context)
        same_day = stated is not None and stated.astimezone(context.zone).date() == day
        return (stated if same_day and stated else midnight), "file name"
    if stated is not None:
        bare = draft.published is not None and draft.published.is_bare
        return stated, "file time" if bare else "text"
    if context.modified is not None:
        return _plausible(context.modified, "the file's time", context), "file time"
    return None


def _updated(draft: Draft, context: Context, today: date | None) -> Found | None:
    sidecar: Sidecar | None = context.sidecar
    if sidecar is not None and sidecar.updated is not None:
        return _plausible(_aware(sidecar.updated, context), "updated", context), "sidecar"
    stated = _stated(draft.updated, context, today)
    return (stated, "text") if stated is not None else None


def _drop_early_update(fields: dict[str, Any], origins: dict[str, Origin]) -> None:
    """An update before publication is a mistake: the sidecar's is an error, the text's no date."""
    if "published" not in fields or "updated" not in fields:
        return
    if fields["updated"] >= fields["published"]:
        return
    if origins["updated"] == "sidecar" == origins["published"]:
        raise ParseError("updated: comes before published", "correct the sidecar's dates")
    del fields["updated"], origins["updated"]


def _stated(stamp: Stamp | None, context: Context, today: date | None) -> datetime | None:
    """The instant of a date line, or None where it is not plausible."""
    found = instant(stamp, context.zone, today) if stamp is not None else None
    return found if found is not None and _is_plausible(found, context) else None


def _aware(moment: datetime | date, context: Context) -> datetime:
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=context.zone)
    return datetime.combine(moment, time(), context.zone)


def _is_plausible(moment: datetime, context: Context) -> bool:
    # years are compared first: near year 1 and 9999 an offset leaves the calendar
    if not EARLIEST_YEAR <= moment.year <= context.now.year + 1:
        return False
    return moment <= context.now + timedelta(days=1)


def _plausible(moment: datetime, field: str, context: Context) -> datetime:
    if _is_plausible(moment, context):
        return moment
    reason = f"{field}: {moment.date().isoformat()} is before {EARLIEST_YEAR} or in the future"
    raise ParseError(reason, "correct the date")
