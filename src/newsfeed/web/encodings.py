"""Encodings: bodies travel packed, in the best way that the client takes.

In: Accept-Encoding and bodies. Out: a content coding, and bodies in it; each is packed once and
kept. Called by `responses` and the feed routes, and by `front` for the choice alone. Sources:
RFC 9110, section 12.5.3; RFC 8878 and 9659 (zstd), RFC 7932 (br), RFC 1952 (gzip).
"""

from __future__ import annotations

import gzip
from typing import Literal

import brotli
import zstandard

from newsfeed.web.cache import Cache
from newsfeed.web.weights import weights

Coding = Literal["zstd", "br", "gzip", "identity"]
CODINGS: tuple[Coding, ...] = ("zstd", "br", "gzip", "identity")
"""In the order in which we would rather send them."""
WORTHWHILE = 1000
"""Bytes below which packing saves next to nothing."""


def chosen(header: str | None) -> Coding:
    """The coding for this Accept-Encoding: the one of most weight, among equals the first of ours.

    A client that takes nothing we have gets the plain body: section 12.4.1 leaves that to us, and
    it is of more use to a reader than 406.
    """
    if header is None:
        return "identity"
    wanted = weights(header)
    if "x-gzip" in wanted:  # the same by its old name (section 8.4.1.3)
        wanted.setdefault("gzip", wanted["x-gzip"])
    worth = {coding: wanted.get(coding, wanted.get("*", 0.0)) for coding in CODINGS}
    best = max(CODINGS, key=worth.__getitem__)
    return best if worth[best] > 0 else "identity"


class PackedBodies:
    """Keeps packed bodies, at most `capacity` bytes of them. Safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._kept: Cache[tuple[str, Coding], bytes] = Cache(capacity, len)

    def get(self, key: str, body: bytes, coding: Coding) -> bytes:
        """`body` in this coding. `key` names these very bytes: nothing else is ever packed by it.

        The same body gives the same bytes, in every process and at any time.
        """
        if coding == "identity":
            return body
        kept = self._kept.get((key, coding))
        if kept is None:
            kept = _packed(body, coding)
            self._kept.put((key, coding), kept)
        return kept


def _packed(body: bytes, coding: Coding) -> bytes:
    match coding:
        case "zstd":
            return zstandard.ZstdCompressor(level=3).compress(body)
        case "br":
            packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
            return packed
        case "gzip":
            return gzip.compress(body, compresslevel=6, mtime=0)
        case "identity":
            return body
