"""Members: a file that holds several articles is a folder of documents.

In: an open file that may be such a *collection*: a feed, a list of wire items, a web archive. Out:
its members, and the bytes of each, which `parsing.parse` then reads like any other document.
Called by the indexer's workers. A kind of collection is one file here and one line below.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol, cast

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.packed import SUFFIX, inner_name, unpack

_ARCHIVES: Mapping[str, str] = {".warc": "warc", ".wacz": "wacz"}
"""Extension -> the module here whose `opened` makes a Collection of such an archive."""

_LISTS: Mapping[str, tuple[str, ...]] = {
    ".rss": ("feed_files",),
    ".atom": ("feed_files",),
    ".rdf": ("feed_files",),
    ".xml": ("feed_files", "wire.xml_documents"),
    ".json": ("feed_files", "wire.json_documents"),
}
"""Extension -> the modules here whose `split` may know the list in such a file."""

_NAMED: Mapping[str, str] = {".xml": "wire.xml_documents", ".json": "wire.json_documents"}
"""Extension -> the module here whose `name_of` knows what such a document goes by."""

MOST_PIECES = 50_000
"""A list of more is refused: ten megabytes hold no so many articles."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes a document may have, and the most an archive may."""

    document: int
    archive: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A document cut out of a list.

    `name` is what it goes by in there for good, "" if it has no name; `extension` (".rss") the
    format of `raw`.
    """

    name: str
    extension: str
    raw: bytes
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a collection.

    `name` is the URL or id that it goes by for good, `place` where it stands (only its collection
    reads that), `digest` the SHA-256 of its bytes, `captured` when a web archive saved it. One
    name may have several captures.
    """

    name: str
    extension: str
    place: str
    digest: str
    url: str | None = None
    captured: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """A part of a collection that cannot be read; `name` is "" where even that is lost."""

    name: str
    extension: str
    reason: str
    remedy: str


class Collection(Protocol):
    """An open collection. Both methods raise ParseError, and nothing else."""

    @property
    def is_archive(self) -> bool:
        """Whether its members are pages as they stood on the web."""

    def survey(self) -> Iterator[Member | Flaw]:
        """Its members in their order, and what could not be read."""

    def read(self, place: str) -> bytes:
        """The bytes of the member at a place."""


class _Archives(Protocol):
    def opened(self, file: BinaryIO, limits: Limits) -> Collection: ...


class _Splitter(Protocol):
    def split(self, raw: bytes) -> Sequence[Piece] | None:
        """The documents of a list; None if the bytes are no such list. Raises ParseError."""


class _Namer(Protocol):
    def name_of(self, raw: bytes) -> str: ...


class _List:
    """A list that fits into memory, cut into its pieces."""

    is_archive = False

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    def survey(self) -> Iterator[Member | Flaw]:
        seen: dict[str, str] = {}
        for ordinal, piece in enumerate(self._pieces):
            digest = hashlib.sha256(piece.raw).hexdigest()
            name = piece.name or digest
            if name in seen and seen[name] != digest:
                name = f"{name} {digest}"  # two articles under one name
            if name not in seen:
                seen[name] = digest
                yield Member(name, piece.extension, str(ordinal), digest, piece.url)

    def read(self, place: str) -> bytes:
        return self._pieces[int(place)].raw


def may_be_collection(name: str) -> bool:
    """Whether a file of this name may hold several articles; only its bytes can tell."""
    extension = _extension(name)
    return extension in _ARCHIVES or extension in _LISTS


def is_archive(name: str) -> bool:
    """Whether a file of this name is a web archive, for which the larger limit holds."""
    return _extension(name) in _ARCHIVES


def opened(file: BinaryIO, name: str, limits: Limits) -> Collection | None:
    """The collection in a file, which stays open; None for a single document.

    Raises ParseError.
    """
    extension = _extension(name)
    if module := _ARCHIVES.get(extension):
        return cast(_Archives, import_module(f"newsfeed.parsing.{module}")).opened(file, limits)
    raw = file.read(limits.document + 1)
    if len(raw) > limits.document:
        return None  # reading it as a document says so
    if name.lower().endswith(SUFFIX):
        raw = unpack(raw, limits.document)
    for module in _LISTS.get(extension, ()):
        splitter = cast(_Splitter, import_module(f"newsfeed.parsing.{module}"))
        pieces = splitter.split(raw)
        if pieces is not None:
            if len(pieces) > MOST_PIECES:
                raise ParseError(f"holds more than {MOST_PIECES:,} articles", "split the file")
            return _List(pieces)
    return None


def name_of(raw: bytes, name: str, limit: int) -> str:
    """What the article in a document of that file name goes by for good: a guid or URN.

    "" where the document does not say, or is none.
    """
    module = _NAMED.get(_extension(name))
    if module is None:
        return ""
    try:
        if name.lower().endswith(SUFFIX):
            raw = unpack(raw, limit)
    except ParseError:
        return ""
    return cast(_Namer, import_module(f"newsfeed.parsing.{module}")).name_of(raw)


def _extension(name: str) -> str:
    return PurePosixPath(inner_name(name)).suffix.lower()
