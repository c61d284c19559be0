"""Checking: one document, whoever wrote it, against everything that can be said of it alone.

In: bytes, and their format where it is known. Out: findings and the view that they were made from.
Called by the command and by tests. Never raises and fetches nothing, whatever the bytes are; time
grows with the document's length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from newsfeed.feeds import Format
from newsfeed.lint.atom import check_atom
from newsfeed.lint.contents import check_contents
from newsfeed.lint.finding import Finding, Rule
from newsfeed.lint.jsonfeed import check_json, parse_json
from newsfeed.lint.paging import check_paging
from newsfeed.lint.readers import check_readers
from newsfeed.lint.reading import read_atom, read_json, read_rss
from newsfeed.lint.rss import check_rss
from newsfeed.lint.view import FeedView
from newsfeed.lint.xml_document import parse_xml

MAX_BYTES = 20_000_000
"""A larger document is not looked into."""
MOST = 100
"""Findings of one rule in one document; those beyond are counted."""
TOO_LARGE = Rule(
    "document-too-large",
    "error",
    f"write at most {MAX_BYTES:,} bytes: no reader loads more",
    "practice of readers",
)
UNKNOWN = Rule(
    "document-format",
    "error",
    "begin with <rss>, Atom's <feed> or a JSON object",
    "RSS 2.0; RFC 4287; JSON Feed 1.1",
)
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(rss|feed|entry|RDF)[\s>/]")
_HEAD = 4000


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a document, and what it says; no view where it cannot be read."""

    findings: tuple[Finding, ...]
    view: FeedView | None


def check_document(
    body: bytes, format: Format | None = None, now: datetime | None = None
) -> list[Finding]:
    """What is wrong with a feed's document; without `format` it is told by its beginning.

    Dates after `now` are wrong, where that is given.
    """
    return list(examine(body, format, now).findings)


def examine(body: bytes, format: Format | None = None, now: datetime | None = None) -> Checked:
    """The same, with what the document says."""
    if len(body) > MAX_BYTES:
        return Checked((TOO_LARGE.broken(f"the document has {len(body):,} bytes"),), None)
    format = format or format_of(body)
    if format is None:
        return Checked((UNKNOWN.broken("the document is no feed"),), None)
    findings, view = _json(body) if format == "json" else _xml(body, format)
    if view is not None:
        view = replace(view, size=len(body))
        said = chain(check_paging(view), check_readers(view, now), check_contents(view))
        findings = chain(findings, said)
    return Checked(tuple(one.within("", format) for one in _bounded(findings)), view)


def format_of(body: bytes) -> Format | None:
    """The format of a document by its beginning, or None."""
    head = body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"{":
        return "json"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")
    found = _ROOT.search(head)
    if found is None:
        return None
    return "rss" if found[1] in (b"rss", b"RDF") else "atom"


def _json(body: bytes) -> tuple[Iterable[Finding], FeedView | None]:
    value, findings = parse_json(body)
    if value is None:
        return findings or (UNKNOWN.broken("the document is null"),), None
    return chain(findings, check_json(value)), read_json(value)


def _xml(body: bytes, format: Format) -> tuple[Iterable[Finding], FeedView | None]:
    parsed = parse_xml(body)
    if parsed.root is None:
        return parsed.findings, None
    check, read = (check_rss, read_rss) if format == "rss" else (check_atom, read_atom)
    return chain(parsed.findings, check(parsed.root)), read(parsed.root)


def _bounded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """At most `MOST` findings of each rule; the last one says how many more there were."""
    counts: Counter[str] = Counter()
    last: dict[str, Finding] = {}
    for finding in findings:
        counts[finding.rule] += 1
        if counts[finding.rule] < MOST:
            yield finding
        else:
            last.setdefault(finding.rule, finding)
    for rule, finding in last.items():
        more = counts[rule] - MOST
        yield replace(finding, what=finding.what + (f", and {more} more" if more else ""))
