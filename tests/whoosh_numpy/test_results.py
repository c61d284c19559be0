"""Results and hits behave as Whoosh's do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, highlight, query
from whoosh.searching import NoTermsException

from newsfeed.whoosh_numpy import WordAnalyzer
from newsfeed.whoosh_numpy.searching.highlighting import Highlighter
from newsfeed.whoosh_numpy.searching.searcher import Searcher
from tests.whoosh_numpy.small_indexes import river, shelved, without

REPEATABLE = settings.get_profile("repeatable")
RHEIN = query.Term("body", "rhein")
PEGEL = query.Term("body", "pegel")
LONG = "Der Pegel des Rheins fiel. " * 2000 + "Am Ende stieg der rhein wieder."


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    segments = [
        [river(n, "rhein " * (n + 1) + ("pegel" if n % 2 else ""), price=n) for n in range(3)],
        [river(n, "rhein pegel " * n) for n in range(3, 6)],
    ]
    return without(shelved(tmp_path, segments), "id", ["r1"]).searcher()


def test_the_length_is_that_of_all_matches_and_found_when_asked(searcher: Searcher) -> None:
    results = searcher.search(RHEIN, limit=2)
    assert not results.has_exact_length()
    assert results.estimated_min_length() <= len(results) == 5 <= results.estimated_length()
    assert results.has_exact_length()
    assert (results.scored_length(), results.is_empty(), bool(results)) == (2, False, True)
    assert results.docs() == {0, 2, 3, 4, 5}
    assert 2 in results
    assert 1 not in results
    assert searcher.search(RHEIN, limit=9).has_exact_length()
    assert results.runtime > 0


def test_hits_stand_where_a_list_would_have_them(searcher: Searcher) -> None:
    results = searcher.search(RHEIN)
    assert [hit.rank for hit in results] == [0, 1, 2, 3, 4]
    assert [hit.docnum for hit in results[1:3]] == [results[1].docnum, results[2].docnum]
    assert results[-1].docnum == results.docnum(4)
    assert results.score(0) == results[0].score
    assert next(iter(results.items())) == (results[0].docnum, results[0].score)
    assert results.fields(0) == results[0].fields()
    for beyond in (5, -6):
        with pytest.raises(IndexError, match="only has 5 hits"):
            results[beyond]


def test_a_hit_is_a_mapping_of_stored_values(searcher: Searcher) -> None:
    (hit,) = searcher.search(query.Term("id", "r0"))
    assert (hit["title"], hit["price"], hit.get("extra", "?")) == ("Der Rhein 0", 0, "?")
    assert dict(hit) == hit.fields() == hit
    assert ("title" in hit, "extra" in hit, len(hit)) == (True, False, len(hit.fields()))
    assert sorted(hit.keys()) == sorted(dict(hit.items()))
    assert set(hit.values()) == set(hit.fields().values())
    assert hit == next(iter(searcher.search(query.Term("id", "r0"))))
    assert hit != next(iter(searcher.search(query.Term("id", "r2"))))
    with pytest.raises(KeyError):
        hit["extra"]
    with pytest.raises(NotImplementedError):
        hit["title"] = "new"


def test_a_hit_reads_only_the_value_that_is_asked_for(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hit,) = searcher.search(query.Term("id", "r0"))
    monkeypatch.setattr(searcher.ixreader, "stored_fields", lambda _: pytest.fail("read all"))
    assert hit["title"] == "Der Rhein 0"


def test_a_hit_has_the_values_of_sortable_fields(tmp_path: Path) -> None:
    schema = fields.Schema(id=fields.ID(sortable=True), day=fields.DATETIME(sortable=True))
    day = datetime(2022, 2, 3)  # noqa: DTZ001
    (hit,) = shelved(tmp_path, [[{"id": "a", "day": day}]], schema).searcher().search(query.Every())
    assert (hit["id"], hit["day"], hit.fields()) == ("a", day, {})
    assert "day" in hit


def test_results_are_joined_and_reordered(searcher: Searcher) -> None:
    first = searcher.search(RHEIN, limit=None)
    pegel = searcher.search(PEGEL, limit=None)
    order = [hit.docnum for hit in first]
    raised = first.copy()
    raised.upgrade(pegel)
    assert [hit.docnum for hit in raised] == sorted(order, key=lambda doc: doc not in pegel.docs())
    lowered = first.copy()
    lowered.upgrade(pegel, reverse=True)
    assert [hit.docnum for hit in lowered] == sorted(order, key=lambda doc: doc in pegel.docs())
    both = searcher.search(query.Term("id", "r0"))
    both.extend(pegel)
    assert [hit.docnum for hit in both] == [0, *(hit.docnum for hit in pegel)]
    assert len(both) == 1 + len(pegel)
    mixed = searcher.search(query.Term("id", "r0"))
    mixed.upgrade_and_extend(first)
    assert len(mixed) == len(first)
    kept = first.copy()
    kept.filter(pegel)
    assert {hit.docnum for hit in kept} == pegel.docs() == kept.docs()
    assert len(kept) == len(pegel)
    kept.filter(searcher.search(query.Term("body", "nil")))
    assert (len(kept), kept.is_empty()) == (0, True)
    assert [hit.docnum for hit in first] == order


def test_terms_are_known_where_they_were_recorded(searcher: Searcher) -> None:
    results = searcher.search(query.Or([RHEIN, PEGEL]))
    assert not results.has_matched_terms()
    with pytest.raises(NoTermsException):
        results.matched_terms()
    with pytest.raises(NoTermsException):
        results[0].matched_terms()
    assert set(results.query_terms()) == {("body", b"rhein"), ("body", b"pegel")}


def test_groups_are_named(searcher: Searcher) -> None:
    results = searcher.search(RHEIN, groupedby=["section", "price"])
    assert sorted(results.facet_names()) == ["price", "section"]
    assert results.groups("section") == {None: [hit.docnum for hit in results]}
    with pytest.raises(KeyError, match="nowhere"):
        results.groups("nowhere")


def test_the_important_words_of_results(searcher: Searcher) -> None:
    words = dict(searcher.search(PEGEL).key_terms("body", docs=2, numterms=2))
    assert words.keys() <= {"rhein", "pegel"}


# Snippets


class Short(WordAnalyzer):
    """Five letters of each word."""

    lowercase = True

    def terms(self, word: str) -> tuple[tuple[str, int], ...]:
        return ((word[:5], 0),)


class Endings(WordAnalyzer):
    """Each word and the word without its last letter."""

    def terms(self, word: str) -> tuple[tuple[str, int], ...]:
        return (word, 0), (word[:-1], 0)


ANALYZERS = {
    "standard": analysis.StandardAnalyzer(),
    "stems": analysis.StemmingAnalyzer(),
    "words": Short(),
    "pairs": analysis.RegexTokenizer() | analysis.ShingleFilter(2),
}
FRAGMENTERS = (
    highlight.ContextFragmenter(charlimit=None),
    highlight.ContextFragmenter(maxchars=30, surround=3, charlimit=None),
    highlight.ContextFragmenter(charlimit=40),
    highlight.SentenceFragmenter(charlimit=None),
    highlight.WholeFragmenter(charlimit=None),
    highlight.PinpointFragmenter(charlimit=None),
)


@pytest.fixture(scope="module")
def hits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A hit for each analyser, of a search for two words."""
    found = {}
    for name, analyzer in ANALYZERS.items():
        schema = fields.Schema(body=fields.TEXT(analyzer=analyzer))
        folder = tmp_path_factory.mktemp(name)
        searcher = shelved(folder, [[{"body": "rhein pegel rhein"}]], schema).searcher()
        words = [query.Term("body", word) for word in ("rhein", "pegel", "rhein-pegel")]
        (found[name],) = searcher.search(query.Or(words))
    return found


PIECES = ("rhein", "Rheins", "pegel", "der", "x", "Hochwasserschutzkonzept", ". ", "  ", " " * 30)


@given(
    name=st.sampled_from(sorted(ANALYZERS)),
    text=st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    fragmenter=st.sampled_from(FRAGMENTERS),
    strict=st.booleans(),
)
@settings(REPEATABLE, max_examples=300)
def test_snippets_are_those_of_whoosh(
    hits: dict[str, Any], name: str, text: str, fragmenter: Any, strict: bool
) -> None:
    hit = hits[name]
    wanted = highlight.Highlighter(fragmenter=fragmenter).highlight_hit(
        hit, "body", text=text, strict_phrase=strict
    )
    hit.results.highlighter = Highlighter(fragmenter=fragmenter)
    assert hit.highlights("body", text=text, strict_phrase=strict) == wanted


def test_a_word_is_marked_for_any_of_its_terms(tmp_path: Path) -> None:
    schema = fields.Schema(body=fields.TEXT(analyzer=Endings(), stored=True))
    searcher = shelved(tmp_path, [[{"body": "am rheins am rhein"}]], schema).searcher()
    (hit,) = searcher.search(RHEIN)
    hit.results.formatter = highlight.UppercaseFormatter()
    assert hit.highlights("body") == "am RHEINS am RHEIN"


def test_a_hit_beyond_whooshs_limit_has_a_snippet(tmp_path: Path) -> None:
    (hit,) = shelved(tmp_path, [[river(1, LONG)]]).searcher().search(RHEIN)
    assert hit.highlights("body").endswith('stieg der <b class="match term0">rhein</b> wieder')
    hit.results.fragmenter = highlight.ContextFragmenter(charlimit=100)
    assert hit.highlights("body") == ""


def test_snippets_of_recorded_terms_come_from_their_characters(tmp_path: Path) -> None:
    index = shelved(tmp_path, [[river(1, "am rhein am pegel")]])
    (hit,) = index.searcher().search(query.Prefix("body", "rh"), terms=True)
    hit.results.fragmenter = highlight.PinpointFragmenter()
    hit.results.formatter = highlight.UppercaseFormatter()
    assert hit.highlights("body") == "am RHEIN am pegel"
    (hit,) = index.searcher().search(query.Prefix("body", "pe"))
    hit.results.formatter = highlight.UppercaseFormatter()
    assert hit.highlights("body") == "am rhein am PEGEL"
    with pytest.raises(KeyError):
        hit.highlights("extra")
