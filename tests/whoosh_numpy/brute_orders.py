"""What documents are sorted and grouped by, the plain way.

In: a `Collection`, the numbers of matching documents. Out: sort keys, group names, orders. Called
by the tests that compare the engine with it.

A document's value is that of the field's column; where the field has none, the last of its terms.
A document without a value has the column's default, or None, which comes after all values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh.fields import NUMERIC

from tests.whoosh_numpy.brute_force import Collection, Scores


@dataclass(frozen=True)
class Value:
    """What orders a document by a field, and the name of its group."""

    key: tuple[bool, Any]
    name: Any


_NOTHING = Value((True, b""), None)


def value(collection: Collection, number: int, name: str) -> Value:
    """The value of one document in one field."""
    field = collection.schema[name]
    document = collection.documents[number]
    if field.column_type is None:
        terms = document.postings.get(name)
        return Value((False, max(terms)), field.from_bytes(max(terms))) if terms else _NOTHING
    given = document.given.get(name)
    if given is not None:
        kept = field.to_column_value(given)
    elif isinstance(field, NUMERIC):
        return _NOTHING
    else:
        kept = field.column_type.default_value()
    return Value((False, kept), field.from_column_value(kept))


def by_score(scores: Scores) -> list[int]:
    """Higher scores first, then lower numbers."""
    return sorted(scores, key=lambda number: (-scores[number], number))


def by_fields(
    collection: Collection,
    numbers: Iterable[int],
    criteria: Sequence[tuple[str, bool]],
    reverse: bool,
) -> list[int]:
    """By several fields, each ascending or (True) descending; `reverse` turns the result round."""
    order = sorted(numbers)
    for name, descending in reversed(criteria):
        keys = {number: value(collection, number, name).key for number in order}
        ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
        order.sort(key=lambda at: -ranks[keys[at]] if descending else ranks[keys[at]])
    return order[::-1] if reverse else order


def groups(collection: Collection, order: Iterable[int], name: str) -> dict[Any, list[int]]:
    """The documents of each value, in order."""
    found: dict[Any, list[int]] = {}
    for number in order:
        found.setdefault(value(collection, number, name).name, []).append(number)
    return found


def overlapping(collection: Collection, order: Iterable[int], name: str) -> dict[Any, list[int]]:
    """The documents of each term, in order; those without a term under None."""
    decode = collection.schema[name].from_bytes
    found: dict[Any, list[int]] = {}
    for number in order:
        terms = collection.documents[number].postings.get(name)
        for key in map(decode, terms) if terms else (None,):
            found.setdefault(key, []).append(number)
    return found


def collapsed(collection: Collection, order: Iterable[int], name: str, keep: int) -> list[int]:
    """The first `keep` documents of each value; all of those that have none or an empty one."""
    seen: dict[Any, int] = {}
    left = []
    for number in order:
        key = value(collection, number, name).name
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= keep or key in (None, "", b""):
            left.append(number)
    return left
