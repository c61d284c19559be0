"""Heads of articles in the shapes that German newspapers print them, over always the same text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article
from newsfeed.parsing.head import read_head
from newsfeed.parsing.lines import read_lines

ZONE = ZoneInfo("Europe/Berlin")
DAY = datetime(2024, 3, 12, tzinfo=ZONE)
NOON = datetime(2024, 3, 12, 14, 35, tzinfo=ZONE)
EVENING = datetime(2024, 3, 12, 18, 5, tzinfo=ZONE)
SAVED = datetime(2024, 3, 12, 16, 0, 30, tzinfo=UTC)
HEADLINE = "Ketzow baut seine alte Brücke wieder auf"
TEXT = """
Der Stadtrat von Ketzow hat am Montagabend nach drei Stunden Beratung beschlossen, die alte Brücke
über den Kanal wieder aufzubauen. Für den Antrag stimmten 19 der 31 Ratsmitglieder.

Die Brücke war vor zwei Jahren gesperrt worden, weil ihre Pfeiler unterspült waren. Seither fahren
die Busse einen Umweg von vier Kilometern, und die Läden am Markt klagen über weniger Kunden.

Bürgermeisterin Helene Vogt sprach von einem guten Tag für die Stadt. Nun müsse das Land noch
seinen Teil der Kosten von elf Millionen Euro bewilligen, dann könne der Bau im Herbst beginnen.
"""
Read = Callable[..., Article]


def paragraphs() -> str:
    return "\n\n".join(" ".join(part.split()) for part in TEXT.strip().split("\n\n"))


def page(head: str, foot: str = "") -> str:
    return f"{head.strip()}\n\n{paragraphs()}\n\n{foot.strip()}\n"


@dataclass(frozen=True)
class Shape:
    """What must come of a head or a foot."""

    head: str
    foot: str = ""
    authors: tuple[str, ...] = ("Anna Berg",)
    published: datetime | None = NOON
    updated: datetime | None = None
    kicker: str | None = None
    agencies: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # lines of the foot that may stay in the text


SHAPES = {
    "byline, then date": Shape(f"{HEADLINE}\n\nVon Anna Berg\n12. März 2024, 14:35 Uhr"),
    "kicker above": Shape(
        f"Streit um den Kanal\n{HEADLINE}\nVon Anna Berg\n12.03.2024, 14.35 Uhr",
        kicker="Streit um den Kanal",
    ),
    "kicker glued on": Shape(
        f"Streit um den Kanal:{HEADLINE}\n\n12. März 2024, 14:35 Uhr\n\nVon Anna Berg, Ketzow",
        kicker="Streit um den Kanal",
    ),
    "all on one line": Shape(f"{HEADLINE}\nDi 12.03.24 | 14:35 Uhr | Von Anna Berg"),
    "date, then name": Shape(f"{HEADLINE}\n12.03.2024 um 14:35 von Anna Berg"),
    "name alone": Shape(f"{HEADLINE}\n\nAnna Berg\n12.03.2024, 14:35 Uhr"),
    "name glued to the date": Shape(f"{HEADLINE}\n\nVon Anna Berg12.03.2024, 14:35 Uhr"),
    "role below the name": Shape(
        f"{HEADLINE}\n\nVon Anna Berg\nRedakteurin Lokales\n12.03.2024, 14:35 Uhr"
    ),
    "role beside the name": Shape(
        f"{HEADLINE}\n12. März 2024, 14:35 Uhr\nVon Anna Berg, Politikredakteurin"
    ),
    "tools between": Shape(
        f"{HEADLINE}\nStand: 12.03.2024, 14:35 Uhr\nVon: Anna Berg\nKommentare\nDrucken\nTeilen",
        updated=NOON,
    ),
    "two authors": Shape(
        f"{HEADLINE}\nVon Anna Berg und Carl van der Meer\n12.03.2024, 14:35 Uhr",
        authors=("Anna Berg", "Carl van der Meer"),
    ),
    "capitals": Shape(
        f"{HEADLINE}\nVON ANNA BERG-DORN\n12.03.2024, 14:35 Uhr", authors=("Anna Berg-Dorn",)
    ),
    "genre": Shape(f"{HEADLINE}\nEin Kommentar von Anna Berg\n12.03.2024, 14:35 Uhr"),
    "photographer": Shape(f"{HEADLINE}\nText: Anna Berg, Fotos: Carl Dorn\n12.03.2024, 14:35 Uhr"),
    "correspondent": Shape(f"{HEADLINE}\n12.03.2024, 14:35 Uhr\nAus Rom berichtet Anna Berg"),
    "agency": Shape(
        f"{HEADLINE}\nVon dpa\n12.03.2024, 14:35 Uhr", authors=("dpa",), agencies=("dpa",)
    ),
    "author with agency": Shape(
        f"{HEADLINE}\nVon Anna Berg mit AFP\n12.03.2024, 14:35 Uhr", agencies=("AFP",)
    ),
    "agency and initials": Shape(
        f"{HEADLINE}\nVon dpa, abg\n12.03.2024, 14:35 Uhr", authors=("dpa",), agencies=("dpa",)
    ),
    "source of the report": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr\nQuelle: dpa Regional",
        authors=("dpa",),
        agencies=("dpa",),
    ),
    "published and updated": Shape(
        f"{HEADLINE}\nVon Anna Berg\n"
        "Veröffentlicht am 12.03.2024, 14:35 Uhr\nAktualisiert am 12.03.2024, 18:05 Uhr",
        updated=EVENING,
    ),
    "updated on the same line": Shape(
        f"{HEADLINE}\nVon Anna Berg\n12.03.2024, 14:35 Uhr | Aktualisiert: 12.03.2024, 18:05 Uhr",
        updated=EVENING,
    ),
    "updated the same day": Shape(
        f"{HEADLINE}\nVon Anna Berg\nVeröffentlicht am 12.03.2024, aktualisiert um 18:05 Uhr",
        published=DAY,
        updated=EVENING,
    ),
    "day, and its clock time below": Shape(
        f"{HEADLINE}\nvon\nAnna Berg\nDienstag\n12. März 2024\n14:35 Uhr"
    ),
    "an update below the day": Shape(
        f"{HEADLINE}\nVon Anna Berg\n12. März 2024\nAktualisiert: 18:05 Uhr",
        published=DAY,
        updated=EVENING,
    ),
    "clock before the day": Shape(f"{HEADLINE}\nVon Anna Berg\n14:35 Uhr, 12. März 2024"),
    "today": Shape(f"{HEADLINE}\nVon Anna Berg\nHeute, 14:35 Uhr"),
    "published today": Shape(f"{HEADLINE}\nAnna Berg\nPubliziert heute um 14:35 Uhr"),
    "clock time only": Shape(f"{HEADLINE}\nVon Anna Berg\n14:35 Uhr\nLesezeit: 2 Min."),
    "no year": Shape(f"{HEADLINE}\nVon Anna Berg\n12. März, 14.35 Uhr"),
    "so long ago": Shape(
        f"{HEADLINE}\nAnna Berg\nvor 2 Stunden",
        published=datetime(2024, 3, 12, 15, 0, tzinfo=ZONE),
    ),
    "above the headline": Shape(f"Lokales\n\n12.03.2024, 14:35 Uhr\n\n{HEADLINE}\n\nVon Anna Berg"),
    "the paper's day in the head bar": Shape(
        f"Donnerstag, 14. März 2024\nStartseite\nLokales\n\n{HEADLINE}\n\n"
        "Von Anna Berg\n12.03.2024, 14:35 Uhr"
    ),
    "a broadcast on another day": Shape(
        f"12.03.2024, 14:35 Uhr\n\n{HEADLINE}\n\nVon\nAnna Berg\n\n"
        "Über dieses Thema berichtet: Funk am Morgen am 11.03.2024 um 06:00 Uhr."
    ),
    "signed in a bracket": Shape(HEADLINE, "(Anna Berg, 12.3.2024)", published=DAY),
    "author below": Shape(HEADLINE, "Datum 12.03.2024\nAutorin/Autor Anna Berg", published=DAY),
    "author's name below its label": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr", "Autorin\nAnna Berg"
    ),
    "interviewer": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr",
        "Das Gespräch führte Anna Berg.",
        kept=("Das Gespräch führte Anna Berg.",),
    ),
    "interviewer, and initials behind the broadcast": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr",
        "Das Gespräch führte Anna Berg.\n\nMittagsmagazin, 12.3.2024, 12:10 Uhr; abc/def; ghi",
        authors=("Anna Berg", "abc/def", "ghi"),
        kept=("Das Gespräch führte Anna Berg.",),
    ),
    "agency below": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr", "SDA/abg", authors=("sda",), agencies=("sda",)
    ),
    "broadcast below": Shape(f"{HEADLINE}\nVon Anna Berg", "Mittagsmagazin, 12.3.2024, 14:35 Uhr"),
    "a day's clock time, and tools": Shape(
        f"Lokales\nStreit um den Kanal\n{HEADLINE}\nStand: 14:35 Uhr\nLesedauer: 3 Minuten\n"
        "Von Anna Berg\nPolitikredakteurin",
        kicker="Streit um den Kanal",
        updated=NOON,
    ),
    "issue beside the date": Shape(
        f"{HEADLINE}\n\nVon Anna Berg\n12.03.2024, 14.35 Uhr • aus DER BOTE 11/2024"
    ),
    "comments below the date": Shape(
        f"{HEADLINE}\n\nAnna Berg\n12. März 2024, 14:35\n123 Postings"
    ),
    "role of a Swiss paper": Shape(
        f"{HEADLINE}\nPubliziert: 12.03.2024 um 14:35 Uhr\nAktualisiert: 12.03.2024 um 18:05 Uhr\n"
        "Anna Berg\nRedaktorin Wirtschaft",
        updated=EVENING,
    ),
    "label on its own line": Shape(
        f"{HEADLINE}\nVon: Anna Berg\nveröffentlicht am\n12.03.2024 - 14:35 Uhr"
    ),
    "place and reading time": Shape(f"{HEADLINE}\nAnna Berg, Ketzow\n12.03.2024, 14.35 Uhr\n3 min"),
    "reading time on the line of the date": Shape(
        f"{HEADLINE}\n12.03.2024 , 14:35 Uhr | 2 Minuten Lesezeit\nVon Anna Berg"
    ),
    "newsroom and agency as source": Shape(
        f"{HEADLINE}\nVon Anna Berg\n12. März 2024, 14:35 Uhr\nQuelle: DER BOTE, dpa, abg"
    ),
    "hyphens round the date": Shape(
        f"{HEADLINE}\nVon Anna Berg\n-Aktualisiert am 12.03.2024-14:35",
        updated=NOON,
    ),
    "both dates glued": Shape(
        f"{HEADLINE}\nAnna Berg\n12.03.2024, 14:35Aktualisiert: 12.03.2024, 18:05", updated=EVENING
    ),
    "initials": Shape(f"{HEADLINE}\nAnna Berg (abg)\n12.03.2024, 14:35 Uhr"),
    "mail address": Shape(f"{HEADLINE}\nVon Anna Berg anna.berg@bote.example\n12.03.2024, 14:35"),
    "author and agency without opening": Shape(
        f"{HEADLINE}\nAnna Berg, dpa\n12.03.2024, 14:35 Uhr",
        authors=("Anna Berg", "dpa"),
        agencies=("dpa",),
    ),
    "author and photographer": Shape(
        f"{HEADLINE}\nVon Anna Berg (Text) und Carl Dorn (Fotos)\n12.03.2024, 14:35 Uhr"
    ),
    "author and date behind a label": Shape(f"{HEADLINE}\nAutor: Anna Berg | 12.03.2024 14:35"),
    "foreign name": Shape(
        f"{HEADLINE}\nVon Mona el-Sayed und Seán O’Neill\n12.03.2024, 14:35 Uhr",
        authors=("Mona el-Sayed", "Seán O’Neill"),
    ),
    "title": Shape(
        f"{HEADLINE}\nEin Gastbeitrag von Prof. Dr. Anna Berg\n12.03.2024, 14:35 Uhr",
        authors=("Prof. Dr. Anna Berg",),
    ),
    "correspondent's town": Shape(f"{HEADLINE}\nVon Anna Berg, New York\n12.03.2024, 14:35 Uhr"),
    "headline twice below a menu": Shape(
        "Startseite\nPolitik\nSport\nMehr aus dem Land Luchhavel und der Welt\n"
        f"Suche\nAnmelden\n\n{HEADLINE}\n\n{HEADLINE}\n\nVon Anna Berg\n12.03.2024, 14:35 Uhr"
    ),
    "picture between": Shape(
        f"{HEADLINE}\n12.03.2024, 14:35 Uhr\n\n"
        "Die gesperrte Brücke im Winter. Foto: Carl Dorn/dpa\n\nVon Anna Berg"
    ),
    "nobody and never": Shape(HEADLINE, authors=(), published=SAVED.astimezone(ZONE)),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_head(shape: Shape, read: Read) -> None:
    article = read(page(shape.head, shape.foot), captured=SAVED)
    assert article.headline == HEADLINE
    assert article.kicker == shape.kicker
    assert article.authors == shape.authors
    assert article.published == shape.published
    assert article.updated == shape.updated
    assert article.agencies == shape.agencies


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_the_head_takes_nothing_of_the_text(shape: Shape, read: Read) -> None:
    article = read(page(shape.head, shape.foot), captured=SAVED)
    text = [article.standfirst or "", *(block.text for block in article.body)]
    parts = [part for part in text if part]
    assert parts[:3] == paragraphs().split("\n\n")
    assert set(parts[3:]) <= set(shape.kept)


@pytest.mark.parametrize(
    "headline",
    [
        "Das Wunder am Kanal",
        "Kommt die alte Brücke über den Kanal wirklich wieder?",
        "„Ein guter Tag für die ganze Stadt“",
        "Elf Millionen Euro, 19 Stimmen und ein Umweg von vier Kilometern: Wie Ketzow zu seiner "
        "alten Brücke zurückfindet",
        "Warum Ketzow seine Brücke wieder aufbaut – und wer das bezahlen soll",
    ],
)
@pytest.mark.parametrize(
    "menu", ["", "Startseite\nPolitik\nKultur und Medien\nWetter in der Region"]
)
def test_headlines(headline: str, menu: str, read: Read) -> None:
    head = f"{menu}\n\n{headline}\n\nVon Anna Berg\n12.03.2024, 14:35 Uhr"
    article = read(page(head))
    assert article.headline == headline
    assert article.authors == ("Anna Berg",)


def test_a_subline_stands_between_headline_and_byline(read: Read) -> None:
    subline = f"Der Stadtrat von Ketzow stimmt nach drei Stunden Beratung für den Bau: {HEADLINE}"
    head = f"Streit am Kanal\nDas Wunder von Ketzow\n{subline}\nVon Anna Berg\n12.03.2024"
    article = read(page(head))
    assert (article.kicker, article.headline) == ("Streit am Kanal", "Das Wunder von Ketzow")
    assert article.standfirst == subline


def test_today_is_the_day_in_the_head_bar(read: Read) -> None:
    article = read(
        page(
            f"Dienstag, 12. März 2024\nStartseite\n\n{HEADLINE}\n\nVon Anna Berg\nHeute, 14:35 Uhr"
        )
    )
    assert article.published == NOON


def test_a_subheading_below_the_byline_is_no_headline(read: Read) -> None:
    sub = "Brücke über den Kanal: Der Stadtrat und die Kosten der Busse"
    head = f"Das Wunder am Kanal\n\nVon Anna Berg\n12.03.2024, 14:35 Uhr\n\n{paragraphs()}\n\n{sub}"
    assert read(page(head)).headline == "Das Wunder am Kanal"


def test_the_head_says_why() -> None:
    lines = read_lines(page(f"Streit am Kanal\n{HEADLINE}\n\nVon Anna Berg\n12.03.2024, 14:35 Uhr"))
    head = read_head(lines, (4, 6))
    assert [head.reasons[place].partition(":")[0] for place in range(4)] == [
        "kicker",
        "headline",
        "byline",
        "date",
    ]
    assert max(head.scores, key=head.scores.__getitem__) == 1
