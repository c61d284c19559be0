"""Tracking: what others hang on our addresses to follow people round the web is taken off again.

In: requests for pages. Out: for one with such parameters a redirect to the same page without them,
so that a newsletter's link works and nobody copies the tag along. Called by Flask through
`install`. Feeds and the API keep refusing what they do not know: programs ask for those.
"""

from __future__ import annotations

import re
from collections.abc import Container
from urllib.parse import quote, unquote_to_bytes

from apiflask import APIFlask
from flask import redirect, request
from werkzeug.wrappers import Response

from newsfeed.web.site import site

_FAMILIES = (
    "_hs",  # HubSpot
    "at_",  # Piano, formerly AT Internet
    "hsa_",  # HubSpot's advertisements
    "matomo_",
    "mc_",  # Mailchimp
    "mtm_",  # Matomo
    "ns_",  # Comscore
    "pk_",  # Matomo, formerly Piwik
    "piwik_",
    "utm_",  # Google Analytics, and everybody since
    "vero_",
    "wt.",  # Mapp, formerly Webtrekk
    "wt_",
)
_NAMES = (
    "_ga",
    "_gl",
    "dclid",
    "epik",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mkt_tok",
    "msclkid",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "xtor",
    "yclid",
)
_TAG = re.compile(
    f"(?:{'|'.join(map(re.escape, _FAMILIES))}).*|{'|'.join(map(re.escape, _NAMES))}",
    re.IGNORECASE | re.DOTALL,
)
_IN_A_PATH = "/:@!$&'()*+,;=~"
_IN_A_QUERY = _IN_A_PATH + "%?"


def install(app: APIFlask, blueprints: Container[str | None]) -> None:
    """Guards the pages of these blueprints.

    To be called before anything that looks at the parameters: a link tagged twice is no mistake of
    the person who follows it.
    """

    def redirected() -> Response | None:
        if request.blueprint not in blueprints or not request.query_string:
            return None
        kept = untracked(request.query_string)
        if kept == request.query_string:
            return None
        path = site().links.href(quote(request.path, safe=_IN_A_PATH))
        return redirect(path + (f"?{quote(kept, safe=_IN_A_QUERY)}" if kept else ""), 301)

    app.before_request(redirected)


def untracked(query: bytes) -> bytes:
    """The query string without the parameters that only tell who came from where."""
    return b"&".join(pair for pair in query.split(b"&") if not is_tag(pair.partition(b"=")[0]))


def is_tag(name: bytes) -> bool:
    """Whether a parameter of this name, as it stands in an address, is such a one."""
    return _TAG.fullmatch(unquote_to_bytes(name).decode(errors="replace")) is not None
