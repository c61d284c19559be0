"""The real pages beside the project, and how close an extractor comes to their truth.

In: `../shared/parsing`: pages as HTML, captures of the German ones, what stands in each, and the
score program, which defines every metric. Out: means over the pages. Called by the benchmark and
by the floors' test. None of these pages is ours to pass on; without them nothing is scored.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from newsfeed.article import Article
from newsfeed.parsing import Context, parse

SHARED = Path(__file__).parents[2] / ".." / "shared" / "parsing"
CAPTURES = SHARED / "captures"
HTML = SHARED / "html"
ZONE = ZoneInfo("Europe/Berlin")

Prediction = dict[str, Any]
Means = Mapping[str, float | None]
WHOLE = 0.5
"""Share of the true text that a capture must hold to be judged by how much of it is found."""
_SET_NAME = "pages of ../shared/parsing"


@dataclass(frozen=True, slots=True)
class Page:
    """A real page: its bytes, the extension that names its format, and what stands in it."""

    name: str
    extension: str
    raw: bytes
    truth: dict[str, Any]

    @property
    def publisher(self) -> str:
        """Whose page it is."""
        return str(self.truth["publisher"])


def captures() -> list[Page]:
    """The German pages as plain text."""
    found = []
    for path in sorted(CAPTURES.glob("*.json")):
        raw = path.with_suffix(".txt").read_bytes()
        found.append(Page(path.stem, ".txt", raw, json.loads(path.read_bytes())))
    return found


def whole_captures() -> list[Page]:
    """The captures that hold most of their article: some pages showed only its beginning."""
    return [page for page in captures() if page.truth.get("capture_recall", 1.0) >= WHOLE]


def html_pages(german: bool) -> list[Page]:
    """The German pages as HTML, or all others.

    For the German ones the visible first heading counts as `title_alts`, as it does for captures.
    """
    pages = []
    for path in sorted((SHARED / "truth").glob("*.json")):
        truth = json.loads(path.read_bytes())
        if (truth["lang"] == "de") != german:
            continue
        raw = gzip.decompress((HTML / f"{path.stem}.html.gz").read_bytes())
        pages.append(Page(path.stem, ".html", raw, truth))
    return pages


def visible_titles() -> dict[str, list[str]]:
    """For each German page the headlines that a reader may take for its own."""
    return {page.name: page.truth["title_alts"] for page in captures()}


def digest(pages: Sequence[Page]) -> str:
    """Names the pages and their truth: figures are comparable where it is the same."""
    whole = hashlib.sha256()
    for page in pages:
        whole.update(hashlib.sha256(page.raw).digest())
        whole.update(json.dumps(page.truth, sort_keys=True).encode())
    return whole.hexdigest()[:16]


def newsfeed(page: Page) -> Prediction:
    """What newsfeed reads in a page, knowing nothing but its bytes."""
    context = Context(now=datetime.now(UTC), zone=ZONE)
    return prediction(parse(page.raw, f"seite{page.extension}", context))


def prediction(article: Article) -> Prediction:
    """An article under the names that the score program knows."""
    return {
        "title": article.headline,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "standfirst": article.standfirst,
        "body": [block.text for block in article.body],
        "captions": [image.caption or "" for image in article.images],
    }


def trafilatura(page: Page) -> Prediction:
    """What trafilatura alone reads in an HTML page."""
    from trafilatura import bare_extraction

    found = bare_extraction(page.raw, include_comments=False, with_metadata=True)
    if found is None:
        return {}
    value = found if isinstance(found, dict) else found.as_dict()
    return {
        "title": value["title"],
        "authors": [name.strip() for name in (value["author"] or "").split(";") if name.strip()],
        "published": value["date"],
        "standfirst": value["description"],
        "body": (value["text"] or "").split("\n"),
        "captions": [],
    }


def means(pages: Sequence[Page], read: Callable[[Page], Prediction]) -> Means:
    """Means of all metrics over the pages; a page that is refused counts as empty."""
    rows = [row for _, row in scores(pages, read)]
    found: Means = _program().mean(rows)
    return found


def scores(
    pages: Sequence[Page], read: Callable[[Page], Prediction]
) -> list[tuple[Page, dict[str, float | None]]]:
    """Every page with its metrics; those of visible titles are called `title_visible`."""
    visible = visible_titles()
    return [(page, _score(page, _read(page, read), visible.get(page.name))) for page in pages]


def _score(page: Page, found: Prediction, visible: list[str] | None) -> dict[str, float | None]:
    program = _program()
    strict = {key: value for key, value in page.truth.items() if key != "title_alts"}
    row: dict[str, float | None] = program.score_page(found, page.truth)
    row["title"] = program.score_page(found, strict).get("title")
    if visible:
        row["title_visible"] = program.score_page(found, {**strict, "title_alts": visible})["title"]
    return row


def _read(page: Page, read: Callable[[Page], Prediction]) -> Prediction:
    from newsfeed.parsing import ParseError

    try:
        return read(page)
    except ParseError:
        return {}


@cache
def _program() -> ModuleType:
    """The score program, which lies beside its pages; told to average our metric as well."""
    spec = importlib.util.spec_from_file_location("page_score", SHARED / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"the {_SET_NAME} are needed; there is no score program there")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    vars(module)["COLS"] += ["title_visible"]
    return module
