"""Training of the model that says of each line of a captured page what it is.

In: captures of news pages with their true texts (a folder of `*.txt`, each with its `*.json`), by
default `../shared/parsing/captures` beside the project. Out: `parsing/line_model.json`; printed is
how well models read the pages of publishers that they were not trained on (leave one publisher
out), through the whole parser, as the score program beside the captures measures. Run by hand
where the rules or the features changed: `python -m training.capture_lines`.

Lines are labelled by aligning them with the true text, in order; the standfirst counts as text,
half as much as others, for it may stand in the text or above it. Lists inside the text are not
taught where the truth lacks them.

The rules know the furniture of the pages that they were written for, and on these the model would
learn to believe them blindly. So each page is also shown as if the rules did not know some of its
furniture: a share of the lines that their vocabulary names are made plain ones again.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from newsfeed.parsing import Context, classifier, parse
from newsfeed.parsing.boxes import mark_boxes
from newsfeed.parsing.classifier import CLASSES, MODEL
from newsfeed.parsing.features import NAMES, Matrix, features
from newsfeed.parsing.lines import Kind, Line, is_prose, read_lines
from newsfeed.parsing.pictures import find_pictures
from newsfeed.parsing.text import decode

PAGES = Path(__file__).parents[1] / ".." / "shared" / "parsing" / "captures"
FORGOTTEN = (0.0, 0.3, 0.5)
"""Shares of the furniture that the rules are made to forget; each page is shown once for each."""
PENALTY = 0.1
"""C of scikit-learn: the inverse strength of the regularisation."""
MIN_RECALL = 0.9
"""Pages that hold less of their true text teach nothing: it lies behind a paywall."""
LIKE = 0.6
MAX_LISTED = 250
TEXT, SUBHEADING, CAPTION, OTHER = range(len(CLASSES))
_KNOWN = frozenset(Kind) - {Kind.PROSE, Kind.SHORT, Kind.ITEM}
_TOKEN = re.compile(r"\w+")
_METRICS = ("body_p", "body_r", "body_f1", "para_f1", "cap_leak")


@dataclass(frozen=True, slots=True)
class Example:
    """What is seen of the lines of a page, what they are, and how much each of them teaches."""

    seen: Matrix
    label: NDArray[np.int_]
    weight: Matrix


@dataclass(frozen=True, slots=True)
class Page:
    """A capture and its truth."""

    name: str
    raw: bytes
    truth: dict[str, Any]

    @property
    def publisher(self) -> str:
        return str(self.truth["publisher"])

    def examples(self) -> list[Example]:
        """The page as the rules see it, and as they would with less knowledge."""
        if self.truth.get("capture_recall", 1.0) < MIN_RECALL:
            return []
        return [self._example(share) for share in FORGOTTEN]

    def _example(self, forgotten: float) -> Example:
        lines = read_lines(decode(self.raw))
        for line in lines:
            lot = zlib.crc32(f"{self.name}{forgotten}{line.text}".encode()) % 1000
            if line.kind in _KNOWN and lot < 1000 * forgotten:
                line.kind = Kind.PROSE if is_prose(line.text) else Kind.SHORT
        find_pictures(lines)
        mark_boxes(lines)
        label, weight = labels(lines, self.truth)
        return Example(features(lines), label, weight)


def pages(folder: Path) -> Iterator[Page]:
    """The captures of a folder."""
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_bytes())
        yield Page(path.stem, path.with_suffix(".txt").read_bytes(), truth)


def labels(lines: list[Line], truth: dict[str, Any]) -> tuple[NDArray[np.int_], Matrix]:
    """What the lines are, and how much they teach."""
    kinds = truth["body_kinds"]
    parts = [tokens(text) for text in truth["body"]]
    matched = align([tokens(line.text) for line in lines], parts)
    classes = {"para": TEXT, "summary": TEXT, "subhead": SUBHEADING}
    label = np.array([OTHER if m is None else classes[kinds[m]] for m in matched])
    weight = np.array([0.5 if m is not None and kinds[m] == "summary" else 1 for m in matched])
    captions = [f" {' '.join(caption)} " for caption in _captions(truth)]
    for place in np.flatnonzero(label == OTHER):
        words = f" {' '.join(tokens(lines[place].text))} "
        if any(caption in words for caption in captions):
            label[place] = CAPTION
    weight[_listed(lines, label)] = 0
    return label, weight.astype(np.float32)


def _captions(truth: dict[str, Any]) -> Iterator[list[str]]:
    for image in truth.get("images") or ():
        for key in ("caption", "description"):
            words = tokens(image.get(key) or "")
            if len(words) >= 4:
                yield words[:8]


def _listed(lines: list[Line], label: NDArray[np.int_]) -> list[int]:
    """Lines of lists inside the text that its truth lacks: below a colon, up to the block's end."""
    text = np.flatnonzero(label <= SUBHEADING)
    found: list[int] = []
    announced = None
    for place in range(text[0], text[-1]) if len(text) else ():
        line = lines[place]
        if label[place] <= SUBHEADING:
            announced = lines[place + 1].block if line.text.endswith(":") else None
        elif line.kind is Kind.ITEM or (line.block == announced and len(line.text) <= MAX_LISTED):
            found.append(place)
    return found


def align(lines: Sequence[list[str]], parts: Sequence[list[str]]) -> list[int | None]:
    """For each line the part of the true text that it is, in order; several may make up one part.

    The alignment with the largest sum of shared words, by dynamic programming.
    """
    worth = np.array([[_worth(line, part) for part in parts] for line in lines])
    worth = worth.reshape(len(lines), len(parts))
    best = np.zeros((len(lines) + 1, len(parts) + 1))
    for at, row in enumerate(worth, 1):
        taken = np.where(row > 0, best[at - 1, 1:] + row, 0)
        best[at, 1:] = np.maximum(best[at - 1, 1:], taken)
        np.maximum.accumulate(best[at], out=best[at])
    matched: list[int | None] = [None] * len(lines)
    at, part = len(lines), len(parts)
    while at and part:
        gain = worth[at - 1, part - 1]
        if gain > 0 and best[at, part] == best[at - 1, part] + gain:
            matched[at - 1] = part - 1
            at -= 1
        elif best[at, part] == best[at, part - 1]:
            part -= 1
        else:
            at -= 1
    return matched


def _worth(line: list[str], part: list[str]) -> float:
    """How many words a line and a part of the text share, if they are alike or one holds the
    other."""
    if not line or not part:
        return 0.0
    shorter, size = min(len(line), len(part)), len(line) + len(part)
    if 2 * shorter >= LIKE * size:
        alike = 2 * sum((Counter(line) & Counter(part)).values()) / size
        if alike >= LIKE:
            return alike * shorter
    inner, outer = sorted((line, part), key=len)
    held = len(inner) >= 3 and f" {' '.join(inner)} " in f" {' '.join(outer)} "
    return 0.8 * len(inner) if held else 0.0


def tokens(text: str) -> list[str]:
    """The words of a text, case and form of letters aside."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text.replace("\xad", "")).casefold())


def fit(examples: Sequence[Example]) -> Matrix:
    """The weights of the model: (features + bias, classes)."""
    label = np.concatenate([example.label for example in examples])
    weight = np.concatenate([example.weight for example in examples])
    seen = np.concatenate([example.seen for example in examples])
    taught = weight > 0
    model = LogisticRegression(C=PENALTY, max_iter=500)
    model.fit(seen[taught], label[taught], sample_weight=weight[taught])
    return np.vstack([model.coef_.T, model.intercept_]).astype(np.float32)


def main() -> None:
    """Prints the quality on unseen publishers and on all, and writes the model of all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="?", default=PAGES)
    folder = parser.parse_args().pages
    found = list(pages(folder))
    examples = {page.name: page.examples() for page in found}
    program = _score_program(folder.parent / "score.py")
    rows = []
    for held in sorted({page.publisher for page in found}):
        others = [page for page in found if page.publisher != held]
        weights = fit([example for page in others for example in examples[page.name]])
        rows += [_score(program, page, weights) for page in found if page.publisher == held]
    _tell("unseen publishers", program, rows)
    weights = fit([example for page in found for example in examples[page.name]])
    _tell("trained on all", program, [_score(program, page, weights) for page in found])
    named = {
        name: [round(float(weight), 4) for weight in row]
        for name, row in zip((*NAMES, "bias"), weights, strict=True)
    }
    rows_of_json = ",\n".join(f" {json.dumps(name)}: {row}" for name, row in named.items())
    MODEL.write_text(f"{{\n{rows_of_json}\n}}\n", encoding="utf-8")


def _score(program: ModuleType, page: Page, weights: Matrix) -> dict[str, float]:
    context = Context(now=datetime.now(UTC), zone=ZoneInfo("Europe/Berlin"))
    with patch.object(classifier, "_weights", lambda: weights):
        article = parse(page.raw, "page.txt", context)
    prediction = {
        "standfirst": article.standfirst,
        "body": [block.text for block in article.body],
        "captions": [image.caption or "" for image in article.images],
    }
    row: dict[str, float] = program.score_page(prediction, page.truth)
    return row


def _tell(name: str, program: ModuleType, rows: list[dict[str, float]]) -> None:
    means = program.mean(rows)
    figures = "  ".join(f"{metric} {means[metric]:.4f}" for metric in _METRICS)
    sys.stdout.write(f"{name:18s} {len(rows)} pages  {figures}\n")


def _score_program(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("capture_score", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"{path}: no score program there")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
