"""Documents and statistics, the plain way: dictionaries, one document after another.

In: a Whoosh schema and live documents as given to `add_document`. Out: for each document its terms
(through Whoosh's own field types, `field.index`), and the statistics of the collection. Called by
`brute_queries`, which says what matches and with which score. Knows nothing of the engine and uses
no NumPy; it is what the engine is compared with.

Scores are whole numbers of 2**-32. Each contribution of one term to one document is rounded to
such a number, half to even, so sums do not depend on their order.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from whoosh.fields import NUMERIC, Schema
from whoosh.formats import Existence
from whoosh.util.numeric import byte_to_length, length_to_byte

UNIT = 2**32
"""How many of our score units are a score of 1.0."""

Scores = dict[int, int]
"""Document number -> score in units; a document that does not match is absent."""


@dataclass(frozen=True)
class Posting:
    """One term in one document: how often, how much that weighs, and at which positions."""

    frequency: int
    weight: float
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Document:
    """One live document: what was given, and the terms of each field."""

    given: Mapping[str, Any]
    postings: Mapping[str, Mapping[bytes, Posting]]
    lengths: Mapping[str, int]


def analyse(schema: Schema, given: Mapping[str, Any]) -> Document:
    """The terms that Whoosh would index for a document; of numbers only those not shifted."""
    postings: dict[str, dict[bytes, Posting]] = {}
    lengths: dict[str, int] = {}
    for name, value in given.items():
        if name.startswith("_") or value is None or not schema[name].indexed:
            continue
        field = schema[name]
        items = list(field.index(value))
        if isinstance(field, NUMERIC):
            items = [item for item in items if item[0][:1] == b"\x00"]
        postings[name] = {
            term: _posting(field, [item for item in items if item[0] == term])
            for term in {item[0] for item in items}
        }
        if field.scorable:
            lengths[name] = sum(item[1] for item in items)
    return Document(given, postings, lengths)


def _posting(field: Any, items: Sequence[Any]) -> Posting:
    if isinstance(field.format, Existence) or not field.analyzer:
        return Posting(1, float(field.format.field_boost), ())
    frequency = sum(item[1] for item in items)
    positions: list[int] = []
    if field.format.supports("positions"):
        for item in items:
            positions += field.format.decode_positions(item[3])
    return Posting(frequency, frequency * float(field.format.field_boost), tuple(positions))


class Collection:
    """The live documents in their order, and what is counted over all of them."""

    def __init__(self, schema: Schema, documents: Iterable[Mapping[str, Any]]) -> None:
        self.schema = schema
        self.documents = [analyse(schema, given) for given in documents]
        self._frequencies: dict[tuple[str, bytes], int] = defaultdict(int)
        self._lengths: dict[str, int] = defaultdict(int)
        for document in self.documents:
            for name, terms in document.postings.items():
                for term in terms:
                    self._frequencies[name, term] += 1
            for name, length in document.lengths.items():
                self._lengths[name] += length

    def lexicon(self, field: str) -> list[bytes]:
        """All terms of the field in live documents, ascending."""
        return sorted(term for name, term in self._frequencies if name == field)

    def matching(self, field: str, term: bytes) -> list[int]:
        """The numbers of the documents that have the term."""
        return [
            number
            for number, document in enumerate(self.documents)
            if term in document.postings.get(field, ())
        ]

    def idf(self, field: str, term: bytes) -> float:
        """Whoosh's: log(documents / (documents with the term + 1)) + 1."""
        return math.log(len(self.documents) / (self._frequencies[field, term] + 1)) + 1

    def average_length(self, field: str) -> float:
        """Tokens of the field in all documents, by the number of documents; 1 if there are none."""
        if not self.documents:
            return 1.0
        return self._lengths[field] / len(self.documents) or 1.0


@dataclass(frozen=True)
class BM25F:
    """Whoosh's scoring of one term, K1 and B as in `whoosh.scoring.BM25F`."""

    b: float = 0.75
    k1: float = 1.2
    field_b: tuple[tuple[str, float], ...] = ()

    def score(
        self, collection: Collection, field: str, term: bytes, number: int, boost: float
    ) -> int:
        """The contribution in units: idf * boost, times the saturated frequency, rounded once."""
        document = collection.documents[number]
        posting = document.postings[field][term]
        if not collection.schema[field].scorable:
            return units(posting.weight * boost)
        b = dict(self.field_b).get(field, self.b)
        length = float(byte_to_length(length_to_byte(document.lengths[field])))
        average = collection.average_length(field)
        tf = posting.weight
        saturated = tf * (self.k1 + 1) / (tf + self.k1 * ((1 - b) + b * length / average))
        return units(saturated * (collection.idf(field, term) * boost))


def units(score: float) -> int:
    """A score as a whole number of 2**-32, half to even, computed without rounding before."""
    return round(Fraction(score) * UNIT)
