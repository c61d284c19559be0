"""Columns: rows of numbers whose places have names.

In: names. Out: where each stands, and empty matrices to fill. Read by `alone`, `company`, `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]

TEXT = 15
"""A piece of so many words is seldom furniture."""


class Columns:
    """Names of features and their numbers."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.number = {name: place for place, name in enumerate(self.names)}

    def zeros(self, rows: int) -> Matrix:
        """(rows, names): nothing known of any row."""
        return np.zeros((rows, len(self.names)), np.float32)
