"""Tally: what the articles of a run look like, in numbers.

In: each article as it was parsed, with its file. Out: counts, the mean quality and the worst files
with their reasons. Filled by `run`, part of its `Report`, shown by the command line.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsfeed.article import Article, LeftoverKind
from newsfeed.corpus import shown
from newsfeed.parsing.quality import quality

WORST = 10
"""Files that are named."""
SUSPICIOUS = 0.8
"""Quality below which an article is worth a look."""
_LINES = 3
"""Files, and reasons of each, that people are told; programs are told all."""

_UNDATED = frozenset({None, "file time", "register"})


@dataclass(frozen=True, slots=True, order=True)
class Poor:
    """One of the worst files: its article's quality, its escaped name, what lowered it."""

    quality: float
    file: str
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What the articles look like that were read in a run.

    `undated` have no date but their file's time, `anonymous` no author. `leftovers` counts by kind
    the lines that belong to no article. `quality` is the mean, from 0 to 1; 0 without any article.
    """

    articles: int = 0
    undated: int = 0
    anonymous: int = 0
    images: int = 0
    uncredited: int = 0
    leftovers: dict[LeftoverKind, int] = field(default_factory=dict)
    quality: float = 0.0
    worst: list[Poor] = field(default_factory=list)

    def add(self, file: str, article: Article) -> None:
        """Counts one article."""
        self.articles += 1
        self.undated += article.provenance.get("published") in _UNDATED
        self.anonymous += not article.authors
        self.images += len(article.images)
        self.uncredited += sum(not image.credit for image in article.images)
        for leftover in article.leftovers:
            self.leftovers[leftover.kind] = self.leftovers.get(leftover.kind, 0) + 1
        found = quality(article)
        self.quality += (found.score - self.quality) / self.articles
        if found.findings:
            reasons = tuple(finding.text for finding in found.findings)
            insort(self.worst, Poor(found.score, shown(file), reasons))
            del self.worst[WORST:]

    def lines(self) -> Iterator[str]:
        """The tally for people, in a few lines; none where nothing was read."""
        if not self.articles:
            return
        yield (
            f"{self.articles} read, quality {self.quality:.2f}: {self.undated} without date, "
            f"{self.anonymous} without author, {self.uncredited} of {self.images} images without "
            "credit"
        )
        if self.leftovers:
            kinds = sorted(self.leftovers.items(), key=lambda item: (-item[1], item[0]))
            yield "left over: " + ", ".join(f"{count} {kind}" for kind, count in kinds)
        for poor in self.worst[:_LINES]:
            if poor.quality < SUSPICIOUS:
                reasons = "; ".join(poor.reasons[:_LINES])
                yield f"look at {poor.file} ({poor.quality:.2f}): {reasons}"
