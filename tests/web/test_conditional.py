"""Conditional requests: every way in which readers and proxies say what they have."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.web.conditional import entity_tags, not_modified, refused

OPAQUE = "0123456789abcdef01234567.42"
ETAG = f'W/"{OPAQUE}"'
CHANGED = datetime(2022, 2, 28, 13, 30, 0, 999_999, tzinfo=UTC)
NOW = datetime(2022, 3, 1, tzinfo=UTC)


def has(if_none_match: str | None, if_modified_since: str | None = None) -> bool:
    return not_modified(ETAG, CHANGED, if_none_match, if_modified_since, NOW)


def date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


@pytest.mark.parametrize(
    "header",
    [
        ETAG,
        f'"{OPAQUE}"',  # weak comparison: a proxy may drop the mark
        f'"x", {ETAG}',
        f'"x",W/"y" , "{OPAQUE}" ,"z"',
        f"  {ETAG}  ",
        "*",
        " * ",
        OPAQUE,  # readers that drop the quotation marks
        f"W/{OPAQUE}",
        f"x, {OPAQUE}",
        f"{ETAG}-gzip",  # appended behind the quotation mark
        f'"{OPAQUE}-gzip-gzip"',  # packed by two proxies, one behind the other
    ],
)
def test_the_tag_is_recognised(header: str) -> None:
    assert has(header)


@pytest.mark.parametrize("between", ["-", "--", ";", ":"])
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "x-gzip", "GZIP"])
def test_a_tag_that_a_proxy_has_marked_is_recognised(between: str, coding: str) -> None:
    marked = f"{OPAQUE}{between}{coding}"
    assert has(f'W/"{marked}"')
    assert has(f'"{marked}"')
    assert has(marked)


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        ",",
        '""',
        '"',
        'W/"',
        'W/""',
        '"*"',
        '*, "x"',
        '"x"',
        f'"{OPAQUE}x"',
        f'"x{OPAQUE}"',
        f'"{OPAQUE}-gz"',
        f'"{OPAQUE}gzip"',
        f'"{OPAQUE}---gzip"',
        f'"{OPAQUE[:-1]}"',
        f'"{OPAQUE.upper()}"',
        f'"{OPAQUE}',  # never closed
        "\x00\xff\ud800",
    ],
)
def test_another_tag_is_not(header: str) -> None:
    assert not has(header)


def test_ten_thousand_tags_are_looked_through() -> None:
    others = ", ".join(f'"{number:024x}.{number}"' for number in range(10_000))
    assert not has(others)
    assert has(f"{others}, {ETAG}")


@pytest.mark.parametrize(
    "header",
    ['"', '""', "-gzip", '"' + "-gzip" * 20, 'W/"', ",", ";q=", OPAQUE, f'"{OPAQUE}--', "W/W/"],
)
def test_time_grows_no_faster_than_the_header(header: str) -> None:
    def seconds(size: int) -> float:
        text = (header * size)[:size]
        begin = time.process_time()
        has(text)
        has(text + '"')
        return time.process_time() - begin

    seconds(50_000)
    # 20 times the length; a quadratic search would take 400 times as long
    assert seconds(1_000_000) < 100 * max(seconds(50_000), 0.002)


@given(st.text(max_size=300))
def test_no_header_is_a_failure(header: str) -> None:
    assert has(header) is (header.strip() == "*" or OPAQUE in entity_tags(header))
    has(None, header)
    refused(CHANGED, header, header)
    refused(CHANGED, None, header)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(CHANGED), True),  # within the same second: HTTP dates know no less
        (date(CHANGED + timedelta(seconds=1)), True),
        (date(CHANGED - timedelta(seconds=1)), False),
        (date(NOW), True),
        ("Monday, 28-Feb-22 13:30:00 GMT", True),  # the two old forms (RFC 9110, 5.6.7)
        ("Mon Feb 28 13:30:00 2022", True),
        ("Mon, 28 Feb 2022 14:30:00 +0100", True),
        ("Mon, 28 Feb 2022 13:30:00 -0000", True),
        # later than our clock: nobody has a copy of then
        (date(NOW + timedelta(seconds=1)), False),
        ("Fri, 31 Dec 9999 23:59:59 GMT", False),
        ("gestern", False),
        ("", False),
        ("0", False),
        ("1646055000", False),
        ("Mon, 99 Foo 99999 99:99:99 GMT", False),
        ("Mon, 28 Feb 2022 13:30:00 +9999", False),
        (f"{date(CHANGED)}, {date(CHANGED)}", False),  # the header sent twice
        ("Mon, 28 Feb 2022 13:30:00 GMT" + " " * 50_000, False),
        ("Mon, 28 Feb 2022 13:30:00 " + "(" * 50_000, False),
        ("\x00", False),
    ],
)
def test_dates(since: str, expected: bool) -> None:
    assert has(None, since) is expected


def test_a_tag_wins_over_a_date() -> None:
    later = date(NOW)
    assert not has('"x"', later)
    assert not has("", later)
    assert has(ETAG, date(CHANGED - timedelta(days=1)))
    assert has(ETAG, "gestern")


def test_a_feed_without_a_date_has_a_tag_all_the_same() -> None:
    assert not not_modified(ETAG, None, None, date(NOW), NOW)
    assert not_modified(ETAG, None, ETAG, None, NOW)


@pytest.mark.parametrize(
    ("if_match", "if_unmodified_since", "expected"),
    [
        (None, None, False),
        ("*", None, False),
        (ETAG, None, True),  # weak tags never match strongly
        (f'"{OPAQUE}"', None, True),
        ("", None, True),
        ("*", date(CHANGED - timedelta(days=1)), False),
        (None, date(CHANGED), False),
        (None, date(CHANGED - timedelta(seconds=1)), True),
        (None, "gestern", False),
    ],
)
def test_preconditions(
    if_match: str | None, if_unmodified_since: str | None, expected: bool
) -> None:
    assert refused(CHANGED, if_match, if_unmodified_since) is expected


PATHS = (
    "/feeds/latest.atom",
    "/search.json?q=Hafen",
    "/feeds/topics/hafen.rss",
    "/feeds.opml",
    "/",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "accepted", [None, "gzip", "br, gzip;q=0.5, *;q=0", "zstd", "identity;q=0"]
)
def test_304_whatever_is_accepted(
    client: FlaskClient, path: str, method: str, accepted: str | None
) -> None:
    encoding = {"Accept-Encoding": accepted} if accepted is not None else {}
    first = client.open(path, method=method, headers=encoding)
    etag = first.headers["ETag"]
    assert etag.startswith('W/"')
    assert etag == client.get(path).headers["ETag"]  # one tag for all codings
    again = client.open(path, method=method, headers={"If-None-Match": etag, **encoding})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    # RFC 9110, 15.4.5: what a 200 would have said of caching, a 304 says, too
    for name in ("ETag", "Cache-Control", "Vary", "Link"):
        assert first.headers.get(name) == again.headers.get(name)
    assert not {"Content-Encoding", "Content-Length", "Content-Type"} & set(again.headers.keys())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_412(client: FlaskClient, path: str, method: str) -> None:
    etag = client.get(path).headers["ETag"]
    refused = client.open(path, method=method, headers={"If-Match": etag})
    assert refused.status_code == 412
    assert bool(refused.data) is (method == "GET")
    assert client.open(path, method=method, headers={"If-Match": "*"}).status_code == 200


def test_headers_sent_twice(client: FlaskClient) -> None:
    etag = client.get("/feeds/latest.atom").headers["ETag"]
    twice = [("If-None-Match", '"x"'), ("If-None-Match", etag)]
    assert client.get("/feeds/latest.atom", headers=twice).status_code == 304
