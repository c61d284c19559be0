"""Selections: what the feed of a name holds.

In: names and options. Out: `Selection`s. Called by the feed routes, the pages and `newsfeed feed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from newsfeed.feed_names import Options, feed_path
from newsfeed.feeds import FORMATS, Format
from newsfeed.search.interface import Query


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One archive document: a part, counted from 1, of a month (UTC). RFC 5005, section 4."""

    year: int
    month: int
    number: int = 1

    def __str__(self) -> str:
        month = f"{self.year:04}-{self.month:02}"
        return f"{month}-{self.number}" if self.number > 1 else month


@dataclass(frozen=True, slots=True)
class Selection:
    """What a feed's document holds, whatever its format; hashable, so that it can be remembered.

    `name` is the feed's in one spelling, `path_name` that of this very document (with its month or
    page). `query` is the search for its entries, ordered and limited; for an archive that of the
    whole feed. `part` is set for an archive, `article` is the token of the live blog whose entries
    it holds. `label` is what the title says after the site's name, "" for the feed of everything.
    """

    name: str
    title: str
    query: Query
    page_path: str
    options: Options
    part: ArchivePart | None = None
    article: str | None = None
    label: str = ""

    @property
    def is_search(self) -> bool:
        """Whether it is the feed of a search, which has pages instead of archives."""
        return self.name.partition("?")[0] == "search"

    @property
    def path_name(self) -> str:
        """The name in the address of this document."""
        if self.query.cursor is not None:
            return self.page_name(self.query.cursor)
        return self.name if self.part is None else self.part_name(self.part)

    def part_name(self, part: ArchivePart) -> str:
        """The name in the address of one of the feed's archive documents."""
        return f"{self.name}/{part}"

    def page_name(self, cursor: str) -> str:
        """The name in the address of the page of a search that begins at `cursor`."""
        return f"{self.name}{'&' if '?' in self.name else '?'}cursor={quote(cursor, safe='')}"

    @property
    def paths(self) -> dict[Format, str]:
        """The document's own path in each format."""
        return self.paths_of(self.path_name)

    def paths_of(self, path_name: str) -> dict[Format, str]:
        """The path of one of the feed's documents in each format."""
        return {format: feed_path(path_name, format, self.options) for format in FORMATS}
