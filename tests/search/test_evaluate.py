"""Fast must equal slow: evaluation over segments against reading every article word by word.

The slow side below shares the words' terms (`german.term`) and the query tree with the fast one,
and nothing else: no postings, no segments, no set algebra, no memory.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, Block, Image
from newsfeed.search.german import is_stop_word, term
from newsfeed.search.interface import InvalidQuery, Query, Removal
from newsfeed.search.language import (
    And,
    Everything,
    Leaf,
    Must,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Ranked,
    Word,
    canonical,
)
from newsfeed.search.schema import FIELDS, Field
from newsfeed.search.whoosh_index import WhooshIndex

VOCABULARY = [
    *("Haus", "Häuser", "Haeuser", "Hausbau", "Hausboot", "Krieg", "Kriege", "Atomkrieg", "die"),
    *("der", "und", "Müller", "Mueller", "Strasse", "Straße", "E-Mail", "Email", "US-General"),
    *("General", "neue", "Quelle"),
]
BEGINNINGS = ["Ha", "Haus", "Kri", "Kriege", "Mül", "US-G", "E-M"]
Library = Mapping[str, Article]


# The slow side -----------------------------------------------------------------------------------


def values(article: Article, field: Field) -> list[list[set[str]]]:
    """A field's values as words, each word as the terms standing at its position."""
    found = []
    for text in field.texts(article):
        words: list[set[str]] = []
        for compound in (text or "").split():
            parts = compound.split("-")
            for number, part in enumerate(parts):
                joined = {term("".join(parts), field.kind)} if number == 0 else set()
                words.append({term(part, field.kind)} | joined)
        found.append(words)
    return found


def occurrences(leaf: Leaf, article: Article, field: Field) -> int:
    """How often a leaf stands in a field, counting every way of spelling it."""
    if field.name != leaf.field if leaf.field else not field.plain:
        return 0
    parts = [part for compound in leaf.text.split() for part in compound.split("-")]
    runs = {tuple(term(part, field.kind) for part in parts)}
    if " " not in leaf.text and "-" in leaf.text:
        runs.add((term(leaf.text.replace("-", ""), field.kind),))
    begin = term(leaf.text.replace("-", ""), "name") if isinstance(leaf, Prefix) else None
    if begin is not None:
        runs = {run for run in runs if not run[0].startswith(begin)}
    count = 0
    for words in values(article, field):
        for at in range(len(words)):
            for run in runs:
                here = words[at : at + len(run)]
                count += len(here) == len(run) and all(map(set.__contains__, here, run))
            if begin is not None:
                count += sum(each.startswith(begin) for each in words[at])
    return count


def length(article: Article, field: Field) -> int:
    """In terms: a compound's joined form counts beside its parts."""
    return sum(len(terms) for words in values(article, field) for terms in words)


class Slow:
    """Scores one article at a time."""

    def __init__(self, library: Library) -> None:
        self.articles = list(library.values())
        self.averages = {}
        for field in FIELDS:
            lengths = [n for article in self.articles if (n := length(article, field))]
            self.averages[field.name] = sum(lengths) / len(lengths) if lengths else 0.0

    def x(self, leaf: Leaf, article: Article) -> float:
        total = 0.0
        for field in FIELDS:
            if count := occurrences(leaf, article, field):
                ratio = length(article, field) / self.averages[field.name]
                total += count * field.boost / (0.25 + 0.75 * ratio)
        return total

    def top(self, leaf: Leaf) -> float:
        df = sum(self.x(leaf, article) > 0 for article in self.articles)
        return log(1 + (len(self.articles) - df + 0.5) / (df + 0.5)) * 2.2

    def bound(self, node: Node) -> float:
        match node:
            case And(parts) | Or(parts):
                return sum(self.bound(part) for part in parts)
            case Ranked(parts):
                wishes = weighty(parts)
                needed = [part.part for part in parts if isinstance(part, Must)]
                alone = sum(map(self.bound, wishes)) + sum(map(self.bound, needed))
                return 2 * alone if len(wishes) > 1 else alone
            case Word() | Phrase() | Prefix():
                return self.top(node)
            case _:
                return 0.0

    def score(self, node: Node, article: Article) -> float | None:
        """The score of an article, None where it does not match."""
        match node:
            case Everything():
                return 0.0
            case Nothing():
                return None
            case Not(part):
                return 0.0 if self.score(part, article) is None else None
            case And(parts):
                return together([self.score(part, article) for part in parts])
            case Or(parts):
                return anyhow([self.score(part, article) for part in parts])
            case Ranked():
                return self.ranked(node, article)
            case _:
                x = self.x(node, article)
                return self.top(node) * x / (1.2 + x) if x else None

    def ranked(self, node: Ranked, article: Article) -> float | None:
        wishes = weighty(node.parts)
        wished = [self.score(wish, article) for wish in wishes]
        needed = [self.score(p.part, article) for p in node.parts if isinstance(p, Must)]
        banned = [self.score(p.part, article) for p in node.parts if isinstance(p, Not)]
        if None in needed or any(score is not None for score in banned):
            return None
        if wishes and not needed and anyhow(wished) is None:
            return None
        extra = 0.0
        if len(wishes) > 1 and None not in wished:
            without_bonus = [self.bound(wish) for wish in wishes]
            without_bonus += [self.bound(p.part) for p in node.parts if isinstance(p, Must)]
            extra = sum(without_bonus)
        return (together(needed) or 0.0) + (anyhow(wished) or 0.0) + extra


def weighty(parts: Sequence[Node | Must]) -> list[Node]:
    wishes: list[Node] = [part for part in parts if not isinstance(part, Must | Not)]
    kept = [w for w in wishes if not (isinstance(w, Word) and is_stop_word(w.text))]
    return kept if kept or any(isinstance(part, Must) for part in parts) else wishes


def together(scores: Sequence[float | None]) -> float | None:
    return None if None in scores else sum(score for score in scores if score is not None)


def anyhow(scores: Sequence[float | None]) -> float | None:
    found = [score for score in scores if score is not None]
    return sum(found) if found else None


# What both sides are asked -----------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)
FIELD = st.none() | st.sampled_from(["headline", "text", "author", "caption", "source"])
LEAVES = st.one_of(
    st.builds(Word, st.sampled_from(VOCABULARY), FIELD),
    st.builds(Phrase, st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(" ".join)),
    st.builds(
        Prefix, st.sampled_from(["Ha", "Haus", "Kri", "Kriege", "Mül", "US-G", "E-M"]), FIELD
    ),
)


def branches(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inside, min_size=2, max_size=3).map(tuple)
    required = inside.filter(lambda node: not isinstance(node, Not)).map(Must)
    items = st.lists(inside | required, min_size=2, max_size=4).map(tuple)
    return st.one_of(some.map(And), some.map(Or), inside.map(Not), items.map(Ranked))


TREES: st.SearchStrategy[Node] = st.one_of(
    st.just(Everything()), st.recursive(LEAVES, branches, max_leaves=6)
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        id=f"tag:{draw(st.integers(0, 9))}",
        headline=draw(TEXTS) or "Haus",
        body=tuple(Block("paragraph", text) for text in draw(st.lists(TEXTS, max_size=2))),
        authors=tuple(draw(st.lists(TEXTS, max_size=1))),
        images=tuple(Image(caption=text) for text in draw(st.lists(TEXTS, max_size=1))),
        source=draw(st.none() | st.sampled_from(VOCABULARY)),
        published=datetime(2022, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 3))),
    )


REMOVALS = st.integers(0, 9).map(lambda number: Removal(f"tag:{number}"))
BATCHES = st.lists(st.lists(articles() | REMOVALS, max_size=5), min_size=1, max_size=5)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=BATCHES, trees=st.lists(TREES, min_size=1, max_size=8))
def test_evaluation_equals_reading_everything(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[Article | Removal]],
    trees: list[Node],
) -> None:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    library: dict[str, Article] = {}
    for number, batch in enumerate(batches):
        index.update(batch, number)
        for change in batch:
            if isinstance(change, Removal):
                library.pop(change.id, None)
            else:
                library[change.id] = change
    slow = Slow(library)
    for tree in trees:
        assert_equal(index, slow, tree)
    index.close()


def assert_equal(index: WhooshIndex, slow: Slow, tree: Node) -> None:
    expected = {
        article.id: score
        for article in slow.articles
        if (score := slow.score(tree, article)) is not None
    }
    results = index.search(Query(canonical(tree), limit=100))
    scores = {hit.article.id: hit.score for hit in results.hits}
    assert scores == pytest.approx(expected, abs=1e-8), canonical(tree)
    assert results.total == len(expected)
    keys = [(-hit.score, -hit.article.date.timestamp(), hit.article.id) for hit in results.hits]
    assert keys == sorted(keys)


# Kept cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["alpha NOT beta", "+alpha -beta", "alpha AND NOT beta"])
def test_an_excluded_document_never_gets_through(tmp_path: Path, text: str) -> None:
    """Whoosh's AndNotMatcher lets the first excluded document of a segment through."""
    index = WhooshIndex(tmp_path)
    for number in range(12):
        words = "alpha beta" if number % 3 else "alpha"
        index.update([simple(number, words)], number)
    found = {hit.article.id for hit in index.search(Query(text, limit=100)).hits}
    assert found == {f"tag:{number}" for number in range(0, 12, 3)}


def test_the_best_of_many_is_the_best_of_all(tmp_path: Path) -> None:
    """Whoosh prunes by bounds that are too low and loses some of the best ten."""
    index = WhooshIndex(tmp_path)
    words = ["alpha", "beta", "gamma", "delta"]
    for batch in range(5):
        changes = [
            simple(n, " ".join(w for k, w in enumerate(words) for _ in range(n * (k + 3) % 7)))
            for n in range(batch * 40, batch * 40 + 40)
        ]
        index.update([*changes, *(Removal(f"tag:{n}") for n in range(0, batch * 40, 11))], batch)
    for text in ("alpha beta", "alpha AND (beta OR gamma)", "+alpha beta delta", "al* ga*"):
        whole = index.search(Query(text, limit=100)).hits
        best = index.search(Query(text, limit=10)).hits
        assert best == whole[:10]
        scores = [hit.score for hit in whole]
        assert scores == sorted(scores, reverse=True)


def test_a_word_that_comes_very_often(tmp_path: Path) -> None:
    """The engine keeps frequencies of 255 and more beside the others."""
    index = WhooshIndex(tmp_path)
    texts = ["alpha " * count + "beta alpha beta" for count in (1, 254, 255, 3_000)]
    library = {f"tag:{number}": simple(number, text) for number, text in enumerate(texts)}
    index.update(library.values(), 1)
    slow = Slow(library)
    for tree in (Word("alpha"), Phrase("alpha beta"), Phrase("beta alpha beta"), Prefix("al")):
        assert_equal(index, slow, tree)
    index.update([simple(9, "alpha")], 2)
    assert_equal(index, Slow({**library, "tag:9": simple(9, "alpha")}), Phrase("alpha alpha"))


def test_prefixes_of_far_too_many_postings_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = WhooshIndex(tmp_path)
    index.update([simple(number, f"alpha{number} beta") for number in range(10)], 1)
    monkeypatch.setattr("newsfeed.search.evaluate.MAX_ROWS", 15)
    assert index.search(Query("alpha*")).total == 10
    with pytest.raises(InvalidQuery, match="bet"):
        index.search(Query("alpha* bet*"))


def test_statistics_of_a_forged_cursor_are_refused(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.update([simple(number, "alpha") for number in range(3)], 1)
    cursor = index.search(Query("alpha", limit=1)).next
    assert cursor is not None
    good = orjson.loads(base64.urlsafe_b64decode(cursor + "==="))
    for place, value in [
        (1, None), (1, [0.5]), (1, [True, 1]), (1, [0.5, 0.5]), (1, [0.5, 2**63]), (1, [0.5, 1, 1]),
        (2, 7), (3, -1), (3, "x"), (4, []), (4, [1.0] * (len(FIELDS) + 1)),
        (4, [-1.0] * len(FIELDS)), (5, [4]), (5, []), (5, ["1"]), (5, [1] * 65), (5, None),
    ]:  # fmt: skip
        forged = [*good[:place], value, *good[place + 1 :]]
        text = base64.urlsafe_b64encode(orjson.dumps(forged)).decode().rstrip("=")
        with pytest.raises(InvalidQuery) as caught:
            index.search(Query("alpha", limit=1, cursor=text))
        assert caught.value.parameter == "cursor"


def simple(number: int, text: str) -> Article:
    return Article(
        id=f"tag:{number}",
        headline="Titel",
        body=(Block("paragraph", text or "leer"),),
        published=datetime(2022, 1, 1, tzinfo=UTC),
    )
