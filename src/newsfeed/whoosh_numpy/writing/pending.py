"""What the documents of a batch say in one field, until the field is inverted.

In: values, document by document. Out: their tokens. Called by `batch`. Texts of an analyser that
works word by word are gathered and read many at once (`words`); every other value is turned into
tokens at once (`tokens`). Both roads give the same tokens.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from whoosh import fields
from whoosh.analysis import IDTokenizer

from newsfeed.whoosh_numpy.analysis import tokens
from newsfeed.whoosh_numpy.analysis.inversion import Tokens, short
from newsfeed.whoosh_numpy.analysis.terms import Terms
from newsfeed.whoosh_numpy.analysis.words import Words, WordTable
from newsfeed.whoosh_numpy.storage.container import Array

Prepared = bytes | Sequence[tuple[bytes, Sequence[tokens.Place]]]
"""A value that can be added: a text as `WordTable.encode` gives it, or a value's terms."""

_PIECE: Final = 1 << 17
"""Bytes of text read at once: what is made of them stays in the processor's cache."""

_TOKEN_BYTES: Final = 64
_WORD_BYTES: Final = 56
"""What a token takes until it is written, about; most of it while the field is inverted."""

_VALUE_BYTES: Final = 16


class Pending:
    """The values of one field. Not shared by threads."""

    def __init__(
        self, name: str, field: fields.FieldType, table: WordTable | None, *, by_words: bool = True
    ) -> None:
        """`table`: the words of the field's analyser; None where it does not work by words.

        With `by_words=False` only its terms are used.
        """
        self.name = name
        self.field = field
        self.terms = Terms() if table is None else table.terms
        self._table = table if by_words else None
        self.bytes = 0
        """About how much memory the values take."""
        self._docs = array("I")
        self._pieces: list[Words | Tokens] = []
        self._texts: list[str] = []
        self._encoded: list[bytes] = []
        self._encoded_size = 0
        self._listed = _Listed()
        self._recorded: fields.FieldType | None = None
        self._whole = type(field) is fields.ID and type(field.analyzer) is IDTokenizer
        self._positioned = field.format.supports("positions")
        self._characters = field.format.supports("characters")
        unique = field.unique and table is None
        self._of_term: dict[bytes, list[int]] | None = {} if unique else None

    def prepare(self, value: Any) -> Prepared:
        """Reads a value without taking it. Raises what the field type raises for a bad value."""
        if self._table is not None and isinstance(value, str):
            return self._table.encode(value)
        if self._whole and isinstance(value, str):
            return [(value.encode(), tokens.ONCE)]
        if self._recorded is None:
            self._recorded = tokens.recorded(self.field)
        return list(tokens.tokens(self._recorded, value))

    def add(self, doc: int, value: Any, prepared: Prepared) -> None:
        """Takes a value; documents come in their order."""
        self._docs.append(doc)
        self.bytes += _VALUE_BYTES
        if isinstance(prepared, bytes):
            self._add_text(value, prepared)
            return
        self._read()
        numbered = [(self.terms[term], places) for term, places in prepared]
        self.bytes += _TOKEN_BYTES * self._listed.add(numbered)
        if self._of_term is not None:
            for term, _ in prepared:
                self._of_term.setdefault(term, []).append(doc)

    def tokens(self, docs: int) -> Tokens:
        """The tokens of a batch of this many documents."""
        pieces = list(self._all())
        counts = np.zeros(docs, np.uint32)
        given = _joined([each.counts for each in pieces])
        np.add.at(counts, np.array(self._docs, np.uint32), given)
        return Tokens(
            _joined([each.terms for each in pieces]),
            counts,
            short(_joined([each.positions for each in pieces])) if self._positioned else None,
            _joined([each.startchars for each in pieces]) if self._characters else None,
            _joined([each.endchars for each in pieces]) if self._characters else None,
        )

    def find(self, term: bytes, docs: int) -> Iterable[int]:
        """The documents with a term, ascending; the batch has so many."""
        if self._of_term is not None:
            return self._of_term.get(term, ())
        found = self.tokens(docs)
        docs_of = found.docs()[found.terms == self.terms.get(term, -1)]
        return list(dict.fromkeys(docs_of.tolist()))

    def _add_text(self, text: str, encoded: bytes) -> None:
        self._end_listed()
        self._texts.append(text)
        self._encoded.append(encoded)
        self._encoded_size += len(encoded)
        self.bytes += 2 * len(encoded)
        if self._encoded_size >= _PIECE:
            self._read()

    def _end_listed(self) -> None:
        if self._listed.counts:
            self._pieces.append(self._listed.tokens())
            self._listed = _Listed()

    def _read(self) -> None:
        """Turns the texts that wait into numbers of words."""
        if self._texts and self._table is not None:
            words = self._table.words(self._texts, self._encoded, placed=self._characters)
            self._pieces.append(words)
            self.bytes += _WORD_BYTES * len(words.numbers) - 2 * self._encoded_size
            self._texts, self._encoded, self._encoded_size = [], [], 0

    def _all(self) -> Iterable[Tokens]:
        self._read()
        self._end_listed()
        if self._table is not None:
            self._table.resolve()
        for each in self._pieces:
            if isinstance(each, Words):
                assert self._table is not None
                yield self._table.tokens(each)
            else:
                yield each


class _Listed:
    """Tokens that came one after another."""

    def __init__(self) -> None:
        self.counts = array("I")
        self._terms = array("I")
        self._places = array("I")

    def add(self, numbered: Iterable[tuple[int, Sequence[tokens.Place]]]) -> int:
        """Takes the terms of a value; how many tokens they are."""
        before = len(self._terms)
        for number, places in numbered:
            for place in places:
                self._terms.append(number)
                self._places.extend(place)
        self.counts.append(len(self._terms) - before)
        return self.counts[-1]

    def tokens(self) -> Tokens:
        """All of them."""
        places = np.array(self._places, np.uint32).reshape(-1, 3)
        return Tokens(
            np.array(self._terms, np.uint32),
            np.array(self.counts, np.uint32),
            *(np.ascontiguousarray(places[:, part]) for part in range(3)),
        )


def _joined(pieces: Iterable[Array | None]) -> Array:
    given = [each for each in pieces if each is not None]
    return np.concatenate(given) if given else np.zeros(0, np.uint32)
