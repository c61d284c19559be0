"""What the contestants are given: documents to index, questions to answer.

In: JSON lines. Out: values. Called by everything in this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

KINDS = ("rare", "mid", "common", "and2", "or3", "phrase")


@dataclass(frozen=True, slots=True)
class Document:
    """One article, as every contestant is given it."""

    id: str
    title: str
    body: str
    section: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A query as a reader types it; its kind says how many documents it meets."""

    kind: str
    text: str


def documents(made: Iterable[bytes]) -> Iterator[Document]:
    """JSON lines as documents."""
    for line in made:
        found = orjson.loads(line)
        found["date"] = datetime.fromisoformat(found["date"])
        yield Document(**found)
