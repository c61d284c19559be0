"""Documents on their way to one segment, in memory.

In: documents as Whoosh's `add_document` takes them, and the schema. Out: a segment file. Called by
`writer` and by the processes of a bulk load. A document that cannot be kept is refused as a whole,
with the field named. Not shared by threads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats

from newsfeed.whoosh_numpy.analysis import lending, tokens
from newsfeed.whoosh_numpy.analysis.analyzers import by_words
from newsfeed.whoosh_numpy.analysis.inversion import Tokens, invert, ordinals
from newsfeed.whoosh_numpy.analysis.words import WordTable
from newsfeed.whoosh_numpy.errors import UnsupportedField
from newsfeed.whoosh_numpy.storage import sortable
from newsfeed.whoosh_numpy.storage.accelerators import accelerators
from newsfeed.whoosh_numpy.storage.container import Array, ArrayWriter
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.lexicon import lexicon_arrays
from newsfeed.whoosh_numpy.storage.numbers import split
from newsfeed.whoosh_numpy.writing import values
from newsfeed.whoosh_numpy.writing.pending import Pending, Prepared
from newsfeed.whoosh_numpy.writing.values import Values, write_arrays

TEXTS: Final = (fields.TEXT, fields.NGRAM, fields.SpellField)
"""Field types whose terms are parts of the value: no ordinals, one lexicon for equal analysers."""

Raw = bytes
"""Bytes, in a class that has a property of this name."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the schema, and where its values go; None for nowhere."""

    name: str
    type: fields.FieldType
    pending: Pending | None
    spelling: Pending | None
    stored: Values | None
    column: Values | None


class Batch:
    """Documents are numbered from 0 as they come; `write` leaves the deleted ones out."""

    def __init__(self, schema: fields.Schema, *, by_words: bool = True) -> None:
        """`by_words=False` takes the slow road for every value, with the same result.

        Raises UnsupportedField for a field that could not be kept.
        """
        self.schema = schema
        self._by_words = by_words
        self._count = 0
        self._deleted: set[int] = set()
        self._fields: dict[str, _Field] = {}
        self._tables: list[WordTable] = []
        for name in schema.names():
            self._field(name)

    def __len__(self) -> int:
        """How many documents `write` will write."""
        return self._count - len(self._deleted)

    @property
    def bytes(self) -> int:
        """About how much memory the batch takes."""
        return sum(
            each.bytes
            for field in self._fields.values()
            for each in (field.pending, field.stored, field.column)
            if each is not None
        )

    def add(self, document: Mapping[str, Any]) -> int:
        """Takes a document as Whoosh's `add_document` does; its number in the batch.

        Raises UnknownFieldError, UnsupportedField, ValueError; the batch is as before then.
        """
        self._refuse_boosts(document)
        given = [
            (self._field(name), document[name])
            for name in sorted(document)
            if not name.startswith("_") and document[name] is not None
        ]
        indexed = [found for field, value in given for found in _indexed(field, value)]
        kept = [found for field, value in given for found in _kept(field, document, value)]
        doc = self._count
        for pending, value, prepared in indexed:
            pending.add(doc, value, prepared)
        for target, value in kept:
            target.add(doc, value)
        self._count += 1
        return doc

    def find(self, field: str, term: Raw) -> list[int]:
        """The documents of the batch that have a term and are not deleted, ascending."""
        known = self._fields.get(field)
        if known is None or known.pending is None:
            return []
        found = known.pending.find(term, self._count)
        return [doc for doc in found if doc not in self._deleted]

    def delete(self, docs: Collection[int]) -> None:
        """Leaves documents out of the segment."""
        self._deleted.update(docs)

    def write(
        self, path: Path, dictionary: Raw | None = None, unsynced: Unsynced | None = None
    ) -> int:
        """Writes the segment and ends the batch; how many documents it has. Raises OSError.

        `unsynced`: as for `ArrayWriter`.
        """
        live = np.ones(self._count, np.bool_)
        live[list(self._deleted)] = False
        described = {name: _description(each) for name, each in sorted(self._fields.items())}
        with ArrayWriter(path, unsynced) as writer:
            for lexicon in self._lexicons():
                self._write_lexicon(writer, lexicon, live, described)
            found = sorted(self._fields.items())
            for name, field in found:
                if field.column is not None:
                    column = field.column.of(live)
                    described[name]["column"] = values.write_column(writer, name, column)
            stored = {name: field.stored.of(live) for name, field in found if field.stored}
            values.write_stored(writer, stored, dictionary)
            writer.finish({"docs": len(self), "fields": described})
        for table in self._tables:
            lending.give_back(table)
        self._tables = []
        return len(self)

    def _refuse_boosts(self, document: Mapping[str, Any]) -> None:
        for name in document:
            stored = name.startswith("_stored_") and name.removeprefix("_stored_") in self.schema
            if name.startswith("_") and name.endswith("_boost") and not stored:
                raise UnsupportedField(f"{name}: boosts of documents are not kept")

    def _field(self, name: str) -> _Field:
        """A field of the schema. Raises UnknownFieldError, UnsupportedField."""
        found = self._fields.get(name)
        if found is None:
            if name not in self.schema:
                raise fields.UnknownFieldError(f"No field named {name!r} in {self.schema}")
            found = self._fields[name] = self._begun(name, self.schema[name])
        return found

    def _begun(self, name: str, field: fields.FieldType) -> _Field:
        tokens.check(name, field)
        pending = None
        if field.indexed:
            pending = Pending(name, field, self._table(field), by_words=self._by_words)
        spelling = None
        if field.separate_spelling():
            spelling = self._field(field.spelling_fieldname(name)).pending
        return _Field(
            name,
            field,
            pending,
            spelling,
            Values() if field.stored else None,
            Values() if field.column_type else None,
        )

    def _table(self, field: fields.FieldType) -> WordTable | None:
        """The word table of a field whose analyser works word by word."""
        if not isinstance(field, TEXTS) or _is_existence(field):
            return None
        analyzer = by_words(field.analyzer)
        if analyzer is None:
            return None
        for table in self._tables:
            if table.analyzer == analyzer:
                return table
        self._tables.append(lending.borrow(analyzer))
        return self._tables[-1]

    def _lexicons(self) -> list[list[Pending]]:
        """The fields that were indexed, those of one lexicon together, by name."""
        found: dict[int, list[Pending]] = {}
        for _, field in sorted(self._fields.items()):
            if field.pending is not None:
                found.setdefault(id(field.pending.terms), []).append(field.pending)
        return list(found.values())

    def _write_lexicon(
        self,
        writer: ArrayWriter,
        shared: Sequence[Pending],
        live: NDArray[np.bool_],
        described: dict[str, dict[str, Any]],
    ) -> None:
        given = [(each, each.tokens(self._count)) for each in shared]
        if self._deleted:
            given = [(each, found.only(live)) for each, found in given]
        given = [(each, found) for each, found in given if len(found.terms)]
        if not given:
            return
        lexicon = given[0][0].name
        terms, numbers = _used(shared[0].terms.listed, [found for _, found in given])
        write_arrays(writer, lexicon, lexicon_arrays(terms))
        while given:  # what has been written need not be kept
            each, found = given.pop(0)
            found = found.renamed(numbers)
            described[each.name]["lexicon"] = lexicon
            write_arrays(writer, each.name, _arrays(each.field, found, len(terms)))


def _indexed(field: _Field, value: Any) -> Iterator[tuple[Pending, Any, Prepared]]:
    """What a value adds to the postings. Raises ValueError."""
    try:
        if field.pending is not None:
            yield field.pending, value, field.pending.prepare(value)
        if field.spelling is not None:
            spelled = field.type.spellable_words(value)
            yield field.spelling, value, [(word.encode(), tokens.ONCE) for word in spelled]
    except Exception as error:  # Whoosh's field types raise plain ones
        raise ValueError(f"{field.name}: {value!r:.100} cannot be indexed: {error}") from error


def _kept(field: _Field, document: Mapping[str, Any], value: Any) -> Iterator[tuple[Values, Any]]:
    """What a value, or the one to be stored in place of it, adds. Raises ValueError."""
    value = document.get(f"_stored_{field.name}", value)
    if value is None:
        return
    try:
        if field.stored is not None:
            yield field.stored, values.plain(field.name, value)
        if field.column is not None:
            sorts_as = field.type.to_column_value(value)
            yield field.column, sortable.encode(field.type.column_type, sorts_as)
    except UnsupportedField:
        raise
    except Exception as error:
        raise ValueError(f"{field.name}: {value!r:.100} cannot be kept: {error}") from error


def _description(field: _Field) -> dict[str, Any]:
    """What a segment says of a field; it has a lexicon when documents were indexed in it."""
    return {
        "lexicon": None,
        "kind": type(field.type).__name__,
        "text": isinstance(field.type, TEXTS),
        "stored": field.stored is not None,
        "scorable": bool(field.type.indexed and field.type.scorable),
        "column": False,
    }


def _used(
    terms: Sequence[bytes], found: Sequence[Tokens]
) -> tuple[list[bytes], NDArray[np.uint32]]:
    """The terms that are used, ascending, and for each old number the place among them."""
    if sum(len(each.terms) for each in found) < len(terms) >> 4:
        used = np.unique(np.concatenate([each.terms for each in found]))
    else:
        marks = np.zeros(len(terms), np.bool_)
        for each in found:
            marks[each.terms] = True
        used = np.flatnonzero(marks)
    ascending = sorted(used.tolist(), key=terms.__getitem__)
    numbers = np.zeros(len(terms), np.uint32)
    numbers[ascending] = np.arange(len(ascending), dtype=np.uint32)
    return [terms[number] for number in ascending], numbers


def _arrays(field: fields.FieldType, found: Tokens, terms: int) -> dict[str, Array]:
    """The posting arrays of a field whose lexicon has so many terms."""
    scorable = bool(field.scorable)
    counted = scorable or not _is_existence(field)
    arrays = invert(found, terms, counted=counted, scorable=scorable)
    if counted:
        arrays |= accelerators(arrays["starts"], arrays["codes"])
    if not isinstance(field, TEXTS):
        places = ordinals(arrays, len(found.counts))
        if places is not None:
            arrays["ordinals"] = places
    return arrays | split(arrays["docs"])


def _is_existence(field: fields.FieldType) -> bool:
    return type(field.format) is formats.Existence
