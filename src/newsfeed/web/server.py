"""Server: the application behind granian, a production WSGI server.

In: Settings. Out: pages on a socket until SIGTERM or SIGINT. Called by `newsfeed serve`. The
settings reach the worker processes as a value, so nothing passes through the environment.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from newsfeed.errors import NewsfeedError
from newsfeed.settings import Settings
from newsfeed.web import create_app
from newsfeed.web.access_log import NAME as ACCESS
from newsfeed.web.access_log import AccessLog

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HEADER_MILLISECONDS = 5000
"""A client that is slower with its headers, or idle for longer, is let go."""
MAX_HEADERS = 65_536
THREADS = 4
BACKPRESSURE = 128
STOP_SECONDS = 10
LOGGING: dict[str, Any] = {
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "stream": "ext://sys.stderr",
        }
    },
    "loggers": {
        "_granian": {"handlers": ["console"], "propagate": False},
        ACCESS: {"level": "INFO"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
"""One line for a warning or a request, to standard error; standard output stays free."""


class ServerError(NewsfeedError):
    """The server cannot start; the message says why and what to do."""


def serve(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Serves until SIGTERM or SIGINT. `ready` is called with the URL once a client can connect.

    Raises ServerError where the address cannot be listened on, or a worker could not start.
    """
    _probe(settings)
    # Imports everything once, for all worker processes: each is up in a moment, and not for a
    # second deaf to a signal. What cannot be made is said here, not by a dying worker.
    create_app(settings)
    server = Granian(
        "newsfeed.web",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        backpressure=BACKPRESSURE,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=MAX_HEADERS
        ),
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        workers_kill_timeout=STOP_SECONDS,
    )
    if ready is not None:
        threading.Thread(target=_announce, args=(settings, ready), daemon=True).start()
    try:
        # our own loader: granian's would put the current folder on the import path
        server.serve(target_loader=partial(_start_worker, settings), wrap_loader=False)
    except SystemExit as end:
        raise ServerError("a server process ended unexpectedly; its log says why") from end


def _start_worker(settings: Settings) -> WSGIApplication:
    """The application in a worker process.

    The process was born with the parent's signal handlers, which would swallow a SIGTERM until
    granian has put its own: whoever stopped the server in that moment would wait for the kill.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches all; the parent ends us
    app = create_app(settings)
    return AccessLog(app) if settings.access_log else app


def _probe(settings: Settings) -> None:
    """Says at once what granian would only say by dying."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServerError(
            f"cannot listen on {settings.host} port {settings.port}: {reason}; "
            "choose another with --host and --port"
        ) from error


def _announce(settings: Settings, ready: Callable[[str], None]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    while True:
        try:
            socket.create_connection((host, settings.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            ready(settings.site_url + "/")
            return
