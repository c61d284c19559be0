"""One segment: an immutable file of documents, opened for reading.

In: a file written by `batch` or `merging`. Out: lexicons, the postings arrays of each field,
ordinals, stored values. Called by `leaf`, which adds what a commit says of a segment (its place,
its deleted documents), and by `merging`. All arrays are views of the mapped file. Their names and
meaning are drawn in README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage.container import Array, ArrayFile
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon
from newsfeed.whoosh_numpy.storage.numbers import Numbers
from newsfeed.whoosh_numpy.storage.stored import Decoder, StoredField

TF_CAP = 255
"""A code's frequency byte; at the cap the frequency stands in `long_freqs`."""


@dataclass(frozen=True, slots=True)
class FieldArrays:
    """The postings of one field. The rows of term t are `starts[t]` to before `starts[t + 1]`.

    docs: row -> document number, ascending within a term.
    codes: row -> min(frequency, 255) << 8 | length byte; None where every frequency is 1 and
    lengths are not counted.
    long_rows, long_freqs: the rows whose frequency is 255 or more, ascending, and the frequency.
    positions: as many as the frequency for each row, row by row; `position_starts[t]` is where
    those of term t begin. None where the format has none; likewise the characters.
    """

    name: str
    lexicon: Lexicon
    starts: Array
    docs: Numbers
    codes: NDArray[np.uint16] | None
    long_rows: Array
    long_freqs: NDArray[np.uint32]
    positions: Array | None
    position_starts: Array | None
    startchars: NDArray[np.uint32] | None
    endchars: NDArray[np.uint32] | None

    def rows(self, term: int) -> tuple[int, int]:
        """The first row of a term and the one after its last."""
        start, end = self.starts[term : term + 2].tolist()
        return start, end

    def frequencies(self, start: int, end: int) -> NDArray[np.int64]:
        """How often the term stands in the document of each row."""
        if self.codes is None:
            return np.ones(end - start, np.int64)
        found = (self.codes[start:end] >> 8).astype(np.int64)
        if len(self.long_rows):
            first, last = self.long_rows.searchsorted((start, end)).tolist()
            rows = self.long_rows[first:last].astype(np.int64) - start
            found[rows] = self.long_freqs[first:last]
        return found


class Segment:
    """A segment's file. Immutable; shared by threads and by all commits that name it."""

    def __init__(self, path: Path, *, docs: int | None = None, size: int | None = None) -> None:
        """`docs`, `size`: what the table of contents says of the file.

        Raises DamagedIndex, UnsupportedFile, OSError.
        """
        self.file = ArrayFile(path)
        self._lexicons: dict[str, Lexicon] = {}
        try:
            self.count: int = self.file.meta["docs"]
            self.fields: Mapping[str, Mapping[str, Any]] = self.file.meta["fields"]
            self._arrays = {
                name: self._field(name, described)
                for name, described in self.fields.items()
                if described["lexicon"] is not None
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedIndex(path, "it does not describe its fields") from error
        if docs not in (None, self.count) or size not in (None, self.file.size):
            raise DamagedIndex(path, "it is not the file that the last commit names")
        self._check_counts()
        self._decoder = Decoder(self.file)

    @property
    def path(self) -> Path:
        return self.file.path

    def field(self, name: str) -> FieldArrays | None:
        """The postings of a field; None where no document of the segment was indexed in it."""
        return self._arrays.get(name)

    def lengths(self, name: str) -> NDArray[np.uint32] | None:
        """Document number -> length of the field in tokens; None where they are not counted."""
        return self.optional(f"{name}.lengths")

    def ordinals(self, name: str) -> NDArray[np.uint32] | None:
        """Document number -> 0 or 1 + the number of its only term; None for texts and lists."""
        return self.optional(f"{name}.ordinals")

    def optional(self, array: str) -> Array | None:
        """An array that not every segment has."""
        return self.file.array(array) if array in self.file else None

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored values of a document, those that were given."""
        return self._decoder.document(doc)

    def stored_field(self, name: str) -> StoredField | None:
        """The stored values of a field; None where no document has one."""
        return self._decoder.field(name)

    def stored_value(self, doc: int, name: str) -> Any:
        """One stored value. Raises KeyError where it was not given."""
        return self._decoder.value(doc, name)

    def lexicon(self, name: str) -> Lexicon:
        """The lexicon whose arrays begin with this name; fields that share one get the same."""
        found = self._lexicons.get(name)
        if found is None:
            blob, offsets, heads = (
                self.file.array(f"{name}.{part}") for part in ("blob", "offsets", "heads")
            )
            if len(offsets) != len(heads) + 1:
                raise DamagedIndex(self.path, f"lexicon {name!r} has arrays of wrong lengths")
            found = self._lexicons[name] = Lexicon(blob, offsets, heads)
        return found

    def _check_counts(self) -> None:
        """Arrays that are read side by side have to be equally long."""
        if type(self.count) is not int or self.count < 0:
            raise DamagedIndex(self.path, f"{self.count!r} is no number of documents")
        wanted: dict[str, int] = {}
        for name, field in self._arrays.items():
            terms, rows = len(field.lexicon), len(field.docs)
            wanted |= {f"{name}.starts": terms + 1, f"{name}.position_starts": terms + 1}
            wanted |= {f"{name}.codes": rows, f"{name}.long_freqs": len(field.long_rows)}
            if field.positions is not None:
                places = len(field.positions)
                wanted |= {f"{name}.startchars": places, f"{name}.endchars": places}
        for name in self.fields:
            wanted |= dict.fromkeys(
                (f"{name}.lengths", f"{name}.ordinals", f"{name}.column_ordinals"), self.count
            )
            wanted[f"{name}.stored_offsets"] = self.count + 1
        for array, length in wanted.items():
            if array in self.file and len(self.file.array(array)) != length:
                raise DamagedIndex(self.path, f"array {array!r} has not {length} elements")

    def _docs(self, name: str) -> Numbers:
        rows, highs = self.optional(f"{name}.high_rows"), self.optional(f"{name}.highs")
        if (-1 if rows is None else len(rows)) != (-1 if highs is None else len(highs)):
            raise DamagedIndex(self.path, f"field {name!r} has not all of its high halves")
        return Numbers(self.file.array(f"{name}.docs"), rows, highs)

    def _field(self, name: str, described: Mapping[str, Any]) -> FieldArrays:
        return FieldArrays(
            name,
            self.lexicon(described["lexicon"]),
            self.file.array(f"{name}.starts"),
            self._docs(name),
            self.optional(f"{name}.codes"),
            self.file.array(f"{name}.long_rows"),
            self.file.array(f"{name}.long_freqs"),
            self.optional(f"{name}.positions"),
            self.optional(f"{name}.position_starts"),
            self.optional(f"{name}.startchars"),
            self.optional(f"{name}.endchars"),
        )
