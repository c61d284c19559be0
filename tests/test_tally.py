"""The tally of a run: what it counts, whom it names, how it is told."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article, Block, Image, Leftover
from newsfeed.parsing.quality import quality
from newsfeed.reports import Report
from newsfeed.tally import WORST, Tally
from newsfeed.terminal import tell

TEXT = "Das Wehr hält dem Hochwasser stand, und der Bau des neuen beginnt im Frühjahr. " * 8
GOOD = Article(
    headline="Das Wehr hält dem Hochwasser stand",
    standfirst="Der Bau des neuen beginnt im Frühjahr.",
    body=(Block("paragraph", "Es war knapp. " + TEXT),),
    authors=("Anna Berg",),
    published=datetime(2025, 3, 4, tzinfo=UTC),
    images=(Image("Das Wehr.", "Jörg Müller"), Image("Das Tor.")),
    leftovers=(Leftover("navigation", "Start"), Leftover("navigation", "Suche")),
    provenance={"published": "file name"},
)
BAD = Article(
    headline="Impressum",
    published=datetime(2025, 3, 4, tzinfo=UTC),
    leftovers=(Leftover("other", "Kontakt"),),
    provenance={"published": "file time"},
)


def test_what_is_counted() -> None:
    tally = Tally()
    tally.add("a.txt", GOOD)
    tally.add("b\x1b.txt", BAD)
    assert (tally.articles, tally.undated, tally.anonymous) == (2, 1, 1)
    assert (tally.images, tally.uncredited) == (2, 1)
    assert tally.leftovers == {"navigation": 2, "other": 1}
    assert round(tally.quality, 4) == round((quality(GOOD).score + quality(BAD).score) / 2, 4)
    assert [poor.file for poor in tally.worst] == ["b\\x1b.txt", "a.txt"]
    assert "its date is only known from: file time" in tally.worst[0].reasons


def test_how_it_is_told() -> None:
    tally = Tally()
    assert list(tally.lines()) == []
    tally.add("a.txt", GOOD)
    assert list(tally.lines()) == [
        "1 read, quality 0.97: 0 without date, 0 without author, 1 of 2 images without credit",
        "left over: 2 navigation",
    ]
    tally.add("b.txt", BAD)
    *_, last = tally.lines()
    assert last.startswith("look at b.txt (0.")
    assert "no paragraph" in last
    assert json.loads(json.dumps(asdict(tally)))["worst"][0]["file"] == "b.txt"


@given(st.lists(st.integers(0, 700), max_size=30))
def test_the_worst_are_named_whatever_the_order(lengths: list[int]) -> None:
    tally = Tally()
    scores = []
    for number, length in enumerate(lengths):
        article = replace(GOOD, body=(Block("paragraph", TEXT[:length] + "."),))
        tally.add(f"{number:02}.txt", article)
        scores.append((quality(article).score, f"{number:02}.txt"))
    assert [(poor.quality, poor.file) for poor in tally.worst] == sorted(scores)[:WORST]


def test_a_report_is_told_in_lines_and_as_json(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = Report(files=3, created=2, repeats=1, outdated=4)
    report.tally.add("a.txt", GOOD)
    tell(report, as_json=False)
    told = capsysbinary.readouterr().out.decode().splitlines()
    assert told[0] == "3 files: 2 new, 0 updated, 0 renewed, 0 withdrawn, 0 skipped"
    assert told[1] == "1 articles of feeds or archives stand in other files already"
    assert told[2:4] == list(report.tally.lines())
    assert told[4].endswith("run `newsfeed reindex`")
    tell(report, as_json=True)
    value = json.loads(capsysbinary.readouterr().out)["report"]
    assert value["repeats"] == 1
    assert value["tally"]["leftovers"] == {"navigation": 2}
