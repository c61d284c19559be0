"""The whole of it as its users run it: commands and servers as processes, and the seed."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import feedparser
import pytest

from tests.newsroom import NEWSFEED, ROOT, environment, free_port, get, run, serving

SEED = ROOT / ".." / "shared" / "seed" / "000_ed3156c40dd93f00.txt"
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
