"""HTTP body: a page's bytes from an archived response.

In: the body as it went over the wire, and its header fields. Out: the page, unchunked, unpacked,
in UTF-8 if the header names another encoding. Called by `warc`; `content_coding` unpacks.
"""

from __future__ import annotations

import codecs
import re

from newsfeed.parsing.charset import decoded
from newsfeed.parsing.content_coding import unpacked
from newsfeed.parsing.errors import ParseError

HTML = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9._:-]{1,40})', re.IGNORECASE)
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,8}")
_LONGEST_LINE = 1024


def media_type(content_type: str | None) -> str:
    """The media type of a Content-Type field, "" if there is none."""
    return (content_type or "").partition(";")[0].strip().lower()


def page(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The page in a response's body; `headers` by their names in lower case.

    Raises ParseError when the body is damaged, packed in an unknown way, or unpacks to more than
    `limit` bytes.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    codings = [
        coding
        for name in headers.get("content-encoding", "").lower().split(",")
        if (coding := name.strip()) not in ("", "identity")
    ]
    if len(codings) > 2:
        raise ParseError("is packed more than twice", "archive the page anew")
    for coding in reversed(codings):
        body = unpacked(body, coding, limit)
    return _in_utf8(body, headers.get("content-type", ""))


def _unchunked(body: bytes) -> bytes:
    """The body without its chunks (RFC 9112 section 7.1), or as it is if it has none.

    Many archivers keep the header field of a body that they have already put together.
    """
    parts: list[bytes] = []
    position = 0
    while True:
        end = body.find(b"\r\n", position, position + _LONGEST_LINE)
        size = body[position:end].partition(b";")[0].strip() if end >= 0 else b""
        if not _HEXADECIMAL.fullmatch(size):
            if not parts and position == 0:
                return body
            raise ParseError("its chunks are damaged", "archive the page anew")
        length = int(size, 16)
        if length == 0:
            return b"".join(parts)
        start = end + 2
        position = start + length + 2
        if body[position - 2 : position] != b"\r\n":
            raise ParseError("its chunks are cut off", "archive the page anew")
        parts.append(body[start : start + length])


def _in_utf8(body: bytes, content_type: str) -> bytes:
    """The body in UTF-8 with its mark if the header names another encoding: the header counts
    before what the page says itself (HTML section 13.2.3.2), and a byte order mark before both."""
    label = _CHARSET.search(content_type)
    if label is None or body.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        return body
    if label[1].lower() in ("utf-8", "utf8"):
        return body
    text = decoded(body, label[1])
    return body if text is None else codecs.BOM_UTF8 + text.encode("utf-8", "replace")
