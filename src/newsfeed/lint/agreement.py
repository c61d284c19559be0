"""Agreement: whether a feed says the same in every format.

In: the views of one feed in several formats. Out: findings. Called by the command. A reader's user
who changes from RSS to Atom must not find everything anew: ids, order, titles, links and dates are
the same, to the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from newsfeed.feeds import Format
from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.markup import folded, read_markup
from newsfeed.lint.view import EntryView, FeedView

ENTRIES = Rule(
    "formats-entries",
    "error",
    "write the same entries in the same order: another id is another entry to every reader",
    "practice of readers",
)
VALUES = Rule("formats-values", "error", "make it of the same value", "practice of readers")
HEAD = Rule("formats-head", "error", "make it of the same value", "practice of readers")

_VALUES: Mapping[str, Callable[[EntryView], object]] = {
    "title": lambda entry: _title(entry),
    "link": lambda entry: entry.url,
    "published": lambda entry: _second(entry.published),
    "updated": lambda entry: _second(entry.updated),
    "authors": lambda entry: entry.authors,
    "note": lambda entry: entry.note,
}
_HEAD: Mapping[str, Callable[[FeedView], object]] = {
    "title": lambda view: view.title,
    "page": lambda view: view.page_url,
    "updated": lambda view: _second(view.updated),
    "language": lambda view: view.language,
}


def check_agreement(views: Mapping[Format, FeedView]) -> Iterator[Finding]:
    """Where the formats differ; the first format is the measure."""
    if not views:
        return
    (first, measure), *others = views.items()
    for format, view in others:
        for finding in _compare(first, measure, view):
            yield finding.within("", format)


def _compare(first: Format, measure: FeedView, view: FeedView) -> Iterator[Finding]:
    for name, value in _HEAD.items():
        if _differ(value(measure), value(view)):
            said = f"the {name} of the feed is {_shown(value(view))}"
            yield HEAD.broken(f"{said}, in {first} it is {_shown(value(measure))}")
    here, there = ([entry.id for entry in one.entries] for one in (view, measure))
    if here != there:
        missing = [id for id in there if id not in set(here)]
        more = [id for id in here if id not in set(there)]
        said = f"lacks {len(missing)}, has {len(more)} more" if missing or more else "another order"
        example = next(iter(missing + more), "")
        yield ENTRIES.broken(f"its entries differ from those in {first}: {said}", example)
    known = {entry.id: entry for entry in measure.entries}
    for entry in view.entries:
        other = known.get(entry.id)
        if other is None:
            continue
        for name, read in _VALUES.items():
            if _differ(read(entry), read(other)):
                said = f"{name} is {_shown(read(entry))}, in {first} it is {_shown(read(other))}"
                yield VALUES.broken(said, entry.id, entry.line)


def _differ(mine: object, theirs: object) -> bool:
    """Whether both say something, and not the same: a format may lack what another has."""
    return bool(mine) and bool(theirs) and mine != theirs


def _title(entry: EntryView) -> str:
    if entry.title is None:
        return ""
    return read_markup(entry.title.value).text if entry.title.is_html else folded(entry.title.value)


def _second(date: datetime | None) -> datetime | None:
    return date.replace(microsecond=0) if date else None


def _shown(value: object) -> str:
    return quoted(str(value), 60)
