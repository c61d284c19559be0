"""Front: a feed that was asked for just now is answered again without asking Flask.

In: WSGI requests. Out: the application's own answers, byte for byte. Called by the WSGI server,
through `protection.Mounted`.

Why it is right: a feed's answer is a function of the settings, the index and the fields of
`Request`. The settings do not change while a process lives, and the index is the same as long as
its sequence is. So what the application said before to an equal `Request` is its answer still. A
route says where this holds (`lasting`); a request with anything else in it that the application
would heed goes past the front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from newsfeed.feeds import FORMATS
from newsfeed.search.interface import IndexUnavailable, SearchIndex
from newsfeed.web.cache import Cache
from newsfeed.web.encodings import Coding, chosen

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CAPACITY = 32_000_000
"""Bytes of answers that are kept, headers and keys included."""
_OVERHEAD = 1500
"""Bytes that an answer takes beside its texts, about."""
_LASTING = "newsfeed.lasting"
_ENDINGS = tuple(f".{format}" for format in FORMATS)
# Rare, and each may change the answer: preconditions, deltas, bodies, another protocol.
_PAST = ("IF_MATCH", "IF_UNMODIFIED_SINCE", "A_IM", "TRANSFER_ENCODING", "UPGRADE")
_PAST_THE_FRONT = frozenset(f"HTTP_{name}" for name in _PAST)


class Request(NamedTuple):
    """All that decides the answer; `sequence` is the index's."""

    sequence: int
    method: str
    path: str
    query: str
    coding: Coding
    if_none_match: str | None
    if_modified_since: str | None

    @property
    def conditional(self) -> bool:
        return self.if_none_match is not None or self.if_modified_since is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said to a request."""

    request: Request
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def weight(self) -> int:
        """How many bytes of memory it takes, about; characters count as if they took four."""
        texts = [self.status, *map(str, self.request), *chain.from_iterable(self.headers)]
        return _OVERHEAD + len(self.body) + 4 * sum(map(len, texts))


def lasting(environ: WSGIEnvironment) -> None:
    """Says of the answer to this request that it is the same until the index changes."""
    environ[_LASTING] = True


class Front:
    """The layer before the application. Safe to share between threads."""

    def __init__(self, app: WSGIApplication, index: SearchIndex, capacity: int = CAPACITY) -> None:
        self._app = app
        self._index = index
        self._answers: Cache[Request, Answer] = Cache(capacity, Answer.weight)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = self._request(environ)
        if request is None:
            return self._app(environ, start_response)
        answer = self._answers.get(request)
        if answer is None:
            return self._ask(request, environ, start_response)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    def _request(self, environ: WSGIEnvironment) -> Request | None:
        """The request, or None where the front is not to answer it."""
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not path.endswith(_ENDINGS):
            return None
        if environ.get("CONTENT_LENGTH", "") not in ("", "0"):
            return None
        if not _PAST_THE_FRONT.isdisjoint(environ):
            return None
        try:
            sequence = self._index.sequence()
        except IndexUnavailable:
            return None  # the application knows what to say
        return Request(
            sequence,
            environ["REQUEST_METHOD"],
            path,
            environ.get("QUERY_STRING", ""),
            chosen(environ.get("HTTP_ACCEPT_ENCODING")),
            environ.get("HTTP_IF_NONE_MATCH"),
            environ.get("HTTP_IF_MODIFIED_SINCE"),
        )

    def _ask(
        self, request: Request, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The application's answer, kept where it lasts."""
        asked = _Asked(start_response)
        parts = self._app(environ, asked)
        if _LASTING not in environ or request != self._request(environ):
            return parts  # it does not last, or the index has changed meanwhile
        if asked.status.startswith("200") and request.conditional:
            return parts  # once it has this, its reader will not ask again as it did
        answer = Answer(request, asked.status, tuple(asked.headers), _joined(parts))
        self._answers.put(request, answer)
        return [answer.body]


class _Asked:
    """Hears what the application begins its answer with, and passes it on."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def __call__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: OptExcInfo | None = None,
        /,
    ) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self._start_response(status, headers, exc_info)


def _joined(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()  # PEP 3333: whoever takes the parts says when it has them all
