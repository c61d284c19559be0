"""How well unseen newspapers are read: floors on real captures, which lie beside the project.

The score program and its metrics are theirs (`../shared/parsing/score.py`); where they are not,
these tests skip. Floors are what was reached when they were last set, less a little; they may be
lowered only with a written reason.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsfeed.parsing import Context, parse

PARSING = Path(__file__).parents[2] / ".." / "shared" / "parsing"
CAPTURES = PARSING / "captures"
FLOORS = {
    "body_f1": 0.950,
    "full_f1": 0.950,
    "para_f1": 0.920,
    "order": 0.99,
    "title": 0.90,
    "author_f1": 0.72,
    "date_day": 0.82,
    "cap_r": 0.78,
}
MAX_CAPTION_LEAK = 0.06
pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="needs ../shared/parsing/captures")


def score_program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("capture_score", PARSING / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def prediction(path: Path) -> dict[str, Any]:
    """An article under the names that the score program knows."""
    context = Context(now=datetime.now(UTC), zone=ZoneInfo("Europe/Berlin"))
    article = parse(path.read_bytes(), "seite.txt", context)
    return {
        "title": article.headline,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "standfirst": article.standfirst,
        "body": [block.text for block in article.body],
        "captions": [image.caption or "" for image in article.images],
    }


@pytest.fixture(scope="module")
def means() -> dict[str, float]:
    program = score_program()
    rows = [
        program.score_page(prediction(path.with_suffix(".txt")), json.loads(path.read_bytes()))
        for path in sorted(CAPTURES.glob("*.json"))
    ]
    assert len(rows) >= 69
    found: dict[str, float] = program.mean(rows)
    return found


@pytest.mark.parametrize("metric", FLOORS)
def test_floor(means: dict[str, float], metric: str) -> None:
    assert means[metric] >= FLOORS[metric]


def test_captions_stay_out_of_the_text(means: dict[str, float]) -> None:
    assert means["cap_leak"] <= MAX_CAPTION_LEAK
