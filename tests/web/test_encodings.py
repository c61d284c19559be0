"""Encodings: which one a client gets, that it is the same document, and that memory is bounded."""

from __future__ import annotations

import gzip
import time

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.web.encodings import CODINGS, Coding, PackedBodies, chosen
from newsfeed.web.weights import weights


def unpacked(body: bytes, coding: str) -> bytes:
    match coding:
        case "zstd":
            return zstandard.ZstdDecompressor().decompress(body)
        case "br":
            plain: bytes = brotli.decompress(body)
            return plain
        case "gzip":
            return gzip.decompress(body)
        case _:
            return body


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("identity", "identity"),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", "identity"),
        ("compress, x-foo", "identity"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "br"),
        ("zstd;q=0.5, *;q=0.4", "zstd"),
        ("gzip;q=1, br;q=0.9", "gzip"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.000, identity", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0, *", "zstd"),
        ("*;q=0, gzip", "gzip"),
        # nothing we have: the plain body, which 12.4.1 leaves to us, and no error
        ("identity;q=0", "identity"),
        ("*;q=0", "identity"),
        ("deflate, identity;q=0", "identity"),
        (" gzip ; q = 0.8 ,\tbr ; q=0.2 ", "gzip"),
        ("gzip;level=9;q=0.3, br;q=0.2", "gzip"),
        ("gzip;q=zwei, br;q=0.1", "br"),
        ("gzip;q=-1, br;q=0.1", "br"),
        ("gzip;q=, br;q=0.1", "br"),
        ("gzip;q=1e9, br;q=0.1", "br"),
        ("gzip;q=0, gzip;q=1", "identity"),
        (",,;,;q=1,gzip", "gzip"),
    ],
)
def test_the_best_that_the_client_takes(header: str | None, coding: Coding) -> None:
    assert chosen(header) == coding


@given(st.text(max_size=200))
def test_any_header_has_an_answer(header: str) -> None:
    assert chosen(header) in CODINGS
    assert all(0 <= weight <= 1 for weight in weights(header).values())


@given(
    st.dictionaries(
        st.sampled_from([*CODINGS, "*", "deflate"]), st.sampled_from(["0", "0.001", "0.5", "1"])
    )
)
def test_nothing_is_sent_that_is_refused_while_something_is_taken(wanted: dict[str, str]) -> None:
    coding = chosen(", ".join(f"{name};q={weight}" for name, weight in wanted.items()))

    def worth(coding: str) -> float:
        return float(wanted.get(coding, wanted.get("*", "0")))

    if coding != "identity":
        assert worth(coding) > 0
    assert worth(coding) == max(map(worth, CODINGS))


@pytest.mark.parametrize("piece", ["gzip,", ";", ",", "q=", "gzip;q=0.1;", " ", "*"])
def test_time_grows_no_faster_than_the_header(piece: str) -> None:
    def seconds(size: int) -> float:
        begin = time.process_time()
        chosen((piece * size)[:size])
        return time.process_time() - begin

    # 20 times the length; a quadratic search would take 400 times as long
    assert seconds(1_000_000) < 100 * max(seconds(50_000), 0.002)


@given(st.binary(max_size=5000), st.sampled_from(CODINGS))
def test_what_is_packed_is_the_same(body: bytes, coding: Coding) -> None:
    kept = PackedBodies(1_000_000)
    packed = kept.get("a", body, coding)
    assert unpacked(packed, coding) == body
    assert kept.get("a", body, coding) is packed or coding == "identity"
    assert PackedBodies(1_000_000).get("a", body, coding) == packed  # in another process, too


def test_a_body_is_packed_once_and_the_oldest_make_room() -> None:
    body = bytes(range(256)) * 4
    size = len(gzip.compress(body))
    kept = PackedBodies(2 * size)
    first = kept.get("first", body, "gzip")
    assert kept.get("first", body, "gzip") is first
    kept.get("second", body, "gzip")
    kept.get("third", body, "gzip")
    assert kept.get("first", body, "gzip") is not first


LARGE = (
    "/feeds/latest.atom",
    "/feeds/latest.rss",
    "/feeds/latest.json",
    "/search.atom?q=Hafen",
    "/feeds.opml",
    "/sitemap-2022-02.xml",
    "/",
    "/api/v1/search",
)


@pytest.mark.parametrize("path", LARGE)
def test_every_larger_document_travels_packed(client: FlaskClient, path: str) -> None:
    plain = client.get(path)
    assert plain.status_code == 200
    if len(plain.data) < 1000:
        pytest.fail(f"{path} is no larger document")
    assert "Content-Encoding" not in plain.headers
    for coding in ("zstd", "br", "gzip"):
        packed = client.get(path, headers={"Accept-Encoding": coding})
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Content-Length"] == str(len(packed.data))
        assert len(packed.data) < len(plain.data)
        assert unpacked(packed.data, coding) == plain.data
        assert packed.headers["ETag"] == plain.headers["ETag"]
        assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.headers["Vary"] == plain.headers["Vary"]
        head = client.head(path, headers={"Accept-Encoding": coding})
        assert head.data == b""
        assert [*head.headers.items()] == [*packed.headers.items()]


def test_what_is_small_travels_as_it_is(client: FlaskClient) -> None:
    response = client.get("/robots.txt", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
