"""Captions and credits, in the shapes that pages print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.parsing.credits import split_credit
from newsfeed.parsing.lines import Kind, read_lines
from newsfeed.parsing.pictures import find_pictures

BRIDGE = "Die neue Brücke über den Kanal"


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        (f"{BRIDGE}. Foto: Anna Berg/dpa", f"{BRIDGE}.", "Anna Berg/dpa"),
        (f"{BRIDGE} (Quelle: Anna Berg/dpa)", BRIDGE, "Anna Berg/dpa"),
        (f"{BRIDGE} | Bild: Anna Berg", BRIDGE, "Anna Berg"),
        (f"{BRIDGE}. © Anna Berg/dpa", f"{BRIDGE}.", "Anna Berg/dpa"),
        (f"{BRIDGE} [Foto: Anna Berg]", BRIDGE, "Anna Berg"),
        (f"{BRIDGE} – Foto: Anna Berg", BRIDGE, "Anna Berg"),
        (f"{BRIDGE}. Foto Anna Berg", f"{BRIDGE}.", "Anna Berg"),
        (f"{BRIDGE}. Foto: Anna Berg (Archiv)", f"{BRIDGE}.", "Anna Berg (Archiv)"),
        (f"{BRIDGE}. picture alliance/dpa | Anna Berg", f"{BRIDGE}.", None),
        (f"{BRIDGE}. Anna Berg / Keystone", f"{BRIDGE}.", "Anna Berg / Keystone"),
        (f"{BRIDGE} – Midjourney („bridge“)", BRIDGE, "Midjourney („bridge“)"),
        (f"{BRIDGE} (Bild: KI-generiert)", BRIDGE, "KI-generiert"),
        (f"Foto: Anna Berg/dpa | {BRIDGE}.", f"{BRIDGE}.", "Anna Berg/dpa"),
        (f"Bild 1 von 5: {BRIDGE}. Foto: dpa", f"{BRIDGE}.", "dpa"),
        (f"1/5 {BRIDGE}. Foto: dpa", f"{BRIDGE}.", "dpa"),
    ],
)
def test_credit_on_the_line_of_its_caption(line: str, caption: str, credit: str | None) -> None:
    found = split_credit(line)
    assert found is not None
    assert found[0] == caption
    assert found[1] == (credit or "picture alliance/dpa | Anna Berg")


@pytest.mark.parametrize(
    "line",
    [
        "Er sagte: Das Bild: schön war es.",
        "Ein trauriges Bild: Die Kirche brannte bis auf die Grundmauern nieder.",
        "Text: Anna Berg, Fotos: Carl Dorn",
        f"{BRIDGE} wurde am Montag eröffnet.",
        "Der Abend endete gut – sagte Anna Berg",
        "Quelle: dpa",
    ],
)
def test_text_has_no_credit(line: str) -> None:
    assert split_credit(line) is None


@pytest.mark.parametrize(
    "page",
    [
        f"{BRIDGE} im Winter.\nFoto: Anna Berg",
        f"{BRIDGE} im Winter.\n\nAnna Berg/dpa",
        f"{BRIDGE} im Winter.\n\nBlickwinkel/Anna Berg",
        f"Foto: Anna Berg\n{BRIDGE} im Winter.\nFoto: Anna Berg",
        f"Bildunterschrift: {BRIDGE} im Winter.",
        f"Bild\n{BRIDGE} im Winter.",
    ],
)
def test_caption_beside_its_credit(page: str) -> None:
    lines = read_lines(page)
    (image,) = find_pictures(lines)
    assert image.caption == f"{BRIDGE} im Winter."
    assert all(line.kind in (Kind.CAPTION, Kind.CREDIT, Kind.LABEL) for line in lines)


def test_a_clip_belongs_to_the_line_above_not_to_the_text_below() -> None:
    words = "Auf dem Marktplatz feiern die Leute den Beschluss bis in die Nacht."
    lines = read_lines(f"{words}\n\n12.03.2024 | 2:43 min\nWas kostet die neue Brücke die Stadt?")
    (image,) = find_pictures(lines)
    assert image.caption == words
    assert lines[-1].kind is Kind.SHORT


@pytest.mark.parametrize(
    "line",
    [
        "Von links: Anna Berg, Carl Dorn und Eva Fels",
        "Anna Berg (links) und Carl Dorn bei der Eröffnung",
        f"{BRIDGE}, Symbolfoto aus dem Winter",
    ],
)
def test_who_stands_where_is_a_caption(line: str) -> None:
    (image,) = find_pictures(read_lines(line))
    assert image.caption == line


def test_a_gallery_says_a_caption_once() -> None:
    shot = f"{BRIDGE} im Winter. Foto: Anna Berg"
    images = find_pictures(read_lines(f"1/2 {shot}\n\n{shot}\n\n{BRIDGE} im Winter."))
    assert [(image.caption, image.credit) for image in images] == [
        (f"{BRIDGE} im Winter.", "Anna Berg")
    ]


@given(st.text(max_size=300))
def test_any_line_has_a_credit_or_none(line: str) -> None:
    found = split_credit(line) if line else None
    assert found is None or len(found[0]) <= len(line)
