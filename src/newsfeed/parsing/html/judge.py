"""Judge: how likely each piece of a page is part of the article's text.

In: the pieces of a page and the evidence from elsewhere. Out: a `Judgement`. Called by `html`. The
model is two logistic regressions over `features`, one for each sight; its weights are learnt by
`training/html_pieces.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from newsfeed.parsing.html.alone import ALONE, alone
from newsfeed.parsing.html.columns import Matrix, Vector
from newsfeed.parsing.html.company import COMPANY, company
from newsfeed.parsing.html.evidence import Evidence
from newsfeed.parsing.html.pieces import Piece

MODEL = Path(__file__).with_name("piece_model.json")
NAMES = (*ALONE.names, *COMPANY.names)
_REASONS = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """For each piece of a page the probability that it is text, and what it was seen by."""

    text: Vector
    seen: Matrix

    def reason(self, place: int) -> str:
        """The features that weighed most for what was decided of a piece."""
        weighed = self.seen[place] * _weights()[1][:-1]
        if self.text[place] < 0.5:
            weighed = -weighed
        strongest = np.argsort(weighed)[::-1][:_REASONS]
        return ", ".join(NAMES[column] for column in strongest if weighed[column] > 0)


def judge(pieces: Sequence[Piece], evidence: Evidence) -> Judgement:
    """What the model makes of a page's pieces."""
    first, second = _weights()
    own = alone(pieces, evidence)
    seen = np.hstack([own, company(pieces, probability(own, first))])
    return Judgement(probability(seen, second), seen)


def probability(seen: Matrix, weights: Vector) -> Vector:
    """The logistic regression: the last weight is the bias."""
    return np.asarray(1 / (1 + np.exp(-(seen @ weights[:-1] + weights[-1]))), np.float32)


@cache
def _weights() -> tuple[Vector, Vector]:
    model = json.loads(MODEL.read_bytes())
    return _vector(model["alone"], ALONE.names), _vector(model["in company"], NAMES)


def _vector(weights: dict[str, float], names: Sequence[str]) -> Vector:
    return np.array([*(weights[name] for name in names), weights["bias"]], np.float32)
