"""Hubs on the loopback, as they come: a real server in threads that behaves as a test says.

In: a behaviour, which gets the request and may do to its connection whatever it likes. Out: the
hub's address, and what it was asked. Called by the tests of `push`.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    """What a hub was asked: headers by their lower-case names, form fields, the path."""

    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class LoopbackHub:
    """A hub that runs; `over` is set when the test is over, so that hanging ends."""

    url: str = ""
    asked: list[Request] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    sent: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def topics(self) -> list[str]:
        """Paths of the feeds it was told of, in order."""
        return [urlsplit(request.form["hub.url"]).path for request in self.asked]


Connection = BaseHTTPRequestHandler
Behaviour = Callable[[LoopbackHub, Connection], None]


def answers(status: int, body: str = "", **headers: str) -> Behaviour:
    """Answers every request so; `Retry_After` is a header's name."""

    def behave(hub: LoopbackHub, connection: Connection) -> None:
        connection.send_response(status)
        for name, value in headers.items():
            connection.send_header(name.replace("_", "-"), value)
        connection.send_header("Content-Length", str(len(body.encode())))
        connection.end_headers()
        connection.wfile.write(body.encode())

    return behave


def accepts(hub: LoopbackHub, connection: Connection) -> None:
    answers(202, "Request received: publish\n")(hub, connection)


def hangs(hub: LoopbackHub, connection: Connection) -> None:
    """Takes the request and says nothing."""
    hub.over.wait(60)
    connection.close_connection = True


def drips_headers(hub: LoopbackHub, connection: Connection) -> None:
    """Says something all the time, and never comes to an end."""
    connection.wfile.write(b"HTTP/1.1 202 Accepted\r\nX-Drip: ")
    while not hub.over.wait(0.02):
        connection.wfile.write(b"x")
        connection.wfile.flush()


def drips_a_body(hub: LoopbackHub, connection: Connection) -> None:
    connection.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000000\r\n\r\n")
    while not hub.over.wait(0.02):
        connection.wfile.write(b"x")
        connection.wfile.flush()


def redirects_for_ever(hub: LoopbackHub, connection: Connection) -> None:
    answers(307, Location=f"/hub/{len(hub.asked)}")(hub, connection)


def sends_20_mb(status: int) -> Behaviour:
    def behave(hub: LoopbackHub, connection: Connection) -> None:
        connection.send_response(status)
        connection.send_header("Content-Length", str(20_000_000))
        connection.end_headers()
        for _ in range(2000):
            connection.wfile.write(b"10 kB\n\x1b[2J " + b"x" * 9_988)
            hub.sent += 10_000

    return behave


def hangs_up(hub: LoopbackHub, connection: Connection) -> None:
    connection.close_connection = True


def speaks_another_language(hub: LoopbackHub, connection: Connection) -> None:
    connection.wfile.write(b"220 mail.example.org ESMTP\r\n")
    connection.close_connection = True


@contextmanager
def running(
    behaviour: Behaviour = accepts, address: str = "127.0.0.1", certificate: Path | None = None
) -> Iterator[LoopbackHub]:
    """A hub, on https with the certificate and key of that file if there is one."""
    hub = LoopbackHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            hub.asked.append(Request(self.path, headers, dict(parse_qsl(body))))
            hub.connections.add(self.client_address)
            behaviour(hub, self)

        def log_message(self, *_: object) -> None:
            """A test reads what was asked, not a log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Whoever asked went away, as it should from some of these."""

    with Server((address, 0), Handler) as server:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        hub.url = f"{scheme}://{address}:{server.server_port}/hub"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.over.set()
            server.shutdown()
            thread.join()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until something has come true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        with contextlib.suppress(InterruptedError):
            time.sleep(0.02)
