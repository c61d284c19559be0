"""`newsfeed parse --explain`: what people and programs are told of a document."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsfeed.article import Article, Block, Image, Leftover, Link, Related
from newsfeed.explaining import WIDTH, as_json, lines
from newsfeed.parsing import Context, Explanation, ParseError, Verdict, explain, is_article
from newsfeed.terminal import say_styled

ARTICLE = Article(
    headline="Das alte Wehr wird erneuert",
    body=(Block("paragraph", "Der Bau beginnt."), Block("subheading", "Die Kosten")),
    authors=("Anna Berg", "Jörg Müller"),
    images=(Image("Das Wehr.", None, "https://bote.example/wehr.jpg"), Image(None, "Uta Horn")),
    published=datetime(2025, 3, 4, 9, 30, tzinfo=UTC),
    related=(Related("Mehr dazu", (Link("Das Tor"),)),),
    leftovers=(Leftover("navigation", "Start"), Leftover("other", "Ort")),
    provenance={"headline": "json-ld", "body": "page", "published": "meta", "authors": "rules"},
)
VERDICTS = (
    Verdict("Start", "navigation", None, "words of the interface"),
    Verdict(
        "Der Bau beginnt im Frühjahr, sagt die Stadt, und er dauert länger als geplant war. " * 3,
        "prose",
        0.9312,
        "whole sentences in the longest run of such lines of this page",
    ),
)


TOLD = """\
navigation       Start                                                words of the interface
prose       0.93 Der Bau beginnt im Frühjahr, sagt die Stadt, und er  whole sentences in the longest
                 dauert länger als geplant war. Der Bau beginnt im …  run of such lines of this page

rules        bote.example
headline     Das alte Wehr wird erneuert                                                   json-ld
body         26 characters: 1 paragraph, 1 subheading                                      page
authors      Anna Berg, Jörg Müller                                                        rules
images       Das Wehr. | no credit | https://bote.example/wehr.jpg
             credit Uta Horn
published    2025-03-04T09:30:00+00:00                                                     meta
related      Mehr dazu: 1 links
leftovers    1 navigation, 1 other

quality      0.61
      -0.19  only 27 characters of text in whole sentences
      -0.15  0% of the headline's words stand in the text
      -0.03  1 of 2 images without credit
      -0.02  3 characters of running text lie outside the article"""


def told(explanation: Explanation, domain: str = "", width: int = WIDTH) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines(explanation, domain, width)]


def test_what_people_are_told() -> None:
    assert "\n".join(told(Explanation(ARTICLE, VERDICTS), "bote.example")) == TOLD


def test_what_programs_are_told() -> None:
    value = json.loads(json.dumps(as_json(Explanation(ARTICLE, VERDICTS), "")))
    assert value["article"]["headline"] == ARTICLE.headline
    assert value["article"]["provenance"]["headline"] == "json-ld"
    assert value["rules"] is None
    assert value["verdicts"][0] == {
        "text": "Start",
        "label": "navigation",
        "score": None,
        "reason": "words of the interface",
    }
    finding = value["quality"]["findings"][0]
    assert finding["kind"] == "length"
    assert 0 < finding["cost"] < 1


@pytest.mark.parametrize("width", [60, 80, 100, 250])
def test_lines_fit(width: int) -> None:
    wide = Verdict("東京で洪水 " * 40, "caption", 0.5, "ワイド " * 20)
    for line in told(Explanation(ARTICLE, (*VERDICTS, wide)), "bote.example", width):
        assert cell_len(line) <= min(width, WIDTH)


HOSTILE = st.text(
    st.characters() | st.sampled_from("\x1b\x07\x9b\r\n\t\u202e\u2066\ud800\x00[bold]"),
    max_size=40,
)


@given(st.lists(st.builds(Verdict, HOSTILE, HOSTILE, st.none() | st.floats(), HOSTILE), max_size=4))
def test_nothing_of_a_document_gets_through_unescaped(verdicts: list[Verdict]) -> None:
    explanation = Explanation(ARTICLE, tuple(verdicts))
    for line in told(explanation):
        assert line.isprintable()
        line.encode()
    json.dumps(as_json(explanation, ""), ensure_ascii=False).encode()


def test_colours_are_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    say_styled(lines(Explanation(ARTICLE, VERDICTS), "bote.example"))
    assert capsys.readouterr().out == TOLD + "\n"


@pytest.mark.parametrize("columns", [80, 140])
def test_on_a_terminal_it_is_coloured_and_fits(columns: int) -> None:
    """A real terminal, as a pseudo-terminal is one for the program behind it."""
    program = (
        "from newsfeed import explaining, terminal\n"
        "from newsfeed.article import Article\n"
        "from newsfeed.parsing import Explanation, Verdict\n"
        "told = Explanation(Article('Titel'), (Verdict('x ' * 99, 'prose', .5, 'y ' * 30),))\n"
        "terminal.say_styled(explaining.lines(told, '', terminal.width()))\n"
    )
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (25, columns))
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=follower, stdin=follower, env=environment
    ) as process:
        os.close(follower)
        shown = b""
        with suppress(OSError):  # the end of a pseudo-terminal
            while piece := os.read(leader, 4096):
                shown += piece
    os.close(leader)
    assert process.returncode == 0
    assert b"\x1b[32m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert max(map(len, plain)) <= min(columns, WIDTH)
    assert plain[0].startswith("prose  0.50 x x")


TESTS = Path(__file__).parent
CONTEXT = Context(
    now=datetime(2026, 1, 15, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"), limit=2_000_000
)
DOCUMENTS = [
    path
    for folder in (TESTS / "articles", TESTS / "parsing" / "hostile")
    for path in sorted(folder.iterdir())
    if is_article(path.name) and not path.name.endswith(".expected.json")
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_document_is_explained(path: Path) -> None:
    """Whatever stands in a document: what is told of it is printable, and tells the article."""
    try:
        explanation = explain(path.read_bytes(), path.name, CONTEXT)
    except ParseError:
        return
    for line in told(explanation):
        assert line.isprintable()
        assert cell_len(line) <= WIDTH
    value = json.loads(orjson.dumps(as_json(explanation, "")))
    assert value["article"]["headline"] == explanation.article.headline
    assert len(value["verdicts"]) == len(explanation.verdicts)
