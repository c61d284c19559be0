"""How well real pages are read, where the collection of them is present: floors, not figures."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata import PageData, read_page_data

PAGES = Path(__file__).parents[3] / ".." / "shared" / "parsing"
BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = pytest.mark.skipif(not PAGES.exists(), reason="needs ../shared/parsing")


@pytest.fixture(scope="module")
def german() -> list[tuple[PageData, dict[str, Any]]]:
    """Page data and truth of the German pages."""
    context = Context(datetime(2026, 11, 1, tzinfo=UTC), BERLIN)
    pairs = []
    for path in sorted((PAGES / "truth").glob("*.json")):
        truth = json.loads(path.read_text())
        if truth["lang"] == "de":
            raw = gzip.decompress((PAGES / "html" / f"{path.stem}.html.gz").read_bytes())
            root = html.document_fromstring(raw, parser=html.HTMLParser(encoding="utf-8"))
            capture = PAGES / "captures" / path.name
            around = json.loads(capture.read_text()) if capture.exists() else truth
            pairs.append((read_page_data(root, truth["url"], context), {**around, **truth}))
    return pairs


def bare(text: str | None) -> str:
    letters = unicodedata.normalize("NFKC", text or "").replace("\xad", "").casefold()
    return "".join(re.findall(r"\w+", letters))


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_headlines(german: list[tuple[PageData, dict[str, Any]]]) -> None:
    strict = [bare(data.headline) == bare(truth["title"]) for data, truth in german]
    alternatives = [
        {bare(title) for title in (truth["title"], *truth.get("title_alts", ()))}
        for _, truth in german
    ]
    visible = [
        bare(data.headline) in titles
        for (data, _), titles in zip(german, alternatives, strict=True)
    ]
    assert mean([float(right) for right in strict]) >= 0.83
    assert mean([float(right) for right in visible]) >= 0.96


def test_authors(german: list[tuple[PageData, dict[str, Any]]]) -> None:
    scores = []
    for data, truth in german:
        if truth["has_authors_truth"]:
            found = {bare(name) for name in data.authors}
            sought = {bare(name) for name in truth["authors"]}
            scores.append(2 * len(found & sought) / ((len(found) + len(sought)) or 1))
    assert mean(scores) >= 0.93


def test_dates(german: list[tuple[PageData, dict[str, Any]]]) -> None:
    minutes, days = [], []
    for data, truth in german:
        sought = datetime.fromisoformat(truth["published"])
        sought = sought if sought.tzinfo else sought.replace(tzinfo=BERLIN)
        found = data.published
        assert found is not None
        if not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day, tzinfo=BERLIN)
        minutes.append(float(abs(found - sought) < timedelta(minutes=1)))
        days.append(float(found.astimezone(BERLIN).date() == sought.astimezone(BERLIN).date()))
    assert mean(minutes) >= 0.95
    assert mean(days) >= 0.98
