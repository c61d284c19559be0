"""Content codings: a response's body as it was before its server packed it.

In: a body and the name of one coding of its Content-Encoding field: gzip, deflate (RFC 9110
section 8.4), br (RFC 7932) or zstd (RFC 8878). Out: what is packed in it, never more than a limit.
Called by `http_body`.

Archivers that unpack a body themselves leave the field standing: such a body is taken as it is.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.packed import unpack

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<[!?A-Za-z]")
_BLOCK = 1 << 20
_ZSTD_PIECE = 256
"""Bytes that zstd is given at once: it unpacks all of them, each four to up to 128 KB."""
_ZSTD_WINDOW = 8 << 20
"""The most that a body's packing may ask a reader to remember (RFC 9659)."""


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """The body without its coding (a name in lower case).

    Raises ParseError when it is damaged, packed in an unknown way, or unpacks to more than `limit`
    bytes.
    """
    if coding in ("gzip", "x-gzip"):
        return unpack(body, limit) if body.startswith(_GZIP) else body
    if coding == "deflate":
        return _inflated(body, limit)
    if coding == "br":
        return _from_brotli(body, limit)
    if coding == "zstd":
        return _joined(_from_zstd(body), limit) if body.startswith(_ZSTD) else body
    raise ParseError(
        f"is packed as {coding[:20]!r}", "archive the page packed by gzip, br, zstd or not at all"
    )


def _inflated(body: bytes, limit: int) -> bytes:
    """zlib data (RFC 1950), or bare deflate data as some servers send it."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        packed = zlib.decompressobj(window)
        try:
            text = packed.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(text) > limit:
            raise _too_large(limit)
        if packed.eof:
            return text
    if _MARKUP.match(body):
        return body
    raise _damaged()


def _from_brotli(body: bytes, limit: int) -> bytes:
    try:
        return _joined(_brotli_parts(body), limit)
    except _PackingError:
        # brotli has no mark by which to tell it; a page in clear begins like one
        if _MARKUP.match(body):
            return body
        raise


def _brotli_parts(body: bytes) -> Iterator[bytes]:
    import brotli  # only where a body is packed by it

    packed = brotli.Decompressor()
    try:
        part = packed.process(body, output_buffer_limit=_BLOCK)
        while part:
            yield part
            part = packed.process(b"", output_buffer_limit=_BLOCK)
    except brotli.error as error:
        raise _damaged() from error
    if not packed.is_finished():
        raise _damaged()


def _from_zstd(body: bytes) -> Iterator[bytes]:
    """The frames of a body, one after the other (RFC 8878 section 3.1)."""
    import zstandard  # only where a body is packed by it

    maker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    packed = maker.decompressobj()
    try:
        for start in range(0, len(body), _ZSTD_PIECE):
            rest = body[start : start + _ZSTD_PIECE]
            while rest:
                if packed.eof:
                    packed = maker.decompressobj()
                yield packed.decompress(rest)
                rest = packed.unused_data if packed.eof else b""
    except zstandard.ZstdError as error:
        raise _damaged() from error
    if not packed.eof:
        raise _damaged()


def _joined(parts: Iterable[bytes], limit: int) -> bytes:
    kept, size = [], 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        kept.append(part)
    return b"".join(kept)


class _PackingError(ParseError):
    """Bytes that are not, or not only, what their coding says."""


def _damaged() -> _PackingError:
    return _PackingError("its packing is damaged or cut off", "archive the page anew")


def _too_large(limit: int) -> ParseError:
    return ParseError(
        f"larger than {limit:,} bytes when unpacked", "raise max_file_bytes in the settings"
    )
