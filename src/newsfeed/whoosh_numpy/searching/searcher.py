"""Whoosh's `Searcher` on this library's evaluation.

In: queries of Whoosh and what its `search` takes beside them. Out: `Results`. Made by `index`,
called by programs. What decides about matches, scores and their order works on whole arrays; the
order is total: score down, document number up. Shared by threads: nothing is kept between searches
but statistics that are the same whoever computes them.

Where Whoosh's `search` does otherwise:

- `limit` bounds the hits in any case; Whoosh forgets it with `groupedby`, `reverse`,
  `scored=False`. Length, groups and documents are those of all matches.
- Hits of a sorted search have their scores; Whoosh gives their sort keys.
- An empty `filter` lets nothing through; Whoosh takes it for none.
- Groups and collapsing follow the order of the results, `reverse` included, and groups do not have
  documents that were collapsed. Documents whose key is None or an empty text are not collapsed; 0
  is a key.
- `terms=True` records the terms of the hits, those that patterns stand for too.
- `optimize=False` finds the same by looking at all matches.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh import scoring, searching
from whoosh.query import Query

from newsfeed.whoosh_numpy.evaluation import topk
from newsfeed.whoosh_numpy.evaluation.compiler import Compiler
from newsfeed.whoosh_numpy.evaluation.impacts import SCALE
from newsfeed.whoosh_numpy.evaluation.limits import QueryTooDeep
from newsfeed.whoosh_numpy.evaluation.nodes import Docs, Hits
from newsfeed.whoosh_numpy.searching import stock
from newsfeed.whoosh_numpy.searching.evaluated import Evaluated, HitMatcher
from newsfeed.whoosh_numpy.searching.facets import Part
from newsfeed.whoosh_numpy.searching.gathering import Wanted, gather
from newsfeed.whoosh_numpy.searching.matched import matched_terms
from newsfeed.whoosh_numpy.searching.matcher import PostingMatcher
from newsfeed.whoosh_numpy.searching.reader import Reader
from newsfeed.whoosh_numpy.searching.results import Matches, Results
from newsfeed.whoosh_numpy.storage import damage
from newsfeed.whoosh_numpy.storage.leaf import Leaf

_Found = TypeVar("_Found")


class Searcher(searching.Searcher):  # type: ignore[misc]
    """Searches one state of an index."""

    def __init__(
        self,
        reader: Reader,
        weighting: Any = scoring.BM25F,
        closereader: bool = True,
        fromindex: Any = None,
        parent: Searcher | None = None,
    ) -> None:
        """As `whoosh.searching.Searcher`, whose own constructor opens more than is needed."""
        self.ixreader = reader
        self.is_closed = False
        self._closereader = closereader
        self._ix = fromindex
        self._doccount = reader.doc_count_all()
        self._field_caches: dict[str, Any] = {}
        self._filter_cache: dict[Any, Any] = {}
        self.parent = weakref.ref(parent) if parent is not None else None
        self.schema = reader.schema
        self.weighting = weighting() if isinstance(weighting, type) else weighting
        for name in _OF_READER:
            setattr(self, name, getattr(reader, name))

    @cached_property
    def leafreaders(self) -> list[tuple[Reader, int]] | None:
        """The readers of the leaves where there are several, with their bases."""
        return None if self.ixreader.is_atomic() else self.ixreader.leaf_readers()

    @cached_property
    def subsearchers(self) -> list[tuple[Searcher, int]] | None:
        """The searchers of the leaves where there are several, with their bases."""
        if self.leafreaders is None:
            return None
        return [(self._subsearcher(reader), base) for reader, base in self.leafreaders]

    # Statistics: of live documents, and of the whole index where this searches a leaf of it

    def avg_field_length(self, fieldname: str, default: Any = None) -> Any:
        """The mean length of a field in tokens; `default` where lengths are not counted."""
        if not self.schema[fieldname].scorable:
            return default
        return self.get_parent().ixreader.statistics.average_length(fieldname)

    def idf(self, fieldname: str, text: Any) -> float:
        """A term's inverse document frequency, as the weighting has it."""
        weighting = self.weighting
        if type(weighting).idf is not scoring.WeightingModel.idf:
            return float(weighting.idf(self, fieldname, text))
        raw = self.schema[fieldname].to_bytes(text)
        return float(self.get_parent().ixreader.statistics.idf(fieldname, raw))

    def postings(
        self, fieldname: str, text: Any, weighting: Any = None, qf: int = 1
    ) -> PostingMatcher:
        """A matcher of one term that scores. Raises TermNotFound."""
        model = weighting or self.weighting
        scorer = model.scorer(self, fieldname, text, qf=qf)
        return self.ixreader.postings(fieldname, text, scorer=scorer)

    # Searching

    def search(
        self,
        q: Query,
        limit: int | None = 10,
        *,
        terms: bool = False,
        optimize: bool = True,
        **wanted: Any,
    ) -> Results:
        """As `whoosh.searching.Searcher.search`; the differences stand above.

        `wanted`: see `gathering.Wanted`. Raises InvalidQuery for a query that asks for too much,
        DamagedIndex, ValueError for a limit below 1, TypeError, KeyError for bad facets.
        """
        if limit is not None and limit < 1:
            raise ValueError("limit must be >= 1")
        began = perf_counter()
        results = self._unharmed(lambda: self._search(q, limit, wanted, optimize, terms))
        results.runtime = perf_counter() - began
        return results

    def search_with_collector(self, q: Query, collector: Any, context: Any = None) -> None:
        """Runs a collector of Whoosh over what is found here."""

        def run() -> None:
            asked = self.evaluated(q)
            collector.prepare(self, asked, context or self.context())
            try:
                collector.run()
            finally:
                _restore(collector, asked, q)

        self._unharmed(run)

    def docs_for_query(self, q: Query, for_deletion: bool = False) -> Iterator[int]:
        """The documents that match, ascending; `for_deletion` as in Whoosh, for nested queries."""
        if for_deletion and type(q).deletion_docs is not Query.deletion_docs:
            for searcher, base in self.leaf_searchers():
                yield from (base + doc for doc in q.deletion_docs(searcher))
            return
        for part in self._unharmed(lambda: self._parts(self._compiled(q, None))):
            yield from (part.docs.astype(np.int64) + part.base).tolist()

    def evaluated(self, q: Query) -> Query:
        """The query, with a Whoosh matcher that steps through what is found here."""
        return Evaluated(q, self._leaf_hits, self._leaf_terms)

    # What facets and gathering need

    def holds(self, query: Query, part: Part) -> NDArray[np.bool_]:
        """Which of a part's documents match a query."""
        return self._compiler(None).node(query, part.leaf).holds(part.docs)

    def categorized(self, categorizer: Any, part: Part, method: str) -> list[Any]:
        """What a categorizer of Whoosh says of each document of a part."""
        searcher, base = self._leaf_searcher(part.leaf)
        categorizer.set_searcher(searcher, base)
        docs = part.docs.tolist()
        matcher = HitMatcher(docs, (part.scores / SCALE).tolist(), dict, dict)
        ask = getattr(categorizer, method)
        found = []
        for doc in docs:
            found.append(list(ask(matcher, doc)) if method == "keys_for" else ask(matcher, doc))
            matcher.next()
        return found

    def final_scores(self, part: Part) -> NDArray[np.float64]:
        """The scores after the weighting's last word, multiplied by SCALE."""
        if not self.weighting.use_final:
            return part.scores
        pairs = zip(part.docs.tolist(), (part.scores / SCALE).tolist(), strict=True)
        final = [self.weighting.final(self, part.base + doc, score) for doc, score in pairs]
        return np.array(final, np.float64) * SCALE

    # Inside

    def _search(
        self, q: Query, limit: int | None, more: Mapping[str, Any], optimize: bool, terms: bool
    ) -> Results:
        wanted = Wanted(limit, **more) if more else None
        found = self._compiled(q, self.weighting)
        if (wanted is None or wanted.only_the_best()) and not self.weighting.use_final:
            results = self._best(q, found, limit, optimize)
        else:
            results = self._gathered(q, found, wanted or Wanted(limit))
        if terms:
            self._record_terms(results)
        return results

    def _best(self, q: Query, found: topk.Search, limit: int | None, optimize: bool) -> Results:
        count = self.ixreader.doc_count_all()
        hits = found.best(min(limit or count, count), exhaustive=not optimize or limit is None)
        first = self.ixreader.first
        if first:
            hits = [(score, doc - first) for score, doc in hits]
        known = len(hits) if limit is None or len(hits) < limit else None
        matches = Matches(
            lambda: self._unharmed(found.count),
            lambda: self._unharmed(lambda: self._numbers(found)),
            known,
        )
        return Results(self, q, hits, matches)

    def _gathered(self, q: Query, found: topk.Search, wanted: Wanted) -> Results:
        gathered = gather(self._parts(found), wanted, self)
        docs = gathered.docs
        matches = Matches(lambda: len(docs), lambda: docs, len(docs))
        results = Results(self, q, gathered.hits, matches, facetmaps=gathered.groups)
        results.filtered_count = gathered.filtered
        results.allowed, results.restricted = wanted.filter, wanted.mask
        results.collapsed_counts = dict(gathered.collapsed)
        return results

    def _record_terms(self, results: Results) -> None:
        docs = np.array(sorted(doc for _, doc in results.top_n), np.int64)
        compiler = self._compiler(self.weighting)
        results.docterms = {}
        for leaf, base in self.ixreader.based_leaves():
            own = (docs[(docs >= base) & (docs < base + leaf.count)] - base).astype(np.uint32)
            found = matched_terms(results.q, leaf, own, compiler, self.schema)
            results.docterms |= {base + doc: terms for doc, terms in found.items()}
        results.termdocs = {}
        for doc, terms in sorted(results.docterms.items()):
            for term in terms:
                results.termdocs.setdefault(term, []).append(doc)

    def _compiler(self, weighting: Any) -> Compiler:
        return Compiler(self.ixreader.statistics, weighting, self._stock)

    def _compiled(self, q: Query, weighting: Any) -> topk.Search:
        return topk.search(q, self.ixreader.statistics, weighting, self._stock)

    def _parts(self, found: topk.Search) -> list[Part]:
        """The matches of each leaf that has any."""
        pairs = zip(self.ixreader.based_leaves(), found.nodes, strict=True)
        return [
            Part(number, leaf, base, *node.scan())
            for number, ((leaf, base), node) in enumerate(pairs)
            if node.size
        ]

    def _numbers(self, found: topk.Search) -> NDArray[np.int64]:
        return found.all()[0].astype(np.int64) - self.ixreader.first

    def _stock(self, asked: Query, leaf: Leaf, weighting: Any) -> tuple[Docs, Any]:
        """The hook of the compiler for what Whoosh has to run."""
        searcher, _ = self._leaf_searcher(leaf)
        if isinstance(asked, Evaluated):
            docs, scores = self._leaf_hits(asked.child, searcher, weighting)
            return docs, scores / SCALE
        return stock.evaluate(asked, searcher, weighting, self.evaluated)

    def _leaf_searcher(self, leaf: Leaf) -> tuple[Searcher, int]:
        for searcher, base in self.leaf_searchers():
            if leaf in searcher.ixreader.leaves:
                return searcher, base
        raise ValueError("a leaf of another index")

    def _leaf_hits(self, asked: Query, searcher: Searcher, weighting: Any) -> Hits:
        """What a query matches in a searcher of one leaf, with this index's statistics."""
        leaves = searcher.ixreader.leaves
        if not leaves:
            return np.zeros(0, np.uint32), np.zeros(0)
        if len(leaves) > 1:
            raise ValueError("Whoosh's matchers are made leaf by leaf")
        return self._compiler(weighting).node(asked, leaves[0]).scan()

    def _leaf_terms(
        self, asked: Query, searcher: Searcher
    ) -> Mapping[int, list[tuple[str, bytes]]]:
        leaf = searcher.ixreader.leaves[0]
        compiler = self._compiler(None)
        docs = compiler.node(asked, leaf).docs()
        return matched_terms(asked, leaf, docs, compiler, self.schema)

    def _unharmed(self, work: Callable[[], _Found]) -> _Found:
        """Does the work; raises DamagedIndex for errors that come of that, and QueryTooDeep."""
        try:
            return work()
        except RecursionError as error:
            raise QueryTooDeep from error
        except damage.SIGNS:
            damage.check(self.ixreader.leaves)
            raise


def _restore(collector: Any, asked: Query, q: Query) -> None:
    """Gives the collector, and those that it wraps, the query as it was asked."""
    while collector is not None:
        if vars(collector).get("q") is asked:
            collector.q = q
        collector = vars(collector).get("child")


_OF_READER = (
    "stored_fields",
    "all_stored_fields",
    "has_vector",
    "vector",
    "vector_as",
    "lexicon",
    "field_terms",
    "frequency",
    "doc_frequency",
    "term_info",
    "doc_field_length",
    "corrector",
    "iter_docs",
)
