"""Changed feeds: what a transaction of the register leaves for the hub.

In: changes, each with the article before and after it. Out: a row of `pings` for each feed that
held or holds one of them, written in the same transaction: what is committed will be told, and
nothing else. Called by `entering`, and only where a hub is set, so that no queue grows for nobody.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as upsert

from newsfeed.article import Article
from newsfeed.feed_names import names_of
from newsfeed.register_file import PINGS


class ChangedFeeds:
    """The feeds that one transaction changes, each with its first and last change."""

    def __init__(self) -> None:
        self._changes: dict[str, tuple[int, int]] = {}

    def add(self, sequence: int, *articles: Article) -> None:
        """Change number `sequence` is of an article that looked so before and after it."""
        for article in articles:
            for name in names_of(article):
                first, _ = self._changes.get(name, (sequence, sequence))
                self._changes[name] = (first, sequence)

    def write(self, connection: Connection) -> None:
        """Puts them into the queue; one that waits there already keeps its place.

        It stays put off, too: a feed that the hub refuses is not told more often because it changes
        often.
        """
        if not self._changes:
            return
        rows = [
            {"feed": name, "since": first, "sequence": last, "attempts": 0}
            for name, (first, last) in self._changes.items()
        ]
        insert = upsert(PINGS)
        renewed = {"sequence": insert.excluded.sequence}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["feed"], set_=renewed), rows
        )
        self._changes.clear()
