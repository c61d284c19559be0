"""The same feed in three formats: where they differ, a reader's user would lose what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfeed.feeds import FORMATS, Format
from newsfeed.lint import examine
from newsfeed.lint.agreement import check_agreement
from newsfeed.lint.view import FeedView

CASES = Path(__file__).with_name("cases")


def views(**changes: tuple[str, str]) -> dict[Format, FeedView]:
    found: dict[Format, FeedView] = {}
    for format in FORMATS:
        text = (CASES / f"sound.{format}").read_text()
        if format in changes:
            right, wrong = changes[format]
            assert right in text
            text = text.replace(right, wrong)
        view = examine(text.encode(), format).view
        assert view is not None
        found[format] = view
    return found


def test_equal_feeds_agree() -> None:
    assert list(check_agreement(views())) == []
    assert list(check_agreement({})) == []


@pytest.mark.parametrize(
    ("format", "right", "wrong", "rule"),
    [
        ("rss", '<guid isPermaLink="false">tag:bote', "<guid>https://bote", "formats-entries"),
        ("json", '"id": "tag:bote', '"id": "tag:neu', "formats-entries"),
        ("rss", "<title>Die Nord", "<title>Die Süd", "formats-values"),
        ("json", '"title": "Die Nord', '"title": "Die Süd', "formats-values"),
        ("rss", "15:05:09", "17:05:09", "formats-values"),
        ("json", "T06:30:00Z", "T08:30:00Z", "formats-values"),
        ("json", "articles/bruecke", "articles/br%C3%BCcke", "formats-values"),
        ("rss", "<language>de", "<language>en", "formats-head"),
        ("json", '"title": "Mühl', '"title": "Mehl', "formats-head"),
    ],
)
def test_a_difference_is_told_with_its_format(
    format: Format, right: str, wrong: str, rule: str
) -> None:
    findings = list(check_agreement(views(**{format: (right, wrong)})))
    assert {(finding.rule, finding.format) for finding in findings} == {(rule, format)}
