"""Conditional requests: may a reader keep what it has?

In: our validators and the request's conditions, as text. Out: yes or no. Called by `responses`;
`delta` reads entity tags here, too. Source: RFC 9110, sections 8.8 and 13; the tolerances are for
what proxies and readers do to entity tags. Takes time in proportion to the headers' length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_QUOTED = re.compile(r'"([^"]*)"')
_CODING = re.compile(r"(?:[-;:]{1,2}(?:x-)?(?:gzip|br|zstd|deflate))+$", re.IGNORECASE)
_LONGEST_TAG = 128
"""Characters; a longer one is none of ours, whatever a proxy has added."""
_LONGEST_DATE = 64


def not_modified(
    etag: str,
    last_modified: datetime | None,
    if_none_match: str | None,
    if_modified_since: str | None,
    now: datetime,
) -> bool:
    """Whether 304 is the answer. If-None-Match, where it is sent, decides alone (13.2.2).

    A date later than `now` is ignored: no copy of ours can be of then, and a reader whose clock is
    wrong would hear nothing for as long. RFC 2616 (14.25) called such a date invalid; RFC 9110 no
    longer says so, but has dates read by our clock (13.1.3) and 304 only as a SHOULD.
    """
    if if_none_match is not None:
        return _matches(etag, if_none_match)
    if last_modified is None or if_modified_since is None:
        return False
    since = _instant(if_modified_since)
    return since is not None and last_modified.replace(microsecond=0) <= since <= now


def refused(
    last_modified: datetime | None, if_match: str | None, if_unmodified_since: str | None
) -> bool:
    """Whether 412 is the answer. If-Match, where it is sent, decides alone (13.2.2).

    It compares strongly, and all our tags are weak: nothing but "*" ever matches (8.8.3.2).
    """
    if if_match is not None:
        return if_match.strip() != "*"
    if last_modified is None or if_unmodified_since is None:
        return False
    since = _instant(if_unmodified_since)
    return since is not None and last_modified.replace(microsecond=0) > since


def entity_tags(header: str) -> Iterator[str]:
    """What stands between the quotation marks of each tag, without what proxies add to it.

    Apache and others append the content coding ("-gzip", ";br", "--gzip") to the tag of a body that
    they pack. Some readers drop the quotation marks; they are understood as well.
    """
    tags = _QUOTED.findall(header) or [
        part.strip().removeprefix("W/") for part in header.split(",")
    ]
    return (_CODING.sub("", tag) for tag in tags if len(tag) <= _LONGEST_TAG)


def _matches(etag: str, header: str) -> bool:
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/").strip('"') in entity_tags(header)


def _instant(header: str) -> datetime | None:
    """The date, or None for what is none; two dates are none either (RFC 9110, 13.1.3)."""
    if len(header) > _LONGEST_DATE or header.count(",") > 1:
        return None
    try:
        instant = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" parses as naive; it is UTC too
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
