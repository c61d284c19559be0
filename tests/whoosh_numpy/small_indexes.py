"""Small indexes, written with a few words each.

In: documents in groups, one group for each segment. Out: an index. Shared by the tests of readers,
searchers and results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from whoosh.fields import BOOLEAN, DATETIME, ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from newsfeed.whoosh_numpy import Index, create_in

NEWS = Schema(
    id=ID(stored=True, unique=True),
    title=TEXT(stored=True),
    body=TEXT(stored=True, chars=True),
    section=ID(stored=True),
    tags=KEYWORD(stored=True, commas=True),
    price=NUMERIC(int, stored=True, sortable=True),
    size=NUMERIC(float),
    day=DATETIME(stored=True, sortable=True),
    free=BOOLEAN(stored=True),
    place=ID(sortable=True),
    extra=STORED,
)

Document = Mapping[str, Any]


def shelved(folder: Path, segments: Sequence[Sequence[Document]], schema: Schema = NEWS) -> Index:
    """An index with exactly these segments."""
    index = create_in(folder, schema)
    for documents in segments:
        writer = index.writer()
        for document in documents:
            writer.add_document(**document)
        writer.commit(merge=False)
    return index


def without(index: Index, field: str, texts: Iterable[Any]) -> Index:
    """The index after documents were deleted, none of its segments rewritten."""
    writer = index.writer()
    for text in texts:
        writer.delete_by_term(field, text)
    writer.commit(merge=False)
    return index


def river(number: int, body: str = "", **more: Any) -> Document:
    """A document about a river."""
    return {"id": f"r{number}", "title": f"Der Rhein {number}", "body": body} | more


START = datetime(2022, 1, 1)  # noqa: DTZ001


def rivers(folder: Path) -> Index:
    """Three segments of four documents; r1, r6 and r11 are deleted."""
    segments = [
        [
            river(
                n,
                "rhein " * (n % 3 + 1) + ("pegel " if n % 2 else "elbe "),
                section=("politik", "kultur")[n % 2],
                tags=("a,b", "b", "c")[n % 3],
                price=n * 7 % 5,
                day=START + timedelta(days=n % 4),
            )
            for n in range(first, first + 4)
        ]
        for first in (0, 4, 8)
    ]
    return without(shelved(folder, segments), "id", ["r1", "r6", "r11"])


def ids(results: Iterable[Mapping[str, Any]]) -> list[int]:
    """The numbers of the rivers that were found."""
    return [int(hit["id"][1:]) for hit in results]
