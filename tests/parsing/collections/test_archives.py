"""Web archives: every page of a response, wherever it stands, and what is damaged told."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing import ParseError
from newsfeed.parsing.members import Flaw, Limits, Member, opened

# without the time of day: parameters name tests, and workers must agree on the names
gzipped = partial(gzip.compress, mtime=0)

Warc = Callable[..., bytes]
LIMITS = Limits(document=100_000, archive=10_000_000)
MAY = "2024-05-01T10:00:00Z"
PAGE = "<html><body><p>Ein Absatz über die Brücke.</p></body></html>"
A, B, C = (("https://x.example/" + name, MAY, f"{PAGE} {name}") for name in "abc")


def survey(raw: bytes, name: str = "x.warc.gz") -> tuple[list[Member], list[Flaw]]:
    collection = opened(io.BytesIO(raw), name, LIMITS)
    assert collection is not None
    found = list(collection.survey())
    members = [one for one in found if isinstance(one, Member)]
    for member in members:
        assert collection.read(member.place)
    return members, [one for one in found if isinstance(one, Flaw)]


def names(raw: bytes, name: str = "x.warc.gz") -> list[str]:
    members, flaws = survey(raw, name)
    assert flaws == []
    return [member.name[-1] for member in members]


def content(raw: bytes, name: str = "x.warc.gz") -> bytes:
    collection = opened(io.BytesIO(raw), name, LIMITS)
    assert collection is not None
    (member,) = collection.survey()
    assert isinstance(member, Member), member
    return collection.read(member.place)


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return file.getvalue()


@pytest.mark.parametrize("gzip_records", [True, False])
def test_every_page_has_its_address_and_time(warc: Warc, gzip_records: bool) -> None:
    members, flaws = survey(
        warc(A, B, gzip=gzip_records), "x.warc.gz" if gzip_records else "x.warc"
    )
    assert flaws == []
    assert [member.url for member in members] == ["https://x.example/a", "https://x.example/b"]
    assert members[0].captured == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert members[0].extension == ".html"


def test_only_pages_that_were_there_are_articles(warc: Warc) -> None:
    raw = (
        warc(A)
        + warc(B, status="404 Not Found")
        + warc(B, content_type="application/pdf")
        + warc(("dns:x.example", MAY, PAGE))
        + warc((B[0], MAY, PAGE), kind="request")
    )
    assert names(raw) == ["a"]


def test_headers_say_how_the_body_is_packed(warc: Warc) -> None:
    page = PAGE.encode()
    zstd = zstandard.ZstdCompressor().compress
    chunks = b"%x;note=1\r\n%b\r\n0\r\n\r\n"
    packed = gzipped(page)
    url = "https://x.example/a"
    for body, fields in [
        (page, {}),
        (packed, {"content_encoding": "gzip"}),
        (page, {"content_encoding": "gzip"}),  # unpacked already when it was archived
        (zlib.compress(page), {"content_encoding": "deflate"}),
        (zlib.compress(page)[2:-4], {"content_encoding": "deflate"}),
        (page, {"content_encoding": "deflate"}),
        (brotli.compress(page), {"content_encoding": "br"}),
        (page, {"content_encoding": "br"}),
        (zstd(page), {"content_encoding": "zstd"}),
        (zstd(page[:20]) + zstd(page[20:]), {"content_encoding": "zstd"}),
        (page, {"content_encoding": "zstd"}),
        (gzipped(brotli.compress(page)), {"content_encoding": "br, gzip"}),
        (chunks % (len(page), page), {"transfer_encoding": "chunked"}),
        (page, {"transfer_encoding": "chunked"}),
        (
            chunks % (len(packed), packed),
            {"transfer_encoding": "chunked", "content_encoding": "gzip"},
        ),
    ]:
        assert content(warc((url, MAY, body), **fields)) == page


def test_the_charset_of_the_header_counts(warc: Warc) -> None:
    found = content(
        warc((A[0], MAY, PAGE.encode("cp1252")), content_type="text/html; charset=latin1")
    )
    assert found.decode("utf-8-sig") == PAGE


@pytest.mark.parametrize(
    ("body", "fields", "reason"),
    [
        (b"zz\r\nx", {"content_encoding": "compress"}, "packed as"),
        (b"zz\r\nx", {"content_encoding": "br"}, "damaged"),
        (brotli.compress(PAGE.encode())[:-9], {"content_encoding": "br"}, "cut off"),
        (brotli.compress(bytes(1_000_000)), {"content_encoding": "br"}, "larger"),
        (zstandard.compress(PAGE.encode())[:-9], {"content_encoding": "zstd"}, "cut off"),
        (zstandard.compress(bytes(1_000_000)), {"content_encoding": "zstd"}, "larger"),
        (zstandard.compress(PAGE.encode())[:4] + b"zz", {"content_encoding": "zstd"}, "damaged"),
        (gzipped(PAGE.encode())[:-9], {"content_encoding": "gzip"}, "cut off"),
        (gzipped(bytes(1_000_000)), {"content_encoding": "gzip"}, "larger"),
        (zlib.compress(bytes(1_000_000)), {"content_encoding": "deflate"}, "larger"),
        (b"5\r\nabc", {"transfer_encoding": "chunked"}, "chunks"),
        (b"x" * 150_000, {}, "larger"),
        (b"x" * 300_000, {}, "larger"),
        (b"  ", {}, "empty"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_and_the_next_is_read(
    warc: Warc, body: bytes, fields: dict[str, str], reason: str
) -> None:
    members, (flaw,) = survey(warc((A[0], MAY, body), **fields) + warc(B))
    assert [member.name[-1] for member in members] == ["b"]
    assert flaw.name == A[0]
    assert reason in flaw.reason
    assert flaw.remedy


def test_a_wrong_digest_is_told(warc: Warc) -> None:
    raw = warc(A, B, gzip=False).replace(b"</html> a", b"</html> X")
    members, (flaw,) = survey(raw, "x.warc")
    assert [member.name[-1] for member in members] == ["b"]
    assert "digest" in flaw.reason


@pytest.mark.parametrize("packed", [True, False])
def test_damage_in_the_middle_costs_what_is_damaged(warc: Warc, packed: bool) -> None:
    name = "x.warc.gz" if packed else "x.warc"
    first, last = warc(A, gzip=packed), warc(C, gzip=packed)
    middle = warc(B, gzip=packed)
    for damaged in (middle[:-30], b"\x00" * 700, b"no record\r\n\r\n" * 9):
        members, flaws = survey(first + damaged + last, name)
        assert [member.name[-1] for member in members] == ["a", "c"]
        assert flaws


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_a_record_cut_anywhere_is_told_and_the_next_is_read(
    warc: Warc, packed: bool, is_last: bool
) -> None:
    name = "x.warc.gz" if packed else "x.warc"
    start = b"\x1f\x8b\x08" if packed else b"WARC/1.0"
    # without the record about the archive before each of them: it would take the damage
    first, middle, last = (
        raw[raw.index(start, 1) :] for raw in (warc(one, gzip=packed) for one in (A, B, C))
    )
    rest = b"" if is_last else last
    bare = 0 if packed or is_last else len(b"WARC/1.0\r\nWARC-Type")  # nothing of it is known yet
    for kept in range(bare + 1, len(middle) - len(b"\r\n\r\n")):
        members, flaws = survey(first + middle[:kept] + rest, name)
        found = [member.name[-1] for member in members]
        assert [one for one in found if one != "b"] == (["a"] if is_last else ["a", "c"]), kept
        assert flaws or "b" in found, kept


@pytest.mark.parametrize("digest", [b"", b"sha1", b":", b"nothing:x", b"sha1:", b"s\x00:x"])
def test_a_digest_that_is_none_costs_at_most_its_record(warc: Warc, digest: bytes) -> None:
    raw = re.sub(rb"(Digest: )sha1:\w+", rb"\1" + digest, warc(A, gzip=False), count=1)
    members, _ = survey(raw + warc(B, gzip=False), "x.warc")
    assert members[-1].name == B[0]


def test_a_page_that_quotes_a_record_is_one_page(warc: Warc) -> None:
    quoted = warc(C, gzip=False).decode()
    raw = warc((A[0], MAY, f"<html><body><p>{quoted}</p></body></html>"), B, gzip=False)
    assert names(raw, "x.warc") == ["a", "b"]


def test_an_archive_packed_as_a_whole_is_told(warc: Warc) -> None:
    members, flaws = survey(gzipped(warc(A, B, gzip=False)))
    assert len(members) <= 1
    assert "recompress" in flaws[-1].remedy


def test_nothing_of_an_archive_reaches_the_terminal(
    warc: Warc, capfd: pytest.CaptureFixture[str]
) -> None:
    raw = warc(A, gzip=False).replace(b"WARC/1.0", b"WARC/\x1b[31m", 1)
    survey(raw + b"rest\x1b[31m\r\n", "x.warc")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_package_is_read_in_place(warc: Warc, method: int) -> None:
    parts = {
        "datapackage.json": b"{}",
        "archive/2.warc.gz": warc(B),
        "archive/1.warc.gz": warc(A),
        "archive/3.warc": warc(C, gzip=False),
        "../archive/4.warc.gz": warc(A),
        "indexes/index.cdx": b"",
    }
    assert names(zipped(parts, method), "x.wacz") == ["a", "b", "c"]


def test_hostile_packages_are_refused(warc: Warc) -> None:
    bomb = zipped({"archive/a.warc": bytes(20_000_000)}, zipfile.ZIP_DEFLATED)
    crowd = zipped({f"archive/{number}.warc": b"" for number in range(10_001)})
    for raw, reason in [(b"PK", "ZIP"), (bomb, "larger"), (crowd, "more than")]:
        with pytest.raises(ParseError, match=reason):
            survey(raw, "x.wacz")


def test_a_damaged_part_costs_that_part(warc: Warc) -> None:
    first = warc(A)
    raw = zipped({"archive/1.warc.gz": first, "archive/2.warc.gz": warc(B)})
    at = raw.index(first) + 200
    members, flaws = survey(raw[:at] + b"\xff" * 40 + raw[at + 40 :], "x.wacz")
    assert [member.name[-1] for member in members][-1] == "b"
    assert flaws


@given(where=st.floats(0, 1), length=st.sampled_from([0, 1, 5, 200]), piece=st.binary(max_size=20))
def test_any_bytes_are_read_or_told(warc: Warc, where: float, length: int, piece: bytes) -> None:
    for name, sound in (
        ("x.warc", warc(A, B, gzip=False)),
        ("x.warc.gz", warc(A, B)),
        ("x.wacz", zipped({"archive/1.warc.gz": warc(A)})),
    ):
        start = int(where * len(sound))
        try:
            survey(sound[:start] + piece + sound[start + length :], name)
        except ParseError:
            continue


def test_a_hostile_header_never_becomes_an_address(warc: Warc) -> None:
    raw = warc(A, gzip=False)
    for url in (b"javascript:alert(1)", b"https://[", b"https://x\x1b/", b""):
        assert names(re.sub(rb"https://x\.example/a", url, raw), "x.warc") == []
