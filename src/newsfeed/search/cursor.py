"""Page marks: where the next page begins, as a string that is safe in a URL.

In: a query and the key of a page's last hit. Out: an opaque string, and back. Called by
`answering`. A mark carries a digest of the query it belongs to, the last hit's key, and for
relevance the statistics that the scores were made with. The next page is scored by those, so an
article that nobody touched keeps its score and its place whatever else is written meanwhile: it is
neither skipped nor repeated. An article that is itself written anew may move, as it may by date.
Everything in a mark is checked; a forged one can only order its sender's own results strangely.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from math import isfinite

import orjson

from newsfeed.search.evaluate import Statistics
from newsfeed.search.interface import InvalidQuery, Query, Sort
from newsfeed.search.language import MAX_CLAUSES
from newsfeed.search.ordering import DECIDING, Key, Number
from newsfeed.search.schema import FIELDS

_MAX_LENGTH = 16_384
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Mark:
    """The last hit of a page and, for relevance, the statistics of its scores."""

    key: Key
    statistics: Statistics | None


def write(query: Query, mark: Mark) -> str:
    """The mark as text."""
    key, statistics = mark.key, mark.statistics
    values: list[object] = [_digest(query), key.numbers, key.id]
    if statistics is not None:
        values += [statistics.count, statistics.averages, statistics.frequencies]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read(query: Query) -> Mark | None:
    """The mark of `query.cursor`. Raises InvalidQuery when it is none or of another query."""
    if query.cursor is None:
        return None
    try:
        digest, *values = _decode(query.cursor)
        mark = _mark(values, query.sort)
    except (ValueError, TypeError) as error:
        raise InvalidQuery("Keine gültige Seitenmarke", "cursor") from error
    if digest != _digest(query):
        raise InvalidQuery("Diese Seitenmarke gehört zu einer anderen Suche", "cursor")
    return mark


def _decode(text: str) -> list[object]:
    if len(text) > _MAX_LENGTH or not text.isascii():
        raise ValueError("too long, or not base64")
    try:
        padded = text + "=" * (-len(text) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not isinstance(values, list) or not values:
        raise ValueError("no list")
    return values


def _mark(values: list[object], sort: Sort) -> Mark:
    numbers, id, *statistics = values
    if not isinstance(numbers, list) or not isinstance(id, str):
        raise TypeError("key")
    deciding = zip(DECIDING[sort], numbers, strict=True)
    key = Key(tuple(_deciding(name, number) for name, number in deciding), id)
    if sort == "relevance":
        return Mark(key, _statistics(statistics))
    if statistics:
        raise ValueError("more than a key")
    return Mark(key, None)


def _deciding(name: str, value: object) -> Number:
    return _number(value) if name == "-score" else _whole(value)


def _statistics(values: list[object]) -> Statistics:
    count, averages, frequencies = values
    if not isinstance(averages, list) or not isinstance(frequencies, list):
        raise TypeError("statistics")
    found = Statistics(
        _whole(count), tuple(map(_number, averages)), tuple(map(_whole, frequencies))
    )
    if (
        len(found.averages) != len(FIELDS)
        or len(found.frequencies) > MAX_CLAUSES
        or min(found.averages) < 0
        or min((found.count, *found.frequencies)) < 0
        or max((found.count, *found.frequencies)) > found.count
    ):
        raise ValueError("statistics")
    return found


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError("no number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise TypeError("no whole number")
    return value


def _digest(query: Query) -> str:
    """Names what a query matches and how it is sorted, whatever page or decoration it asks for."""
    bare = replace(query, limit=0, offset=0, cursor=None, facets=(), snippets=False)
    return hashlib.sha256(repr(bare).encode()).hexdigest()[:16]
