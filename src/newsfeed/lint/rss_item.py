"""RSS items: one entry against the RSS 2.0 specification and the Best Practices Profile.

In: an item. Out: findings. Called by `rss`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.namespaces import CONTENT
from newsfeed.lint.rss_values import MOMENT, PERSON, URL, WORD, check_values
from newsfeed.lint.values import is_absolute, is_media_type, is_web
from newsfeed.lint.xml_document import line_of, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

ITEM = Rule("rss-item", "error", "give it a title or a description", "RSS 2.0, elements of item")
ONCE = Rule("rss-once", "error", "write it once", "RSS 2.0, elements of channel and item")
UNKNOWN = Rule(
    "rss-unknown",
    "error",
    "RSS 2.0 has no such element: mind the capitals, or give it a namespace",
    "RSS 2.0, Extending RSS; RSS profile, introduction",
)
GUID = Rule(
    "rss-guid",
    "warning",
    "give each item a guid that never changes: readers know an item by nothing else",
    "RSS profile, guid",
)
PERMALINK = Rule(
    "rss-permalink",
    "error",
    'write isPermaLink="false" on a guid that is no web address',
    "RSS 2.0, guid",
)
GUID_REPEATED = Rule(
    "rss-guid-repeated",
    "error",
    "write each item once: readers show the one and lose the other",
    "RSS 2.0, guid",
)
ENCLOSURE = Rule(
    "rss-enclosure",
    "error",
    "give it url (http), length in bytes (0 where unknown) and type",
    "RSS 2.0, enclosure; RSS profile, pubDate",
)
ENCLOSURES = Rule(
    "rss-enclosures",
    "warning",
    "keep one: readers take the first or the last, the others vanish",
    "RSS profile, enclosure",
)
ORDER = Rule(
    "rss-content-order",
    "error",
    "write description before content:encoded: some readers keep what comes last",
    "RSS profile, content:encoded",
)
SOURCE = Rule("rss-source", "error", "give it the url of the feed it came from", "RSS 2.0, source")

_ONCE = (*("title", "link", "description", "author", "comments", "guid", "pubDate", "source"),)
_ITEM = frozenset({*_ONCE, "category", "enclosure"})
_KINDS = {
    "pubDate": MOMENT,
    "author": PERSON,
    "link": URL,
    "comments": URL,
    "category": WORD,
}
_ENCODED = f"{{{CONTENT}}}encoded"


def check_item(item: _Element, id: str, repeated: bool) -> Iterator[Finding]:
    """What is wrong with an item; `repeated` says that an item before it has the same guid."""
    line = line_of(item)
    if not text_of(item.find("title")) and not text_of(item.find("description")):
        yield ITEM.broken("the item has neither title nor description", id, line)
    counts = Counter(name for space, name in map(name_of, item) if not space)
    for name, number in counts.items():
        if name and name not in _ITEM:
            yield UNKNOWN.broken(f"the item has an element {quoted(name)}", id, line)
        elif name in _ONCE and number > 1:
            yield ONCE.broken(f"the item has {name} {number} times", id, line)
    if repeated:
        yield GUID_REPEATED.broken("several items have this guid", id, line)
    yield from _check_guid(item, id)
    yield from check_values(item, _KINDS, id)
    yield from _check_source(item, id)
    yield from _check_enclosures(item, id)
    yield from _check_order(item, id)


def _check_guid(item: _Element, id: str) -> Iterator[Finding]:
    guid = item.find("guid")
    if guid is None or not id:
        yield GUID.broken("the item has no guid", id, line_of(item))
        return
    permanent = guid.get("isPermaLink", "true")
    if permanent not in ("true", "false"):
        yield PERMALINK.broken(f"isPermaLink is {quoted(permanent)!r}", id, line_of(guid))
    elif permanent == "true" and not is_web(id):
        yield PERMALINK.broken("the guid passes for a link and is none", id, line_of(guid))


def _check_source(item: _Element, id: str) -> Iterator[Finding]:
    source = item.find("source")
    if source is not None and not is_absolute(source.get("url", "")):
        yield SOURCE.broken("source has no absolute url", id, line_of(source))


def _check_enclosures(item: _Element, id: str) -> Iterator[Finding]:
    found = item.findall("enclosure")
    if len(found) > 1:
        yield ENCLOSURES.broken(f"the item has {len(found)} enclosures", id, line_of(item))
    for one in found:
        url, length, kind = (one.get(name, "") for name in ("url", "length", "type"))
        if not is_web(url):
            yield ENCLOSURE.broken(f"the enclosure's url is {quoted(url)!r}", id, line_of(one))
        if not (length.isascii() and length.isdigit()):
            what = f"the enclosure's length is {quoted(length)!r}"
            yield ENCLOSURE.broken(what, id, line_of(one))
        if not is_media_type(kind):
            yield ENCLOSURE.broken(f"the enclosure's type is {quoted(kind)!r}", id, line_of(one))


def _check_order(item: _Element, id: str) -> Iterator[Finding]:
    names = [child.tag for child in item]
    contents = names.count(_ENCODED)
    if contents > 1:
        yield ONCE.broken(f"the item has content:encoded {contents} times", id, line_of(item))
    if contents and "description" in names[names.index(_ENCODED) :]:
        yield ORDER.broken("description stands after content:encoded", id, line_of(item))
