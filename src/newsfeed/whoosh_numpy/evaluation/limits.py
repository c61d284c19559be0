"""What a query may ask for, and the errors of those that ask for more.

In: nothing. Out: numbers and exceptions. Called by everything that takes queries from outside: a
query of a few bytes must not cost minutes.

    InvalidQuery        (an EngineError and a whoosh.query.QueryError)
    ├── QueryTooDeep    nested more than MAX_DEPTH times
    ├── TooManyTerms    it stands for too many terms to score or to look at each
    ├── WordTooLong     a word too long to compare with others or to inflect
    └── BoostTooLarge   boosts that are no numbers, or scores too large to be exact
"""

from __future__ import annotations

from typing import Final

from whoosh.query import QueryError

from newsfeed.whoosh_numpy.errors import EngineError

MAX_DEPTH: Final = 200
MAX_CLAUSES: Final = 1 << 16
"""Terms and other leaves of one query, before patterns are expanded."""

MAX_SCORED_TERMS: Final = 1024
"""Terms that a pattern may stand for where each is scored; as masks they may be any number."""


MAX_WORD: Final = 128
"""Characters of a word that is compared with others or inflected."""


class InvalidQuery(EngineError, QueryError):  # type: ignore[misc]  # noqa: N818
    """A query that cannot be answered."""


class QueryTooDeep(InvalidQuery):
    """Nested too deeply."""

    def __init__(self) -> None:
        super().__init__(f"the query is nested more than {MAX_DEPTH} times; make it flatter")


class TooManyTerms(InvalidQuery):
    """Stands for too many terms."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} stands for more than {limit} terms; narrow it down")


class BoostTooLarge(InvalidQuery):
    """A boost that scores cannot be computed with."""

    def __init__(self, boost: float) -> None:
        super().__init__(f"a boost of {boost} is beyond what scores can hold; give a smaller one")


class WordTooLong(InvalidQuery):
    """A word too long to look for others like it."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f"{word[:20]!r}…: a word of {len(word)} characters; {MAX_WORD} can be compared"
        )
