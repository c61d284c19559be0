"""What the documents of a batch keep as it was given: stored values, and columns to sort by.

In: values, document by document. Out: the arrays of a segment (see README.md). Called by `batch`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.storage import stored
from newsfeed.whoosh_numpy.storage.container import Array, ArrayWriter
from newsfeed.whoosh_numpy.storage.lexicon import lexicon_arrays

_SAMPLES: Final = 256
_SAMPLE_BYTES: Final = 1 << 14
_VALUE_BYTES: Final = 100


class Values:
    """The values of one field."""

    def __init__(self) -> None:
        self.bytes = 0
        """About how much memory they take."""
        self._docs = array("I")
        self._values: list[Any] = []

    def add(self, doc: int, value: Any) -> None:
        """Takes the only value of a document."""
        self._docs.append(doc)
        self._values.append(value)
        self.bytes += _VALUE_BYTES + (len(value) if isinstance(value, str | bytes) else 0)

    def of(self, live: NDArray[np.bool_]) -> list[Any]:
        """Live document -> its value or None."""
        found: list[Any] = [None] * len(live)
        for doc, value in zip(self._docs, self._values, strict=True):
            found[doc] = value
        return [value for value, kept in zip(found, live.tolist(), strict=True) if kept]


class Encoded(bytes):
    """A value as it is stored."""


def plain(name: str, value: Any) -> str | bytes:
    """A value that can be stored and that nobody changes any more; short ones are encoded.

    Raises UnsupportedField, UnicodeEncodeError.
    """
    if isinstance(value, str):
        value.encode()
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return Encoded(_ENCODER.encode(name, value))


_ENCODER: Final = stored.Encoder()


def write_stored(
    writer: ArrayWriter, values: Mapping[str, list[Any]], dictionary: bytes | None
) -> None:
    """Writes the values of each field that has any; trains a dictionary where that pays."""
    values = {name: column for name, column in values.items() if _any(column)}
    if dictionary is None and any(len(each) >= stored.TRAIN_FROM for each in values.values()):
        dictionary = stored.train(list(_samples(values.values())))
    encoder = stored.Encoder(dictionary)
    if dictionary is not None:
        writer.write("stored.dictionary", np.frombuffer(dictionary, np.uint8))
    for name, column in values.items():
        raws = [_raw(encoder, name, value) for value in column]
        offsets = np.zeros(len(raws) + 1, "<u8")
        np.cumsum(np.fromiter(map(len, raws), "<u8", len(raws)), out=offsets[1:])
        writer.write(f"{name}.stored", np.frombuffer(b"".join(raws), np.uint8))
        writer.write(f"{name}.stored_offsets", offsets)


def write_column(writer: ArrayWriter, name: str, values: list[bytes | None]) -> bool:
    """Writes one column: its distinct values, and for each document which one it has.

    Returns whether there is any value; nothing is written if there is none.
    """
    distinct = sorted({value for value in values if value is not None})
    if not distinct:
        return False
    places = {value: number for number, value in enumerate(distinct, 1)}
    numbers = (0 if value is None else places[value] for value in values)
    writer.write(f"{name}.column_ordinals", np.fromiter(numbers, "<u4", len(values)))
    write_arrays(writer, f"{name}.column", lexicon_arrays(distinct))
    return True


def write_arrays(writer: ArrayWriter, name: str, arrays: Mapping[str, Array]) -> None:
    """Writes arrays that belong to one name."""
    for part, each in arrays.items():
        writer.write(f"{name}.{part}", each)


def _raw(encoder: stored.Encoder, name: str, value: str | bytes | None) -> bytes:
    if value is None:
        return b""
    return value if isinstance(value, Encoded) else encoder.encode(name, value)


def _any(column: Iterable[Any]) -> bool:
    return any(value is not None for value in column)


def _samples(columns: Iterable[list[Any]]) -> Iterator[bytes]:
    """Values of the kind that is compressed, evenly over the documents."""
    for column in columns:
        for value in column[:: max(1, len(column) // _SAMPLES)]:
            data = value.encode() if isinstance(value, str) else value
            if data and len(data) >= stored.COMPRESSED_FROM and not isinstance(data, Encoded):
                yield data[:_SAMPLE_BYTES]
