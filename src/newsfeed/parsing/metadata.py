"""Metadata: who says what of an article, and whom to believe.

In: a Draft (what the document says), the file's name and its Context. Out: the Article, with the
origin of each of its fields. Called by `parsing.parse`.

For each field the first of these that knows it wins: the sidecar, a data field of the document
(wire format, feed, JSON-LD, meta tag), the file name's date, the visible text, the archive that
the page came from, the folder (section), the file's mtime. A sidecar's empty list says nothing.

A file name knows only the day. Where the text's own date line names the same day, its clock time
is taken as well, for the two agree and the text is finer; the origin stays "file name". A day
without a clock time is its midnight in the corpus' zone. A page that says only a clock time means
the day of the file name, of the archive's capture or, failing these, of the mtime; the origin is
whoever gave the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from newsfeed.article import Article, Origin
from newsfeed.parsing.context import Context
from newsfeed.parsing.dates import Stamp, instant
from newsfeed.parsing.days import EARLIEST_YEAR, day_in_name
from newsfeed.parsing.draft import Date, Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.sidecar import Sidecar
from newsfeed.parsing.text import clean_line

_DATED_FOLDER = re.compile(r"[\d._-]+")
_DRAFT_FIELDS = (
    "headline",
    "url",
    "source",
    "section",
    "kicker",
    "standfirst",
    "body",
    "authors",
    "agencies",
    "images",
    "correction",
    "topics",
    "related",
    "leftovers",
    "language",
    "rights",
)
_SIDECAR_FIELDS = (
    *("id", "url", "source", "section", "authors", "topics", "language"),
    "rights",
)
_DATA: frozenset[Origin] = frozenset({"rules", "wire", "feed", "json-ld", "meta"})
"""Origins whose dates are data, not prose: they are believed before a file's name."""

Found = tuple[datetime, Origin]


def complete(draft: Draft, name: str, context: Context) -> Article:
    """The Article of a draft.

    Raises ParseError for a date before 1500 or later than `context.now` + 1 day in sidecar, file
    name or mtime, and for a sidecar whose `updated` comes before its `published`.
    """
    fields: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    _set(fields, origins, "captured", _captured(context), "archive")
    _set(fields, origins, "url", context.url, "archive")
    _set(fields, origins, "section", _folder_section(name), "folder")
    for field in _DRAFT_FIELDS:
        _set(fields, origins, field, getattr(draft, field), _origin(draft, field))
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
    if _repeats(fields.get("kicker"), fields.get("section")):
        del fields["kicker"], origins["kicker"]
    return Article(**fields, provenance=origins)


def _repeats(kicker: str | None, section: str | None) -> bool:
    """Whether the kicker only says the section that pages print above every article."""
    return bool(kicker and section and kicker.casefold() == section.casefold())


def _origin(draft: Draft, field: str) -> Origin:
    return draft.origins.get(field, "text")


def _captured(context: Context) -> datetime | None:
    moment = context.captured
    return moment if moment is not None and _is_plausible(moment, context) else None


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
    moment = _captured(context) or context.modified
    if moment is None or not _is_plausible(moment, context):
        return None
    return moment.astimezone(context.zone).date()


def _made(context: Context, today: date | None) -> datetime | None:
    """When the page was made, if the capture or the file is of the day that is "heute"."""
    moment = _captured(context) or context.modified
    if moment is None or not _is_plausible(moment, context):
        return None
    return moment if moment.astimezone(context.zone).date() == today else None


def _published(draft: Draft, name: str, context: Context, today: date | None) -> Found | None:
    sidecar = context.sidecar
    if sidecar is not None and sidecar.published is not None:
        return _plausible(_aware(sidecar.published, context), "published", context), "sidecar"
    stated = _stated(draft.published, context, today)
    origin = _origin(draft, "published")
    if stated is not None and origin in _DATA:
        return stated, origin
    day = day_in_name(name)
    if day is not None:
        midnight = _plausible(_aware(day, context), "the file name's date", context)
        same_day = stated is not None and stated.astimezone(context.zone).date() == day
        return (stated if same_day and stated else midnight), "file name"
    if stated is not None:
        bare = isinstance(draft.published, Stamp) and draft.published.is_bare
        return stated, _clock_origin(context) if bare else origin
    if (captured := _captured(context)) is not None:
        return captured, "archive"
    if context.modified is not None:
        return _plausible(context.modified, "the file's time", context), "file time"
    return None


def _clock_origin(context: Context) -> Origin:
    """Who gave the day of a page that names only a clock time."""
    return "archive" if _captured(context) is not None else "file time"


def _updated(draft: Draft, context: Context, today: date | None) -> Found | None:
    sidecar: Sidecar | None = context.sidecar
    if sidecar is not None and sidecar.updated is not None:
        return _plausible(_aware(sidecar.updated, context), "updated", context), "sidecar"
    stated = _stated(draft.updated, context, today)
    return (stated, _origin(draft, "updated")) if stated is not None else None


def _drop_early_update(fields: dict[str, Any], origins: dict[str, Origin]) -> None:
    """An update before publication is a mistake: the sidecar's is an error, the text's no date."""
    if "published" not in fields or "updated" not in fields:
        return
    if fields["updated"] >= fields["published"]:
        return
    if origins["updated"] == "sidecar" == origins["published"]:
        raise ParseError("updated: comes before published", "correct the sidecar's dates")
    del fields["updated"], origins["updated"]


def _stated(found: Date | None, context: Context, today: date | None) -> datetime | None:
    """The instant of a document's own date, or None where it is not plausible."""
    if found is None:
        return None
    if isinstance(found, Stamp):
        moment = instant(found, context.zone, today, _made(context, today))
    else:
        moment = _aware(found, context)
    return moment if moment is not None and _is_plausible(moment, context) else None


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
