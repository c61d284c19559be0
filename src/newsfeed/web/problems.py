"""Problems: every refusal and failure as one value, for a browser as a page, else as RFC 9457.

In: whatever a route raises. Out: a response that says what is wrong and what to do; never a
traceback, a path or a version. Called by Flask through `install`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from apiflask import APIFlask, HTTPError
from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from newsfeed.register_file import RegisterError
from newsfeed.search.interface import IndexUnavailable, InvalidQuery
from newsfeed.web.newsstand import NoSuchFeed, WithdrawnFeed
from newsfeed.web.parameters import BadParameters, parameter_errors
from newsfeed.web.responses import is_open, open_to_all
from newsfeed.withdrawals import FILE_REMOVED, Withdrawal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 10
"""Seconds after which a client may ask again for an index that was not there."""
_KEPT = {"Cache-Control": "public, max-age=3600"}
"""For a feed that is gone: caches may say so, but not for longer than an error would hurt."""

_LOG = logging.getLogger(__name__)
_TYPE = "tag:newsfeed.local,2026:problems/"
# the port's names for what the query string calls otherwise
_PARAMETERS = {"text": "q", "published_from": "from", "published_to": "to", "offset": "page"}
_MACHINE_ENDINGS = (".atom", ".rss", ".json", ".opml", ".xml", ".txt", "/healthz", "/readyz")
_WORDS = {
    400: ("bad-request", "Das konnten wir nicht verstehen", "Die Anfrage ist ungültig."),
    404: ("not-found", "Nicht gefunden", "Unter dieser Adresse gibt es nichts."),
    405: ("method-not-allowed", "Nicht erlaubt", "Diese Adresse kann nur gelesen werden."),
    410: ("withdrawn", "Zurückgezogen", "Dieser Artikel wurde zurückgezogen."),
    412: ("precondition-failed", "Bedingung nicht erfüllt", "Die Bedingung ist nicht erfüllt."),
    413: ("too-large", "Zu groß", "Die Anfrage ist zu groß."),
    414: ("too-long", "Zu lang", "Die Adresse ist zu lang."),
    500: ("internal", "Das ist unser Fehler", "Hier ist etwas schiefgegangen."),
    503: ("unavailable", "Gleich wieder da", "Der Index ist gerade nicht erreichbar."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong. `parameter` is the query parameter at fault, `position` where in its text.

    `extra` holds further members of the problem document.
    """

    status: int
    detail: str = ""
    type: str = ""
    title: str = ""
    parameter: str | None = None
    position: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The members of the problem document (RFC 9457, section 3)."""
        name, title, detail = _words(self.status)
        members: dict[str, Any] = {
            "type": _TYPE + (self.type or name),
            "title": self.title or title,
            "status": self.status,
            "detail": self.detail or detail,
        }
        if self.parameter is not None:
            members["parameter"] = self.parameter
        if self.position is not None:
            members["position"] = self.position
        return members | dict(self.extra)


class Refused(Exception):  # noqa: N818 - carries a problem, is none itself
    """Raised by a route that cannot answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def not_found(detail: str) -> Refused:
    """404, with what was looked for."""
    return Refused(Problem(404, detail))


def withdrawn(withdrawal: Withdrawal) -> Refused:
    """410, with when and why."""
    detail = _WORDS[410][2]
    # "zurückgezogen" alone would say it twice
    if withdrawal.reason != FILE_REMOVED and withdrawal.reason not in detail:
        detail = f"{detail} {_sentence(withdrawal.reason)}"
    return Refused(
        Problem(
            410,
            detail,
            extra={"withdrawn": withdrawal.at.isoformat().replace("+00:00", "Z")},
        )
    )


def problem_of(error: Exception) -> Problem:
    """What a client is told of an error. Logs those that are ours."""
    match error:
        case Refused():
            return error.problem
        case BadParameters():
            return _bad_parameters(error.errors)
        case HTTPError() if isinstance(error.__cause__, ValidationError):
            return _bad_parameters(parameter_errors(error.__cause__))
        case InvalidQuery():
            name = _PARAMETERS.get(error.parameter, error.parameter)
            return Problem(400, _sentence(error.reason), "invalid-query", "", name, error.position)
        case NoSuchFeed():
            return Problem(404, str(error))
        case WithdrawnFeed():
            return Problem(410, str(error), "withdrawn-feed", "Eingestellt", headers=_KEPT)
        case IndexUnavailable() | RegisterError():
            _LOG.warning("unavailable: %s", _one_line(str(error)))
            return Problem(503, headers={"Retry-After": str(RETRY_AFTER)})
        case HTTPException() if error.code is not None and error.code != 500:
            return Problem(error.code, headers=_kept_headers(error))
        case HTTPError() if error.status_code != 500:
            return Problem(error.status_code)
        case _:
            return _internal(error)


def wants_document(path: str) -> bool:
    """Whether a program reads what stands at this path; everything else is for people."""
    return path.startswith("/api/") or path.endswith(_MACHINE_ENDINGS)


def install(app: APIFlask, page: Callable[[Problem], Response]) -> None:
    """Makes every error of the application a problem; `page` shows one to a person."""

    def respond(error: Exception) -> Response:
        problem = problem_of(error)
        if wants_document(request.path):
            body = orjson.dumps(problem.document())
            response = Response(body, problem.status, mimetype=MEDIA_TYPE)
        else:
            response = _shown(problem, page)
        response.headers["Cache-Control"] = "no-store"
        response.headers.update(problem.headers)
        return open_to_all(response) if is_open(request.path) else response

    for kind in (Exception, HTTPError, HTTPException):
        app.register_error_handler(kind, respond)


def _shown(problem: Problem, page: Callable[[Problem], Response]) -> Response:
    try:
        return page(problem)
    except Exception:  # the page may fail for the reason it is about; words never do
        _LOG.exception("no page for a problem at %s", _one_line(request.path))
        words = f"{problem.status}: {problem.document()['detail']}\n"
        return Response(words, problem.status, content_type="text/plain; charset=utf-8")


def _bad_parameters(errors: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> Problem:
    name, reason = errors[0]
    listed = [{"parameter": name, "detail": reason} for name, reason in errors]
    return Problem(
        400,
        f"{name[:100]}: {reason}.",
        "invalid-parameter",
        parameter=name,
        extra={"errors": listed},
    )


def _internal(error: Exception) -> Problem:
    number = secrets.token_hex(6)
    _LOG.error("error %s at %s", number, _one_line(request.path), exc_info=error)
    detail = f"{_WORDS[500][2]} Im Protokoll steht dieser Fehler unter der Nummer {number}."
    return Problem(500, detail, extra={"error": number})


def _kept_headers(error: HTTPException) -> dict[str, str]:
    return {name: value for name, value in error.get_headers() if name == "Allow"}


def _words(status: int) -> tuple[str, str, str]:
    if status in _WORDS:
        return _WORDS[status]
    phrase = HTTPStatus(status).phrase
    return phrase.lower().replace(" ", "-"), phrase, phrase


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _one_line(text: str) -> str:
    return text.encode("unicode_escape").decode()[:500]
