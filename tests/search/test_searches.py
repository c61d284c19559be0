"""What German readers type and what they must find: the cases of `searches.json`, every backend."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsfeed.article import Article, Block, Image
from newsfeed.search.interface import Query, SearchIndex

Opener = Callable[[Path], SearchIndex]
SEARCHES = json.loads((Path(__file__).parent / "searches.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(
    open_backend: Opener, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    """The articles of searches.json in an index."""
    opened = open_backend(tmp_path_factory.mktemp("library"))
    opened.update(map(stored, SEARCHES["articles"]), 1)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", SEARCHES["searches"], ids=lambda case: case["why"])
def test_what_readers_type(library: SearchIndex, case: dict[str, Any]) -> None:
    """`searches.json`: what German readers type, and what they must find."""
    filters: dict[str, Any] = {
        name: datetime.fromisoformat(value) if name.startswith("published") else value
        for name, value in case.get("filters", {}).items()
    }
    hits = library.search(Query(case.get("text", ""), limit=100, **filters)).hits
    found = [hit.article.id.rpartition(":")[2] for hit in hits]
    if "order" in case:
        assert found == case["order"]
    else:
        assert sorted(found) == sorted(case["set"])


def stored(values: dict[str, Any]) -> Article:
    """An article of searches.json: `text` is the body, dates are RFC 3339."""
    fields = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Article(
        id=f"tag:example.org,2026:{values['id']}",
        headline=values["headline"],
        standfirst=values.get("standfirst"),
        body=(Block("paragraph", values["text"]),),
        published=datetime.fromisoformat(values["published"]),
        section=values["section"],
        source=values["source"],
        authors=fields.get("authors", ()),
        agencies=fields.get("agencies", ()),
        topics=fields.get("topics", ()),
        images=tuple(Image(**image) for image in values.get("images", ())),
    )
