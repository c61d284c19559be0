"""Word by word gives what Whoosh gives token by token."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import analysis

from newsfeed.whoosh_numpy.analysis.analyzers import by_words
from newsfeed.whoosh_numpy.analysis.words import WordTable
from tests.whoosh_numpy.analysers import WHOOSH, Compounds, by_table, by_tokens

TEXTS = st.lists(
    st.text() | st.text(alphabet="aA.*-_ ßẞİıſKéÉ\u0301Ł\x00\x81\x8d€Ÿ𝔘٣²\n"),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("name", WHOOSH)
@given(texts=TEXTS)
@example(texts=["a.b a..b .a a. a.b.c", "3.14 *x* x.*", ""])
@example(texts=["Straße STRASSE ẞ", "İstanbul ISTANBUL ı", "e\u0301 é", "\x00\x81\x8dx"])
@example(texts=["the and a word the", "", "the", "word the word"])
@example(texts=["x" * 15 + " " + "x" * 16 + " " + "x" * 300, "xŁ" * 20])
def test_a_table_gives_the_tokens_of_whoosh(name: str, texts: list[str]) -> None:
    analyzer = by_words(WHOOSH[name])
    assert analyzer is not None
    table = WordTable(analyzer)
    expected = [by_tokens(WHOOSH[name], text) for text in texts]
    assert by_table(table, texts) == expected
    assert by_table(table, texts[::-1]) == expected[::-1]  # now all words are known


@given(texts=st.lists(st.text(alphabet="aB-¶ ŁéＡ."), min_size=1, max_size=4))
@example(texts=["- -- a", "¶- a-b", "a-B-c ¶ Ab"])
def test_a_table_gives_the_tokens_of_an_analyser_of_ones_own(texts: list[str]) -> None:
    analyzer = Compounds()
    expected = [by_tokens(analyzer, text) for text in texts]
    assert by_table(WordTable(analyzer), texts) == expected


def test_terms_of_a_compound_stand_side_by_side() -> None:
    found = [(term, place) for term, place, _, _ in by_tokens(Compounds(), "Ein US-General ¶ da")]
    assert found == [("ein", 0), ("us", 1), ("general", 2), ("usgeneral", 1), ("da", 6)]


@pytest.mark.parametrize("name", WHOOSH)
@given(text=st.text())
def test_an_analyser_by_words_is_an_analyser_of_whoosh(name: str, text: str) -> None:
    wrapped = by_words(WHOOSH[name])
    assert wrapped is not None
    assert by_tokens(wrapped, text) == by_tokens(WHOOSH[name], text)


@pytest.mark.parametrize(
    "analyzer",
    [
        analysis.FancyAnalyzer(),
        analysis.NgramAnalyzer(2),
        analysis.NgramWordAnalyzer(2),
        analysis.IDAnalyzer(),
        analysis.RegexTokenizer(r"\s+", gaps=True),
        analysis.RegexTokenizer() | analysis.BiWordFilter(),
        analysis.RegexTokenizer() | analysis.ShingleFilter(),
        analysis.RegexTokenizer() | analysis.IntraWordFilter(),
        analysis.RegexTokenizer() | analysis.DoubleMetaphoneFilter(),
        analysis.RegexTokenizer() | analysis.DelimitedAttributeFilter(),
        analysis.RegexTokenizer()
        | analysis.TeeFilter(analysis.PassFilter(), analysis.LowercaseFilter()),
        analysis.RegexTokenizer() | analysis.StopFilter() | analysis.StopFilter(["x"]),
    ],
)
def test_analysers_that_look_beyond_a_word_are_left_alone(analyzer: Any) -> None:
    assert by_words(analyzer) is None


def test_a_subclass_of_a_filter_may_do_anything() -> None:
    class Twice(analysis.LowercaseFilter):  # type: ignore[misc]
        def __call__(self, tokens: Any) -> Any:
            for token in tokens:
                yield token
                yield token

    assert by_words(analysis.RegexTokenizer() | Twice()) is None


def test_analysers_are_equal_when_they_do_the_same() -> None:
    assert by_words(analysis.StandardAnalyzer()) == by_words(analysis.StandardAnalyzer())
    assert by_words(analysis.StandardAnalyzer()) != by_words(analysis.StandardAnalyzer(maxsize=9))
    assert by_words(analysis.RegexTokenizer(r"\w+")) != by_words(analysis.RegexTokenizer(r"\S+"))
    assert by_words(analysis.StemmingAnalyzer()) != by_words(
        analysis.StemmingAnalyzer(stemfn=str.upper)
    )


def test_lone_surrogates_are_refused() -> None:
    for analyzer in (analysis.RegexTokenizer(r"\w+"), analysis.RegexTokenizer(r"x|y")):
        words = by_words(analyzer)
        assert words is not None
        with pytest.raises(UnicodeEncodeError):
            WordTable(words).encode("a\udc80b")
