"""Lint: what is wrong with a feed, said before a reader's users say it.

In: documents as bytes, also such as others wrote. Out: findings, each with its rule, its remedy
and its source. Pure: nothing is read, fetched or written but for `memory`, which keeps the last
build. Called by `lint_command` and by tests of the feeds.
"""

from __future__ import annotations

from newsfeed.lint.checking import Checked, check_document, examine, format_of
from newsfeed.lint.finding import SEVERITIES, Finding, Rule, Severity

__all__ = [
    "SEVERITIES",
    "Checked",
    "Finding",
    "Rule",
    "Severity",
    "check_document",
    "examine",
    "format_of",
]
