"""newsfeed: a folder of news articles becomes full-text search and feeds.

The public names below are loaded when they are first asked for, so that importing the package
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsfeed.article import Article
    from newsfeed.search import open_index
    from newsfeed.search.interface import Query
    from newsfeed.settings import Settings

__version__ = "0.1.0"
__all__ = ["Article", "Query", "Settings", "__version__", "open_index"]

_HOMES = {
    "Article": "newsfeed.article",
    "Query": "newsfeed.search.interface",
    "Settings": "newsfeed.settings",
    "open_index": "newsfeed.search",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
