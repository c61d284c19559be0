"""Rule files: what a source's file may say, and how a mistake in one is told."""

from __future__ import annotations

import os
import re
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from lxml.cssselect import CSSSelector

from newsfeed.indexer import Indexer
from newsfeed.parsing.rules import RuleBook, Rules, split_attribute
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.rule_files import MAX_BYTES, RulesError, read_rules
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings

BOTE = """
drop = [".merkzettel", "aside.wetter"]
keep = ["div.artikel-text"]
headline = "h1.titel"
author = "p.autor a"
published = "time.datum@datetime"
drop_lines = ["Merken", "Seite drucken"]
end_lines = ["Unsere Leserinnen und Leser meinen"]
"""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_a_file_for_each_source(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", "bote.example.toml", BOTE)
    write(folder, "sport.bote.example.toml", 'kicker = "b"\n')
    write(folder, ".swap", "half a fi")
    write(folder, "bote.example.toml~", "yesterday's")
    book = read_rules(folder)
    assert set(book.by_domain) == {"bote.example", "sport.bote.example"}
    rules = book.of("https://www.bote.example/politik/kreistag")
    assert rules.published == "time.datum@datetime"
    assert rules.drops("MERKEN und teilen")
    assert rules.ends("  unsere leserinnen und Leser meinen dazu")
    assert not rules.drops("Wir merken uns das")
    assert book.of("https://sport.bote.example/pokal").kicker == "b"
    assert book.domain_of("https://live.sport.bote.example/") == "sport.bote.example"


@pytest.mark.parametrize(
    "url", [None, "", "https://andere.example/", "https://bote.example.evil.test/", "http://[", "x"]
)
def test_a_page_of_another_source_has_no_rules(tmp_path: Path, url: str | None) -> None:
    book = read_rules(write(tmp_path, "bote.example.toml", BOTE))
    assert book.of(url) == Rules()
    assert book.domain_of(url) == ""


def test_an_international_domain_is_its_own_source_in_either_spelling(tmp_path: Path) -> None:
    book = read_rules(write(tmp_path, "xn--mller-kva.example.toml", 'author = ".von"'))
    for url in ("https://müller.example/a", "https://XN--MLLER-KVA.example./a"):
        assert book.of(url).author == ".von"


def test_the_example_in_the_readme_is_a_rule_file(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    (name, example) = re.findall(r"# rules/(\S+\.toml).*?\n(.*?)```", readme, re.DOTALL)[0]
    book = read_rules(write(tmp_path, name, example))
    (rules,) = book.by_domain.values()
    assert rules.model_fields_set >= {"keep", "drop", "headline", "published", "end_lines"}


def test_without_a_folder_there_are_no_rules(tmp_path: Path) -> None:
    assert read_rules(tmp_path / "rules") == RuleBook()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("headlin = 'h1'", ["headlin", "no such field", "headline"]),
        ("drop = 'nav'", ["drop", "list"]),
        ("drop = ['nav', 3]", ["drop.1", "text"]),
        ("headline = ''", ["headline", "says nothing"]),
        (f"headline = '{'h1 ' * 200}'", ["headline", "300"]),
        ("drop = ['nav', 'div[']", ["drop", "div[", "CSS"]),
        ("keep = ['p::first-line']", ["keep", "CSS"]),
        ("headline = 'h1 >'", ["headline", "CSS"]),
        ("published = '@datetime'", ["published", "CSS"]),
        ("drop = [", ["TOML"]),
        ("drop = []\ndrop = []", ["TOML"]),
        (b"\xff\xfe", ["UTF-8"]),
        ("x = " + "[" * 20_000, ["bote.example.toml"]),
        ("#" * (MAX_BYTES + 1), ["larger", "65,536"]),
    ],
)
def test_a_wrong_file_is_told_with_its_field(
    tmp_path: Path, text: str | bytes, words: list[str]
) -> None:
    write(tmp_path, "bote.example.toml", text)
    with pytest.raises(RulesError) as error:
        read_rules(tmp_path)
    assert error.value.misuse
    for word in ("bote.example.toml", *words):
        assert word in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        *("bote.toml", "Bote.example.toml", "-bote.example.toml", "müller.example.toml"),
        *("bote..example.toml", "bote.example.tolm", "README.md", "a\x1b[31mb.example.toml"),
        "a" * 64 + ".example.toml",
    ],
)
def test_a_file_that_would_never_be_used_is_told(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "")
    with pytest.raises(RulesError, match="named after a domain") as error:
        read_rules(tmp_path)
    assert "\x1b" not in str(error.value)


def test_links_pipes_and_folders_are_no_rules(tmp_path: Path) -> None:
    real = write(tmp_path / "elsewhere", "bote.example.toml", BOTE) / "bote.example.toml"
    folder = tmp_path / "rules"
    for make, reason in (
        (lambda path: path.symlink_to(real), "symbolic link"),
        (lambda path: os.mkfifo(path), "no regular file"),
        (lambda path: path.mkdir(), "Is a directory"),
    ):
        folder.mkdir()
        make(folder / "bote.example.toml")
        with pytest.raises(RulesError, match=reason):
            read_rules(folder)
        folder.rename(tmp_path / f"done {reason} {time.monotonic_ns()}")
    with pytest.raises(RulesError, match="name a folder"):
        read_rules(real)


@pytest.mark.parametrize(
    ("selector", "parts"),
    [
        ("time.datum@datetime", ("time.datum", "datetime")),
        ("meta[name=author]@content", ("meta[name=author]", "content")),
        ("h1", ("h1", None)),
        ("a[href='mailto:x@bote.example']", ("a[href='mailto:x@bote.example']", None)),
        ("svg@xlink:href", ("svg", "xlink:href")),
    ],
)
def test_the_attribute_behind_a_selector(selector: str, parts: tuple[str, str | None]) -> None:
    assert split_attribute(selector) == parts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"drop = [{text!r}]"))
def test_any_file_gives_rules_or_a_clear_error(tmp_path: Path, content: bytes | str) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    message = ""
    book = RuleBook({"bote.example": Rules()})
    try:
        book = read_rules(write(tmp_path, "bote.example.toml", raw))
    except RulesError as error:
        message = str(error)
    assert message.isprintable()
    assert ("bote.example.toml" in message) == bool(message)
    for selector in book.by_domain["bote.example"].drop:
        CSSSelector(selector, translator="html")(html.fromstring("<p>x</p>"))


@settings(deadline=None)
@given(st.text(alphabet="a.#:[]()@>+~ *\"'=", max_size=60))
def test_splitting_an_attribute_off_loses_nothing(selector: str) -> None:
    css, attribute = split_attribute(selector)
    assert css + (f"@{attribute}" if attribute else "") == selector.rstrip() or css == selector


def test_an_indexer_that_stays_reads_changed_rules_at_its_next_run(tmp_path: Path) -> None:
    """As `newsfeed index --watch` does; a broken file refuses the run and changes nothing."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    page = corpus / "wehr.html"
    now = datetime.now(UTC)
    with ExitStack() as stack:
        own = Settings(corpus=corpus, index=tmp_path / "index", rules=tmp_path / "rules")
        register = Register(own.register_path, own.tag_authority)
        stack.callback(register.close)
        index = open_index(own)
        stack.callback(index.close)
        indexer = Indexer(own, register, index, stack.enter_context(ReaderPool(1)))

        def text_after(change: str) -> str:
            page.write_text(PAGE + change)
            indexer.index(now)
            (hit,) = index.search(Query()).hits
            return hit.article.text

        assert "Orakel" in text_after("")
        write(tmp_path / "rules", "bote.example.toml", 'drop = ["p.orakel"]')
        assert "Orakel" not in text_after("<!-- 1 -->")
        write(tmp_path / "rules", "bote.example.toml", "drop = 1")
        with pytest.raises(RulesError, match="drop"):
            text_after("<!-- 2 -->")
        write(tmp_path / "rules", "bote.example.toml", "")
        assert "Orakel" in text_after("<!-- 3 -->")


PAGE = """<!doctype html><html lang="de"><head><title>Wehr wird saniert</title>
<link rel="canonical" href="https://www.bote.example/wehr"></head><body><article>
<h1>Das alte Wehr an der Havel wird saniert</h1>
<p>Das alte Wehr hält dem Hochwasser nicht mehr stand, und der Bau beginnt im Frühjahr, wie die
Stadt am Montag mitteilte. Die Kosten trägt zur Hälfte das Land.</p>
<p class="orakel">Das Orakel vom Wochenmarkt sieht für den Bau des neuen Wehrs viel Regen und einen
langen Winter voraus, wie es am Dienstag allen erzählte.</p>
<p>Nun soll es für zwölf Millionen Euro erneuert werden. Die Anwohner warten seit Jahren darauf,
und im Rathaus rechnet man mit zwei Jahren Bauzeit.</p>
</article></body></html>"""


def test_an_edition_is_another_for_other_rules_and_none_without(tmp_path: Path) -> None:
    page = "https://www.bote.example/wehr"
    first = read_rules(write(tmp_path, "bote.example.toml", 'drop = ["nav"]')).edition(page)
    same = read_rules(write(tmp_path, "bote.example.toml", "# Menü\ndrop = ['nav']"))
    other = read_rules(write(tmp_path, "bote.example.toml", 'keep = ["nav"]'))
    assert same.edition(page) == first
    assert 0 < other.edition(page) != first
    assert other.edition("https://andere.example/") == other.edition(None) == 0
