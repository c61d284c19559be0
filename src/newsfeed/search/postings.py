"""What evaluation asks of an index, and the form in which it gets the words.

In: nothing. Out: `Occurrences` and the `Reader` protocol. Spoken by `evaluate` on one side and by
the stored snapshot on the other; nothing here knows where postings are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from newsfeed.search.scored import Docs


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where something stands in one field: documents, how often in each, the field's length.

    The three arrays have one element for each occurrence or group of occurrences in a document; a
    document may come several times and in any order.
    """

    field: int
    docs: Docs
    counts: NDArray[Any]
    lengths: NDArray[Any]


class Reader(Protocol):
    """The live documents of one commit; documents are numbers, fields numbers in `FIELDS`."""

    @property
    def size(self) -> int:
        """Every document's number is below this."""

    @property
    def count(self) -> int:
        """How many documents there are."""

    @property
    def averages(self) -> tuple[float, ...]:
        """For each field its average length in terms over the documents that have it, else 0."""

    def live(self) -> Docs:
        """The numbers of all documents, ascending."""

    def run(self, terms: Sequence[str], fields: Collection[int]) -> list[Occurrences]:
        """Where terms stand next to each other in fields of one kind, the fields ascending."""

    def beginning(self, prefix: str, fields: Collection[int]) -> list[Occurrences]:
        """Where any term stands that begins with a prefix, in fields of one kind, ascending."""
