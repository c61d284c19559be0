"""Faulty feeds and what is said of them: each case is a complaint that somebody once had.

cases/<name>.atom, .rss or .json is a document, beside it stands what lint says of it. To take the
present answers as the right ones: `python tests/lint/test_cases.py`, then read the difference.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from newsfeed.feeds import Format
from newsfeed.lint import check_document

CASES = Path(__file__).with_name("cases")
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def documents() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.suffix in (".atom", ".rss", ".json"))


def expected(document: Path) -> Path:
    return document.with_name(document.name + ".expected")


def found(document: Path) -> list[dict[str, Any]]:
    format = cast(Format, document.suffix[1:])
    return [
        {
            "severity": one.severity,
            "rule": one.rule,
            "entry": one.entry,
            "line": one.line,
            "what": one.what,
        }
        for one in check_document(document.read_bytes(), format, NOW)
    ]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_a_faulty_feed_is_told_as_expected(document: Path) -> None:
    assert found(document) == json.loads(expected(document).read_text())


def test_a_sound_feed_has_no_findings() -> None:
    for format in ("atom", "rss", "json"):
        assert check_document((CASES / f"sound.{format}").read_bytes(), now=NOW) == []


def test_every_other_case_has_a_finding() -> None:
    silent = {path.name for path in documents() if json.loads(expected(path).read_text()) == []}
    # the last two are right, though they look faulty
    sound = {f"sound.{format}" for format in ("atom", "rss", "json")}
    assert silent == sound | {"atom-entry-alone.atom", "title-with-a-smaller-than.json"}


if __name__ == "__main__":
    for path in documents():
        text = json.dumps(found(path), indent=2, ensure_ascii=False)
        expected(path).write_text(text + "\n")
