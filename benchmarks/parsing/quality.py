"""How well pages are read: every metric beside its target, its floor and, for HTML, trafilatura.

In: the pages of `pages`. Out: rows and the floors that they break. Called by the benchmark and by
`tests/parsing/test_scores.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import orjson

from benchmarks.parsing.pages import (
    Means,
    Page,
    captures,
    digest,
    html_pages,
    means,
    newsfeed,
    trafilatura,
    whole_captures,
)

FLOORS = Path(__file__).parents[1] / "floors.json"
SetName = Literal["html", "html, other languages", "captures", "captures, text not cut off"]
SETS: Mapping[SetName, Callable[[], list[Page]]] = {
    "html": partial(html_pages, german=True),
    "html, other languages": partial(html_pages, german=False),
    "captures": captures,
    "captures, text not cut off": whole_captures,
}
WORDS = {
    "body_f1": "body, F1 of words",
    "para_f1": "body, F1 of paragraphs",
    "full_f1": "standfirst and body, F1",
    "title": "headline as in the data",
    "title_visible": "headline as data or page say it",
    "author_f1": "authors, F1",
    "date_min": "publication, to the minute",
    "date_day": "publication, to the day",
    "cap_leak": "captions leaked into the body",
    "cap_r": "captions found",
}
FEWER_IS_BETTER = frozenset({"cap_leak"})
TARGETS: Mapping[SetName, Mapping[str, float]] = {
    "html": {
        "body_f1": 0.978,
        "para_f1": 0.935,
        "title": 0.84,
        "title_visible": 0.96,
        "author_f1": 0.92,
        "date_min": 0.95,
        "date_day": 0.99,
        "cap_leak": 0.02,
    },
    "html, other languages": {},
    "captures, text not cut off": {"body_f1": 0.970, "para_f1": 0.94},
    "captures": {
        "body_f1": 0.970,
        "para_f1": 0.94,
        "title_visible": 0.88,
        "author_f1": 0.80,
        "date_day": 0.88,
        "cap_leak": 0.05,
        "cap_r": 0.80,
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of one set of pages."""

    pages: SetName
    metric: str
    newsfeed: float
    trafilatura: float | None = None

    @property
    def target(self) -> float | None:
        """What the metric shall be; for other languages, what trafilatura reaches."""
        if self.pages == "html, other languages":
            return self.trafilatura
        return TARGETS[self.pages].get(self.metric)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached, to the third decimal; None where there is none."""
        return None if self.target is None else not worse(self.metric, self.newsfeed, self.target)

    def as_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return {
            "pages": self.pages,
            "metric": self.metric,
            "newsfeed": round(self.newsfeed, 4),
            "trafilatura": None if self.trafilatura is None else round(self.trafilatura, 4),
            "target": self.target,
            "met": self.met,
        }


def rows(name: SetName) -> Iterator[Row]:
    """Every metric of a set of pages; those in other languages only where trafilatura has one."""
    ours = reached(name)
    theirs = means(SETS[name](), trafilatura) if name.startswith("html") else {}
    for metric in WORDS:
        value, peer = ours.get(metric), theirs.get(metric)
        peer = None if metric == "cap_r" else peer
        if value is not None and (peer is not None or name != "html, other languages"):
            yield Row(name, metric, value, peer)


@cache
def reached(name: SetName) -> Means:
    """newsfeed's means over a set of pages."""
    return means(SETS[name](), newsfeed)


def worse(metric: str, value: float, than: float) -> bool:
    """Whether a figure is worse than another in the third decimal."""
    gap = value - than if metric in FEWER_IS_BETTER else than - value
    return gap > 0.0005


def floors(name: SetName) -> Mapping[str, float]:
    """The floors of a set of pages.

    Raises ValueError where they were taken on other pages: they would compare nothing.
    """
    kept = orjson.loads(FLOORS.read_bytes())["parsing"][name]
    found = digest(SETS[name]())
    if kept["digest"] != found:
        raise ValueError(f"floors.json is for {name} {kept['digest']}, these are {found}")
    values: dict[str, float] = kept["floors"]
    return values


def broken(name: SetName) -> Iterator[str]:
    """A line for each metric below its floor."""
    for metric, floor in floors(name).items():
        value = reached(name)[metric]
        if value is None or worse(metric, value, floor):
            yield f"{name}, {WORDS[metric]}: {value} is worse than {floor}"


def as_text(table: Iterable[Row]) -> str:
    """The rows as a table, missed targets marked."""
    lines, shown = [], None
    for row in table:
        if row.pages != shown:
            lines.append(f"{row.pages}: {len(SETS[row.pages]())} pages")
            lines.append(f"  {'':<34}{'newsfeed':>10}{'trafilatura':>13}{'target':>9}")
            shown = row.pages
        figures = (row.newsfeed, row.trafilatura, row.target)
        texts: Sequence[str] = ["" if f is None else f"{f:.3f}" for f in figures]
        verdict = "  MISSED" if row.met is False else ""
        lines.append(f"  {WORDS[row.metric]:<34}{texts[0]:>10}{texts[1]:>13}{texts[2]:>9}{verdict}")
    return "\n".join(lines)
