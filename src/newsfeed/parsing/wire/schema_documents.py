"""schema.org documents: an article in schema.org's JSON, lying in a file of its own.

In: the JSON value of one document. Out: a Draft. Called by `json_documents`; what the fields mean
is known in `pagedata`, for pages carry the same objects (https://schema.org/NewsArticle).
"""

from __future__ import annotations

from typing import Any

from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.pagedata.documents import is_schema_article, schema_article
from newsfeed.parsing.pagedata.wording import line

NAME = "schema.org NewsArticle"


def claims(value: Any) -> bool:
    """Whether a JSON value is one schema.org article, or a graph round one."""
    if isinstance(value, list):
        return sum(is_schema_article(item) for item in value) == 1
    return isinstance(value, dict) and is_schema_article(value)


def name_of(value: Any) -> str:
    """What an article goes by for good: its identifier or address."""
    if isinstance(value, list):
        value = next(filter(is_schema_article, value))
    names = (value.get(name) for name in ("@id", "url", "identifier"))
    return next(filter(None, map(line, names)), "")


def read_value(value: Any, context: Context) -> Draft:
    """The draft of an article. Raises ParseError where it has no headline."""
    return schema_article(value, context)
