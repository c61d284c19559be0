"""Preflight: a script of another site asks whether it may poll a feed properly.

In: OPTIONS requests. Out: yes, for every document that programs read. Called by Flask through
`install`. A browser asks before it lets a script send If-None-Match and the like; without an answer
scripts could poll only by loading everything. Source: Fetch standard, CORS-preflight request.
"""

from __future__ import annotations

from apiflask import APIFlask
from flask import Response, request
from werkzeug.exceptions import MethodNotAllowed

from newsfeed.web.responses import is_open, open_to_all

ALLOWED = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "A-IM, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def install(app: APIFlask) -> None:
    """Answers OPTIONS wherever a document that is open to all can be read."""
    app.before_request(_answer)


def _answer() -> Response | None:
    # nobody routes OPTIONS: that some other method is allowed means that there is a document
    routed = request.method != "OPTIONS" or not isinstance(
        request.routing_exception, MethodNotAllowed
    )
    if routed or not is_open(request.path):
        return None
    response = Response(status=204)
    response.headers.update(ALLOWED)
    return open_to_all(response)
