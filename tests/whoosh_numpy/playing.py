"""Plays a history on an index and on a plain list at once.

In: names of field kinds, operations. Out: the index, and the documents that must be in it. Called
by the versus tests. The list is the whole model: what a writer does takes effect on a copy, which
replaces the list when the writer commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.fields import Schema

from newsfeed.whoosh_numpy.index import Index, create_in
from newsfeed.whoosh_numpy.writing.flushing import Limits
from tests.whoosh_numpy.brute_force import UNIT, Collection, Scores
from tests.whoosh_numpy.brute_queries import BruteForce
from tests.whoosh_numpy.strategies import KEY, Given, Names, Operation, schema_of


@dataclass(frozen=True)
class Played:
    """An index after its history, and what it must hold, in this order."""

    index: Index
    live: list[Given]

    @property
    def brute(self) -> BruteForce:
        return BruteForce(Collection(self.index.schema, self.live))


def play(
    folder: Path, names: Names, operations: Sequence[Operation], flush: int, merge: bool
) -> Played:
    """Runs a history, and commits at its end.

    flush: from how many documents on a batch becomes a segment. merge: whether commits may join.
    """
    schema = schema_of(names)
    index = create_in(folder, schema)
    committed: list[Given] = []
    working: list[Given] = []
    writer: Any = None
    for operation in [*operations, Operation("commit")]:
        if writer is None:
            writer = index.writer(limits=Limits(docs=flush))
        if operation.name in ("commit", "optimize"):
            writer.commit(optimize=operation.name == "optimize", merge=merge)
            writer, committed = None, working
        elif operation.name == "cancel":
            writer.cancel()
            writer, working = None, committed
        else:
            getattr(writer, operation.name)(*_positional(operation), **_named(operation))
            working = _after(schema, working, operation)
    return Played(index, committed)


def _positional(operation: Operation) -> tuple[Any, ...]:
    if operation.name == "delete_by_term":
        return tuple(operation.argument)
    return (operation.argument,) if operation.name == "delete_by_query" else ()


def _named(operation: Operation) -> dict[str, Any]:
    return dict(operation.argument) if operation.name.endswith("_document") else {}


def _after(schema: Schema, live: list[Given], operation: Operation) -> list[Given]:
    """The documents after one operation; a new list."""
    argument = operation.argument
    if operation.name == "add_document":
        return [*live, argument]
    if operation.name == "update_document":
        return [*(each for each in live if each[KEY] != argument[KEY]), argument]
    collection = Collection(schema, live)
    if operation.name == "delete_by_term":
        name, text = argument
        gone = set(collection.matching(name, schema[name].to_bytes(text)))
    else:
        gone = set(BruteForce(collection).evaluate(argument))
    return [each for number, each in enumerate(live) if number not in gone]


def ranks(searcher: Any) -> dict[int, int]:
    """Document numbers of the index -> numbers among the live documents."""
    return {number: rank for rank, number in enumerate(searcher.reader().all_doc_ids())}


def found(searcher: Any, results: Any) -> list[tuple[int, int]]:
    """The hits in order: number among the live documents, score in units."""
    rank = ranks(searcher)
    return [(rank[hit.docnum], exact(hit.score)) for hit in results]


def exact(score: float) -> int:
    """A score in units. Raises AssertionError where it is no whole number of them."""
    scaled = score * UNIT
    assert scaled == int(scaled), f"{score} was not rounded to 2**-32"
    return int(scaled)


def wanted(scores: Scores, order: Sequence[int]) -> list[tuple[int, int]]:
    """What `found` gives when it is right."""
    return [(number, scores[number]) for number in order]
