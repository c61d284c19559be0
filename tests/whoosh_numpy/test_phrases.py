"""Phrases: Whoosh's meaning of them, spelled out position by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as q
from whoosh import scoring

from newsfeed.whoosh_numpy.evaluation import native, topk
from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from tests.whoosh_numpy.small_leaves import random_documents, statistics

REPEATABLE = settings.get_profile("repeatable")
TEXTS = [
    "w1 w2 w3",
    "w1 x w2 w3",
    "w1 x x w2",
    "w2 w1",
    "w1 w1 w2",
    "w1 w2 w1 w2 w1",
    "w3 w3 w3",
    "w1 x w1 x x w2",
]


def stands(text: str, words: Sequence[str], slop: int) -> bool:
    """Whether each word stands 1 to `slop` places after the one before it."""
    tokens = text.split()
    ends = {place for place, token in enumerate(tokens) if token == words[0]}
    for word in words[1:]:
        ends = {
            place
            for place, token in enumerate(tokens)
            if token == word and any(1 <= place - end <= slop for end in ends)
        }
    return bool(ends)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Statistics:
    return statistics(tmp_path_factory.mktemp("index"), [{"body": text} for text in TEXTS])


@pytest.mark.parametrize(
    ("words", "slop", "expected"),
    [
        (["w1", "w2"], 1, [0, 4, 5]),
        (["w1", "w2"], 2, [0, 1, 4, 5]),
        (["w1", "w2"], 3, [0, 1, 2, 4, 5, 7]),
        (["w1", "w2", "w3"], 1, [0]),
        (["w1", "w1"], 1, [4]),
        (["w1", "w1"], 2, [4, 5, 7]),
        (["w3", "w3", "w3"], 1, [6]),
        (["w1", "w2"], 0, []),
        (["w1", "absent"], 1, []),
        (["w2"], 1, [0, 1, 2, 3, 4, 5, 7]),
        ([], 1, []),
    ],
)
def test_words_follow_one_another(
    index: Statistics, words: list[str], slop: int, expected: list[int]
) -> None:
    docs, _ = topk.search(q.Phrase("body", words, slop), index, scoring.BM25F()).all()
    assert docs.tolist() == expected


def test_a_phrase_scores_what_its_words_score_one_that_comes_twice_twice(index: Statistics) -> None:
    def score(asked: q.Query) -> float:
        hits = topk.search(asked, index, scoring.BM25F()).best(10)
        return next(score for score, doc in hits if doc == 4)

    one, other = score(q.Term("body", "w1")), score(q.Term("body", "w2"))
    assert score(q.Phrase("body", ["w1", "w1"])) == 2 * one
    assert score(q.Phrase("body", ["w1", "w2"])) == one + other


def test_a_field_without_positions_has_no_phrases(index: Statistics) -> None:
    with pytest.raises(q.QueryError, match="tags"):
        topk.search(q.Phrase("tags", ["a", "b"]), index, scoring.BM25F())


@settings(REPEATABLE, max_examples=60)
@given(
    words=st.lists(st.sampled_from(["w0", "w1", "w2", "w5", "w9"]), min_size=2, max_size=4),
    slop=st.integers(1, 6),
)
def test_phrases_are_where_the_definition_has_them(
    many: tuple[list[str], Statistics], words: list[str], slop: int
) -> None:
    texts, index = many
    expected = [number for number, text in enumerate(texts) if stands(text, words, slop)]
    asked = q.Phrase("body", words, slop)
    docs, scores = topk.search(asked, index, scoring.BM25F()).all()
    assert docs.tolist() == expected
    best = topk.search(asked, index, scoring.BM25F()).best(7)
    assert (
        best
        == sorted(
            zip(scores.tolist(), docs.tolist(), strict=True), key=lambda hit: (-hit[0], hit[1])
        )[:7]
    )


@pytest.fixture(scope="module", params=["nodes", "kernel"])
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[str], Statistics]]:
    documents = random_documents(700, 3)
    texts = [document["body"] for document in documents]
    if request.param == "kernel" and not native.built():
        pytest.skip("the kernel is not built")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "nodes":
            patch.setattr(native, "_kernel", None)
        yield texts, statistics(tmp_path_factory.mktemp("many"), documents)
