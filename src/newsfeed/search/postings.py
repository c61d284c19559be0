"""What evaluation asks of an index, and the form in which it gets the words.

In: nothing. Out: `Postings` and the `Reader` protocol. Spoken by `evaluate` on one side and by the
stored snapshot on the other; nothing here knows where postings are stored.

A place is one number: the field's number (its place in `schema.FIELDS`) above, the word's position
in the field below, so consecutive words are consecutive numbers and never span two fields.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from newsfeed.article import Article
from newsfeed.search import german
from newsfeed.search.schema import FIELDS

POSITION_BITS = 27
"""Leaves 134 million positions a field and 32 fields."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands: the places of `docs[i]` are `places[starts[i]:starts[i + 1]]`.

    Document numbers and each document's places ascend; every document has at least one place.
    """

    docs: array[int]
    starts: array[int]
    places: array[int]


class Reader(Protocol):
    """The live documents of one commit; documents are numbers."""

    @property
    def live(self) -> Sequence[int]:
        """The numbers of all documents, ascending."""

    @property
    def lengths(self) -> Sequence[Sequence[int]]:
        """For each field and document number its length in words."""

    @property
    def averages(self) -> tuple[float, ...]:
        """For each field the average length over the documents that have it, 0 if none has."""

    def postings(self, term: str) -> Postings:
        """Where a term stands; empty for one that stands nowhere."""

    def terms(self, prefix: str) -> Iterator[str]:
        """The terms that begin with a prefix, ascending; some may stand in deleted documents."""


def invert(article: Article) -> tuple[Mapping[str, array[int]], list[int]]:
    """An article's terms with their places, and the length of each field in words.

    Values of one field are one position apart, so that no phrase reaches across.
    """
    places: dict[str, array[int]] = {}
    lengths = []
    for number, field in enumerate(FIELDS):
        place = number << POSITION_BITS
        length = 0
        for text in field.texts(article):
            for compound in german.compounds(text or ""):
                parts, joined = german.terms(compound, field.kind)
                if joined:
                    places.setdefault(joined, array("I")).append(place)
                for part in parts:
                    places.setdefault(part, array("I")).append(place)
                    place += 1
                length += len(parts)
            place += 1
        lengths.append(length)
    return places, lengths
