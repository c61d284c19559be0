"""HTML: a saved news page becomes a Draft.

In: the bytes of a page. Out: a Draft. Registered in `parsing` for ".html" and ".htm"; web archives
call `read_page` with the charset that their headers name.

The way of a page: `page` makes a tree of it, `pagedata` reads its data fields, `pieces` takes its
texts apart, `extraction` asks trafilatura for a second opinion, `judge` weighs each piece, `body`
makes blocks of those that are text, `live` entries of a live blog; `figures` and `margin` read what
stands beside.
"""

from __future__ import annotations

from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.html.page import load
from newsfeed.parsing.html.reading import Reading

__all__ = ["read", "read_page"]


def read(raw: bytes, context: Context) -> Draft:
    """The draft of a page. Raises ParseError where there is no article in it."""
    return read_page(raw, context)


def read_page(raw: bytes, context: Context, charset: str | None = None) -> Draft:
    """The draft of a page whose charset was named outside of it, if any. Raises ParseError."""
    return Reading(load(raw, charset), context).draft()
