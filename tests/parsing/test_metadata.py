"""Who is believed: sidecar, file name, text, folder, file time, in that order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article
from newsfeed.parsing import PARSER_VERSION, Context, ParseError, is_article, parse
from newsfeed.parsing.sidecar import Sidecar

Read = Callable[..., Article]

PAGE = """Die Brücke bleibt zu

Von Anna Berg
{date}

Die Fußgängerbrücke bleibt bis auf Weiteres gesperrt. Bei einer Prüfung fanden die Gutachter Risse.

Die Stadt will nun klären, ob sich eine Sanierung lohnt. Ein Neubau würde Millionen kosten.
"""
MODIFIED = datetime(2022, 3, 1, 9, tzinfo=UTC)


def page(date: str = "") -> str:
    return PAGE.format(date=date)


def test_sidecar_wins_over_everything(read: Read) -> None:
    sidecar = Sidecar(
        published=datetime(2022, 2, 20, 12, tzinfo=UTC),
        section="Verkehr",
        authors=("Jörg Müller",),
        id="tag:zeitung.example,2022:1",
    )
    article = read(
        page("27.02.2022, 17:26 Uhr"),
        "lokales/2022-02-25-x.txt",
        sidecar=sidecar,
        modified=MODIFIED,
    )
    assert article.published == datetime(2022, 2, 20, 12, tzinfo=UTC)
    assert article.section == "Verkehr"
    assert article.authors == ("Jörg Müller",)
    assert article.id == "tag:zeitung.example,2022:1"
    for field in ("published", "section", "authors", "id"):
        assert article.provenance[field] == "sidecar"


def test_an_empty_sidecar_field_says_nothing(read: Read) -> None:
    article = read(page(), "lokales/x.txt", sidecar=Sidecar())
    assert article.authors == ("Anna Berg",)
    assert article.provenance["authors"] == "text"
    assert article.id == ""


@pytest.mark.parametrize(
    ("name", "date", "published", "origin"),
    [
        # the file name's day, its midnight in the zone
        ("2022-02-25-x.txt", "", "2022-02-24T23:00", "file name"),
        # the text agrees on the day and knows the hour
        ("2022-02-27-x.txt", "27.02.2022, 17:26 Uhr", "2022-02-27T16:26", "file name"),
        # the text says another day: the file name is believed
        ("2022-02-25-x.txt", "27.02.2022, 17:26 Uhr", "2022-02-24T23:00", "file name"),
        # "heute" and a bare clock time count from the file name's day
        ("20220225_x.txt", "Heute, 12:37 Uhr", "2022-02-25T11:37", "file name"),
        ("2022_02_25.txt", "12:37 Uhr", "2022-02-25T11:37", "file name"),
        # without a day in the name the text is believed
        ("x.txt", "27.02.2022, 17:26 Uhr", "2022-02-27T16:26", "text"),
        ("x.txt", "27. Februar 2022", "2022-02-26T23:00", "text"),
        # "gestern" counts from the file's time
        ("x.txt", "Gestern, 12:37 Uhr", "2022-02-28T11:37", "text"),
        # nothing but the file's time is left; an impossible date line is none
        ("x.txt", "", "2022-03-01T09:00", "file time"),
        ("x.txt", "27.02.9999, 17:26 Uhr", "2022-03-01T09:00", "file time"),
        ("x.txt", "31.02.2022, 17:26 Uhr", "2022-03-01T09:00", "file time"),
    ],
)
def test_published(read: Read, name: str, date: str, published: str, origin: str) -> None:
    article = read(page(date), name, modified=MODIFIED)
    assert article.published == datetime.fromisoformat(published).replace(tzinfo=UTC)
    assert article.provenance["published"] == origin


def test_no_date_at_all(read: Read) -> None:
    article = read(page())
    assert article.published is None
    assert "published" not in article.provenance


def test_an_only_update_is_the_publication_too(read: Read) -> None:
    article = read(page("Stand: 27.02.2022, 17:26 Uhr"))
    assert article.published == article.updated == datetime(2022, 2, 27, 16, 26, tzinfo=UTC)


def test_an_update_before_publication_is_dropped(read: Read) -> None:
    article = read(page("Aktualisiert am 26.02.2022, 08:00 Uhr"), "2022-02-27-x.txt")
    assert article.updated is None
    assert "updated" not in article.provenance


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("politik/x.txt", "Politik"),
        ("politik/ausland/x.txt", "Politik"),
        ("rhein-main_kreis/x.txt", "Rhein main kreis"),
        ("öffentliches/x.txt", "Öffentliches"),
        ("x.txt", None),
        ("2022/x.txt", None),
        ("2022-02/politik/x.txt", None),
    ],
)
def test_section_of_a_folder(read: Read, name: str, section: str | None) -> None:
    article = read(page(), name)
    assert article.section == section
    assert article.provenance.get("section") == ("folder" if section else None)


@pytest.mark.parametrize(
    ("name", "around", "message"),
    [
        (
            "9999-12-31-x.txt",
            {},
            "the file name's date: 9999-12-31 is before 1500 or in the future",
        ),
        ("1066-10-14-x.txt", {}, "the file name's date: 1066-10-14"),
        ("2026-01-18-x.txt", {}, "the file name's date: 2026-01-18"),
        (
            "x.txt",
            {"modified": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)},
            "the file's time: 9999",
        ),
        ("x.txt", {"sidecar": Sidecar(published=datetime(9999, 1, 1))}, "published: 9999"),  # noqa: DTZ001
        ("x.txt", {"sidecar": Sidecar(updated=datetime(1, 1, 1, tzinfo=UTC))}, "updated: 0001"),
        (
            "x.txt",
            {
                "sidecar": Sidecar(
                    published=datetime(2022, 2, 2, tzinfo=UTC),
                    updated=datetime(2022, 2, 1, tzinfo=UTC),
                )
            },
            "updated: comes before published; correct the sidecar's dates",
        ),
    ],
)
def test_impossible_dates_are_refused(
    read: Read, name: str, around: dict[str, object], message: str
) -> None:
    with pytest.raises(ParseError, match=message):
        read(page(), name, **around)


def test_tomorrow_is_still_plausible(read: Read) -> None:
    article = read(page(), "2026-01-16-x.txt")
    assert article.published == datetime(2026, 1, 15, 23, tzinfo=UTC)


def test_a_naive_sidecar_date_is_local(read: Read) -> None:
    local = Sidecar(published=datetime(2022, 7, 1, 12))  # noqa: DTZ001
    assert read(page(), sidecar=local).published == datetime(2022, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/x.txt", True),
        ("x.TXT", True),
        ("x.meta.toml", False),
        ("x.meta.json", False),
        (".x.txt", False),
        (".git/x.txt", False),
        ("x.pdf", False),
        ("txt", False),
    ],
)
def test_what_is_an_article(name: str, expected: bool) -> None:
    assert is_article(name) is expected


def test_an_unknown_format_is_refused(read: Read) -> None:
    with pytest.raises(ParseError, match=r"no format of this extension is known; known are \.txt"):
        read(page(), "x.pdf")


def test_a_context_needs_time_zones() -> None:
    with pytest.raises(ValueError, match="now: needs a time zone"):
        Context(now=datetime(2022, 1, 1), zone=ZoneInfo("UTC"))  # noqa: DTZ001


def test_the_parser_has_a_version() -> None:
    assert isinstance(PARSER_VERSION, int)
    assert PARSER_VERSION >= 1
    assert callable(parse)


def test_a_kicker_that_only_repeats_the_section_is_none(read: Read) -> None:
    headed = "Lokales\n" + page()
    assert read(headed, "x.txt").kicker == "Lokales"
    assert read(headed, "lokales/x.txt").kicker is None
    assert read(headed, "kultur/x.txt").kicker == "Lokales"
