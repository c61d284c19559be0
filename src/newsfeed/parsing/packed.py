"""Packed: gzip around a document.

In: the bytes of "x.html.gz". Out: those of "x.html", never more than a limit. Called by
`parsing.parse` and by `members` before a document's own format sees it.
"""

from __future__ import annotations

import zlib

from newsfeed.parsing.errors import ParseError

SUFFIX = ".gz"
_GZIP = 16 + zlib.MAX_WBITS
_BLOCK = 65_536


def inner_name(name: str) -> str:
    """The name of what is packed: "a/x.html" for "a/x.html.gz", any other name as it is."""
    return name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name


def unpack(raw: bytes, limit: int) -> bytes:
    """What is packed in these bytes: one or several gzip members (RFC 1952 section 2.2).

    Never holds more than `limit` bytes and a little. Raises ParseError when it would, when the
    packing is damaged or cut off, or when there is none.
    """
    parts: list[bytes] = []
    size = 0
    rest = raw
    while rest.strip(b"\0"):  # zeros after the last member are padding
        packed = zlib.decompressobj(_GZIP)
        while not packed.eof:
            try:
                part = packed.decompress(rest, min(_BLOCK * 16, limit - size + 1))
            except zlib.error as error:
                raise ParseError("the gzip packing is damaged", "pack the file anew") from error
            size += len(part)
            if size > limit:
                raise ParseError(
                    f"larger than {limit:,} bytes when unpacked",
                    "split it, or raise max_file_bytes in the settings",
                )
            parts.append(part)
            rest = packed.unused_data if packed.eof else packed.unconsumed_tail
            if not packed.eof and not part and not rest:
                raise ParseError("the gzip packing is cut off", "fetch the file again")
    return b"".join(parts)
