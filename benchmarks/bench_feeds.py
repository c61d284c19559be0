"""How fast are feeds? Rendering 50 entries against plain feedgen, then answering over HTTP.

"render" is `feeds.render` on a ready value. The application is asked in-process (test client), then
as a real server on one kept-open connection: 200 with the whole body, and 304 for a reader who has
it already. "after a change" is the first 200 after each new commit: search, entries and rendering.
Rates are documents or answers a second.

    .venv/bin/python -m benchmarks.bench_feeds --size 10000
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient

from benchmarks import plain_feedgen
from benchmarks.corpus_model import articles
from benchmarks.measure import Report, Samples, interleaved, main, per_second
from newsfeed.article import Article
from newsfeed.feeds import FORMATS, Category, Entry, Feed, render
from newsfeed.search import open_index
from newsfeed.search.interface import Query, SearchIndex
from newsfeed.settings import Settings, load_settings
from newsfeed.slugs import slug
from newsfeed.web import create_app

ENTRIES = 50
CHANGES = 30
SITE = "https://benchmark.example"
FEED = "/feeds/latest.atom"


def run(size: int, seed: int) -> Report:
    """Renders, then indexes the corpus and asks for its latest feed."""
    report = Report("feeds", size, seed, "plain feedgen")
    _render(report, _feed(list(islice(articles(size, seed), ENTRIES))))
    with TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder), port=_free_port(), workers=1)
        index = open_index(settings.index)
        index.rebuild(articles(size, seed), size)
        _in_process(report, settings, index)
        index.close()
        with _server(settings) as connection:
            _over_http(report, connection)
    return report


def _render(report: Report, feed: Feed) -> None:
    for format in FORMATS:
        contestants: dict[str, Any] = {"ours": lambda _, to=format: render(feed, to)}
        if format != "json":
            contestants["peer"] = lambda _, to=format: plain_feedgen.render(feed, to)
        samples = interleaved(contestants, 60)
        peer = per_second(1, samples["peer"]) if "peer" in samples else None
        report.rate(f"render {format}", per_second(1, samples["ours"]), peer)


def _in_process(report: Report, settings: Settings, index: SearchIndex) -> None:
    client = create_app(settings, index).test_client()
    first = client.get(FEED)
    known = {"If-None-Match": first.headers["ETag"]}
    assert (first.status_code, client.get(FEED, headers=known).status_code) == (200, 304)
    samples = interleaved(
        {
            "304": lambda _: client.get(FEED, headers=known),
            "200": lambda _: client.get(FEED),
        },
        500,
    )
    report.rate("200 in process", per_second(1, samples["200"]))
    report.rate("304 in process", per_second(1, samples["304"]))
    report.latency("200 in process, after a change", _after_changes(client, index))


def _after_changes(client: FlaskClient, index: SearchIndex) -> Samples:
    """Changes the newest article again and again; times the first answer after each change."""
    newest = index.search(Query(sort="newest", limit=1)).hits[0].article
    etags: set[str] = set()
    samples: Samples = []
    for number in range(CHANGES):
        changed = replace(newest, headline=f"{newest.headline} {number}")
        index.update([changed], index.sequence() + 1)
        begin = time.perf_counter()
        response = client.get(FEED)
        samples.append(time.perf_counter() - begin)
        etags.add(response.headers["ETag"])
    assert len(etags) == CHANGES, "an answer was older than the change before it"
    return samples


def _over_http(report: Report, connection: HTTPConnection) -> None:
    plain = {"Accept-Encoding": "gzip"}
    status, etag = _get(connection, plain)
    known = {**plain, "If-None-Match": etag}
    assert (status, _get(connection, known)[0]) == (200, 304)
    samples = interleaved(
        {"304": lambda _: _get(connection, known), "200": lambda _: _get(connection, plain)}, 500
    )
    report.rate("200 over HTTP, gzip", per_second(1, samples["200"]))
    report.rate("304 over HTTP", per_second(1, samples["304"]))


def _get(connection: HTTPConnection, headers: dict[str, str]) -> tuple[int, str]:
    connection.request("GET", FEED, headers=headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.headers["ETag"]


@contextmanager
def _server(settings: Settings) -> Iterator[HTTPConnection]:
    """`newsfeed serve` as a process of its own, and a connection to it."""
    command = [str(Path(sys.executable).with_name("newsfeed")), "serve"]
    command += ["--index", str(settings.index), "--port", str(settings.port), "--workers", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    connection = HTTPConnection(settings.host, settings.port, timeout=30)
    try:
        _wait_for(connection, server)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait(timeout=60)


def _wait_for(connection: HTTPConnection, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                return
        except OSError:
            connection.close()
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"newsfeed serve did not get ready (exit code {server.poll()})")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _feed(newest: list[Article]) -> Feed:
    return Feed(
        id=f"{SITE}{FEED}",
        title="Benchmark",
        page_url=f"{SITE}/",
        self_urls={format: f"{SITE}/feeds/latest.{format}" for format in FORMATS},
        updated=max(article.updated or article.date for article in newest),
        entries=tuple(map(_entry, newest)),
    )


def _entry(article: Article) -> Entry:
    section = article.section or ""
    return Entry(
        id=article.id,
        url=f"{SITE}/articles/{article.id.rpartition('/')[2]}",
        title=article.headline,
        published=article.date,
        updated=article.updated or article.date,
        summary=article.standfirst,
        content="\n".join(f"<p>{escape(block.text)}</p>" for block in article.body),
        authors=article.authors,
        categories=(Category(slug(section), section, f"{SITE}/sections"),),
        images=article.images,
        source=article.source,
        language=article.language,
    )


if __name__ == "__main__":
    main(run)
