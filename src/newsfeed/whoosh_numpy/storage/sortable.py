"""Column values as bytes that sort as the values do.

In: what a field's `to_column_value` gives, for the field's column. Out: bytes, and the value again.
Called by `batch` (writing) and `columns` (reading). Bytes and texts are kept as they are; integers
become nine bytes, counted from -2**63 up, floats eight in the order of their numbers.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from whoosh import columns

_LOWEST: Final = -(1 << 63)
_BEYOND: Final = 1 << 64
_SIGN: Final = 1 << 63
_ALL: Final = (1 << 64) - 1
_FLOAT: Final = struct.Struct(">d")
_BITS: Final = struct.Struct(">Q")


def is_number(column: columns.Column) -> bool:
    """Whether a column holds numbers; all others hold bytes."""
    return isinstance(column, columns.NumericColumn | columns.BitColumn)


def encode(column: columns.Column, value: Any) -> bytes:
    """Raises TypeError, ValueError for a value that the column does not hold."""
    if not is_number(column):
        if not isinstance(value, bytes | str):
            raise TypeError(f"a column of bytes cannot hold a {type(value).__name__}")
        return value if isinstance(value, bytes) else value.encode()
    if not isinstance(value, int | float):
        raise TypeError(f"a column of numbers cannot hold a {type(value).__name__}")
    return _float(float(value)) if _is_float(column) else _integer(value)


def decode(column: columns.Column, raw: bytes) -> Any:
    """The value again; bytes where texts were given."""
    if not is_number(column):
        return raw
    if _is_float(column):
        (bits,) = _BITS.unpack(raw)
        return _FLOAT.unpack(_BITS.pack(bits ^ (_SIGN if bits & _SIGN else _ALL)))[0]
    number = int.from_bytes(raw, "big") + _LOWEST
    return bool(number) if isinstance(column, columns.BitColumn) else number


def _is_float(column: columns.Column) -> bool:
    return isinstance(column, columns.NumericColumn) and column._typecode in ("f", "d")


def _integer(value: float) -> bytes:
    if value != int(value) or not _LOWEST <= value < _BEYOND:
        raise ValueError(f"{value} is no integer of 64 bits")
    return (int(value) - _LOWEST).to_bytes(9, "big")


def _float(value: float) -> bytes:
    (bits,) = _BITS.unpack(_FLOAT.pack(value))
    return _BITS.pack(bits ^ (_ALL if bits & _SIGN else _SIGN))
