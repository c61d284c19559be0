"""What query classes mean, on documents that can be seen at a glance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as q
from whoosh import scoring

from newsfeed.whoosh_numpy.evaluation import limits, topk
from newsfeed.whoosh_numpy.evaluation.similar import distances, within
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from tests.whoosh_numpy.small_leaves import statistics

REPEATABLE = settings.get_profile("repeatable")
DOCUMENTS: list[dict[str, Any]] = [
    {"body": "alpha", "number": -5, "tags": "a b"},
    {"body": "alpha beta", "number": 0, "tags": "b"},
    {"body": "beta gamma", "number": [3, 40]},
    {"body": "alphorn gamma delta", "number": 50, "title": "alpha"},
    {"body": "alpha beta gamma"},
    {"body": "omega", "number": 7},
]
DEAD = [5]


def term(word: str, boost: float = 1.0) -> q.Term:
    return q.Term("body", word, boost)


@pytest.fixture(scope="module", params=[1, 2, 3])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Statistics:
    folder = tmp_path_factory.mktemp("index")
    return statistics(folder, DOCUMENTS, parts=request.param, dead=DEAD)


def scored(index: Statistics, asked: q.Query) -> dict[int, float]:
    docs, scores = topk.search(asked, index, scoring.BM25F()).all()
    return dict(zip(docs.tolist(), scores.tolist(), strict=True))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (term("alpha"), [0, 1, 4]),
        (q.Or([term("alpha"), term("gamma")]), [0, 1, 2, 3, 4]),
        (q.Or([term("alpha"), term("beta"), term("gamma")], minmatch=2), [1, 2, 4]),
        (q.Or([term("alpha"), term("omega")], minmatch=2), []),
        (q.And([term("alpha"), term("beta")]), [1, 4]),
        (q.And([term("alpha"), q.Not(term("beta"))]), [0]),
        (q.And([q.Not(term("alpha")), q.Not(term("beta"))]), [3]),
        (q.And([]), []),
        (q.Or([]), []),
        (q.Not(term("alpha")), [2, 3]),
        (q.AndNot(term("alpha"), term("beta")), [0]),
        (q.AndMaybe(term("alpha"), term("beta")), [0, 1, 4]),
        (q.Require(term("alpha"), term("gamma")), [4]),
        (q.Otherwise(term("omega"), term("gamma")), [2, 3, 4]),
        (q.Otherwise(term("beta"), term("gamma")), [1, 2, 4]),
        (q.DisjunctionMax([term("alpha"), term("beta")]), [0, 1, 2, 4]),
        (q.Every(), [0, 1, 2, 3, 4]),
        (q.Every("title"), [3]),
        (q.Every("number"), [0, 1, 2, 3]),
        (q.Every("tags"), [0, 1]),
        (q.Prefix("body", "alph"), [0, 1, 3, 4]),
        (q.Prefix("body", ""), [0, 1, 2, 3, 4]),
        (q.Wildcard("body", "*a*m*a"), [2, 3, 4]),
        (q.Wildcard("body", "*"), [0, 1, 2, 3, 4]),
        (q.Regex("body", "alp.o"), [3]),
        (q.FuzzyTerm("body", "alpho", maxdist=1), [0, 1, 4]),
        (q.FuzzyTerm("body", "alpho", maxdist=2), [0, 1, 3, 4]),
        (q.FuzzyTerm("body", "xlpha", prefixlength=1), []),
        (q.FuzzyTerm("body", "xlpha", prefixlength=0), [0, 1, 4]),
        (q.TermRange("body", "alpha", "beta"), [0, 1, 2, 3, 4]),
        (q.TermRange("body", "alpha", "beta", startexcl=True, endexcl=True), [3]),
        (q.TermRange("body", None, "alpha"), [0, 1, 4]),
        (q.TermRange("body", "delta", None), [2, 3, 4]),
        (q.NumericRange("number", 0, 40), [1, 2]),
        (q.NumericRange("number", 0, 40, startexcl=True), [2]),
        (q.NumericRange("number", 4, 39), []),
        (q.NumericRange("number", None, 0), [0, 1]),
        (q.NumericRange("number", 1, None), [2, 3]),
        (q.NumericRange("number", -(10**30), 10**30), [0, 1, 2, 3]),
        (q.NumericRange("number", 10**30, None), []),
        (q.Variations("body", "alphas"), [0, 1, 4]),
        (q.Term("number", 40), [2]),
        (q.Term("number", "none"), []),
        (q.Term("tags", "b"), [0, 1]),
        (q.Term("absent", "x"), []),
        (q.NullQuery, []),
        (q.ConstantScoreQuery(term("gamma")), [2, 3, 4]),
    ],
    ids=repr,
)
def test_which_documents_match(index: Statistics, asked: q.Query, expected: list[int]) -> None:
    assert sorted(scored(index, asked)) == expected


def test_scores_of_composites(index: Statistics) -> None:
    alpha, beta = scored(index, term("alpha")), scored(index, term("beta"))
    both = {doc: alpha[doc] + beta[doc] for doc in (1, 4)}
    assert scored(index, q.And([term("alpha"), term("beta")])) == both
    assert scored(index, q.And([term("alpha"), q.Not(term("beta"))])) == {0: alpha[0]}
    assert scored(index, q.Or([term("alpha"), term("beta")])) == alpha | beta | both
    assert scored(index, q.AndMaybe(term("alpha"), term("beta"))) == alpha | both
    assert scored(index, q.Require(term("alpha"), term("gamma"))) == {4: alpha[4]}
    larger = {doc: max(alpha.get(doc, 0), beta.get(doc, 0)) for doc in alpha | beta}
    assert scored(index, q.DisjunctionMax([term("alpha"), term("beta")])) == larger


def test_scores_without_terms(index: Statistics) -> None:
    assert scored(index, q.Not(term("alpha"), boost=7.0)) == {2: 1.0, 3: 1.0}
    assert scored(index, q.And([q.Not(term("alpha")), q.Not(term("beta"))], boost=3.0)) == {3: 3.0}
    assert scored(index, q.ConstantScoreQuery(term("delta"), 2.5)) == {3: 2.5}
    assert set(scored(index, q.Every(boost=0.5)).values()) == {0.5}
    assert set(scored(index, q.Prefix("body", "alphor", boost=2.0)).values()) == {2.0}
    assert scored(index, q.NumericRange("number", 1, 99, boost=4.0)) == {2: 4.0, 3: 4.0}
    assert scored(index, q.Term("tags", "b", boost=3.0)) == {0: 3.0, 1: 3.0}


def test_a_pattern_may_score_its_terms(index: Statistics) -> None:
    asked = q.Prefix("body", "alph", boost=2.0, constantscore=False)
    summed = q.Or([term("alpha", 2.0), term("alphorn", 2.0)])
    assert scored(index, asked) == scored(index, summed)


def test_boosts_reach_the_leaves(index: Statistics) -> None:
    asked = q.Or([q.And([term("alpha", 2.0)], boost=3.0)], boost=0.5)
    assert scored(index, asked) == scored(index, term("alpha", 3.0))


def test_coordination_prefers_documents_that_more_subqueries_match(index: Statistics) -> None:
    asked = q.Or([term("alpha"), term("beta"), term("gamma")], scale=0.5)
    plain = scored(index, q.Or(list(asked.subqueries)))
    found = scored(index, asked)
    for doc, matching in [(0, 1), (1, 2), (4, 3)]:
        expected = (plain[doc] + (matching - 1) / (3 - 0.5) ** 2) * (2 / 3)
        assert found[doc] == pytest.approx(expected, abs=2**-31)


def test_another_weighting_for_a_part(index: Statistics) -> None:
    other = scoring.BM25F(B=0.0)
    asked = q.WeightingQuery(term("alpha"), other)
    docs, scores = topk.search(term("alpha"), index, other).all()
    assert scored(index, asked) == dict(zip(docs.tolist(), scores.tolist(), strict=True))
    assert len(set(scores.tolist())) == 1


@pytest.mark.parametrize("boost", [float("inf"), float("nan"), 1e300, -1e300])
def test_boosts_beyond_what_scores_hold_are_refused(index: Statistics, boost: float) -> None:
    for asked in (term("alpha", boost), q.Every(boost=boost), q.Or([term("alpha")], boost=boost)):
        with pytest.raises(limits.BoostTooLarge):
            topk.search(asked, index, scoring.BM25F())


@pytest.mark.parametrize("outer", [q.Not, lambda inner: q.Or([inner]), lambda i: q.Otherwise(i, i)])
def test_a_deep_query_is_refused(index: Statistics, outer: Any) -> None:
    asked: q.Query = term("alpha")
    for _ in range(5000):
        asked = outer(asked)
    with pytest.raises(limits.QueryTooDeep):
        topk.search(asked, index, scoring.BM25F())


def test_words_too_long_to_compare_are_refused(index: Statistics) -> None:
    for asked in (q.FuzzyTerm("body", "a" * 5000), q.Variations("body", "a" * 100_000)):
        with pytest.raises(limits.WordTooLong):
            topk.search(asked, index, scoring.BM25F())


def test_too_many_terms_to_score_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("many")
    found = statistics(folder, [{"body": " ".join(f"x{n}" for n in range(2000))}])
    with pytest.raises(limits.TooManyTerms):
        topk.search(q.Prefix("body", "x", constantscore=False), found, scoring.BM25F())
    assert topk.search(q.Prefix("body", "x"), found, scoring.BM25F()).count() == 1


def test_a_class_nobody_knows_is_refused(index: Statistics) -> None:
    class Odd(q.Query):  # type: ignore[misc]
        pass

    with pytest.raises(limits.InvalidQuery, match="Odd"):
        topk.search(Odd(), index, scoring.BM25F())


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
    return row[-1]


@settings(REPEATABLE)
@given(st.lists(st.text("abß€", max_size=6), min_size=1, max_size=8), st.text("abß€", max_size=6))
def test_distances_are_levenshteins(words: list[str], text: str) -> None:
    expected = [_distance(word, text) for word in words]
    assert distances(words, text).tolist() == expected
    near = list(within([word.encode() for word in words], text, 2))
    assert near == np.flatnonzero(np.array(expected) <= 2).tolist()
