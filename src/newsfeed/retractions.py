"""Retractions: articles that their source took back, in whatever file it says so.

In: what the register remembers of them, and what a run finds. Out: the reason for which an article
must not be public. Called by `run`.

An article is known by the key of its name: a guid, URN or address. A retraction outlives its file,
and holds for files that come later. It ends where the file that told it holds the article again,
and does not hold for a version that is dated later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from newsfeed.article import Article, token
from newsfeed.corpus import ArticleFile, Retraction
from newsfeed.parsing.members import may_be_collection, name_of
from newsfeed.readings import Reading
from newsfeed.shelves import key_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A retraction as the register keeps it: the file at `path` told it."""

    key: str
    path: str
    reason: str
    version: datetime | None

    def holds(self, article: Article) -> bool:
        """Whether it is about this version of the article."""
        dated = [
            moment
            for field in ("published", "updated")
            if article.provenance.get(field) == "wire"
            and (moment := getattr(article, field)) is not None
        ]
        return self.version is None or not dated or max(dated) <= self.version


@dataclass(frozen=True, slots=True)
class Standing:
    """A live article as far as a retraction needs to know it; `raw` loads its bytes."""

    id: str
    path: str | None
    url: str | None
    raw: Callable[[], bytes]
    article: Callable[[], Article]


class Retractions:
    """All retractions during one run. `limit` is the most bytes of a document."""

    def __init__(self, remembered: Iterable[Kept], limit: int) -> None:
        self._by_key = {one.key: one for one in remembered}
        self._limit = limit
        self._fresh: dict[str, Kept] = {}

    def add(self, file: ArticleFile, told: Retraction) -> None:
        """Takes in what a file tells; one without a name is about that file alone."""
        if told.name:
            kept = Kept(key_of(told.name), file.path, told.reason, told.version)
            if self._by_key.get(kept.key) != kept:
                self._by_key[kept.key] = self._fresh[kept.key] = kept

    def fresh(self) -> tuple[Kept, ...]:
        """Those that this run found and the register does not know."""
        return tuple(self._fresh.values())

    def end(self, kept: Kept) -> None:
        """Its file holds the article again."""
        self._by_key.pop(kept.key, None)
        self._fresh.pop(kept.key, None)

    def about(self, reading: Reading) -> Kept | None:
        """The retraction of what was just read."""
        if not self._by_key:
            return None
        url = (key_of(reading.article.url),) if reading.article.url else ()
        keys = chain(url, self._keys(reading.file.path, reading.file.name, lambda: reading.raw))
        found = next((self._by_key[key] for key in keys if key in self._by_key), None)
        return found if found is not None and found.holds(reading.article) else None

    def among(self, standing: Iterable[Standing]) -> Iterator[tuple[str, str]]:
        """Id and reason of each live article that a fresh retraction is about."""
        for one in standing:
            path = one.path or ""
            url = (token(one.url),) if one.url else ()
            keys = chain(url, self._keys(path, path, one.raw))
            found = next((self._fresh[key] for key in keys if key in self._fresh), None)
            if found is not None and found.holds(one.article()):
                yield one.id, found.reason

    def _keys(self, path: str, name: str, raw: Callable[[], bytes]) -> Iterator[str]:
        """The key in a member's path, then that of the name in the document itself."""
        yield path.rpartition("/")[2].partition(".")[0]
        if may_be_collection(name) and (own := name_of(raw(), name, self._limit)):
            yield key_of(own)
