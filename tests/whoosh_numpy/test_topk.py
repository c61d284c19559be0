"""The best matches, found sooner, are those of looking at every document: bit for bit."""

from __future__ import annotations

import struct
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as q
from whoosh import scoring

from newsfeed.whoosh_numpy.evaluation import native, topk
from newsfeed.whoosh_numpy.evaluation.nodes import Term
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from tests.whoosh_numpy.small_leaves import WORDS, random_documents, statistics

REPEATABLE = settings.get_profile("repeatable")
BM25 = scoring.BM25F()
NO_LENGTHS = scoring.BM25F(B=0.0)

fields = st.sampled_from(["title", "body", "body"])
words = st.sampled_from(WORDS[:6] * 3 + WORDS)
boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5, 0.0, -1.0, 1e-7])
terms = st.builds(q.Term, fields, words, boosts)
phrases = st.builds(
    q.Phrase, fields, st.lists(words, min_size=2, max_size=3), st.sampled_from([1, 1, 2, 5]), boosts
)
leaves = st.one_of(
    terms,
    terms,
    phrases,
    st.builds(q.Term, st.just("tags"), st.sampled_from("abcd")),
    st.builds(q.Prefix, fields, st.sampled_from(["w1", "w2", "w"]), boosts, st.booleans()),
    st.builds(q.FuzzyTerm, fields, words, boosts, st.just(1), st.just(1), st.booleans()),
    st.builds(q.NumericRange, st.just("number"), st.integers(-60, 10), st.integers(-10, 60)),
    st.just(q.Every()),
)


def _composite(kids: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(kids, min_size=1, max_size=4)
    return st.one_of(
        st.builds(q.Or, several, boosts),
        st.builds(q.And, several, boosts),
        st.builds(q.Or, several, boosts, st.integers(0, 3), st.sampled_from([None, 0.5, 2.0])),
        st.builds(q.DisjunctionMax, several, boosts),
        st.builds(q.AndNot, kids, kids),
        st.builds(q.AndMaybe, kids, kids),
        st.builds(q.Require, kids, kids),
        st.builds(q.Otherwise, kids, kids),
        st.builds(q.Not, kids),
        st.builds(q.ConstantScoreQuery, kids, boosts),
    )


queries = st.recursive(leaves, _composite, max_leaves=8)
plain = st.recursive(
    st.one_of(terms, phrases),
    lambda kids: st.builds(q.Or, st.lists(kids, min_size=1, max_size=5)),
    max_leaves=6,
)
typed = st.builds(q.And, st.lists(plain, min_size=1, max_size=3))
"""What people type: words and phrases, all or any of them."""

most = st.sampled_from([1, 3, 10, 10, 32, 33, 50])


@pytest.fixture(scope="module", params=["one leaf", "deleted", "three leaves", "three, deleted"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Statistics:
    documents = random_documents(2600, 7)
    return statistics(
        tmp_path_factory.mktemp("index"),
        documents,
        parts=3 if "three" in request.param else 1,
        dead=range(0, 2600, 13) if "deleted" in request.param else (),
    )


@pytest.fixture(params=["nodes", "kernel"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "nodes":
        monkeypatch.setattr(native, "_kernel", None)
    elif not native.built():
        pytest.skip("the kernel is not built")
    return str(request.param)


@settings(REPEATABLE, max_examples=60)
@given(asked=queries, k=most)
def test_the_best_are_those_of_a_look_at_every_match(index: Statistics, asked: Any, k: int) -> None:
    found = topk.search(asked, index, BM25)
    assert found.best(k) == topk.search(asked, index, BM25).best(k, exhaustive=True)


@settings(REPEATABLE, max_examples=60)
@given(data=st.data())
def test_what_people_type_is_found_in_both_ways(data: st.DataObject, index: Statistics) -> None:
    asked, k = data.draw(typed), data.draw(most)
    expected = topk.search(asked, index, BM25).best(k, exhaustive=True)
    assert topk.search(asked, index, BM25).best(k) == expected
    with pytest.MonkeyPatch.context() as without:
        without.setattr(native, "_kernel", None)
        assert topk.search(asked, index, BM25).best(k) == expected


@settings(REPEATABLE, max_examples=30)
@given(asked=typed, k=most)
def test_lists_of_best_postings_are_not_used_where_lengths_do_not_count(
    index: Statistics, asked: Any, k: int
) -> None:
    expected = topk.search(asked, index, NO_LENGTHS).best(k, exhaustive=True)
    assert topk.search(asked, index, NO_LENGTHS).best(k) == expected


@settings(REPEATABLE, max_examples=40)
@given(asked=queries)
def test_all_matches_come_ascending_and_are_counted(index: Statistics, asked: Any) -> None:
    found = topk.search(asked, index, BM25)
    docs, scores = found.all()
    assert found.count() == len(docs) == len(scores)
    assert (np.diff(docs.astype(np.int64)) > 0).all()


@settings(REPEATABLE, max_examples=40)
@given(asked=queries)
def test_a_node_answers_about_any_documents_as_it_lists_them(index: Statistics, asked: Any) -> None:
    for leaf, node in zip(index.leaves, topk.search(asked, index, BM25).nodes, strict=True):
        alive = np.ones(leaf.count, np.bool_) if leaf.live is None else leaf.live
        some = np.flatnonzero(alive)[::3].astype(np.uint32)
        listed = dict(zip(*(part.tolist() for part in node.scan()), strict=True))
        hit, scores = node.probe(some)
        assert hit.tolist() == [doc in listed for doc in some.tolist()]
        assert scores.tolist() == [listed.get(doc, 0.0) for doc in some.tolist()]
        assert node.holds(some).tolist() == hit.tolist()
        assert all(score <= node.bound for score in listed.values())
        assert node.size >= len(listed)


def test_equal_scores_stand_in_the_order_of_documents(tmp_path: Path, way: str) -> None:
    index = statistics(tmp_path, [{"body": "w0 w1"}] * 700)
    found = topk.search(q.Or([q.Term("body", "w0"), q.Term("title", "w0")]), index, BM25).best(5)
    assert [doc for _, doc in found] == [0, 1, 2, 3, 4]


def test_the_kernel_takes_what_people_type(index: Statistics) -> None:
    if not native.built():
        pytest.skip("the kernel is not built")
    asked = q.And([q.Or([q.Term("title", "w1"), q.Term("body", "w1")]), q.Term("body", "w2")])
    search = topk.search(asked, index, BM25)
    found = native.best(search.nodes[0], index.leaves[0], 3, -np.inf)
    assert found == topk.best(*search.nodes[0].scan(), 3)


def test_the_kernel_leaves_damaged_lists_to_the_nodes(tmp_path: Path) -> None:
    index = statistics(tmp_path, random_documents(800, 9))
    search = topk.search(q.Term("body", "w0"), index, BM25)
    node = search.nodes[0]
    assert isinstance(node, Term)
    assert node.postings.best is not None
    node.postings.best = node.postings.best + np.uint32(1 << 30)
    assert native.best(node, index.leaves[0], 10, -np.inf) is None
    with pytest.raises(IndexError):
        search.best(10)


def test_the_kernel_can_be_left_out(index: Statistics) -> None:
    search = topk.search(q.Term("body", "w1"), index, BM25)
    native.use(False)
    try:
        assert native.best(search.nodes[0], index.leaves[0], 3, -np.inf) is None
    finally:
        native.use(True)


def test_a_plan_that_is_none_is_refused() -> None:
    if not native.built():
        pytest.skip("the kernel is not built")
    kernel = import_module("newsfeed.whoosh_numpy.evaluation._kernel")
    for shape, words in [(b"", b""), (bytes(8), b""), (struct.pack("=q", 9), b"x" * 95)]:
        with pytest.raises(ValueError, match="no plan"):
            kernel.best(shape, words, 10, 0.0, 0, 5)


def test_no_match_and_no_wish_are_empty(index: Statistics, way: str) -> None:
    assert topk.search(q.Term("body", "absent"), index, BM25).best(10) == []
    assert topk.search(q.Term("body", "w1"), index, BM25).best(0) == []


@pytest.mark.parametrize("count", [3, 48, 60, 900, 5000, 20_000])
def test_the_best_of_an_array(count: int) -> None:
    scores = np.random.default_rng(count).integers(0, 40, count).astype(np.float64)
    docs = np.arange(count, dtype=np.uint32) * 2
    expected = sorted(zip((-scores).tolist(), docs.tolist(), strict=True))
    for k in (1, 10, 47, 100):
        assert topk.best(docs, scores, k) == expected[:k]
