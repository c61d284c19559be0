"""Text made safe for any feed format: what XML forbids goes, what turns a line round goes.

In: a `Feed` as its builder made it. Out: the same feed, its strings fit for XML 1.0 and JSON.
Called once by `render`, so that no format has its own idea of a title and none fails on a text.

Characters that XML 1.0 (section 2.2) does not allow, C1 controls and lone surrogates are removed.
On whatever is shown as one line, white space is folded to single spaces and the bidirectional
embeddings, overrides and isolates (Unicode UAX 9, section 2) are removed: left open, they would
turn round the text beside a title. The marks LRM, RLM and ALM cannot do that and stay.
"""

from __future__ import annotations

import re
from dataclasses import replace

from newsfeed.article import Image, Link
from newsfeed.feeds.feed import Category, Entry, Feed

UNTITLED = "Ohne Titel"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile("[ \t\n\r\x85\u2028\u2029]+")
_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def clean(feed: Feed) -> Feed:
    """The feed with every string safe to write; a title with nothing left is "Ohne Titel".

    A language that is no language tag (RFC 5646) is left out of an entry. Raises ValueError where
    a required id or URL is missing.
    """
    return replace(
        feed,
        id=_required("id of the feed", feed.id),
        title=line(feed.title) or UNTITLED,
        page_url=_required(f"page_url of feed {feed.id!r}", feed.page_url),
        self_urls={format: line(url) for format, url in feed.self_urls.items()},
        subtitle=_line(feed.subtitle),
        language=line(feed.language),
        icon_url=_line(feed.icon_url),
        next_url=_line(feed.next_url),
        entries=tuple(map(_entry, feed.entries)),
    )


def _entry(entry: Entry) -> Entry:
    return replace(
        entry,
        id=_required(f"id of entry {entry.url!r}", entry.id),
        url=_required(f"url of entry {entry.id!r}", entry.url),
        title=line(entry.title) or UNTITLED,
        summary=_passage(entry.summary),
        content=entry.content and _FORBIDDEN.sub("", entry.content),
        authors=tuple(filter(None, map(line, entry.authors))),
        categories=tuple(_category(c) for c in entry.categories if line(c.term)),
        images=tuple(map(_image, entry.images)),
        related=tuple(Link(line(link.title), _line(link.url)) for link in entry.related),
        source=_line(entry.source),
        language=entry.language if _LANGUAGE.fullmatch(entry.language or "") else None,
        note=_line(entry.note),
    )


def _category(category: Category) -> Category:
    term = line(category.term)
    return Category(term, line(category.label) or term, line(category.scheme))


def _image(image: Image) -> Image:
    return Image(_line(image.caption), _line(image.credit), _line(image.url))


def line(text: str) -> str:
    """The text as one safe line; empty where nothing is left."""
    if not text.isprintable():  # nothing to remove or fold is, but for doubled spaces
        text = _TURNING.sub("", _FORBIDDEN.sub("", text))
    elif "  " not in text:
        return text.strip(" ")
    return _SPACES.sub(" ", text).strip(" ")


def _required(name: str, text: str) -> str:
    if cleaned := line(text):
        return cleaned
    raise ValueError(f"{name}: is empty, and a feed cannot do without it")


def _line(text: str | None) -> str | None:
    return (line(text) or None) if text else None


def _passage(text: str | None) -> str | None:
    return (_TURNING.sub("", _FORBIDDEN.sub("", text)).strip() or None) if text else None
