"""What every parsing test may ask for: a fixed now, the corpus' zone, a page read as an article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article
from newsfeed.parsing import Context, parse

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")

Read = Callable[..., Article]


@pytest.fixture
def read() -> Read:
    """Parses text or bytes as a file of the corpus; keyword arguments go into its Context."""

    def reader(page: str | bytes, name: str = "seite.txt", **around: Any) -> Article:
        raw = page.encode() if isinstance(page, str) else page
        return parse(raw, name, Context(NOW, ZONE, **around))

    return reader
