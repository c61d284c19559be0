"""Batches filled and written for the tests, and what stands in their segments.

In: schemas, documents. Out: segments, their arrays, postings and columns as plain Python.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from whoosh import fields

from newsfeed.whoosh_numpy.storage import sortable
from newsfeed.whoosh_numpy.storage.container import ArrayFile
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.writing.batch import Batch
from tests.whoosh_numpy.field_kinds import KINDS

Document = dict[str, Any]


def all_kinds() -> fields.Schema:
    return fields.Schema(**{name: each.make() for name, each in KINDS.items()})


def arrays(path: Path, batch: Batch) -> dict[str, Any]:
    """Everything a batch writes: arrays by name, with their types, and the rest."""
    batch.write(path)
    file = ArrayFile(path)
    found = {name: (file.array(name).dtype.str, file.array(name).tolist()) for name in file}
    path.unlink()
    return {**found, "meta": file.meta}


def filled(used: fields.Schema, documents: list[Document], **options: Any) -> Batch:
    batch = Batch(used, **options)
    for document in documents:
        batch.add(document)
    return batch


def segment(path: Path, used: fields.Schema, *documents: Document) -> Segment:
    filled(used, list(documents)).write(path / "segment")
    return Segment(path / "segment")


def by_segment(found: Segment, name: str) -> dict[int, dict[bytes, tuple[int, list[int]]]]:
    """Document -> the same from the arrays."""
    read: dict[int, dict[bytes, tuple[int, list[int]]]] = defaultdict(dict)
    postings = found.field(name)
    if postings is None:
        return {}
    for number, term in enumerate(postings.lexicon):
        start, end = postings.rows(number)
        at = 0 if postings.position_starts is None else int(postings.position_starts[number])
        frequencies = postings.frequencies(start, end).tolist()
        for doc, frequency in zip(postings.docs[start:end].tolist(), frequencies, strict=True):
            places = postings.positions
            positions = [] if places is None else places[at : at + frequency].tolist()
            at += frequency
            read[doc][term] = (frequency, positions)
    return read


def column(found: Segment, name: str, field: fields.FieldType) -> list[Any]:
    ordinals = found.optional(f"{name}.column_ordinals")
    if ordinals is None:
        return [None] * found.count
    distinct = found.lexicon(f"{name}.column")
    return [
        None if place == 0 else sortable.decode(field.column_type, distinct[place - 1])
        for place in ordinals.tolist()
    ]
