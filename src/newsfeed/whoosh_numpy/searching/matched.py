"""Which terms of a query match in which documents.

In: a query, documents of a leaf that it matches. Out: for each document the terms. Called by
`searcher` for `terms=True`. A term counts where the part of the query that it stands in matches: of
`(a AND b) OR c` a document with a and c has only c. Terms of patterns are those that the document
has; what is excluded has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import query

from newsfeed.whoosh_numpy.evaluation.compiler import Compiler
from newsfeed.whoosh_numpy.evaluation.expansion import EXPANSIONS
from newsfeed.whoosh_numpy.evaluation.nodes import Docs
from newsfeed.whoosh_numpy.storage.leaf import Leaf

Found = dict[int, dict[tuple[str, bytes], None]]


def matched_terms(
    asked: Any, leaf: Leaf, docs: Docs, compiler: Compiler, schema: Any
) -> dict[int, list[tuple[str, bytes]]]:
    """Document of the leaf -> terms as (field, bytes), in the order of the query."""
    found: Found = {}
    _Recorder(leaf, compiler, schema, found).record(asked, docs)
    return {doc: list(terms) for doc, terms in found.items()}


@dataclass(frozen=True)
class _Recorder:
    leaf: Leaf
    compiler: Compiler
    schema: Any
    found: Found

    def record(self, asked: Any, docs: Docs) -> None:
        """Of a part of the query, in documents that the query matches."""
        docs = self._holding(asked, docs)
        if not len(docs):
            return
        for field, raw, those in self._terms(asked, docs):
            for doc in those.tolist():
                self.found.setdefault(doc, {})[field, raw] = None
        for part in self._parts(asked, docs):
            self.record(part, docs)

    def _holding(self, asked: Any, docs: Docs) -> Docs:
        if not len(docs) or isinstance(asked, query.Not):
            return docs[:0]
        return docs[self.compiler.node(asked, self.leaf).holds(docs)]

    def _parts(self, asked: Any, docs: Docs) -> Iterable[Any]:
        """The subqueries whose terms count."""
        if isinstance(asked, query.AndNot):
            return [asked.a]
        if isinstance(asked, query.Otherwise):
            return [asked.a if len(self._holding(asked.a, docs)) == len(docs) else asked.b]
        return [] if asked.is_leaf() else list(asked.children())

    def _terms(self, asked: Any, docs: Docs) -> Iterator[tuple[str, bytes, Docs]]:
        """The terms that a query has itself, and those of the documents that have each."""
        if isinstance(asked, query.Term | query.Phrase):
            words = [asked.text] if isinstance(asked, query.Term) else asked.words
            encode = self.schema[asked.fieldname].to_bytes
            yield from ((asked.fieldname, encode(word), docs) for word in words)
            return
        expand = _expansion(asked)
        arrays = self.leaf.segment.field(asked.fieldname) if expand else None
        if expand is None or arrays is None:
            return
        wanted = np.zeros(self.leaf.count, np.bool_)
        wanted[docs] = True
        for first, last in expand(self.schema[asked.fieldname], arrays.lexicon, asked):
            start, end = int(arrays.starts[first]), int(arrays.starts[last])
            rows = np.flatnonzero(wanted[arrays.docs[start:end]]) + start
            numbers = arrays.starts.searchsorted(rows, "right") - 1
            for number in dict.fromkeys(numbers.tolist()):
                yield asked.fieldname, arrays.lexicon[number], arrays.docs[rows[numbers == number]]


def _expansion(asked: Any) -> Callable[[Any, Any, Any], list[tuple[int, int]]] | None:
    if not isinstance(asked, query.MultiTerm):
        return None
    return next((EXPANSIONS[kind] for kind in type(asked).__mro__ if kind in EXPANSIONS), None)
