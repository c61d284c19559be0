"""What a schema says of the bytes in an index: to be compared, never to be built from.

In: a Whoosh schema. Out: a JSON object that says of each field what decides about its terms and
arrays, and the first difference between two of them. Called by `index` and `writer`, which keep the
description in the table of contents: an index that was analysed in one way and is searched in
another would answer wrongly without a word.

    {"title": {"type": "TEXT", "format": "Positions", "boost": 1.0, "stored": true, …,
               "analyzer": [["RegexTokenizer", {"expression": "\\\\w+", …}], …]}, …}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from newsfeed.whoosh_numpy.errors import SchemaMismatch, UnsupportedField

Description = dict[str, dict[str, Any]]

_NUMBER: Final = ("numtype", "bits", "signed", "decimal_places")
_ANALYSIS: Final = (
    "expression",
    "gaps",
    "stops",
    "min",
    "max",
    "at",
    "lang",
    "ignore",
    "renumber",
    "fingerprint",
)
"""The options of Whoosh's analysers that decide about terms. An analyser of one's own may say in
`fingerprint`, a short text, that its terms have become others."""

_LONGEST: Final = 80
"""Characters; of longer options only a digest is kept."""


def describe(schema: Any) -> Description:
    """The schema's fields by name. Raises UnsupportedField for a name that cannot be kept."""
    return {name: _field(name, field) for name, field in _fields(schema)}


def compare(described: Mapping[str, Any], schema: Any) -> None:
    """Raises SchemaMismatch at the first field that is described otherwise.

    Fields that only one side has are nobody's concern: they have been added or given up.
    """
    given = describe(schema)
    for name in sorted(described.keys() & given.keys()):
        was, is_now = described[name], given[name]
        for key in sorted(was.keys() | is_now.keys()):
            if was.get(key) != is_now.get(key):
                raise SchemaMismatch(
                    f"field {name!r}: {key} was {_shown(was.get(key))} when the index was written "
                    f"and is {_shown(is_now.get(key))} in the schema given; "
                    "give the schema of then or build the index anew"
                )


def extended(described: Mapping[str, Any], schema: Any) -> Description:
    """The description with the schema's fields added; those given up stay, for their terms do."""
    return {**described, **describe(schema)}


def _fields(schema: Any) -> Iterator[tuple[str, Any]]:
    yield from schema.items()
    # Whoosh has no public way to list the fields that a pattern of names stands for.
    for names, (_, field) in sorted(schema._dyn_fields.items()):
        yield f"glob {names}", field


def _field(name: str, field: Any) -> dict[str, Any]:
    if name.endswith(".column"):
        raise UnsupportedField(f"field {name!r}: the ending is that of a column's own arrays")
    column = getattr(field, "column_type", None)
    numbers = {key: _plain(getattr(field, key)) for key in _NUMBER if hasattr(field, key)}
    return {
        "type": type(field).__name__,
        "format": type(field.format).__name__ if field.format else None,
        "boost": field.format.field_boost if field.format else 1.0,
        "stored": bool(field.stored),
        "unique": bool(field.unique),
        "scorable": bool(field.scorable),
        "column": type(column).__name__ if column else None,
        "analyzer": [_step(each) for each in _steps(field.analyzer)],
        **numbers,
    }


def _steps(analyzer: Any) -> Iterable[Any]:
    """A tokenizer and its filters, flat."""
    if analyzer is None:
        return
    parts = getattr(analyzer, "items", None)
    if not isinstance(parts, list):
        yield analyzer
        return
    for part in parts:
        yield from _steps(part)


def _step(step: Any) -> list[Any]:
    options = {name: _plain(getattr(step, name)) for name in _ANALYSIS if hasattr(step, name)}
    return [type(step).__name__, options]


def _plain(value: Any) -> Any:
    """An option as JSON: patterns as text, types by name, sets in order, what is long as digest."""
    if isinstance(value, type):
        return value.__name__
    value = getattr(value, "pattern", value)
    if isinstance(value, set | frozenset):
        value = sorted(map(str, value))
    text = json.dumps(value, default=lambda other: type(other).__name__)
    if len(text) > _LONGEST:
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]
    return json.loads(text)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
