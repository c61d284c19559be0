"""Responses: a body with its validators, or 304 where the reader has it already.

In: bytes and validators. Out: Flask responses with caching headers. Called by every route.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Response, request
from werkzeug.http import http_date

from newsfeed.web.conditional import not_modified

REVALIDATE = "no-cache"
_SETTLED = timedelta(seconds=2)
"""Last-Modified counts seconds: while more may happen within one, it says nothing yet."""


def respond(body: bytes, media_type: str, cache_control: str = REVALIDATE) -> Response:
    """200 with the body, or 304; the validator is a digest of the body."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    response = unchanged(etag, None) or Response(body, content_type=media_type)
    return validated(response, etag, None, cache_control)


def unchanged(etag: str, last_modified: datetime | None) -> Response | None:
    """304 where the request's conditions say so, else None."""
    headers = request.headers
    if not_modified(
        etag, last_modified, headers.get("If-None-Match"), headers.get("If-Modified-Since")
    ):
        return Response(status=304)
    return None


def validated(
    response: Response, etag: str, last_modified: datetime | None, cache_control: str
) -> Response:
    """The response with its validators; a 304 carries the same ones (RFC 9110, 15.4.5)."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    if last_modified is not None and datetime.now(UTC) - last_modified >= _SETTLED:
        response.headers["Last-Modified"] = http_date(last_modified)
    return response


def open_to_all(response: Response) -> Response:
    """Lets scripts of any site read the response (Fetch standard, CORS protocol)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Last-Modified"
    return response
