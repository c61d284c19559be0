"""Counts, names and filters of facets equal counting in the articles themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.search.interface import Facet, Query, Removal
from newsfeed.search.whoosh_index import WhooshIndex
from newsfeed.slugs import slug

SPELLINGS = ["Köln", "Koeln", "köln ", "Bonn", "BONN", "Film & Bühne", "a\x1fb", "-", "?!", " "]
"""Several of one slug, some of signs only, one that is nothing, one with a sign of the index."""

ARTICLES = st.builds(
    lambda number, topics, section: Article(
        id=f"tag:{number}",
        headline="Nato" if number % 2 else "Rat",
        topics=tuple(topics),
        section=section,
        published=datetime(2022, 1, 1, tzinfo=UTC),
    ),
    st.integers(0, 9),
    st.lists(st.sampled_from(SPELLINGS), max_size=4),
    st.none() | st.sampled_from(SPELLINGS),
)
REMOVALS = st.integers(0, 9).map(lambda number: Removal(f"tag:{number}"))
BATCHES = st.lists(st.lists(ARTICLES | REMOVALS, max_size=6), min_size=1, max_size=4)


def names(values: Collection[str | None]) -> set[str]:
    return {value.strip() for value in values if value and value.strip()}


def counted(matching: list[list[str | None]], everything: list[list[str | None]]) -> list[Facet]:
    """Each article has its list of values; a name is what most articles of all write."""
    written = Counter(name for values in everything for name in names(values))
    counts = Counter(each for values in matching for each in {slug(v) for v in names(values)})
    best: dict[str, str] = {}
    for name in sorted(written, key=lambda name: (-written[name], name)):
        best.setdefault(slug(name), name)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Facet(each, best[each], count) for each, count in ordered]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches=BATCHES)
def test_counting_equals_counting_articles(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Article | Removal]]
) -> None:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    library: dict[str, Article] = {}
    for number, batch in enumerate(batches):
        index.update(batch, number)
        for change in batch:
            library.pop(change.id, None)
            if isinstance(change, Article):
                library[change.id] = change
    everything = list(library.values())
    for text in ("", "Nato"):
        matching = [each for each in everything if text in each.headline]
        results = index.search(Query(text, facets=("topic", "section")))
        assert list(results.facets["topic"]) == counted(
            [list(each.topics) for each in matching], [list(each.topics) for each in everything]
        )
        assert list(results.facets["section"]) == counted(
            [[each.section] for each in matching], [[each.section] for each in everything]
        )
    for topic in SPELLINGS:
        expected = {
            each.id for each in everything if slug(topic) in {slug(v) for v in names(each.topics)}
        }
        assert {hit.article.id for hit in index.search(Query(topic=topic)).hits} == expected
    index.close()


def test_a_name_goes_when_nobody_writes_it_any_more(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    day = datetime(2022, 1, 1, tzinfo=UTC)

    def article(number: int, topic: str) -> Article:
        return Article(id=f"tag:{number}", headline="x", topics=(topic,), published=day)

    index.update([article(1, "BONN"), article(2, "BONN"), article(3, "Bonn")], 1)
    assert index.search(Query(facets=("topic",))).facets["topic"] == (Facet("bonn", "BONN", 3),)
    index.update([Removal("tag:1"), Removal("tag:2")], 2)
    assert index.search(Query(facets=("topic",))).facets["topic"] == (Facet("bonn", "Bonn", 1),)
    index.update([Removal("tag:3")], 3)
    assert index.search(Query(facets=("topic",))).facets["topic"] == ()
