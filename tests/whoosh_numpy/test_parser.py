"""The parser gives the trees that Whoosh's gives, and refuses what would keep that one busy."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, qparser, query
from whoosh.qparser import syntax

from newsfeed.whoosh_numpy import (
    InvalidQuery,
    MultifieldParser,
    QueryParser,
    QueryTooDeep,
    QueryTooLong,
)
from newsfeed.whoosh_numpy.searching import parser as module

REPEATABLE = settings.get_profile("repeatable")

SCHEMA = fields.Schema(
    title=fields.TEXT,
    body=fields.TEXT(analyzer=analysis.StemmingAnalyzer()),
    name=fields.TEXT(analyzer=analysis.FancyAnalyzer()),
    pairs=fields.TEXT(analyzer=analysis.RegexTokenizer() | analysis.BiWordFilter()),
    key=fields.ID,
    tags=fields.KEYWORD(lowercase=True, commas=True),
    year=fields.NUMERIC,
    day=fields.DATETIME,
    grams=fields.NGRAM,
)

WORDS = (
    "rhein",
    "Rhein",
    "the",
    "a",
    "steigt",
    "rising",
    "rise",
    "E-Mail",
    "1.000",
    "x_y",
    "ß",
    "2022",
)
SIGNS = ("AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE", "-rhein", "rhe*", "r?n", "^2", "(")
MORE = (")", '"', "'", "title:", "key:x", "[a TO b]", "~", "AND NOT", "\t", "\u2003", "*:*", "TO")
PHRASES = ('"rhein steigt"', '"the rhein"', '"the a"', '"rhein"', '""', '"a  b"~2', '"E-Mail x"')

PLAIN = st.lists(st.sampled_from((*WORDS, *PHRASES[:-2], "AND", "OR", "NOT")), max_size=8)
ANY = st.lists(st.sampled_from((*WORDS, *SIGNS, *MORE, *PHRASES)), max_size=8)
LINES = st.one_of(
    PLAIN.map(" ".join),
    ANY.map(" ".join),
    ANY.map("".join),
    st.text(alphabet="ab \"'()[]{}:^~*?-+\n\u055e", max_size=25),
)


def pairs() -> list[tuple[Any, Any]]:
    """Our parsers and Whoosh's, made alike."""
    boosts = {"title": 2.0}
    many = [
        ["title", "body"],
        ["title", "name", "pairs", "nowhere"],
        ["body", "year"],
        ["body", "body"],
    ]
    made: list[tuple[Any, Any]] = [
        (QueryParser(name, SCHEMA), qparser.QueryParser(name, SCHEMA))
        for name in ("title", "body", "pairs", "tags", "key", "year", "day", "grams", "nowhere")
    ]
    for group in (syntax.AndGroup, syntax.OrGroup):
        made += [
            (
                MultifieldParser(names, SCHEMA, boosts, group=group),
                qparser.MultifieldParser(names, SCHEMA, boosts, group=group),
            )
            for names in many
        ]
    made.append((QueryParser("title", None), qparser.QueryParser("title", None)))
    return made


PARSERS = pairs()


def outline(asked: Any) -> Any:
    """A tree with everything that tells queries apart, places in the text included."""
    own = {
        name: value
        for name, value in vars(asked).items()
        if not name.startswith("_") and not isinstance(value, query.Query | list)
    }
    own |= {"startchar": asked.startchar, "endchar": asked.endchar}
    kids = [] if asked.is_leaf() else [outline(kid) for kid in asked.children()]
    words = getattr(asked, "words", None), getattr(asked, "char_ranges", None)
    return type(asked), repr(sorted(own.items(), key=str)), words, kids


def parsed(parser: Any, text: str) -> Any:
    """The tree, or that there is none: Whoosh raises whatever comes up, we raise InvalidQuery."""
    try:
        return outline(parser.parse(text))
    except InvalidQuery:
        return "no query"
    except Exception:
        assert not isinstance(parser, QueryParser)
        return "no query"


@given(LINES)
@settings(REPEATABLE, max_examples=200)
def test_trees_are_those_of_whoosh(text: str) -> None:
    for ours, whooshs in PARSERS:
        assert parsed(ours, text) == parsed(whooshs, text)


@pytest.mark.parametrize(
    "text",
    ["Rhein", "rhein steigt", "rhein OR steigt AND pegel", '"rhein steigt" NOT pegel', "", "the"],
)
def test_plain_queries_do_not_go_through_the_plugins(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qparser.QueryParser, "parse", lambda *_: pytest.fail("took the long way"))
    MultifieldParser(["title", "body"], SCHEMA).parse(text)


def test_a_configured_parser_goes_the_long_way() -> None:
    ours, whooshs = QueryParser("title", SCHEMA), qparser.QueryParser("title", SCHEMA)
    for parser in (ours, whooshs):
        parser.replace_plugin(qparser.OperatorsPlugin(Or="ODER"))
        parser.add_plugin(qparser.PlusMinusPlugin())
    assert ours.parse("rhein ODER -pegel") == whooshs.parse("rhein ODER -pegel")
    assert ours.parse("rhein -pegel") == whooshs.parse("rhein -pegel")


def test_places_in_the_text_are_known_for_corrections() -> None:
    (_, second) = QueryParser("title", SCHEMA).parse("rhein stiegt").children()
    assert (second.startchar, second.endchar) == (6, 12)


@pytest.mark.parametrize(
    ("text", "error", "remedy"),
    [
        ("(" * 5000 + "a" + ")" * 5000, QueryTooDeep, "flatter"),
        ("a" * 100_000, QueryTooLong, "shorter"),
        ("a" * 10_000 + ":", QueryTooLong, "characters in a word"),
        ("*a" * 100, QueryTooLong, "wildcards"),
        (" ".join("'" * 600), QueryTooLong, "quotation marks"),
        ("[" * 600, QueryTooLong, "quotation marks"),
        (" ANDNOT ".join("abcdefghijklmnopqrstuvwxyz"), QueryTooLong, "ANDNOT"),
        ("a " * 50_000, QueryTooLong, "shorter"),
    ],
)
def test_what_would_keep_whoosh_busy_is_refused(
    text: str, error: type[InvalidQuery], remedy: str
) -> None:
    with pytest.raises(error, match=remedy):
        MultifieldParser(["title", "body"], SCHEMA).parse(text)


HOSTILE = """
from newsfeed.whoosh_numpy import InvalidQuery, QueryParser
from newsfeed.whoosh_numpy.searching.parser import MAX_BRACKETS, MAX_CHARACTERS
from newsfeed.whoosh_numpy.searching.parser import MAX_QUOTES, MAX_WORD
from whoosh.fields import TEXT, Schema
parser = QueryParser("title", Schema(title=TEXT))
for piece in ("a", "(", ")", "'", '"', "[", "a:", "*", "a ", "a OR ", "NOT ", "^2", "-", "~",
              "\\u055e", "a ANDNOT ", "'a ",
              "[a TO ", "((a) ", "(a", "a" * MAX_WORD + " ", "' '", "{a to ",
              "(" * MAX_BRACKETS + "a" + ")" * MAX_BRACKETS + " "):
    for text in (piece * (MAX_CHARACTERS // len(piece)), piece * (MAX_QUOTES // 2)):
        try:
            parser.parse(text)
        except InvalidQuery:
            pass
"""


def test_what_is_accepted_is_parsed_in_bounded_time() -> None:
    """The worst texts within the limits, in a process that may take 60 s for all of them."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n" + HOSTILE
    subprocess.run([sys.executable, "-c", limited], check=True)


def test_words_that_were_analysed_are_not_kept_without_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_WORDS_KEPT", 3)
    parser = QueryParser("title", SCHEMA)
    for number in range(10):
        assert parser.parse(f"wort{number}") == query.Term("title", f"wort{number}")
    assert len(parser._targets[0]._kept) <= 3
