"""JSON-LD is read however it is written; what is hopeless is left out."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.pagedata.json_ld import listed, objects, types

ARTICLE = '{"@type": "NewsArticle", "headline": "Brücke gesperrt"}'


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        f"<!-- {ARTICLE} -->",
        f"<!--//--><![CDATA[//><!--\n{ARTICLE}\n//--><!]]>",
        f"/*<![CDATA[*/ {ARTICLE} /*]]>*/",
        f"\ufeff  {ARTICLE};",
        '{"@type": "NewsArticle", "headline": "Brücke gesperrt",}',
        '{"@type": "NewsArticle",, "headline": "Brücke gesperrt"}',
        '// Daten\n{"@type": "NewsArticle", /* Titel */ "headline": "Brücke gesperrt"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Brücke "
        "gesperrt&quot;}",
        f'{{"@type": "WebSite"}}\n{ARTICLE}',
        f'{{"@graph": [{{"@type": "WebSite"}}, {ARTICLE}]}}',
        f'[[{ARTICLE}], {{"@type": "WebSite"}}]',
        f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',
    ],
)
def test_an_article_is_found_in(script: str) -> None:
    found = [node for node in objects([script]) if "NewsArticle" in types(node)]
    assert [node["headline"] for node in found] == ["Brücke gesperrt"]


def test_raw_line_breaks_and_wrong_escapes_stay_inside_their_string() -> None:
    (node,) = objects(['{"headline": "Erste\nZeile, die \\\'zweite\\\'", "x": [1,],}'])
    assert node["headline"] == "Erste\nZeile, die 'zweite'"


def test_what_looks_like_a_fault_inside_a_string_is_left_alone() -> None:
    (comment,) = objects(['{"text": "a <!-- b --> c"}'])
    assert comment["text"] == "a <!-- b --> c"
    (node,) = objects(['{"url": "https://beispiel.de/a", "text": "eins,] zwei /* drei */",}'])
    assert node["url"] == "https://beispiel.de/a"
    assert node["text"] == "eins,] zwei /* drei */"


def test_references_are_looked_up_within_the_page() -> None:
    graph = [
        {"@type": "NewsArticle", "author": [{"@id": "#anna"}]},
        {"@type": "Person", "@id": "#anna", "name": "Anna Berg"},
    ]
    article, _ = objects([json.dumps({"@graph": graph})])[1:]
    assert article["author"][0]["name"] == "Anna Berg"


def test_types_lose_their_vocabulary() -> None:
    assert types({"@type": ["https://schema.org/NewsArticle", "schema:Article"]}) == (
        "NewsArticle",
        "Article",
    )


@pytest.mark.parametrize(
    "script",
    [
        "[" * 100_000,
        '{"@graph":' * 10_000 + "{}" + "}" * 10_000,
        '{"a":' * 100_000,
        "[" * 10_000 + "]" * 10_000,
        '{"headline": "' + "x" * 6_000_000 + '"}',
        '"\\' * 25_000,
        "/*" * 25_000,
        "," * 50_000,
        ", " * 25_000 + "{",
        "{" + " " * 50_000 + "}",
        "\\" * 50_000,
        '{"@graph": [' + '{"@graph": [{}]},' * 10_000 + "]}",
    ],
)
def test_monsters_take_no_time(script: str) -> None:
    before = time.process_time()
    for node in objects([script]):
        assert isinstance(node, dict)
    assert time.process_time() - before < 3


@given(st.text(alphabet='{}[]",:/*\\@typegraph&quot; \n0', max_size=200))
def test_any_text_gives_objects_or_nothing(script: str) -> None:
    assert all(isinstance(node, dict) for node in objects([script]))


TEXT = st.text(alphabet='ab"\\/*,:{}[] \n', max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, JSON))
def test_sound_json_is_read_as_json_reads_it(value: dict[str, object]) -> None:
    assert objects([json.dumps(value)])[0] == value


@given(st.dictionaries(TEXT, JSON))
def test_repairs_change_nothing_in_sound_json(value: dict[str, object]) -> None:
    # a second object in a row sends the script through the repairs
    assert objects([json.dumps(value) + " {}"])[0] == value


@given(JSON)
def test_a_listed_value_is_flat_and_lacks_nothing_but_none(value: object) -> None:
    flat = listed(value)
    assert not any(item is None or isinstance(item, list) for item in flat)
