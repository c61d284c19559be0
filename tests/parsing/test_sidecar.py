"""Sidecars: what they may say, and how each mistake is answered."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.sidecar import Sidecar, is_sidecar, read_sidecar, sidecar_names

FULL_TOML = b"""
url = "https://zeitung.example/a?b=1"
source = "Ammertaler Bote"
section = "Politik"
authors = ["Anna Berg", " Jo\xcc\x88rg   M\xc3\xbcller "]
published = 2022-02-27T17:26:00+01:00
updated = "2022-02-28"
topics = "Wahl"
id = "tag:zeitung.example,2022:a"
withdrawn = "Rechte abgelaufen"
language = "de-CH"
"""


def test_everything_a_sidecar_may_say() -> None:
    assert read_sidecar(FULL_TOML, "a/x.meta.toml") == Sidecar(
        url="https://zeitung.example/a?b=1",
        source="Ammertaler Bote",
        section="Politik",
        authors=("Anna Berg", "Jörg Müller"),
        published=datetime(2022, 2, 27, 17, 26, tzinfo=timezone(timedelta(hours=1))),
        updated=date(2022, 2, 28),
        topics=("Wahl",),
        id="tag:zeitung.example,2022:a",
        withdrawn="Rechte abgelaufen",
        language="de-CH",
    )


def test_json_says_the_same() -> None:
    raw = b'{"authors": "Anna Berg", "published": "2022-02-27T17:26:00Z", "withdrawn": true}'
    sidecar = read_sidecar(raw, "x.meta.json")
    assert sidecar.authors == ("Anna Berg",)
    assert sidecar.published == datetime(2022, 2, 27, 17, 26, tzinfo=UTC)
    assert sidecar.withdrawn is True


def test_an_empty_sidecar_says_nothing() -> None:
    assert read_sidecar(b"", "x.meta.toml") == Sidecar() == read_sidecar(b"{}", "x.meta.json")


def test_where_sidecars_stand() -> None:
    assert sidecar_names("a/x.txt") == ("a/x.meta.toml", "a/x.meta.json")
    assert sidecar_names("x.y.txt") == ("x.y.meta.toml", "x.y.meta.json")
    assert is_sidecar("a/x.META.json")
    assert not is_sidecar("a/x.json")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('autor = "x"', r"field 'autor' is wrong; no such field; known are url, source"),
        ('url = "ftp://x.example"', r"field 'url' is wrong; must be an http or https address"),
        ('url = "https://"', r"field 'url'"),
        ('url = "https://[x"', r"field 'url'"),
        ('url = "javascript:alert(1)"', r"field 'url'"),
        ('id = "artikel-7"', r"field 'id' is wrong; must be an absolute URI"),
        ('id = "tag:a b"', r"field 'id'"),
        ('id = "mailto:a@b.example"', r"field 'id'"),
        (f'id = "urn:x:{"y" * 200}"', r"field 'id' is wrong; .*200 characters"),
        ('published = "gestern"', r"field 'published' is wrong; must be a date like"),
        ("published = 17:26:00", r"field 'published'"),
        ("published = 20220227", r"field 'published'"),
        ("authors = [1]", r"field 'authors'"),
        ('authors = [""]', r"field 'authors'"),
        ("withdrawn = 1", r"field 'withdrawn'"),
        ('language = "Deutsch"', r"field 'language'"),
        ('section = ""', r"field 'section'"),
        ("section = [", r"not valid TOML"),
        ('a = "x"\na = "y"', r"not valid TOML"),
    ],
)
def test_each_mistake_names_file_field_and_remedy(toml: str, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        read_sidecar(toml.encode(), "politik/x.meta.toml")
    assert caught.value.reason.startswith("politik/x.meta.toml: ")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"[" * 60_000, r"nested too deep|not valid JSON"),
        (b'{"a": ' * 10_000, r"nested too deep|not valid JSON"),
        (b"[1]", r"not an object"),
        (b'{"url": NaN}', r"NaN is no JSON value"),
        (b'{"source": "a", "source": "b"}', r"stands there twice"),
        (b'{"source": "\xff"}', r"not UTF-8 at byte 12; save it as UTF-8"),
        (b" " * 70_000, r"larger than 65536 bytes"),
        (b"", r"not valid JSON"),
    ],
)
def test_broken_json(raw: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_sidecar(raw, "x.meta.json")


def test_deep_toml_is_refused() -> None:
    with pytest.raises(ParseError, match=r"nested too deep|not valid TOML"):
        read_sidecar(b"a = " + b"[" * 60_000, "x.meta.toml")


def test_strings_are_cleaned() -> None:
    raw = b'{"source": "A\\u0007\\u202eB\\ud800\\u00adC", "topics": ["  x \\n y "]}'
    sidecar = read_sidecar(raw, "x.meta.json")
    assert sidecar.source == "ABC"
    assert sidecar.topics == ("x y",)


@given(st.binary(max_size=300), st.sampled_from(["x.meta.toml", "x.meta.json"]))
def test_any_bytes_are_a_sidecar_or_a_parse_error(raw: bytes, name: str) -> None:
    with contextlib.suppress(ParseError):
        assert isinstance(read_sidecar(raw, name), Sidecar)
