"""WACZ: web archives in a ZIP file (Webrecorder, WACZ 1.1.1).

In: an open ZIP file. Out: the pages of all WARC files in its folder "archive", read in place:
nothing is unpacked to a path, and names inside lead nowhere. Called through `members`.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO, cast

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.members import Collection, Flaw, Limits, Member
from newsfeed.parsing.warc import Archive

_FOLDER = "archive/"
_WARCS = (".warc", ".warc.gz")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_MOST_PARTS = 10_000
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_AGAIN = "fetch the archive again"


class Package:
    """An open WACZ file. A member's place is a WARC file's name and the record's offset in it."""

    is_archive = True

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._limits = limits
        with _damage_told():
            self._zip = zipfile.ZipFile(file)
        self._parts = {
            info.filename: info
            for info in self._zip.infolist()
            if info.filename.startswith(_FOLDER) and info.filename.lower().endswith(_WARCS)
        }
        if len(self._parts) > _MOST_PARTS:
            raise ParseError(f"holds more than {_MOST_PARTS:,} WARC files", "split the archive")
        if sum(info.file_size for info in self._parts.values()) > limits.archive:
            raise ParseError(
                f"larger than {limits.archive:,} bytes when unpacked",
                "split it, or raise max_archive_bytes in the settings",
            )
        self._open: tuple[str, Archive] | None = None

    def survey(self) -> Iterator[Member | Flaw]:
        for name in sorted(self._parts):
            try:
                for found in self._part(name).survey():
                    if isinstance(found, Member):
                        yield replace(found, place=f"{name}:{found.place}")
                    else:
                        yield found
            except (ParseError, *_DAMAGE):
                yield Flaw("", ".html", f"{name[:100]!r} in it is damaged", _AGAIN)

    def read(self, place: str) -> bytes:
        name, _, offset = place.rpartition(":")
        with _damage_told():
            return self._part(name).read(offset)

    def _part(self, name: str) -> Archive:
        if self._open is None or self._open[0] != name:
            info = self._parts[name]
            if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
                raise ParseError("a WARC file in it is encrypted", "pack the archive anew")
            with _damage_told():
                self._open = (name, Archive(cast(BinaryIO, self._zip.open(info)), self._limits))
        return self._open[1]


def opened(file: BinaryIO, limits: Limits) -> Collection:
    """The WACZ archive in a file. Raises ParseError."""
    return Package(file, limits)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise ParseError("the ZIP file is damaged", _AGAIN) from error
