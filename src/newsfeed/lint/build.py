"""Build: what readers know of our feeds after a visit, as it is compared with the next.

In: views. Out: a `Build`, which `memory` stores and `history` compares. An entry is known by its
id wherever it stands; a feed by its name; a document by its address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from newsfeed.lint.view import EntryView, FeedView

MOST_ENTRIES = 100_000
"""Entries that are remembered, those published last; about 15 MB of memory file."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entry; `digest` is "" where no document had its content."""

    published: datetime | None
    updated: datetime | None
    digest: str
    url: str


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed's current document: its id, its date, its entries in their order.

    `rest` tells that there are older documents, into which entries may have moved.
    """

    id: str
    updated: datetime | None
    entries: tuple[str, ...]
    rest: bool = False


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document's validator and a digest of its bytes."""

    etag: str
    digest: str


@dataclass(frozen=True)
class Build:
    """All that was seen at one time. `deleted` are the ids that tombstones named.

    `whole` tells that every entry there is has been seen.
    """

    at: datetime
    entries: Mapping[str, Known] = field(default_factory=dict)
    feeds: Mapping[str, KnownFeed] = field(default_factory=dict)
    documents: Mapping[str, KnownDocument] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    whole: bool = False

    def after(self, previous: Build) -> Build:
        """What is to be remembered: this build, and from `previous` what was not looked at."""
        if self.whole:
            return replace(self, entries=_latest(self.entries))
        kept = {id: known for id, known in previous.entries.items() if id not in self.deleted}
        # an entry seen without its content keeps the digest that was known
        for id, known in self.entries.items():
            before = kept.get(id)
            kept[id] = replace(known, digest=known.digest or before.digest) if before else known
        return Build(
            at=self.at,
            entries=_latest(kept),
            feeds={**previous.feeds, **self.feeds},
            documents={**previous.documents, **self.documents},
        )


class Builder:
    """Gathers a build from documents as they are checked."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._entries: dict[str, Known] = {}
        self._feeds: dict[str, KnownFeed] = {}
        self._documents: dict[str, KnownDocument] = {}
        self._deleted: set[str] = set()

    def add_document(self, path: str, etag: str, body: bytes) -> None:
        """A document of any feed, by its path."""
        digest = hashlib.sha256(body).hexdigest()[:24]
        self._documents[path] = KnownDocument(etag, digest)

    def add_entries(self, view: FeedView) -> None:
        """The entries and tombstones of a document."""
        for entry in view.entries:
            before = self._entries.get(entry.id)
            if entry.id and (before is None or not before.digest):
                self._entries[entry.id] = _known(entry)
        self._deleted |= {deleted.id for deleted in view.deleted}

    def add_feed(self, name: str, view: FeedView) -> None:
        """The current document of a feed."""
        rest = any(view.linked(rel) for rel in ("prev-archive", "next"))
        ids = tuple(entry.id for entry in view.entries)
        self._feeds[name] = KnownFeed(view.id, view.updated, ids, rest)

    def build(self, whole: bool) -> Build:
        """Everything gathered; `whole` says that no entry was left out."""
        return Build(
            self._at,
            self._entries,
            self._feeds,
            self._documents,
            frozenset(self._deleted - self._entries.keys()),
            whole,
        )


def _known(entry: EntryView) -> Known:
    return Known(entry.published, entry.updated, entry.digest, entry.url)


def _latest(entries: Mapping[str, Known]) -> Mapping[str, Known]:
    if len(entries) <= MOST_ENTRIES:
        return entries
    dated: Iterable[tuple[str, Known]] = sorted(
        entries.items(),
        key=lambda item: item[1].published.timestamp() if item[1].published else 0,
        reverse=True,
    )
    return dict(list(dated)[:MOST_ENTRIES])
