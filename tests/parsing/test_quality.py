"""Quality: what lowers an article's score, and that nothing good ever does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article, Block, Image, Leftover, from_json
from newsfeed.parsing.quality import WEIGHTS, FindingKind, Quality, quality

WHOLE = "Die Schleuse in Neuwerder bleibt bis zum Sommer geschlossen, weil ein Tor klemmt. "
GOOD = Article(
    headline="Schleuse Neuwerder bleibt geschlossen",
    body=tuple(
        Block("paragraph", WHOLE * 3 + f"Das ist der Stand vom {day}. März.") for day in range(1, 5)
    ),
    authors=("Anna Berg",),
    images=(Image("Das Tor klemmt.", "Jörg Müller"),),
    published=datetime(2025, 3, 4, 9, 0, tzinfo=UTC),
    leftovers=(Leftover("navigation", "Startseite"), Leftover("promotion", "Jetzt abonnieren")),
    provenance={"published": "text"},
)


def kinds(article: Article) -> set[FindingKind]:
    return {finding.kind for finding in quality(article).findings}


def test_an_article_with_everything_has_nothing_amiss() -> None:
    assert quality(GOOD) == Quality(1.0)


@pytest.mark.parametrize(
    ("kind", "worse"),
    [
        ("author", replace(GOOD, authors=())),
        ("date", replace(GOOD, published=None, provenance={})),
        ("date", replace(GOOD, provenance={"published": "file time"})),
        ("date", replace(GOOD, provenance={"published": "register"})),
        ("length", replace(GOOD, body=GOOD.body[:1])),
        ("sentences", replace(GOOD, body=(*GOOD.body, Block("paragraph", "So sieht das Tor aus")))),
        ("headline", replace(GOOD, headline="Karneval, Karpfen, Krapfen")),
        ("headline", replace(GOOD, headline=WHOLE.strip())),
        ("credits", replace(GOOD, images=(Image("Das Tor."), Image("Ein Tor.", "Uta Horn")))),
        ("leftovers", replace(GOOD, leftovers=(Leftover("teaser", WHOLE * 2),))),
        ("leftovers", replace(GOOD, leftovers=(Leftover("other", "Was ist das? " * 9),))),
        ("furniture", replace(GOOD, body=(*GOOD.body, Block("paragraph", "Das Tor klemmt.")))),
        ("furniture", replace(GOOD, body=(*GOOD.body, GOOD.body[0]))),
    ],
)
def test_what_is_amiss_is_found_and_nothing_else(kind: FindingKind, worse: Article) -> None:
    found = quality(worse)
    assert {finding.kind for finding in found.findings} == {kind}
    assert found.score == pytest.approx(1 - sum(finding.cost for finding in found.findings))
    assert all(0 < finding.cost <= WEIGHTS[finding.kind] for finding in found.findings)


def test_an_agency_serves_as_author() -> None:
    assert "author" not in kinds(replace(GOOD, authors=(), agencies=("dpa",)))


def test_findings_say_what_they_found_the_costliest_first() -> None:
    bad = Article("Nur eine Zeile", images=(Image("Bild"),), body=(Block("paragraph", "Kurz"),))
    found = quality(bad)
    costs = [finding.cost for finding in found.findings]
    assert costs == sorted(costs, reverse=True)
    texts = {finding.kind: finding.text for finding in found.findings}
    assert texts["sentences"] == "1 of 1 paragraphs do not end like a sentence"
    assert texts["credits"] == "1 of 1 images without credit"
    assert texts["date"] == "no date"


def test_the_weights_explain_the_whole_score() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    nothing = Article("Ü", images=(Image("x"),), leftovers=(Leftover("other", "x"),))
    assert 0 <= quality(nothing).score < 0.4


LINES = st.sampled_from(
    [
        *("Mehr zum Thema", "Das Tor klemmt.", WHOLE.strip(), "Startseite", "Hier klicken", "x"),
        *("Die Schleuse wurde geprüft.", "Wetter: 12 Grad", "„Wir warten“, sagte sie."),
    ]
)
BLOCKS = st.builds(
    Block, st.sampled_from(["paragraph", "subheading", "quote", "list", "entry"]), LINES
)
ARTICLES = st.builds(
    replace,
    st.just(GOOD),
    headline=LINES,
    body=st.lists(BLOCKS, max_size=6).map(tuple),
    authors=st.sampled_from([(), ("Anna Berg",)]),
    images=st.lists(
        st.builds(Image, LINES, st.none() | st.just("Uta Horn")), max_size=3, unique_by=str
    ).map(tuple),
    leftovers=st.lists(
        st.builds(Leftover, st.sampled_from(["navigation", "other", "teaser"]), LINES), max_size=4
    ).map(tuple),
)


@given(ARTICLES)
def test_a_score_is_a_share(article: Article) -> None:
    found = quality(article)
    assert 0 <= found.score <= 1
    assert found == quality(article)


@given(ARTICLES, st.integers(1, 99))
def test_what_an_article_gains_never_lowers_its_score(article: Article, number: int) -> None:
    score = quality(article).score
    paragraph = Block("paragraph", f"Am {number}. Tag des Monats war noch immer alles gesperrt.")
    for better in (
        replace(article, authors=("Jörg Müller",)),
        replace(article, images=tuple(replace(image, credit="x") for image in article.images)),
        replace(article, leftovers=()),
        replace(article, body=(*article.body, paragraph)),
    ):
        assert quality(better).score >= score - 1e-9


@given(ARTICLES)
def test_what_an_article_loses_never_raises_its_score(article: Article) -> None:
    score = quality(article).score
    for worse in (
        replace(article, authors=()),
        replace(article, published=None, provenance={}),
        replace(article, images=(*article.images, Image("Noch ein Bild."))),
        replace(article, leftovers=(*article.leftovers, Leftover("other", "Was ist das?"))),
        replace(article, body=(*article.body, Block("paragraph", "Weiter geht es hier"))),
    ):
        assert quality(worse).score <= score + 1e-9


def golden() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "articles").glob("*.txt.expected.json"))


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.name.partition(".")[0])
def test_a_damaged_article_scores_lower(path: Path) -> None:
    """Half of the text taken for leftovers, or leftovers taken for text."""
    article = from_json(path.read_bytes())
    half = len(article.body) // 2
    missed = tuple(Leftover("other", block.text) for block in article.body[half:])
    furniture = tuple(Block("paragraph", leftover.text) for leftover in article.leftovers[:5])
    score = quality(article).score
    if missed:
        shorter = replace(
            article,
            body=article.body[:half],
            leftovers=tuple(chain(article.leftovers, missed)),
        )
        assert quality(shorter).score < score
    if furniture:
        assert quality(replace(article, body=article.body + furniture)).score < score
