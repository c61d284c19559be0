"""The rules: each has a name of its own, a remedy and a source, and a case in which it speaks."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path

from newsfeed import lint, lint_feeds
from newsfeed.lint import Rule

CASES = Path(__file__).with_name("cases")


def rules() -> list[Rule]:
    modules = [
        importlib.import_module(f"newsfeed.lint.{one.name}")
        for one in pkgutil.iter_modules(lint.__path__)
    ]
    found = [
        (value, name)
        for module in [*modules, lint_feeds]
        for name, value in vars(module).items()
        if isinstance(value, Rule)
    ]
    # by identity: a rule may be imported by a neighbour
    return list({id(rule): rule for rule, _ in found}.values())


def test_each_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in rules()]
    assert sorted(names) == sorted(set(names))


def test_each_rule_says_what_to_do_and_who_says_so() -> None:
    for rule in rules():
        finding = rule.broken("something is wrong", "tag:x.example,2026:1", 3)
        assert finding.message == f"something is wrong; {rule.remedy} ({rule.source})"
        assert rule.remedy
        assert rule.source
        assert not rule.remedy.endswith(".")


def test_each_rule_on_documents_has_a_case() -> None:
    spoken = {
        finding["rule"]
        for path in CASES.glob("*.expected")
        for finding in json.loads(path.read_text())
    }
    # about builds, formats and our own feeds: see the tests of these names; or about large ones
    elsewhere = ("history-", "formats-", "archive-", "feed-", "document-")
    assert {rule.name for rule in rules() if not rule.name.startswith(elsewhere)} == spoken
