"""Live blogs: the entries of one article as a feed of their own.

In: an article's page token; the article. Out: what validators need of it, remembered, and the
feed's entries. Called by `selecting`, `holdings` and `newsstand`.

An entry is what `web.blocks` shows as one: its block and all that follow, up to the next. It is
known by its anchor, which is made of the block's own id and stays when others come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from newsfeed.article import Article, Block
from newsfeed.errors import NewsfeedError
from newsfeed.search.interface import Edition, Hit, SearchIndex
from newsfeed.web.blocks import anchors, is_clock
from newsfeed.web.cache import Cache
from newsfeed.web.links import article_path
from newsfeed.withdrawals import RegisterReader

_TOKEN = re.compile(r"[a-z2-7]{16}")
_REMEMBERED = 1024


class NoSuchFeed(NewsfeedError):  # noqa: N818 - reads as what it says
    """There is no feed of this name; the message says so in German."""

    misuse = True


class WithdrawnFeed(NewsfeedError):  # noqa: N818 - reads as what it says
    """There was a feed of this name and never will be again; the message says so in German."""

    misuse = True


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """An article with entries, as far as a feed's head needs it."""

    edition: Edition
    headline: str
    page_path: str
    entries: int


class LiveBlogs:
    """The live blogs of an index. Safe to share between threads."""

    def __init__(self, index: SearchIndex, register: RegisterReader) -> None:
        self._index = index
        self._register = register
        self._known: Cache[str, tuple[int, LiveBlog]] = Cache(_REMEMBERED)

    def find(self, token: str) -> LiveBlog:
        """The live blog with this page token; its article is loaded once a change of the index.

        Raises NoSuchFeed, WithdrawnFeed, IndexUnavailable, RegisterError.
        """
        sequence = self._index.sequence()
        known = self._known.get(token)
        if known is None or known[0] != sequence:
            known = (sequence, _live_blog(self._hit(token)))
            self._known.put(token, known)
        return known[1]

    def _hit(self, token: str) -> Hit:
        if _TOKEN.fullmatch(token):
            hit = self._index.get(token)
            if hit is not None and any(block.kind == "entry" for block in hit.article.body):
                return hit
            if hit is None and self._register.withdrawal(token) is not None:
                raise WithdrawnFeed("Dieser Artikel wurde zurückgezogen, und mit ihm sein Feed.")
        raise NoSuchFeed(f"Einen Liveblog „{token[:100]}“ gibt es nicht.")


def _live_blog(hit: Hit) -> LiveBlog:
    article = hit.article
    return LiveBlog(
        Edition.of(hit),
        article.headline,
        article_path(article),
        sum(block.kind == "entry" for block in article.body),
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a live blog: what stands under it, without its own line.

    `headline` is None where that line is nothing but the time; then `clock` is it as it stands.
    """

    anchor: str
    headline: str | None
    clock: str
    published: datetime | None
    body: tuple[Block, ...]


def moments(article: Article) -> list[Moment]:
    """The live blog's entries, the newest first; what stands before the first is in none.

    Those without an instant stay beside the one that they follow.
    """
    places = [n for n, block in enumerate(article.body) if block.kind == "entry"]
    ends = (*places, len(article.body))[1:]
    found = [
        _moment(article.body[place:end], anchor)
        for place, end, anchor in zip(places, ends, anchors(article), strict=True)
    ]
    dated = [one.published for one in found if one.published]
    if not dated or dated[0] > dated[-1]:
        return found
    return found[::-1]


def _moment(piece: tuple[Block, ...], anchor: str) -> Moment:
    opening, *body = piece
    text = opening.text.strip()
    return Moment(
        anchor, None if is_clock(text) else text or None, text, opening.published, tuple(body)
    )
