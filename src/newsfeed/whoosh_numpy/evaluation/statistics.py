"""What a whole index says of terms and fields, counted over its live documents.

In: leaves and the schema. Out: document frequencies, idf, average lengths, impacts, and where each
term stands in each leaf. Called by `compiler` and `reader`. Deleted documents are in no figure, so
a document scores the same before and after a merge. Shared by threads: what is computed is kept,
and two threads at once compute the same.

    idf = ln(N / (df + 1)) + 1,  average = sum of exact lengths / N,  N = number of live documents
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np

from newsfeed.whoosh_numpy.evaluation.impacts import Impacts, bm25, lengthless
from newsfeed.whoosh_numpy.evaluation.postings import BestLists, Postings, best_lists
from newsfeed.whoosh_numpy.storage.leaf import Leaf

_TERMS_KEPT: Final = 20_000
_ROWS_KEPT: Final = 1 << 25
"""Of all terms kept: their documents are decoded when somebody asks, to four bytes each."""
_TABLES_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class TermPlaces:
    """One term of one field: its live documents, and its postings in each leaf."""

    df: int
    idf: float
    postings: tuple[Postings | None, ...]


class Statistics:
    """Of one state of an index."""

    def __init__(self, leaves: Sequence[Leaf], schema: Any) -> None:
        """`schema`: a whoosh.fields.Schema."""
        self.leaves = tuple(leaves)
        self.schema = schema
        self.count = sum(leaf.count_live for leaf in self.leaves)
        """How many live documents there are."""
        self._terms: dict[tuple[str, bytes], TermPlaces] = {}
        self._texts: dict[tuple[str, str], TermPlaces] = {}
        self._rows = 0
        self._lengths: dict[str, int] = {}
        self._impacts: dict[tuple[str, float, float], Impacts] = {}
        self._lists: dict[tuple[int, str], BestLists | None] = {}

    def places(self, field: str, term: bytes) -> TermPlaces:
        """Where a term stands; of `df` 0 where it stands nowhere."""
        found = self._terms.get((field, term))
        if found is None:
            if len(self._terms) >= _TERMS_KEPT or self._rows >= _ROWS_KEPT:
                self._terms, self._texts, self._rows = {}, {}, 0
            found = self._terms[field, term] = self._look_up(field, term)
            self._rows += sum(each.size for each in found.postings if each is not None)
        return found

    def of_text(self, field: str, text: Any) -> TermPlaces | None:
        """Where a value of a field stands, as the field makes terms; None where it can be none."""
        key = field, text
        plain = type(text) is str
        found = self._texts.get(key) if plain else None
        if found is None:
            if field not in self.schema:
                return None
            try:
                raw = self.schema[field].to_bytes(text)
            except ValueError:
                return None
            found = self.places(field, raw)
            if plain:
                if len(self._texts) >= _TERMS_KEPT:
                    self._texts = {}
                self._texts[key] = found
        return found

    def df(self, field: str, term: bytes) -> int:
        """In how many live documents a term stands."""
        return self.places(field, term).df

    def idf(self, field: str, term: bytes) -> float:
        """The term's inverse document frequency; 0.0 in an index without live documents."""
        return self.places(field, term).idf

    def total_length(self, field: str) -> int:
        """The length of a field in all live documents together, in tokens."""
        found = self._lengths.get(field)
        if found is None:
            found = self._lengths[field] = sum(_total_length(leaf, field) for leaf in self.leaves)
        return found

    def average_length(self, field: str) -> float:
        """The mean length of a field over all live documents, in tokens; 0.0 for none."""
        return self.total_length(field) / self.count if self.count else 0.0

    def impacts(self, field: str, k1: float, b: float) -> Impacts:
        """What the field's postings add to a score under BM25F with these parameters."""
        found = self._impacts.get((field, k1, b))
        if found is None:
            if len(self._impacts) >= _TABLES_KEPT:
                self._impacts = {}
            described = self.schema[field]
            boost = float(described.format.field_boost)
            found = self._impacts[field, k1, b] = (
                bm25(self.average_length(field), k1, b, boost)
                if described.scorable
                else lengthless(boost)
            )
        return found

    def _look_up(self, field: str, term: bytes) -> TermPlaces:
        found: list[Postings | None] = []
        df = 0
        for leaf in self.leaves:
            postings = self._postings(leaf, field, term)
            live = live_documents(leaf, postings) if postings else 0
            df += live
            found.append(postings if live else None)
        idf = log(self.count / (df + 1)) + 1 if self.count else 0.0
        return TermPlaces(df, idf, tuple(found))

    def _postings(self, leaf: Leaf, field: str, term: bytes) -> Postings | None:
        arrays = leaf.segment.field(field)
        number = -1 if arrays is None else arrays.lexicon.find(term)
        if arrays is None or number < 0:
            return None
        key = id(leaf), field
        if key not in self._lists:
            self._lists[key] = best_lists(leaf.segment, field)
        return Postings(arrays, number, self._lists[key])


def live_documents(leaf: Leaf, postings: Postings) -> int:
    """In how many live documents of a leaf a term stands."""
    if leaf.live is None or leaf.deleted is None or not postings.size:
        return postings.size
    docs = postings.docs
    if len(leaf.deleted) * 8 > len(docs):
        return int(np.count_nonzero(leaf.live[docs]))
    at = docs.searchsorted(leaf.deleted)
    return len(docs) - int(np.count_nonzero(docs.take(at, mode="clip") == leaf.deleted))


def _total_length(leaf: Leaf, field: str) -> int:
    lengths = leaf.segment.lengths(field)
    if lengths is None:
        return 0
    total = int(lengths.sum(dtype=np.int64))
    if leaf.deleted is not None:
        total -= int(lengths[leaf.deleted].sum(dtype=np.int64))
    return total
