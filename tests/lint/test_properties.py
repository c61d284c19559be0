"""Laws: nothing crashes the checker, and what is required is always missed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.feeds import FORMATS, Format
from newsfeed.lint import Finding, check_document

CASES = Path(__file__).with_name("cases")
SOUND: dict[Format, bytes] = {
    format: (CASES / f"sound.{format}").read_bytes() for format in FORMATS
}
SPLICES = st.binary(max_size=20) | st.sampled_from(
    [
        *(b"<", b"</", b"&lt;", b"]]>", b'"', b"{", b"[", b"null", b"1e999", b"\x00", b"&x;"),
        *(b"<!--", b"\\ud800", b'type="xhtml"', b"xml:base='a'", b"<title>", b"</title>"),
    ]
)
REQUIRED = {
    "atom": (b"id", b"title", b"updated", b"author"),
    "rss": (b"title", b"link", b"description"),
}


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


@settings(deadline=None)
@given(st.binary(max_size=400), st.none() | st.sampled_from(FORMATS))
def test_arbitrary_bytes_never_crash_it(body: bytes, format: Format | None) -> None:
    for finding in check_document(body, format):
        assert finding.message


@settings(deadline=None)
@given(st.data())
def test_mangled_feeds_never_crash_it(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(FORMATS))
    body = SOUND[format]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        end = start + data.draw(st.integers(0, 30))
        body = body[:start] + data.draw(SPLICES) + body[end:]
    for finding in check_document(body, format):
        assert finding.message.isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.data())
def test_any_value_in_any_member_is_answered(data: st.DataObject) -> None:
    feed = orjson.loads(SOUND["json"])
    names = [*feed, "authors", "author", "hubs", "_newsfeed", "next_url"]
    if data.draw(st.booleans()):
        feed[data.draw(st.sampled_from(names))] = data.draw(JSON)
    item = feed["items"][0] if isinstance(feed["items"], list) and feed["items"] else {}
    if isinstance(item, dict):
        names = [*item, "tags", "authors", "attachments", "_newsfeed", "image"]
        item[data.draw(st.sampled_from(names))] = data.draw(JSON)
    for finding in check_document(json.dumps(feed).encode(), "json"):
        assert finding.message


@given(st.sampled_from(["atom", "rss"]), st.data())
def test_a_missing_element_is_always_found(format: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(REQUIRED[format]))
    body = SOUND[cast(Format, format)]
    head, start, entries = body.partition(b"<entry>" if format == "atom" else b"<item>")
    places = [(head, 0)]
    if format == "atom" and name != b"author":  # whose feed has one for all
        places.append((entries, len(head + start)))
    text, offset = data.draw(st.sampled_from(places))
    found = re.search(rb"<%b>.*?</%b>" % (name, name), text, re.DOTALL)
    assert found is not None
    dropped = body[: offset + found.start()] + body[offset + found.end() :]
    said = errors(check_document(dropped, cast(Format, format)))
    assert any(name.decode() in finding.what for finding in said)


@given(st.sampled_from(["version", "title", "items"]))
def test_a_missing_member_is_always_found(name: str) -> None:
    feed = orjson.loads(SOUND["json"])
    del feed[name]
    assert any(name in one.what for one in errors(check_document(orjson.dumps(feed), "json")))


@given(st.sets(st.sampled_from(["id", "content_html"]), min_size=1))
def test_a_missing_member_of_an_item_is_always_found(names: set[str]) -> None:
    feed = orjson.loads(SOUND["json"])
    for name in names:
        del feed["items"][0][name]
    assert len(errors(check_document(orjson.dumps(feed), "json"))) == len(names)
