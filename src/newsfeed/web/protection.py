"""Protection: limits on what comes in, headers on all that goes out.

In: every request and response. Called by Flask through `install`. Source of the limits:
requirements 11 to 13 of the project's security notes; CSP: W3C Content Security Policy 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from apiflask import APIFlask
from flask import Response, request

from newsfeed.web.parameters import MAX_PARAMETERS, refuse_repeated
from newsfeed.web.problems import Problem, Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUEST_LINE = 8192
MAX_BODY = 1_000_000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' https:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def install(app: APIFlask) -> None:
    """Guards every route of the application."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_refuse)
    app.after_request(_protect)


class Mounted:
    """Takes the public address's folder off the path, for proxies that leave it on.

    An empty path is the root, too: Flask would redirect it, to whatever the Host header says.
    """

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == self._prefix or path.startswith(self._prefix + "/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        return self._app(environ, start_response)


def _refuse() -> None:
    if len(request.path) + len(request.query_string) > MAX_REQUEST_LINE:
        raise Refused(Problem(414))
    if (request.content_length or 0) > MAX_BODY:
        raise Refused(Problem(413))
    try:
        request.query_string.decode()
    except UnicodeDecodeError as error:
        raise Refused(Problem(400, "Die Adresse ist nicht in UTF-8 geschrieben.")) from error
    if request.query_string.count(b"&") >= MAX_PARAMETERS:
        raise Refused(Problem(400, f"Es sind höchstens {MAX_PARAMETERS} Parameter erlaubt."))
    refuse_repeated(name for name, _ in request.args.items(multi=True))


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
