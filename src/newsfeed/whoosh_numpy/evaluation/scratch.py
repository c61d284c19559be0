"""Arrays to add up in, one number for each document of a leaf, used again and again.

In: a size. Out: zeros. Called by nodes. Making a new array of zeros for each search would cost
more than many a search. Threads share the pool: each takes an array out and puts it back clean.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

_POOL: Final[deque[NDArray[np.float64]]] = deque(maxlen=4)


def take(size: int) -> NDArray[np.float64]:
    """At least so many zeros, for the caller alone."""
    try:
        found = _POOL.pop()
    except IndexError:
        return np.zeros(size)
    return found if len(found) >= size else np.zeros(size)


def give(array: NDArray[np.float64]) -> None:
    """Puts an array back that is all zeros again; who fails to clean it just drops it."""
    _POOL.append(array)
