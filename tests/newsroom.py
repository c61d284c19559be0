"""A newsroom as its users run it: commands and servers as processes, over a folder of articles.

In: a folder with `corpus/` and `index/` below it. Out: what commands print, a server's address.
Called by the tests that drive the whole of it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[1]
NEWSFEED = [sys.executable, "-m", "newsfeed"]


def environment(folder: Path, port: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSFEED_")}
    return {
        **own,
        "NEWSFEED_CORPUS": str(folder / "corpus"),
        "NEWSFEED_INDEX": str(folder / "index"),
        "NEWSFEED_PORT": str(port),
        "NEWSFEED_JOBS": "1",
    }


def run(folder: Path, *arguments: str, port: int = 8000) -> list[Any]:
    """What a command prints with --json, line by line."""
    done = subprocess.run(
        [*NEWSFEED, *arguments, "--json"],
        env=environment(folder, port),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(url: str, **headers: str) -> HTTPResponse:
    response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=20)
    return response


@contextmanager
def serving(command: list[str], env: dict[str, str], cwd: Path) -> Iterator[str]:
    """A server as a process, ready to answer; its address."""
    address = f"http://127.0.0.1:{env['NEWSFEED_PORT']}"
    log = cwd / "server.log" if cwd != ROOT else Path(env["NEWSFEED_INDEX"]).parent / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdout=output, stderr=output, start_new_session=True
        )
        try:
            wait_until_ready(address, process, log)
            yield address
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and whatever it started, as a terminal or a service manager would."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if get(f"{address}/readyz").status == 200:
                return
        except (OSError, HTTPError):
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not get ready: {log.read_text()}")
