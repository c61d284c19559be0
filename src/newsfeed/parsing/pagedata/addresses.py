"""Addresses: which URL is the article's own.

In: URLs as links and data give them. Out: absolute http(s) URLs, or None. Called throughout
`pagedata`.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_LENGTH = 2_000
_SAFE = "%/:=&?~#+!$,;'@()*[]"
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}\ud800-\udfff]")
_SECOND_LEVEL_NAMES = "co com org net gov ac edu or ne go gv"
_SECOND_LEVEL = frozenset(_SECOND_LEVEL_NAMES.split())


def absolute(url: object, base: str | None) -> str | None:
    """An absolute http(s) URL, or None for anything else."""
    if not isinstance(url, str) or not url.strip() or len(url) > MAX_LENGTH:
        return None
    try:
        full = urljoin(base or "", url.strip())
        parts = urlsplit(full if full.isascii() else _in_ascii(full))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            return None
        full = parts.geturl()
    except ValueError:  # a UnicodeError is one as well
        return None
    return None if _UNFIT.search(full) else full


def _in_ascii(url: str) -> str:
    """A URL with the letters that none may hold written as RFC 3987, section 3.1 has it."""
    parts = urlsplit(url)
    host = parts.netloc.encode("idna").decode("ascii")
    path, query, fragment = (
        quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, host, path, query, fragment))


def canonical(url: object, base: str | None) -> str | None:
    """A URL that can be the canonical one of a page at `base`: on the same site, no front page."""
    full = absolute(url, base)
    if full is None:
        return None
    parts = urlsplit(full)
    if parts.path in ("", "/") and not parts.query:
        return None
    if base is not None and site(full) != site(base):
        return None
    return parts._replace(fragment="").geturl()


def site(url: str | None) -> str:
    """The registrable part of a URL's host: "www1.wdr.de" is "wdr.de", "x.co.uk" itself."""
    try:
        host = (urlsplit(url or "").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
    labels = host.split(".")
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    long = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if long else -2 :])
