"""One value per document: what sorting, grouping and `Hit` read of a field.

In: a leaf and a field of the schema. Out: for each document the place of its value among the
leaf's sorted values, and the values. Called by `sorting`, and by `reader.Reader.column_reader` for
Whoosh's own facets and for programs.

The values come from the field's column where it is sortable, else from its terms; a document with
several terms counts with the last of them, as in Whoosh. A document without a value

- has the column's default where there is one (`NUMERIC(default=…)`, False, the empty text),
- else has None, which sorts after all values.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from whoosh import columns
from whoosh.fields import NUMERIC, FieldType
from whoosh.util.numeric import typecode_max

from newsfeed.whoosh_numpy.storage import sortable
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon
from newsfeed.whoosh_numpy.storage.segment import FieldArrays, Segment

NOTHING: Final = (1, b"")
"""The key of a document that has no value; those of values are (0, bytes)."""


@dataclass(frozen=True)
class LeafValues:
    """The values of a field in one leaf.

    ordinals: document -> 0 for none or 1 + the number of its value. values: ascending.
    """

    ordinals: NDArray[np.uint32]
    values: Sequence[bytes]
    absent: bytes | None
    """The value of documents that were given none; None for no value at all."""
    absent_code: int
    shown: Callable[[bytes], Any]

    def codes(self, docs: NDArray[np.integer]) -> NDArray[np.int64]:
        """Numbers that order documents as their values do.

        A value with number n has 2 n + 2, so that a default that no document has fits between.
        """
        codes: NDArray[np.int64] = self.ordinals[docs].astype(np.int64) * 2
        codes[codes == 0] = self.absent_code
        return codes

    def raw(self, doc: int) -> bytes | None:
        """The value of one document; None where it has none."""
        ordinal = int(self.ordinals[doc])
        return self.values[ordinal - 1] if ordinal else self.absent

    def key(self, code: int) -> tuple[int, bytes]:
        """What orders the values of several leaves."""
        raw = self._raw(code)
        return NOTHING if raw is None else (0, raw)

    def name(self, code: int) -> Any:
        """The value as the field gives it back."""
        raw = self._raw(code)
        return None if raw is None else self.shown(raw)

    def _raw(self, code: int) -> bytes | None:
        return self.absent if code % 2 else self.values[code // 2 - 1]


def leaf_values(leaf: Leaf, name: str, field: FieldType) -> LeafValues:
    """Raises KeyError for a field that has neither a column nor terms."""
    if field.column_type is not None:
        return _from_column(leaf.segment, name, field)
    if field.format is None or not getattr(field, "indexed", True):
        raise KeyError(f"field {name!r} cannot be sorted by: it has no column and no terms")
    arrays = leaf.segment.field(name)
    if arrays is None:
        return _coded(np.zeros(leaf.count, np.uint32), (), None, field.from_bytes)
    return _coded(last_terms(leaf.segment, arrays), arrays.lexicon, None, field.from_bytes)


def _from_column(segment: Segment, name: str, field: FieldType) -> LeafValues:
    column = field.column_type

    def shown(raw: bytes) -> Any:
        return field.from_column_value(sortable.decode(column, raw))

    ordinals = segment.optional(f"{name}.column_ordinals")
    if ordinals is None:
        return _coded(np.zeros(segment.count, np.uint32), (), absent(field), shown)
    return _coded(ordinals, segment.lexicon(f"{name}.column"), absent(field), shown)


def absent(field: FieldType) -> bytes | None:
    """The column value of documents that were given none; None where it has no default."""
    column = field.column_type
    if not isinstance(field, NUMERIC):
        return sortable.encode(column, column.default_value())
    # "No default" is NaN, the highest number of the column (Whoosh-Reloaded) or of the field
    # (whoosh3). The column's own default is plain in the first and sortable in the other.
    default = field.default
    if default != default or default in (typecode_max[field.sortable_typecode], field.max_value):
        return None
    return sortable.encode(column, field.to_column_value(default))


def _coded(
    ordinals: NDArray[np.uint32],
    values: Lexicon | tuple[()],
    absent: bytes | None,
    shown: Callable[[bytes], Any],
) -> LeafValues:
    return LeafValues(ordinals, values, absent, _absent_code(values, absent), shown)


def _absent_code(values: Lexicon | tuple[()], absent: bytes | None) -> int:
    if absent is None or not isinstance(values, Lexicon):
        return len(values) * 2 + 1
    below = values.lower(absent)
    return below * 2 + (2 if below < len(values) and values[below] == absent else 1)


def last_terms(segment: Segment, arrays: FieldArrays) -> NDArray[np.uint32]:
    """Document -> 0 or 1 + the number of its last term. Kept as long as the segment is."""
    kept = segment.ordinals(arrays.name)
    if kept is not None:
        return kept
    derived = _DERIVED.setdefault(segment, {})
    if arrays.name not in derived:
        found = np.zeros(segment.count, np.uint32)
        starts = arrays.starts.astype(np.int64)
        counts = starts[1:] - starts[:-1]
        # Rows come term by term, and of several assignments to a document the last one stays.
        found[arrays.docs] = np.repeat(np.arange(1, len(counts) + 1, dtype=np.uint32), counts)
        derived[arrays.name] = found
    return derived[arrays.name]


_DERIVED: Final[WeakKeyDictionary[Segment, dict[str, NDArray[np.uint32]]]] = WeakKeyDictionary()


class ColumnReader(columns.ColumnReader):  # type: ignore[misc]
    """A column over all leaves of a reader, as Whoosh's facets and programs read it.

    With `translate` values are those of the field, without they are the column's.
    """

    def __init__(
        self,
        field: FieldType,
        name: str,
        leaves: Sequence[tuple[Leaf, int]],
        reverse: bool = False,
        translate: bool = True,
    ) -> None:
        self._column = field.column_type
        self._field = field
        self._translate = translate
        self._reverse = reverse
        self._bases = [base for _, base in leaves]
        self._doccount = sum(leaf.count for leaf, _ in leaves)
        self._parts = [_from_column(leaf.segment, name, field) for leaf, _ in leaves]
        if reverse:
            self.set_reverse()

    def __len__(self) -> int:
        return self._doccount

    def __getitem__(self, docnum: int) -> Any:
        raw = self._raw(docnum)
        if raw is None:
            return None
        value = sortable.decode(self._column, raw)
        return self._field.from_column_value(value) if self._translate else value

    def __iter__(self) -> Iterator[Any]:
        return (self[docnum] for docnum in range(self._doccount))

    def sort_key(self, docnum: int) -> Any:
        """What orders the documents; for numbers without a value the highest there is."""
        raw = self._raw(docnum)
        if not sortable.is_number(self._column):
            return raw if raw is not None else b""
        value = float("inf") if raw is None else sortable.decode(self._column, raw)
        if isinstance(self._column, columns.BitColumn):
            return int(bool(value) ^ self._reverse)
        return 0 - value if self._reverse else value

    def load(self) -> list[Any]:
        return list(self)

    def set_reverse(self) -> None:
        """Turns the sort keys round. Raises NotImplementedError for columns of texts."""
        if not self._column.reversible:
            raise NotImplementedError(f"{self._column!r} cannot be reversed")
        self._reverse = True

    def _raw(self, docnum: int) -> bytes | None:
        if not 0 <= docnum < self._doccount:
            raise IndexError(docnum)
        at = bisect_right(self._bases, docnum) - 1
        part = self._parts[at]
        return part.raw(docnum - self._bases[at])
