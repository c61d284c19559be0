"""Subscriptions: the site's feeds as OPML documents, all of them or those of one kind.

In: the catalogue. Out: bytes and their validator. Called by `discovery`.

There may be a hundred thousand feeds. So a document is written piece by piece, and only one of
usual size is kept while the index stays the same; of a larger one its validator is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from newsfeed.feed_names import Kind, feed_path
from newsfeed.feeds.opml import Group, Outline, write_opml
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.cache import Cache
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.directory import LATEST, TITLES, Offer, offers
from newsfeed.web.links import Links

PIECE = 65_536
"""Bytes that are sent at once, or a few more."""
MAX_KEPT = 1_000_000
"""Bytes of a document that is kept whole: some four thousand feeds."""
_DOCUMENTS = 2 * (len(TITLES) + 1)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A document: its validator and, unless it is a large one, its bytes."""

    etag: str
    body: bytes | None


class Subscriptions:
    """Writes OPML. Safe to share between threads; every method raises IndexUnavailable."""

    def __init__(self, index: SearchIndex, settings: Settings, catalogue: Catalogue) -> None:
        self._index = index
        self._settings = settings
        self._catalogue = catalogue
        self._links = Links(settings.site_url)
        self._known: Cache[tuple[int, Kind | None], Subscription] = Cache(_DOCUMENTS)

    def document(self, kind: Kind | None = None) -> Subscription:
        """The feeds of one kind; without one all feeds, that of everything first."""
        key = (self._index.sequence(), kind)  # before it is written: newer is only asked again
        known = self._known.get(key)
        if known is None:
            known = _read(self.pieces(kind))
            self._known.put(key, known)
        return known

    def pieces(self, kind: Kind | None = None) -> Iterator[bytes]:
        """The document's bytes, to be sent as they are made."""
        title = self._settings.title
        if kind is not None:
            title = f"{title} – {TITLES[kind]}"
        return _gathered(write_opml(title, self._groups(kind)))

    def _groups(self, kind: Kind | None) -> Iterator[Group]:
        withdrawn = self._settings.withdrawn_feeds
        if kind is None and LATEST.name not in withdrawn:
            yield Group("", [self._outline(LATEST)])
        for one in TITLES if kind is None else [kind]:
            yield Group(TITLES[one], map(self._outline, offers(self._catalogue, one, withdrawn)))

    def _outline(self, offer: Offer) -> Outline:
        absolute = self._links.absolute
        feed = feed_path(offer.name, "atom")
        return Outline(offer.title, absolute(feed), absolute(offer.page_path))


def _read(pieces: Iterator[bytes]) -> Subscription:
    digest = hashlib.sha256()
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        kept = [*kept, piece] if size <= MAX_KEPT else []
    etag = f'W/"{digest.hexdigest()[:24]}"'
    return Subscription(etag, b"".join(kept) if size <= MAX_KEPT else None)


def _gathered(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces."""
    piece = bytearray()
    for line in lines:
        piece += line
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)
