"""Months of publication, counted.

In: dates as microseconds since 1970. Out: the port's `Month`s. Called by the adapter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newsfeed.search.interface import Month

_FIRST_YEAR = 1970


def counted(published: NDArray[np.int64]) -> tuple[Month, ...]:
    """The months (UTC) in which these instants lie and how many in each, the newest first."""
    if not len(published):
        return ()
    months = published.view("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    oldest = int(months.min())
    counts = np.bincount(months - oldest)
    found = []
    for place in np.flatnonzero(counts)[::-1].tolist():
        years, month = divmod(oldest + place, 12)
        found.append(Month(_FIRST_YEAR + years, month + 1, int(counts[place])))
    return tuple(found)
