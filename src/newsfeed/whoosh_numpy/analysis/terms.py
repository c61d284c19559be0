"""Terms numbered as they come, until a lexicon puts them in order.

In: terms. Out: their numbers, and the terms again. Called by `words` and `pending`.
"""

from __future__ import annotations

from collections.abc import Iterable


class Terms(dict[bytes, int]):
    """The terms of a lexicon, numbered as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[bytes] = []
        """number -> term"""

    def __missing__(self, term: bytes) -> int:
        number = self[term] = len(self)
        self.listed.append(term)
        return number

    def numbers(self, terms: Iterable[bytes]) -> list[int]:
        """The number of each term; faster for many than one after another."""
        number_of, listed = self.setdefault, self.listed
        found = []
        for term in terms:
            number = number_of(term, len(listed))
            if number == len(listed):
                listed.append(term)
            found.append(number)
        return found
