"""The pages in real programs: Chromium on a desk and a phone, w3m, and a feed reader."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from newsfeed.article import Article
from newsfeed.web.links import article_path

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS])
        yield browser
        browser.close()


@contextmanager
def open_page(
    browser: Browser, address: str, screen: dict[str, int], dark: bool = False, script: bool = True
) -> Iterator[Page]:
    """A page in a window of its own. Whatever the console says is an error."""
    context = browser.new_context(
        viewport={"width": screen["width"], "height": screen["height"]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        locale="de-DE",
    )
    context.route(re.compile("^https:"), _picture)
    page = context.new_page()
    mistakes: list[str] = []
    page.on("console", lambda message: mistakes.append(message.text))
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert mistakes == []


def _picture(route: Route) -> None:
    route.fulfill(body=PIXEL, content_type="image/png")


def paths(articles: dict[str, Article]) -> list[str]:
    return [
        "/",
        "/search?q=Hafen&from=2022-02-01",
        "/search?q=Quastenflosser&section=politik",
        article_path(articles["hafen"]),
        article_path(articles["boese"]),
        "/sections/wirtschaft",
        "/topics/kurzmeldung?page=2",
        "/agencies/dpa",
        "/feeds",
        "/feeds/latest",
        "/feeds/latest/2022-02",
        "/feeds/search?q=Hafen&section=wirtschaft&content=summary",
    ]


@pytest.mark.apt("chromium")
@pytest.mark.parametrize(
    ("screen", "dark"), [(DESK, False), (PHONE, True)], ids=["desk by day", "phone by night"]
)
def test_pages_are_accessible_and_fit_the_screen(
    browser: Browser,
    live_server: str,
    articles: dict[str, Article],
    screen: dict[str, int],
    dark: bool,
) -> None:
    for path in paths(articles):
        with open_page(browser, live_server + path, screen, dark) as page:
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            beyond = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert beyond == 0, f"{path} is {beyond} pixels too wide"


@pytest.mark.apt("chromium")
def test_error_pages_are_accessible_too(browser: Browser, live_server: str) -> None:
    context = browser.new_context()
    for path in ("/nichts", "/search?q=%22offen", "/search?page=x&foo=1", "/feeds/nichts"):
        page = context.new_page()
        page.goto(live_server + path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    context.close()


@pytest.mark.apt("chromium")
def test_dark_mode_is_dark(browser: Browser, live_server: str) -> None:
    def brightness(dark: bool) -> int:
        with open_page(browser, live_server, DESK, dark) as page:
            colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return max(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(","))

    assert brightness(dark=True) < 40
    assert brightness(dark=False) > 240


@pytest.mark.apt("chromium")
def test_searching_without_a_script(browser: Browser, live_server: str) -> None:
    with open_page(browser, live_server, PHONE, script=False) as page:
        page.get_by_role("searchbox", name="Suchbegriff").fill("Stadt")
        page.get_by_role("button", name="Suchen").click()
        expect(page.locator(".summary")).to_contain_text("59 Treffer")
        page.get_by_role("link", name="Weiter").click()
        expect(page.locator(".pager")).to_contain_text("Seite 2 von 3")
        page.get_by_role("link", name="Kultur 10").click()
        expect(page.locator(".summary")).to_contain_text("10 Treffer")
        page.get_by_text("Zeitraum und Hilfe").click()
        page.get_by_label("Bis").fill("2022-02-23")
        page.get_by_role("button", name="Anwenden").click()
        expect(page.locator(".chips")).to_contain_text("Kultur")
        expect(page.locator(".chips")).to_contain_text("23. Februar 2022")
        page.locator(".list .headline a").first.click()
        expect(page.locator("h1")).to_contain_text("Kurz gemeldet")


@pytest.mark.apt("chromium")
def test_making_a_feed_to_measure_without_a_script(browser: Browser, live_server: str) -> None:
    with open_page(browser, live_server + "/search?q=Stadt&section=kultur", PHONE) as page:
        page.get_by_role("link", name="So geht’s").click()
        expect(page.locator("h1")).to_have_text("Suche nach „Stadt“, Kultur")
        page.get_by_label("Jeder Eintrag bringt").select_option("nur einen Vorspann")
        page.get_by_label("Geänderte Artikel kommen wieder").select_option("nie: nur, was neu ist")
        page.get_by_label("Höchstens so viele Einträge").fill("7")
        page.get_by_role("button", name="Adresse anpassen").click()
        address = page.locator("dd code").first
        wanted = "/search.atom?q=Stadt&section=kultur&content=summary&updates=none&limit=7"
        expect(address).to_have_text(live_server + wanted)
        expect(page.locator(".entries li")).to_have_count(7)
        expect(page.get_by_label("Jeder Eintrag bringt")).to_have_value("summary")
        address.click()  # one click marks it all, to be copied
        assert page.evaluate("getSelection().toString()") == live_server + wanted


@pytest.mark.apt("chromium")
def test_the_keyboard_reaches_the_text_at_once(browser: Browser, live_server: str) -> None:
    with open_page(browser, live_server, DESK) as page:
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Zum Inhalt")
        expect(page.locator(":focus")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


@pytest.mark.apt("chromium")
def test_paper_gets_the_article_alone(
    browser: Browser, live_server: str, articles: dict[str, Article]
) -> None:
    with open_page(browser, live_server + article_path(articles["hafen"]), DESK) as page:
        page.emulate_media(media="print")
        for hidden in (".sections", ".quick", ".further", ".foot nav"):
            expect(page.locator(hidden)).to_be_hidden()
        expect(page.locator(".text")).to_be_visible()


@pytest.mark.apt("w3m")
def test_a_text_browser_shows_it_all(live_server: str, articles: dict[str, Article]) -> None:
    def dump(path: str) -> str:
        command = ["w3m", "-dump", "-cols", "90", "-O", "UTF-8", live_server + path]
        shown = subprocess.run(command, capture_output=True, check=True, timeout=60)
        return " ".join(shown.stdout.decode().split())

    article = dump(article_path(articles["hafen"]))
    for expected in (
        "Hafenkräne in Kaiserstadt stehen still",
        "Von Jörg Müller und Ayşe Yıldız",
        "Schiffe warten auf der Reede",
        "Foto: Tom Brandt",
        "Mehr zum Streik im Hafen",
    ):
        assert expected in article
    feed = dump("/feeds/sections/kultur")
    for expected in ("aus dem Ressort Kultur", f"{live_server}/feeds/sections/kultur.atom"):
        assert expected in feed
    search = dump("/search?q=Hafen")
    for expected in ("2 Treffer", "Ressort", "Wirtschaft 1", "Diese Suche abonnieren"):
        assert expected in search


@pytest.mark.apt("newsboat")
@pytest.mark.parametrize(
    ("feed", "entries"), [("/feeds/latest.atom", 50), ("/search.rss?q=Hafen", 2)]
)
def test_a_feed_reader_subscribes(
    live_server: str, tmp_path: Path, feed: str, entries: int
) -> None:
    (tmp_path / "urls").write_text(f"{live_server}{feed}\n")
    (tmp_path / "config").write_text("")
    newsboat = ["newsboat", "-u", "urls", "-C", "config", "-c", "cache.db", "-x"]

    def run(command: str) -> str:
        answer = subprocess.run(
            [*newsboat, command],
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return answer.stdout

    run("reload")
    assert run("print-unread") == f"{entries} unread articles\n"
    run("reload")  # the same articles once more, or 304
    assert run("print-unread") == f"{entries} unread articles\n"
