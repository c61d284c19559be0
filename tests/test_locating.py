"""Locating: the paths that `newsfeed parse` takes, and what it says of those that are none."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from click.testing import CliRunner, Result

from newsfeed.cli import main

Run = Callable[..., Result]
PAGE = """<html lang="de"><head><title>{headline}</title></head><body><article><h1>{headline}</h1>
<p>Das alte Wehr hält dem Hochwasser nicht mehr stand, und der Bau beginnt im Frühjahr.</p>
<p>Nun soll es für zwölf Millionen Euro erneuert werden, wie die Stadt am Montag mitteilte.</p>
</article></body></html>"""


def record(url: str, headline: str, date: str) -> bytes:
    """A page in a web archive (WARC 1.0, ISO 28500), compressed by itself."""
    page = PAGE.format(headline=headline).encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url + date)}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("NEWSFEED_")]:
        monkeypatch.delenv(name)
    Path("corpus").mkdir()
    Path("corpus/netz.warc.gz").write_bytes(
        record("https://bote.example/wehr", "Wehr wird saniert", "2025-03-01T10:00:00Z")
        + record("https://bote.example/tor", "Das neue Tor klemmt", "2025-03-01T11:00:00Z")
        + record("https://bote.example/wehr", "Wehr wird teurer", "2025-03-02T10:00:00Z")
    )

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def values(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_collection_lists_its_members_under_the_paths_that_name_them(run: Run) -> None:
    members = values(run("parse", "corpus/netz.warc.gz", "--json"))
    assert [(member["url"], member["captured"]) for member in members] == [
        ("https://bote.example/wehr", "2025-03-01T10:00:00Z"),
        ("https://bote.example/tor", "2025-03-01T11:00:00Z"),
        ("https://bote.example/wehr", "2025-03-02T10:00:00Z"),
    ]
    told = run("parse", "corpus/netz.warc.gz", "--explain").stdout.splitlines()
    assert told[1] == (
        f"{members[1]['file']}  https://bote.example/tor  captured 2025-03-01 11:00:00 UTC"
    )


def test_a_member_is_parsed_by_its_path_in_its_newest_capture(run: Run) -> None:
    wehr, tor, _ = values(run("parse", "corpus/netz.warc.gz", "--json"))
    (article,) = values(run("parse", str(tor["file"]), "--json"))
    assert article["headline"] == "Das neue Tor klemmt"
    assert article["captured"] == "2025-03-01T11:00:00Z"
    (article,) = values(run("parse", str(wehr["file"]), "--json"))
    assert article["headline"] == "Wehr wird teurer"
    told = run("parse", str(wehr["file"]), "--explain").stdout
    assert "captured     2025-03-02T10:00:00+00:00" in told


def test_rules_hold_for_members(run: Run) -> None:
    wehr, *_ = values(run("parse", "corpus/netz.warc.gz", "--json"))
    Path("rules").mkdir()
    Path("rules/bote.example.toml").write_text('drop_lines = ["Nun soll"]\n')
    told = run("parse", str(wehr["file"]), "--explain").stdout
    assert "rules        bote.example" in told
    (article,) = values(run("parse", str(wehr["file"]), "--json"))
    assert "zwölf" not in str(article["body"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("corpus/netz.warc.gz/gibtesnicht.html", "`newsfeed parse corpus/netz.warc.gz` lists"),
        ("corpus/text.txt/x.html", "holds no x.html"),
        ("corpus/fehlt.warc.gz/x.html", "No such file"),
        ("corpus/fehlt.txt", "No such file"),
        ("corpus", "Is a directory"),
        ("corpus/netz\x1b[31m.warc.gz/x", "\\x1b[31m"),
    ],
)
def test_what_is_not_there_is_told(run: Run, path: str, words: str) -> None:
    Path("corpus/text.txt").write_text("Ein Text, in dem nichts anderes steht.\n")
    told = run("parse", path, code=1)
    assert words in told.stderr
    assert "\x1b" not in told.output


def test_a_broken_collection_is_told(run: Run) -> None:
    raw = Path("corpus/netz.warc.gz").read_bytes()
    Path("corpus/halb.warc.gz").write_bytes(raw[:-30])
    told = run("parse", "corpus/halb.warc.gz")
    assert told.stdout.count("https://bote.example/") == 2
    assert told.stderr.count("\n") == 1
    Path("corpus/keins.warc.gz").write_bytes(b"no archive")
    told = run("parse", "corpus/keins.warc.gz", code=1)
    assert "keins.warc.gz: " in told.stderr
