"""Duplicates: where else an article's text appeared, as pages, the API and the command line say it.

In: an article, or a family from the register. Out: the other articles as far as the index has
them, and JSON values. Called by `pages`, `api` and the command line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from newsfeed.article import Article
from newsfeed.likeness.duplicates import Duplicate, DuplicateReader, Likenesses
from newsfeed.register_file import RegisterError
from newsfeed.search.interface import SearchIndex
from newsfeed.web.links import Links

Version = Literal["close", "longer", "shorter", "other"]

_CLOSE = 0.8
_LONGER = 1.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Twin:
    """An article whose text resembles another's."""

    article: Article
    duplicate: Duplicate

    @property
    def version(self) -> Version:
        """What a reader may expect of it beside the other article."""
        if self.duplicate.likeness.similarity >= _CLOSE:
            return "close"
        if self.duplicate.length >= _LONGER:
            return "longer"
        return "shorter" if self.duplicate.length <= 1 / _LONGER else "other"


def likenesses(reader: DuplicateReader, article: Article) -> Likenesses:
    """What resembles the article; nothing where the register cannot say it.

    An article is shown even if its register is away or waits to be brought to a new format.
    """
    try:
        return reader.of(article.id)
    except RegisterError as error:
        _log.warning("no duplicates are shown: %s", error)
        return Likenesses(article.id)


def twins(duplicates: Iterable[Duplicate], index: SearchIndex) -> list[Twin]:
    """The duplicates that searchers can see already, in their order. Raises IndexUnavailable."""
    found = ((index.get(duplicate.id), duplicate) for duplicate in duplicates)
    return [Twin(hit.article, duplicate) for hit, duplicate in found if hit is not None]


def families_json(
    reader: DuplicateReader, index: SearchIndex, links: Links
) -> Iterator[dict[str, Any]]:
    """Each family under the API's names, as far as searchers can see it already.

    Raises IndexUnavailable, RegisterError.
    """
    for family in reader.families():
        first = index.get(family.canonical)
        others = twins(family.duplicates, index)
        if first is not None and others:
            yield {
                "canonical": _reference(first.article, links),
                "duplicates": [twin_json(twin, links) for twin in others],
            }


def twin_json(twin: Twin, links: Links) -> dict[str, Any]:
    """A duplicate under the API's names."""
    likeness = twin.duplicate.likeness
    return {
        **_reference(twin.article, links),
        "similarity": round(likeness.similarity, 3),
        "containment": round(likeness.containment, 3),
    }


def _reference(article: Article, links: Links) -> dict[str, Any]:
    """What it takes to name an article and to lead to it."""
    return {
        "id": article.id,
        "url": links.article(article),
        "headline": article.headline,
        "source": article.source,
    }
