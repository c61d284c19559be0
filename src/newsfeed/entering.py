"""Entering: the register inside one transaction, in which articles come, change and go.

In: readings with who they are. Out: rows of the register and the changes that they make. Called by
`run` through `Register.writing`.
"""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from newsfeed.addresses import url_key
from newsfeed.article import Article, Origin, token
from newsfeed.editorial import Dates, Words, first_dates, next_dates, significance, words_of
from newsfeed.gathering import Remembered
from newsfeed.likeness import ledger
from newsfeed.readings import Reading
from newsfeed.records import (
    AS_REGISTERED,
    Change,
    ChangeKind,
    Revision,
    packed,
    registered,
    revision_of,
    unpacked,
)
from newsfeed.register_file import ARTICLES, CHANGES, COLLECTIONS, RETRACTIONS, REVISIONS
from newsfeed.retractions import Kept, Standing

if TYPE_CHECKING:
    from newsfeed.push.changed_feeds import ChangedFeeds


class Writing:
    """The register inside one transaction; made by `Register.writing`."""

    def __init__(
        self, connection: Connection, authority: str, feeds: ChangedFeeds | None = None
    ) -> None:
        """`feeds` hears of every change, if somebody outside is to be told of changed feeds."""
        self._connection = connection
        self._authority = authority
        self._feeds = feeds

    def new_id(self) -> str:
        """A `tag:` URI (RFC 4151) that no article has or had."""
        return f"tag:{self._authority}:{_random_name()}"

    def create(self, id: str, reading: Reading, parser: int, now: datetime) -> Change:
        """Enters an article seen for the first time."""
        dates = first_dates(reading.article, now)
        named = replace(_named(id, reading, dates), changed=now)
        seen = _seen(reading, parser, dates)
        values = {
            "id": id,
            "token": token(id),
            "first_seen": now,
            "live": reading.withdrawn is None,
            "withdrawn_at": now if reading.withdrawn else None,
            "withdrawn_for": reading.withdrawn,
            "revision": 1,
            "article": packed(named),
            **seen,
        }
        self._vacate(reading.file.path, id)
        self._connection.execute(insert(ARTICLES).values(values))
        self._revise(id, 1, reading, "new", now)
        if reading.withdrawn is not None:
            return self._tell(self._change(id, "withdraw", reading.withdrawn, now), named)
        ledger.enter(self._connection, named, now)
        return self._tell(self._change(id, "create", "new", now), named)

    def see(
        self,
        id: str,
        reading: Reading,
        parser: int,
        now: datetime,
        reparse: Callable[[bytes, str, Article], Article | None],
    ) -> Change | None:
        """Enters what stands for a known article now; None if nothing about it changed.

        `reparse` is asked only when bytes and parser both changed: it parses the old bytes, which
        stood at a path and made that article, as the current parser does, and answers None where
        it no longer can.
        """
        row = self._connection.execute(select(ARTICLES).where(ARTICLES.c.id == id)).one()
        last = self._last_revision(row)
        same_bytes = last.raw == reading.raw
        stored = unpacked(row.article)
        news = None
        if not same_bytes:
            path = row.path or reading.file.path
            old = reparse(last.raw, path, stored) if row.parser != parser else None
            before = words_of(old) if old else Words(row.text, row.mark)
            news = significance(before, words_of(reading.article))
        dates = next_dates(_dates(row), reading.article, news is not None, now)
        named = replace(_named(id, reading, dates), changed=stored.changed)
        metadata = "parser" if same_bytes and row.parser != parser else "metadata"
        reason = news or metadata
        revision = row.revision
        if not same_bytes or last.sidecar != reading.sidecar:
            revision += 1
            self._revise(id, revision, reading, reason, now)
        change = self._transition(row, reading.withdrawn, named != stored, reason, now)
        if change is not None:
            named = replace(named, changed=now)
            self._liken(change, named, row.first_seen)
            self._tell(change, stored, named)
        self._vacate(reading.file.path, id)
        seen = _seen(reading, parser, dates)
        self._set(id, **seen, revision=revision, article=packed(named))
        return change

    def withdraw(self, id: str, reason: str, now: datetime) -> Change:
        """Takes an article back whose file is gone; its path and history stay."""
        self._set(id, live=False, stamp=None, withdrawn_at=now, withdrawn_for=reason)
        ledger.forget(self._connection, id)
        change = self._change(id, "withdraw", reason, now)
        return change if self._feeds is None else self._tell(change, self.article(id))

    def liken(self, most: int) -> int:
        """Makes up to `most` of the likenesses that an older newsfeed did not; how many it made."""
        ids = ledger.missing(self._connection, most)
        columns = (ARTICLES.c.article, ARTICLES.c.first_seen)
        for id in ids:
            row = self._connection.execute(select(*columns).where(ARTICLES.c.id == id)).one()
            ledger.enter(self._connection, unpacked(row.article), row.first_seen)
        return len(ids)

    def _liken(self, change: Change, article: Article, first_seen: datetime) -> None:
        if change.kind == "withdraw":
            ledger.forget(self._connection, change.id)
        else:
            ledger.enter(self._connection, article, first_seen)

    def article(self, id: str) -> Article:
        """The article as it stands within this transaction."""
        found = select(*AS_REGISTERED).where(ARTICLES.c.id == id)
        return registered(self._connection.execute(found).one())

    def complete(self, collection: Remembered) -> None:
        """All members of a collection have been taken in."""
        values = {"stamp": collection.stamp, "repeats": collection.repeats}
        self._connection.execute(
            upsert(COLLECTIONS)
            .values(path=collection.path, **values)
            .on_conflict_do_update(index_elements=["path"], set_=values)
        )

    def hide(self, collection: str) -> None:
        """A member of a collection gave way to the same article from elsewhere."""
        more = {"repeats": COLLECTIONS.c.repeats + 1}
        self._connection.execute(
            update(COLLECTIONS).where(COLLECTIONS.c.path == collection).values(more)
        )

    def forget(self, collection: str) -> None:
        """A collection's file is gone, or a single document."""
        self._connection.execute(delete(COLLECTIONS).where(COLLECTIONS.c.path == collection))

    def retract(self, kept: Kept) -> None:
        """An article's source took it back."""
        values = {"path": kept.path, "reason": kept.reason, "version": kept.version}
        self._connection.execute(
            upsert(RETRACTIONS)
            .values(key=kept.key, **values)
            .on_conflict_do_update(index_elements=["key"], set_=values)
        )

    def release(self, kept: Kept) -> None:
        """The file that took an article back holds it again."""
        self._connection.execute(delete(RETRACTIONS).where(RETRACTIONS.c.key == kept.key))

    def standing(self) -> Iterator[Standing]:
        """Every live article as this transaction leaves it so far."""
        columns = (ARTICLES.c.id, ARTICLES.c.path, ARTICLES.c.url)
        for id, path, url in self._connection.execute(
            select(*columns).where(ARTICLES.c.live).order_by(ARTICLES.c.id)
        ).all():
            yield Standing(id, path, url, partial(self._raw, id), partial(self.article, id))

    def _raw(self, id: str) -> bytes:
        row = self._connection.execute(select(ARTICLES).where(ARTICLES.c.id == id)).one()
        return self._last_revision(row).raw

    def _transition(
        self, row: Row[Any], mark: str | None, differs: bool, reason: str, now: datetime
    ) -> Change | None:
        if mark is not None:
            if not row.live and row.withdrawn_for == mark:
                return None
            self._set(row.id, live=False, withdrawn_at=now, withdrawn_for=mark)
            return self._change(row.id, "withdraw", mark, now)
        if not row.live:
            self._set(row.id, live=True, withdrawn_at=None, withdrawn_for=None)
            return self._change(row.id, "create", "restored", now)
        return self._change(row.id, "update", reason, now) if differs else None

    def _tell(self, change: Change, *articles: Article) -> Change:
        """The change, of an article that looked so before and after it."""
        if self._feeds is not None:
            self._feeds.add(change.sequence, *articles)
        return change

    def _last_revision(self, row: Row[Any]) -> Revision:
        found = (REVISIONS.c.id == row.id) & (REVISIONS.c.number == row.revision)
        return revision_of(self._connection.execute(select(REVISIONS).where(found)).one())

    def _revise(self, id: str, number: int, reading: Reading, reason: str, now: datetime) -> None:
        self._connection.execute(
            insert(REVISIONS).values(
                id=id,
                number=number,
                at=now,
                reason=reason,
                path=reading.file.path,
                raw=zlib.compress(reading.raw),
                sidecar=None if reading.sidecar is None else zlib.compress(reading.sidecar),
            )
        )

    def _vacate(self, path: str, id: str) -> None:
        """No other article stands at this path any more."""
        stands = (ARTICLES.c.path == path) & (ARTICLES.c.id != id)
        self._connection.execute(update(ARTICLES).where(stands).values(path=None, stamp=None))

    def _set(self, id: str, **values: Any) -> None:
        self._connection.execute(update(ARTICLES).where(ARTICLES.c.id == id).values(values))

    def _change(self, id: str, kind: ChangeKind, reason: str, now: datetime) -> Change:
        added = self._connection.execute(
            insert(CHANGES).values(id=id, kind=kind, at=now, reason=reason)
        )
        assert added.inserted_primary_key is not None  # SQLite always answers the row id
        return Change(added.inserted_primary_key[0], id, kind, now, reason)


def _named(id: str, reading: Reading, dates: Dates) -> Article:
    """The article under its name, with the dates the register gives it."""
    provenance: dict[str, Origin] = {
        **reading.article.provenance,
        "published": dates.published_from,
        "updated": dates.updated_from,
    }
    return replace(
        reading.article,
        id=id,
        published=dates.published,
        updated=dates.updated,
        provenance=dict(sorted(provenance.items())),
    )


def _seen(reading: Reading, parser: int, dates: Dates) -> dict[str, Any]:
    """The columns that every sight of an article sets, but for the article itself."""
    words = words_of(reading.article)
    return {
        "path": reading.file.path,
        "stamp": reading.file.stamp,
        "url": url_key(reading.article.url),
        "modified": reading.file.modified,
        "published": dates.published,
        "published_from": dates.published_from,
        "updated": dates.updated,
        "updated_from": dates.updated_from,
        "digest": reading.digest,
        "parser": parser,
        "text": words.text,
        "mark": words.mark,
    }


def _dates(row: Row[Any]) -> Dates:
    return Dates(row.published, row.published_from, row.updated, row.updated_from)


def _random_name() -> str:
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()
