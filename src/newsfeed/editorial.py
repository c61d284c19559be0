"""Editorial dates: when an article was published, and when it last really changed.

In: what stood before and what stands now. Out: the dates to show, and whether a reader would see
another text. Called by the register; pure.

`updated` moves only when headline or text really changed, or an update mark newly stands on the
article. Whether text changed is judged by one and the same parser on the old and the new bytes,
so a better parser never looks like a busy newsroom (FreshRSS #1859, Miniflux #4504).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from newsfeed.article import Article, Origin, fingerprint

Significance = Literal["text", "mark"]
SIGNIFICANT: frozenset[str] = frozenset(get_args(Significance))


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader sees: the text's fingerprint, and the update mark if one stands there."""

    text: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class Dates:
    """The two dates of an article and where each comes from."""

    published: datetime
    published_from: Origin
    updated: datetime
    updated_from: Origin


def words_of(article: Article) -> Words:
    """What a reader of this article sees."""
    return Words(fingerprint(article), article.correction.text if article.correction else None)


def significance(before: Words, after: Words) -> Significance | None:
    """Why `after` is news to a reader of `before`; None if it is not."""
    if before.text != after.text:
        return "text"
    if after.mark is not None and after.mark != before.mark:
        return "mark"
    return None


def first_dates(article: Article, now: datetime) -> Dates:
    """The dates of an article seen for the first time. `updated` is never in the future."""
    published, origin = _published(article) or (now, "register")
    stated = article.updated
    if stated is not None and published <= stated <= now:
        return Dates(published, origin, stated, article.provenance.get("updated", "text"))
    return Dates(published, origin, min(published, now), origin)


def next_dates(before: Dates, article: Article, changed: bool, now: datetime) -> Dates:
    """The dates of an article seen again; `changed` if it is news to its readers.

    A file's time never replaces a date: it says when a copy was made; nor does an archive's. But
    when an archive saved a page that says nothing of its changes is when the change was seen.
    """
    published, origin = before.published, before.published_from
    found = _published(article)
    if found is not None and found[1] not in ("file time", "archive"):
        published, origin = found
    if not changed:
        return Dates(published, origin, before.updated, before.updated_from)
    stated = article.updated
    if stated is not None and before.updated < stated <= now:
        return Dates(published, origin, stated, article.provenance.get("updated", "text"))
    if article.captured is not None and before.updated < article.captured <= now:
        return Dates(published, origin, article.captured, "archive")
    return Dates(published, origin, max(now, before.updated), "register")


def _published(article: Article) -> tuple[datetime, Origin] | None:
    if article.published is None:
        return None
    return article.published, article.provenance.get("published", "text")
