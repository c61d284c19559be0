"""The sample captures as data: enough of them, well-formed, invented, and read as meant.

What each page holds stands in test_sample_corpus.toml, read off the page by eye. The samples in
other formats are in test_sample_formats.py.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from newsfeed.article import Article
from newsfeed.parsing import Context, is_article, parse
from newsfeed.parsing.sidecar import Sidecar, is_sidecar, read_sidecar, sidecar_names
from newsfeed.slugs import slug

CORPUS = Path(__file__).parents[1] / "corpus"
PAGES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEWEST = date(2026, 11, 20)
PATH = re.compile(r"(?P<section>[a-z]+)/(?P<day>\d{4}-\d{2}-\d{2})(-[a-z0-9]+)+\.txt")

CP1252 = "lokales/2026-03-02-bibliothek-sonntag.txt"
MARKED = "lokales/2026-10-12-bahnhof-ketzow.txt"
WITHDRAWN = "panorama/2025-01-06-lottogewinn-ketzow.txt"
ENGLISH = "medien/2026-09-10-neighbours-share-a-newsroom.txt"
LONG_READ = "wissen/2024-07-18-rhinsdorfer-luch-moor.txt"
INSOLVENCY = "wirtschaft/2024-11-08-fahrradwerke-insolvenz.txt"


def names() -> list[str]:
    """The paths of all captures inside the corpus."""
    paths = (path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.txt"))
    return sorted(filter(is_article, paths))


def day(name: str) -> str:
    """The day in a sample's file name."""
    return name.split("/")[1][:10]


def sidecars() -> Iterator[tuple[str, Sidecar]]:
    """Every sidecar with its path."""
    for path in sorted(CORPUS.rglob("*.meta.*")):
        name = path.relative_to(CORPUS).as_posix()
        yield name, read_sidecar(path.read_bytes(), name)


@cache
def article(name: str) -> Article:
    """The sample as the indexer would read it."""
    own = [side for path, side in sidecars() if path in sidecar_names(name)]
    context = Context(now=NOW, zone=ZONE, sidecar=own[0] if own else None)
    return parse((CORPUS / name).read_bytes(), name, context)


def page(name: str) -> list[str]:
    """The lines of a sample's file."""
    raw = (CORPUS / name).read_bytes()
    return raw.decode("cp1252" if name == CP1252 else "utf-8-sig").splitlines()


def blocks(name: str, kind: str) -> list[str]:
    """The texts of one kind of block."""
    return [block.text for block in article(name).body if block.kind == kind]


def outside(name: str) -> str:
    """Everything of the page that is kept beside the article, a line each."""
    return "\n".join(line.text for line in article(name).leftovers)


# The files


def test_forty_articles_in_six_sections_and_more() -> None:
    assert len(names()) >= 40
    assert len({name.split("/")[0] for name in names()}) >= 6
    assert set(names()) == set(PAGES)


@pytest.mark.parametrize("name", names())
def test_section_and_day_stand_in_the_path(name: str) -> None:
    match = PATH.fullmatch(name)
    assert match, "expected section/YYYY-MM-DD-slug.txt"
    assert date(2024, 1, 1) <= date.fromisoformat(match["day"]) <= NEWEST


def test_the_corpus_holds_articles_sidecars_and_its_readme_only() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    others = [path.relative_to(CORPUS).as_posix() for path in files]
    others = [name for name in others if not is_article(name) and not is_sidecar(name)]
    assert others == ["README.md"]
    assert not [path for path in CORPUS.rglob("*") if path.is_symlink()]


def test_several_articles_share_a_day_and_they_span_three_years() -> None:
    days = Counter(map(day, names()))
    assert sum(count > 1 for count in days.values()) >= 3
    assert {found[:4] for found in days} == {"2024", "2025", "2026"}
    assert len({found[:7] for found in days}) >= 12


def test_all_but_one_are_utf8_and_one_has_a_byte_order_mark_and_crlf() -> None:
    raw = {name: (CORPUS / name).read_bytes() for name in names()}
    marked = [name for name in raw if raw[name].startswith(b"\xef\xbb\xbf")]
    crlf = [name for name in raw if b"\r\n" in raw[name]]
    assert marked == crlf == [MARKED]
    foreign = [name for name in raw if "\ufffd" in raw[name].decode("utf-8", "replace")]
    assert foreign == [CP1252]
    assert "„Open Library“" in raw[CP1252].decode("cp1252")
    assert "„Open Library“" in article(CP1252).text


# The sidecars


def test_every_sidecar_belongs_to_one_article() -> None:
    wanted = [path for name in names() for path in sidecar_names(name)]
    found = [path for path, _ in sidecars()]
    assert 10 <= len(found) <= 20
    assert set(found) <= set(wanted)
    assert {Path(path).suffix for path in found} == {".toml", ".json"}
    for name in names():
        assert sum(path in found for path in sidecar_names(name)) <= 1


def test_addresses_and_ids_are_unique_and_nobodys() -> None:
    urls = [side.url for _, side in sidecars() if side.url]
    ids = [side.id for _, side in sidecars() if side.id]
    assert len(set(urls)) == len(urls)
    assert {urlsplit(url).hostname for url in urls} == {
        "havellaender-bote.example",
        "kuestenkurier.example",
    }
    assert len(set(ids)) == len(ids) >= 1
    assert all(id.startswith("tag:havellaender-bote.example,2024:") for id in ids)


def test_one_is_withdrawn_with_a_reason_and_one_is_english() -> None:
    ((path, reason),) = [(path, side.withdrawn) for path, side in sidecars() if side.withdrawn]
    assert path in sidecar_names(WITHDRAWN)
    assert isinstance(reason, str)
    assert "zurückgezogen" in reason
    assert [name for name in names() if article(name).language == "en"] == [ENGLISH]


def test_a_sidecar_wins_and_is_named_as_the_origin() -> None:
    found = article(INSOLVENCY)
    assert found.published == datetime(2024, 11, 8, 6, 5, tzinfo=UTC)
    assert found.updated == datetime(2024, 11, 8, 13, 50, tzinfo=UTC)
    assert found.topics == ("Lienitzer Fahrradwerke", "Insolvenz")
    assert found.source == "Havelländer Bote"
    assert found.provenance["published"] == "sidecar"
    assert article(LONG_READ).id == "tag:havellaender-bote.example,2024:wissen/rhinsdorfer-luch"


# Every article


@pytest.mark.parametrize("name", names())
def test_every_sample_is_an_article_with_a_body_a_section_and_its_day(name: str) -> None:
    found = article(name)
    assert found.section is not None
    assert slug(found.section) == name.split("/")[0]
    assert found.published is not None
    assert found.published.astimezone(ZONE).date().isoformat() == day(name)
    assert 55 <= len(found.text.split()) <= 2000


def test_headlines_differ_and_the_longest_sample_is_a_long_read() -> None:
    headlines = [article(name).headline for name in names()]
    assert len(set(headlines)) == len(headlines)
    assert max(names(), key=lambda name: len(article(name).text)) == LONG_READ
    assert len(article(LONG_READ).text.split()) > 1650


def test_authors_and_topics_recur_so_that_their_pages_have_several_entries() -> None:
    authors = Counter(author for name in names() for author in article(name).authors)
    topics = Counter(topic for name in names() for topic in article(name).topics)
    assert {
        "Jörg Saßnitz-Kröger",
        "Annemarie Völkel",
        "Thaddäus Brömse",
        "Mirja Haverkoorn",
        "Enno Thießen",
        "Şirin Aydoğdu-Petersen",
        "Dr. Konrad Weißhaupt",
        "Dr. Käthe Mühlenbrock",
    } <= {author for author, count in authors.items() if count >= 3}
    assert sum(count >= 2 for count in topics.values()) >= 6


# What each page holds, field by field

FURNITURE = re.compile(
    r"^(©|Foto:|Bildrechte:|Mehr zu|Schlagwörter|Newsletter|Von [A-ZŞ]\w+ [A-ZŞ]|Das könnte Sie)"
    r"|Zur Startseite|zum Hauptinhalt|^\[|\]$|^Antworten|Kommentare$|^Update$|^Korrektur:",
    re.MULTILINE,
)


def _no_furniture(name: str, _: object) -> bool:
    return FURNITURE.search(article(name).text) is None


def _no_paragraph_lost(name: str, _: object) -> bool:
    notes = ("[", "Korrektur:", "Anmerkung der Redaktion:")
    prose = [line[:200] for line in page(name) if len(line) > 220 and not line.startswith(notes)]
    found = "\n".join((article(name).standfirst or "", article(name).text))
    return all(line in found for line in prose)


def _navigation(name: str, _: object) -> bool:
    found = {line.text for line in article(name).leftovers if line.kind == "navigation"}
    return {"Zur Startseite", "zum Hauptinhalt"} & set(page(name)) <= found


def _starts(found: str | None, beginning: str) -> bool:
    return (found or "").startswith(beginning) and bool(found) == bool(beginning)


def _in_order(found: Sequence[str], some: Sequence[str]) -> bool:
    rest = iter(found)
    return all(item in rest for item in some) and bool(found) == bool(some)


def _images(name: str, expected: list[list[str]]) -> bool:
    found = article(name).images
    return len(found) == len(expected) and all(
        image.credit == credit
        and (image.caption or "").startswith(caption)
        and (image.caption or "").count(caption) == 1
        and caption not in article(name).text
        for image, (caption, credit) in zip(found, expected, strict=True)
    )


def _correction(name: str, expected: list[str]) -> bool:
    found = article(name).correction
    if found is None or not expected:
        return found is None and not expected
    return found.kind == expected[0] and expected[1] in found.text


def _promotions(name: str, expected: list[str]) -> bool:
    found = [line.text for line in article(name).leftovers if line.kind == "promotion"]
    return all(any(text in line for line in found) for text in expected)


CHECKS: dict[str, Callable[[str, Any], bool]] = {
    "furniture": _no_furniture,
    "paragraphs": _no_paragraph_lost,
    "navigation": _navigation,
    "headline": lambda name, text: article(name).headline == text,
    "kicker": lambda name, text: article(name).kicker == text,
    "standfirst": lambda name, text: _starts(article(name).standfirst, text),
    "authors": lambda name, people: article(name).authors == tuple(people),
    "agencies": lambda name, agencies: article(name).agencies == tuple(agencies),
    "topics": lambda name, topics: article(name).topics == tuple(topics),
    "updated": lambda name, moment: article(name).updated == moment,
    "correction": _correction,
    "images": _images,
    "subheadings": lambda name, some: _in_order(blocks(name, "subheading"), some),
    "entries": lambda name, clocks: blocks(name, "entry") == clocks,
    "quotes": lambda name, some: (
        [quote[: len(text)] for quote, text in zip(blocks(name, "quote"), some, strict=False)]
        == some
    ),
    "lists": lambda name, items: (
        [len(block.splitlines()) for block in blocks(name, "list")] == items
    ),
    "related": lambda name, boxes: (
        [[box.header, len(box.links)] for box in article(name).related] == boxes
    ),
    "promotions": _promotions,
    "outside": lambda name, lines: all(
        line in outside(name) and line not in article(name).text for line in lines
    ),
    "holds": lambda name, lines: all(line in article(name).text for line in lines),
    "ends": lambda name, words: article(name).text.endswith(words),
}
NONE: dict[str, Any] = {
    "agencies": [],
    "images": [],
    "entries": [],
    "lists": [],
    "related": [],
    "correction": [],
}
"""What a page has none of where the truth does not name it."""

ALWAYS = {"furniture": None, "paragraphs": None, "navigation": None}
"""What holds for every page: no furniture in the body, no paragraph lost, navigation typed so."""


def expectations() -> list[Any]:
    """One test for each page and field."""
    return [
        pytest.param(name, field, value, id=f"{name}-{field}")
        for name, truth in PAGES.items()
        for field, value in (ALWAYS | NONE | truth).items()
    ]


@pytest.mark.parametrize(("name", "field", "value"), expectations())
def test_the_parser_reads_the_page_as_its_author_meant_it(
    name: str, field: str, value: object
) -> None:
    assert CHECKS[field](name, value), (value, article(name))
