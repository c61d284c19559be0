"""A feed made fit for every format before one of them sees it.

In: a `Feed` as its builder made it, of texts that may be anything. Out: the same feed, its strings
safe (see `text`), its instants whole seconds in UTC, its entries' ids unique. Called once by
`render`, so that no format fails on a text and none has an opinion of its own.

One bad entry never loses the feed: what cannot be cleaned is left out and logged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from newsfeed.article import Image, Link
from newsfeed.feeds.dates import whole_second
from newsfeed.feeds.feed import (
    RELATIONS,
    Category,
    Deletion,
    Enclosure,
    Entry,
    Feed,
    Format,
    Found,
)
from newsfeed.feeds.text import UNTITLED, address, line, markup, passage

MAX_NUMBER = 2**53 - 1
"""The largest whole number that every reader of JSON understands (RFC 8259, section 6)."""
_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)
_log = logging.getLogger(__name__)

Part = TypeVar("Part", Entry, Deletion)
Made = TypeVar("Made")


def clean(feed: Feed) -> Feed:
    """The feed with every string safe to write; a title with nothing left is "Ohne Titel".

    An entry without id or URL, or with a date that names no instant, is left out; so are an entry
    that came before under the same id, and the deletion of an entry that is there. A language that
    is no language tag (RFC 5646) and a media type that is none (RFC 6838) are left out. Raises
    ValueError where the feed itself has no id, no page or no date.
    """
    entries = _first_of_each(sound(feed.id, feed.entries, _entry))
    there = {entry.id for entry in entries}
    deletions = _first_of_each(sound(feed.id, feed.deletions, _deletion))
    return replace(
        feed,
        id=_required(feed.id, "id of the feed"),
        title=line(feed.title) or UNTITLED,
        page_url=address(_required(feed.page_url, f"page_url of feed {feed.id!r}")),
        self_urls=_addresses(feed.self_urls),
        updated=whole_second(feed.updated),
        subtitle=_line(feed.subtitle),
        language=_language(feed.language) or "",
        icon_url=_address(feed.icon_url),
        entries=entries,
        links={name: _addresses(feed.links[name]) for name in RELATIONS if name in feed.links},
        hub=_address(feed.hub),
        deletions=tuple(deletion for deletion in deletions if deletion.id not in there),
        found=feed.found and _found(feed.found),
        rights=_line(feed.rights),
    )


def sound(feed_id: str, parts: Iterable[Part], make: Callable[[Part], Made]) -> Iterator[Made]:
    """What `make` makes of each part; those it fails on are logged and left out.

    Running out of memory is no fault of the entry and goes on up: the feed would look whole.
    """
    for part in parts:
        try:
            made = make(part)
        except MemoryError:
            raise
        except Exception:
            name = type(part).__name__.lower()
            _log.exception("%s %.200r was left out of feed %.200r", name, part.id, feed_id)
        else:
            yield made


def _first_of_each(parts: Iterable[Part]) -> tuple[Part, ...]:
    first: dict[str, Part] = {}
    for part in parts:
        if first.setdefault(part.id, part) is not part:
            name = type(part).__name__.lower()
            _log.warning("%s %.200r was given twice: the later one is left out", name, part.id)
    return tuple(first.values())


def _entry(entry: Entry) -> Entry:
    return Entry(  # field by field: `replace` takes as long as all the strings together
        id=_required(entry.id, "id"),
        url=address(_required(entry.url, "url")),
        title=line(entry.title) or UNTITLED,
        published=whole_second(entry.published),
        updated=whole_second(entry.updated),
        summary=(passage(entry.summary) or None) if entry.summary else None,
        content=(markup(entry.content) or None) if entry.content else None,
        authors=tuple(filter(None, map(line, entry.authors))),
        categories=tuple(filter(None, map(_category, entry.categories))),
        images=tuple(map(_image, entry.images)),
        related=tuple(Link(line(link.title), _address(link.url)) for link in entry.related),
        source=_line(entry.source),
        language=_language(entry.language),
        note=_line(entry.note),
        rights=_line(entry.rights),
        enclosure=entry.enclosure and _enclosure(entry.enclosure),
        change=entry.change,
    )


def _category(category: Category) -> Category | None:
    term = line(category.term)
    return Category(term, line(category.label) or term, line(category.scheme)) if term else None


def _image(image: Image) -> Image:
    return Image(
        caption=_line(image.caption),
        credit=_line(image.credit),
        url=_address(image.url),
        media_type=_media_type(image.media_type),
        length=_length(image.length) or None,
    )


def _enclosure(enclosure: Enclosure) -> Enclosure | None:
    url, media_type = address(enclosure.url), _media_type(enclosure.media_type)
    if not (url and media_type):  # all three are required, and only a length may be unknown
        return None
    return Enclosure(url, media_type, _length(enclosure.length))


def _deletion(deletion: Deletion) -> Deletion:
    return Deletion(_required(deletion.id, "id"), whole_second(deletion.at), line(deletion.reason))


def _found(found: Found) -> Found:
    total, page_size = (min(max(n, 0), MAX_NUMBER) for n in (found.total, found.page_size))
    start = None if found.start is None else min(max(found.start, 1), MAX_NUMBER)
    return Found(line(found.terms), total, page_size, start)


def _length(length: int | None) -> int:
    return length if length and 0 < length <= MAX_NUMBER else 0


@lru_cache(64)
def _language(language: str | None) -> str | None:
    return language if language and _LANGUAGE.fullmatch(language) else None


@lru_cache(64)
def _media_type(name: str | None) -> str | None:
    return name if name and _MEDIA_TYPE.fullmatch(name) else None


def _addresses(urls: Mapping[Format, str]) -> dict[Format, str]:
    return {format: cleaned for format, url in urls.items() if (cleaned := address(url))}


def _address(url: str | None) -> str | None:
    return (address(url) or None) if url else None


def _line(text: str | None) -> str | None:
    return (line(text) or None) if text else None


def _required(text: str, name: str) -> str:
    if cleaned := line(text):
        return cleaned
    raise ValueError(f"{name}: is empty, and a feed cannot do without it")
