"""This library's evaluation in the shape of Whoosh's queries and matchers.

In: a query, the searcher it is asked of. Out: a Whoosh query whose matcher steps through what the
nodes found, so that Whoosh's collectors and those queries that Whoosh has to run itself see right
matches and exact scores. Called by `searcher` and `stock`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from whoosh.matching.mcore import Matcher, NullMatcher, ReadTooFar
from whoosh.query import Query
from whoosh.query.wrappers import WrappingQuery

from newsfeed.whoosh_numpy.evaluation.impacts import SCALE
from newsfeed.whoosh_numpy.evaluation.nodes import Hits

Terms = Sequence[tuple[str, bytes]]

NO_DOCUMENT: Final = 1 << 32
"""No document has this number."""


class Evaluated(WrappingQuery):  # type: ignore[misc]
    """A query that is evaluated here, whatever Whoosh's own matcher of it would find."""

    def __init__(
        self,
        asked: Query,
        hits: Callable[[Query, Any, Any], Hits],
        terms: Callable[[Query, Any], Mapping[int, Terms]],
    ) -> None:
        """hits: (query, searcher of a leaf, weighting) -> live documents, scores times SCALE.

        terms: (query, searcher of a leaf) -> document -> the terms of the query that match in it.
        """
        super().__init__(asked)
        self._hits = hits
        self._terms = terms

    def _rewrap(self, child: Query) -> Evaluated:
        return Evaluated(child, self._hits, self._terms)

    def estimate_size(self, ixreader: Any) -> int:
        return int(self.child.estimate_size(ixreader))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        """What matches in the searcher of a leaf."""
        weighting = searcher.weighting if context is None else context.weighting
        # Never NullMatcher, whose id cannot be asked for.
        docs, scores = self._hits(self.child, searcher, weighting)
        unscaled = (scores / SCALE).tolist()
        return HitMatcher(
            docs.tolist(),
            unscaled,
            lambda: self._terms(self.child, searcher),
            lambda: self.child.matcher(searcher, searcher.context(needs_current=True)),
        )


class HitMatcher(Matcher):  # type: ignore[misc]
    """Steps through documents and scores. Not shared by threads."""

    def __init__(
        self,
        docs: Sequence[int],
        scores: Sequence[float],
        terms: Callable[[], Mapping[int, Terms]],
        stock: Callable[[], Matcher],
    ) -> None:
        """`docs` ascending. stock: Whoosh's own matcher, for what is asked beyond scores."""
        self._docs = docs
        self._scores = scores
        self._make_terms = terms
        self._make_stock = stock
        self._at = 0

    @cached_property
    def _terms(self) -> Mapping[int, Terms]:
        return self._make_terms()

    def is_active(self) -> bool:
        return self._at < len(self._docs)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> HitMatcher:
        other = HitMatcher(self._docs, self._scores, self._make_terms, self._make_stock)
        other._at = self._at
        return other

    def id(self) -> int:
        """The document; past the end NO_DOCUMENT, for Whoosh's SpanNot asks there, too."""
        return self._docs[self._at] if self._at < len(self._docs) else NO_DOCUMENT

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._docs[self._at :])

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return False

    def skip_to(self, id: int) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._docs, id, self._at)
        return False

    def replace(self, minquality: float = 0) -> Matcher:  # noqa: ARG002
        """Nothing, where nothing is left; else itself, that collectors count all there is."""
        return self if self.is_active() else NullMatcher()

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return max(self._scores[self._at :], default=0.0)

    def block_quality(self) -> float:
        return self.max_quality()

    def score(self) -> float:
        return self._scores[self._at]

    def weight(self) -> float:
        return self.score()

    def term_matchers(self) -> Iterator[TermAtHit]:
        """One for each term that matches anywhere; it is active where the term matches."""
        found = dict.fromkeys(term for terms in self._terms.values() for term in terms)
        return (TermAtHit(self, term) for term in found)

    def matching_terms(self, id: int | None = None) -> Iterator[tuple[str, bytes]]:
        if self.is_active() and id in (None, self.id()):
            yield from self._terms.get(self.id(), ())

    def supports(self, astype: str) -> bool:
        return bool(self._make_stock().supports(astype))

    def value(self) -> Any:
        return self._stock_here().value()

    def value_as(self, astype: str) -> Any:
        return self._stock_here().value_as(astype)

    def spans(self) -> list[Any]:
        """Where the query matches in the document, as Whoosh's own matcher says."""
        found: list[Any] = self._stock_here().spans()
        return found

    def has_term(self, term: tuple[str, bytes]) -> bool:
        """Whether a term is one of those that match in this document."""
        return self.is_active() and term in self._terms.get(self.id(), ())

    def _stock_here(self) -> Matcher:
        """Whoosh's matcher at this document; stepping, for skipping is where it goes wrong."""
        wanted = self.id()
        stock = self.__dict__.get("_stock")
        if stock is None or (stock.is_active() and stock.id() > wanted):
            stock = self._stock = self._make_stock()
        while stock.is_active() and stock.id() < wanted:
            stock.next()
        return stock


class TermAtHit(Matcher):  # type: ignore[misc]
    """One term of the query, as Whoosh's TermsCollector looks at it."""

    def __init__(self, hits: HitMatcher, term: tuple[str, bytes]) -> None:
        self._hits = hits
        self._term = term

    def is_active(self) -> bool:
        return self._hits.has_term(self._term)

    def id(self) -> int:
        return self._hits.id()

    def term(self) -> tuple[str, bytes]:
        return self._term
