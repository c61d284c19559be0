"""What a search found: Whoosh's `Results` and `Hit`, counting and loading only when asked.

In: hits in order, and how to find all matches. Out: numbers, documents, stored values, groups,
snippets. Made by `searcher`, read by programs. `len` is the exact number of matches, whatever the
limit was; it and the set of all matches are computed when they are first wanted. A Results object
is not shared by threads; the searcher behind it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from whoosh import searching

from newsfeed.whoosh_numpy.searching.highlighting import Highlighter

Scored = tuple[Any, int]
"""Score (None where nothing was scored) and document number."""


class Matches:
    """All matches of a search: counted and listed when asked. Stands where Whoosh has a collector.

    count, ids: how to find out.
    """

    def __init__(
        self,
        count: Callable[[], int],
        ids: Callable[[], NDArray[Any]],
        known: int | None = None,
    ) -> None:
        self._count = count
        self._ids = ids
        self._known = known

    def computes_count(self) -> bool:
        """Whether the number is known already."""
        return self._known is not None

    def count(self) -> int:
        if self._known is None:
            self._known = self._count()
        return self._known

    def all_ids(self) -> list[int]:
        """The document numbers, ascending."""
        found: list[int] = np.sort(self._ids()).tolist()
        return found


class Results(searching.Results):  # type: ignore[misc]
    """The hits of one search, best first."""

    def __init__(
        self,
        searcher: Any,
        q: Any,
        top_n: Sequence[Scored],
        matches: Matches,
        facetmaps: Mapping[str, Any] | None = None,
    ) -> None:
        # Whoosh's own constructor makes a highlighter each time, which takes as long as a search.
        self.searcher = searcher
        self.q = q
        self.top_n = list(top_n)
        self.collector = matches
        self.docset: set[int] | None = None
        self.runtime = 0.0
        self._facetmaps = facetmaps or {}
        self._total: int | None = None
        self._char_cache: dict[str, Any] = {}
        self._words: dict[str, frozenset[str]] = {}

    @cached_property
    def highlighter(self) -> Any:
        """What makes snippets of hits; another one may be set."""
        return Highlighter()

    def __getitem__(self, n: Any) -> Any:
        if isinstance(n, slice):
            return [self._hit(at) for at in range(*n.indices(len(self.top_n)))]
        if not -len(self.top_n) <= n < len(self.top_n):
            raise IndexError(f"results[{n!r}]: Results only has {len(self.top_n)} hits")
        return self._hit(n)

    def __iter__(self) -> Iterator[Hit]:
        for at, (score, docnum) in enumerate(self.top_n):
            yield Hit(self, docnum, at, score)

    def _hit(self, at: int) -> Hit:
        score, docnum = self.top_n[at]
        return Hit(self, docnum, at, score)

    def has_exact_length(self) -> bool:
        """Whether `len` is known without counting."""
        return bool(self._total is not None or self.collector.computes_count())

    def filter(self, results: searching.Results) -> None:
        """Removes all hits that are not in the other results."""
        others = results.docs()
        self._keep([each for each in self.top_n if each[1] in others], self.docs() & others)

    def upgrade_and_extend(self, results: searching.Results) -> None:
        """Puts hits that are in the other results first, and those only there last."""
        others, own = results.docs(), self.docs()
        self.upgrade(results)
        added = [each for each in results.top_n if each[1] not in own]
        self._keep([*self.top_n, *added], own | others)

    def _keep(self, top_n: list[Scored], docs: set[int]) -> None:
        self.top_n = top_n
        self.docset = docs
        self._total = len(docs)

    def words(self, fieldname: str) -> frozenset[str]:
        """The terms of a field that were searched for, or that matched if that was recorded."""
        if fieldname not in self._words:
            if self.has_matched_terms():
                terms = {text for name, text in self.matched_terms() if name == fieldname}
            else:
                found = self.query_terms(expand=True, fieldname=fieldname)
                terms = {text for _, text in found}
            field = self.searcher.schema[fieldname]
            self._words[fieldname] = frozenset(field.from_bytes(text) for text in terms)
        return self._words[fieldname]


class Hit(searching.Hit):  # type: ignore[misc]
    """One document that was found; a mapping of its stored values, each read when asked for."""

    def __init__(
        self, results: Results, docnum: int, pos: int | None = None, score: Any = None
    ) -> None:
        self.results = results
        self.reader = results.searcher.ixreader
        self.pos = pos
        self.docnum = docnum
        self.score = score

    _fields: Mapping[str, Any] | None = None
    """All stored values, once all were asked for."""

    @property
    def searcher(self) -> Any:
        """What found it."""
        return self.results.searcher

    @property
    def rank(self) -> int | None:
        """Its place among the hits, as `pos`."""
        return self.pos

    def __getitem__(self, fieldname: str) -> Any:
        """A stored value, or that of a sortable field. Raises KeyError."""
        if self._fields is not None and fieldname in self._fields:
            return self._fields[fieldname]
        try:
            return self.reader.stored_value(self.docnum, fieldname)
        except KeyError:
            if not self.reader.has_column(fieldname):
                raise
            return self.reader.column_reader(fieldname)[self.docnum]

    def __contains__(self, key: object) -> bool:
        return key in self.fields() or self.reader.has_column(key)

    def get(self, key: str, default: Any = None) -> Any:
        """A stored value, or `default`."""
        try:
            return self.reader.stored_value(self.docnum, key)
        except KeyError:
            return default

    def __setitem__(self, key: str, value: Any) -> NoReturn:
        """Raises NotImplementedError."""
        raise NotImplementedError("You cannot modify a search result")

    def __hash__(self) -> int:
        return hash((id(self.searcher), self.docnum))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, searching.Hit):
            return bool(self.fields() == other.fields())
        return isinstance(other, dict) and self.fields() == other
