"""Whatever is handed in, the checker answers, and says no more than anybody can read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsfeed.feeds import FORMATS, Format
from newsfeed.lint import check_document, format_of
from newsfeed.lint.checking import MAX_BYTES, MOST
from newsfeed.lint.finding import QUOTED
from newsfeed.lint.readers import LARGE_BYTES

CASES = Path(__file__).with_name("cases")
SOUND: dict[Format, bytes] = {
    format: (CASES / f"sound.{format}").read_bytes() for format in FORMATS
}


@pytest.mark.parametrize("format", SOUND)
def test_the_format_is_told_by_the_beginning(format: Format) -> None:
    assert format_of(SOUND[format]) == format
    assert format_of(b"\xef\xbb\xbf\n " + SOUND[format]) == format


@pytest.mark.parametrize("body", [b"", b"Not Found", b"<html></html>", b"[]", b"\x00" * 100])
def test_what_is_no_feed_is_told_so(body: bytes) -> None:
    (finding,) = check_document(body)
    assert finding.rule == "document-format"
    assert finding.severity == "error"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_other_encodings_are_read_and_told(encoding: str) -> None:
    text = SOUND["atom"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    body = "\ufeff".encode(encoding) + text.encode(encoding)
    assert [finding.rule for finding in check_document(body)] == ["xml-encoding"]


def test_what_is_too_large_is_not_looked_into() -> None:
    (finding,) = check_document(b"{" + b" " * MAX_BYTES)
    assert finding.rule == "document-too-large"


def test_a_large_document_is_told() -> None:
    body = SOUND["json"].replace(b"Herbst", b"H" * LARGE_BYTES)
    assert [finding.rule for finding in check_document(body)] == ["document-large"]


def test_findings_of_one_rule_are_bounded_and_the_rest_is_counted() -> None:
    item = b"<item><title>x</title></item>"
    body = b'<rss version="2.0"><channel>' + item * 1000 + b"</channel></rss>"
    guids = [finding for finding in check_document(body, "rss") if finding.rule == "rss-guid"]
    assert len(guids) == MOST
    assert guids[-1].what == f"the item has no guid, and {1000 - MOST} more"


def test_what_is_quoted_is_short_and_printable() -> None:
    body = SOUND["atom"].replace(b"tag:bote.example,2026:bruecke", "\u202e\n".encode() * 500)
    for finding in check_document(body):
        assert len(finding.entry) <= 6 * QUOTED
        assert finding.message.isprintable()
        assert finding.entry.isprintable()


@pytest.mark.parametrize(
    "piece",
    [
        b"<b>",
        b"<entry/>",
        b"<title>&#60;b&#62;</title>",
        b"&lt;p&gt;&lt;b&gt;",
        b'<link rel="self"/>',
    ],
)
def test_ten_thousand_of_anything_are_answered(piece: bytes) -> None:
    head = SOUND["atom"].partition(b"  <entry>")[0]
    body = head + b"<entry><content type='html'>" + piece * 10_000 + b"</content></entry></feed>"
    assert check_document(body, "atom")


def test_the_clock_is_the_callers() -> None:
    body = SOUND["rss"]
    assert check_document(body, now=datetime(2026, 6, 1, 7, tzinfo=UTC)) == []
    early = check_document(body, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert {finding.rule for finding in early} == {"date-future"}


def test_nothing_is_fetched_or_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("streng geheim")
    doctype = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    body = SOUND["atom"].replace(b"<feed ", doctype + b"<feed ").replace(b"Pendler", b"&x;")
    findings = check_document(body)
    assert "xml-doctype" in {finding.rule for finding in findings}
    assert not any("geheim" in finding.message for finding in findings)
