"""Stored values as bytes: what a document gives back as it was given.

In: values of stored fields. Out: one byte string each, and the values again. Called by `batch` and
`merging` (writing), `segment` (reading).

A value is a tag and a payload; the empty byte string means that no value was given. Long texts and
bytes are compressed by zstd, with the segment's dictionary where it has one:

    n nothing (None)     t UTF-8 text           T the same, compressed
    b bytes              B bytes, compressed    j JSON: lists and dicts of plain values
    i integer, decimal   f float, repr          o bool, 0 or 1
    d datetime, ISO      a date, ISO            c Decimal
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import zstandard

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedField
from newsfeed.whoosh_numpy.storage.container import ArrayFile

COMPRESSED_FROM: Final = 200
"""Bytes; shorter values are kept as they are, for they are what result lists show."""

TRAIN_FROM: Final = 2000
"""Documents; with fewer, a dictionary costs more than it saves."""

MAX_VALUE: Final = 1 << 28
"""No value has more bytes; so a damaged one cannot ask for more memory."""

MAX_DEPTH: Final = 100
"""No list or dict is nested more deeply; so none is kept that could not be read again."""

_LEVEL: Final = 3


class Encoder:
    """Encodes values for one segment. Not shared by threads."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._compress: Callable[[bytes], bytes] = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=shared, write_dict_id=False
        ).compress

    def encode(self, field: str, value: object) -> bytes:
        """Raises UnsupportedField for a value of another type or beyond `MAX_VALUE`."""
        if isinstance(value, str):
            return self._long(field, b"t", b"T", value.encode("utf-8", "surrogatepass"))
        if isinstance(value, bytes | bytearray | memoryview):
            return self._long(field, b"b", b"B", bytes(value))
        return _short(field, value)

    def _long(self, field: str, plain: bytes, packed: bytes, data: bytes) -> bytes:
        if len(data) < COMPRESSED_FROM:
            return plain + data
        _check_size(field, data)
        return packed + self._compress(data)


def _short(field: str, value: object) -> bytes:
    match value:
        case None:
            return b"n"
        case bool():
            return b"o1" if value else b"o0"
        case int():
            return b"i" + _digits(field, value)
        case float():
            return b"f" + float.__repr__(value).encode()
        case datetime():
            return b"d" + value.isoformat().encode()
        case date():
            return b"a" + value.isoformat().encode()
        case Decimal():
            return b"c" + str(value).encode()
        case list() | tuple() | dict():
            return b"j" + _json(field, value)
    raise UnsupportedField(f"{field}: a stored value of type {type(value).__name__}")


def _digits(field: str, value: int) -> bytes:
    try:
        return b"%d" % value
    except ValueError as error:
        raise UnsupportedField(f"{field}: a stored integer of too many digits") from error


def _json(field: str, value: object) -> bytes:
    try:
        _check_plain(value, MAX_DEPTH)
        data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError) as error:
        raise UnsupportedField(f"{field}: a stored value that is no JSON: {error}") from error
    _check_size(field, data)
    return data


def _check_plain(value: object, depth: int) -> None:
    """Raises for what JSON would give back as something else; tuples come back as lists."""
    if depth < 0:
        raise ValueError("lists and dicts are nested too deeply")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a dict has a key that is no text")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _check_plain(each, depth - 1)


def _check_size(field: str, data: bytes) -> None:
    if len(data) > MAX_VALUE:
        raise UnsupportedField(f"{field}: a stored value of {len(data)} bytes")


def train(samples: Sequence[bytes], size: int = 110_000) -> bytes | None:
    """A dictionary from values of the kind to be compressed; None where there are too few.

    Some hundred samples do: a dictionary of 2,000 articles packs others 1 % better than one of 200.
    """
    try:
        # Given k and d, zstd need not try many of them, for the same size of what is compressed.
        dictionary: bytes = zstandard.train_dictionary(size, list(samples), k=200, d=8).as_bytes()
    except zstandard.ZstdError:
        return None
    return dictionary


class StoredField:
    """The stored values of one field of one segment. Shared by threads."""

    def __init__(self, file: ArrayFile, name: str, decode: Callable[[bytes], Any]) -> None:
        """Raises DamagedIndex."""
        self._name = name
        self._decode = decode
        # Short texts of ten hits are read more often than anything else: no arrays for them.
        self._blob = file.array(f"{name}.stored").data
        self._offset: Callable[[int], Any] = file.array(f"{name}.stored_offsets").item

    def raw(self, doc: int) -> bytes:
        """A document's value as it is kept."""
        return self._blob[self._offset(doc) : self._offset(doc + 1)].tobytes()

    def value(self, doc: int) -> Any:
        """A document's value. Raises KeyError where it was not given, DamagedIndex."""
        raw = self._blob[self._offset(doc) : self._offset(doc + 1)].tobytes()
        if raw[:1] == b"t":
            try:
                return raw[1:].decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                pass  # told from other damage below
        if not raw:
            raise KeyError(self._name)
        return self._decode(raw)


class _Values:
    """From the bytes of a value to the value, in one segment. Shared by threads.

    Apart from `Decoder`, which its fields must not refer to: whoever lets go of a segment wants its
    file closed at once, not when the collector finds the cycle.
    """

    def __init__(self, file: ArrayFile) -> None:
        self._path = file.path
        raw = file.array("stored.dictionary").tobytes() if "stored.dictionary" in file else None
        self._dictionary = zstandard.ZstdCompressionDict(raw) if raw else None
        self._threads = threading.local()

    def decode(self, raw: bytes) -> Any:
        tag, payload = raw[:1], raw[1:]
        try:
            if tag in (b"T", b"B"):
                tag, payload = tag.lower(), self._unpack(payload)
            return _DECODERS[tag](payload)
        except _DAMAGED as error:
            raise DamagedIndex(self._path, "a stored value is damaged") from error

    def _unpack(self, payload: bytes) -> bytes:
        # A decompressor must not be used by two threads at once.
        if not hasattr(self._threads, "decompressor"):
            self._threads.decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
        if zstandard.frame_content_size(payload) > MAX_VALUE:
            raise ValueError("a stored value claims to be larger than any can be")
        unpacked: bytes = self._threads.decompressor.decompress(payload)
        return unpacked


class Decoder:
    """Decodes the stored values of one segment. Shared by threads."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self._names = [name.removesuffix(".stored") for name in file if name.endswith(".stored")]
        self._values = _Values(file)
        self._fields: dict[str, StoredField] = {}

    def field(self, name: str) -> StoredField | None:
        """The values of one field; None where no document has one."""
        found = self._fields.get(name)
        if found is None and f"{name}.stored" in self._file:
            found = self._fields[name] = StoredField(self._file, name, self._values.decode)
        return found

    def document(self, doc: int) -> dict[str, Any]:
        """All values of a document that were given. Raises DamagedIndex."""
        raws = {name: self.raw(doc, name) for name in self._names}
        return {name: self._values.decode(raw) for name, raw in raws.items() if raw}

    def value(self, doc: int, name: str) -> Any:
        """One value. Raises KeyError where it was not given, DamagedIndex."""
        field = self.field(name)
        if field is None:
            raise KeyError(name)
        return field.value(doc)

    def raw(self, doc: int, name: str) -> bytes:
        """One value as it is kept; empty where it was not given."""
        field = self.field(name)
        return b"" if field is None else field.raw(doc)


_DAMAGED: Final = (
    KeyError,
    ValueError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    zstandard.ZstdError,
)
"""What bytes may raise that no encoder wrote."""

_DECODERS: Final[dict[bytes, Callable[[bytes], Any]]] = {
    b"n": lambda _: None,
    b"t": lambda payload: payload.decode("utf-8", "surrogatepass"),
    b"b": bytes,
    b"i": int,
    b"f": lambda payload: float(payload.decode()),
    b"o": lambda payload: payload == b"1",
    b"d": lambda payload: datetime.fromisoformat(payload.decode()),
    b"a": lambda payload: date.fromisoformat(payload.decode()),
    b"c": lambda payload: Decimal(payload.decode()),
    b"j": lambda payload: json.loads(payload.decode("utf-8", "surrogatepass")),
}
