"""Whatever the page, the capture parser gives a sound Article or a ParseError, and in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.parsing import Context, ParseError, parse

Read = Callable[..., Article]
Sound = Callable[[Article], None]

CONTEXT = Context(now=datetime(2026, 1, 15, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))
FURNITURE = [
    "Startseite / Politik / Inland",
    "Teilen",
    "Von Anna Berg und dpa",
    "Von",
    "Anna Berg",
    "Anna Berg, Bürgermeisterin",
    "27.02.2022, 17:26 Uhr",
    "12:37 Uhr",
    "© dpa/Anna Berg",
    "Ein Bild (l.) aus dem Archiv. Foto: Anna Berg/dpa",
    "Bild",
    ":",
    "-",
    "Update",
    "Korrektur:",
    "Mehr zum Thema:",
    "Das könnte Sie auch interessieren",
    "Inhalt",
    "Schlagwörter",
    "Kommentare (3)",
    "Zur Startseite",
    "- Erstens",
    "[Hier abonnieren]",
    "Was nun?",
    "Drei Dinge:",
    "Der Rat tagt am Montag",
    "„Das ist ein Satz, den man sich merken und wiederholen kann.“",
    "Die Stadt hat am Dienstag mitgeteilt, dass die Arbeiten an der Brücke im Herbst beginnen.",
    "Der Bau dauert zwei Jahre. " * 15,
    "Quelle: dpa",
    "Newsletter",
    "mehr",
    "",
    "",
]
pages = st.lists(st.sampled_from(FURNITURE) | st.text(max_size=80), max_size=40).map("\n".join)


def parsed(raw: bytes) -> Article | None:
    """The article in these bytes, or None where the parser refuses them."""
    try:
        return parse(raw, "politik/seite.txt", CONTEXT)
    except ParseError:
        return None


@settings(deadline=None)  # the first page loads what parsing needs
@given(st.binary(max_size=600))
def test_any_bytes(sound: Sound, raw: bytes) -> None:
    if (article := parsed(raw)) is not None:
        sound(article)


@settings(deadline=None)
@given(pages)
def test_any_mixture_of_furniture(sound: Sound, page: str) -> None:
    if (article := parsed(page.encode("utf-8", "ignore"))) is not None:
        sound(article)


@settings(deadline=None)
@given(pages)
def test_the_same_bytes_give_the_same_article(page: str) -> None:
    raw = page.encode("utf-8", "ignore")
    assert parsed(raw) == parsed(raw)


@pytest.mark.parametrize("page", ["Teilen\nDrucken\nKommentare", "1\n2\n3", "|\n:", "© 2024 GmbH"])
def test_a_page_of_navigation_is_no_article(read: Read, page: str) -> None:
    with pytest.raises(ParseError, match="only navigation; save the page again"):
        read(page)


def test_a_huge_headline_is_cut_to_a_sentence(read: Read) -> None:
    article = read("Wort " * 10_000)
    assert len(article.headline) <= 110
    assert article.headline.endswith("…")


SEEDS = [
    "a",
    "a ",
    "a\n",
    "Ab\n",
    "Ab\n\n",
    "(",
    "[x](",
    "„",
    ". ",
    "A. ",
    "a\u0301",
    "\u0316\u0301",
    "Ä\u200d",
    "é",
    "Von A ",
    "von Anna Berg, ",
    "12:37 Uhr\nDas ist ein Satz, der lang genug ist, um Prosa zu sein, oder fast.\n",
    "1.2.2022 ",
    "© ",
    "©\n",
    "Foto: dpa ",
    " / ",
    " | ",
    "mehr\n",
    "Mehr zum Thema\n\n",
    "Inhalt\n",
    "- \n- x\n",
    "Ab\n:\n",
    "Ab\n:\nCd\n",
    "Anna Berg\n",
    "„Ein Zitat, das ziemlich lang ist und so weiter und so fort.“\n\n",
    "Das ist ein Satz, der lang genug ist, um als Absatz durchzugehen, ja.\n\n",
    "x (dpa)\n\n",
    "newsletter hier jetzt alle nachrichten ",
    "HomeAb",
    "Start / ",
    "Startseite  A  ",
    "Er sagt:\n",
]


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_time_grows_with_length_alone(seed: str) -> None:
    """Eight times the text takes about eight times the time, not sixty-four.

    The smaller run counts as at least 20 ms, so that noise on a busy machine cannot tip the
    balance: a quadratic step would take seconds.
    """

    def seconds(characters: int) -> float:
        raw = (seed * (characters // len(seed) + 1))[:characters].encode()
        started = time.process_time()
        parsed(raw)
        return time.process_time() - started

    small = max(min(seconds(12_500), seconds(12_500)), 0.02)
    assert seconds(100_000) <= 8 * small * 4
