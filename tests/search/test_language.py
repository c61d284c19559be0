"""Query text becomes a tree and a tree becomes text again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsfeed.search.interface import InvalidQuery
from newsfeed.search.language import (
    EVERYTHING,
    MAX_CLAUSES,
    NOTHING,
    And,
    Must,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Ranked,
    Word,
    canonical,
    parse,
)
from newsfeed.search.lexer import MAX_LENGTH, OPERATORS
from newsfeed.search.schema import FIELD_NAMES, FIELDS

a, b, c = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYTHING),
        (" \t\n", EVERYTHING),
        ("?! – &", NOTHING),
        ('""', NOTHING),
        ("()", NOTHING),
        ("a", a),
        ("(((a)))", a),
        ("a b", Ranked((a, b))),
        ("+a -b c", Ranked((Must(a), Not(b), c))),
        ("a NICHT b", Ranked((a, Not(b)))),
        ("-a", Not(a)),
        ("+a", a),
        ("NOT NOT a", Not(Not(a))),
        ("a AND b UND c", And((a, b, c))),
        ("a OR b ODER c", Or((a, b, c))),
        ("a or b", Ranked((a, Word("or"), b))),
        ("a OR b AND c", Or((a, And((b, c))))),
        ("(a OR b) AND c", And((Or((a, b)), c))),
        ("a OR b c", Ranked((Or((a, b)), c))),
        ("a AND -b", And((a, Not(b)))),
        ("+a OR +b", Or((a, b))),
        ("NOT a AND b", And((Not(a), b))),
        ("-(a b)", Not(Ranked((a, b)))),
        ("+NOT a b", Ranked((Not(a), b))),
        ("+(-a) b", Ranked((Not(a), b))),
        ("a - b", Ranked((a, b))),
        ("-- a", a),
        ("-& a", a),
        ('"der rote  Faden"', Phrase("der rote Faden")),
        ("„a b“ »c«", Ranked((Phrase("a b"), Phrase("c")))),
        ('a"b"', Ranked((a, Phrase("b")))),
        ("ab*", Prefix("ab")),
        ("US-Gen*,", Prefix("US-Gen")),
        ("a*b", Word("a*b")),
        ("*", NOTHING),
        ("headline:a", Word("a", "headline")),
        ("Titel:a", Word("a", "headline")),
        ('foto:"a b"', Phrase("a b", "credit")),
        ("author:mül*", Prefix("mül", "author")),
        ("text:(a -headline:b)", Ranked((Word("a", "text"), Not(Word("b", "headline"))))),
        ("text: a", Ranked((Word("text"), a))),
        ("text:", Word("text")),
        ("Berlin: a", Ranked((Word("Berlin"), a))),
        ('Berlin:"a"', Ranked((Word("Berlin"), Phrase("a")))),
        ("12:30", Word("12:30")),
        ("https://a.de/b?c=1", Word("https://a.de/b?c=1")),
        ("(a, b!)", Ranked((a, b))),
        ("$a C++ 'b'", Ranked((a, Word("C"), b))),
        ("UND, a", Ranked((Word("und"), a))),
        ("Alarm\u00adbereitschaft", Word("Alarmbereitschaft")),
        ("Mu\u0308ller", Word("Müller")),
        ("\u202ea\u2066b\x00c\ud800", Ranked((a, b, c))),
    ],
)
def test_texts_and_their_trees(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(canonical(tree)) == tree


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Ranked((Must(Or((a, b))), Not(And((b, c))), Phrase("x y", "text"))), None),
        (And((Or((a, b)), Not(c))), "(a OR b) AND NOT c"),
        (Or((And((a, b)), c)), "a AND b OR c"),
        (And((And((a, b)), c)), "(a AND b) AND c"),
        (Ranked((And((a, b)), c)), "a AND b c"),
        (Not(Not(a)), "NOT NOT a"),
        (Ranked((Not(Not(a)), b)), "-NOT a b"),
    ],
)
def test_canonical_text_has_the_fewest_brackets(tree: Node, text: str | None) -> None:
    assert canonical(tree) == (text or '+(a OR b) -(b AND c) text:"x y"')


def plain_words(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=1, max_size=8).filter(
        lambda text: text not in OPERATORS and text.casefold() not in FIELD_NAMES
    )


LETTERS = st.sampled_from("abcXYZäößé09東")
FIELD = st.none() | st.sampled_from([field.name for field in FIELDS])
LEAVES = st.one_of(
    st.builds(Word, plain_words(LETTERS), FIELD),
    st.builds(
        lambda left, middle, right: Word(left + middle + right),
        plain_words(LETTERS),
        st.sampled_from(["-", ":", "*", "'", "+", "://", ".", "&"]),
        plain_words(LETTERS),
    ),
    st.builds(Phrase, st.lists(plain_words(LETTERS), min_size=1, max_size=4).map(" ".join), FIELD),
    st.builds(lambda text, field: Prefix("xx" + text, field), plain_words(LETTERS), FIELD),
)


def branches(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inside, min_size=2, max_size=3).map(tuple)
    required = inside.filter(lambda node: not isinstance(node, Not)).map(Must)
    items = st.lists(inside | required, min_size=2, max_size=4).map(tuple)
    return st.one_of(some.map(And), some.map(Or), inside.map(Not), items.map(Ranked))


TREES: st.SearchStrategy[Node] = st.one_of(
    st.just(EVERYTHING), st.just(NOTHING), st.recursive(LEAVES, branches, max_leaves=12)
)


def outcome(text: str) -> Node | InvalidQuery:
    """The tree of a text, or what is wrong with it."""
    try:
        return parse(text)
    except InvalidQuery as error:
        return error


@given(TREES)
def test_parsing_the_canonical_text_gives_the_tree_again(tree: Node) -> None:
    text = canonical(tree)
    assume(len(text) <= MAX_LENGTH)
    again = outcome(text)
    if isinstance(again, InvalidQuery):
        assert again.reason == "Mehr als 20 Ebenen verschachtelt"
    else:
        assert again == tree


PIECES = ["a", "AND", "ODER", "NICHT", "(", ")", '"', "+", "-", "*", ":", " ", "text:"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    found = outcome(text)
    if isinstance(found, InvalidQuery):
        assert found.parameter == "text"
        assert found.position is not None
        assert 0 <= found.position <= len(text)
        assert found.reason
    else:
        again = canonical(found)
        assert len(again) > MAX_LENGTH or parse(again) == found


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ('"a', 0, "Anführungszeichen nicht geschlossen"),
        ('a "b" "', 6, "Anführungszeichen nicht geschlossen"),
        ("(a", 0, "Klammer nicht geschlossen"),
        ("a (b (c)", 2, "Klammer nicht geschlossen"),
        ("a)", 1, "Klammer zu ohne Klammer auf"),
        ("a AND", 2, "Nach AND fehlt ein Suchwort"),
        ("a OR )", 2, "Nach OR fehlt ein Suchwort"),
        ("a AND OR b", 2, "Nach AND fehlt ein Suchwort"),
        ("UND a", 0, "Vor UND fehlt ein Suchwort"),
        ("() OR a", 3, "Vor OR fehlt ein Suchwort"),
        ("a AND NOT", 6, "Nach NOT fehlt ein Suchwort"),
        ("a AND (&)", 2, "Nach AND fehlt ein Suchwort"),
        ("b a*", 2, "Vor dem Stern stehen weniger als 2 Buchstaben"),
        ("NOT " * 21 + "a", 80, "Mehr als 20 Ebenen verschachtelt"),
        ("a " * (MAX_CLAUSES + 1), 128, "Mehr als 64 Suchwörter"),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH, "Die Suche ist länger als 1024 Zeichen"),
    ],
)
def test_what_cannot_be_understood(text: str, position: int, reason: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(text)
    assert (caught.value.position, caught.value.reason) == (position, reason)


def test_the_limits_themselves_are_allowed() -> None:
    parse("a" * MAX_LENGTH)
    parse("a " * MAX_CLAUSES)
    parse("(" * 20 + "a" + ")" * 20)


@pytest.mark.parametrize("piece", ["(", ")", '"', "-", "+", "*", "a*", "a:", "text:", "NOT "])
def test_any_repetition_is_parsed_or_refused(piece: str) -> None:
    assert isinstance(outcome(piece * 5000), InvalidQuery)
    found = outcome((piece * 1024)[:1024])
    assert not isinstance(found, InvalidQuery) or found.position is not None
