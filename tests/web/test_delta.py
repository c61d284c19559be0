"""Delta: a reader that asks for news alone gets the news, and everybody else the whole feed."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from newsfeed.article import Article, Block
from newsfeed.feeds import FORMATS, Format
from newsfeed.search.interface import SearchIndex
from newsfeed.web.delta import since

HEX = "0123456789abcdef01234567"


def tag(mark: int | str) -> str:
    return f'W/"{HEX}.{mark}"'


@pytest.mark.parametrize(
    ("a_im", "tags", "expected"),
    [
        ("feed", tag(3), 3),
        ("FEED", tag(3), 3),
        ("feed, gzip", tag(3), 3),
        ("vcdiff, feed;q=0.5, gzip;q=0.3", tag(3), 3),
        ("feed;q=0.5, identity;q=0.5", tag(3), 3),
        ("feed", f"{tag(3)}, {tag(5)}, {tag(4)}", 5),
        ("feed", f'"{HEX}.3-gzip"', 3),
        ("feed", f'"x", {tag(3)}', 3),
        ("feed", f"{HEX}.3", 3),
        (None, tag(3), None),
        ("feed", None, None),
        ("", tag(3), None),
        ("feed;q=0", tag(3), None),
        ("feed;q=zwei", tag(3), None),
        ("feed;q=0.5, identity", tag(3), None),
        ("feeds", tag(3), None),
        ("vcdiff, gzip", tag(3), None),
        ("*", tag(3), None),
        # no tag that tells anything
        ("feed", "", None),
        ("feed", '""', None),
        ("feed", "*", None),
        ("feed", '"x"', None),
        ("feed", f'W/"{HEX}"', None),
        ("feed", f'W/"{HEX}."', None),
        ("feed", tag("03"), None),
        ("feed", tag("-3"), None),
        ("feed", tag("3.0"), None),
        ("feed", tag("٣"), None),
        ("feed", tag("9" * 5000), None),
        # what came into a feed before the first change has no number
        ("feed", tag(0), None),
        # it has the last change; that the tag is another says that something else is new
        ("feed", tag(7), None),
        ("feed", f"{tag(3)}, {tag(7)}", None),
        # from the future: a register that was put back
        ("feed", tag(8), None),
        ("feed", f"{tag(8)}, {tag(3)}", 3),
    ],
)
def test_since_when(a_im: str | None, tags: str | None, expected: int | None) -> None:
    assert since(a_im, tags, 7) == expected


@given(st.text(max_size=100), st.text(max_size=100), st.integers(0, 2**63))
def test_any_header_has_an_answer(a_im: str, tags: str, mark: int) -> None:
    known = since(a_im, tags, mark)
    assert known is None or 0 < known < mark


@pytest.mark.parametrize("piece", ["feed,", ";", "feed;q=1;", ",", "=", " "])
def test_an_absurd_header_takes_time_as_it_is_long(piece: str) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        since((piece * size)[:size], tag(3), 7)
        return time.process_time() - begin

    # 20 times the length; a quadratic search would take 400 times as long
    assert seconds(1_000_000) < 100 * max(seconds(50_000), 0.002)


@pytest.fixture
def numbered(own_index: SearchIndex, articles: dict[str, Article]) -> list[Article]:
    """The paper's articles, each with the number of the change that brought it."""
    found = [replace(one, change=number) for number, one in enumerate(articles.values(), 1)]
    own_index.update(found, sequence=len(found))
    return found


def ids(response: TestResponse, format: Format) -> set[str]:
    if format == "json":
        return {item["id"] for item in json.loads(response.data)["items"]}
    parsed = feedparser.parse(response.data)
    assert not parsed.bozo
    return {entry.id for entry in parsed.entries}


def ask(client: FlaskClient, path: str, etag: str, **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers={"A-IM": "feed", "If-None-Match": etag, **names})


@pytest.mark.parametrize("format", FORMATS)
def test_only_what_is_new(
    own_index: SearchIndex, own_client: FlaskClient, numbered: list[Article], format: Format
) -> None:
    path = f"/feeds/latest.{format}"
    first = own_client.get(path)
    assert len(ids(first, format)) == 50
    assert ask(own_client, path, first.headers["ETag"]).status_code == 304
    changed = replace(
        numbered[0], body=(Block("paragraph", "Alles ist anders."),), change=len(numbered) + 1
    )
    added = replace(numbered[1], id=numbered[1].id + "-neu", change=len(numbered) + 2)
    own_index.update([changed, added], sequence=len(numbered) + 2)
    news = ask(own_client, path, first.headers["ETag"])
    assert news.status == "226 IM USED"
    assert news.headers["IM"] == "feed"
    assert ids(news, format) == {changed.id, added.id}
    assert news.headers["Cache-Control"] == "no-store, im"
    assert news.headers["Vary"] == "Accept-Encoding, A-IM, If-None-Match"
    whole = own_client.get(path)
    assert whole.headers["Vary"] == "Accept-Encoding, A-IM"
    for name in ("ETag", "Link", "Content-Type", "Last-Modified", "Access-Control-Allow-Origin"):
        assert news.headers.get(name) == whole.headers.get(name)
    # with the tag of the whole, a reader that only ever took the news is up to date
    assert ask(own_client, path, news.headers["ETag"]).status_code == 304
    head = own_client.head(path, headers={"A-IM": "feed", "If-None-Match": first.headers["ETag"]})
    assert (head.status_code, head.data) == (226, b"")
    assert head.headers["Content-Length"] == str(len(news.data))


def test_the_news_travel_packed(
    own_index: SearchIndex, own_client: FlaskClient, numbered: list[Article]
) -> None:
    etag = own_client.get("/feeds/latest.atom").headers["ETag"]
    own_index.update([replace(numbered[0], change=100)], sequence=100)
    plain = ask(own_client, "/feeds/latest.atom", etag)
    packed = ask(own_client, "/feeds/latest.atom", etag, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_everything_where_the_number_says_nothing(
    own_index: SearchIndex, own_client: FlaskClient, numbered: list[Article]
) -> None:
    path = "/feeds/latest.atom"
    for tags in ('"x"', f'"{HEX}.999"', f'"{HEX}.0"', '""'):
        assert ask(own_client, path, tags).status_code == 200
    assert own_client.get(path, headers={"A-IM": "feed"}).status_code == 200


def test_archives_are_never_sent_in_pieces(
    own_client: FlaskClient, numbered: list[Article]
) -> None:
    archive = ask(own_client, "/feeds/latest/2022-02.atom", f'"{HEX}.1"')
    assert archive.status_code == 200
    assert archive.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("program", ["feedparser/6.0.12 +https://example/", "rss2email/3.14 (x)"])
def test_programs_that_know_nothing_of_it_get_everything(
    own_index: SearchIndex, own_client: FlaskClient, numbered: list[Article], program: str
) -> None:
    """feedparser says A-IM by itself, and rss2email takes 226 for a failure."""
    path = "/feeds/latest.atom"
    etag = own_client.get(path).headers["ETag"]
    added = replace(numbered[1], id=numbered[1].id + "-neu", change=len(numbered) + 1)
    own_index.update([added], sequence=added.change)
    assert ask(own_client, path, etag).status_code == 226
    response = ask(own_client, path, etag, User_Agent=program)
    assert (response.status_code, len(ids(response, "atom"))) == (200, 50)
