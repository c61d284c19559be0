"""Conditional requests: may a reader keep what it has?

In: our validators and the two request headers, as text. Out: yes or no. Called by `responses`.
Source: RFC 9110, sections 8.8 and 13; the tolerances are for what proxies do to entity tags.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_ENCODING = re.compile(r"[-;](?:gzip|br|zstd|deflate)$")


def not_modified(
    etag: str,
    last_modified: datetime | None,
    if_none_match: str | None,
    if_modified_since: str | None,
) -> bool:
    """Whether 304 is the answer. If-None-Match, where it is sent, decides alone."""
    if if_none_match is not None:
        return _matches(etag, if_none_match)
    if last_modified is None or if_modified_since is None:
        return False
    since = _instant(if_modified_since)
    return since is not None and last_modified.replace(microsecond=0) <= since


def _matches(etag: str, header: str) -> bool:
    if header.strip() == "*":
        return True
    wanted = etag.removeprefix("W/").strip('"')
    # a reader that drops the quotation marks (some do) is understood as well
    tags = _TAG.findall(header) or [part.strip() for part in header.split(",")]
    return any(_ENCODING.sub("", tag) == wanted for tag in tags)


def _instant(header: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" parses as naive; it is UTC too
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
