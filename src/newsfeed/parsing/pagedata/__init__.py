"""Page data: what a news page says of its article outside its text.

In: the tree of an HTML page (its scripts still in it), its URL and Context. Out: `PageData`.
Called by the HTML format; JSON documents of schema.org's kind come in through `documents`.

For each field the first source that knows it wins: the source's rules, JSON-LD, meta and link
tags, the visible head of the page; for dates, htmldate's search of the page comes last.
"""

from __future__ import annotations

from newsfeed.parsing.pagedata.model import Entry, PageData
from newsfeed.parsing.pagedata.page import read_page_data

__all__ = ["Entry", "PageData", "read_page_data"]
