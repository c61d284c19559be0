"""What a Whoosh segment holds for us: the words, the facts and the article of each document.

In: a dated, named article. Out: the values of Whoosh's fields, and back. Called by the adapter
(writing) and `whoosh_segment` (reading). Analysis, places and facts are our own bytes, so nothing
that we store is pickled; what Whoosh pickles around it is named in `docs/decisions`.

    words    every term -> its places, little-endian u32 (see `postings`); one list for all fields
    key      the article's token (`article.token`), to find it again
    facts    JSON [id, published in microseconds, field lengths, facet values]
    article  zlib of the article's JSON
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Format

from newsfeed.article import Article, to_json, token
from newsfeed.search.postings import invert
from newsfeed.search.schema import FACETS

NAME = "MAIN"
"""Whoosh's name of the index within a folder."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Bytes(Format):  # type: ignore[misc]
    """Posting values of any length that Whoosh keeps as they are."""


class Terms(FieldType):  # type: ignore[misc]
    """An indexed field whose values are already inverted: {term: posting value}."""

    def __init__(self) -> None:
        super().__init__(_Bytes(), None)

    def index(
        self, value: Mapping[str, bytes], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        return ((term.encode(), 1, 1.0, places) for term, places in value.items())


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec without its length bytes, which are too coarse for exact scores.

    Blocks are not compressed: most terms have one posting, which zlib makes longer, and without it
    indexing is a fifth faster for a third more disk.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(compression=0)


SCHEMA = Schema(
    words=Terms(),
    key=Terms(),
    facts=COLUMN(VarBytesColumn()),
    article=COLUMN(VarBytesColumn()),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What sorting, scoring and counting need of a document without reading its article."""

    id: str
    published: int
    lengths: tuple[int, ...]
    facets: tuple[tuple[str, ...], ...]


def document(article: Article) -> dict[str, object]:
    """The values of Whoosh's fields.

    Raises ValueError for an article without id or date, or with text that is no Unicode.
    """
    if not article.id:
        raise ValueError("id: the register has not named this article yet")
    try:
        stored = to_json(article)
    except orjson.JSONEncodeError as error:
        raise ValueError(f"{article.id}: a text in it is no Unicode: {error}") from error
    places, lengths = invert(article)
    facts = [
        article.id,
        microseconds(article.date),
        lengths,
        [
            sorted({v.strip() for v in values(article) if v and v.strip()})
            for values in FACETS.values()
        ],
    ]
    return {
        "words": {term: _pack(positions) for term, positions in places.items()},
        "key": {token(article.id): b"1"},  # Whoosh loses count of empty values when it merges
        "facts": orjson.dumps(facts),
        "article": zlib.compress(stored, 6),
    }


def read_facts(value: bytes) -> Facts:
    """The facts of a document."""
    id, published, lengths, facets = orjson.loads(value)
    return Facts(id, published, tuple(lengths), tuple(map(tuple, facets)))


def read_article(value: bytes) -> bytes:
    """The JSON of a document's article."""
    return zlib.decompress(value)


def unpack(values: bytes) -> array[int]:
    """The places in one or several posting values."""
    places = array("I")
    places.frombytes(values)
    if sys.byteorder == "big":
        places.byteswap()
    return places


def microseconds(instant: datetime) -> int:
    """An aware instant as microseconds since 1970: exact, and comparable in any zone."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def _pack(places: array[int]) -> bytes:
    if sys.byteorder == "big":
        places = array("I", places)
        places.byteswap()
    return places.tobytes()
