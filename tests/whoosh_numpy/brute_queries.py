"""Which documents a query matches, and with which score, the plain way.

In: a `Collection` and a tree of Whoosh's query classes. Out: `Scores`. Called by the tests that
compare the engine with it. Each class is a few lines that say what the class means; boosts are
multiplied from the root to the leaves, and only leaves are rounded.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from typing import Any

from whoosh import query as q
from whoosh.fields import NUMERIC
from whoosh.lang.morph_en import variations

from tests.whoosh_numpy.brute_force import BM25F, UNIT, Collection, Scores, units


class BruteForce:
    """Evaluates queries over a collection, one class at a time."""

    def __init__(self, collection: Collection, weighting: BM25F | None = None) -> None:
        self.collection = collection
        self.weighting = weighting or BM25F()

    def evaluate(self, query: Any, boost: float = 1.0) -> Scores:
        """The matching documents and their scores; a query class unknown here is a KeyError."""
        for kind in type(query).__mro__:
            if kind in _MEANINGS:
                return _MEANINGS[kind](self, query, boost)
        raise KeyError(type(query).__name__)

    def term(self, field: str, text: Any, boost: float) -> Scores:
        """The documents with a term. A text that the field cannot hold matches nothing."""
        term = self.encoded(field, text)
        if term is None:
            return {}
        return {
            number: self.weighting.score(self.collection, field, term, number, boost)
            for number in self.collection.matching(field, term)
        }

    def encoded(self, field: str, text: Any) -> bytes | None:
        """A text as the field writes it; None where it cannot."""
        if field not in self.collection.schema:
            return None
        try:
            return bytes(self.collection.schema[field].to_bytes(text))
        except (ValueError, OverflowError):
            return None

    def everything(self, boost: float) -> Scores:
        """All live documents, with the boost as score."""
        return dict.fromkeys(range(len(self.collection.documents)), units(boost))


def _added(parts: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        for number, score in part.items():
            total[number] = total.get(number, 0) + score
    return total


def _term(brute: BruteForce, query: Any, boost: float) -> Scores:
    return brute.term(query.fieldname, query.text, boost * query.boost)


def _or(brute: BruteForce, query: Any, boost: float) -> Scores:
    """Added up; `minmatch` asks for so many subqueries, `scale` rewards each that matches."""
    boost *= query.boost
    parts = [brute.evaluate(each, boost) for each in query.subqueries]
    counts = {number: sum(number in part for part in parts) for part in parts for number in part}
    found = {n: score for n, score in _added(parts).items() if counts[n] >= query.minmatch}
    n = len(parts)
    if not query.scale or n < 2:
        return found
    if n == query.scale:
        return dict.fromkeys(found, 0)
    factor, bonus = (n - 1) / n, boost * UNIT / (n - query.scale) ** 2
    return {
        number: round((score + bonus * (counts[number] - 1)) * factor)
        for number, score in found.items()
    }


def _and(brute: BruteForce, query: Any, boost: float) -> Scores:
    """All that are no Not must match and are added; a Not only excludes."""
    boost *= query.boost
    nots = [each for each in query.subqueries if type(each) is q.Not]
    wanted = [each for each in query.subqueries if type(each) is not q.Not]
    if not query.subqueries:
        return {}
    parts = [brute.evaluate(each, boost) for each in wanted] or [brute.everything(boost)]
    excluded = {number for each in nots for number in brute.evaluate(each.query)}
    return {
        number: score
        for number, score in _added(parts).items()
        if all(number in part for part in parts) and number not in excluded
    }


def _dismax(brute: BruteForce, query: Any, boost: float) -> Scores:
    best: Scores = {}
    for each in query.subqueries:
        for number, score in brute.evaluate(each, boost * query.boost).items():
            best[number] = max(score, best.get(number, score))
    return best


def _not(brute: BruteForce, query: Any, boost: float) -> Scores:
    """All others, with the boosts above as score; its own is for documents that are excluded."""
    excluded = brute.evaluate(query.query)
    everything = brute.everything(boost)
    return {number: score for number, score in everything.items() if number not in excluded}


def _and_not(brute: BruteForce, query: Any, boost: float) -> Scores:
    excluded = brute.evaluate(query.b)
    found = brute.evaluate(query.a, boost)
    return {number: score for number, score in found.items() if number not in excluded}


def _and_maybe(brute: BruteForce, query: Any, boost: float) -> Scores:
    more = brute.evaluate(query.b, boost)
    found = brute.evaluate(query.a, boost)
    return {number: score + more.get(number, 0) for number, score in found.items()}


def _require(brute: BruteForce, query: Any, boost: float) -> Scores:
    required = brute.evaluate(query.b)
    found = brute.evaluate(query.a, boost)
    return {number: score for number, score in found.items() if number in required}


def _otherwise(brute: BruteForce, query: Any, boost: float) -> Scores:
    return brute.evaluate(query.a, boost) or brute.evaluate(query.b, boost)


def _phrase(brute: BruteForce, query: Any, boost: float) -> Scores:
    """Each word at most `slop` positions behind the one before; scored as its words together."""
    words = [q.Term(query.fieldname, word) for word in query.words]
    if not words:
        return {}
    found = brute.evaluate(q.And(words), boost * query.boost)
    return {number: score for number, score in found.items() if _stands(brute, query, number)}


def _stands(brute: BruteForce, query: Any, number: int) -> bool:
    postings = brute.collection.documents[number].postings[query.fieldname]
    places = [
        postings[brute.encoded(query.fieldname, word) or b""].positions for word in query.words
    ]
    ends = set(places[0])
    for following in places[1:]:
        ends = {place for place in following for end in ends if 1 <= place - end <= query.slop}
    return bool(ends)


def _every(brute: BruteForce, query: Any, boost: float) -> Scores:
    everything = brute.everything(boost * query.boost)
    if query.fieldname is None:
        return everything
    documents = brute.collection.documents
    return {
        n: score for n, score in everything.items() if documents[n].postings.get(query.fieldname)
    }


def _constant(brute: BruteForce, query: Any, boost: float) -> Scores:
    return dict.fromkeys(brute.evaluate(query.child), units(query.score * boost))


def _nothing(brute: BruteForce, query: Any, boost: float) -> Scores:
    return {}


def _expanded(
    terms: Callable[[BruteForce, Any], Iterable[bytes]],
) -> Callable[[BruteForce, Any, float], Scores]:
    """A query of several terms: scored as their Or, or all documents with the boost as score."""

    def meaning(brute: BruteForce, query: Any, boost: float) -> Scores:
        if query.field() not in brute.collection.schema:
            return {}
        if (type(query), getattr(query, "text", None)) in _ANYTHING:
            return _every(brute, q.Every(query.field()), boost * query.boost)
        parts = [q.Term(query.field(), term) for term in terms(brute, query)]
        found = _added(brute.evaluate(part, boost * query.boost) for part in parts)
        if query.constantscore:
            return dict.fromkeys(found, units(boost * query.boost))
        return found

    return meaning


_ANYTHING = {(q.Prefix, ""), (q.Wildcard, "*"), (q.Regex, ".*")}
"""Whoosh takes these for Every of the field, so their terms are not scored."""


def _prefix(brute: BruteForce, query: Any) -> Iterable[bytes]:
    prefix = brute.encoded(query.fieldname, query.text) or b""
    return [t for t in brute.collection.lexicon(query.fieldname) if t.startswith(prefix)]


def _pattern(brute: BruteForce, query: Any, pattern: str) -> Iterable[bytes]:
    decode = brute.collection.schema[query.fieldname].from_bytes
    lexicon = brute.collection.lexicon(query.fieldname)
    return [term for term in lexicon if re.match(pattern, decode(term))]


def _wildcard(brute: BruteForce, query: Any) -> Iterable[bytes]:
    return _pattern(brute, query, fnmatch.translate(query.text))


def _regex(brute: BruteForce, query: Any) -> Iterable[bytes]:
    return _pattern(brute, query, query.text)


def _fuzzy(brute: BruteForce, query: Any) -> Iterable[bytes]:
    decode = brute.collection.schema[query.fieldname].from_bytes
    prefix = query.text[: query.prefixlength]
    return [
        term
        for term in brute.collection.lexicon(query.fieldname)
        if decode(term).startswith(prefix) and distance(decode(term), query.text) <= query.maxdist
    ]


def _variations(brute: BruteForce, query: Any) -> Iterable[bytes]:
    words = {brute.encoded(query.fieldname, word) for word in variations(query.text)}
    return [term for term in brute.collection.lexicon(query.fieldname) if term in words]


def _term_range(brute: BruteForce, query: Any) -> Iterable[bytes]:
    return _between(brute, query, brute.collection.schema[query.fieldname].to_bytes)


def _numeric_range(brute: BruteForce, query: Any) -> Iterable[bytes]:
    field = brute.collection.schema[query.fieldname]
    return _between(brute, query, lambda number: NUMERIC.to_bytes(field, number))


def _between(brute: BruteForce, query: Any, encode: Callable[[Any], bytes]) -> Iterable[bytes]:
    start = None if query.start is None else encode(query.start)
    end = None if query.end is None else encode(query.end)
    return [
        term
        for term in brute.collection.lexicon(query.fieldname)
        if (start is None or (term > start if query.startexcl else term >= start))
        and (end is None or (term < end if query.endexcl else term <= end))
    ]


def distance(a: str, b: str) -> int:
    """Levenshtein's: how many characters to insert, delete or replace."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (left != right))
    return row[-1]


_MEANINGS: dict[type, Callable[[BruteForce, Any, float], Scores]] = {
    q.Term: _term,
    q.And: _and,
    q.Or: _or,
    q.DisjunctionMax: _dismax,
    q.Not: _not,
    q.AndNot: _and_not,
    q.AndMaybe: _and_maybe,
    q.Require: _require,
    q.Otherwise: _otherwise,
    q.Phrase: _phrase,
    q.Every: _every,
    q.ConstantScoreQuery: _constant,
    type(q.NullQuery): _nothing,
    q.Prefix: _expanded(_prefix),
    q.Wildcard: _expanded(_wildcard),
    q.Regex: _expanded(_regex),
    q.FuzzyTerm: _expanded(_fuzzy),
    q.Variations: _expanded(_variations),
    q.TermRange: _expanded(_term_range),
    q.NumericRange: _expanded(_numeric_range),
}

__all__ = ["UNIT", "BruteForce", "distance"]
