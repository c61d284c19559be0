"""The sample feeds of these tests: what stands in golden/ is what they must look like.

full: every field there is. summary: a search's feed without contents. empty: nothing found.
hostile: texts that break feeds elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsfeed.article import Image, Link
from newsfeed.feeds import Category, Entry, Feed

SITE = "https://nachrichten.example"
BERLIN_SUMMER = timezone(timedelta(hours=2))

BRIDGE = Entry(
    id="tag:nachrichten.example,2026:article/brueckensperrung",
    url=f"{SITE}/articles/brueckensperrung-in-muehlhafen",
    title="Brückensperrung in Mühlhafen: „Das trifft uns alle“",
    # the same instant as 15:05:09 UTC; the fraction must not reach a document
    published=datetime(2026, 5, 31, 17, 5, 9, 250_000, BERLIN_SUMMER),
    updated=datetime(2026, 6, 1, 6, 30, tzinfo=UTC),
    summary="Die Nordbrücke bleibt bis Herbst zu. Pendler & Betriebe suchen Umwege < 10 km.",
    content=(
        "<p>Die Nordbrücke über die Mühle bleibt gesperrt.</p>\n"
        f'<figure><img src="{SITE}/media/bruecke.jpg?w=800" alt="">'
        "<figcaption>Stau vor der Nordbrücke <small>Foto: Ada Beispiel/Bildhaus</small>"
        "</figcaption></figure>\n"
        "<h2>Umleitung &amp; Fähre</h2>\n<p>Im Schnitt dauert es 12&nbsp;Minuten länger.</p>"
    ),
    authors=("Jörg Müller", "Ada Beispiel"),
    categories=(
        Category("lokales", "Lokales", f"{SITE}/sections"),
        Category("verkehr", "Verkehr & Wege", f"{SITE}/topics"),
        Category("bildhaus", "Bildhaus", f"{SITE}/agencies"),
    ),
    images=(
        Image(
            "Stau vor der Nordbrücke", "Ada Beispiel/Bildhaus", f"{SITE}/media/bruecke.jpg?w=800"
        ),
        Image("Die alte Fähre", "Archiv", f"{SITE}/media/faehre"),
        Image("Der Bürgermeister", "Tom Muster/Presse & Bild"),
    ),
    related=(
        Link("Was die Sperrung kostet", f"{SITE}/articles/kosten"),
        Link("Mehr zum Thema, ohne Adresse"),
    ),
    source="Mühlhafener Bote",
    note="Update: Termin ergänzt",
)

TUNNEL = Entry(
    id="tag:nachrichten.example,2026:article/tunnel",
    url=f"{SITE}/articles/tunnel-opens",
    title="Tunnel opens early",
    published=datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    updated=datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    content="<p>The tunnel is open.</p>",
    language="en",
)

FULL = Feed(
    id=f"{SITE}/feeds/latest.atom",
    title="Nachrichten aus Mühlhafen",
    page_url=f"{SITE}/",
    self_urls={
        "atom": f"{SITE}/feeds/latest.atom",
        "rss": f"{SITE}/feeds/latest.rss",
        "json": f"{SITE}/feeds/latest.json",
    },
    updated=datetime(2026, 6, 1, 6, 30, tzinfo=UTC),
    subtitle="Alles Neue, das Neueste zuerst",
    ttl=330,
    icon_url=f"{SITE}/static/icon.png",
    next_url=f"{SITE}/feeds/latest.atom?page=2&content=full",
    entries=(BRIDGE, TUNNEL),
)

SUMMARY = replace(
    FULL,
    id=f"{SITE}/search.atom?q=br%C3%BCcke&sort=newest",
    title="Suche: brücke",
    subtitle=None,
    icon_url=f"{SITE}/static/icon.svg",
    next_url=None,
    self_urls={"atom": f"{SITE}/search.atom?q=br%C3%BCcke&sort=newest"},
    entries=tuple(replace(entry, content=None) for entry in FULL.entries),
)

EMPTY = replace(
    SUMMARY,
    title="Suche: nichts",
    icon_url=None,
    updated=datetime(1970, 1, 1, tzinfo=UTC),
    ttl=0,
    entries=(),
)

HOSTILE = replace(
    FULL,
    title="Böse\x00r \u202eTitel\u202c & <mehr>",
    subtitle="\ud800 einsam",
    entries=tuple(
        replace(
            BRIDGE,
            id=f"tag:nachrichten.example,2026:hostile/{number}",
            title=title,
            summary="</description>]]><script>alert(1)</script>\x0b",
            content="<p>CDATA endet mit ]]&gt; oder ]]> und \x0c weiter</p>",
            authors=("\x00", "M\u2066ax\u2069"),
        )
        for number, title in enumerate(
            (
                "<script>alert('x')</script>",
                "Fünf &nbsp; sechs &amp; sieben",
                "🦊 Emoji 👩‍👩‍👧 und ein \u200fRTL-Zeichen",
                "Zeile\r\n\tZeile\x85Zeile",
                "\x07\ud83d",
                "Überlang " * 33,
            )
        )
    ),
)

_SAMPLES = {"full": FULL, "summary": SUMMARY, "empty": EMPTY, "hostile": HOSTILE}


@pytest.fixture(params=_SAMPLES)
def sample(request: pytest.FixtureRequest) -> tuple[str, Feed]:
    """Each sample feed in turn, with its name."""
    return request.param, _SAMPLES[request.param]


@pytest.fixture
def feed(sample: tuple[str, Feed]) -> Feed:
    """Each sample feed in turn."""
    return sample[1]


@pytest.fixture
def full() -> Feed:
    """The feed that uses every field."""
    return FULL


@pytest.fixture
def summaries() -> Feed:
    """The feed without contents."""
    return SUMMARY


@pytest.fixture
def hostile() -> Feed:
    """The feed of texts that break feeds elsewhere."""
    return HOSTILE
