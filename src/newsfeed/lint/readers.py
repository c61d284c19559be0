"""Readers: what people who read this feed somewhere would stumble over, valid or not.

In: a feed's view. Out: findings about titles, links, dates and sizes. Called by `checking`; what
stands inside the entries' HTML is judged in `contents`. Each rule is a complaint that users of
feed readers have filed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.markup import folded, has_references, has_tags, read_markup
from newsfeed.lint.values import is_absolute, is_web
from newsfeed.lint.view import EntryView, FeedView, Text

TITLE_MISSING = Rule(
    "title-missing", "warning", "give it a title: lists show nothing else", "practice of readers"
)
TITLE_MARKUP = Rule(
    "title-markup",
    "warning",
    "write plain text: readers show the tags, or swallow them",
    "RSS profile, title; RFC 4287, section 3.1.1",
)
TITLE_ESCAPED = Rule(
    "title-escaped-twice",
    "warning",
    "escape it once: readers show the references as they stand",
    "RSS profile, character data",
)
TITLE_LONG = Rule("title-long", "note", "shorten it: lists cut it off", "practice of readers")
CHARACTERS = Rule(
    "forbidden-characters",
    "error",
    "remove them: parsers refuse them, or show boxes",
    "XML 1.0, section 2.2; RFC 8259, section 7",
)
TURNING = Rule(
    "turning-characters",
    "warning",
    "remove embeddings, overrides and isolates: left open, they turn round the text beside",
    "Unicode UAX 9, section 2",
)
LINK_MISSING = Rule(
    "link-missing", "warning", "link the article: readers open nothing else", "practice of readers"
)
LINK_WEB = Rule(
    "link-web", "warning", "link an http or https address: readers open no other", "RFC 9110, 4.2"
)
LINK_REPEATED = Rule(
    "link-repeated",
    "warning",
    "give each entry its own link: some readers take entries with one link for one",
    "practice of readers",
)
RELATIVE = Rule(
    "relative-address",
    "error",
    "write absolute addresses: nobody knows what a feed's are relative to",
    "RSS profile, link; practice of readers",
)
DATE_MISSING = Rule(
    "date-missing",
    "warning",
    "give it a date: readers take the time of their own visit, and sort by it",
    "practice of readers",
)
DATE_ABSURD = Rule(
    "date-absurd",
    "warning",
    "find out the true date: this one is what a missing date turns into",
    "practice of readers",
)
DATE_FUTURE = Rule(
    "date-future",
    "error",
    "publish no date that has not come: readers pin such entries to the top, or hide them",
    "practice of readers",
)
DATE_ORDER = Rule(
    "date-order",
    "error",
    "let updated be published, or later",
    "RFC 4287, sections 4.2.9 and 4.2.15",
)
OLDEST_FIRST = Rule(
    "oldest-first",
    "warning",
    "write the newest entry first: many readers keep only the first entries",
    "practice of readers",
)
LANGUAGE = Rule(
    "language-missing",
    "note",
    "name the feed's language: hyphenation and speech depend on it",
    "WCAG 2.2, 3.1.1",
)
LARGE = Rule(
    "document-large",
    "warning",
    "write fewer or shorter entries: aggregators cut off or refuse large documents",
    "practice of readers",
)
AUTHOR_MARKUP = Rule(
    "author-markup", "warning", "write a plain name", "RFC 4287, section 3.2.1; RSS profile"
)

LARGE_BYTES = 2_000_000
LONG_TITLE = 250
EARLIEST, LATEST = 1800, 2200
# C1 controls are allowed in XML and mean nothing to anybody; NEL (U+0085) passes for a line break
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def check_readers(view: FeedView, now: datetime | None = None) -> Iterator[Finding]:
    """What readers would stumble over; dates after `now` are wrong, where that is given."""
    if view.size > LARGE_BYTES:
        yield LARGE.broken(f"the document has {view.size:,} bytes")
    if not view.language:
        yield LANGUAGE.broken("the feed names no language")
    yield from _check_line("the feed's title", view.title, "", None)
    for address in view.addresses:
        if not is_absolute(address.url):
            yield RELATIVE.broken(f"the feed's {address.what} is {quoted(address.url)!r}")
    yield from _check_date("the feed's updated", view.updated, now, "", None)
    for entry in view.entries:
        yield from _check_title(entry, view.format == "atom")
        yield from _check_links(entry)
        yield from _check_dates(entry, now)
        yield from _check_authors(entry)
    yield from _check_sequence(view)


def _check_title(entry: EntryView, atom: bool) -> Iterator[Finding]:
    title = entry.title
    if title is None or not title.value:
        if atom:  # which requires it: `atom` has said so
            return
        yield TITLE_MISSING.broken("the entry has no title", entry.id, entry.line)
        return
    shown = _shown(title)
    if title.is_html:
        plain = shown == folded(title.value) or not read_markup(title.value).elements
    else:
        plain = not has_tags(title.value)
    if not plain:
        what = f"the title holds markup: {quoted(title.value)!r}"
        yield TITLE_MARKUP.broken(what, entry.id, entry.line)
    if has_references(shown):
        what = f"the title reads {quoted(shown)!r}"
        yield TITLE_ESCAPED.broken(what, entry.id, entry.line)
    if len(shown) > LONG_TITLE:
        what = f"the title has {len(shown)} characters"
        yield TITLE_LONG.broken(what, entry.id, entry.line)
    yield from _check_line("the title", shown, entry.id, entry.line)


def _shown(title: Text) -> str:
    return read_markup(title.value).text if title.is_html else title.value


def _check_line(what: str, text: str, id: str, line: int | None) -> Iterator[Finding]:
    """A text that is shown as one line beside others."""
    if found := _FORBIDDEN.search(text):
        yield CHARACTERS.broken(f"{what} holds U+{ord(found[0]):04X}", id, line)
    if found := _TURNING.search(text):
        yield TURNING.broken(f"{what} holds U+{ord(found[0]):04X}", id, line)


def _check_links(entry: EntryView) -> Iterator[Finding]:
    if not entry.url:
        yield LINK_MISSING.broken("the entry has no link", entry.id, entry.line)
    elif is_absolute(entry.url) and not is_web(entry.url):
        yield LINK_WEB.broken(f"the link is {quoted(entry.url)!r}", entry.id, entry.line)
    for address in entry.addresses:
        if not is_absolute(address.url):
            what = f"the {address.what} is {quoted(address.url)!r}"
            yield RELATIVE.broken(what, entry.id, entry.line)


def _check_dates(entry: EntryView, now: datetime | None) -> Iterator[Finding]:
    if entry.published is None and entry.updated is None:
        yield DATE_MISSING.broken("the entry has no date", entry.id, entry.line)
    yield from _check_date("published", entry.published, now, entry.id, entry.line)
    yield from _check_date("updated", entry.updated, now, entry.id, entry.line)
    if entry.published and entry.updated and entry.updated < entry.published:
        what = f"updated ({entry.updated}) is before published ({entry.published})"
        yield DATE_ORDER.broken(what, entry.id, entry.line)


def _check_date(
    name: str, date: datetime | None, now: datetime | None, id: str, line: int | None
) -> Iterator[Finding]:
    if date is None:
        return
    if now is not None and date > now:
        yield DATE_FUTURE.broken(f"{name} is {date}, and it is {now:%Y-%m-%d %H:%M:%S}", id, line)
    near_epoch = abs(date.timestamp()) <= 86_400
    if near_epoch or not EARLIEST <= date.year <= LATEST:
        yield DATE_ABSURD.broken(f"{name} is {date}", id, line)


def _check_authors(entry: EntryView) -> Iterator[Finding]:
    for author in entry.authors:
        if has_tags(author) or has_references(author):
            what = f"the author is {quoted(author)!r}"
            yield AUTHOR_MARKUP.broken(what, entry.id, entry.line)
        yield from _check_line("an author", author, entry.id, entry.line)


def _check_sequence(view: FeedView) -> Iterator[Finding]:
    links = Counter(entry.url for entry in view.entries if entry.url)
    for url, number in links.items():
        if number > 1:
            yield LINK_REPEATED.broken(f"{number} entries link {quoted(url)}")
    dates = [entry.updated or entry.published for entry in view.entries]
    known = [date for date in dates if date is not None]
    rising = sum(before < after for before, after in pairwise(known))
    if len(known) > 2 and rising == len(known) - 1 and not view.archive:
        yield OLDEST_FIRST.broken("the entries stand oldest first")
