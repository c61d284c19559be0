"""Context: what is known around a file before it is read.

In: built by the indexer's workers and `newsfeed parse`. Out: read by `metadata`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsfeed.parsing.sidecar import Sidecar


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a file.

    `now` is aware; a date later than `now` + 1 day is refused. `zone` is that of dates that name
    none. `modified` is the file's mtime, aware.
    """

    now: datetime
    zone: ZoneInfo
    sidecar: Sidecar | None = None
    modified: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("now", "modified"):
            instant: datetime | None = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise ValueError(f"{name}: needs a time zone")
