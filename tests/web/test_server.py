"""The server as it runs: real processes, real sockets, an index that others write to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from newsfeed.article import Article
from newsfeed.search import open_index
from newsfeed.search.interface import Removal
from newsfeed.settings import load_settings
from newsfeed.web.server import ServerError, serve

ROOT = Path(__file__).parents[2]


def fetch(url: str, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and body, whatever the status."""
    request = Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urlopen(request, timeout=30) as response:
            return response.status, response.headers, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def eventually(true: Callable[[], bool]) -> None:
    """Waits until it is so: a moment is enough, a slow machine may take longer."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_pages_feeds_and_api_over_the_wire(live_server: str) -> None:
    status, headers, body = fetch(live_server + "/")
    assert status == 200
    assert "Hafenkräne in Kaiserstadt" in body.decode()
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    status, headers, body = fetch(live_server + "/feeds/latest.atom")
    assert status == 200
    assert f'href="{live_server}/feeds/latest.atom" rel="self"' in body.decode() or (
        f'rel="self" href="{live_server}/feeds/latest.atom"' in body.decode()
    )
    again = fetch(live_server + "/feeds/latest.atom", If_None_Match=headers["ETag"])
    assert again[0] == 304
    status, _, body = fetch(live_server + "/api/v1/search?q=" + quote("Kräne"))
    assert json.loads(body)["total"] == 1


def test_what_is_asked_twice_is_heard_twice(live_server: str) -> None:
    """Two headers of one name are one list (RFC 9110, 5.2)."""
    host, port = live_server.removeprefix("http://").split(":")
    etag = fetch(live_server + "/feeds/latest.atom")[1]["ETag"]
    for tags in (('"x"', etag), (etag, '"x"')):
        connection = HTTPConnection(host, int(port), timeout=30)
        connection.putrequest("GET", "/feeds/latest.atom")
        for tag in tags:
            connection.putheader("If-None-Match", tag)
        connection.endheaders()
        assert connection.getresponse().status == 304
        connection.close()


def test_every_request_is_a_line_in_the_access_log(
    tmp_path: Path, articles: dict[str, Article], serving_in: Any, capfd: Any
) -> None:
    index = open_index(tmp_path / "index")
    index.update(articles.values(), sequence=1)
    index.close()
    (tmp_path / "newsfeed.toml").write_text("access_log = true\nworkers = 1\n")
    with serving_in(tmp_path) as (address, _):
        feed = address + "/feeds/latest.atom"
        _, headers, body = fetch(feed, User_Agent="Leser/1.0")
        assert fetch(feed, User_Agent="Leser/1.0", If_None_Match=headers["ETag"])[0] == 304
        fetch(f"{address}/nichts%0AGET%20/x?a=%0d{'b' * 2000}", User_Agent='"GET / 200 \\n"')
        fetch(address + "/", User_Agent="x" * 5000)
        lines: list[str] = []

        def logged() -> bool:
            written = capfd.readouterr().err.splitlines()
            lines.extend(line for line in written if "newsfeed.access" in line)
            return len(lines) == 4

        eventually(logged)
    told = [re.sub(r"^.* newsfeed\.access: | \d+\.\d ms", "", line) for line in lines]
    assert told[:2] == [
        f'GET /feeds/latest.atom 200 {len(body)} B "Leser/1.0"',
        'GET /feeds/latest.atom 304 0 B "Leser/1.0"',
    ]
    assert told[2].startswith("GET /nichts%0AGET%20/x?a=%0dbbb")
    assert told[2].endswith("""B "'GET / 200 \\\\n'\"""")
    assert told[3].endswith(' B "' + "x" * 200 + '"')
    assert all(len(line) < 1000 for line in lines)


def test_errors_over_the_wire(live_server: str) -> None:
    assert fetch(live_server + "/nichts")[0] == 404
    assert fetch(live_server + "/search?x=1")[0] == 400
    assert fetch(live_server + "/search?q=" + "a" * 9000)[0] == 414
    many = {f"X_{number}": "a" for number in range(150)}
    assert fetch(live_server + "/", **many)[0] == 431


def test_a_running_server_sees_a_commit(
    live_server: str, live_folder: Path, articles: dict[str, Article]
) -> None:
    news = replace(
        articles["pokal"], id="tag:newsfeed.test,2026:neu", headline="Quastenflosser gefangen"
    )
    search = live_server + "/api/v1/search?q=Quastenflosser"
    feed = live_server + "/feeds/sections/sport.atom"
    etag = fetch(feed)[1]["ETag"]

    def total() -> int:
        found: int = json.loads(fetch(search)[2])["total"]
        return found

    assert total() == 0
    index = open_index(live_folder / "index")
    try:
        index.update([news], sequence=1000)
        # every worker process, whichever answers
        assert [total() for _ in range(20)] == [1] * 20
        assert all(fetch(feed, If_None_Match=etag)[0] == 200 for _ in range(10))
        index.update([Removal(news.id)], sequence=1001)
        assert [total() for _ in range(20)] == [0] * 20
        assert all(fetch(feed, If_None_Match=etag)[0] == 304 for _ in range(10))
    finally:
        index.close()


def test_many_clients_at_once_get_right_answers(live_server: str) -> None:
    def ask(number: int) -> bool:
        body = fetch(f"{live_server}/api/v1/search?q=%22Nummer+{number % 59}%22&limit=1")[2]
        return str(json.loads(body)["hits"][0]["headline"]).endswith(f"Nummer {number % 59}")

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(200)))


def test_a_client_that_never_finishes_its_headers_keeps_nobody_out(live_server: str) -> None:
    host, port = live_server.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert fetch(live_server + "/healthz")[0] == 200
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_cleanly(
    tmp_path: Path, number: signal.Signals, serving_in: Any
) -> None:
    with serving_in(tmp_path) as (address, process):
        assert fetch(address + "/readyz")[0] == 503  # no index yet, and a server all the same
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        with pytest.raises(URLError, match="refused"):
            fetch(address + "/healthz")


def test_a_server_started_before_the_index_finds_it(
    tmp_path: Path, articles: dict[str, Article], serving_in: Any
) -> None:
    with serving_in(tmp_path) as (address, _):
        assert fetch(address + "/")[0] == 503
        index = open_index(tmp_path / "index")
        index.update([articles["hafen"]], sequence=1)
        index.close()
        eventually(lambda: fetch(address + "/")[0] == 200)


def test_a_port_in_use_is_a_clear_word(live_server: str, tmp_path: Path) -> None:
    port = int(live_server.rpartition(":")[2])
    with pytest.raises(ServerError, match=f"port {port}.*--port"):
        serve(load_settings(index=tmp_path, port=port))


def test_any_wsgi_server_can_run_it(live_folder: Path) -> None:
    ask = (
        "from wsgi import app\n"
        "response = app.test_client().get('/search?q=Hafen')\n"
        "print(response.status_code, 'Pokalabend' in response.text)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=live_folder,
        env={**os.environ, "NEWSFEED_INDEX": str(live_folder / "index"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout == "200 True\n"


def test_a_site_in_a_folder_links_inside_it(tmp_path: Path, articles: dict[str, Article]) -> None:
    from newsfeed.web import create_app

    settings = load_settings(index=tmp_path / "index", base_url="https://example.org/zeitung/")
    index = open_index(settings)
    index.update(articles.values(), sequence=1)
    client = create_app(settings, index).test_client()
    for path in ("/zeitung", "/zeitung/", "/"):  # left on by the proxy, or taken off
        page = client.get(path).text
        assert 'href="/zeitung/search' in page
        assert 'href="/search' not in page
    assert client.get("/zeitung/authors/Jörg Müller").headers["Location"] == (
        "/zeitung/authors/joerg-mueller"
    )
    assert "https://example.org/zeitung/articles/" in client.get("/feeds/latest.atom").text
    index.close()
