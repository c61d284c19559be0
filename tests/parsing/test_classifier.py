"""The line model: what it sees, that it adds up, that it helps the region and the body."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.parsing.classifier import CLASSES, MAX_LINES, MODEL, judge, probabilities
from newsfeed.parsing.features import NAMES, features
from newsfeed.parsing.lines import read_lines

Read = Callable[..., Article]

FIRST = (
    "Der Rat der Stadt Wiesenau hat am Dienstag beschlossen, die alte Brücke über die Wiese bis "
    "zum Herbst zu sperren. Gutachter hatten Risse in den Pfeilern gefunden, die sich seit dem "
    "Frühjahr verbreitert haben sollen."
)
SECOND = (
    "Die Sperrung trifft vor allem Pendler. Rund viertausend Fahrzeuge überqueren die Brücke an "
    "jedem Werktag, die Umleitung führt über zwei Nachbarorte und dauert eine Viertelstunde länger."
)
THIRD = (
    "Bürgermeisterin Ute Kallweit verteidigte den Beschluss der Stadt. Man könne nicht warten, bis "
    "die Brücke von selbst nachgebe, sagte sie nach der Sitzung vor Pendlern und Anwohnern."
)
PAGE = "\n\n".join(
    (
        "Startseite",
        "Wiesenau sperrt seine Brücke",
        FIRST,
        SECOND,
        "Umweg über zwei Orte",
        THIRD,
        "Mehr zum Thema",
        "Wie der Landkreis seine Straßen saniert",
    )
)


def test_a_row_has_a_value_for_each_name() -> None:
    lines = read_lines(PAGE)
    seen = features(lines)
    assert seen.shape == (len(lines), len(NAMES))
    assert seen.dtype == np.float32
    assert len(set(NAMES)) == len(NAMES)


def test_neighbours_are_the_lines_above_and_below() -> None:
    seen = features(read_lines(PAGE))
    length = NAMES.index("length")
    assert seen[2, NAMES.index("above: length")] == seen[1, length]
    assert seen[2, NAMES.index("two below: length")] == seen[4, length]
    assert seen[0, NAMES.index("above: off the page")] == 1
    assert seen[1, NAMES.index("above: off the page")] == 0


def test_paragraphs_share_words_with_the_text_and_furniture_does_not() -> None:
    seen = features(read_lines(PAGE))[:, NAMES.index("words that the text shares")]
    assert seen[3] > 0.1  # Pendler, Brücke
    assert seen[0] == 0


def test_the_model_names_every_feature_and_class() -> None:
    stored = json.loads(MODEL.read_bytes())
    assert list(stored) == [*NAMES, "bias"]
    assert {len(weights) for weights in stored.values()} == {len(CLASSES)}


def test_paragraphs_are_likelier_text_than_furniture() -> None:
    lines = read_lines(PAGE)
    judged = judge(lines)
    text = dict(zip((line.text for line in lines), judged.text, strict=True))
    assert min(text[FIRST], text[SECOND], text[THIRD]) > 0.8
    assert max(text["Startseite"], text["Mehr zum Thema"]) < 0.2
    subheading = judged.subheading[4]
    assert subheading == max(judged.subheading)


def test_a_reason_names_the_class_and_what_weighed_for_it() -> None:
    reason = judge(read_lines(PAGE)).reason(2)
    assert reason.startswith("text 0.")
    assert any(name in reason for name in NAMES)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=40))
def test_any_lines_have_probabilities(texts: list[str]) -> None:
    lines = read_lines("\n".join(texts))
    judged = judge(lines)
    assert judged.likely.shape == (len(lines), len(CLASSES))
    assert np.isfinite(judged.likely).all()
    assert np.allclose(judged.likely.sum(axis=1), 1, atol=1e-4)


def test_huge_scores_do_not_overflow() -> None:
    seen = np.array([[1e4]], np.float32)
    weights = np.array([[1e4, 0, 0, -1e4], [0, 0, 0, 0]], np.float32)
    assert probabilities(seen, weights).tolist() == [[1, 0, 0, 0]]


def test_the_model_abstains_from_texts_that_are_no_page() -> None:
    lines = read_lines("\n".join(f"Zeile {n}" for n in range(MAX_LINES + 1)))
    judged = judge(lines)
    assert set(judged.text) == {1.0}
    assert judged.none(MAX_LINES) == 0
    assert judged.reason(0).startswith("text 1.00")


def test_a_subheading_between_paragraphs_is_kept(read: Read) -> None:
    body = read(PAGE).body
    assert ("subheading", "Umweg über zwei Orte") in [(block.kind, block.text) for block in body]


def test_teasers_that_no_header_announces_stay_out(read: Read) -> None:
    teasers = "\n\n".join(
        f"{title}\n\n{summary}"
        for title, summary in (
            (
                "Zoo freut sich über Nachwuchs",
                "Drei junge Luchse erkunden zum ersten Mal ihr Gehege.",
            ),
            ("Freibad öffnet später", "Die Sanierung des Beckens dauert länger, als gedacht war."),
            ("Bus fährt öfter", "Von August an kommt die Linie drei alle zehn Minuten."),
        )
    )
    page = PAGE.partition("Mehr zum Thema")[0] + teasers
    assert [block.text for block in read(page).body][-1] == THIRD
