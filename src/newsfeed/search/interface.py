"""The port: what newsfeed asks of a search backend, and nothing of how one works.

In: named, dated articles and queries. Out: results. Called by the indexer (writes), the pages,
feeds, API and command line (reads). Implemented by `whoosh_index`; `tests/search/test_contract.py`
holds every promise below against every implementation.

The promises:

1. `update` is atomic and durable: when it returns, `search` sees the changes, a crash cannot lose
   them, and no reader ever sees half of them.
2. `rebuild` builds beside, then swaps; readers see old or new, never a mixture; a failed rebuild
   changes nothing.
3. Order is total: relevance = score down, published down, id up; newest = published down, id up;
   oldest = published up, id up; arrived, revised and touched = that instant of the article down,
   published down, id up. Paging by cursor neither skips nor repeats while writes go on.
4. Empty text matches everything. `total` and facet counts count all matches, not the page.
5. Instants are aware and UTC.
6. The last write of an id wins, also within one batch. Deleted articles are in no result, count,
   facet or statistic.
7. Bad syntax raises `InvalidQuery` with position and reason; an absent backend
   `IndexUnavailable`; never a backend's own exception.
8. Not promised: equal scores between backends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from newsfeed.article import Article
from newsfeed.errors import NewsfeedError

Sort = Literal["relevance", "newest", "oldest", "arrived", "revised", "touched"]
FacetName = Literal["section", "source", "author", "agency", "topic"]
FACET_NAMES: tuple[FacetName, ...] = ("section", "source", "author", "agency", "topic")
MAX_LIMIT = 100


class SearchError(NewsfeedError):
    """Whatever a search backend has to say; its message is fit for a person."""


class InvalidQuery(SearchError):  # noqa: N818 - the port's word, see the promises
    """The query cannot be understood.

    `parameter` names the field of `Query` ("text", "cursor", "limit" …), `position` is the offset
    in characters into the text where that can be said, else None.
    """

    misuse = True

    def __init__(self, reason: str, parameter: str = "text", position: int | None = None) -> None:
        place = f" (at character {position + 1})" if position is not None else ""
        super().__init__(f"{parameter}: {reason}{place}")
        self.reason = reason
        self.parameter = parameter
        self.position = position


class IndexUnavailable(SearchError):  # noqa: N818 - the port's word, see the promises
    """There is no index to search, or it cannot be read; the message says what to run."""


class IndexOutdated(IndexUnavailable):
    """An older newsfeed wrote the index: sound, to be rebuilt from what the register holds.

    `sequence` is what `SearchIndex.sequence` answered then; 0 where it is not known.
    """

    def __init__(self, reason: str, sequence: int) -> None:
        super().__init__(reason)
        self.sequence = sequence


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. Every field narrows; an empty query matches everything.

    Words side by side in `text` are a ranked list: by relevance any of them matches and those with
    all of them come first; by date, where no rank tells better from worse, all have to match.

    `section`, `author`, `agency`, `source` and `topic` match a whole value by its slug, so
    "Politik", "politik" and "POLITIK" are one section. `published_from` is inclusive,
    `published_to` exclusive. `cursor` is the `next` of a page of the same query; `offset` skips
    hits and goes with no cursor. `facets` names the facets to count.
    """

    text: str = ""
    section: str | None = None
    author: str | None = None
    agency: str | None = None
    source: str | None = None
    topic: str | None = None
    published_from: datetime | None = None
    published_to: datetime | None = None
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0
    cursor: str | None = None
    facets: tuple[FacetName, ...] = ()
    snippets: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of plain text; `highlights` are (start, end) character offsets of matches in it."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that matches. `version` changes whenever anything stored of the article does."""

    article: Article
    score: float
    version: str
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """A hit without its article: enough to tell whether anything changed.

    `version` as in `Hit`; `change` and `touched` are the article's own, `changed` is, too, or
    else `touched`. What arrives late is changed today and touched when it was published.
    """

    id: str
    version: str
    change: int
    touched: datetime
    changed: datetime

    @classmethod
    def of(cls, hit: Hit) -> Edition:
        """What `editions` would say of a hit."""
        article = hit.article
        changed = article.changed or article.touched
        return cls(article.id, hit.version, article.change, article.touched, changed)


@dataclass(frozen=True, slots=True)
class Month:
    """A month (UTC) in which articles were published, and how many."""

    year: int
    month: int
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet: its slug, its name as a person writes it, its count of matches."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, the count of all matches, the facets asked for (count down, slug up)."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[FacetName, tuple[Facet, ...]] = field(default_factory=dict, hash=False)
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Editions:
    """One page of editions in the query's order, the count of all matches, the next page's mark."""

    hits: tuple[Edition, ...]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """Takes the article with this id out of the index."""

    id: str


Change = Article | Removal


class SearchIndex(Protocol):
    """A search backend; see the promises at the head of this file."""

    def search(self, query: Query) -> Results:
        """The matches of `query`. Raises InvalidQuery, IndexUnavailable."""

    def editions(self, query: Query) -> Editions:
        """What `search` would answer, without loading a single article.

        Raises InvalidQuery, IndexUnavailable.
        """

    def months(self, query: Query) -> tuple[Month, ...]:
        """The months in which the matches of `query` were published, the newest first.

        Every match counts, whatever the page. Raises InvalidQuery, IndexUnavailable.
        """

    def get(self, id: str) -> Hit | None:
        """The article with this id or page token (score 0, no snippet), or None.

        Raises IndexUnavailable.
        """

    def load(self, ids: Iterable[str]) -> Mapping[str, Hit]:
        """The articles with these ids by id, those that are there, as one commit has them.

        Like `get` for many at once. Raises IndexUnavailable.
        """

    def sequence(self) -> int:
        """The register's change number up to which this index holds everything; 0 when empty.

        It is a cheap call, and as long as it answers the same, so does `search`.
        Raises IndexUnavailable.
        """

    def update(self, changes: Iterable[Change], sequence: int) -> None:
        """Applies the changes in order and remembers `sequence`, all at once.

        Creates the index where there is none. Raises IndexUnavailable.
        """

    def rebuild(self, articles: Iterable[Article], sequence: int) -> None:
        """Replaces everything by `articles`, all at once. Raises IndexUnavailable."""

    def check(self) -> list[str]:
        """What is wrong with the stored index, a line each; empty when it is sound."""

    def close(self) -> None:
        """Lets go of files and readers; the index may not be used afterwards."""
