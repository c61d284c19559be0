"""The passage of an article that answers a query, and where its matches are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article, Block
from newsfeed.search.interface import Snippet
from newsfeed.search.language import parse
from newsfeed.search.snippets import WIDTH, snippet

Maker = Callable[..., Article]
FILLER = "Es folgt viel Text ohne Belang, der nur den Platz füllt. "


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.highlights]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("Haus", "Die Häuser am See, des Hauses Dach.", ["Häuser", "Hauses"]),
        ('"alte Haus"', "Das alte Haus, das Haus, alte Leute.", ["alte", "Haus"]),
        ("E-Mail", "Eine E-Mail oder Email, keine Mail.", ["E-Mail", "Email"]),
        ("Email", "Eine E-Mail.", ["E-Mail"]),
        ("Mail", "Eine E-Mail.", ["Mail"]),
        ("Atom*", "Atome, Atomkrieg, Anatomie.", ["Atome", "Atomkrieg"]),
        ("Krieg -Frieden", "Krieg ohne Krieg", ["Krieg", "Krieg"]),
        ("die Nato", "Die Nato und die EU.", ["Nato"]),
        ("+Nato AND (EU OR UN)", "Die Nato und die EU.", ["Nato", "EU"]),
        ("Alarmbereitschaft", "Alarm\u00adbereitschaft", ["Alarm\u00adbereitschaft"]),
        ("Muller", "Mu\u0308ller", ["Mu\u0308ller"]),
        ("headline:Haus", "Das Haus.", []),
        ("text:Haus", "Das Haus.", ["Haus"]),
        ("", "Das Haus.", []),
        ("?!", "Das Haus.", []),
    ],
)
def test_what_is_marked(article: Maker, query: str, text: str, expected: list[str]) -> None:
    found = snippet(parse(query), article("a", text))
    assert (found.text, marked(found)) == (text, expected)


def test_the_passage_with_most_of_the_query_is_taken(article: Maker) -> None:
    text = f"Nato Nato Nato. {FILLER * 9}Die Nato berät mit Russland. {FILLER * 9}Russland."
    found = snippet(parse("Nato Russland"), article("a", text))
    assert marked(found) == ["Nato", "Russland"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert "Die Nato berät mit Russland." in found.text
    assert len(found.text) <= WIDTH + 4


def test_standfirst_then_text_then_captions(article: Maker) -> None:
    full = article("a", "Text Nato", standfirst="Vorspann Nato", captions=("Bild Nato", "Bild EU"))
    assert snippet(parse("Nato"), full).text == "Vorspann Nato"
    assert snippet(parse("Text"), full).text == "Text Nato"
    assert marked(snippet(parse("EU"), full)) == ["EU"]
    assert snippet(parse("Nirgends"), full).text == "Vorspann Nato"
    assert snippet(parse("Nato"), article("a", "Nur Text")).text == "Nur Text"
    assert snippet(parse("Nato"), article("Nato")) == Snippet("")


def test_a_phrase_does_not_reach_over_paragraphs(article: Maker) -> None:
    found = snippet(parse('"rote Faden"'), article("a", "Der rote\n\nFaden. Der rote Faden."))
    assert marked(found) == ["rote", "Faden"]
    assert found.highlights[0][0] > found.text.index("Faden.")


def test_line_breaks_become_spaces(article: Maker) -> None:
    lines = article("a", body=(Block("list", "Eins\nzwei Nato\ndrei"), Block("quote", "vier")))
    assert snippet(parse("Nato"), lines).text == "Eins zwei Nato drei vier"


def test_a_match_deep_inside_a_huge_article(article: Maker) -> None:
    text = FILLER * 40_000 + "Ganz am Ende steht Atomkrieg."  # 2.3 MB in one paragraph
    found = snippet(parse('Atomkrieg OR "am Ende"'), article("a", text))
    assert marked(found) == ["am", "Ende", "Atomkrieg"]
    assert len(found.text) <= WIDTH + 4


def test_a_huge_article_of_matches(article: Maker) -> None:
    query = " ".join(f'"{"a " * n}"' for n in range(1, 25)) + " aa* a-a"
    found = snippet(parse(query), article("a", "a aa " * 50_000))
    assert marked(found)
    assert len(found.text) <= WIDTH + 4


def test_one_endless_word(article: Maker) -> None:
    found = snippet(parse("x" * 100), article("a", "x" * 100_000))
    assert marked(found)
    assert len(found.text) <= WIDTH + 4


WORDS = st.sampled_from(
    ["Nato", "Natos", "EU", "E-Mail", "und", "Rat,", "x" * 90, "(Krieg)", "ä\u0308"]
)


@given(
    st.lists(st.lists(WORDS, max_size=60).map(" ".join), max_size=4),
    st.sampled_from(
        ["Nato", "Nato EU", '"Nato EU"', "Mail", "E-Mail", "Kri* Rat", "xxx*", "-Nato"]
    ),
)
def test_every_mark_is_a_word_of_the_query(paragraphs: list[str], query: str) -> None:
    body = tuple(Block("paragraph", text) for text in paragraphs)
    found = snippet(parse(query), Article(headline="a", body=body))
    tree = parse(query)
    ends = [0]
    for start, end in found.highlights:
        assert ends[-1] <= start < end <= len(found.text)
        ends.append(end)
        part = Article(headline="a", body=(Block("paragraph", found.text[start:end]),))
        if '"' not in query:
            assert marked(snippet(tree, part)) == [found.text[start:end]]
    inside = found.text.removeprefix("… ").removesuffix(" …")
    assert inside in " ".join(paragraphs).strip() or inside in " ".join(filter(None, paragraphs))
    assert len(inside) <= WIDTH
