"""Patterns and ranges as numbers of terms in a lexicon.

In: a query class that stands for many terms, a field of the schema, a lexicon. Out: ranges of term
numbers, ascending and apart. Called by `compiler`. Prefixes and ranges are two bisections whatever
they stand for; the others look at each term that begins as they do.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from whoosh import query
from whoosh.fields import NUMERIC
from whoosh.lang.morph_en import variations

from newsfeed.whoosh_numpy.evaluation.limits import MAX_WORD, WordTooLong
from newsfeed.whoosh_numpy.evaluation.similar import within
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon

Ranges = list[tuple[int, int]]


def prefix(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Terms that begin with a text."""
    return _range(*lexicon.prefixed(field.to_bytes(asked.text)))


def wildcard(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Terms that fit a glob."""
    return _matching(field, lexicon, asked, fnmatch.translate(asked.text))


def regex(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Terms that a regular expression fits, from their beginning."""
    return _matching(field, lexicon, asked, asked.text)


def fuzzy(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Terms within `maxdist` insertions, deletions and substitutions of a text."""
    _check_length(asked)
    begun = asked.text[: max(0, int(asked.prefixlength))]
    first, last = lexicon.prefixed(field.to_bytes(begun))
    numbers = within(lexicon.range(first, last), asked.text, int(asked.maxdist))
    return _joined(first + number for number in numbers)


def morphed(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """The forms of an English word."""
    _check_length(asked)
    found = {lexicon.find(raw) for raw in map(_encoder(field), variations(asked.text)) if raw}
    return _joined(sorted(found - {-1}))


def term_range(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Terms from one to another."""
    start = None if asked.start is None else field.to_bytes(asked.start)
    end = None if asked.end is None else field.to_bytes(asked.end)
    return _between(lexicon, start, end, asked)


def numeric_range(field: Any, lexicon: Lexicon, asked: Any) -> Ranges:
    """Numbers or instants from one to another. Raises QueryError for other fields."""
    if not isinstance(field, NUMERIC):
        raise query.QueryError(f"{asked.fieldname}: a range of numbers in a field of others")
    lowest, highest = field.min_value, field.max_value
    start = _number(field, asked.start)
    end = _number(field, asked.end)
    if (start is not None and start > highest) or (end is not None and end < lowest):
        return []
    return _between(
        lexicon,
        None if start is None or start < lowest else NUMERIC.to_bytes(field, start),
        None if end is None or end > highest else NUMERIC.to_bytes(field, end),
        asked,
    )


def _check_length(asked: Any) -> None:
    """Both comparing and inflecting take the square of a word's length."""
    if len(asked.text) > MAX_WORD:
        raise WordTooLong(asked.text)


def _number(field: Any, given: Any) -> Any:
    """A bound as the number that the field keeps; an int beyond all its values stays as it is."""
    if given is None or given == b"":
        return None
    try:
        return field.prepare_number(given)
    except ValueError:
        if isinstance(given, int | float) and given == given:
            return given
        raise


def _between(lexicon: Lexicon, start: bytes | None, end: bytes | None, asked: Any) -> Ranges:
    first = 0 if start is None else lexicon.lower(start)
    if asked.startexcl and start is not None and _is_at(lexicon, first, start):
        first += 1
    last = len(lexicon) if end is None else lexicon.lower(end)
    if not asked.endexcl and end is not None and _is_at(lexicon, last, end):
        last += 1
    return _range(first, last)


def _is_at(lexicon: Lexicon, number: int, term: bytes) -> bool:
    return number < len(lexicon) and lexicon[number] == term


def _matching(field: Any, lexicon: Lexicon, asked: Any, pattern: str) -> Ranges:
    fits: Callable[[str], object] = re.compile(pattern).match
    begun = asked._find_prefix(asked.text)
    if asked.text[len(begun) :].startswith("{"):
        begun = begun[:-1]  # What is counted from 0 need not be there; Whoosh forgets that.
    first, last = lexicon.prefixed(field.to_bytes(begun)) if begun else (0, len(lexicon))
    decode = field.from_bytes
    terms = enumerate(lexicon.range(first, last), first)
    return _joined(number for number, term in terms if fits(decode(term)))


def _encoder(field: Any) -> Callable[[str], bytes | None]:
    def encode(word: str) -> bytes | None:
        try:
            raw: bytes = field.to_bytes(word)
        except ValueError:
            return None
        return raw

    return encode


def _range(first: int, last: int) -> Ranges:
    return [(first, last)] if first < last else []


def _joined(numbers: Iterable[int]) -> Ranges:
    return list(_runs(numbers))


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for number in numbers:
        if number != last:
            if first >= 0:
                yield first, last
            first = number
        last = number + 1
    if first >= 0:
        yield first, last


EXPANSIONS: Final[dict[type, Callable[[Any, Lexicon, Any], Ranges]]] = {
    query.Prefix: prefix,
    query.Wildcard: wildcard,
    query.Regex: regex,
    query.FuzzyTerm: fuzzy,
    query.Variations: morphed,
    query.TermRange: term_range,
    query.NumericRange: numeric_range,
    query.DateRange: numeric_range,
}
