"""The generic road from a value to its tokens: whatever a Whoosh field type does, token by token.

In: a value and its field. Out: (term, places) pairs, the terms as bytes. Called by `batch`; the
road for words (`analysis`) has to give the same. A field's own `index` runs, but with a format that
hands the tokens over instead of packing them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

from whoosh import fields, formats

from newsfeed.whoosh_numpy.errors import UnsupportedField

Place = tuple[int, int, int]
"""Position, first character, character after the last."""

ONCE: Final[tuple[Place, ...]] = ((0, 0, 0),)
"""The places of a term that has none."""

FORMATS: Final = (formats.Existence, formats.Frequency, formats.Positions, formats.Characters)
"""Exactly these; others pack something into each posting that has no array."""


class TokenFormat(formats.Format):  # type: ignore[misc]
    """Stands in for a field's format while a value is indexed: the tokens' places, unpacked."""

    def __init__(self, kept: formats.Format) -> None:
        super().__init__(kept.field_boost)
        self._positions = kept.supports("positions")
        self._characters = kept.supports("characters")
        self._once = isinstance(kept, formats.Existence)

    def word_values(
        self, value: Any, analyzer: Any, **kwargs: Any
    ) -> Iterator[tuple[str, int, float, tuple[Place, ...]]]:
        """Raises ValueError where the analyzer weighs tokens differently."""
        kwargs["positions"] = self._positions
        kwargs["chars"] = self._characters
        kwargs["boosts"] = True
        found: dict[str, list[Place]] = {}
        for token in formats.tokens(value, analyzer, kwargs):
            if token.boost != 1.0 and not self._once:
                raise ValueError("a token with a boost of its own cannot be kept")
            found.setdefault(token.text, []).append(self._place(token))
        for text, places in found.items():
            if self._once:
                del places[1:]
            yield text, len(places), len(places) * self.field_boost, tuple(places)

    def _place(self, token: Any) -> Place:
        return (
            token.pos if self._positions else 0,
            token.startchar if self._characters else 0,
            token.endchar if self._characters else 0,
        )


def check(name: str, field: fields.FieldType) -> None:
    """Raises UnsupportedField for a field of which something could not be kept."""
    if name.endswith(".column"):
        raise UnsupportedField(f"{name}: the ending is that of a column's own arrays")
    if field.vector:
        raise UnsupportedField(f"{name}: term vectors are not kept")
    if field.indexed and type(field.format) not in FORMATS:
        raise UnsupportedField(f"{name}: format {type(field.format).__name__} is not kept")


def recorded(field: fields.FieldType) -> fields.FieldType:
    """A copy of an indexed field whose `index` gives places where posting values would be."""
    found = copy.copy(field)
    found.format = TokenFormat(field.format)
    return found


def tokens(field: fields.FieldType, value: Any) -> Iterator[tuple[bytes, tuple[Place, ...]]]:
    """Each term of a value, once, with its places; `field` is `recorded`.

    Numbers have one term, that of full precision: ranges are ranges of the lexicon.
    """
    if isinstance(field, fields.NUMERIC):
        yield from ((term, ONCE) for term in dict.fromkeys(_numbers(field, value)))
        return
    for term, frequency, _, places in field.index(value):
        yield bytes(term), places or ONCE * frequency


def _numbers(field: fields.NUMERIC, value: Any) -> Iterator[bytes]:
    """The terms of a number or of several. Raises ValueError for what is no number."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(field, each)
        return
    if value is None:
        raise ValueError("None is no number")
    term: bytes = field.to_bytes(value)
    if value is term:
        field.from_bytes(term)  # bytes are taken as they are, if they stand for a number
    yield term
