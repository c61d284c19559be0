"""The engine against Whoosh itself, where Whoosh is right.

Twice: against an index of Whoosh's own with the same documents, and against Whoosh's matchers run
over the engine's reader, posting by posting. Where Whoosh is wrong (`notes` in the room's README:
nested Or, AndNot, AndMaybe, a Not in And, boosts of a single subquery, boosts of 0) only brute
force is asked, in `test_versus`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from whoosh import query as q
from whoosh.filedb.filestore import RamStorage

from newsfeed.whoosh_numpy.searching.searcher import Searcher
from tests.whoosh_numpy import strategies as some
from tests.whoosh_numpy.field_kinds import KINDS
from tests.whoosh_numpy.playing import play, ranks

CLOSE = 1e-6
"""Scores are rounded to 2**-32 here and not there."""

Found = Mapping[int, float]


def by_whoosh(names: some.Names, documents: Sequence[some.Given], query: q.Query) -> Found:
    """What an index of Whoosh's own finds; its documents are numbered as they were added."""
    index = RamStorage().create_index(some.schema_of(names))
    writer = index.writer()
    for document in documents:
        writer.add_document(**document)
    writer.commit()
    with index.searcher() as searcher:
        return {number: score for score, number in searcher.search(query, limit=None).top_n}


def by_matchers(searcher: Searcher, query: q.Query) -> Found:
    """What Whoosh's matchers find in the engine's reader, leaf by leaf."""
    found = {}
    for leaf, base in searcher.leaf_searchers():
        matcher = query.matcher(leaf, leaf.context())
        while matcher.is_active():
            found[base + matcher.id()] = matcher.score()
            matcher.next()
    return found


def by_engine(searcher: Searcher, query: q.Query) -> Found:
    rank = ranks(searcher)
    return {rank[hit.docnum]: hit.score for hit in searcher.search(query, limit=None)}


def assert_close(found: Found, expected: Found) -> None:
    assert found.keys() == expected.keys()
    for number, score in expected.items():
        assert found[number] == pytest.approx(score, abs=CLOSE)


def _at_most_doubled(query: Any) -> Any:
    """Boosts that Whoosh heeds: a leaf's own, and above 0."""
    query.boost = 2.0 if query.boost > 1 else 1.0
    return query


@cache
def leaves(names: some.Names) -> some.Queries:
    """Every class of query without children, as Whoosh's matchers take it."""
    return some.leaves(names).filter(lambda query: hasattr(query, "boost")).map(_at_most_doubled)


@cache
def scored(names: some.Names) -> some.Queries:
    """Queries whose scores Whoosh adds up rightly: terms and phrases, all of them or any."""
    plain = leaves(names).filter(lambda query: type(query) in (q.Term, q.Phrase))
    several = st.lists(plain, min_size=2, max_size=4)
    terms = st.lists(plain.filter(lambda query: type(query) is q.Term), min_size=2, max_size=4)
    return st.one_of(plain, st.builds(q.And, several), st.builds(q.Or, terms))


def _documents(data: st.DataObject, names: some.Names) -> list[some.Given]:
    """Documents that Whoosh counts as the engine does: each term of a number once."""
    document = some.documents(names)
    single = document.map(
        lambda given: {n: v[0] if isinstance(v, list) else v for n, v in given.items()}
    )
    return data.draw(st.lists(single, min_size=1, max_size=12))


@given(st.data())
@some.examples(60)
def test_sets_equal_those_of_an_index_of_whoosh(data: st.DataObject) -> None:
    names = data.draw(some.schemas)
    documents = _documents(data, names)
    query = data.draw(leaves(names))
    # Whoosh's automaton reads beyond the end of a word shorter than the prefix asked for.
    assume(not isinstance(query, q.FuzzyTerm) or len(query.text) > query.prefixlength)
    # And it takes the letter before {0,…} for a part of all words.
    assume(getattr(query, "text", None) != "ab{0,1}c")
    with tempfile.TemporaryDirectory() as folder:
        additions = [some.Operation("add_document", each) for each in documents]
        index = play(Path(folder), names, additions, 1000, merge=True).index
        with index.searcher() as searcher:
            found = by_engine(searcher, query)
    assert found.keys() == by_whoosh(names, documents, query).keys()


@given(st.data())
@some.examples(60)
def test_scores_equal_those_of_an_index_of_whoosh(data: st.DataObject) -> None:
    """One segment without deletions, for Whoosh counts deleted documents."""
    names = data.draw(some.schemas)
    documents = _documents(data, names)
    query = data.draw(scored(names))
    with tempfile.TemporaryDirectory() as folder:
        additions = [some.Operation("add_document", each) for each in documents]
        index = play(Path(folder), names, additions, 1000, merge=True).index
        with index.searcher() as searcher:
            assert_close(by_engine(searcher, query), by_whoosh(names, documents, query))


@given(st.data())
@some.examples(60)
def test_scores_equal_those_of_whooshs_matchers(data: st.DataObject) -> None:
    """Several segments, with deletions: the matchers read the same live postings."""
    names = data.draw(some.schemas)
    history = data.draw(some.histories(names))
    with tempfile.TemporaryDirectory() as folder:
        index = play(Path(folder), names, history, 4, merge=False).index
        with index.searcher() as searcher:
            query = data.draw(scored(names))
            rank = ranks(searcher)
            stepped = {rank[n]: score for n, score in by_matchers(searcher, query).items()}
            assert_close(by_engine(searcher, query), stepped)


SPANS = {
    "SpanNear2": lambda a, b: q.SpanNear2([a, b], slop=2),
    "either way": lambda a, b: q.SpanNear2([a, b], slop=3, ordered=False),
    "SpanNear": lambda a, b: q.SpanNear(a, b, slop=2),
    "SpanFirst": lambda a, b: q.SpanFirst(a, limit=1),
    "SpanOr": lambda a, b: q.SpanOr([a, b]),
    "SpanContains": lambda a, b: q.SpanContains(q.SpanNear2([a, b], slop=4), b),
    "SpanBefore": q.SpanBefore,
    "SpanCondition": q.SpanCondition,
    "Sequence": lambda a, b: q.Sequence([a, b], slop=2),
    "Ordered": lambda a, b: q.Ordered([a, b]),
}


@pytest.mark.parametrize("name", SPANS)
@given(st.data())
@some.examples(12)
def test_spans_equal_those_of_an_index_of_whoosh(name: str, data: st.DataObject) -> None:
    """They run on Whoosh's own matchers, over the engine's postings."""
    kinds = [each for each in KINDS if KINDS[each].phrases]
    names = (data.draw(st.sampled_from(kinds)),)
    documents = data.draw(st.lists(some.documents(names), min_size=1, max_size=8))
    terms = st.builds(q.Term, st.just(names[0]), KINDS[names[0]].terms.map(str.lower))
    query = SPANS[name](data.draw(terms), data.draw(terms))
    with tempfile.TemporaryDirectory() as folder:
        additions = [some.Operation("add_document", each) for each in documents]
        index = play(Path(folder), names, additions, 1000, merge=True).index
        with index.searcher() as searcher:
            found = by_engine(searcher, query)
    assert found.keys() == by_whoosh(names, documents, query).keys()
