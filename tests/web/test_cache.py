"""What is kept to be quick: never more than was said, and never at the price of an old answer."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.search.interface import Query, Results, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import create_app
from newsfeed.web.cache import Cache

STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | st.text(max_size=6)))


@given(STEPS)
def test_a_cache_is_its_plain_description(steps: list[tuple[str, str | None]]) -> None:
    """Against a list that is searched, weighed and shortened by hand."""
    cache: Cache[str, str] = Cache(12, len)
    kept: OrderedDict[str, str] = OrderedDict()
    for key, value in steps:
        if value is None:
            assert cache.get(key) == kept.get(key)
            if key in kept:
                kept.move_to_end(key)
            continue
        cache.put(key, value)
        kept.pop(key, None)
        kept[key] = value
        while sum(map(len, kept.values())) > 12:
            kept.popitem(last=False)
    assert {key: cache.get(key) for key in "abcdef"} == {key: kept.get(key) for key in "abcdef"}


def test_what_does_not_fit_is_not_kept() -> None:
    cache: Cache[str, str] = Cache(3, len)
    cache.put("a", "abc")
    cache.put("b", "abcd")
    assert cache.get("a") == "abc"
    assert cache.get("b") is None


class Counted:
    """A real index that counts how often it was searched."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self.searches = 0

    def search(self, query: Query) -> Results:
        self.searches += 1
        return self._index.search(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def test_a_reader_with_the_news_costs_no_search(
    own_settings: Settings, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    own_index.update(articles.values(), sequence=1)
    index = Counted(own_index)
    client = create_app(own_settings, index).test_client()
    path = "/feeds/sections/politik.atom"
    etag = client.get(path).headers["ETag"]
    before = index.searches
    for _ in range(3):
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
        assert client.get(path).status_code == 200
    assert index.searches == before
    own_index.update([articles["korrektur"]], sequence=2)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert index.searches > before
