"""Whoosh's length byte: a field's length in tokens, coarse enough for one byte.

In: lengths. Out: bytes, and the lengths that bytes stand for. Called by the builder, which keeps a
byte in each posting, and by everything that scores. The formula is Whoosh's
(`whoosh.util.numeric`); it is part of the file format and so stands here, compared by a test.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

DECODED: Final[NDArray[np.float64]] = np.round((1.033 ** np.arange(256.0) - 1) * 27)
"""The length that each byte stands for, ascending: 0 to 106,374."""


def encode(lengths: NDArray[np.integer]) -> NDArray[np.uint8]:
    """For each length the byte of the next length that has one; 255 for all longer ones."""
    return np.minimum(DECODED.searchsorted(lengths), 255).astype(np.uint8)
