"""The feed page's parts: what a feed is, where it is, what stands in it.

In: a selection and the index. Out: values for the template. Called by `feed_pages`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import parse_qsl

from markupsafe import Markup

from newsfeed.article import Article
from newsfeed.feed_names import MAX_ENTRIES, Content, Kind, Updates
from newsfeed.search.interface import SearchIndex
from newsfeed.web import history
from newsfeed.web.blocks import parts
from newsfeed.web.german import MONTHS
from newsfeed.web.links import article_path, feed_page_path
from newsfeed.web.selections import ArchivePart, Selection

SHOWN = 10
"""Entries of a current feed that its page shows; an archive's are all there."""
_ABOUT: dict[Kind | str, str] = {
    "latest": "Jeder neue Artikel, aus allen Ressorts.",
    "sections": "Jeder neue Artikel aus dem Ressort {}.",
    "topics": "Jeder neue Artikel zum Thema {}.",
    "authors": "Jeder neue Artikel von {}.",
    "sources": "Jeder neue Artikel der Quelle {}.",
    "agencies": "Jeder neue Artikel mit Material von {}.",
    "articles": "Jeder neue Eintrag des Liveblogs „{}“.",
    "search": "Jeder neue Artikel, den diese Suche findet.",
}
CONTENTS: tuple[tuple[Content, str], ...] = (
    ("full", "den ganzen Text"),
    ("summary", "nur einen Vorspann"),
)
UPDATES: tuple[tuple[Updates, str], ...] = (
    ("significant", "wenn sich ihr Text ändert"),
    ("all", "bei jeder Änderung, auch an einem Bild"),
    ("none", "nie: nur, was neu ist"),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """An entry of the feed: its title, the path of its page, its time."""

    title: str
    path: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """A link into the archive: a month's name, how many articles it had, the path of its page."""

    name: str
    path: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """The archive's months of a year, the newest first."""

    year: int
    months: tuple[Step, ...]


class FeedView:
    """What the template says about one feed's document. Its methods raise IndexUnavailable."""

    def __init__(self, selection: Selection, index: SearchIndex) -> None:
        self.selection = selection
        self._index = index
        self._kind = selection.name.partition("?")[0].partition("/")[0]
        with_archives = history.has_archives(selection)
        self._months = index.months(selection.query) if with_archives else ()

    @property
    def label(self) -> str:
        """What the feed is called without the site's name."""
        return self.selection.label or "Alle Artikel"

    @property
    def about(self) -> str:
        """What it brings, in one sentence."""
        return _ABOUT[self._kind].format(self.selection.label)

    @property
    def month(self) -> str | None:
        """Of an archive, the month and part that it holds."""
        return _name(self.selection.part) if self.selection.part else None

    @property
    def path(self) -> str:
        """Where this page is, whatever options it shows."""
        return feed_page_path(self.selection.path_name)

    @property
    def current(self) -> Step:
        """The page of the feed itself, for one of its archive."""
        return Step(self.label, feed_page_path(self.selection.name, self.selection.options))

    @property
    def search(self) -> dict[str, str]:
        """The parameters of the search, for the form to keep."""
        return dict(parse_qsl(self.selection.name.partition("?")[2]))

    def headlines(self) -> list[Headline]:
        """What stands in it: of a current feed the first entries, of an archive all."""
        selection = self.selection
        if selection.article is not None:
            hit = self._index.get(selection.article)
            return _live(hit.article) if hit else []
        if selection.part is not None:
            query = history.part_query(selection.query, selection.part)
            return [_headline(hit.article) for hit in reversed(self._index.search(query).hits)]
        query = replace(selection.query, limit=min(SHOWN, selection.query.limit))
        return [_headline(hit.article) for hit in self._index.search(query).hits]

    def years(self) -> list[Year]:
        """The archive's months, of a feed that does not hold all it ever had."""
        if sum(month.count for month in self._months) <= MAX_ENTRIES:
            return []
        firsts = [part for part in history.parts(self._months) if part.number == 1]
        counts = {(month.year, month.month): month.count for month in self._months}
        return [
            Year(year, tuple(self._step(part, counts[part.year, part.month]) for part in parts))
            for year, parts in groupby(firsts, key=lambda part: part.year)
        ]

    def neighbours(self) -> tuple[Step | None, Step | None]:
        """Of an archive, the pages of the older and of the newer one."""
        every = list(history.parts(self._months))
        if self.selection.part not in every:
            return None, None
        place = every.index(self.selection.part)
        older = self._step(every[place + 1]) if place + 1 < len(every) else None
        return older, self._step(every[place - 1]) if place else None

    def _step(self, part: ArchivePart, count: int | None = None) -> Step:
        path = feed_page_path(self.selection.part_name(part), self.selection.options)
        return Step(MONTHS[part.month - 1] if count else _name(part), path, count)


def _headline(article: Article) -> Headline:
    return Headline(article.headline, article_path(article), article.date)


def _live(article: Article) -> list[Headline]:
    """The entries of a live blog, the newest first where they say their time."""
    page = article_path(article)
    entries = [part for part in parts(article) if part.kind == "entry"]
    entries.sort(key=lambda part: part.published or article.date, reverse=True)
    return [
        Headline(
            Markup(" ").join(part.lines).striptags() or article.headline,
            f"{page}#{part.anchor}",
            part.published,
        )
        for part in entries[:SHOWN]
    ]


def _name(part: ArchivePart) -> str:
    """Februar 2022, Teil 2"""
    month = f"{MONTHS[part.month - 1]} {part.year}"
    return f"{month}, Teil {part.number}" if part.number > 1 else month
