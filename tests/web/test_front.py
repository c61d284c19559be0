"""The front: it says what the application says, never something old, and within its bounds."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from newsfeed.article import Article
from newsfeed.search import open_index
from newsfeed.search.interface import Removal, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import create_app
from newsfeed.web.front import Front
from newsfeed.web.protection import Mounted
from newsfeed.web.site import EXTENSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FEED = "/feeds/latest.atom"


class Watched:
    """A real application that counts how often it is asked."""

    def __init__(self, settings: Settings, index: SearchIndex) -> None:
        mounted = create_app(settings, index).wsgi_app
        assert isinstance(mounted, Mounted)
        front = mounted._app
        assert isinstance(front, Front)
        self._app = front._app  # Flask's own, behind the front
        self.asked = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        return self._app(environ, start_response)


class Pair:
    """The same application with and without a front."""

    def __init__(self, settings: Settings, index: SearchIndex, capacity: int = 1_000_000) -> None:
        self.app = Watched(settings, index)
        self.front = Front(self.app, index, capacity)

    def ask(self, **request: Any) -> tuple[str, list[tuple[str, str]], bytes]:
        """What the front says: twice the same, and the same as the application."""
        plain = say(self.app, **request)
        assert say(self.front, **request) == plain
        assert say(self.front, **request) == plain
        return plain


def say(app: Any, **request: Any) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body of the answer."""
    headers = request.pop("headers", {})
    environ = EnvironBuilder(**request).get_environ()
    for name, value in headers.items():
        prefix = "" if name in ("Content-Length", "Content-Type") else "HTTP_"
        environ[prefix + name.upper().replace("-", "_")] = value
    body, status, sent = run_wsgi_app(app, environ, buffered=True)
    return status, list(sent.items()), b"".join(body)


@pytest.fixture(scope="module")
def pair(paper_settings: Settings, paper_index: SearchIndex) -> Pair:
    return Pair(paper_settings, paper_index)


@pytest.fixture(scope="module")
def etag(client: FlaskClient) -> str:
    return client.get(FEED).headers["ETag"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accepted", [None, "gzip", "br", "zstd", "gzip;q=0.5, br;q=0.6"])
def test_a_feed_is_made_once(
    paper_settings: Settings, paper_index: SearchIndex, method: str, accepted: str | None
) -> None:
    pair = Pair(paper_settings, paper_index)
    headers = {"Accept-Encoding": accepted} if accepted is not None else {}
    first = say(pair.front, path=FEED, method=method, headers=headers)
    for _ in range(5):
        assert say(pair.front, path=FEED, method=method, headers=headers) == first
    assert pair.app.asked == 1
    assert first[0] == "200 OK"
    assert bool(first[2]) is (method == "GET")


def test_304_is_found_once(paper_settings: Settings, paper_index: SearchIndex, etag: str) -> None:
    pair = Pair(paper_settings, paper_index)
    for _ in range(5):
        status, headers, body = say(pair.front, path=FEED, headers={"If-None-Match": etag})
        assert (status, body) == ("304 NOT MODIFIED", b"")
        assert ("ETag", etag) in headers
    assert pair.app.asked == 1


ENDINGS = st.sampled_from(["atom", "rss", "json"])
NAMES = st.sampled_from(
    (
        *("latest", "sections/politik", "sections/Politik", "topics/hafen", "agencies/dpa"),
        *("nichts", "latest/2022-02", "latest/1999-01", "authors/%00", "sections/", "../latest"),
    )
)
QUERIES = st.sampled_from(
    (
        *("", "content=summary", "content=full", "limit=2", "limit=x", "updates=all", "x=1"),
        *("%ff", "&", "limit=2&limit=3", "q=Hafen", "a" * 9000),
    )
)
PATHS = st.one_of(
    st.builds("/feeds/{}.{}".format, NAMES, ENDINGS),
    st.builds("/search.{}".format, ENDINGS),
    st.sampled_from(["/", "/feeds", "/nichts", "/api/v1/search", "/feeds.opml", "/healthz"]),
)
CODINGS = st.sampled_from(
    ["", "gzip", "br", "zstd", "*", "identity;q=0", "gzip;q=0", "GZIP, br;q=0.5", "x" * 500]
)
DATES = st.sampled_from(
    (
        *("Mon, 28 Feb 2022 13:30:00 GMT", "Mon, 28 Feb 2022 13:29:59 GMT"),
        *("Fri, 31 Dec 9999 23:59:59 GMT", "gestern", ""),
    )
)
TEXTS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=30)
TAGS = st.one_of(
    st.sampled_from(["{etag}", '"x", {etag}', "*", '""', "", "{etag}-gzip", '"x"']), TEXTS
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept-Encoding": CODINGS,
        "If-None-Match": TAGS,
        "If-Modified-Since": DATES,
        "If-Match": TAGS,
        "If-Unmodified-Since": DATES,
        "A-IM": st.sampled_from(["feed", "feed;q=0", "gzip", ""]),
        "Range": st.just("bytes=0-10"),
        "Host": st.sampled_from(["example.org", "<script>", "", "a:99999", "[::1]"]),
        "X-Forwarded-Host": st.just("angreifer.example"),
        "X-HTTP-Method-Override": st.just("POST"),
        "Accept": st.sampled_from(["text/html", "*/*", "application/rss+xml"]),
        "Accept-Language": TEXTS,
        "Authorization": TEXTS,
        "Cache-Control": st.sampled_from(["no-cache", "no-store", "max-age=0"]),
        "Content-Length": st.sampled_from(["0", "5", "2000000", "x", ""]),
        "Content-Type": st.sampled_from(["application/json", "x"]),
        "Cookie": TEXTS,
        "Origin": st.just("https://leser.example"),
        "Connection": st.just("upgrade"),
        "Upgrade": st.just("websocket"),
        "User-Agent": TEXTS,
    },
)


@trying(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "HEAD", "GET", "HEAD", "POST", "OPTIONS", "get"]),
    path=PATHS,
    query=QUERIES,
    headers=HEADERS,
)
def test_no_request_tells_the_front_from_the_application(
    pair: Pair, etag: str, method: str, path: str, query: str, headers: dict[str, str]
) -> None:
    filled = {name: text.replace("{etag}", etag) for name, text in headers.items()}
    pair.ask(method=method, path=path, query_string=query, headers=filled)


@pytest.fixture
def growing(own_settings: Settings, own_index: SearchIndex, articles: dict[str, Article]) -> Pair:
    own_index.update(articles.values(), sequence=1)
    return Pair(own_settings, own_index)


def test_a_commit_is_seen_at_once(
    growing: Pair, own_index: SearchIndex, own_settings: Settings, articles: dict[str, Article]
) -> None:
    bodies = {growing.ask(path=FEED)[2]}
    own_index.update([replace(articles["pokal"], headline="Alles neu")], sequence=2)
    bodies.add(growing.ask(path=FEED)[2])
    other = open_index(own_settings)  # as another process would
    other.update([Removal(articles["hafen"].id)], sequence=3)
    other.close()
    bodies.add(growing.ask(path=FEED)[2])
    assert len(bodies) == 3


def test_the_news_alone_are_not_the_feed(
    growing: Pair, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    own_index.update([replace(articles["hafen"], change=2)], sequence=2)
    etag = dict(growing.ask(path=FEED)[1])["ETag"]
    own_index.update([replace(articles["pokal"], headline="Alles neu", change=3)], sequence=3)
    whole = growing.ask(path=FEED)
    news = growing.ask(path=FEED, headers={"If-None-Match": etag, "A-IM": "feed"})
    assert (whole[0], news[0]) == ("200 OK", "226 IM USED")
    assert growing.ask(path=FEED) == whole
    assert growing.ask(path=FEED, headers={"If-None-Match": etag}) == whole


def test_what_a_second_will_change_is_not_kept(
    own_settings: Settings, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    """Last-Modified is not said before its second is over; after that it is."""
    now = datetime(2026, 3, 1, 8, tzinfo=UTC)
    own_index.update([replace(articles["hafen"], updated=now, changed=now)], sequence=1)
    app = create_app(own_settings, own_index)

    def headers(at: datetime) -> dict[str, str]:
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: at)
        return dict(say(app, path=FEED)[1])

    assert "Last-Modified" not in headers(now + timedelta(seconds=1))
    assert headers(now + timedelta(seconds=3))["Last-Modified"] == "Sun, 01 Mar 2026 08:00:00 GMT"


def test_an_index_that_is_gone_is_a_503(
    growing: Pair, own_index: SearchIndex, own_settings: Settings, articles: dict[str, Article]
) -> None:
    assert growing.ask(path=FEED)[0] == "200 OK"
    own_index.close()
    status, headers, _ = growing.ask(path=FEED)
    assert status == "503 SERVICE UNAVAILABLE"
    assert dict(headers)["Retry-After"]


class Torn:
    """A real index that a commit reaches while the application is at work."""

    def __init__(self, index: SearchIndex, news: Article) -> None:
        self._index = index
        self._news = news
        self._asked = 0

    def sequence(self) -> int:
        self._asked += 1
        if self._asked == 2:  # the front has asked, the application has not
            self._index.update([self._news], sequence=2)
        return self._index.sequence()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def test_an_answer_that_a_commit_overtook_is_not_kept(
    own_settings: Settings, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    own_index.update(articles.values(), sequence=1)
    news = replace(articles["pokal"], headline="Quastenflosser gefangen")
    pair = Pair(own_settings, Torn(own_index, news))
    first = say(pair.front, path=FEED)
    assert pair.app.asked == 1
    assert b"Quastenflosser" in first[2]
    assert say(pair.front, path=FEED) == first
    assert pair.app.asked == 2


def test_each_settings_have_a_front_of_their_own(
    own_settings: Settings, own_index: SearchIndex, articles: dict[str, Article]
) -> None:
    own_index.update(articles.values(), sequence=1)
    path = "/feeds/sections/sport.atom"
    assert Pair(own_settings, own_index).ask(path=path)[0] == "200 OK"
    closed = own_settings.model_copy(update={"withdrawn_feeds": ("sections/sport",)})
    status, headers, _ = Pair(closed, own_index).ask(path=path)
    assert status == "410 GONE"
    assert dict(headers)["Content-Type"] == "application/problem+json"
    assert "max-age" in dict(headers)["Cache-Control"]


def test_memory_is_bounded(growing: Pair, own_index: SearchIndex) -> None:
    kept = growing.front._answers
    for number in range(300):
        say(growing.front, path="/search.atom", query_string={"q": f"Nichts {number}"})
        say(growing.front, path=FEED, headers={"If-None-Match": f'*, "{number}"' + "x" * 9000})
        assert kept._weight <= 1_000_000
    assert len(kept._values) < 300


def test_a_tag_of_yesterday_takes_no_room(growing: Pair) -> None:
    for number in range(20):
        say(growing.front, path=FEED, headers={"If-None-Match": f'"{number}"'})
    assert not growing.front._answers._values


def test_threads_get_what_they_asked_for(growing: Pair, own_index: SearchIndex) -> None:
    paths = [
        f"/feeds/sections/{name}.{end}" for name in ("sport", "kultur") for end in ("atom", "rss")
    ]
    plain = {path: say(growing.app, path=path) for path in paths}

    def right(number: int) -> bool:
        path = paths[number % len(paths)]
        return say(growing.front, path=path) == plain[path]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, range(200)))
