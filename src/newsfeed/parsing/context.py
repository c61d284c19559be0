"""Context: what is known around a document before it is read.

In: built by the indexer's workers and `newsfeed parse`. Out: read by the parsers and `metadata`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from newsfeed.parsing.rules import RuleBook, Rules
from newsfeed.parsing.sidecar import Sidecar

DEFAULT_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a document.

    `now` is aware; a date later than `now` + 1 day is refused. `zone` is that of dates that name
    none. `modified` is the file's mtime, aware. `url` and `captured` are what a web archive noted:
    where and when the page was saved. `limit` is the most bytes that a packed file may unpack to.
    """

    now: datetime
    zone: ZoneInfo
    sidecar: Sidecar | None = None
    modified: datetime | None = None
    url: str | None = None
    captured: datetime | None = None
    limit: int = DEFAULT_LIMIT
    rules: RuleBook = field(default_factory=RuleBook)

    def __post_init__(self) -> None:
        for name in ("now", "modified", "captured"):
            instant: datetime | None = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise ValueError(f"{name}: needs a time zone")

    @property
    def address(self) -> str | None:
        """The document's own URL as far as it is known from outside."""
        return (self.sidecar.url if self.sidecar else None) or self.url

    def rules_for(self, url: str | None = None) -> Rules:
        """The rules of the source: by the address known from outside, else by `url`."""
        return self.rules.of(self.address or url)
