"""The register's law: whatever is done to the files, every article keeps its id and its dates.

A model of a newsroom edits, renames, copies over, removes and restores files at random, touches
them, upgrades the parser, loses the index. After each run the register must agree with the model:
one id an article for ever, `updated` moved exactly when text or mark changed, changes without gaps.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from newsfeed import run as running
from newsfeed.article import Article
from newsfeed.corpus import ArticleFile, Problem
from newsfeed.indexer import Indexer
from newsfeed.reader_pool import ReaderPool
from newsfeed.readings import Reading, Terms, parse_article, read_article
from newsfeed.register import Register
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings

START = datetime.now(UTC) + timedelta(hours=1)
NUMBERS = st.integers(1, 4)
WORDS = [
    "Brücke",
    "Rathaus",
    "Haushalt",
    "Fluss",
    "Schule",
    "Bahnhof",
    "Theater",
    "Wald",
    "Markt",
    "Kreis",
    "Straße",
    "Verein",
    "Hafen",
    "Museum",
    "Feuerwehr",
    "Orchester",
    "Rat",
    "Garten",
    "Werft",
    "Mühle",
]


@dataclass(frozen=True)
class Text:
    """An article as its newsroom thinks of it; `number` makes its words its own."""

    number: int
    edition: int = 0
    mark: bool = False
    navigation: int = 0

    def file(self) -> str:
        words = [f"{WORDS[(self.number * 7 + i * 3) % 20]}" for i in range(24)]
        prose = f"Im Fall {self.number} geht es um " + ", ".join(words[:12]) + " und mehr."
        more = f"Dazu sagte die Sprecherin zum Fall {self.number}: Es gehe um " + ", ".join(words)
        return "\n\n".join(
            [
                "Zum Hauptinhalt" + " springen" * self.navigation,
                *(["Update"] if self.mark else []),
                f"Bericht über den Fall {self.number} in der Stadt",
                f"Ein kurzer Vorspann zum Fall {self.number}, der alles Wichtige zusammenfasst.",
                prose,
                more + f", heißt es in der Fassung {self.edition} des Berichts.",
                "Zur Startseite",
            ]
        )


@dataclass(frozen=True)
class Expected:
    """What the register must say of an article: known once it was indexed."""

    id: str | None = None
    updated: datetime | None = None
    seen: Text | None = None


def understood(article: Article, version: int) -> Article:
    """How that version of the parser understands a page: every other one misses standfirsts."""
    return article if version % 2 else replace(article, standfirst=None)


class ParserOfVersion(ReaderPool):
    """Reads in this process, as that version of the parser would."""

    version = 1

    def read(self, terms: Terms, files: Iterable[ArticleFile]) -> Iterator[Reading | Problem]:
        for file in files:
            reading = read_article(terms, file)
            assert isinstance(reading, Reading)
            yield replace(reading, article=understood(reading.article, self.version))

    def parse_article(self, *arguments: Any) -> tuple[Article, str | None]:
        article, withdrawn = parse_article(*arguments)
        return understood(article, self.version), withdrawn


class Newsroom(RuleBasedStateMachine):
    """Files change between runs, the clock only with them."""

    pool = ParserOfVersion()
    patch: pytest.MonkeyPatch

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        (root / "corpus").mkdir()
        self.settings = Settings(corpus=root / "corpus", index=root / "index")
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.index = open_index(self.settings)
        self.now = START
        self.count = 0
        self.files: dict[int, tuple[str, Text]] = {}
        self.removed: dict[int, tuple[str, Text]] = {}
        self.expected: dict[int, Expected] = {}
        self.fresh = True
        self.dirty: set[int] = set()  # moved since the last run: editing them too is another case
        for _ in range(2):
            self.publish("")
        self.pool.version = 1
        (root / "corpus/anker.txt").write_text(Text(999).file())

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.index.close()
            self.register.close()
            self.folder.cleanup()

    def write(self, number: int, path: str, text: Text) -> None:
        target = self.settings.corpus / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.file())
        self.files[number] = (path, text)
        self.fresh = False

    @rule(folder=st.sampled_from(["", "politik/", "kultur/"]))
    def publish(self, folder: str) -> None:
        self.count += 1
        self.write(self.count, f"{folder}{self.count}.txt", Text(self.count))
        self.expected[self.count] = Expected()

    @rule(number=NUMBERS)
    def edit(self, number: int) -> None:
        if number in self.files and number not in self.dirty:
            path, text = self.files[number]
            self.write(number, path, replace(text, edition=text.edition + 1))

    @rule(number=NUMBERS)
    def mark(self, number: int) -> None:
        if number in self.files and number not in self.dirty:
            path, text = self.files[number]
            self.write(number, path, replace(text, mark=not text.mark))

    @rule(number=NUMBERS)
    def change_navigation(self, number: int) -> None:
        """Another capture of the same page: the bytes change, the article does not."""
        if number in self.files and number not in self.dirty:
            path, text = self.files[number]
            self.write(number, path, replace(text, navigation=1 - text.navigation))

    @rule(number=NUMBERS)
    def touch(self, number: int) -> None:
        if number in self.files:
            (self.settings.corpus / self.files[number][0]).touch()
            self.fresh = False

    @rule(
        number=NUMBERS,
        folder=st.sampled_from(["sport/", "panorama/", ""]),
        too=st.sampled_from(["", "navigation", "edition"]),
    )
    def rename(self, number: int, folder: str, too: str) -> None:
        """A move, alone or with another capture or an edit in the same go."""
        if number not in self.files or number in self.dirty:
            return
        path, text = self.files[number]
        new = f"{folder}{number}-neu.txt"
        if path != new and self.expected[number].seen in (None, text):
            (self.settings.corpus / path).unlink()
            changed = replace(text, **{too: getattr(text, too) + 1}) if too else text
            self.write(number, new, changed)
            self.dirty.add(number)

    @rule(one=NUMBERS, other=NUMBERS)
    def swap(self, one: int, other: int) -> None:
        """Two files exchange their places between two runs."""
        both = one in self.files and other in self.files and one != other
        if both and all(self.expected[n].seen == self.files[n][1] for n in (one, other)):
            (path, text), (path2, text2) = self.files[one], self.files[other]
            self.write(one, path2, text)
            self.write(other, path, text2)
            self.dirty |= {one, other}

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        if number in self.files and self.expected[number].seen in (None, self.files[number][1]):
            path, _ = self.removed[number] = self.files.pop(number)
            (self.settings.corpus / path).unlink()
            self.fresh = False

    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        if number in self.removed:
            path, text = self.removed.pop(number)
            self.write(number, path, text)
            self.dirty.add(number)

    @precondition(lambda self: self.register.sequence() > 0)
    @rule()
    def lose_the_index(self) -> None:
        import shutil

        self.index.close()
        for path in self.settings.index.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith("register"):
                path.unlink()
        self.index = open_index(self.settings)
        self.fresh = False

    @rule()
    def upgrade_the_parser(self) -> None:
        self.pool.version += 1

    @rule()
    def capture_everything_anew_for_a_new_parser(self) -> None:
        self.upgrade_the_parser()
        for number in range(1, self.count + 1):
            self.change_navigation(number)

    @rule(how=st.sampled_from(["index", "reindex"]))
    def run(self, how: str) -> None:
        self.now += timedelta(hours=1)
        self.patch.setattr(running, "PARSER_VERSION", self.pool.version)
        indexer = Indexer(self.settings, self.register, self.index, self.pool)
        if how == "index":
            report = indexer.index(self.now)
        else:
            report, _ = indexer.reindex(self.now, force=True)
        assert report.problems == []
        self.agree()
        self.build_anew()
        self.fresh, self.dirty = True, set()

    def agree(self) -> None:
        """Carries the model over the run, and compares."""
        found = {one.path: one for one in self.register.known() if one.live}
        for number, (path, text) in self.files.items():
            before, one = self.expected[number], found[path]
            assert before.id in (None, one.id), "an article lost its id"
            article = self.register.article(one.id)
            if before.seen is not None and before.updated is not None:
                news = text.edition != before.seen.edition or (text.mark and not before.seen.mark)
                assert article.updated == (self.now if news else before.updated)
            self.expected[number] = Expected(one.id, article.updated, text)
        live = {one.id for one in found.values()}
        for number in self.removed:
            assert self.expected[number].id not in live, "a removed article is still there"
        ids = [e.id for e in self.expected.values() if e.id]
        assert len(set(ids)) == len(ids), "two articles have one id"

    @invariant()
    def the_index_holds_what_the_register_says(self) -> None:
        if not hasattr(self, "fresh") or not self.fresh or self.register.sequence() == 0:
            return
        assert self.index.sequence() == self.register.sequence()
        hits = self.index.search(Query(limit=100)).hits
        assert {hit.article for hit in hits} == set(self.register.articles())

    @invariant()
    def articles_say_when_they_came_and_which_change_was_their_last(self) -> None:
        if not hasattr(self, "register"):
            return
        first: dict[str, datetime] = {}
        last: dict[str, int] = {}
        for change in self.register.changes():
            first.setdefault(change.id, change.at)
            last[change.id] = change.sequence
        for id, number in last.items():
            article = self.register.article(id)
            assert (article.first_seen, article.change) == (first[id], number)

    def build_anew(self) -> None:
        """An index that is built at once has the same editions as one that grew."""
        with tempfile.TemporaryDirectory() as folder:
            anew = open_index(folder)
            anew.rebuild(self.register.articles(), self.register.sequence())
            for sort in ("arrived", "revised", "touched"):
                query = Query(sort=sort, limit=100)
                assert anew.editions(query) == self.index.editions(query)
            anew.close()

    @invariant()
    def changes_are_numbered_without_gaps(self) -> None:
        if hasattr(self, "register"):
            numbers = [change.sequence for change in self.register.changes()]
            assert numbers == list(range(1, len(numbers) + 1))


def test_ids_and_dates_survive_whatever_is_done_to_the_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Newsroom, "patch", monkeypatch, raising=False)
    monkeypatch.setattr(running, "parse_article", Newsroom.pool.parse_article)
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
