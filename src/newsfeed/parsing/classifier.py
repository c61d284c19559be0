"""Classifier: how likely each line of a page is text, subheading, caption or none of these.

In: the page's lines, judged by the rules. Out: a `Judgement`. Called by `capture`. The model is a
multinomial logistic regression over `features`; `training.capture_lines` learns its weights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from newsfeed.parsing.features import NAMES, Matrix, features
from newsfeed.parsing.lines import Line

MODEL = Path(__file__).with_name("line_model.json")
CLASSES = ("text", "subheading", "caption", "other")
MAX_LINES = 20_000
"""A text of more lines is no newspaper page; a line takes 600 bytes while it is judged."""
_REASONS = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of the lines of a page.

    `text` and `subheading` hold each line's probabilities of being these; `likely` those of all
    `CLASSES`, (lines, 4), and `seen` what they come from.
    """

    text: list[float]
    subheading: list[float]
    likely: Matrix
    seen: Matrix

    def none(self, place: int) -> float:
        """How likely a line is neither text nor a subheading."""
        return 1.0 - self.text[place] - self.subheading[place]

    def reason(self, place: int) -> str:
        """The likeliest class of a line, and the features that weighed most for it."""
        best = int(self.likely[place].argmax())
        weights = _weights()[:-1]
        weighed = self.seen[place] * (weights[:, best] - weights.mean(axis=1))
        strongest = [NAMES[column] for column in np.argsort(weighed)[: -_REASONS - 1 : -1]]
        return f"{CLASSES[best]} {self.likely[place, best]:.2f} ({', '.join(strongest)})"


def judge(lines: list[Line]) -> Judgement:
    """What the model makes of a page's lines. It abstains from more than `MAX_LINES`: all are text
    then, and the rules decide alone."""
    if len(lines) > MAX_LINES:
        return _abstained(len(lines))
    seen = features(lines)
    likely = probabilities(seen, _weights())
    return Judgement(likely[:, 0].tolist(), likely[:, 1].tolist(), likely, seen)


def _abstained(count: int) -> Judgement:
    likely = np.zeros((count, len(CLASSES)), np.float32)
    likely[:, 0] = 1.0
    seen = np.broadcast_to(np.zeros(len(NAMES), np.float32), (count, len(NAMES)))
    return Judgement([1.0] * count, [0.0] * count, likely, seen)


def probabilities(seen: Matrix, weights: Matrix) -> Matrix:
    """The logistic regression: (lines, `CLASSES`). The last row of weights is the bias."""
    scores = seen @ weights[:-1] + weights[-1]
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


@cache
def _weights() -> Matrix:
    """The model: (`NAMES` + bias, `CLASSES`)."""
    named: dict[str, list[float]] = json.loads(MODEL.read_bytes())
    return np.array([named[name] for name in (*NAMES, "bias")], np.float32)
