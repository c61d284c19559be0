"""A load of HTTP requests that costs the client next to nothing: raw bytes over kept connections.

In: an address and a request. Out: the seconds that a number of answers took. Called by
`bench_serving`. An HTTP library would spend more on an answer than the server does, and the figure
would be the library's. Every answer is checked for its status and read to its end.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

Address = tuple[str, int]
CONNECTIONS = 4
"""Requests in flight at any time, as many as the server has threads."""


@dataclass(slots=True)
class _Line:
    """A connection and what has come of the answer it waits for."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came: its status, headers (names in lower case) and size in bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Load:
    """Asks one server over connections that stay open. Use as a context manager."""

    def __init__(self, address: Address, connections: int = CONNECTIONS) -> None:
        self._address = address
        self._lines = [_Line(_connect(address)) for _ in range(connections)]

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            line.socket.close()

    def once(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Asks once, on the first connection."""
        line = self._lines[0]
        line.socket.sendall(self.request(path, headers or {}))
        while not (length := _complete(line.received)):
            _receive(line)
        raw, line.received = bytes(line.received[:length]), bytearray()
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        pairs = (entry.partition(": ") for entry in rest)
        return Answer(
            int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, body
        )

    def seconds(self, request: bytes, count: int, status: int) -> float:
        """How long `count` answers to the same request took, all connections busy.

        Raises RuntimeError for an answer of another status.
        """
        expected = f"HTTP/1.1 {status} ".encode()
        asked, answered = 0, 0
        with selectors.DefaultSelector() as ready:
            begin = time.perf_counter()
            for line in self._lines:
                ready.register(line.socket, selectors.EVENT_READ, line)
                line.socket.sendall(request)
                asked += 1
            while answered < asked:
                for key, _ in ready.select(30):
                    line = key.data
                    _receive(line)
                    if not (length := _complete(line.received)):
                        continue
                    if not line.received.startswith(expected) or length != len(line.received):
                        raise RuntimeError(f"not {status}: {bytes(line.received[:200])!r}")
                    line.received.clear()
                    answered += 1
                    if asked < count:
                        line.socket.sendall(request)
                        asked += 1
            return time.perf_counter() - begin

    def request(self, path: str, headers: Mapping[str, str]) -> bytes:
        """A GET request as bytes."""
        host, port = self._address
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _connect(address: Address) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _receive(line: _Line) -> None:
    if not (piece := line.socket.recv(1 << 20)):
        raise RuntimeError("the server closed the connection")
    line.received += piece


def _complete(received: bytearray) -> int:
    """The length of the answer in bytes; 0 while something of it is still to come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(received[:end]).lower()
    _, found, length = head.partition(b"\r\ncontent-length: ")
    size = int(length.partition(b"\r\n")[0]) if found and b" 304 " not in head[:16] else 0
    return end + 4 + size if len(received) >= end + 4 + size else 0
