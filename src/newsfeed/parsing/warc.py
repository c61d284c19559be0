"""WARC: web archives (ISO 28500), packed record by record or not at all.

In: an open archive. Out: each HTML page that it holds with its address and the time of its
capture: responses with status 200, and resource records. Called through `members`; records are
read by warcio. What is damaged is told and passed over, and the rest is read.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from newsfeed.addresses import web_address
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.http_body import HTML, media_type, page
from newsfeed.parsing.members import Collection, Flaw, Limits, Member

EXTENSION = ".html"
_DAMAGE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    EOFError,
    ValueError,
    AttributeError,  # warcio, of a record that lacks the fields it expects
    TypeError,  # and of a digest whose algorithm no name can have
    zlib.error,
)
_GZIP = b"\x1f\x8b\x08"
_PLAIN = re.compile(rb"WARC/1\.[0-9]\r\n[A-Za-z]")
_OWN = frozenset({"warc-type", "warc-record-id", "warc-date", "content-length"})
"""Header fields that every record has, and has once."""
_BLOCK = 1 << 20
_MOST_FLAWS = 1000
_ANEW = "archive the page anew"

# warcio would log what it finds in records unescaped
logging.getLogger("warcio").addHandler(logging.NullHandler())
logging.getLogger("warcio").propagate = False


class Archive:
    """An open WARC file. A member's place is the offset of its record."""

    is_archive = True

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limit = limits.document

    def survey(self) -> Iterator[Member | Flaw]:
        start: int | None = 0
        flaws = 0
        while start is not None:
            stretch = self._stretch(start)
            while True:
                try:
                    with _quiet():
                        found = next(stretch)
                except StopIteration as end:
                    start = end.value
                    break
                yield found
                flaws += isinstance(found, Flaw)
                if flaws == _MOST_FLAWS:
                    yield _damage("too many records are damaged; the rest was not read")
                    return

    def read(self, place: str) -> bytes:
        with _quiet():
            try:
                self._file.seek(int(place))
                record = next(ArchiveIterator(self._file))
                return _content(record, self._limit)
            except (StopIteration, *_DAMAGE) as error:
                raise ParseError("the record is damaged", _ANEW) from error

    def _stretch(self, start: int) -> Generator[Member | Flaw, None, int | None]:
        """The members from an offset to the next damage; the offset after that, None at the end."""
        self._file.seek(start)
        records = ArchiveIterator(self._file, check_digests=True)
        reader, packed = records.reader, None
        offset, is_doubtful = start, False
        try:
            for record in records:
                offset, packed = records.offset, reader.decompressor
                if (yield from self._told(record, offset)):
                    return self._next(offset + 1)
                is_doubtful = bool(_failed(record))
        except _DAMAGE:
            yield _damage(
                f"no WARC record at byte {records.offset:,}, or not packed record by record"
            )
            # a record that lost its end has swallowed what stood behind it
            return self._next(max(offset if is_doubtful else records.offset, start) + 1)
        # warcio takes a record that ends within its header, or damage at the end of a packed one,
        # for the end of the file
        if packed is not None and not packed.eof:
            yield _cut(offset)
        elif not is_doubtful:
            offset = records.offset
            if not self._holds_more(offset):
                return None
            yield _cut(offset)
        return self._next(offset + 1)

    def _told(self, record: Any, offset: int) -> Generator[Member | Flaw, None, bool]:
        """The member in a record, or what is wrong with it; answers whether the record is cut."""
        is_lost = _lost_header(record)
        found = None if is_lost else _member(record, offset, self._limit)
        if found is not None:
            yield found
        is_cut = is_lost or _is_cut(record)
        if is_cut and found is None:
            yield _cut(offset)
        return is_cut

    def _holds_more(self, offset: int) -> bool:
        """Whether anything but white space stands in the file from an offset on."""
        self._file.seek(offset)
        while block := self._file.read(_BLOCK):
            if block.strip():
                return True
        return False

    def _next(self, offset: int) -> int | None:
        """Where the next record may begin, from `offset` on."""
        before = b""
        self._file.seek(offset)
        while block := self._file.read(_BLOCK):
            text = before + block
            here = offset - len(before)
            found = _first_record(text)
            if found is not None:
                return here + found
            offset += len(block)
            before = text[-512:]
        return None


def opened(file: BinaryIO, limits: Limits) -> Collection:
    """The WARC archive in a file."""
    return Archive(file, limits)


def _first_record(text: bytes) -> int | None:
    """Where in a block of an archive a record begins."""
    found = _PLAIN.search(text)
    plain = found.start() if found else -1
    packed = text.find(_GZIP)
    while packed >= 0 and (plain < 0 or packed < plain):
        if _is_record(text[packed : packed + 512]):
            return packed
        packed = text.find(_GZIP, packed + 1)
    return plain if plain >= 0 else None


def _is_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(packed, 16).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _member(record: Any, offset: int, limit: int) -> Member | Flaw | None:
    """The page in a record, None where it holds none, or what is wrong with it."""
    url = web_address(record.rec_headers.get_header("WARC-Target-URI"))
    if url is None or not _is_page(record):
        return None
    try:
        if record.length is None or record.length > limit * 2:
            raise ParseError(f"larger than {limit:,} bytes", "raise max_file_bytes in the settings")
        content = _content(record, limit)
        _require_sound(record)
    except ParseError as error:
        return Flaw(url, EXTENSION, error.reason, error.remedy)
    captured = _instant(record.rec_headers.get_header("WARC-Date"))
    digest = hashlib.sha256(content).hexdigest()
    return Member(url, EXTENSION, str(offset), digest, url, captured)


def _is_page(record: Any) -> bool:
    if record.rec_type == "resource":
        return media_type(record.content_type) in HTML
    if record.rec_type != "response" or record.http_headers is None:
        return False
    is_html = media_type(record.http_headers.get_header("Content-Type")) in HTML
    return is_html and record.http_headers.get_statuscode() == "200"


def _content(record: Any, limit: int) -> bytes:
    """The page of a record that holds one. Raises ParseError."""
    body = record.raw_stream.read(limit * 2 + 1)
    fields = record.http_headers.headers if record.http_headers else []
    headers = {name.lower(): value for name, value in reversed(fields)}
    if record.http_headers is None:
        headers["content-type"] = record.content_type or ""
    content = page(body, headers, limit)
    if len(content) > limit:
        raise ParseError(f"larger than {limit:,} bytes", "raise max_file_bytes in the settings")
    if not content.strip():
        raise ParseError("the page is empty", _ANEW)
    return content


def _require_sound(record: Any) -> None:
    if _is_cut(record):
        raise ParseError("the record is cut off", "fetch the archive again")
    if reason := record.rec_headers.get_header("WARC-Truncated"):
        raise ParseError(f"the page was cut when it was archived ({reason[:20]!r})", _ANEW)
    failed = _failed(record)
    # of the payload there are several readings; where the whole block is sound so is the payload
    has_block = record.rec_headers.get_header("WARC-Block-Digest")
    if any(problem.startswith("block") for problem in failed) or (failed and not has_block):
        raise ParseError("its digest is not that of its bytes", "fetch the archive again")


def _failed(record: Any) -> list[str]:
    """Which digests of a record that was read to its end are not those of its bytes."""
    return [problem for problem in record.digest_checker.problems if "failed" in problem]


def _is_cut(record: Any) -> bool:
    """Whether the archive ended before the record did. Reads the record to its end."""
    stream = record.raw_stream
    while stream.read(_BLOCK):
        pass
    return record.length is None or stream.limit > 0


def _lost_header(record: Any) -> bool:
    """Whether a record ended within its header, so that the next one's may go on in it."""
    if record.format != "warc":
        return False
    fields = record.rec_headers
    names = [name.lower() for name, _ in fields.headers]
    is_twice = any(names.count(name) > 1 for name in _OWN)
    length = fields.get_header("Content-Length") or ""
    return is_twice or bool(fields.statusline) or not length.strip().isdecimal()


def _cut(offset: int) -> Flaw:
    return _damage(f"the record at byte {offset:,} is cut off")


def _damage(reason: str) -> Flaw:
    return Flaw("", EXTENSION, reason, "fetch the archive again, or run `warcio recompress` on it")


def _instant(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


class _Nowhere(io.TextIOBase):
    """Takes what warcio has to say: it quotes records unescaped."""

    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def _quiet() -> Iterator[None]:
    with redirect_stderr(_Nowhere()):
        yield
