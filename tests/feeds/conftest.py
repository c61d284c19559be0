"""The sample feeds of these tests: what stands in golden/ is what they must look like.

full: every field of an entry, in a feed with a hub and archives. archive: one of those. complete: a
small feed that holds all there is, two entries taken back. search: the second page of a search,
without contents. live: a live blog's entries. empty: a search that found nothing. hostile: texts
that break feeds elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsfeed.article import Image, Link
from newsfeed.feeds import FORMATS, Category, Deletion, Enclosure, Entry, Feed, Format, Found

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
            "Stau vor der Nordbrücke",
            "Ada Beispiel/Bildhaus",
            f"{SITE}/media/bruecke.jpg?w=800",
            length=48_213,
        ),
        Image("Die alte Fähre", "Archiv", f"{SITE}/media/faehre", "image/webp"),
        Image("Der Bürgermeister", "Tom Muster/Presse & Bild"),
    ),
    related=(
        Link("Was die Sperrung kostet", f"{SITE}/articles/kosten"),
        Link("Mehr zum Thema, ohne Adresse"),
    ),
    source="Mühlhafener Bote",
    note="Update: Termin ergänzt",
    rights="© 2026 Mühlhafener Bote & Partner",
    enclosure=Enclosure(f"{SITE}/media/bruecke.jpg?w=800", "image/jpeg", 48_213),
    change=17,
)

TUNNEL = Entry(
    id="tag:nachrichten.example,2026:article/tunnel",
    url=f"{SITE}/articles/tunnel-opens",
    title="Tunnel opens early",
    published=datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    updated=datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
    content="<p>The tunnel is open.</p>",
    language="en",
    images=(Image("The portal", None, f"{SITE}/media/portal.png"),),
    enclosure=Enclosure(f"{SITE}/media/portal.png", "image/png"),
)


def addresses(name: str, query: str = "") -> dict[Format, str]:
    """The addresses of a feed's document in each format."""
    return {format: f"{SITE}/{name}.{format}{query}" for format in FORMATS}


FULL = Feed(
    id="tag:nachrichten.example,2026:feeds/latest",
    title="Nachrichten aus Mühlhafen",
    page_url=f"{SITE}/",
    self_urls=addresses("feeds/latest"),
    updated=datetime(2026, 6, 1, 6, 30, tzinfo=UTC),
    subtitle="Alles Neue, das Neueste zuerst",
    ttl=330,
    icon_url=f"{SITE}/static/icon.png",
    entries=(BRIDGE, TUNNEL),
    links={"prev-archive": addresses("feeds/latest/2026-02")},
    hub="https://hub.example/?a=1&b=2",
    rights="© 2026 Beispielverlag & Söhne",
)

ARCHIVE = replace(
    FULL,
    self_urls=addresses("feeds/latest/2026-03-2"),
    updated=TUNNEL.updated,
    entries=(TUNNEL,),
    links={
        "next-archive": addresses("feeds/latest/2026-05"),
        "prev-archive": addresses("feeds/latest/2026-03"),
        "current": addresses("feeds/latest"),
    },
    hub=None,
    archive=True,
)

COMPLETE = replace(
    FULL,
    id="tag:nachrichten.example,2026:feeds/authors/ada-beispiel",
    title="Nachrichten aus Mühlhafen – Ada Beispiel",
    page_url=f"{SITE}/authors/ada-beispiel",
    self_urls=addresses("feeds/authors/ada-beispiel"),
    entries=(BRIDGE,),
    links={},
    complete=True,
    deletions=(
        Deletion(
            "tag:nachrichten.example,2026:article/ente",
            datetime(2026, 6, 2, 10, 0, 0, 5, BERLIN_SUMMER),
            "Der Bericht war falsch. Wir bitten um Entschuldigung & Nachsicht.",
        ),
        Deletion("tag:nachrichten.example,2026:article/alt", datetime(2026, 5, 1, tzinfo=UTC), ""),
    ),
)

SEARCH = replace(
    FULL,
    id="tag:nachrichten.example,2026:feeds/search?q=br%C3%BCcke",
    title="Suche nach „brücke & tunnel“",
    page_url=f"{SITE}/search?q=br%C3%BCcke+%26+tunnel",
    subtitle=None,
    icon_url=f"{SITE}/static/icon.svg",
    self_urls=addresses("search", "?q=br%C3%BCcke+%26+tunnel&cursor=abc"),
    entries=tuple(replace(entry, content=None) for entry in FULL.entries),
    links={
        "first": addresses("search", "?q=br%C3%BCcke+%26+tunnel"),
        "next": addresses("search", "?q=br%C3%BCcke+%26+tunnel&cursor=def"),
        "previous": addresses("search", "?q=br%C3%BCcke+%26+tunnel&cursor=aaa"),
    },
    hub=None,
    found=Found("brücke & tunnel", total=104, page_size=2, start=3),
    rights=None,
)

LIVE = replace(
    FULL,
    id="tag:nachrichten.example,2026:feeds/articles/abcdefghijklmnop",
    title="Nachrichten aus Mühlhafen – Wahlabend im Live-Blog",
    page_url=f"{SITE}/articles/abcdefghijklmnop",
    self_urls=addresses("feeds/articles/abcdefghijklmnop"),
    entries=tuple(
        Entry(
            id=f"tag:nachrichten.example,2026:article/wahl#{number}",
            url=f"{SITE}/articles/abcdefghijklmnop#{number}",
            title=title,
            published=datetime(2026, 6, 1, hour, minute, tzinfo=UTC),
            updated=datetime(2026, 6, 1, hour, minute, tzinfo=UTC),
            content=f"<p>{title}. Mehr gleich hier.</p>",
            authors=("Jörg Müller",),
            source="Mühlhafener Bote",
        )
        for number, title, hour, minute in (
            ("e2", "Erste Hochrechnung", 18, 12),
            ("e1", "Die Wahllokale schließen", 18, 0),
        )
    ),
    links={},
    updated=datetime(2026, 6, 1, 18, 12, tzinfo=UTC),
)

EMPTY = replace(
    SEARCH,
    title="Suche nach „nichts“",
    self_urls={"atom": f"{SITE}/search.atom?q=nichts"},
    icon_url=None,
    updated=datetime(2000, 1, 1, tzinfo=UTC),
    ttl=0,
    entries=(),
    links={},
    found=Found("", total=0, page_size=50),
)

HOSTILE = replace(
    FULL,
    title="Böse\x00r \u202eTitel\u202c & <mehr>",
    subtitle="\ud800 einsam",
    rights="\x00\n",
    entries=tuple(
        replace(
            BRIDGE,
            id=f"tag:nachrichten.example,2026:hostile/{number}",
            title=title,
            summary="</description>]]><script>alert(1)</script>\x0b",
            content="<p>CDATA endet mit ]]&gt; oder ]]> und \x0c weiter</p>",
            authors=("\x00", "M\u2066ax\u2069"),
            rights="\x0c<b>Alle Rechte",
            enclosure=Enclosure("https://x.example/\x00a b\n.jpg", media_type, 10**30),
        )
        for number, (title, media_type) in enumerate(
            (
                ("<script>alert('x')</script>", "image/jpeg"),
                ("Fünf &nbsp; sechs &amp; sieben", "image/jpeg\r\nX: y"),
                ("🦊 Emoji 👩‍👩‍👧 und ein \u200fRTL-Zeichen", 'a/"><script>'),
                ("Zeile\r\n\tZeile\x85Zeile", ""),
                ("\x07\ud83d", "image"),
                ("Überlang " * 33, "image/svg+xml"),
            )
        )
    ),
    deletions=(
        Deletion("tag:x\x00\ud800", datetime(2026, 6, 1, tzinfo=UTC), "]]>\x0b\n<b>"),
        Deletion("tag:nachrichten.example,2026:hostile/0", datetime(2026, 6, 3, tzinfo=UTC), "da"),
    ),
    found=Found('\x00"><x>', total=-1, page_size=-1, start=-5),
    links={"next": addresses("\x00a\nb"), "first": {"atom": "\x00"}},
    hub='https://hub.example/\x00">',
)

_SAMPLES = {
    "full": FULL,
    "archive": ARCHIVE,
    "complete": COMPLETE,
    "search": SEARCH,
    "live": LIVE,
    "empty": EMPTY,
    "hostile": HOSTILE,
}


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
def archive() -> Feed:
    """One of that feed's older documents."""
    return ARCHIVE


@pytest.fixture
def complete() -> Feed:
    """The feed that holds all there is, and tells of two entries that were taken back."""
    return COMPLETE


@pytest.fixture
def search() -> Feed:
    """A page of a search, without contents."""
    return SEARCH


@pytest.fixture
def hostile() -> Feed:
    """The feed of texts that break feeds elsewhere."""
    return HOSTILE
