"""Access log: one line for each request that the application answers.

In: WSGI requests. Out: lines to the logger `NAME`, such as

    GET /feeds/latest.atom?content=summary 304 0 B 0.4 ms "newsboat/2.32"

with the bytes of the body as sent and the time until the last of them was handed over. Called by
`server` where the setting `access_log` is on. No address is logged: whose readers they are is
nobody's business. Whatever a client sends is escaped and shortened, so that a line stays one line.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAME = "newsfeed.access"
_LONGEST_ADDRESS = 500
_LONGEST_AGENT = 200
_LOG = logging.getLogger(NAME)


class AccessLog:
    """The layer around an application that logs what it answers."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        line = _Line(environ)

        def begin(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            line.status = status[:3]
            return start_response(status, headers, exc_info)

        try:
            parts = self._app(environ, begin)
        except BaseException:
            line.write()
            raise
        if not isinstance(parts, list):
            return _Watched(parts, line)
        line.bytes = sum(map(len, parts))
        line.write()
        return parts


class _Line:
    """What is known of a request so far."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._begin = time.perf_counter()
        self._request = _request(environ)
        self._agent = _printable(environ.get("HTTP_USER_AGENT", "-"))
        self.status = "500"
        self.bytes = 0
        self._written = False

    def write(self) -> None:
        """Logs it, the first time that it is called."""
        if self._written:
            return
        self._written = True
        milliseconds = (time.perf_counter() - self._begin) * 1000
        _LOG.info(
            '%s %s %d B %.1f ms "%s"',
            self._request,
            self.status,
            self.bytes,
            milliseconds,
            self._agent,
        )


class _Watched:
    """The parts of a body, counted as they go; the line is written when all have gone.

    A server has to close what it takes the parts from (PEP 3333), but not every one does.
    """

    def __init__(self, parts: Iterable[bytes], line: _Line) -> None:
        self._parts = parts
        self._rest = iter(parts)
        self._line = line

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            part = next(self._rest)
        except StopIteration:
            self._line.write()
            raise
        self._line.bytes += len(part)
        return part

    def close(self) -> None:
        try:
            if close := getattr(self._parts, "close", None):
                close()
        finally:
            self._line.write()


def _request(environ: WSGIEnvironment) -> str:
    """Method and address; percent-encoded, as a client writes them."""
    path = quote(environ.get("PATH_INFO", "").encode("latin-1", "replace"))
    query = quote(environ.get("QUERY_STRING", ""), safe="/:;,@!$&'()*+=?%~")
    address = f"{path}?{query}" if query else path
    return f"{_printable(environ['REQUEST_METHOD'])} {address[:_LONGEST_ADDRESS]}"


def _printable(text: str) -> str:
    """On one line and without quotation marks, so that it ends where it ends."""
    escaped = text[:_LONGEST_AGENT].encode("unicode_escape").decode("ascii")
    return escaped.replace('"', "'")[:_LONGEST_AGENT]
