"""Articles to search for, and an index of each backend to search in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsfeed.article import Article, Block, Image
from newsfeed.search import open_index
from newsfeed.search.interface import SearchIndex

BACKENDS: dict[str, Callable[[Path], SearchIndex]] = {"whoosh": open_index}
START = datetime(2022, 2, 27, 12, tzinfo=UTC)

ArticleMaker = Callable[..., Article]


@pytest.fixture
def article() -> ArticleMaker:
    """Makes articles: `article("a", "Text", hours=2, section="Politik")`.

    The id becomes "tag:…:a", `hours` count from a fixed instant, `captions` and `credits` become
    images, the text's paragraphs are divided by blank lines; without one the id is the headline.
    """

    def make(name: str, text: str = "", *, hours: int = 0, **fields: Any) -> Article:
        captions, credits = fields.pop("captions", ()), fields.pop("credits", ())
        images = [Image(caption=caption) for caption in captions]
        images += [Image(credit=credit) for credit in credits]
        return Article(
            **{
                "id": f"tag:example.org,2026:{name}",
                "headline": name,
                "body": tuple(Block("paragraph", part) for part in text.split("\n\n") if part),
                "images": tuple(images),
                "published": START + timedelta(hours=hours),
                **fields,
            }
        )

    return make


@pytest.fixture(params=BACKENDS, scope="session")
def open_backend(request: pytest.FixtureRequest) -> Callable[[Path], SearchIndex]:
    """Opens the index of one backend in a folder."""
    return BACKENDS[request.param]


@pytest.fixture
def index(open_backend: Callable[[Path], SearchIndex], tmp_path: Path) -> Iterator[SearchIndex]:
    """An index in a fresh folder, never written to."""
    opened = open_backend(tmp_path / "index")
    yield opened
    opened.close()
