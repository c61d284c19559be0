"""Our own golden feeds, and their texts that break feeds elsewhere, have no error."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfeed.feeds import Format
from newsfeed.lint import check_document, examine
from newsfeed.lint.agreement import check_agreement
from newsfeed.lint.view import FeedView

GOLDEN = Path(__file__).parents[1] / "feeds" / "golden"
FEEDS = sorted(path for path in GOLDEN.iterdir() if path.suffix in (".atom", ".rss", ".json"))


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_a_golden_feed_has_no_error(path: Path) -> None:
    findings = check_document(path.read_bytes())
    assert [finding.message for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", sorted({path.stem for path in FEEDS}))
def test_the_formats_of_a_golden_feed_say_the_same(name: str) -> None:
    views: dict[Format, FeedView] = {}
    for format in ("atom", "rss", "json"):
        view = examine((GOLDEN / f"{name}.{format}").read_bytes()).view
        assert view is not None
        views[format] = view
    assert [finding.message for finding in check_agreement(views)] == []
