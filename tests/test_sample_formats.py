"""The samples that are no captures: every format read as meant, and all through the command.

What is expected was read off the files by eye.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article
from newsfeed.parsing import Context, parse

CORPUS = Path(__file__).parents[1] / "corpus"
CONTEXT = Context(datetime(2026, 11, 23, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


def sample(name: str) -> Article:
    return parse((CORPUS / name).read_bytes(), name, CONTEXT)


def kinds(article: Article) -> list[str]:
    return [block.kind for block in article.body]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_html_page() -> None:
    article = sample("panorama/2026-08-30-robbenzaehlung.html")
    assert article.headline == "So viele Heuler wie nie"
    assert article.kicker == "Robbenzählung vor Lüttoog"
    assert article.standfirst is not None
    assert article.standfirst.startswith("Drei Tage lang flogen Biologen")
    assert article.authors == ("Wiebke Harms", "Tjark Odensen")
    assert article.source == "Küstenkurier"
    assert article.published == utc("2026-08-30T06:15+02:00")
    assert article.updated == utc("2026-08-30T11:40+02:00")
    assert article.topics == ("Seehunde", "Wattenmeer", "Lüttoog")
    assert article.url == (
        "https://kuestenkurier.example/panorama/robbenzaehlung-luettoog-heuler.html"
    )
    assert kinds(article) == [
        *("paragraph", "paragraph", "subheading", "paragraph", "paragraph"),
        *("subheading", "paragraph", "list", "paragraph"),
    ]
    assert 'href="https://kuestenkurier.example/panorama/robbenzaehlung-2025.html"' in str(
        article.body[1].html
    )
    (image,) = article.images
    assert image.caption == (
        "Seehunde auf der Sandbank Knechtsplate, aufgenommen aus dem Zählflugzeug."
    )
    assert image.credit == "Wiebke Harms"
    assert image.url == "https://kuestenkurier.example/bilder/2026/robben-sandbank.jpg"
    for word in ("Cookies", "Wattbrief", "Deichgraf", "ads.push", "float"):
        assert word not in article.text
    assert article.provenance["published"] == "json-ld"


def test_live_blog() -> None:
    article = sample("lokales/2026-09-27-buergermeisterwahl-ketzow-liveblog.html")
    assert kinds(article) == ["entry", "paragraph"] * 4
    entries = [block for block in article.body if block.kind == "entry"]
    assert [entry.text for entry in entries] == [
        "Stichwahl am 11. Oktober",
        "Die Alte Schule liegt vorn",
        "Die Wahllokale sind geschlossen",
        "Guten Abend aus dem Rathaus",
    ]
    assert entries[0].published == utc("2026-09-27T21:12+02:00")
    assert len({entry.id for entry in entries}) == 4
    assert None not in {entry.id for entry in entries}
    assert article.authors == ("Jonas Rademacher",)


def test_ninjs() -> None:
    article = sample("wirtschaft/lbd-20260918-faehrreederei.ninjs.json")
    assert article.headline == "Fährreederei Brammer stellt zwei Schiffe auf Batterie um"
    assert article.authors == ("Tjark Odensen",)
    assert article.published == utc("2026-09-18T13:20+02:00")
    assert article.updated == utc("2026-09-18T13:47+02:00")
    assert kinds(article) == ["paragraph", "subheading", "paragraph", "paragraph"]
    (image,) = article.images
    assert image.caption == "Die „Lüttoog I“ am Anleger in Nordersund."
    assert image.credit == "Enno Peters"
    assert image.url == "https://bilder.luchbote.example/2026/faehre.jpg"
    assert article.provenance["headline"] == "wire"


def test_newsml() -> None:
    article = sample("sport/lbd-20261004-achter.newsml.xml")
    assert article.headline == "Achter aus Havelwerth gewinnt Herbstregatta um eine Bugspitze"
    assert article.authors == ("Carla Immenhof",)
    assert article.published == utc("2026-10-04T16:58+02:00")
    assert article.language == "de"
    assert len(article.body) == 3
    assert "Rudern" in article.topics


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of indexing the whole corpus, and what a search for the feed's source finds."""
    index = tmp_path_factory.mktemp("formats") / "index"
    command = [sys.executable, "-m", "newsfeed"]

    def run(*arguments: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            [*command, *arguments, "--index", str(index), "--json"],
            check=True,
            capture_output=True,
            text=True,
            cwd=CORPUS.parent,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    report = run("index", str(CORPUS), "--strict")[-1]["report"]
    (results,) = run("search", 'source:"Küstenkurier: Kultur"')
    return {"report": report, "results": results}


def test_every_sample_is_an_article(found: dict[str, Any]) -> None:
    assert found["report"]["problems"] == []
    assert found["report"]["created"] + found["report"]["withdrawn"] == 57


def test_feed_entries_are_articles_of_their_own(found: dict[str, Any]) -> None:
    headlines = {hit["headline"] for hit in found["results"]["hits"]}
    assert headlines == {
        "Orgelbauerin rettet Pfeifen aus der Sturmflut",
        "Leuchtturm wird zur kleinsten Bühne der Küste",
    }
