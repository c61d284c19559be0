"""The engine's report: shares, targets, and floors that cannot be passed by comparing nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engine import table
from benchmarks.engine.table import Report, Row, Target
from benchmarks.engine.timing import Timed

MEASURES = ("most", "least", "most share", "least share")
Floors = Callable[[dict[str, Any]], None]


@pytest.fixture
def floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Floors:
    """Puts other floors in the place of floors.json's."""
    path = tmp_path / "floors.json"
    monkeypatch.setattr(table, "FLOORS", path)

    def write(engine: dict[str, Any]) -> None:
        path.write_text(json.dumps({"engine": engine}))

    return write


@pytest.fixture
def report() -> Report:
    report = Report("search", 1000, "model", "d1")
    report.add("rare p50", "ms", {"newsfeed": 2.0, "tantivy": 4.0}, Target("<=", 0.85))
    return report


def test_a_share_is_our_figure_by_the_peers() -> None:
    assert Row("load", "/s", {"newsfeed": 600, "tantivy": 400}).share == 1.5
    assert Row("load", "/s", {"newsfeed": 600}).share is None
    with_own_bound = Target("<=", 10, None)
    assert Row("open", "ms", {"newsfeed": 6, "tantivy": 4}, with_own_bound).share == 1.5


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("<=", 0.5), True),
        (Target("<=", 0.49), False),
        (Target(">=", 0.5), True),
        (Target(">=", 0.6), False),
        (Target("<=", 2, None), True),
        (Target("<=", 1.9, None), False),
        (Target("<=", 1.0, "Whoosh"), None),
    ],
)
def test_a_target_is_met_or_missed_or_cannot_be_told(target: Target, met: bool | None) -> None:
    assert Row("p50", "ms", {"newsfeed": 2.0, "tantivy": 4.0}, target).met is met


def test_a_missed_target_stays_in_the_table(report: Report) -> None:
    report.add("mid p50", "ms", {"newsfeed": 4.0, "tantivy": 4.0}, Target("<=", 0.85))
    lines = report.as_text().splitlines()
    assert ["MISSED" in line for line in lines if " p50" in line] == [False, True]


def test_what_only_the_kernel_reaches_is_said_to_be_missed() -> None:
    figures = {"newsfeed": 4.0, "newsfeed+C": 2.0, "tantivy": 4.0}
    report = Report("search", 1000, "model", "d1")
    report.add("rare p50", "ms", figures, Target("<=", 0.85))
    assert report.as_text().endswith("1.00   0.50  <= 0.85 of tantivy  MISSED but for +C")
    (row,) = report.as_json()["rows"]
    assert (row["share"], row["met"]) == (1.0, False)
    assert (row["share with kernel"], row["met with kernel"]) == (0.5, True)


def test_figures_within_their_floors_pass(report: Report, floors: Floors) -> None:
    floors(_of("d1", {"rare p50": {"most share": 0.5}}))
    assert list(table.broken(report)) == []


def test_a_figure_beyond_its_floor_is_told(report: Report, floors: Floors) -> None:
    floors(_of("d1", {"rare p50": {"most share": 0.4}}))
    (line,) = table.broken(report)
    assert line == "engine search 1000, rare p50: 0.5, most share is 0.4"


def test_a_floor_of_our_figure_alone(report: Report, floors: Floors) -> None:
    floors(_of("d1", {"rare p50": {"most": 1.0}}))
    assert len(list(table.broken(report))) == 1


def test_a_floor_that_names_no_row_is_an_error(report: Report, floors: Floors) -> None:
    floors(_of("d1", {"odd p50": {"most": 1.0}}))
    with pytest.raises(ValueError, match="has no 'odd p50'"):
        list(table.broken(report))


def test_floors_of_another_corpus_are_an_error(report: Report, floors: Floors) -> None:
    floors(_of("d2", {}))
    with pytest.raises(ValueError, match="measure anew"):
        list(table.broken(report))


def test_a_corpus_without_floors_passes(report: Report, floors: Floors) -> None:
    floors({})
    assert list(table.broken(report)) == []


def test_the_kept_floors_have_a_measure_that_is_known() -> None:
    kept = json.loads(table.FLOORS.read_bytes())["engine"]
    floors = [
        floor for of in kept.values() for each in of["floors"].values() for floor in each.values()
    ]
    assert floors
    assert {tuple(floor) for floor in floors} <= {(measure,) for measure in MEASURES}


def test_first_runs_stand_apart_from_warm_ones() -> None:
    timed = Timed(["rare", "and2", "rare"], [[9.0, 1.0, 2.0, 3.0], [], [8.0, 5.0]])
    assert timed.first() == [9.0, 8.0]
    assert timed.warm("rare") == [2.0, 5.0]
    assert timed.warm("and2") == []


def _of(digest: str, floors: dict[str, Any]) -> dict[str, Any]:
    return {digest: {"corpus": "model 1000", "floors": {"search": floors}}}
