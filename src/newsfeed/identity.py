"""Identity: which known article a file on disk is.

In: what the register knows and what a scan found. Out: for each reading the article it is, or
that it is new, taken by another file, or to be asked again later. Called by the indexer; pure
but for a callback that loads a known article's text.

An article is known again by the id its sidecar states, by URL, by the exact bytes of a file that
moved, by path, and for a file that was renamed and edited at once by most of its words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from newsfeed.addresses import url_key
from newsfeed.article import Article, fingerprint
from newsfeed.readings import Reading

_SHINGLE = 4
_SAME = 0.5
_MOST_COMPARED = 2000
"""So many missing articles are held against a new one, word by word; a folder of more that is gone
was not edited file by file."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the register remembers of an article, as far as recognising it needs.

    `path` is None once another file stands there; `stamp` is None when the file was gone at the
    last run. `modified` is the file's time at first sight, `parser` the version that read it and
    `text` the fingerprint of what it read.
    """

    id: str
    path: str | None
    stamp: str | None
    url: str | None
    digest: str
    text: str
    modified: datetime
    parser: int
    live: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """This file says it is an article for which another file already stands, with its mtime."""

    id: str
    path: str
    modified: datetime


class Later(Enum):
    """The answer depends on a file that has not been read yet."""

    LATER = "later"


LATER = Later.LATER


class Identities:
    """Who is who during one run. `digests` are those of all files about to be read, by path."""

    def __init__(
        self,
        known: Iterable[Known],
        present: Iterable[str],
        digests: Mapping[str, str],
        load: Callable[[str], Article],
    ) -> None:
        everyone = tuple(known)
        self._load = load
        self._present = frozenset(present)
        self._unread = set(digests)
        self._by_id = {one.id: one for one in everyone}
        self._by_url = {one.url: one for one in _live_last(everyone) if one.url}
        self._by_path = {one.path: one for one in _live_last(everyone) if one.path}
        self._claims: dict[str, str] = {}
        self._moves = self._find_moves(everyone, digests)
        for path in self._present - self._unread:
            if path in self._by_path:
                self._claims[self._by_path[path].id] = path
        moved = set(self._moves.values())
        self._missing = {
            one.id: one
            for one in everyone
            if one.live and one.path not in self._present and one.id not in moved
        }
        self._texts = {one.text: one.id for one in self._missing.values()}
        self._words: dict[str, list[str]] | None = None

    def who(self, reading: Reading) -> Known | Taken | Later | None:
        """The article that this file is; None for a new one. Claims it for this file."""
        path = reading.file.path
        one = self._recognise(reading)
        if one is None:
            self._unread.discard(path)
            return None
        if one.path != path and one.path in self._unread and one.id not in self._claims:
            return LATER
        self._unread.discard(path)
        holder = self._claims.setdefault(one.id, path)
        return one if holder == path else Taken(one.id, holder, one.modified)

    def give_up(self, path: str) -> None:
        """This file could not be read: whoever stood there keeps its place."""
        self._unread.discard(path)
        if path in self._by_path:
            self._claims.setdefault(self._by_path[path].id, path)

    def standing_at(self, path: str) -> Known | None:
        """The live article that stands at a path."""
        one = self._by_path.get(path)
        return one if one is not None and one.live and self._claims.get(one.id) == path else None

    def unclaimed(self) -> Iterator[Known]:
        """The live articles for which no file stands any more."""
        return (one for one in self._by_id.values() if one.live and one.id not in self._claims)

    def learn(self, one: Known, path: str) -> None:
        """Takes in an article for which the file at `path` stands from now on."""
        self._claims[one.id] = path
        self._by_id[one.id] = one
        if one.url:
            self._by_url[one.url] = one

    def settle(self) -> None:
        """Every file has been read: nobody is told to ask later from here on."""
        self._unread.clear()

    def _recognise(self, reading: Reading) -> Known | None:
        article, path = reading.article, reading.file.path
        if article.id:
            return self._by_id.get(article.id)
        url = url_key(article.url)
        if url and url in self._by_url:
            return self._by_url[url]
        moved = self._moves.get(path)
        if moved is not None and self._claims.get(moved, path) == path:
            return self._by_id[moved]
        if path in self._by_path:
            one = self._by_path[path]
            return one if self._still(one, url, article) else None
        return self._resembling(article)

    def _still(self, one: Known, url: str | None, article: Article) -> bool:
        """Whether the file at a known path still holds that article.

        Not if its URL and words are all different, nor if they are another article's words and
        the article's own bytes stand elsewhere now: then its file was moved, not copied.
        """
        other_url = url is not None and one.url is not None and url != one.url
        if not other_url and one.id not in self._moves.values():
            return True
        return _resemblance(shingles(self._load(one.id)), shingles(article)) >= _SAME

    def _find_moves(self, everyone: Iterable[Known], digests: Mapping[str, str]) -> dict[str, str]:
        """Path -> id for files whose exact bytes stood elsewhere, where they stand no more."""
        gone: dict[str, list[Known]] = defaultdict(list)
        for one in sorted(everyone, key=lambda one: (not one.live, one.id), reverse=True):
            if one.path not in self._present or digests.get(one.path, one.digest) != one.digest:
                gone[one.digest].append(one)
        moves = {}
        for path in sorted(digests):
            at_home = self._by_path.get(path)
            if at_home is not None and at_home.digest == digests[path]:
                continue
            if candidates := gone.get(digests[path]):
                moves[path] = candidates.pop().id
        return moves

    def _resembling(self, article: Article) -> Known | None:
        """The missing article with the same words, or else with most of them."""
        same = self._texts.get(fingerprint(article))
        if same is not None and same not in self._claims:
            return self._missing[same]
        if self._words is None:
            self._words = self._missing_shingles()
        own = shingles(article) if self._words else frozenset()
        shared = Counter(id for shingle in own for id in self._words.get(shingle, ()))
        for id, _ in shared.most_common(5):
            known = shingles(self._load(id))
            if id not in self._claims and _resemblance(known, own) >= _SAME:
                return self._missing[id]
        return None

    def _missing_shingles(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = defaultdict(list)
        if len(self._missing) <= _MOST_COMPARED:
            for id in self._missing:
                for shingle in shingles(self._load(id)):
                    words[shingle].append(id)
        return words


def shingles(article: Article) -> frozenset[str]:
    """Runs of four words of headline and body (Broder 1997), for resemblance."""
    words = f"{article.headline} {article.text}".casefold().split()
    count = max(1, len(words) - _SHINGLE + 1)
    return frozenset(" ".join(words[i : i + _SHINGLE]) for i in range(count))


def _resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _live_last(known: Iterable[Known]) -> list[Known]:
    return sorted(known, key=lambda one: (one.live, one.id))
