"""The port's promises (`search/interface.py`), held against every backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest

from newsfeed.article import Article, token
from newsfeed.search.interface import (
    FACET_NAMES,
    MAX_LIMIT,
    Facet,
    Query,
    Removal,
    SearchIndex,
    Sort,
)

SORTS: tuple[Sort, ...] = get_args(Sort)
NEWS: tuple[Sort, ...] = ("arrived", "revised", "touched")
Opener = Callable[[Path], SearchIndex]
Maker = Callable[..., Article]


def names(index: SearchIndex, query: Query | str) -> list[str]:
    """The last parts of the ids that a query finds, in order."""
    asked = Query(query, limit=MAX_LIMIT) if isinstance(query, str) else query
    return [hit.article.id.rpartition(":")[2] for hit in index.search(asked).hits]


def paged(index: SearchIndex, query: Query) -> Iterator[Sequence[str]]:
    """The names on each page, following the cursors to the end."""
    while True:
        results = index.search(query)
        yield [hit.article.id.rpartition(":")[2] for hit in results.hits]
        if results.next is None:
            return
        query = replace(query, cursor=results.next)


def news(seen: int, updated: int, changed: int) -> dict[str, datetime]:
    """When an article was seen, updated and changed, in hours after the day of the tests."""
    start = datetime(2022, 2, 28, 12, tzinfo=UTC)
    hours = {"first_seen": seen, "updated": updated, "changed": changed}
    return {name: start + timedelta(hours=number) for name, number in hours.items()}


class TestWriting:
    def test_what_is_written_is_found_at_once(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a", "Der Bundestag berät.")], 1)
        assert names(index, "Bundestag") == ["a"]

    def test_it_outlives_the_object_that_wrote_it(
        self, open_backend: Opener, tmp_path: Path, article: Maker
    ) -> None:
        writer = open_backend(tmp_path)
        written = article("a", "Text.", authors=("Jörg Müller",), topics=("Film & Köln",))
        writer.update([written], 17)
        writer.close()
        reader = open_backend(tmp_path)
        assert reader.sequence() == 17
        assert reader.search(Query()).hits[0].article == written
        reader.close()

    def test_other_readers_see_it_without_reopening(
        self, open_backend: Opener, tmp_path: Path, article: Maker
    ) -> None:
        writer, reader = open_backend(tmp_path), open_backend(tmp_path)
        writer.update([article("a")], 1)
        assert names(reader, "") == ["a"]
        writer.update([article("b", hours=1), Removal(article("a").id)], 2)
        assert names(reader, "") == ["b"]
        writer.rebuild([article("c")], 3)
        assert (names(reader, ""), reader.sequence()) == (["c"], 3)
        writer.close()
        reader.close()

    def test_the_last_write_of_an_id_wins_within_a_batch(
        self, index: SearchIndex, article: Maker
    ) -> None:
        gone = Removal(article("b").id)
        index.update([article("a", "eins"), article("a", "zwei"), article("b"), gone], 1)
        assert (names(index, ""), names(index, "eins")) == (["a"], [])
        index.update([gone, article("b", "drei"), article("a", "vier")], 2)
        assert names(index, "drei OR vier") == ["a", "b"]
        assert index.search(Query()).total == 2

    def test_removing_what_is_not_there_is_no_error(
        self, index: SearchIndex, article: Maker
    ) -> None:
        index.update([Removal("tag:example.org,2026:never")], 4)
        assert (index.search(Query()).total, index.sequence()) == (0, 4)

    def test_an_empty_batch_still_moves_the_sequence(
        self, index: SearchIndex, article: Maker
    ) -> None:
        index.update([article("a")], 1)
        index.update([], 9)
        assert (index.sequence(), names(index, "")) == (9, ["a"])

    def test_rebuilding_replaces_everything(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a", "alt")], 1)
        index.rebuild(iter([article("b", "neu"), article("c"), article("b", "neuer")]), 2)
        assert (names(index, ""), index.sequence()) == (["b", "c"], 2)
        assert (names(index, "neuer"), names(index, "alt")) == (["b"], [])
        assert index.check() == []

    def test_a_failed_rebuild_changes_nothing(self, index: SearchIndex, article: Maker) -> None:
        def broken() -> Iterator[Article]:
            yield article("b")
            raise ArithmeticError("the register went away")

        index.update([article("a")], 1)
        with pytest.raises(ArithmeticError):
            index.rebuild(broken(), 2)
        assert (names(index, ""), index.sequence()) == (["a"], 1)
        index.rebuild([article("c")], 3)
        assert names(index, "") == ["c"]

    @pytest.mark.parametrize("field", ["id", "published"])
    def test_an_article_without_name_or_date_changes_nothing(
        self, index: SearchIndex, article: Maker, field: str
    ) -> None:
        index.update([article("a")], 1)
        unready = article("b", **{field: "" if field == "id" else None})
        for write in (index.update, index.rebuild):
            with pytest.raises(ValueError, match=field):
                write([article("c"), unready], 2)
        assert (names(index, ""), index.sequence()) == (["a"], 1)

    def test_text_that_is_no_unicode_changes_nothing(
        self, index: SearchIndex, article: Maker
    ) -> None:
        index.update([article("a")], 1)
        for bad in (article("b", "halb \ud83d"), article("b", section="\udfff")):
            with pytest.raises(ValueError, match="Unicode"):
                index.update([bad], 2)
        assert names(index, "") == ["a"]

    def test_many_small_commits_and_removals_add_up(
        self, index: SearchIndex, article: Maker
    ) -> None:
        for number in range(30):
            changes = [article(f"{number:02}", f"Meldung {number}", hours=number)]
            index.update(changes, number)
            if number % 3 == 2:
                index.update([Removal(article(f"{number - 1:02}").id)], number)
        expected = [f"{number:02}" for number in range(29, -1, -1) if number % 3 != 1]
        assert names(index, Query(sort="newest", limit=100)) == expected
        assert names(index, "Meldung AND 17") == ["17"]
        assert index.check() == []


class TestReading:
    def test_the_whole_article_comes_back(self, index: SearchIndex, article: Maker) -> None:
        written = article(
            "a",
            "Erster Absatz.\n\nZweiter.",
            kicker="Eilmeldung",
            standfirst="Vorspann",
            captions=("Ein Bild",),
            credits=("© dpa",),
            provenance={"published": "sidecar"},
        )
        index.update([written], 1)
        hit = index.search(Query("Absatz")).hits[0]
        assert hit.article == written
        assert hit.article.date.utcoffset() == timedelta(0)
        assert hit.score > 0

    def test_get_by_id_and_by_token(self, index: SearchIndex, article: Maker) -> None:
        written = article("a")
        index.update([written], 1)
        by_id, by_token = index.get(written.id), index.get(token(written.id))
        assert by_id is not None
        assert by_id == by_token
        assert (by_id.article, by_id.score, by_id.snippet) == (written, 0.0, None)
        for unknown in ("", "tag:example.org,2026:b", "\ud800", "a" * 16, token(written.id)[:-1]):
            assert index.get(unknown) is None

    def test_many_are_loaded_by_id_at_once(self, index: SearchIndex, article: Maker) -> None:
        index.update([article(name) for name in "abc"], 1)
        index.update([article("d", "Text."), Removal(article("b").id)], 2)
        a, b, d = (article(name).id for name in "abd")
        loaded = index.load(iter((d, a, "\ud800", b, token(a), a)))
        assert loaded == {a: index.get(a), d: index.get(d)}
        assert index.load(()) == {}

    def test_the_version_moves_with_anything_stored(
        self, index: SearchIndex, article: Maker
    ) -> None:
        def version(stored: Article) -> str:
            index.update([stored], 1)
            hit = index.get(stored.id)
            assert hit is not None
            return hit.version

        first = version(article("a"))
        assert version(article("a")) == first
        assert version(article("a", topics=("neu",))) != first
        assert version(article("a", updated=datetime(2022, 3, 1, tzinfo=UTC))) != first

    def test_empty_text_matches_everything(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a"), article("b", hours=1)], 1)
        assert names(index, "") == names(index, " \n") == ["b", "a"]

    def test_limit_zero_still_counts(self, index: SearchIndex, article: Maker) -> None:
        index.update([article(name, section="Politik") for name in "abc"], 1)
        results = index.search(Query(limit=0, facets=("section",)))
        assert (results.hits, results.total, results.next) == ((), 3, None)
        assert results.facets == {"section": (Facet("politik", "Politik", 3),)}


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "expected"),
        [("oldest", "dabc"), *((sort, "cabd") for sort in SORTS if sort != "oldest")],
    )
    def test_dates_then_ids(
        self, index: SearchIndex, article: Maker, sort: Sort, expected: str
    ) -> None:
        hours = {"a": 1, "b": 1, "c": 2, "d": 0}
        for name in "badc":
            index.update([article(name, hours=hours[name])], 1)
        assert names(index, Query(sort=sort)) == list(expected)

    def test_scores_then_dates(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a", "Nato"), article("b", "Nato", hours=1)], 1)
        index.update([article("c", "Nato Nato Nato")], 2)
        results = index.search(Query("text:Nato"))
        scores = [hit.score for hit in results.hits]
        assert names(index, "text:Nato") == ["c", "b", "a"]
        assert scores[0] > scores[1] == scores[2]

    def test_a_word_in_the_headline_counts_more(self, index: SearchIndex, article: Maker) -> None:
        pair = {"headline": "Neues vom Rat"}, {"headline": "Neues vom Amt"}
        index.update([article("a", "Das Amt", **pair[0]), article("b", "Der Rat", **pair[1])], 1)
        assert names(index, "Amt") == ["b", "a"]
        assert names(index, "Rat") == ["a", "b"]

    def test_all_words_rank_above_some(self, index: SearchIndex, article: Maker) -> None:
        index.update([article(str(n), "Krieg " * 40, headline="Krieg Krieg") for n in range(9)], 1)
        index.update([article("beide", "Viel Text davor, " * 60 + "Krieg und Frieden")], 2)
        assert names(index, "Krieg Frieden")[0] == "beide"
        assert index.search(Query("Krieg Frieden")).total == 10

    def test_by_date_all_words_have_to_match(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a", "Krieg"), article("b", "der Krieg und Frieden", hours=1)], 1)
        index.update([article("c", "Frieden", hours=2), article("d", "Frieden, Krieg")], 2)
        assert names(index, Query("Krieg Frieden", sort="newest")) == ["b", "d"]
        assert names(index, Query("Krieg der Frieden", sort="oldest")) == ["d", "b"]
        assert names(index, Query("+Frieden Krieg", sort="newest")) == ["c", "b", "d"]
        assert names(index, Query("Krieg -Frieden", sort="newest")) == ["a"]
        for sort in NEWS:
            assert names(index, Query("Krieg Frieden", sort=sort)) == ["b", "d"]

    @pytest.mark.parametrize("sort", SORTS)
    def test_pages_hold_everything_once(
        self, index: SearchIndex, article: Maker, sort: Sort
    ) -> None:
        index.update(
            [
                article(f"{n:02}", "Nato " * (n % 4), hours=n % 5, **news(n % 2, n % 3, n % 4))
                for n in range(23)
            ],
            1,
        )
        for text in ("", "Nato -Rat"):
            whole = names(index, Query(text, sort=sort, limit=100))
            for limit in (1, 4, 23):
                pages = list(paged(index, Query(text, sort=sort, limit=limit)))
                assert list(chain(*pages)) == whole
                assert all(len(page) == limit for page in pages[:-1])
            offsets = [names(index, Query(text, sort=sort, limit=5, offset=n)) for n in (0, 5, 99)]
            assert offsets == [whole[:5], whole[5:10], []]

    @pytest.mark.parametrize("sort", SORTS)
    def test_paging_neither_skips_nor_repeats_while_writes_go_on(
        self, index: SearchIndex, article: Maker, sort: Sort
    ) -> None:
        stable = [
            article(
                f"{n:02}",
                "Nato " * (n % 3 + 1) + "und mehr " * (n % 7),
                hours=n,
                **news(n % 5 * 9, n % 4 * 9, n % 3 * 9),
            )
            for n in range(20)
        ]
        index.update([*stable, article("weg", "Nato", hours=5)], 1)
        query = Query("Nato mehr", sort=sort, limit=3)
        before = [name for name in names(index, replace(query, limit=100)) if name != "weg"]
        seen: list[str] = []
        for number, page in enumerate(paged(index, query)):
            seen += page
            # Every page is followed by a commit that changes all statistics.
            texts = ["Nato " * 9, "etwas ganz anderes " * 50, "mehr " * 30]
            noise = [
                article(f"neu{number}{k}", text, hours=k * 9, **news(k * 9, 0, k * 9))
                for k, text in enumerate(texts)
            ]
            index.update([*noise, Removal(article("weg").id)], 2 + number)
        kept = [name for name in seen if not name.startswith("neu") and name != "weg"]
        assert kept == before
        assert len(seen) == len(set(seen))


class TestFilters:
    def test_whole_values_by_slug(self, index: SearchIndex, article: Maker) -> None:
        index.update(
            [
                article("a", section="Politik", authors=("Jörg Müller", "Ann Oh"), source="taz"),
                article("b", section="politik", agencies=("dpa",), topics=("Krieg in Europa",)),
                article("c", section="Politik & Recht"),
            ],
            1,
        )
        cases: list[tuple[dict[str, Any], str]] = [
            ({"section": "POLITIK"}, "ab"),
            ({"section": "politik-recht"}, "c"),
            ({"section": "Poli"}, ""),
            ({"author": "joerg-mueller"}, "a"),
            ({"author": "Ann Oh", "section": "politik"}, "a"),
            ({"agency": "DPA"}, "b"),
            ({"source": "TAZ"}, "a"),
            ({"topic": "krieg-in-europa"}, "b"),
            ({"topic": "krieg"}, ""),
            ({"text": "-a", "section": "politik"}, "b"),
        ]
        for filters, expected in cases:
            found = index.search(Query(**filters))
            assert sorted(hit.article.headline for hit in found.hits) == list(expected), filters
            assert found.total == len(expected)

    def test_dates_from_inclusive_to_exclusive(self, index: SearchIndex, article: Maker) -> None:
        index.update([article(str(n), hours=n) for n in range(5)], 1)
        start = datetime(2022, 2, 27, 12, tzinfo=UTC)
        berlin = timezone(timedelta(hours=1))
        one, three = start + timedelta(hours=1), (start + timedelta(hours=3)).astimezone(berlin)
        query = Query(published_from=one, published_to=three, sort="oldest")
        assert names(index, query) == ["1", "2"]
        assert names(index, replace(query, published_to=None)) == ["1", "2", "3", "4"]
        tick = timedelta(microseconds=1)
        assert names(index, replace(query, published_from=one + tick)) == ["2"]
        assert names(index, replace(query, published_to=three + tick)) == ["1", "2", "3"]
        edge = datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))
        assert names(index, replace(query, published_to=edge)) == ["1", "2", "3", "4"]


class TestFacets:
    def test_counts_over_all_matches(self, index: SearchIndex, article: Maker) -> None:
        index.update(
            [
                article("a", "Nato", section="Politik", topics=("Nato", "NATO"), authors=("Eva",)),
                article("b", "Nato", section="politik", topics=("NATO",)),
                article("c", "Nato", section="Politik", topics=("NATO", "Krieg")),
                article("d", "Nato", section="Sport", agencies=("dpa",), source="FAZ"),
                article("e", "Sonstiges", section="Sport"),
            ],
            1,
        )
        facets = index.search(Query("text:Nato", facets=FACET_NAMES, limit=1)).facets
        assert facets == {
            "section": (Facet("politik", "Politik", 3), Facet("sport", "Sport", 1)),
            "source": (Facet("faz", "FAZ", 1),),
            "author": (Facet("eva", "Eva", 1),),
            "agency": (Facet("dpa", "dpa", 1),),
            "topic": (Facet("nato", "NATO", 3), Facet("krieg", "Krieg", 1)),
        }

    def test_what_is_deleted_counts_nowhere(self, index: SearchIndex, article: Maker) -> None:
        index.update([article("a", "Nato", section="A"), article("b", "Nato", section="B")], 1)
        alone = index.search(Query("Nato")).hits[0].score
        extra = [article(str(n), "Nato " * n, section="C") for n in range(3, 9)]
        index.update(extra, 2)
        assert index.search(Query("Nato")).hits[-1].score != alone
        index.update([Removal(each.id) for each in extra], 3)
        results = index.search(Query("Nato", facets=("section",)))
        assert results.total == 2
        assert results.facets["section"] == (Facet("a", "A", 1), Facet("b", "B", 1))
        assert {hit.score for hit in results.hits} == {alone}
        assert index.get(extra[0].id) is None
