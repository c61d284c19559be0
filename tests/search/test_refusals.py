"""What is no query, no cursor and no index, and how each is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest

from newsfeed.article import Article
from newsfeed.search.interface import (
    FACET_NAMES,
    MAX_LIMIT,
    IndexUnavailable,
    InvalidQuery,
    Query,
    SearchIndex,
    Sort,
)

Maker = Callable[..., Article]


def test_an_index_that_was_never_written(index: SearchIndex) -> None:
    assert index.sequence() == 0
    for ask in (lambda: index.search(Query()), lambda: index.get("x"), lambda: index.load(())):
        with pytest.raises(IndexUnavailable, match="newsfeed index"):
            ask()
    assert index.check() != []


def test_a_closed_index(index: SearchIndex, article: Maker) -> None:
    index.update([article("a")], 1)
    index.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        index.search(Query())


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ('Krieg "Wladimir Putin', 6, "Anführungszeichen"),
        ("Krieg (Nato", 6, "Klammer"),
        ("Krieg) Nato", 5, "Klammer"),
        ("Krieg AND", 6, "AND"),
        ("ODER Krieg", 0, "ODER"),
        ("x*", 0, "Stern"),
        ("a" * 1025, 1024, "1024"),
        ("(" * 5000, 1024, "1024"),
        ("(" * 21 + "a" + ")" * 21, 20, "20"),
        ("wort " * 65, 320, "64"),
    ],
)
def test_bad_syntax(
    index: SearchIndex, article: Maker, text: str, position: int, reason: str
) -> None:
    index.update([article("a")], 1)
    with pytest.raises(InvalidQuery, match=reason) as caught:
        index.search(Query(text))
    assert (caught.value.parameter, caught.value.position) == ("text", position)


@pytest.mark.parametrize(
    ("parameter", "fields"),
    [
        ("limit", {"limit": -1}),
        ("limit", {"limit": MAX_LIMIT + 1}),
        ("offset", {"offset": -1}),
        ("sort", {"sort": "best"}),
        ("facets", {"facets": ("colour",)}),
        ("published_from", {"published_from": datetime(2022, 1, 1)}),  # noqa: DTZ001
        ("published_to", {"published_to": datetime(2022, 1, 1)}),  # noqa: DTZ001
        ("cursor", {"cursor": ""}),
        ("cursor", {"cursor": "nonsense"}),
        ("cursor", {"cursor": "ä" * 20}),
        ("cursor", {"cursor": "W10"}),
        ("cursor", {"cursor": "bnVsbA"}),
        ("cursor", {"cursor": "A" * 100_000}),
        ("offset", {"cursor": "W10", "offset": 1}),
    ],
)
def test_bad_parameters(
    index: SearchIndex, article: Maker, parameter: str, fields: dict[str, Any]
) -> None:
    index.update([article("a")], 1)
    with pytest.raises(InvalidQuery) as caught:
        index.search(Query(**fields))
    assert caught.value.parameter == parameter
    assert caught.value.reason


def test_a_cursor_belongs_to_its_query(index: SearchIndex, article: Maker) -> None:
    index.update([article(name, "Nato") for name in "abc"], 1)
    first = Query("Nato", limit=1, sort="newest")
    cursor = index.search(first).next
    follow = replace(first, cursor=cursor, limit=2, facets=("topic",), snippets=True)
    assert [hit.article.headline for hit in index.search(follow).hits] == ["b", "c"]
    others: list[dict[str, Any]] = [
        {"text": "Rat"},
        {"text": "nato"},
        {"sort": "oldest"},
        {"section": "x"},
    ]
    for other in others:
        with pytest.raises(InvalidQuery) as caught:
            index.search(replace(follow, **other))
        assert caught.value.parameter == "cursor"


@pytest.mark.parametrize("sort", ["newest", "revised"])
def test_a_forged_cursor_is_refused(index: SearchIndex, article: Maker, sort: Sort) -> None:
    index.update([article(name) for name in "abc"], 1)
    query = Query(sort=sort, limit=1)
    cursor = index.search(query).next
    assert cursor is not None
    digest, numbers, id = orjson.loads(base64.urlsafe_b64decode(cursor + "==="))
    wrong: list[object] = [None, True, 0.5, "1", 2**62 + 1, []]
    forgeries: list[list[object]] = [
        [digest, 0.0, numbers[-1], id],  # as newsfeed wrote it before format 3 of the index
        [digest, numbers],
        [digest, numbers, 7],
        [digest, numbers, id, 3, [1.0], [1]],
        [digest, numbers[:-1], id],
        [digest, [*numbers, 1], id],
        *([digest, [*numbers[:-1], bad], id] for bad in wrong),
    ]
    for forged in forgeries:
        text = base64.urlsafe_b64encode(orjson.dumps(forged)).decode().rstrip("=")
        for ask in (index.search, index.editions):
            with pytest.raises(InvalidQuery) as caught:
                ask(replace(query, cursor=text))
            assert caught.value.parameter == "cursor"


def test_a_prefix_may_have_any_number_of_words(index: SearchIndex, article: Maker) -> None:
    words = " ".join(f"wort{n}x" for n in range(2000))
    index.update([article("a", words), article("b", "worauf"), article("c", "Worte")], 1)
    assert [hit.article.headline for hit in index.search(Query("wort*")).hits] == ["a", "c"]
    assert index.search(Query("wort10*")).total == 1


@pytest.mark.parametrize(
    "text",
    [
        "🙂 👩‍👩‍👧",
        "\x00\x07Krieg\x1b[31m",
        "\u202eKrieg\u2066 \u200fNato",
        "\ud83d",
        "ﷺ" * 300,
        "a\u0301" * 500,
        "-" * 1024,
        "* " * 500,
        '""',
        "\u00ad",
        "a-" * 500,
        "%s{0}<script>alert(1)</script>",
        "../../etc/passwd",
    ],
)
def test_hostile_text_is_only_text(index: SearchIndex, article: Maker, text: str) -> None:
    index.update([article("a", "Krieg in Europa")], 1)
    results = index.search(Query(text, snippets=True, facets=FACET_NAMES))
    assert results.total in (0, 1)
    assert index.search(Query(section=text.encode("utf-8", "ignore").decode())).total == 0
