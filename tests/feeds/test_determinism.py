"""Equal feeds give equal bytes: whatever the clock says, on however many threads.

feedgen's two worst habits are shown beside, so that these tests are known to see them.
"""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from feedgen.feed import FeedGenerator

from newsfeed.feeds import FORMATS, Feed, Format, render


class AnyDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class Tomorrow(datetime, metaclass=AnyDatetime):
    """A clock for feedgen that is far ahead, and still knows a datetime when it sees one."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Tomorrow:
        return cls(2099, 12, 31, 23, 59, 59, tzinfo=tz)


@pytest.mark.parametrize("format", FORMATS)
def test_the_clock_is_in_no_document(
    feed: Feed, format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trap 4: feedgen dates a feed, and each entry, with the moment of rendering."""
    today = render(feed, format)
    monkeypatch.setattr("feedgen.feed.datetime", Tomorrow)
    monkeypatch.setattr("feedgen.entry.datetime", Tomorrow)
    assert render(feed, format) == today
    assert b"2099" in plain_feedgen()


def plain_feedgen() -> bytes:
    generator = FeedGenerator()
    generator.title("Titel")
    generator.description("Titel")
    generator.link(href="https://x.example/")
    return bytes(generator.rss_str())


@pytest.fixture
def own_locale() -> Iterator[str]:
    """The process in a locale that feedgen's switch to "C" would be seen in."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        yield locale.setlocale(locale.LC_ALL, "C.UTF-8")
    finally:
        locale.setlocale(locale.LC_ALL, before)


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every locale that anyone sets from now on."""
    seen: list[str] = []
    real = locale.setlocale

    def setlocale(category: int, name: str | None = None) -> str:
        if name is not None:
            seen.append(name)
        return real(category, name)

    monkeypatch.setattr(locale, "setlocale", setlocale)
    return seen


@pytest.mark.parametrize("format", FORMATS)
def test_the_process_locale_is_never_set(
    feed: Feed, format: Format, own_locale: str, switches: list[str]
) -> None:
    """Trap 10: feedgen sets it twice for each date in RSS."""
    render(feed, format)
    assert switches == []
    plain_feedgen()
    assert switches == ["C", own_locale]


def test_many_threads_render_the_same_and_see_one_locale(full: Feed, own_locale: str) -> None:
    jobs: list[Format] = [*FORMATS] * 40
    alone = {format: render(full, format) for format in FORMATS}
    with watched(lambda: locale.setlocale(locale.LC_ALL)) as seen, ThreadPoolExecutor(8) as pool:
        together = list(pool.map(partial(render, full), jobs))
    assert together == [alone[format] for format in jobs]
    assert seen == {own_locale}


@contextmanager
def watched(look: Callable[[], str]) -> Iterator[set[str]]:
    """Looks again and again from a thread of its own; gives the set of what it saw."""
    seen: set[str] = set()
    done = Event()

    def watch() -> None:
        seen.add(look())
        while not done.is_set():
            seen.add(look())

    thread = Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def test_equal_instants_in_other_zones_give_equal_bytes(full: Feed) -> None:
    berlin = replace(full, updated=full.updated.astimezone(ZoneInfo("Europe/Berlin")))
    assert full.updated.tzinfo is UTC
    for format in FORMATS:
        assert render(berlin, format) == render(full, format)
