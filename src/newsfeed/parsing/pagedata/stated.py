"""Stated: the text that an article's data hold, as blocks.

In: `articleBody` and the entries of a LiveBlogPosting, plain text or HTML. Out: blocks, an "entry"
before the text of each entry, and the images in HTML. Called by `documents` and the HTML format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsfeed.article import Block
from newsfeed.parsing.markup import Fragment, blocks_of, fragment, plain_blocks
from newsfeed.parsing.pagedata.model import Entry

MAX_ID = 100
_MARKUP = re.compile(
    r"</?(?:p|div|br|h[1-6]|ul|ol|li|a|em|strong|b|i|blockquote|figure)\b[^<>]{0,500}>",
    re.IGNORECASE,
)


def stated(
    article_body: str | None, entries: Iterable[Entry], zone: ZoneInfo, base: str | None
) -> Fragment:
    """The article's own text, then its live blog's entries in the order of the data.

    An entry without text is left out. Raises ParseError for HTML of too many elements.
    """
    whole = _fragment(article_body, base)
    blocks, images = list(whole.blocks), list(whole.images)
    for entry in entries:
        inner = _fragment(entry.body, base)
        first = opening(entry, zone)
        if first is not None and inner.blocks:
            blocks.append(first)
        blocks += inner.blocks
        images += inner.images
    return Fragment(tuple(blocks), tuple(images))


def opening(entry: Entry, zone: ZoneInfo) -> Block | None:
    """The block that opens an entry; None for one with neither a headline nor a clock time.

    Its id is the fragment of the entry's URL or, where there is none, made from what is least
    likely to be edited: the URL, the instant, the headline.
    """
    instant = entry.published if isinstance(entry.published, datetime) else None
    text = entry.headline or (f"{instant.astimezone(zone):%H:%M} Uhr" if instant else None)
    if text is None:
        return None
    published = instant.astimezone(UTC) if instant else None
    return Block("entry", text, id=_id(entry, published, text), published=published)


def _fragment(text: str | None, base: str | None) -> Fragment:
    if text is None:
        return Fragment()
    if _MARKUP.search(text):
        return blocks_of(fragment(text), base)
    return Fragment(plain_blocks(unescape(text)))


def _id(entry: Entry, published: datetime | None, text: str) -> str:
    mark = urlsplit(entry.url or "").fragment
    if 0 < len(mark) <= MAX_ID:
        return mark
    seed = entry.url or (published.isoformat() if published else text)
    return sha256(seed.encode("utf-8", "replace")).hexdigest()[:16]
