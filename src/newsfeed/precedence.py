"""Precedence: which of two files stands for an article that both hold.

In: a reading, and the article as another file stands for it. Out: claims that compare; the greater
one stands, whatever the order in which they are read. Called by `run`.

A document of its own comes before a page from an archive, and that before an entry of a feed or
list, which often has only the beginning. Among equals the newest stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from newsfeed.article import Article
from newsfeed.identity import Taken
from newsfeed.readings import Reading

_NEVER = datetime.min.replace(tzinfo=UTC)
_LISTED, _ARCHIVED, _OWN = range(3)


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What a file's claim to stand for an article rests on, the weightiest first."""

    rank: int
    moment: datetime
    modified: datetime
    path: str


def claim_of(reading: Reading) -> Claim:
    """The claim of a file that was just read."""
    file = reading.file
    return _claim(reading.article, file.member is not None, file.modified, file.path)


def claim_of_known(article: Article, taken: Taken, is_member: bool) -> Claim:
    """The claim of the file that stands for a registered article."""
    return _claim(article, is_member, taken.modified, taken.path)


def _claim(article: Article, is_member: bool, modified: datetime, path: str) -> Claim:
    if not is_member:
        return Claim(_OWN, _NEVER, modified, path)
    if article.captured is not None:
        return Claim(_ARCHIVED, article.captured, modified, path)
    stated = article.updated if article.provenance.get("updated") != "register" else None
    return Claim(_LISTED, stated or article.published or _NEVER, modified, path)
