"""A file of named arrays: written once, then mapped read-only and never changed.

In: NumPy arrays, whole or in pieces. Out: the same arrays, as views of the mapped file. Called by
`batch` and `merging` (writing), `segment` and `toc` (reading).

    0        magic "WNPARRAY", u32 version, u32 zero
    16       arrays, little-endian, each at a multiple of 64, gaps zero
    D        directory, UTF-8 JSON: {"arrays": {name: [dtype, count, offset, crc32]}, "meta": {…}}
    end-32   trailer: u64 D, u64 length of the directory, u32 its CRC-32, u32 version, magic again

The directory comes last so that arrays of unknown length can be streamed. Opening verifies magic,
version, the directory's checksum and that every array lies within the file; `verify` reads the
arrays as well. A file that was cut off has no trailer at its end and does not open.
"""

from __future__ import annotations

import json
import mmap
import os
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedFile
from newsfeed.whoosh_numpy.storage import disk

VERSION: Final = 1
MAGIC: Final = b"WNPARRAY"
DTYPES: Final = frozenset({"|u1", "<u2", "<u4", "<u8", "<i8", "<f8"})

_HEADER = struct.Struct("<8sII")
_TRAILER = struct.Struct("<QQII8s")
_ALIGNMENT = 64
_PIECE = 1 << 22
_HELD_BACK = 1 << 18
"""Bytes; pieces that stand side by side are written together up to here."""

_ITEM_SIZES: Final = {dtype: np.dtype(dtype).itemsize for dtype in DTYPES}

Array = NDArray[Any]


class ArrayFile:
    """The arrays of one file. Shared by any number of threads; the map lives as long as a view."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedIndex, UnsupportedFile, OSError."""
        self.path = path
        self._map = _mapped(path)
        self.size = len(self._map)
        self.meta: Mapping[str, Any]
        self._places: dict[str, tuple[str, int, int, int]]
        self._arrays: dict[str, Array] = {}
        directory = self._directory()
        try:
            self.meta = dict(directory["meta"])
            self._places = {name: _place(each) for name, each in directory["arrays"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedIndex(path, "its directory describes no arrays") from error
        for name, (dtype, count, offset, _) in self._places.items():
            if offset + count * _ITEM_SIZES[dtype] > self._end:
                raise DamagedIndex(path, f"array {name!r} reaches beyond the arrays")

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def array(self, name: str) -> Array:
        """A read-only view. Raises DamagedIndex where the file has no array of this name."""
        found = self._arrays.get(name)
        if found is None:
            if name not in self._places:
                raise DamagedIndex(self.path, f"array {name!r} is missing")
            dtype, count, offset, _ = self._places[name]
            found = self._arrays[name] = np.frombuffer(self._map, dtype, count, offset)
        return found

    def verify(self) -> list[str]:
        """Reads everything; one sentence for each array that is not as it was written."""
        whole = memoryview(self._map)
        damaged = [
            f"{self.path.name}: array {name!r} is damaged"
            for name, (dtype, count, offset, crc) in self._places.items()
            if _crc(whole[offset : offset + count * _ITEM_SIZES[dtype]]) != crc
        ]
        if not all(_is_gap(self._map, start, end) for start, end in self._gaps()):
            damaged.append(f"{self.path.name}: bytes between two arrays are damaged")
        return damaged

    def _directory(self) -> Any:
        if self.size < _HEADER.size + _TRAILER.size:
            raise DamagedIndex(self.path, "it is cut off")
        magic, version, zero = _HEADER.unpack_from(self._map)
        place, length, crc, again, end = _TRAILER.unpack_from(self._map, self.size - _TRAILER.size)
        if magic != MAGIC or end != MAGIC or version != again or zero:
            raise DamagedIndex(self.path, "it is cut off or no file of an index")
        if place + length + _TRAILER.size != self.size:
            raise DamagedIndex(self.path, "its length is wrong")
        raw = self._map[place : place + length]
        if zlib.crc32(raw) != crc:
            raise DamagedIndex(self.path, "its directory is damaged")
        if version != VERSION:
            raise UnsupportedFile(self.path, version, VERSION)
        self._end = place
        try:
            return json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise DamagedIndex(self.path, "its directory is no JSON") from error

    def _gaps(self) -> Iterator[tuple[int, int]]:
        """The bytes that belong to no array, as start and end."""
        at = _HEADER.size
        for dtype, count, offset, _ in sorted(self._places.values(), key=lambda each: each[2]):
            yield at, offset
            at = max(at, offset + count * _ITEM_SIZES[dtype])
        yield at, self._end


class Region:
    """One array that is being written, from its beginning to its end."""

    def __init__(self, writer: ArrayWriter, name: str, dtype: str, offset: int, count: int) -> None:
        self._writer = writer
        self.name = name
        self.dtype = np.dtype(dtype)
        self.offset = offset
        self.count = count
        """How many elements the array has to get; -1 as long as it is open-ended."""
        self.written = 0
        self.crc = 0

    @property
    def end(self) -> int:
        """The first byte after what was written or reserved."""
        return self.offset + max(self.count, self.written) * self.dtype.itemsize

    def write(self, piece: Array) -> None:
        """Adds elements, as this array's dtype. Raises ValueError where one does not fit."""
        self.take(self._converted(piece))

    def take(self, data: Array) -> None:
        """Adds elements of this array's dtype that stand side by side."""
        if self.count >= 0 and self.written + len(data) > self.count:
            raise ValueError(f"{self.name}: more than the {self.count} elements reserved")
        for view in _pieces(data):
            self.crc = zlib.crc32(view, self.crc)
            at = self.offset + self.written * self.dtype.itemsize
            self._writer.put(view, at)
            self.written += len(view) // self.dtype.itemsize

    def _converted(self, piece: Array) -> Array:
        if piece.ndim != 1 or (piece.dtype.kind == "f") != (self.dtype.kind == "f"):
            raise ValueError(f"{self.name}: {piece.ndim} dimensions of {piece.dtype}")
        if not np.can_cast(piece.dtype, self.dtype) and len(piece):
            range_ = np.iinfo(self.dtype)
            if int(piece.min()) < range_.min or int(piece.max()) > range_.max:
                raise ValueError(f"{self.name}: a number that does not fit into {self.dtype}")
        return np.ascontiguousarray(piece, self.dtype)


class ArrayWriter:
    """Writes one file of arrays: several at a time where their lengths are known."""

    def __init__(self, path: Path, unsynced: disk.Unsynced | None = None) -> None:
        """`unsynced`: takes over the completed file, to be synced later.

        Raises OSError; FileExistsError where there is a file already.
        """
        self.path = path
        self._descriptor = disk.create(path)
        self._unsynced = unsynced
        self._regions: dict[str, Region] = {}
        self._open_ended: Region | None = None
        self._next = _ALIGNMENT
        self._held = bytearray(_HEADER.pack(MAGIC, VERSION, 0))
        self._held_from = 0

    @property
    def descriptor(self) -> int:
        """The file, with all that has been put into it until now."""
        self._write_held()
        return self._descriptor

    def put(self, data: memoryview, at: int) -> None:
        """Writes bytes to their place; small ones later, together with their neighbours."""
        end = self._held_from + len(self._held)
        # Whatever lies between is a gap only where an array begins behind it.
        if at not in (end, _aligned(end)) or len(self._held) + len(data) > _HELD_BACK:
            self._write_held()
            if len(data) > _HELD_BACK:
                disk.write_at(self._descriptor, data, at)
                self._held_from = at + len(data)
                return
            self._held_from = end = at
        self._held += bytes(at - end)
        self._held += data

    def write(self, name: str, array: Array) -> None:
        """Adds a whole array. Bytes are arrays of u1."""
        if array.ndim != 1:
            raise ValueError(f"{name}: {array.ndim} dimensions")
        dtype = array.dtype.newbyteorder("<")
        self.reserve(name, dtype.str, len(array)).take(np.ascontiguousarray(array, dtype))

    def reserve(self, name: str, dtype: str, count: int) -> Region:
        """Begins an array of known length; others may be written meanwhile."""
        region = self._begin(name, dtype, count)
        self._next = _aligned(region.end)
        return region

    def append(self, name: str, dtype: str) -> Region:
        """Begins an array of unknown length, which ends where the next one begins."""
        return self._begin(name, dtype, -1)

    def finish(self, meta: Mapping[str, Any]) -> int:
        """Completes the file; its size in bytes. It is synced and closed, now or later."""
        for region in self._regions.values():
            if 0 <= region.count != region.written:
                raise ValueError(f"{region.name}: {region.written} of {region.count} elements")
        place = _aligned(max(self._next, self._open_ended.end if self._open_ended else 0))
        arrays = {
            each.name: [each.dtype.str, each.written, each.offset, each.crc]
            for each in self._regions.values()
        }
        raw = json.dumps({"arrays": arrays, "meta": meta}, allow_nan=False).encode()
        end = _TRAILER.pack(place, len(raw), zlib.crc32(raw), VERSION, MAGIC)
        self.put(memoryview(raw + end), place)
        self._write_held()
        if self._unsynced is None:
            disk.sync(self._descriptor)
            self._close()
        else:
            self._unsynced.take(self._descriptor)
            self._descriptor = -1
        return place + len(raw) + len(end)

    def abandon(self) -> None:
        """Gives the file up and removes it; does nothing after `finish`."""
        if self._descriptor >= 0:
            self._close()
            disk.remove(self.path)

    def __enter__(self) -> ArrayWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def _begin(self, name: str, dtype: str, count: int) -> Region:
        if name in self._regions or dtype not in DTYPES:
            raise ValueError(f"array {name!r} of {dtype}")
        if self._open_ended is not None:
            self._open_ended.count = self._open_ended.written
            self._next = _aligned(self._open_ended.end)
        region = self._regions[name] = Region(self, name, dtype, self._next, count)
        self._open_ended = region if count < 0 else None
        return region

    def _write_held(self) -> None:
        held, self._held = self._held, bytearray()
        if held:
            disk.write_at(self._descriptor, memoryview(held), self._held_from)
            self._held_from += len(held)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)


def _mapped(path: Path) -> mmap.mmap:
    # Without O_NONBLOCK a FIFO of this name would keep us waiting for ever.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise DamagedIndex(path, "it is no file")
        if found.st_size == 0:
            raise DamagedIndex(path, "it is empty")
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)


def _place(described: Any) -> tuple[str, int, int, int]:
    """An array's dtype, count, offset and CRC-32 from the directory."""
    dtype, count, offset, crc = described
    if dtype not in DTYPES or not type(count) is type(offset) is type(crc) is int:
        raise ValueError("an array is badly described")
    if count < 0 or crc < 0 or offset < _HEADER.size or offset % _ALIGNMENT:
        raise ValueError("an array is at no place for one")
    return dtype, count, offset, crc


def _is_gap(data: mmap.mmap, start: int, end: int) -> bool:
    return 0 <= end - start < _ALIGNMENT and data[start:end] == bytes(end - start)


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _pieces(data: Array) -> Iterator[memoryview]:
    view = data.view(np.uint8).data
    for at in range(0, len(view), _PIECE):
        yield view[at : at + _PIECE]


def _crc(data: memoryview) -> int:
    crc = 0
    for at in range(0, len(data), _PIECE):
        crc = zlib.crc32(data[at : at + _PIECE], crc)
    return crc
