"""The whole of it as its users run it: commands and servers as processes, a real feed reader."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import feedparser
import pytest

ROOT = Path(__file__).parents[1]
SEED = ROOT / ".." / "shared" / "seed" / "000_ed3156c40dd93f00.txt"
NEWSFEED = [sys.executable, "-m", "newsfeed"]
CAPTURE = """zum Hauptinhalt
Die neue Schleuse bei Niederfinow am Tag der Einweihung.
© Bildwerk Havel | Jörg Müller
Update

Schleuse wieder offen: Schiffe fahren nach {number} Wochen Sperre

Kapitäne hatten auf den Tag gewartet. Nun staut sich der Verkehr vor dem Oberhaupt der Schleuse.

Nach {number} Wochen Sperre ist die Schleuse wieder offen. Das teilte das Schifffahrtsamt mit.

„Wir haben Tag und Nacht gearbeitet“, sagte die Leiterin des Amtes am Mittwoch. (mit Agenturen)

Zur Startseite
"""


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "verkehr").mkdir(parents=True)
    for number in range(3, 8):
        write(tmp_path, number)
    return tmp_path


def write(folder: Path, number: int) -> None:
    text = CAPTURE.format(number=number)
    (folder / "corpus" / "verkehr" / f"2026-03-0{number}-schleuse.txt").write_text(text)


def test_make_run_indexes_and_serves(folder: Path) -> None:
    port = free_port()
    env = {**environment(folder, 1), "PORT": str(port)}
    env["NEWSFEED_PORT"] = str(port)
    env["CORPUS"], env["INDEX"] = env["NEWSFEED_CORPUS"], env["NEWSFEED_INDEX"]
    with serving(["make", "run"], env, ROOT) as address:
        found = json.load(get(f"{address}/api/v1/search?q=Schleuse"))
        assert found["total"] == 5
        page = get(f"{address}/search?q=Schleuse").read().decode()
        assert "Schleuse wieder offen" in page


def test_a_running_server_sees_a_new_article_without_a_restart(folder: Path) -> None:
    run(folder, "index")
    port = free_port()
    with serving([*NEWSFEED, "serve"], environment(folder, port), folder) as address:
        feed = f"{address}/feeds/sections/verkehr.atom"
        first = get(feed)
        etag = first.headers["ETag"]
        assert len(feedparser.parse(first.read()).entries) == 5
        with pytest.raises(HTTPError) as unchanged:
            get(feed, **{"If-None-Match": etag})
        unchanged.value.close()
        assert unchanged.value.code == 304

        write(folder, 8)
        run(folder, "index", port=port)
        second = get(feed, **{"If-None-Match": etag})
        assert len(feedparser.parse(second.read()).entries) == 6
        printed = subprocess.run(
            [*NEWSFEED, "feed", "sections/verkehr"],
            env=environment(folder, port),
            capture_output=True,
            check=True,
        )
        assert printed.stdout == get(feed).read()


@pytest.mark.apt("newsboat")
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_newsboat_subscribes_and_sees_each_article_once(folder: Path, kind: str) -> None:
    run(folder, "index")
    port = free_port()
    with serving([*NEWSFEED, "serve"], environment(folder, port), folder) as address:
        (folder / "urls").write_text(f"{address}/feeds/latest.{kind}\n")
        (folder / "config").write_text("")
        assert reload_newsboat(folder) == 5
        assert reload_newsboat(folder) == 5

        path = folder / "corpus/verkehr/2026-03-05-schleuse.txt"
        path.write_text(path.read_text().replace("Mittwoch", "Donnerstag"))
        (folder / "corpus/verkehr/2026-03-04-schleuse.txt").rename(
            folder / "corpus/verkehr/2026-03-04-umbenannt.txt"
        )
        run(folder, "index", port=port)
        run(folder, "reindex", port=port)
        assert reload_newsboat(folder) == 5, "an update or a rename came twice"

        write(folder, 8)
        run(folder, "index", port=port)
        assert reload_newsboat(folder) == 6


def reload_newsboat(folder: Path) -> int:
    """How many entries newsboat has after fetching the feed."""
    files = [f"-u{folder}/urls", f"-c{folder}/cache.db", f"-C{folder}/config"]
    subprocess.run(
        ["newsboat", *files, "-x", "reload"],
        check=True,
        capture_output=True,
        env={**os.environ, "HOME": str(folder)},
        timeout=60,
    )
    with closing(sqlite3.connect(folder / "cache.db")) as cache:
        (count,) = cache.execute("SELECT count(*) FROM rss_item").fetchone()
    return int(count)


@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/seed")
def test_the_seed_is_found_and_fed_under_one_lasting_id(folder: Path) -> None:
    path = folder / "corpus" / "politik" / "2022-02-27-atomkrieg.txt"
    path.parent.mkdir()
    path.write_bytes(SEED.read_bytes())
    run(folder, "index")
    ids = set()
    for query in ("Atomkrieg", "Alarmbereitschaft", '"Wladimir Putin"', 'credit:"Alex Brandon"'):
        (found,) = run(folder, "search", query)
        assert found["total"] == 1, query
        ids.add(found["hits"][0]["id"])
    assert len(ids) == 1

    path.rename(path.with_name("2022-02-27-umbenannt.txt"))
    run(folder, "index")
    run(folder, "reindex")
    port = free_port()
    for _ in ("start", "restart"):
        with serving([*NEWSFEED, "serve"], environment(folder, port), folder) as address:
            search = f"/search.KIND?q={quote(chr(34) + 'Wladimir Putin' + chr(34))}"
            for name in ("/feeds/latest.KIND", "/feeds/sections/politik.KIND", search):
                url = address + name
                for kind in ("atom", "rss"):
                    feed = feedparser.parse(get(url.replace("KIND", kind)).read())
                    (entry,) = [e for e in feed.entries if "Atomkrieg" in e.title]
                    check_entry(entry.id, entry.content[0].value, entry.summary, ids)
                document = json.load(get(url.replace("KIND", "json")))
                (item,) = [i for i in document["items"] if "Atomkrieg" in i["title"]]
                check_entry(item["id"], item["content_html"], item["summary"], ids)
    (checked,) = run(folder, "check")
    assert checked["sound"] is True


def check_entry(id: str, content: str, summary: str, ids: set[str]) -> None:
    assert {id} == ids
    assert summary.startswith("Putin hat befohlen, Atomwaffen")
    assert content.count("<p>") >= 22
    assert "picture alliance/dpa/AP | Alex Brandon" in content
    assert "picture alliance / dpa | Alexey Druzhinin" in content
    assert "Tagesspiegel-App" not in content


@pytest.mark.parametrize("room", [8_000, 40_000, 120_000])
def test_a_disk_that_fills_up_is_one_line_and_loses_nothing(folder: Path, room: int) -> None:
    """No file may grow beyond `room` bytes: first the register cannot, then the index."""
    run(folder, "index")
    for number in range(9, 60):
        write(folder, number)
    done = subprocess.run(
        [*NEWSFEED, "index", "--json"],
        env=environment(folder, 8000),
        capture_output=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert done.returncode == 1, done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) <= 2, done.stderr.decode()
    assert b"newsfeed: " in done.stderr
    (found,) = run(folder, "search", "Schleuse")
    assert found["total"] == 5
    run(folder, "index")
    (checked,) = run(folder, "check")
    assert (checked["sound"], checked["articles"]) == (True, 56)


def test_commits_are_told_line_by_line(folder: Path) -> None:
    committed, *_, report = run(folder, "index")
    assert committed["committed"] == 5
    assert len(committed["ids"]) == 5
    assert report["report"]["created"] == 5


def test_watching_takes_in_a_change_at_once(folder: Path) -> None:
    process = subprocess.Popen(
        [*NEWSFEED, "index", "--watch", "--json"],
        env=environment(folder, 8000),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["committed"] == 5
        assert json.loads(process.stdout.readline())["report"]["created"] == 5
        write(folder, 8)
        assert json.loads(process.stdout.readline())["committed"] == 6
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
