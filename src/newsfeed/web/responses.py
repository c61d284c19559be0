"""Responses: a body with its validators, or 304 where the reader has it already.

In: bytes and validators. Out: Flask responses with caching headers. Called by every route.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import http_date

from newsfeed.web.conditional import not_modified, refused
from newsfeed.web.encodings import WORTHWHILE, chosen
from newsfeed.web.site import site

REVALIDATE = "no-cache"
EXPOSED = "ETag, IM, Last-Modified, Link, Retry-After"
"""What a script of another site may read of our answers beside the usual headers."""
_OPEN_ENDINGS = (".atom", ".rss", ".json", ".opml", ".xml")
_SETTLED = timedelta(seconds=2)
"""Last-Modified counts seconds: while more may happen within one, it says nothing yet."""


def respond(body: bytes, media_type: str, cache_control: str = REVALIDATE) -> Response:
    """200 with the body, or 304; the validator is a digest of the body."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    return respond_by(etag, lambda: body, media_type, cache_control)


def respond_by(
    etag: str, make: Callable[[], bytes], media_type: str, cache_control: str = REVALIDATE
) -> Response:
    """The same for a body whose validator is known before it is made."""
    response = unchanged(etag, None) or packed(etag, make(), media_type)
    response.headers["Vary"] = "Accept-Encoding"
    return validated(response, etag, None, cache_control)


def unchanged(etag: str, last_modified: datetime | None) -> Response | None:
    """304 where the request's conditions say so, else None. Raises PreconditionFailed."""
    headers = request.headers
    if refused(last_modified, headers.get("If-Match"), headers.get("If-Unmodified-Since")):
        raise PreconditionFailed
    if not_modified(
        etag,
        last_modified,
        headers.get("If-None-Match"),
        headers.get("If-Modified-Since"),
        site().clock(),
    ):
        return Response(status=304)
    return None


def packed(key: str, body: bytes, media_type: str) -> Response:
    """The body in the content coding that the client likes best; `key` names these bytes alone."""
    coding = chosen(request.headers.get("Accept-Encoding"))
    if coding == "identity" or len(body) < WORTHWHILE:
        return Response(body, content_type=media_type)
    response = Response(site().bodies.get(key, body, coding), content_type=media_type)
    response.headers["Content-Encoding"] = coding
    return response


def validated(
    response: Response, etag: str, last_modified: datetime | None, cache_control: str
) -> Response:
    """The response with its validators; a 304 carries the same ones (RFC 9110, 15.4.5)."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    if last_modified is not None and settled(last_modified):
        response.headers["Last-Modified"] = http_date(last_modified)
    return response


def settled(last_modified: datetime) -> bool:
    """Whether the second in which something last changed is over."""
    return site().clock() - last_modified >= _SETTLED


def is_open(path: str) -> bool:
    """Whether scripts of any site may read what stands at this path, be it an error."""
    return path.startswith("/api/") or path.endswith(_OPEN_ENDINGS)


def open_to_all(response: Response) -> Response:
    """Lets scripts of any site read the response (Fetch standard, CORS protocol)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
