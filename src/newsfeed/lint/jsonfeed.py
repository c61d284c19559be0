"""JSON Feed 1.1: each member's type, and whether it has to be there.

In: a document's bytes. Out: its value and findings. Called by `checking`. The tables below are the
specification (jsonfeed.org/version/1.1); the code only walks them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.values import is_absolute, is_language, is_media_type, rfc3339

WELL_FORMED = Rule(
    "json-well-formed",
    "error",
    "write the document with a JSON library, in UTF-8 without a byte order mark",
    "RFC 8259",
)
VERSION = Rule(
    "json-version",
    "error",
    'write "version": "https://jsonfeed.org/version/1.1"',
    "JSON Feed 1.1, top-level version",
)
OLD_VERSION = Rule(
    "json-old-version",
    "warning",
    "write version 1.1, which 1.0 readers understand",
    "JSON Feed 1.1, top-level version",
)
REQUIRED = Rule("json-required", "error", "write it, not empty", "JSON Feed 1.1")
RECOMMENDED = Rule(
    "json-recommended",
    "warning",
    "write it: readers find the site and the feed again by it",
    "JSON Feed 1.1, top-level",
)
TYPE = Rule("json-type", "error", "write the type that the specification says", "JSON Feed 1.1")
ADDRESS = Rule("json-address", "error", "write an absolute URL", "JSON Feed 1.1")
DATE = Rule("json-date", "error", "write it like 2026-06-01T06:30:00Z", "JSON Feed 1.1; RFC 3339")
LANGUAGE = Rule("json-language", "error", "write a tag like de or de-AT", "RFC 5646, section 2.1")
CONTENT = Rule(
    "json-content",
    "error",
    "give the item content_html or content_text, or both",
    "JSON Feed 1.1, items content_html",
)
ID_REPEATED = Rule(
    "json-id-repeated",
    "error",
    "write each item once: readers show the one and lose the other",
    "JSON Feed 1.1, items id",
)
AUTHOR = Rule(
    "json-author",
    "error",
    "give an author a name, a url or an avatar",
    "JSON Feed 1.1, top-level authors",
)
OLD_AUTHOR = Rule(
    "json-old-author", "warning", "write authors, a list", "JSON Feed 1.1, Deprecated Items"
)
UNKNOWN = Rule(
    "json-unknown",
    "warning",
    "mind the spelling, or let an extension's name start with an underscore and hold an object",
    "JSON Feed 1.1, Extensions",
)

Check = Callable[[Any], Rule | None]


def _of(*kinds: type) -> Check:
    # a bool is an int to Python, not to JSON
    return lambda value: (
        None
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        else TYPE
    )


def _text(rule: Rule, right: Callable[[str], object]) -> Check:
    def check(value: Any) -> Rule | None:
        if not isinstance(value, str):
            return TYPE
        return None if right(value) else rule

    return check


_STRING, _BOOLEAN, _NUMBER, _LIST = _of(str), _of(bool), _of(int, float), _of(list)
_NAMED = _text(REQUIRED, str.strip)
_URL = _text(ADDRESS, is_absolute)
_DATE = _text(DATE, rfc3339)
_TAG = _text(LANGUAGE, is_language)
_MEDIA = _text(TYPE, is_media_type)

_AUTHOR: Mapping[str, Check] = {"name": _STRING, "url": _URL, "avatar": _URL}
_FEED: Mapping[str, Check] = {
    "version": _STRING,
    "title": _NAMED,
    "home_page_url": _URL,
    "feed_url": _URL,
    "description": _STRING,
    "user_comment": _STRING,
    "next_url": _URL,
    "icon": _URL,
    "favicon": _URL,
    "author": _of(dict),
    "authors": _LIST,
    "language": _TAG,
    "expired": _BOOLEAN,
    "hubs": _LIST,
    "items": _LIST,
}
_ITEM: Mapping[str, Check] = {
    "id": _NAMED,
    "url": _URL,
    "external_url": _URL,
    "title": _STRING,
    "content_html": _STRING,
    "content_text": _STRING,
    "summary": _STRING,
    "image": _URL,
    "banner_image": _URL,
    "date_published": _DATE,
    "date_modified": _DATE,
    "author": _of(dict),
    "authors": _LIST,
    "tags": _LIST,
    "language": _TAG,
    "attachments": _LIST,
}
_ATTACHMENT: Mapping[str, Check] = {
    "url": _URL,
    "mime_type": _MEDIA,
    "title": _STRING,
    "size_in_bytes": _NUMBER,
    "duration_in_seconds": _NUMBER,
}
_HUB: Mapping[str, Check] = {"type": _NAMED, "url": _URL}
_VERSION = "https://jsonfeed.org/version/1.1"
_OLD_VERSION = "https://jsonfeed.org/version/1"


def parse_json(body: bytes) -> tuple[Any, tuple[Finding, ...]]:
    """The document's value (None where there is none) and what is wrong with it as JSON."""
    findings: tuple[Finding, ...] = ()
    if body.startswith(b"\xef\xbb\xbf"):
        findings = (WELL_FORMED.broken("the document begins with a byte order mark"),)
        body = body[3:]
    try:
        return orjson.loads(body), findings
    except orjson.JSONDecodeError as error:
        found = WELL_FORMED.broken(quoted(error.msg, 200), "", error.lineno)
        return None, (*findings, found)


def check_json(value: Any) -> Iterator[Finding]:
    """Everything that is wrong with a JSON Feed's value."""
    if not isinstance(value, dict):
        yield WELL_FORMED.broken("the document is no JSON object")
        return
    version = value.get("version")
    if version == _OLD_VERSION:
        yield OLD_VERSION.broken("the feed is of version 1")
    elif version != _VERSION:
        yield VERSION.broken(f"the version is {_shown(version)}")
    yield from _check_members(value, _FEED, ("title", "items"), "the feed", "")
    for name in ("home_page_url", "feed_url"):
        if name not in value:
            yield RECOMMENDED.broken(f"the feed has no {name}")
    yield from _check_people(value, "the feed", "")
    yield from _check_objects(value, "hubs", _HUB, ("type", "url"), "")
    items = value.get("items")
    if isinstance(items, list):
        yield from _check_items(items)


def _check_items(items: list[Any]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            yield TYPE.broken(f"item {number} is no object")
            continue
        id = item["id"] if isinstance(item.get("id"), str) else ""
        seen[id] += 1
        if id and seen[id] == 2:
            yield ID_REPEATED.broken("several items have this id", id)
        what = "the item" if id else f"item {number}"
        yield from _check_members(item, _ITEM, ("id",), what, id)
        if "content_html" not in item and "content_text" not in item:
            yield CONTENT.broken(f"{what} has no content", id)
        yield from _check_people(item, what, id)
        yield from _check_objects(item, "attachments", _ATTACHMENT, ("url", "mime_type"), id)
        tags = item.get("tags")
        if isinstance(tags, list) and not all(isinstance(tag, str) for tag in tags):
            yield TYPE.broken(f"a tag of {what} is no string", id)


def _check_members(
    value: dict[str, Any],
    known: Mapping[str, Check],
    required: tuple[str, ...],
    what: str,
    id: str,
) -> Iterator[Finding]:
    for name in required:
        if name not in value:
            yield REQUIRED.broken(f"{what} has no {name}", id)
    for name, member in value.items():
        if name in known:
            if (rule := known[name](member)) is not None:
                yield rule.broken(f"{name} of {what} is {_shown(member)}", id)
        elif not name.startswith("_") or "." in name:
            yield UNKNOWN.broken(f"{what} has a member {quoted(name)}", id)
        elif not isinstance(member, dict):
            yield UNKNOWN.broken(f"the extension {quoted(name)} of {what} is no object", id)


def _check_people(value: dict[str, Any], what: str, id: str) -> Iterator[Finding]:
    if "author" in value and "authors" not in value:
        yield OLD_AUTHOR.broken(f"{what} has an author of version 1", id)
    authors = value.get("authors")
    yield from _check_objects(value, "authors", _AUTHOR, (), id)
    for author in authors if isinstance(authors, list) else ():
        if isinstance(author, dict) and not any(author.get(name) for name in _AUTHOR):
            yield AUTHOR.broken(f"an author of {what} is empty", id)


def _check_objects(
    value: dict[str, Any],
    name: str,
    known: Mapping[str, Check],
    required: tuple[str, ...],
    id: str,
) -> Iterator[Finding]:
    members = value.get(name)
    for number, one in enumerate(members if isinstance(members, list) else (), 1):
        what = f"{name}[{number - 1}]"
        if isinstance(one, dict):
            yield from _check_members(one, known, required, what, id)
        else:
            yield TYPE.broken(f"{what} is no object", id)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else quoted(repr(value))
