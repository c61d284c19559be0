"""RSS values: dates, addresses, codes and numbers, as RSS 2.0 wants them.

In: a channel or an item. Out: findings about the texts of its elements. Called by `rss` and
`rss_item`, which say which element holds which kind of value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.values import is_absolute, is_email, is_language, rfc822_fault
from newsfeed.lint.xml_document import line_of, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

DATE = Rule(
    "rss-date",
    "error",
    "write it like Mon, 01 Jun 2026 06:30:00 +0000, in English, the year with four digits",
    "RSS 2.0, pubDate; RFC 822, section 5; RSS profile, date and time",
)
EMAIL = Rule(
    "rss-email",
    "error",
    "write an address like mail@example.org (Name), or dc:creator for a name alone",
    "RSS 2.0, author; RSS profile, e-mail addresses",
)
ADDRESS = Rule("rss-address", "error", "write an absolute URL", "RSS 2.0, link; RSS profile, link")
LANGUAGE = Rule("rss-language", "error", "write a code like de or de-at", "RSS 2.0, language")
TTL = Rule("rss-ttl", "error", "write minutes as a whole number", "RSS 2.0, ttl")
CATEGORY = Rule("rss-category", "warning", "leave empty categories out", "RSS 2.0, category")

Fault = Callable[[str], str | None]
Kind = tuple[Rule, Fault]


def _unless(right: Callable[[str], bool], what: str) -> Fault:
    return lambda text: None if right(text) else what


MOMENT: Kind = (DATE, rfc822_fault)
PERSON: Kind = (
    EMAIL,
    _unless(lambda text: is_email(text.partition(" (")[0]), "is no e-mail address"),
)
URL: Kind = (ADDRESS, _unless(is_absolute, "is no absolute URL"))
CODE: Kind = (LANGUAGE, _unless(is_language, "is no language code"))
MINUTES: Kind = (TTL, _unless(lambda text: text.isascii() and text.isdigit(), "is no number"))
WORD: Kind = (CATEGORY, _unless(bool, "is empty"))


def check_values(parent: _Element, kinds: Mapping[str, Kind], id: str) -> Iterator[Finding]:
    """The elements of no namespace whose text is not of the kind that it should be."""
    for node in parent:
        space, name = name_of(node)
        if space or name not in kinds:
            continue
        text = text_of(node)
        rule, fault = kinds[name]
        if said := fault(text):
            yield rule.broken(f"{name} {quoted(text)!r} {said}", id, line_of(node))
