"""The little newspaper that the web tests serve: 64 dated, named articles, written for this.

`articles` are they, by a short name; `client` asks an application over a real index that holds
them; `own_client` one over an index of the test's own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsfeed.article import Article, Block, Correction, Image, Link, Related
from newsfeed.search import open_index
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings, load_settings
from newsfeed.web import create_app

AUTHORITY = "tag:newsfeed.test,2026:"
START = datetime(2022, 2, 24, 5, 30, tzinfo=UTC)


def named(name: str, headline: str, hours: int = 0, **fields: object) -> Article:
    """An article as the register gives it out: published `hours` after START."""
    published = START + timedelta(hours=hours)
    fields = {"updated": published, "language": "de"} | fields
    return Article(
        headline=headline,
        id=AUTHORITY + name,
        published=published,
        **fields,  # type: ignore[arg-type]
    )


def paragraphs(*texts: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", text) for text in texts)


HARBOUR = named(
    "hafen",
    "Hafenkräne in Kaiserstadt stehen still: „So etwas gab es noch nie“",
    100,
    url="https://abendbote.example/wirtschaft/hafenkraene",
    source="Abendbote",
    section="Wirtschaft",
    kicker="Warnstreik",
    standfirst="Seit dem frühen Morgen wird im größten Hafen der Küste nicht mehr gearbeitet. "
    "Die Beschäftigten fordern höhere Zuschläge für die Nachtschicht.",
    body=(
        *paragraphs(
            "Um fünf Uhr früh wurde es still über dem Hafenbecken. Die Kräne, die sonst Tag und "
            "Nacht Container heben, blieben stehen, einer nach dem anderen.",
            "„Wir haben lange genug gewartet“, sagte die Kranführerin Jördis Åkesson am Tor. Rund "
            "achthundert Beschäftigte sind nach Angaben der Gewerkschaft im Ausstand.",
        ),
        Block("subheading", "Schiffe warten auf der Reede"),
        *paragraphs(
            "Vor der Einfahrt liegen elf Schiffe vor Anker. Die Hafengesellschaft rechnet mit "
            "Verspätungen bis in die kommende Woche hinein."
        ),
        Block("quote", "Ein Hafen, in dem nachts niemand arbeiten will, ist kein Hafen."),
        Block("list", "800 Beschäftigte im Ausstand\n11 wartende Schiffe\n3 Verhandlungsrunden"),
        *paragraphs("Die nächste Verhandlungsrunde soll am Donnerstag beginnen."),
    ),
    authors=("Jörg Müller", "Ayşe Yıldız"),
    agencies=("dpa",),
    images=(
        Image(
            "Stillstand am Containerkai in Kaiserstadt",
            "Mara Lindqvist/dpa",
            "https://bilder.example/kai.jpg",
        ),
        Image("Kranführerin Jördis Åkesson am Tor", "Tom Brandt"),
    ),
    updated=START + timedelta(hours=104),
    correction=Correction("update", "Update"),
    topics=("Hafen", "Tarifstreit"),
    related=(
        Related(
            "Mehr zum Streik im Hafen",
            (
                Link("Was die Nachtschicht kostet", "https://abendbote.example/nachtschicht"),
                Link("Wer im Hafen arbeitet"),
                Link("Nicht anklicken", "javascript:alert(1)"),
            ),
        ),
    ),
)

HOSTILE = named(
    "boese",
    "<script>alert('Titel')</script> & \u202eKöpfe",
    90,
    url="javascript:alert(document.cookie)",
    source='<img src=x onerror="alert(1)">',
    section="Politik & <b>Gesellschaft</b>",
    standfirst="Ein Vorspann mit </p><script>alert(2)</script>.",
    body=(
        *paragraphs('<img src=x onerror=alert(3)> & "Anführung" ]]> <svg/onload=alert(4)>'),
        Block("subheading", "<iframe src=//evil.example></iframe>"),
    ),
    authors=("Robert'); DROP TABLE articles;--",),
    images=(
        Image('"><script>alert(5)</script>', "<b>wer</b>", "data:text/html,<script>"),
        Image("Ein Bild ohne Verschlüsselung", None, "http://bilder.example/alt.jpg"),
    ),
    topics=("</title><script>alert(6)</script>",),
    related=(Related("<u>Mehr</u>", (Link("<i>x</i>", "vbscript:msgbox(1)"),)),),
)

MATCH = named(
    "pokal",
    "Pokalabend mit Folgen",
    80,
    source="Abendbote",
    section="Sport",
    standfirst="Der Außenseiter gewinnt, und am Hafen wird bis in die Nacht gefeiert.",
    body=paragraphs("Mit dem Schlusspfiff liefen die Zuschauer auf den Rasen."),
    authors=("Nele Petersen",),
    topics=("Fußball",),
)

CORRECTED = named(
    "korrektur",
    "Stadtrat beschließt neues Straßenbahnnetz",
    70,
    section="Politik",
    source="Kaiserstädter Zeitung",
    body=paragraphs("Der Stadtrat hat am Mittwoch das neue Netz beschlossen."),
    authors=("Jörg Müller",),
    correction=Correction("correction", "Korrektur: In einer früheren Fassung stand ein Betrag."),
    topics=("Verkehr",),
)

ENGLISH = named(
    "english",
    "A quiet day at the harbour",
    60,
    language="en",
    section="Kultur",
    body=paragraphs("Nothing happened, and it was beautiful."),
)

SECTIONS = ("Politik", "Wirtschaft", "Sport", "Kultur", "Wissen", "Lokales")


def minor(number: int) -> Article:
    """One of the many short articles that make listings long."""
    return named(
        f"kurz-{number:02}",
        f"Kurz gemeldet: Nachricht Nummer {number}",
        -number,
        section=SECTIONS[number % len(SECTIONS)],
        source="Kurzdienst",
        standfirst="Eine kurze Meldung aus der Stadt, wie sie jeden Tag vorkommt.",
        body=paragraphs(f"Am Tag {number} ging am Markt eine Laterne an und wieder aus."),
        authors=(f"Kürzel {number % 5}",),
        topics=("Kurzmeldung",),
    )


MINOR = tuple(minor(number) for number in range(59))
ARTICLES = {
    article.id.removeprefix(AUTHORITY): article
    for article in (HARBOUR, HOSTILE, MATCH, CORRECTED, ENGLISH, *MINOR)
}


@pytest.fixture(scope="session")
def articles() -> dict[str, Article]:
    return ARTICLES


@pytest.fixture(scope="session")
def paper_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for(tmp_path_factory.mktemp("newspaper"))


@pytest.fixture(scope="session")
def paper_index(paper_settings: Settings) -> Iterator[SearchIndex]:
    """The newspaper with all its articles, for tests that only read."""
    index = open_index(paper_settings)
    index.update(ARTICLES.values(), sequence=len(ARTICLES))
    yield index
    index.close()


@pytest.fixture(scope="session")
def client(paper_settings: Settings, paper_index: SearchIndex) -> FlaskClient:
    return create_app(paper_settings, paper_index).test_client()


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def own_index(own_settings: Settings) -> Iterator[SearchIndex]:
    """An index that is not written yet."""
    index = open_index(own_settings)
    yield index
    index.close()


@pytest.fixture
def own_client(own_settings: Settings, own_index: SearchIndex) -> FlaskClient:
    return create_app(own_settings, own_index).test_client()


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the live server's index is; every test that writes to it says what it adds."""
    folder = tmp_path_factory.mktemp("live")
    index = open_index(folder / "index")
    index.update(ARTICLES.values(), sequence=len(ARTICLES))
    index.close()
    return folder


@pytest.fixture(scope="session")
def live_server(live_folder: Path) -> Iterator[str]:
    """The address of a server as `newsfeed serve` runs it, in processes of its own."""
    port = free_port()
    with serving(live_folder, port) as process:
        yield f"http://127.0.0.1:{port}"
        assert process.poll() is None, "the server died during the tests"


@pytest.fixture
def serving_in() -> Callable[[Path], AbstractContextManager[tuple[str, subprocess.Popen[str]]]]:
    """Starts a server of the test's own over `folder`/index; gives its address and process."""

    @contextmanager
    def start(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        port = free_port()
        with serving(folder, port) as process:
            yield f"http://127.0.0.1:{port}", process

    return start


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server over `folder`/index, up when the block begins, stopped when it ends."""
    environment = {
        **os.environ,
        "NEWSFEED_INDEX": str(folder / "index"),
        "NEWSFEED_PORT": str(port),
        "NEWSFEED_TITLE": "Abendbote",
        "NEWSFEED_DESCRIPTION": "Nachrichten aus Kaiserstadt",
    }
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"http://127.0.0.1:{port}/\n", "the server did not start"
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


SERVE = """
from newsfeed.settings import load_settings
from newsfeed.web.server import serve
serve(load_settings(), ready=lambda url: print(url, flush=True))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(folder: Path) -> Settings:
    return load_settings(
        corpus=folder / "corpus",
        index=folder / "index",
        title="Abendbote",
        description="Nachrichten aus Kaiserstadt",
        base_url="https://abendbote.example",
    )
