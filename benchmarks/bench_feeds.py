"""How fast are feeds made? Rendering 50 entries against plain feedgen, then answering in process.

"render" is `feeds.render` on a ready value, against feedgen alone and against feedgen with its own
extensions for pictures and Dublin Core; "first …, from the search on" is everything from the
query to the bytes with nothing kept from before but the compiled templates, against feedgen given
ready entries of the same content.
The application is asked in-process (test client): 200 with the whole body, and 304 for a reader who
has it already. "after a change" is the first 200 after each new commit. Rates are documents or
answers a second. What the server does with them is in `bench_serving`.

    .venv/bin/python -m benchmarks.bench_feeds --size 10000
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from jinja2 import Environment

from benchmarks import plain_feedgen
from benchmarks.corpus_model import articles
from benchmarks.measure import Report, Samples, interleaved, main, per_second
from newsfeed.article import Article
from newsfeed.feeds import FORMATS, Category, Entry, Feed, Format, render
from newsfeed.search import open_index
from newsfeed.search.interface import Query, SearchIndex
from newsfeed.settings import Settings, load_settings
from newsfeed.slugs import slug
from newsfeed.web import create_app
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.entries import Entries
from newsfeed.web.newsstand import Document, Newsstand
from newsfeed.web.rendering import environment
from newsfeed.withdrawals import RegisterReader

ENTRIES = 50
FIRSTS = 60
EMPTY = datetime(2000, 1, 1, tzinfo=UTC)
CHANGES = 30
SITE = "https://benchmark.example"
FEED = "/feeds/latest.atom"


def run(size: int, seed: int) -> Report:
    """Renders, then indexes the corpus and asks for its latest feed."""
    report = Report("feeds", size, seed, "plain feedgen")
    _render(report, _feed(list(islice(articles(size, seed), ENTRIES))))
    with TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder))
        index = open_index(settings.index)
        index.rebuild(articles(size, seed), size)
        _first_render(report, settings, index)
        _in_process(report, settings, index)
        index.close()
    return report


def _render(report: Report, feed: Feed) -> None:
    for format in FORMATS:
        contestants: dict[str, Any] = {"ours": lambda _, to=format: render(feed, to)}
        if format != "json":
            contestants["peer"] = lambda _, to=format: plain_feedgen.render(feed, to)
            contestants["rich"] = lambda _, to=format: plain_feedgen.render(feed, to, rich=True)
        samples = interleaved(contestants, 60)
        rates = {name: per_second(1, each) for name, each in samples.items()}
        report.rate(f"render {format}", rates["ours"], rates.get("peer"))
        if "rich" in rates:
            name = f"render {format}, feedgen's pictures too"
            report.rate(name, rates["ours"], rates["rich"])


def _first_render(report: Report, settings: Settings, index: SearchIndex) -> None:
    """From the search to the bytes, nothing kept, against feedgen given ready entries."""
    templates = environment(settings)
    selection = _newsstand(settings, index, templates).select("latest")
    editions = index.editions(selection.query).hits
    made = Entries(index, settings, templates).of(editions, selection.options)
    same = replace(_feed([]), entries=tuple(made))
    for format in FORMATS:
        fresh = [_newsstand(settings, index, templates) for _ in range(FIRSTS)]

        def ours(number: int, stands: list[Newsstand] = fresh, to: Format = format) -> Document:
            return stands[number].document(selection, to)

        contestants: dict[str, Any] = {"ours": ours}
        if format != "json":
            contestants["peer"] = lambda _, to=format: plain_feedgen.render(same, to)
        samples = interleaved(contestants, FIRSTS)
        peer = per_second(1, samples["peer"]) if "peer" in samples else None
        report.rate(f"first {format}, from the search on", per_second(1, samples["ours"]), peer)


def _newsstand(settings: Settings, index: SearchIndex, templates: Environment) -> Newsstand:
    """One that remembers nothing yet."""
    register = RegisterReader(settings.register_path)
    return Newsstand(index, settings, Catalogue(index), templates, register)


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


def _feed(newest: list[Article]) -> Feed:
    return Feed(
        id=f"{SITE}{FEED}",
        title="Benchmark",
        page_url=f"{SITE}/",
        self_urls={format: f"{SITE}/feeds/latest.{format}" for format in FORMATS},
        updated=max((article.updated or article.date for article in newest), default=EMPTY),
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
