"""Counting and filtering by whole values: sections, sources, authors, agencies, topics.

In: each document's values as written. Out: counts, and the documents of one value, by slug. Called
by the snapshot, which keeps one table for each facet and commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from newsfeed.search.interface import Facet
from newsfeed.slugs import slug


class FacetTable:
    """One facet over the live documents of a commit. Never changed, so threads share it."""

    def __init__(self, live: Sequence[int], values: Sequence[tuple[str, ...]]) -> None:
        self._slugs: dict[int, tuple[str, ...]] = {}
        self._docs: dict[str, list[int]] = {}
        written: Counter[str] = Counter()
        for doc in live:
            found = tuple({slug(value): None for value in values[doc]})
            self._slugs[doc] = found
            written.update(values[doc])
            for each in found:
                self._docs.setdefault(each, []).append(doc)
        # The name most articles use; of equally frequent ones the first in code point order.
        self._names: dict[str, str] = {}
        for name, _ in sorted(written.items(), key=lambda item: (-item[1], item[0])):
            self._names.setdefault(slug(name), name)

    def docs(self, name: str) -> Sequence[int]:
        """The documents with a value, given in any spelling of the same slug."""
        return self._docs.get(slug(name), ())

    def count(self, docs: Iterable[int]) -> tuple[Facet, ...]:
        """How many of the documents have each value: count down, slug up."""
        counts = Counter(chain.from_iterable(map(self._slugs.__getitem__, docs)))
        return tuple(
            Facet(each, self._names[each], count)
            for each, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )
