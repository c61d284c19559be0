"""Addresses: how web addresses are told apart.

In: a URL from wherever. Out: the form in which two of them are compared, or whether it is one at
all. Called by everyone who recognises an article by its address.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = ("utm_", "fbclid", "gclid", "wt_", "mc_")
_LONGEST = 2000


def url_key(url: str | None) -> str | None:
    """A URL as it is compared: without scheme, fragment, tracking parameters, last slash."""
    if not url:
        return None
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    ]
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{urlencode(query)}".rstrip("?")


def web_address(text: str | None) -> str | None:
    """The text if it is an absolute http or https URL of at most 2,000 characters, else None."""
    url = (text or "").strip()
    if not url or len(url) > _LONGEST or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        parse_qsl(parts.query)
    except ValueError:
        return None
    return url if valid else None
