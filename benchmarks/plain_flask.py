"""The peer of the feed server: the least that a Flask view can do, behind the same server.

In: a port, a file whose bytes `/body` answers from memory, and their media type; `/empty` answers
304 without a body. Run as a process by `bench_serving`. Server options are those of
`newsfeed serve`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from newsfeed.web import server

HOST = "127.0.0.1"


def application(body: bytes, media_type: str) -> Flask:
    """An empty 304 and a body, nothing else."""
    app = Flask("peer")

    @app.get("/empty")
    def empty() -> Response:
        return Response(status=304)

    @app.get("/body")
    def whole() -> Response:
        return Response(body, content_type=media_type)

    return app


def main(port: str, path: str, media_type: str) -> None:
    """Serves until stopped."""
    app = application(Path(path).read_bytes(), media_type)
    Granian(
        "peer",
        address=HOST,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=server.THREADS,
        backpressure=server.BACKPRESSURE,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=server.HEADER_MILLISECONDS, max_buffer_size=server.MAX_HEADERS
        ),
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda *_: app, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
