"""How fast are feeds served, beside the least that a Flask view can do on the same server?

Both are one worker of the same server with the same options, asked in turns over kept connections,
four requests in flight. "304": a reader who has the feed already, against a view that returns an
empty 304. "200": the whole feed of 50 entries, against a view that returns the same bytes from
memory, uncompressed and in each encoding. Then 10,000 different feeds are polled in turn, twice,
and the worker's memory is looked at.

    .venv/bin/python -m benchmarks.bench_serving --size 10000
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from benchmarks.corpus_model import articles
from benchmarks.http_load import Load
from benchmarks.measure import Report, Samples, interleaved, main, per_second
from newsfeed.search import open_index

HOST = "127.0.0.1"
FEED = "/feeds/latest.atom"
ROUNDS = 30
BURST = 200
"""Answers in one sample."""
FEEDS = 10_000
"""Different feeds that are polled."""
LOOKS = (1_000, 5_000, 10_000)
"""Feeds after which the memory is looked at; by the second, what is kept has reached its bounds."""
ENCODINGS = ("identity", "gzip", "br", "zstd")


def run(size: int, seed: int) -> Report:
    """Serves the corpus, asks for its feeds, and looks at the server's memory."""
    report = Report("serving", size, seed, "an empty Flask view")
    with TemporaryDirectory() as folder, ExitStack() as stack:
        index = open_index(Path(folder))
        index.rebuild(articles(size, seed), size)
        index.close()
        port = free_port()
        ours = stack.enter_context(process([_newsfeed(), "serve", *_options(folder, port)], port))
        load = stack.enter_context(Load((HOST, port)))
        for encoding in ENCODINGS:
            _compare(report, load, encoding, Path(folder))
        _poll_many(report, load, ours.pid)
    return report


def _compare(report: Report, load: Load, encoding: str, folder: Path) -> None:
    """The whole feed in an encoding and, in gzip, its 304 against a peer with the same bytes."""
    headers = {"Accept-Encoding": encoding}
    answer = load.once(FEED, headers)
    if answer.headers.get("content-encoding", "identity") != encoding:
        raise RuntimeError(f"no {encoding} for the feed")
    body = folder / "body"
    body.write_bytes(answer.body)
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.plain_flask"]
    command += [str(port), str(body), answer.headers["content-type"]]
    with process(command, port), Load((HOST, port)) as peer:
        whole = load.request(FEED, headers)
        same = peer.request("/body", headers)
        samples = interleaved(
            {
                "ours": lambda _: load.seconds(whole, BURST, 200),
                "peer": lambda _: peer.seconds(same, BURST, 200),
            },
            ROUNDS,
        )
        _row(report, f"200 {encoding}, {len(answer.body):,} bytes", samples)
        if encoding == "gzip":
            known = load.request(FEED, {**headers, "If-None-Match": answer.headers["etag"]})
            empty = peer.request("/empty", headers)
            samples = interleaved(
                {
                    "ours": lambda _: load.seconds(known, BURST, 304),
                    "peer": lambda _: peer.seconds(empty, BURST, 304),
                },
                ROUNDS,
            )
            _row(report, "304", samples)


def _row(report: Report, name: str, samples: dict[str, Samples]) -> None:
    report.rate(name, per_second(BURST, samples["ours"]), per_second(BURST, samples["peer"]))


def _poll_many(report: Report, load: Load, parent: int) -> None:
    """Polls different feeds in turn, then all of them again."""
    worker = _worker(parent)
    known: list[str] = []
    begin = time.perf_counter()
    for number in range(FEEDS):
        known.append(load.once(_distinct(number), {"Accept-Encoding": "gzip"}).headers["etag"])
        if number + 1 in LOOKS:
            report.memory(f"memory after {number + 1:,} feeds", _memory(worker))
    report.rate("first poll of each of 10,000 feeds", FEEDS / (time.perf_counter() - begin))
    begin = time.perf_counter()
    for number in range(FEEDS):
        headers = {"Accept-Encoding": "gzip", "If-None-Match": known[number]}
        status = load.once(_distinct(number), headers).status
        if status != 304:
            raise RuntimeError(f"{_distinct(number)}: {status} for a feed that did not change")
    report.rate("304 for each of 10,000 feeds", FEEDS / (time.perf_counter() - begin))
    report.memory("memory after all of them again", _memory(worker))


def _distinct(number: int) -> str:
    """One of 10,000 searches; most match next to nothing, some match much."""
    words = (f"artikel{number}", "hafen", "stadt", "wasser", "jahr")
    text = " OR ".join(words[: 1 + number % len(words)])
    return f"/search.atom?q={quote(text + f' OR nummer{number}')}&limit={1 + number % 49}"


def _worker(parent: int) -> int:
    """The one worker process of a server."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [int(child) for child in children]
    return max(found, key=_memory)


def _memory(process: int) -> int:
    """Resident bytes of a process that are its own, not pages of mapped files."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {process} tells no memory")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that listens on the port, stopped at the end."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        _await_connection(server, port)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=60)


def _await_connection(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not get ready (exit code {server.poll()})")


def _newsfeed() -> str:
    return str(Path(sys.executable).with_name("newsfeed"))


def _options(folder: str, port: int) -> list[str]:
    return ["--index", folder, "--port", str(port), "--workers", "1"]


if __name__ == "__main__":
    main(run)
