"""Withdrawals: which articles were taken back, when and why.

In: an id or page token. Out: a `Withdrawal` or None. Called by the web, which has to answer 410
with the reason and must not load what indexing needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, or_, select

from newsfeed.register_file import ARTICLES, open_file, translated

FILE_REMOVED = "file removed"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article that was taken back."""

    id: str
    at: datetime
    reason: str


class RegisterReader:
    """The register for the web: reads only, and is content when there is no file yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: Engine | None = None

    def withdrawal(self, key: str) -> Withdrawal | None:
        """The withdrawal of the article with this id or token; None if it is not withdrawn.

        Raises RegisterError.
        """
        if self._engine is None:
            if not self._path.exists():
                return None
            self._engine = open_file(self._path, read_only=True)
        named = or_(ARTICLES.c.id == key, ARTICLES.c.token == key)
        columns = (ARTICLES.c.id, ARTICLES.c.withdrawn_at, ARTICLES.c.withdrawn_for)
        with translated(self._path, "read"), self._engine.connect() as connection:
            row = connection.execute(
                select(*columns).where(named, ARTICLES.c.live.is_(False))
            ).first()
        return Withdrawal(*row) if row else None
