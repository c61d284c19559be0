"""The engine against the plain way, over random schemas, histories and queries.

Whatever segments a history leaves, however many documents are deleted from them, and whichever
shortcuts a search takes: documents, order, scores to the last bit, totals, sorts and groups must be
those of `brute_force`, which knows nothing of all that. `hypothesis` shrinks what differs;
the shrunken cases are kept in `test_kept_cases`.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as q
from whoosh import scoring, sorting

from newsfeed.whoosh_numpy.index import Index, create_in
from tests.whoosh_numpy import brute_orders as orders
from tests.whoosh_numpy import strategies as some
from tests.whoosh_numpy.brute_force import BM25F
from tests.whoosh_numpy.brute_queries import BruteForce
from tests.whoosh_numpy.field_kinds import KINDS, WORDS
from tests.whoosh_numpy.playing import Played, exact, found, play, ranks, wanted

ENGINE = "newsfeed.whoosh_numpy."


@contextmanager
def played(data: st.DataObject) -> Iterator[tuple[some.Names, Played]]:
    """The names of a random schema's kinds, and what a random history made of it."""
    names = data.draw(some.schemas)
    history = data.draw(some.histories(names))
    flush, merge = data.draw(st.sampled_from((2, 5, 1000))), data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as folder:
        yield names, play(Path(folder), names, history, flush, merge)


@given(st.data())
@some.examples(80)
def test_all_and_best_matches_are_those_of_brute_force(data: st.DataObject) -> None:
    """Also the best few, which are found without reading everything, and the total."""
    _searches_equal_brute_force(data)


@given(st.data())
@some.examples(60)
def test_shortcuts_find_what_reading_everything_finds(data: st.DataObject) -> None:
    """With the best postings listed from four documents on instead of from hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _thresholds():
            patch.setattr(module, name, THRESHOLDS[name])
        _searches_equal_brute_force(data)


THRESHOLDS = {"FREQUENT": 4, "DEPTH": 2, "_LONG": 2, "_SAMPLE": 2, "_SMALL": 1}
"""From which sizes on the engine takes its shortcuts, for collections of a dozen documents."""


def _thresholds() -> list[tuple[ModuleType, str]]:
    """Where the engine keeps them. Fails where one is there no more."""
    modules = [sys.modules[name] for name in sorted(sys.modules) if name.startswith(ENGINE)]
    found = [(each, name) for each in modules for name in THRESHOLDS if hasattr(each, name)]
    assert {name for _, name in found} == THRESHOLDS.keys()
    return found


def _searches_equal_brute_force(data: st.DataObject) -> None:
    with played(data) as (names, made), made.index.searcher() as searcher:
        for _ in range(3):
            query = data.draw(some.queries(names))
            scores = made.brute.evaluate(query)
            expected = wanted(scores, orders.by_score(scores))
            assert found(searcher, searcher.search(query, limit=None)) == expected
            limit = data.draw(st.integers(1, 6))
            results = searcher.search(query, limit=limit)
            assert found(searcher, results) == expected[:limit]
            assert len(results) == len(expected)
            rank = ranks(searcher)
            assert {rank[number] for number in results.docs()} == scores.keys()


@given(st.data())
@some.examples(25)
def test_stored_values_come_back(data: st.DataObject) -> None:
    with played(data) as (_, made), made.index.searcher() as searcher:
        schema = made.index.schema
        stored = [hit.fields() for hit in searcher.search(q.Every(), limit=None)]
        assert stored == [
            {name: each[name] for name in each if schema[name].stored and each[name] is not None}
            for each in made.live
        ]


@given(st.data())
@some.examples(40)
def test_sorting_equals_brute_force(data: st.DataObject) -> None:
    with played(data) as (names, made), made.index.searcher() as searcher:
        query = data.draw(some.queries(names))
        keys = [some.KEY, *(name for name in names if KINDS[name].ordered)]
        criteria = data.draw(
            st.lists(st.tuples(st.sampled_from(keys), st.booleans()), min_size=1, max_size=3)
        )
        reverse, limit = data.draw(st.booleans()), data.draw(st.sampled_from((None, 1, 4)))
        facets = [sorting.FieldFacet(name, reverse=down) for name, down in criteria]
        results = searcher.search(query, limit=limit, sortedby=facets, reverse=reverse)
        brute = made.brute
        scores = brute.evaluate(query)
        order = orders.by_fields(brute.collection, scores, criteria, reverse)
        rank = ranks(searcher)
        assert [rank[hit.docnum] for hit in results] == order[:limit]
        assert len(results) == len(order)


@given(st.data())
@some.examples(40)
def test_groups_equal_brute_force(data: st.DataObject) -> None:
    """Groups hold all matches in the order of the results, whatever page was asked for."""
    with played(data) as (names, made), made.index.searcher() as searcher:
        query = data.draw(some.queries(names))
        name = data.draw(st.sampled_from([some.KEY, *(n for n in names if KINDS[n].ordered)]))
        collection = made.brute.collection
        order = orders.by_score(made.brute.evaluate(query))
        rank = ranks(searcher)
        listed = searcher.search(query, limit=None, groupedby=name).groups(name)
        expected = orders.groups(collection, order, name)
        assert {key: [rank[n] for n in group] for key, group in listed.items()} == expected
        limit = data.draw(st.sampled_from((1, 3)))
        counted = searcher.search(query, limit=limit, groupedby=name, maptype=sorting.Count)
        assert counted.groups(name) == {key: len(group) for key, group in expected.items()}


@given(st.data())
@some.examples(25)
def test_groups_that_overlap_equal_brute_force(data: st.DataObject) -> None:
    with played(data) as (names, made), made.index.searcher() as searcher:
        query = data.draw(some.queries(names))
        # Keys and lists; a field of numbers would be asked for the terms of other precisions.
        kinds = [n for n in names if made.index.schema[n].indexed and not KINDS[n].numeric]
        name = data.draw(st.sampled_from([some.KEY, *kinds]))
        facet = sorting.FieldFacet(name, allow_overlap=True, maptype=sorting.Count)
        counted = searcher.search(query, limit=2, groupedby={"by": facet}).groups("by")
        order = orders.by_score(made.brute.evaluate(query))
        expected = orders.overlapping(made.brute.collection, order, name)
        assert counted == {key: len(group) for key, group in expected.items()}


@given(st.data())
@some.examples(25)
def test_collapsing_equals_brute_force(data: st.DataObject) -> None:
    with played(data) as (names, made), made.index.searcher() as searcher:
        query = data.draw(some.queries(names))
        name = data.draw(st.sampled_from([some.KEY, *(n for n in names if KINDS[n].ordered)]))
        keep, limit = data.draw(st.integers(1, 2)), data.draw(st.sampled_from((None, 2)))
        results = searcher.search(query, limit=limit, collapse=name, collapse_limit=keep)
        order = orders.by_score(made.brute.evaluate(query))
        expected = orders.collapsed(made.brute.collection, order, name, keep)
        rank = ranks(searcher)
        assert [rank[hit.docnum] for hit in results] == expected[:limit]


@given(st.data())
@some.examples(40)
def test_filters_and_masks_restrict_without_changing_scores(data: st.DataObject) -> None:
    with played(data) as (names, made), made.index.searcher() as searcher:
        query, kept, hidden = (data.draw(some.queries(names)) for _ in range(3))
        brute = made.brute
        allowed, masked = brute.evaluate(kept), brute.evaluate(hidden)
        scores = {
            number: score
            for number, score in brute.evaluate(query).items()
            if number in allowed and number not in masked
        }
        expected = wanted(scores, orders.by_score(scores))
        for limit in (None, 2):
            results = searcher.search(query, limit=limit, filter=kept, mask=hidden)
            assert found(searcher, results) == expected[:limit]
            assert len(results) == len(expected)


@given(st.data())
@some.examples(25)
def test_one_segment_answers_as_several_do(data: st.DataObject) -> None:
    """After `optimize` and when built at once; scores do not count deleted documents either way."""
    with played(data) as (names, made), tempfile.TemporaryDirectory() as folder:
        additions = [some.Operation("add_document", each) for each in made.live]
        anew = play(Path(folder), names, additions, 1000, merge=True)
        queries = [data.draw(some.queries(names)) for _ in range(3)]
        before = [_answers(made.index, query) for query in queries]
        made.index.optimize()
        assert len(made.index.latest().leaves) <= 1
        assert [_answers(made.index, query) for query in queries] == before
        assert [_answers(anew.index, query) for query in queries] == before
        assert made.index.check() == anew.index.check() == []


@given(st.data())
@some.examples(20)
def test_any_parameters_of_bm25f_score_as_brute_force_does(data: st.DataObject) -> None:
    """Also those under which more words or a longer text make no difference."""
    with played(data) as (names, made):
        k1, b, own = (data.draw(st.sampled_from((0.0, 0.3, 1.0, 2.0))) for _ in range(3))
        name = data.draw(st.sampled_from(names))
        weighting = scoring.BM25F(B=b, K1=k1, **{f"{name}_B": own})
        brute = BruteForce(made.brute.collection, BM25F(b, k1, ((name, own),)))
        query = data.draw(some.queries(names))
        scores = brute.evaluate(query)
        expected = wanted(scores, orders.by_score(scores))
        with made.index.searcher(weighting=weighting) as searcher:
            assert found(searcher, searcher.search(query, limit=None)) == expected
            assert found(searcher, searcher.search(query, limit=2)) == expected[:2]


MODELS = [scoring.TF_IDF(), scoring.Frequency(), scoring.PL2()]


@given(st.data(), st.sampled_from(MODELS))
@some.examples(20)
def test_other_models_match_the_same_documents(data: st.DataObject, model: Any) -> None:
    """Their scores are Whoosh's; the best few are the first of all."""
    with played(data) as (names, made):
        query = data.draw(some.queries(names))
        with made.index.searcher(weighting=model) as searcher:
            everything = found(searcher, searcher.search(query, limit=None))
            assert {number for number, _ in everything} == made.brute.evaluate(query).keys()
            assert found(searcher, searcher.search(query, limit=2)) == everything[:2]


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    """Other numbers, and so other orders of equal scores, but the same scores of the same keys."""
    names = ("simple", "tags", "number")
    chance = random.Random(5)
    documents = [
        {
            some.KEY: str(chance.randrange(1200)),
            "simple": " ".join(chance.choices(WORDS, k=chance.randrange(1, 30))),
            "tags": " ".join(chance.choices(WORDS, k=2)),
            "number": chance.randrange(40),
        }
        for _ in range(1500)
    ]
    answers = []
    for processes in (1, 2):
        index = create_in(tmp_path / str(processes), some.schema_of(names))
        with index.writer(procs=processes) as writer:
            for document in documents:
                writer.update_document(**document)
            writer.delete_by_term("number", 7)
        assert index.check() == []
        answers.append([_by_key(index, query) for query in PROCESSES_ARE_ASKED])
    assert answers[0] == answers[1]
    assert all(answers[0])


PROCESSES_ARE_ASKED = [
    q.Every(),
    q.Term("simple", "haus"),
    q.Or([q.Term("simple", "ab"), q.Term("tags", "b", boost=2.0)]),
    q.Phrase("simple", ["ab", "abc"], slop=2),
    q.NumericRange("number", 3, 9),
]


def _by_key(index: Index, query: Any) -> list[tuple[str, int]]:
    with index.searcher() as searcher:
        hits = searcher.search(query, limit=None)
        return sorted((hit[some.KEY], exact(hit.score)) for hit in hits)


def _answers(index: Index, query: Any) -> list[tuple[int, int]]:
    with index.searcher() as searcher:
        return found(searcher, searcher.search(query, limit=None))
