"""What every test of page data may ask for: a page's data, read from its HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata import PageData, read_page_data
from newsfeed.parsing.rules import RuleBook, Rules

URL = "https://www.kurier-beispiel.de/politik/artikel-1.html"

ReadPage = Callable[..., PageData]


@pytest.fixture
def context() -> Context:
    return Context(datetime(2026, 1, 15, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


@pytest.fixture
def page(context: Context) -> ReadPage:
    """Reads a page made of a head, a body, JSON-LD objects or a raw script, and rules."""

    def reader(
        body: str = "", head: str = "", ld: Any = None, url: str | None = URL, **rules: Any
    ) -> PageData:
        script = ld if isinstance(ld, str) else json.dumps(ld, ensure_ascii=False)
        data = f'<script type="application/ld+json">{script}</script>' if ld is not None else ""
        source = f"<html><head>{head}{data}</head><body>{body}</body></html>"
        around = context
        if rules:
            book = RuleBook({"kurier-beispiel.de": Rules(**rules)})
            around = Context(context.now, context.zone, rules=book)
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
        return read_page_data(root, url, around)

    return reader
