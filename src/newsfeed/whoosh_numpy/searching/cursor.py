"""A walk through the terms of one field, as Whoosh's automata do it.

In: a reader and a field. Out: terms as text, one after the other. Made by `Reader.cursor`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whoosh.reading import TermInfo

    from newsfeed.whoosh_numpy.searching.reader import Reader


class Cursor:
    """Stands at one term, or beyond the last. Not shared by threads."""

    def __init__(self, reader: Reader, field: str) -> None:
        self._reader = reader
        self._field = field
        self._terms: Iterator[bytes] = iter(())
        self._term: bytes | None = None
        self.first()

    def first(self) -> Any:
        return self._begin(self._reader.lexicon(self._field))

    def find(self, term: Any) -> Any:
        """To the first term that is not below this one; the text there, None at the end."""
        start = self._reader.terms_from(self._field, term)
        return self._begin(text for name, text in start if name == self._field)

    def next(self) -> Any:
        self._term = next(self._terms, None)
        return self.term()

    def is_valid(self) -> bool:
        return self._term is not None

    def term(self) -> Any:
        """The term as text; None at the end."""
        if self._term is None:
            return None
        return self._reader.schema[self._field].from_bytes(self._term)

    text = term

    def term_info(self) -> TermInfo:
        return self._reader.term_info(self._field, self._term)

    def _begin(self, terms: Iterable[bytes]) -> Any:
        self._terms = iter(terms)
        return self.next()
