"""Duplicates: what is linked depends on the live articles alone, and every question is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from newsfeed.article import Article, Block
from newsfeed.likeness import ledger
from newsfeed.likeness.duplicates import DuplicateReader, Family
from newsfeed.register_file import LIKENESS_KEYS, LIKENESSES, open_file

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def prose(subject: str, words: int = 120) -> str:
    return " ".join(f"{subject}{n * n % 251}x{n}" for n in range(words))


def article(id: str, text: str, hours: float = 0, **fields: object) -> Article:
    blocks = (Block("paragraph", text),) if text else ()
    published = NOON + hours * HOUR
    return Article("Bericht", id=id, body=blocks, published=published, **fields)  # type: ignore[arg-type]


class Paper:
    """A register's file with its ledger, written as `Writing` does and read as the web does."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "register.sqlite"
        self.engine: Engine = open_file(self.path, read_only=False)
        self.reader = DuplicateReader(self.path)

    def enter(self, *articles: Article, seen: datetime = NOON) -> None:
        with self.engine.begin() as connection:
            for article in articles:
                ledger.enter(connection, article, seen)

    def forget(self, *ids: str) -> None:
        with self.engine.begin() as connection:
            for id in ids:
                ledger.forget(connection, id)

    def like(self, id: str) -> list[str]:
        return [duplicate.id for duplicate in self.reader.of(id).duplicates]

    def rows(self) -> tuple[int, int]:
        with self.engine.begin() as connection:
            tables = (LIKENESSES, LIKENESS_KEYS)
            one, other = (
                connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables
            )
            return one, other


@contextmanager
def opened() -> Iterator[Paper]:
    with TemporaryDirectory() as folder:
        paper = Paper(Path(folder))
        yield paper
        paper.engine.dispose()


@pytest.fixture
def paper() -> Iterator[Paper]:
    with opened() as paper:
        yield paper


def test_the_first_published_is_the_canonical_one(paper: Paper) -> None:
    text = prose("hafen")
    paper.enter(article("b", text, 2), article("a", text + " mehr", 1), article("c", prose("see")))
    found = paper.reader.of("b")
    assert (found.canonical, paper.like("b")) == ("a", ["a"])
    assert (paper.reader.of("a").canonical, paper.like("a")) == ("a", ["b"])
    assert (paper.reader.of("c").canonical, paper.like("c")) == ("c", [])
    (duplicate,) = found.duplicates
    assert 0.95 < duplicate.likeness.similarity < duplicate.likeness.containment == 1
    assert duplicate.length > 1


def test_of_two_published_at_once_the_first_seen_is(paper: Paper) -> None:
    paper.enter(article("b", prose("hafen")), seen=NOON)
    paper.enter(article("a", prose("hafen")), seen=NOON + HOUR)
    assert paper.reader.of("a").canonical == paper.reader.of("b").canonical == "b"


def test_a_shortened_text_is_linked_to_the_whole_one(paper: Paper) -> None:
    text = prose("hafen", 300)
    paper.enter(article("whole", text), article("short", text[: len(text) // 3], 1))
    (duplicate,) = paper.reader.of("whole").duplicates
    assert duplicate.likeness.containment == 1
    assert duplicate.likeness.similarity < 0.4
    assert duplicate.length < 0.4


def test_an_edited_text_is_linked_anew_and_a_withdrawn_one_no_more(paper: Paper) -> None:
    paper.enter(article("a", prose("hafen")), article("b", prose("hafen"), 1))
    paper.enter(article("b", prose("deich"), 1), article("c", prose("deich"), 2))
    assert (paper.like("a"), paper.like("b"), paper.like("c")) == ([], ["c"], ["b"])
    paper.forget("b")
    assert (paper.like("b"), paper.like("c")) == ([], [])
    paper.forget("a", "c", "never seen")
    assert paper.rows() == (0, 0)


def test_a_date_that_moves_changes_who_was_first(paper: Paper) -> None:
    paper.enter(article("a", prose("hafen"), 1), article("b", prose("hafen"), 2))
    paper.enter(article("b", prose("hafen"), -1))
    assert paper.reader.of("a").canonical == "b"
    assert paper.rows() == (2, 32)


def test_empty_articles_are_like_nothing(paper: Paper) -> None:
    paper.enter(*(article(f"empty{n}", "") for n in range(3)))
    paper.enter(*(article(f"short{n}", "Mehr lesen Sie hier.") for n in range(3)))
    assert paper.rows() == (6, 0)
    assert paper.like("empty0") == paper.like("short0") == []


def test_before_the_first_run_nothing_is_like_anything(tmp_path: Path) -> None:
    reader = DuplicateReader(tmp_path / "register.sqlite")
    assert reader.of("a").duplicates == ()
    assert list(reader.families()) == []


def test_families_reach_over_third_articles(paper: Paper) -> None:
    """An agency's text, a longer version, and one that shares its second half with that only."""
    first, second, third = prose("eins"), prose("zwei"), prose("drei")
    paper.enter(article("late", f"{second} {third[:400]}", 3), article("other", prose("vier"), 4))
    paper.enter(article("early", f"{first} {second}", 1), article("agency", first))
    assert paper.like("agency") == ["early"]
    assert paper.like("late") == ["early"]
    (family,) = paper.reader.families()
    assert (family.canonical, [other.id for other in family.duplicates]) == (
        "agency",
        ["early", "late"],
    )
    assert [other.likeness.close for other in family.duplicates] == [True, False]


# Six texts of three parts each, so that some contain, some overlap, some share nothing.
TEXTS = [
    " ".join(prose(part, 40) for part in parts)
    for parts in ("abc", "abd", "ab", "bef", "efg", "hij")
]
ENTRIES = st.lists(
    st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from(TEXTS), st.integers(0, 3)),
    max_size=14,
)


@settings(deadline=None, max_examples=40)
@given(ENTRIES, st.sets(st.sampled_from("ABCDEFGH")), st.permutations("ABCDEFGH"))
def test_links_depend_on_the_live_articles_alone(
    history: list[tuple[str, str, int]], withdrawn: set[str], order: list[str]
) -> None:
    """However often articles were edited, in whatever order they came: as if entered at once."""
    live = {id: (text, hours) for id, text, hours in history if id not in withdrawn}
    with opened() as grown, opened() as fresh:
        for id, text, hours in history:
            grown.enter(article(id, text, hours))
        grown.forget(*sorted(withdrawn))
        fresh.enter(*(article(id, *live[id]) for id in order if id in live))
        for id in "ABCDEFGH":
            assert grown.reader.of(id) == fresh.reader.of(id)
        families = list(grown.reader.families())
        assert families == list(fresh.reader.families())
        assert grown.rows() == fresh.rows()
        agree(fresh, live, families)


def agree(paper: Paper, live: dict[str, tuple[str, int]], families: list[Family]) -> None:
    """What a page says and what the families say is the same."""
    belongs = {id: id for id in live}
    for family in families:
        belongs |= {other.id: family.canonical for other in family.duplicates}
    for id in live:
        found = paper.reader.of(id)
        assert belongs[found.canonical] == belongs[id]
        for other in found.duplicates:
            assert other.likeness.close
            back = {one.id: one.likeness for one in paper.reader.of(other.id).duplicates}
            assert back[id] == other.likeness


@pytest.mark.parametrize("identical", [True, False])
def test_ten_thousand_articles_with_one_text(paper: Paper, identical: bool) -> None:
    """The newest come first, as from a feed, so that each is the canonical one for a moment."""
    text, size = prose("hafen", 200), 10_000
    paper.enter(
        *(article(f"a{n:05}", text + ("" if identical else f" {n}"), -n) for n in range(size))
    )
    last = f"a{size - 1:05}"
    for id in ("a00000", "a05000", last):
        found = paper.reader.of(id)
        assert found.canonical == last
        assert len(found.duplicates) in (49, 50)
    paper.enter(article("a00000", text + " neu"))
    paper.forget("a00001")
    (family,) = paper.reader.families()
    assert (family.canonical, len(family.duplicates)) == (last, size - 2)
