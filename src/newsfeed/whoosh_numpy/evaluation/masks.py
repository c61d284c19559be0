"""Nodes without scores of their own: sets of documents, each with the same score.

In: a leaf, a node, ranges of postings. Out: nodes. Called by `compiler`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from newsfeed.whoosh_numpy.evaluation.impacts import Scores
from newsfeed.whoosh_numpy.evaluation.nodes import Docs, Hits, Mask, Node, distinct
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import FieldArrays

_DENSE: Final = 16


class Constant(Node):
    """A set of documents that all score the same."""

    def __init__(self, score: float, size: int) -> None:
        """`score`: multiplied by SCALE, a whole number."""
        self._score = score
        self.size = size
        self.bound = max(0.0, score)
        self.positive = score > 0

    def scan(self) -> Hits:
        docs = self.docs()
        return docs, np.full(len(docs), self._score)

    def docs(self) -> Docs:
        raise NotImplementedError

    def probe(self, docs: Docs) -> tuple[Mask, Scores]:
        hit = self.holds(docs)
        return hit, np.where(hit, self._score, 0.0)


class Alike(Constant):
    """What a node matches, all with one score (Whoosh's ConstantScoreQuery)."""

    def __init__(self, node: Node, score: float) -> None:
        super().__init__(score, node.size)
        self._node = node

    def docs(self) -> Docs:
        return self._node.docs()

    def holds(self, docs: Docs) -> Mask:
        return self._node.holds(docs)


class Everything(Constant):
    """All live documents (Every without a field)."""

    def __init__(self, leaf: Leaf, score: float) -> None:
        super().__init__(score, leaf.count_live)
        self._leaf = leaf

    def docs(self) -> Docs:
        live = self._leaf.live
        if live is None:
            return np.arange(self._leaf.count, dtype=np.uint32)
        return np.flatnonzero(live).astype(np.uint32)

    def holds(self, docs: Docs) -> Mask:
        return np.ones(len(docs), np.bool_)

    def best(self, k: int, least: float) -> Hits:
        if least > self._score:
            k = 0
        live = self._leaf.live
        if live is None:
            docs = np.arange(min(k, self._leaf.count), dtype=np.uint32)
        else:
            # Among the first documents, twice as many again and again, until k are live.
            end = k
            while end < len(live) and np.count_nonzero(live[:end]) < k:
                end *= 2
            docs = np.flatnonzero(live[:end])[:k].astype(np.uint32)
        return docs, np.full(len(docs), self._score)

    def count(self) -> int:
        return self._leaf.count_live


class Marked(Constant):
    """Live documents that an array of all documents marks, made when first needed."""

    def __init__(self, leaf: Leaf, score: float, size: int | None = None) -> None:
        super().__init__(score, leaf.count_live if size is None else min(size, leaf.count_live))
        self._leaf = leaf
        self._made: Mask | None = None

    def marks(self) -> Mask:
        """Document -> whether it matches, dead ones or not."""
        raise NotImplementedError

    def docs(self) -> Docs:
        found = self._marked()
        if self._leaf.live is not None:
            found = found & self._leaf.live
        return np.flatnonzero(found).astype(np.uint32)

    def holds(self, docs: Docs) -> Mask:
        return self._marked()[docs]

    def _marked(self) -> Mask:
        if self._made is None:
            self._made = self.marks()
        return self._made


class Complement(Marked):
    """What a node does not match (Whoosh's Not)."""

    def __init__(self, leaf: Leaf, node: Node, score: float) -> None:
        super().__init__(leaf, score)
        self._node = node

    def marks(self) -> Mask:
        marks = np.ones(self._leaf.count, np.bool_)
        marks[self._node.docs()] = False
        return marks


class Present(Marked):
    """Documents that have anything in a field (Every of a field)."""

    def __init__(self, leaf: Leaf, field: str, score: float) -> None:
        super().__init__(leaf, score)
        self._field = field

    def marks(self) -> Mask:
        segment = self._leaf.segment
        counted = segment.lengths(self._field)
        if counted is None:
            counted = segment.ordinals(self._field)
        if counted is not None:
            return counted > 0
        arrays = segment.field(self._field)
        marks = np.zeros(self._leaf.count, np.bool_)
        if arrays is not None:
            marks[arrays.docs[:]] = True
        return marks


class Ranges(Marked):
    """Documents that have one of many terms, given as ranges of their numbers in the lexicon."""

    def __init__(
        self, leaf: Leaf, arrays: FieldArrays, terms: Sequence[tuple[int, int]], score: float
    ) -> None:
        """`terms`: for each range the first number and the one after the last."""
        self._arrays = arrays
        starts = arrays.starts
        self._rows = [(int(starts[first]), int(starts[last])) for first, last in terms]
        super().__init__(leaf, score, sum(end - start for start, end in self._rows))

    def marks(self) -> Mask:
        marks = np.zeros(self._leaf.count, np.bool_)
        for start, end in self._rows:
            marks[self._arrays.docs[start:end]] = True
        return marks

    def docs(self) -> Docs:
        rows = sum(end - start for start, end in self._rows)
        if len(self._rows) != 1 or rows * _DENSE > self._leaf.count:
            return super().docs()
        start, end = self._rows[0]
        docs = distinct(self._arrays.docs[start:end])
        return docs if self._leaf.live is None else docs[self._leaf.live[docs]]
