"""The terms that identify a document: the values of its unique fields.

In: a document, the schema. Out: a term for each unique field that the document has a value in.
Called by `writer` (what an update replaces) and `bulk` (which process gets it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whoosh.analysis import IDTokenizer
from whoosh.fields import NUMERIC, FieldType, Schema

from newsfeed.whoosh_numpy.errors import UnsupportedField

Term = tuple[str, bytes]
"""A field and a term of it."""


def unique_terms(schema: Schema, document: Mapping[str, Any]) -> tuple[Term, ...]:
    """Raises UnsupportedField for a value of several terms, ValueError for one of none's kind."""
    given = (name for name in document if name in schema and document[name] is not None)
    return tuple(
        (name, term)
        for name in given
        if schema[name].unique
        for term in _terms(name, schema[name], document[name])
    )


def _terms(name: str, field: FieldType, value: Any) -> list[bytes]:
    """One; none for a value that the analyser leaves nothing of."""
    try:
        if isinstance(field, NUMERIC):  # DATETIME too; its other terms are for ranges.
            return [bytes(field.to_bytes(value))]
        if isinstance(field.analyzer, IDTokenizer) and isinstance(value, str):
            return [value.encode()]
        terms = {bytes(term) for term, *_ in field.index(value)}
    except (ValueError, TypeError, AssertionError) as error:
        raise ValueError(f"{name}: {value!r:.100} cannot be indexed: {error}") from error
    if len(terms) > 1:
        raise UnsupportedField(f"{name}: a unique field takes one value with one term")
    return list(terms)
