"""`updated` is editorial: it moves with the text and with update marks, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsfeed.article import Article, Block, Correction, Image
from newsfeed.editorial import Dates, first_dates, next_dates, significance, words_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ARTICLE = Article(
    headline="Neue Brücke",
    body=(Block("paragraph", "Sie ist fertig."),),
    published=NOW - DAY,
    provenance={"published": "text"},
)


def news(before: Article, after: Article) -> str | None:
    return significance(words_of(before), words_of(after))


def test_another_headline_standfirst_or_body_is_news() -> None:
    assert news(ARTICLE, replace(ARTICLE, headline="Neue Straße")) == "text"
    assert news(ARTICLE, replace(ARTICLE, standfirst="Endlich.")) == "text"
    assert news(ARTICLE, replace(ARTICLE, body=())) == "text"


def test_metadata_and_white_space_are_no_news() -> None:
    assert news(ARTICLE, replace(ARTICLE, section="Lokales", authors=("Anna Berg",))) is None
    assert news(ARTICLE, replace(ARTICLE, images=(Image("Die Brücke"),))) is None
    assert news(ARTICLE, replace(ARTICLE, headline="Neue  Brücke ")) is None


def test_a_mark_is_news_when_it_is_new() -> None:
    marked = replace(ARTICLE, correction=Correction("update", "Update"))
    assert news(ARTICLE, marked) == "mark"
    assert news(marked, marked) is None
    assert news(marked, ARTICLE) is None


def test_first_dates_are_never_in_the_future() -> None:
    ahead = replace(ARTICLE, published=NOW + timedelta(hours=1), updated=NOW + DAY)
    assert first_dates(ahead, NOW).updated == NOW
    stated = replace(ARTICLE, updated=NOW - timedelta(hours=2))
    assert first_dates(stated, NOW).updated == stated.updated
    undated = replace(ARTICLE, published=None)
    assert first_dates(undated, NOW) == Dates(NOW, "register", NOW, "register")


def test_updated_stays_without_news_even_if_the_article_states_another() -> None:
    before = first_dates(ARTICLE, NOW)
    restated = replace(ARTICLE, updated=NOW)
    assert next_dates(before, restated, changed=False, now=NOW + DAY) == before


def test_news_moves_updated_to_the_stated_time_or_to_now() -> None:
    before = first_dates(ARTICLE, NOW)
    stated = replace(ARTICLE, updated=NOW)
    assert next_dates(before, stated, changed=True, now=NOW + DAY).updated == NOW
    assert next_dates(before, ARTICLE, changed=True, now=NOW + DAY).updated == NOW + DAY
    lying = replace(ARTICLE, updated=NOW + 9 * DAY)
    assert next_dates(before, lying, changed=True, now=NOW + DAY).updated == NOW + DAY


def test_a_files_time_never_replaces_a_date_but_better_sources_do() -> None:
    before = first_dates(ARTICLE, NOW)
    copied = replace(ARTICLE, published=NOW, provenance={"published": "file time"})
    assert next_dates(before, copied, changed=False, now=NOW).published == ARTICLE.published
    told = replace(ARTICLE, published=NOW - 5 * DAY, provenance={"published": "sidecar"})
    after = next_dates(before, told, changed=False, now=NOW)
    assert (after.published, after.published_from) == (NOW - 5 * DAY, "sidecar")
