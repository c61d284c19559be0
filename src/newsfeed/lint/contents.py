"""Contents: what the HTML of entries does in other people's programs.

In: a feed's view. Out: findings about summaries and contents. Called by `checking`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.markup import Markup, folded, has_tags, read_markup
from newsfeed.lint.view import EntryView, FeedView, Text

EMPTY = Rule("content-missing", "warning", "give it a summary or a content", "practice of readers")
SUMMARY_MARKUP = Rule(
    "summary-markup",
    "warning",
    "write plain text, or say that it is HTML: readers show the tags",
    "RFC 4287, section 3.1.1; JSON Feed 1.1, items summary",
)
ESCAPED = Rule(
    "content-escaped-twice",
    "warning",
    "escape it once: readers show the tags instead of what they mean",
    "RSS profile, content:encoded",
)
UNREADABLE = Rule(
    "content-unreadable", "error", "write HTML: this cannot be parsed as any", "HTML Standard"
)
RELATIVE = Rule(
    "content-relative-address",
    "error",
    "write absolute addresses: in a reader they lead nowhere",
    "RSS profile, content:encoded; practice of readers",
)
INSECURE = Rule(
    "content-insecure",
    "warning",
    "use https: readers on https pages do not load it",
    "W3C Mixed Content, section 4",
)
SCRIPT = Rule(
    "content-script",
    "error",
    "leave it out: some readers would run it, all others strip it",
    "RFC 4287, section 8.1; practice of readers",
)
STRIPPED = Rule(
    "content-stripped",
    "warning",
    "say it with text, links and pictures: readers take these elements out",
    "practice of readers",
)
ALT = Rule(
    "image-without-alt",
    "warning",
    'add alt, empty ("") for a picture that only decorates',
    "WCAG 2.2, 1.1.1",
)
TRACKING = Rule(
    "image-of-one-pixel",
    "note",
    "leave it out: readers block pictures that only count visits",
    "practice of readers",
)
REPEATS_TITLE = Rule(
    "content-repeats-title",
    "note",
    "leave it out: readers set the title above the content themselves",
    "practice of readers",
)
SAYS_NOTHING = Rule(
    "summary-repeats-title",
    "note",
    "leave it out: readers show it below the title",
    "practice of readers",
)
CHARACTERS = Rule(
    "content-characters",
    "error",
    "remove them: parsers refuse them, or show boxes",
    "XML 1.0, section 2.2; RFC 8259, section 7",
)
_NAMED = 3
# within a passage tabs and line ends are fine
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def check_contents(view: FeedView) -> Iterator[Finding]:
    """What is wrong with the texts of the entries."""
    for entry in view.entries:
        if entry.content is None and entry.summary is None:
            yield EMPTY.broken("the entry says nothing but its title", entry.id, entry.line)
        for what, text in (("summary", entry.summary), ("content", entry.content)):
            if text is not None:
                yield from _check_text(entry, what, text, view)


def _check_text(entry: EntryView, what: str, text: Text, view: FeedView) -> Iterator[Finding]:
    if found := _FORBIDDEN.search(text.value):
        character = f"U+{ord(found[0]):04X}"
        yield CHARACTERS.broken(f"the {what} holds {character}", entry.id, entry.line)
    title = folded(entry.title.value) if entry.title else ""
    if not text.is_html:
        if has_tags(text.value):
            said = f"the {what} holds markup: {quoted(text.value)!r}"
            yield SUMMARY_MARKUP.broken(said, entry.id, entry.line)
        shown = folded(text.value)
    else:
        markup = read_markup(text.value)
        yield from _check_markup(entry, what, markup, view)
        shown = markup.text
        if what == "content" and title and markup.heading == title:
            yield REPEATS_TITLE.broken("the content begins with the title", entry.id, entry.line)
    if what == "summary" and title and shown == title:
        yield SAYS_NOTHING.broken("the summary is the title", entry.id, entry.line)


def _check_markup(entry: EntryView, what: str, markup: Markup, view: FeedView) -> Iterator[Finding]:
    if not markup.readable:
        yield UNREADABLE.broken(f"the {what} is no HTML", entry.id, entry.line)
    if what == "content" and not markup.elements and has_tags(markup.text):
        said = f"the content reads {quoted(markup.text)!r}"
        yield ESCAPED.broken(said, entry.id, entry.line)
    listed: tuple[tuple[Rule, str, tuple[str, ...]], ...] = (
        # with xml:base a reader could know what they are relative to; few do
        (RELATIVE, "has relative addresses", () if view.has_base else markup.relative),
        (INSECURE, "loads over http", markup.insecure),
        (SCRIPT, "runs code", markup.scripts),
        (STRIPPED, "holds elements", markup.stripped),
        (TRACKING, "counts its readers", markup.tracking),
    )
    for rule, doing, found in listed:
        if found:
            yield rule.broken(f"the {what} {doing}: {_some(found)}", entry.id, entry.line)
    if markup.without_alt:
        said = f"pictures without alt in the {what}: {markup.without_alt}"
        yield ALT.broken(said, entry.id, entry.line)


def _some(found: tuple[str, ...]) -> str:
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(quoted(one) or "''" for one in found[:_NAMED]) + more
