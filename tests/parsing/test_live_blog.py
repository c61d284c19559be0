"""Live blogs: entries with their own instant, and an id that new entries do not change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, Block
from newsfeed.parsing.lines import Kind, Line
from newsfeed.parsing.live_blog import find_entries

Read = Callable[..., Article]
ZONE = ZoneInfo("Europe/Berlin")
HEAD = """Liveblog: Hochwasser an der Wiese

Der Fluss steigt seit dem Morgen. Alle Entwicklungen im Überblick.

Von Elif Sandner
Stand: 11.07.2024, 23:48 Uhr

"""
DEEDS = ("Sandsäcke verlegt", "Pumpen bestellt", "Keller geleert", "Straßen gesperrt")


def report(number: int) -> str:
    deed = DEEDS[number % len(DEEDS)]
    return (
        f"Die Feuerwehr hat am Ufer der Wiese {deed}, wie ein Sprecher am Abend sagte. Etwa "
        f"{200 + number} Helferinnen und Helfer sind im Einsatz, weitere sollen bis zum Morgen "
        "aus den Nachbarorten kommen."
    )


def blog(times: Sequence[str]) -> str:
    return HEAD + "\n\n".join(f"{clock}\n\n{report(n)}" for n, clock in enumerate(times))


def entries(article: Article) -> list[Block]:
    return [block for block in article.body if block.kind == "entry"]


def test_the_text_goes_on_to_the_last_entry_however_short_they_are(read: Read) -> None:
    clocks = [f"{hour}:1{hour % 10} Uhr" for hour in range(21, 11, -1)]
    said = [
        f"{minute}. Minute: Torschuss für Wiesenau, der Ball geht am rechten Pfosten vorbei."
        for minute in range(10, 20)
    ]
    page = HEAD + "\n\n".join(f"{clock}\n{text}" for clock, text in zip(clocks, said, strict=True))
    article = read(f"{page}\n\nDas könnte Sie auch interessieren\nWiesenau feiert seinen Pokal")
    assert [entry.text for entry in entries(article)] == clocks
    assert [block.text for block in article.body if block.kind == "paragraph"] == said


def test_entries_have_their_instant_on_the_day_of_the_page(read: Read) -> None:
    found = entries(read(blog(["21:48 Uhr", "19:12 Uhr", "17:30 Uhr"])))
    assert [entry.text for entry in found] == ["21:48 Uhr", "19:12 Uhr", "17:30 Uhr"]
    assert [entry.published for entry in found] == [
        datetime(2024, 7, 11, 19, 48, tzinfo=UTC),
        datetime(2024, 7, 11, 17, 12, tzinfo=UTC),
        datetime(2024, 7, 11, 15, 30, tzinfo=UTC),
    ]
    assert found[0].id == "entry-20240711-2148"


def test_headline_below_or_beside_the_clock_names_the_entry(read: Read) -> None:
    below = blog(["21:48 Uhr\n\nPegel fällt", "19:12 Uhr\n\nBahn gesperrt", "17:30 Uhr"])
    assert [entry.text for entry in entries(read(below))] == [
        "Pegel fällt",
        "Bahn gesperrt",
        "17:30 Uhr",
    ]
    beside = blog(["21.48 Uhr: Pegel fällt", "19.12 Uhr: Bahn gesperrt", "17.30 Uhr: Schule zu"])
    found = entries(read(beside))
    assert [entry.text for entry in found] == ["Pegel fällt", "Bahn gesperrt", "Schule zu"]
    assert found[1].published == datetime(2024, 7, 11, 17, 12, tzinfo=UTC)


def test_past_midnight_the_day_before_begins(read: Read) -> None:
    found = entries(read(blog(["08:10 Uhr", "00:05 Uhr", "23:50 Uhr", "22:00 Uhr"])))
    assert [entry.published.day for entry in found if entry.published] == [11, 10, 10, 10]


def test_a_day_on_a_line_of_its_own_counts_from_there(read: Read) -> None:
    page = blog(["12:31 Uhr", "11:13 Uhr", "10:00 Uhr"]) + "\n\nDienstag, 9. Juli 2024\n\n"
    page += f"18:00 Uhr\n\n{report(3)}"
    found = entries(read(page))
    assert found[-1].published == datetime(2024, 7, 9, 16, tzinfo=UTC)


def test_two_clock_times_are_no_live_blog(read: Read) -> None:
    assert entries(read(blog(["21:48 Uhr", "19:12 Uhr"]))) == []


def test_without_any_day_entries_have_no_instant() -> None:
    lines = [Line(text, place, Kind.ENTRY) for place, text in enumerate(["9:00", "8:00", "7:00"])]
    found = find_entries(lines, (0, 2), None, ZONE)
    assert [found[place].block.published for place in range(3)] == [None] * 3
    assert found[0].block.id == "entry-0900"


@settings(deadline=None)
@given(st.lists(st.times(), min_size=3, max_size=12), st.integers(0, 12))
def test_new_entries_on_top_change_no_id(times: list[object], kept: int) -> None:
    clocks = sorted((f"{clock:%H:%M}" for clock in times), reverse=True)
    later = clocks[min(kept, len(clocks) - 3) :]
    before = ids(later)
    after = ids(clocks)
    assert len(set(after)) == len(after)
    # all in one minute say nothing about which comes first
    if len(set(later)) > 1:
        assert after[-len(before) :] == before


def ids(clocks: Sequence[str]) -> list[str | None]:
    lines = [Line(clock, place, Kind.ENTRY) for place, clock in enumerate(clocks)]
    found = find_entries(lines, (0, len(lines) - 1), date(2024, 7, 11), ZONE)
    return [found[place].block.id for place in range(len(lines))]
