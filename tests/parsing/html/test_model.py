"""The model fits the features that it was trained on, and what it sees is finite."""

from __future__ import annotations

import json

import numpy as np
import pytest

from newsfeed.parsing.html.alone import ALONE, alone
from newsfeed.parsing.html.company import COMPANY, company
from newsfeed.parsing.html.evidence import Evidence
from newsfeed.parsing.html.judge import MODEL, NAMES, judge
from newsfeed.parsing.html.page import load
from newsfeed.parsing.html.pieces import pieces

PAGE = b"<h1>Titel</h1><p>Ein Satz, der da steht.</p><ul><li><a href=/>Start</a></li></ul>"


def test_there_is_a_weight_for_every_feature() -> None:
    model = json.loads(MODEL.read_bytes())
    assert set(model["alone"]) == {*ALONE.names, "bias"}
    assert set(model["in company"]) == {*NAMES, "bias"}


def test_no_feature_is_named_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("html", [PAGE, b"<p>eins", b"<html></html>"])
def test_sights_have_a_row_for_every_piece(html: bytes) -> None:
    found = pieces(load(html))
    seen = alone(found, Evidence(extracted=""))
    around = company(found, np.full(len(found), 0.5, np.float32))
    assert seen.shape == (len(found), len(ALONE.names))
    assert around.shape == (len(found), len(COMPANY.names))
    assert np.isfinite(seen).all()
    assert np.isfinite(around).all()


def test_probabilities() -> None:
    likely = judge(pieces(load(PAGE)), Evidence(extracted="")).text
    assert ((likely >= 0) & (likely <= 1)).all()


def test_what_trafilatura_finds_is_more_likely_text() -> None:
    found = pieces(load(PAGE))
    without = judge(found, Evidence(extracted="")).text
    having = judge(found, Evidence(extracted="EinSatz,derdasteht.")).text
    assert having[1] > without[1]
