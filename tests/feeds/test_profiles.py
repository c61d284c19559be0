"""Documents against the rules of `newsfeed lint`: profiles, and what readers stumble over."""

from __future__ import annotations

from newsfeed.feeds import FORMATS, Feed, Format, render
from newsfeed.lint import check_document
from newsfeed.lint.agreement import check_agreement
from newsfeed.lint.checking import examine

TUNNEL = "tag:nachrichten.example,2026:article/tunnel"
KNOWN = {
    # a summary is the builder's to give, and this entry has none
    ("search", "atom"): {("content-missing", TUNNEL)},
    ("search", "rss"): {("content-missing", TUNNEL)},
    # this feed has an address in Atom only
    ("empty", "rss"): {("rss-self", "")},
    ("empty", "json"): {("json-recommended", "")},
}


def test_nothing_is_found(sample: tuple[str, Feed]) -> None:
    name, feed = sample
    for format in FORMATS:
        findings = check_document(render(feed, format), format)
        if name == "hostile":  # what its texts say is odd; what the documents do is right
            assert [finding for finding in findings if finding.severity == "error"] == []
        else:
            found = {(finding.rule, finding.entry) for finding in findings}
            assert found == KNOWN.get((name, format), set())


def test_all_formats_say_the_same(feed: Feed) -> None:
    views = {}
    for format in FORMATS:
        view = examine(render(feed, format), format).view
        assert view is not None
        views[format] = view
    assert list(check_agreement(views)) == []


def test_the_rules_do_find_faults(full: Feed) -> None:
    def rules(format: Format, right: str, wrong: str) -> set[str]:
        document = render(full, format).decode()
        assert right in document
        return {finding.rule for finding in check_document(document.replace(right, wrong).encode())}

    assert rules("rss", ' length="48213"', "") >= {"rss-enclosure"}
    assert rules("atom", 'type="html"', 'type="CDATA"') != set()
    assert rules("json", "https://nachrichten.example/feeds/latest.json", "/a") >= {"json-address"}
