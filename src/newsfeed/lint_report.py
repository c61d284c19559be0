"""Findings as they are told: grouped for people, one a line for programs.

In: findings, and what was looked at. Out: lines on standard output. Called by `lint_command`.

One fault of an article stands in every feed and format that holds it: people are told once, with
the feeds. Of one rule they see the first `SHOWN` faults; programs get every finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby, islice

from newsfeed.lint import SEVERITIES, Finding, Severity
from newsfeed.terminal import say, say_json

SHOWN = 20
_FEEDS = 3
_Key = tuple[int, str, str, str]


def say_findings(findings: Sequence[Finding], outcome: Mapping[str, object], as_json: bool) -> None:
    """Prints the findings, the gravest first, and a summary."""
    counts = Counter(finding.severity for finding in findings)
    if as_json:
        for finding in findings:
            say_json({"finding": {**asdict(finding), "message": finding.message}})
        totals = {f"{severity}s": counts[severity] for severity in SEVERITIES}
        say_json({"checked": {**outcome, **totals}})
        return
    for line in _lines(findings):
        say(line)
    for line in _summary(counts, outcome):
        say(line)


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    groups: dict[_Key, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    for (_, rule), ordered in groupby(sorted(groups), key=lambda key: key[:2]):
        keys = list(ordered)
        for key in islice(keys, SHOWN):
            yield from _group(groups[key])
        if len(keys) > SHOWN:
            yield f"… {len(keys) - SHOWN} more of {rule}; --json prints every one\n"


def _key(finding: Finding) -> _Key:
    # sorted by severity, then by rule: what mends one mends its neighbours
    return SEVERITIES.index(finding.severity), finding.rule, finding.entry, finding.what


def _group(group: Sequence[Finding]) -> Iterator[str]:
    first = group[0]
    yield f"{first.severity}: {first.rule}  {first.entry}".rstrip()
    yield f"  {first.message}"
    places: dict[str, list[str]] = {}
    for finding in group:
        line = f"{finding.format} line {finding.line}" if finding.line else finding.format
        formats = places.setdefault(finding.feed, [])
        if line and line not in formats:
            formats.append(line)
    shown = [
        feed + (f" ({', '.join(formats)})" if formats else "")
        for feed, formats in islice(places.items(), _FEEDS)
        if feed
    ]
    if shown:
        more = f" and {len(places) - _FEEDS} more" if len(places) > _FEEDS else ""
        yield f"  in {', '.join(shown)}{more}"
    yield ""


def _summary(counts: Counter[Severity], outcome: Mapping[str, object]) -> Iterator[str]:
    said = ", ".join(f"{counts[severity]} {severity}s" for severity in SEVERITIES)
    feeds = f" of {outcome['feeds']} feeds" if outcome["feeds"] else ""
    yield f"{outcome['documents']} documents{feeds}: {said}"
    if outcome["remembered"] is None:  # files have no last build
        return
    compared = outcome["compared"]
    if isinstance(compared, datetime):
        yield f"compared with the build of {compared:%Y-%m-%d %H:%M:%S} UTC"
    else:
        yield "nothing to compare with yet"
    if not outcome["remembered"]:
        yield "this build is not remembered; mend it, or take it as it is with --accept"
