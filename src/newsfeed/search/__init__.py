"""The search room: `open_index` is its door, `interface` the port behind it.

In: the settings or the index folder. Out: a `SearchIndex`. Called by the command line and the web
application, and by whoever uses newsfeed from Python.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings

__all__ = ["open_index"]


def open_index(where: Settings | PathLike[str] | str) -> SearchIndex:
    """The search index of these settings or in this folder, which need not exist yet.

    Reading one that was never written raises IndexUnavailable; the first write creates it.
    """
    from newsfeed.search.whoosh_index import WhooshIndex  # imports Whoosh, which is slow

    return WhooshIndex(where.index if isinstance(where, Settings) else Path(where))
