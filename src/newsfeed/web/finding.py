"""Finding: the article that a page, a feed or the API was asked for, or why there is none.

In: an id or page token. Out: a hit; 404 where there never was one, 410 where it was taken back.
Called by the pages.
"""

from __future__ import annotations

from newsfeed.search.interface import Hit
from newsfeed.web.problems import not_found, withdrawn
from newsfeed.web.site import site


def find(key: str) -> Hit:
    """The article with this id or page token. Raises Refused, IndexUnavailable, RegisterError."""
    index = site().index
    hit = index.get(key)
    if hit is not None:
        return hit
    # the register as the index knows it: it may be ahead
    withdrawal = site().changes.withdrawal(key, index.sequence())
    if withdrawal is not None:
        raise withdrawn(withdrawal)
    hit = index.get(key)  # it may have come back since it was looked for
    if hit is None:
        raise not_found("Diesen Artikel gibt es nicht.")
    return hit
