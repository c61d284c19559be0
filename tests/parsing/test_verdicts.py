"""Verdicts: `newsfeed parse --explain` tells of each line what became of it, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from newsfeed.parsing import Context, Verdict, explain
from newsfeed.parsing.rules import RuleBook, Rules

FIRST = (
    "Der Rat der Stadt Wiesenau hat am Dienstag beschlossen, die alte Brücke über die Wiese bis "
    "zum Herbst zu sperren. Gutachter hatten Risse in den Pfeilern gefunden."
)
SECOND = (
    "Die Sperrung trifft vor allem Pendler. Rund viertausend Fahrzeuge überqueren die Brücke an "
    "jedem Werktag, die Umleitung dauert eine Viertelstunde länger."
)
PAGE = f"""Startseite

Wiesenau sperrt seine Brücke

Von Anna Berg
11.07.2024, 9:30 Uhr

{FIRST}

Umweg über zwei Orte

{SECOND}

Kennen Sie schon unseren Ratgeber zum Wandern?

{FIRST.replace("Brücke", "Straße").replace("Dienstag", "Montag")}

Mehr zum Thema
Wie der Landkreis seine Straßen saniert
"""


def verdicts(rules: Rules | None = None) -> dict[str, Verdict]:
    context = Context(
        now=datetime(2026, 1, 15, tzinfo=UTC),
        zone=ZoneInfo("Europe/Berlin"),
        url="https://zeitung.example/bruecke",
        rules=RuleBook({"zeitung.example": rules} if rules else {}),
    )
    found = explain(PAGE.encode(), "seite.txt", context).verdicts
    assert [verdict.text for verdict in found] == [line for line in PAGE.split("\n") if line]
    return {verdict.text: verdict for verdict in found}


def test_every_line_has_a_label() -> None:
    labels = {text: verdict.label for text, verdict in verdicts().items()}
    assert labels["Startseite"] == "navigation"
    assert labels["Wiesenau sperrt seine Brücke"] == "headline"
    assert labels["Von Anna Berg"] == "byline"
    assert labels["11.07.2024, 9:30 Uhr"] == "date"
    assert labels[FIRST] == "paragraph"
    assert labels["Umweg über zwei Orte"] == "subheading"
    assert labels["Mehr zum Thema"] == "related"


def test_score_and_reason_tell_what_tipped_the_balance() -> None:
    found = verdicts()
    paragraph, header = found[FIRST], found["Mehr zum Thema"]
    assert paragraph.score is not None
    assert header.score is not None
    assert paragraph.score > 0.6 > 0.4 > header.score
    assert paragraph.reason.startswith("words: prose; model: text")
    assert "below the text" in header.reason


def test_a_rule_of_the_source_is_a_reason() -> None:
    line = "Kennen Sie schon unseren Ratgeber zum Wandern?"
    found = verdicts(Rules(drop_lines=("Kennen Sie schon",)))
    assert found[line].label == "navigation"
    assert found[line].reason == "the source's rules"


def test_nothing_below_an_end_line_is_text() -> None:
    found = verdicts(Rules(end_lines=("kennen sie schon",)))
    assert found[SECOND].label == "paragraph"
    assert (
        found[FIRST.replace("Brücke", "Straße").replace("Dienstag", "Montag")].label != "paragraph"
    )
