"""Training of the model that tells a page's text from its furniture.

In: news pages with their true texts (a folder with `html/*.html.gz` and `truth/*.json`), by default
`../shared/parsing` beside the project. Out: `parsing/html/piece_model.json`; printed is how well
models do on publishers that they were not trained on. Run by hand, where `parsing.html` changed
what it sees: `python -m training.html_pieces`.

Each page weighs the same, so that a page of many teasers teaches no more than one of a few; within
a page, longer pieces weigh more. Pieces of the standfirst are not taught: it may stand in the text
or above it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sklearn.linear_model import LogisticRegression

from newsfeed.parsing.context import Context
from newsfeed.parsing.html.alone import ALONE, alone
from newsfeed.parsing.html.columns import Matrix, Vector
from newsfeed.parsing.html.company import company
from newsfeed.parsing.html.extraction import evidence_of
from newsfeed.parsing.html.judge import MODEL, NAMES, probability
from newsfeed.parsing.html.page import load
from newsfeed.parsing.html.pictures import pictures
from newsfeed.parsing.html.pieces import Piece, pieces
from newsfeed.parsing.pagedata import read_page_data

PAGES = Path(__file__).parents[1] / ".." / "shared" / "parsing"
FOLDS = 5
SAME = 0.8
PENALTY = 0.3
"""C of scikit-learn: the inverse strength of the regularisation."""
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Example:
    """A page: its pieces, what is seen of each alone, whether it is text, how much it weighs."""

    name: str
    publisher: str
    pieces: list[Piece]
    seen: Matrix
    is_text: Vector
    weight: Vector


def examples(folder: Path) -> Iterator[Example]:
    """The pages of a folder that have a truth."""
    now = datetime.now(UTC)
    context = Context(now=now, zone=ZoneInfo("Europe/Berlin"))
    for path in sorted((folder / "truth").glob("*.json")):
        page = folder / "html" / f"{path.stem}.html.gz"
        if not page.exists():
            continue
        truth = json.loads(path.read_bytes())
        root = load(gzip.decompress(page.read_bytes()))
        data = read_page_data(root, truth["url"], context)
        found = pieces(root)
        labels = [_label(piece, truth) for piece in _unused(found, truth)]
        weight = np.array([1 + min(60, piece.words) / 15 for piece in found], np.float32)
        weight[[label is None for label in labels]] = 0
        yield Example(
            name=path.stem,
            publisher=truth["publisher"].lower()[:6],
            pieces=found,
            seen=alone(found, evidence_of(root, data, pictures(root, found))),
            is_text=np.array([bool(label) for label in labels], np.float32),
            weight=weight / weight.sum() * 100,
        )


def fit(pages: Sequence[Example]) -> tuple[Vector, Vector]:
    """The weights of both sights."""
    is_text = np.concatenate([page.is_text for page in pages])
    weight = np.concatenate([page.weight for page in pages])
    first = _regression(np.concatenate([page.seen for page in pages]), is_text, weight)
    seen = np.concatenate([_in_company(page, first) for page in pages])
    return first, _regression(seen, is_text, weight)


def main() -> None:
    """Prints the quality on unseen publishers and writes the model of all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="?", default=PAGES)
    pages = list(examples(parser.parse_args().pages))
    publishers = sorted({page.publisher for page in pages})
    scores = []
    for fold in range(FOLDS):
        held = set(publishers[fold::FOLDS])
        model = fit([page for page in pages if page.publisher not in held])
        scores += [_quality(page, *model) for page in pages if page.publisher in held]
    sys.stdout.write(
        f"{len(pages)} pages; on unseen publishers F1 of pieces {np.mean(scores):.3f}\n"
    )
    first, second = fit(pages)
    weights = {"alone": _named(ALONE.names, first), "in company": _named(NAMES, second)}
    MODEL.write_text(json.dumps(weights, indent=1) + "\n")


def _regression(seen: Matrix, is_text: Vector, weight: Vector) -> Vector:
    model = LogisticRegression(C=PENALTY, max_iter=1000)
    model.fit(seen, is_text, sample_weight=weight)
    return np.append(model.coef_[0], model.intercept_[0]).astype(np.float32)


def _in_company(page: Example, first: Vector) -> Matrix:
    return np.hstack([page.seen, company(page.pieces, probability(page.seen, first))])


def _quality(page: Example, first: Vector, second: Vector) -> float:
    """F1 over the pieces of a page, weighed as in training."""
    chosen = probability(_in_company(page, first), second) > 0.5
    right = float(page.weight[chosen & (page.is_text > 0)].sum())
    both = float(page.weight[chosen].sum() + page.weight[page.is_text > 0].sum())
    return 2 * right / both if both else 1.0


def _named(names: Sequence[str], weights: Vector) -> dict[str, float]:
    return {name: round(float(w), 4) for name, w in zip((*names, "bias"), weights, strict=True)}


Labelled = tuple[Piece, list[list[str]]]


def _unused(found: list[Piece], truth: dict[str, Any]) -> Iterator[tuple[list[str], bool]]:
    """The tokens of each piece, and whether it is the first like a paragraph of the truth."""
    kinds = truth.get("body_kinds") or ["para"] * len(truth["body"])
    open_ = [
        tokens(text) for text, kind in zip(truth["body"], kinds, strict=True) if kind != "summary"
    ]
    for piece in found:
        own = tokens(piece.text)
        match = next((place for place, text in enumerate(open_) if _alike(own, text)), None)
        if match is not None:
            open_.pop(match)
        yield own, match is not None


def _label(piece: tuple[list[str], bool], truth: dict[str, Any]) -> bool | None:
    """Whether a piece is text; None for the standfirst."""
    own, is_paragraph = piece
    if is_paragraph:
        return True
    line = f" {' '.join(own)} "
    if len(own) >= 6 and any(line in f" {' '.join(tokens(text))} " for text in truth["body"]):
        return True
    above = [tokens(text) for text in truth.get("summary") or ()]
    if len(own) >= 5 and any(line in f" {' '.join(text)} " or _alike(own, text) for text in above):
        return None
    return False


def tokens(text: str) -> list[str]:
    """The words of a text, case and form of letters aside."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text.replace("\xad", "")).casefold())


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether the F1 of the words of two texts is at least `SAME`."""
    size = len(one) + len(other)
    if not one or not other or 2 * min(len(one), len(other)) < SAME * size:
        return False
    return 2 * sum((Counter(one) & Counter(other)).values()) >= SAME * size


if __name__ == "__main__":
    main()
