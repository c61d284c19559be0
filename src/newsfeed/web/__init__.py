"""The web room: pages, feeds and the API over one search index.

In: Settings and a SearchIndex. Out: a WSGI application. Called by `wsgi.py`, `web.server` and the
tests; `web.feeds` is also called by the command line, so Flask is imported only when it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from newsfeed.search.interface import SearchIndex
    from newsfeed.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings, index: SearchIndex | None = None) -> APIFlask:
    """The WSGI application; without an index, the one in `settings.index` is opened.

    An index that does not exist yet is no error: pages answer 503 until there is one.
    """
    from newsfeed.web.application import build

    return build(settings, index)
