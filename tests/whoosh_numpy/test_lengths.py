"""The length byte is Whoosh's, for it is part of the file format."""

from __future__ import annotations

import numpy as np
from whoosh.util.numeric import byte_to_length, length_to_byte

from newsfeed.whoosh_numpy.storage.lengths import DECODED, encode


def test_every_byte_stands_for_the_length_that_whoosh_gives_it() -> None:
    assert DECODED.tolist() == [byte_to_length(byte) for byte in range(256)]


def test_every_length_gets_the_byte_that_whoosh_gives_it() -> None:
    lengths = np.arange(108_000, dtype=np.uint32)
    assert encode(lengths).tolist() == [length_to_byte(int(length)) for length in lengths]


def test_longer_ones_get_the_last_byte() -> None:
    assert encode(np.array([106_374, 106_375, 2**32 - 1], np.uint32)).tolist() == [255, 255, 255]
