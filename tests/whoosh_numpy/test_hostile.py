"""Bad input: enormous queries, words chosen to hurt, folders that are no index.

Whatever comes, an answer or an error of the library's own comes back, after work that is in
proportion to the input. Time is the processor's, with a limit ten times what is needed or more, so
that a slow machine fails no test and quadratic work does.
"""

from __future__ import annotations

import math
import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import analysis, fields
from whoosh import query as q
from whoosh.index import EmptyIndexError

from newsfeed.whoosh_numpy.analysis import lending, slots
from newsfeed.whoosh_numpy.errors import DamagedIndex, EngineError
from newsfeed.whoosh_numpy.evaluation.limits import (
    BoostTooLarge,
    InvalidQuery,
    QueryTooDeep,
    TooManyTerms,
)
from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.storage import toc
from newsfeed.whoosh_numpy.storage.toc import SegmentEntry

DEEP = 5_000
LONG = 100_000
MANY = 300_000

SCHEMA = fields.Schema(
    key=fields.ID(unique=True, stored=True),
    body=fields.TEXT(analysis.SimpleAnalyzer(), stored=True),
    number=fields.NUMERIC(),
)


@contextmanager
def processor_seconds(limit: float) -> Iterator[None]:
    """Fails what takes more of the processor."""
    began = time.process_time()
    yield
    assert time.process_time() - began < limit


def index_of(folder: Path, *bodies: str) -> Index:
    index = create_in(folder, SCHEMA)
    with index.writer() as writer:
        for number, body in enumerate(bodies):
            writer.add_document(key=str(number), body=body, number=number)
    return index


def keys(index: Index, query: q.Query, **wanted: Any) -> list[str]:
    with index.searcher() as searcher:
        return [hit["key"] for hit in searcher.search(query, limit=None, **wanted)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Three documents, one with a very long word."""
    return index_of(tmp_path_factory.mktemp("small"), "haus wald", "haus", "ab" * (LONG // 2))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A lexicon of very many words, all with the same beginning, in a hundred documents."""
    step = MANY // 100
    bodies = (" ".join(f"w{n:06}" for n in range(at, at + step)) for at in range(0, MANY, step))
    return index_of(tmp_path_factory.mktemp("large"), *bodies)


WRAPPERS: dict[str, Callable[[q.Query], q.Query]] = {
    "And": lambda inner: q.And([q.Term("body", "haus"), inner]),
    "Or": lambda inner: q.Or([inner, q.Term("body", "haus")]),
    "DisjunctionMax": lambda inner: q.DisjunctionMax([q.Term("body", "haus"), inner]),
    "Not": q.Not,
    "AndNot": lambda inner: q.AndNot(q.Term("body", "haus"), inner),
    "AndMaybe": lambda inner: q.AndMaybe(q.Term("body", "haus"), inner),
    "Require": lambda inner: q.Require(inner, q.Term("body", "haus")),
    "Otherwise": lambda inner: q.Otherwise(inner, q.Term("body", "haus")),
    "ConstantScoreQuery": q.ConstantScoreQuery,
    "And of one": lambda inner: q.And([inner]),
    "SpanOr": lambda inner: q.SpanOr([inner, q.Term("body", "haus")]),
}


def nested(name: str, depth: int) -> q.Query:
    query: q.Query = q.Term("body", "wald")
    for _ in range(depth):
        query = WRAPPERS[name](query)
    return query


@pytest.mark.parametrize("name", WRAPPERS)
def test_5000_brackets_are_refused(small: Index, name: str) -> None:
    with processor_seconds(10), pytest.raises(QueryTooDeep), small.searcher() as searcher:
        searcher.search(nested(name, DEEP))


@pytest.mark.parametrize("name", WRAPPERS)
def test_50_brackets_are_answered(small: Index, name: str) -> None:
    with processor_seconds(10):
        assert set(keys(small, nested(name, 50))) == set(keys(small, nested(name, 2)))


def test_a_million_clauses_are_refused(small: Index) -> None:
    query = q.Or([q.Term("body", "haus")] * 1_000_000)
    with processor_seconds(20), pytest.raises(InvalidQuery):
        keys(small, query)


def test_many_clauses_are_added_up(small: Index) -> None:
    """A term that is asked for a thousand times counts a thousand times, to the last bit."""
    with small.searcher() as searcher:
        once = searcher.search(q.Term("body", "haus"))
        often = searcher.search(q.Or([q.Term("body", "haus")] * 1000))
        assert [hit.score for hit in often] == [hit.score * 1000 for hit in once]


@pytest.mark.parametrize(
    "query",
    [
        q.Term("body", "a" * LONG),
        q.Prefix("body", "ab" * (LONG // 4), constantscore=False),
        q.FuzzyTerm("body", "ab" * (LONG // 2), maxdist=2),
        q.FuzzyTerm("body", "ab" * (LONG // 2 - 1), maxdist=9, prefixlength=0),
        q.Phrase("body", ["haus", "a" * LONG]),
        q.Phrase("body", ["haus"] * LONG),
        q.Wildcard("body", "*" + "a*b*" * 250),
        q.Wildcard("body", "?" * LONG),
        q.TermRange("body", "a" * LONG, "b" * LONG),
        q.Variations("body", "a" * LONG),
    ],
    ids=lambda query: type(query).__name__,
)
def test_long_words_and_patterns_take_bounded_time(small: Index, query: q.Query) -> None:
    """They may be refused; they may not take for ever."""
    with processor_seconds(20):
        try:
            found = keys(small, query)
        except InvalidQuery:
            return
    assert set(found) <= {"0", "1", "2"}


def test_a_long_word_is_found_by_its_like(small: Index) -> None:
    word = "ab" * (LONG // 2)
    assert keys(small, q.Term("body", word)) == ["2"]
    assert keys(small, q.Prefix("body", word[:-1])) == ["2"]
    assert keys(small, q.Wildcard("body", "*ba*b")) == ["2"]


@pytest.mark.parametrize("length", [100, 1_000, 5_000])
def test_a_long_word_is_like_itself_and_not_like_its_beginning(tmp_path: Path, length: int) -> None:
    """Or the query is refused; to compare a part of the word would be a wrong answer."""
    word = "ab" * (length // 2)
    index = index_of(tmp_path, word, word[: length // 2])
    try:
        assert keys(index, q.FuzzyTerm("body", word, maxdist=1)) == ["0"]
    except InvalidQuery:
        assert length > 100


def test_a_prefix_of_all_words_is_not_looked_at_word_by_word(large: Index) -> None:
    with processor_seconds(2):
        for _ in range(20):
            assert len(keys(large, q.Prefix("body", "w"))) == 100
            assert len(keys(large, q.TermRange("body", "w", "x"))) == 100


def test_a_prefix_of_all_words_is_not_scored(large: Index) -> None:
    with processor_seconds(10):
        for query in (
            q.Prefix("body", "w", constantscore=False),
            q.Wildcard("body", "*0*", constantscore=False),
            q.FuzzyTerm("body", "w000000", maxdist=9, constantscore=False),
        ):
            with pytest.raises(TooManyTerms):
                keys(large, query)


def test_patterns_over_all_words_take_time_in_proportion(large: Index) -> None:
    with processor_seconds(60):
        assert len(keys(large, q.Wildcard("body", "*0*0*0*0*0*0"))) == 1
        assert len(keys(large, q.FuzzyTerm("body", "w000000", maxdist=9, prefixlength=0))) == 100


@pytest.mark.parametrize("boost", [math.inf, -math.inf, math.nan, 1e300, -1e300])
@pytest.mark.parametrize("wrap", [q.Or, q.And, q.DisjunctionMax])
def test_boosts_beyond_all_scores_are_refused(
    small: Index, boost: float, wrap: Callable[..., q.Query]
) -> None:
    term = q.Term("body", "haus")
    for query in (
        q.Term("body", "haus", boost=boost),
        wrap([term, q.Term("body", "wald")], boost=boost),
        q.Prefix("body", "ha", boost=boost),
        q.Every(boost=boost),
        q.ConstantScoreQuery(term, score=boost),
    ):
        with pytest.raises(BoostTooLarge):
            keys(small, query)


def test_a_tiny_boost_rounds_to_nothing_and_still_matches(small: Index) -> None:
    with small.searcher() as searcher:
        hits = searcher.search(q.Term("body", "haus", boost=1e-300))
        assert [(hit["key"], hit.score) for hit in hits] == [("0", 0.0), ("1", 0.0)]


def test_nul_and_the_empty_text_are_texts_like_others(tmp_path: Path) -> None:
    schema = fields.Schema(
        key=fields.ID(unique=True, stored=True),
        body=fields.TEXT(analysis.RegexAnalyzer(r"[^ ]+"), stored=True),
        tags=fields.KEYWORD(commas=True),
    )
    index = create_in(tmp_path, schema)
    texts = {"": "", "\0": "\0 a\0b", "a": "a b", "a\0": "a\0", "\0\0": "\0\0"}
    with index.writer() as writer:
        for key, body in texts.items():
            writer.update_document(key=key, body=body, tags=f"{body},")
    assert keys(index, q.Every()) == list(texts)
    assert keys(index, q.Term("key", "\0")) == ["\0"]
    assert keys(index, q.Term("key", "")) == [""]
    assert keys(index, q.Term("body", "\0")) == ["\0"]
    assert keys(index, q.Term("body", "a\0")) == ["a\0"]
    assert keys(index, q.Term("body", "a")) == ["a"]
    assert keys(index, q.Prefix("body", "\0")) == ["\0", "\0\0"]
    assert keys(index, q.Term("tags", "\0\0")) == ["\0\0"]
    with index.searcher() as searcher:
        assert [hit["body"] for hit in searcher.search(q.Every())] == list(texts.values())
    assert index.check() == []


@pytest.mark.parametrize("name", ["key", "body"])
def test_lone_surrogates_are_refused_by_name_and_spoil_nothing(tmp_path: Path, name: str) -> None:
    index = create_in(tmp_path, SCHEMA)
    with index.writer() as writer:
        writer.add_document(key="1", body="haus")
        with pytest.raises((ValueError, EngineError), match=name):
            writer.add_document(**{"key": "2", "body": "wald", name: "a \ud800"})
        writer.add_document(key="3", body="haus")
    assert keys(index, q.Every()) == ["1", "3"]
    assert keys(index, q.Term("body", "haus")) == ["1", "3"]
    assert keys(index, q.Term("body", "\udfff")) == []
    assert index.check() == []


def test_words_that_all_share_a_place_in_the_hash_are_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of somebody who knows the table's secret keys: the hash of each word is the same."""

    def homes(self: slots.Slots, heads: slots.Integers, tails: slots.Integers) -> Any:
        return np.zeros(len(heads), np.int64)

    monkeypatch.setattr(slots.Slots, "_homes", homes)
    monkeypatch.setattr(lending, "_idle", [])
    texts = [f"{number:03}{number % 7}" for number in range(400)]
    index = index_of(tmp_path, *texts, " ".join(texts), " ".join(reversed(texts)))
    for place, text in enumerate(texts):
        assert sorted(keys(index, q.Term("body", text)), key=int) == [str(place), "400", "401"]
    assert keys(index, q.Phrase("body", texts[:5])) == ["400"]


def test_words_alike_in_all_that_is_compared_at_once_are_kept_apart(tmp_path: Path) -> None:
    """Words of about eight, fifteen and more bytes with the same ends, in and out of cp1252."""
    shapes = ("{}", "{}z", "x{}", "{}é", "{}ł", "\u0142{}", "{}ß")
    texts = sorted(
        {
            shape.format("a" * size)
            for shape in shapes
            for size in (1, 6, 7, 8, 9, 14, 15, 16, 17, 255, 256, 257, 263, 271, 512)
        }
    )
    index = index_of(tmp_path, *texts)
    for place, text in enumerate(texts):
        assert keys(index, q.Term("body", text)) == [str(place)]


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A sound index with two segments and a deletion."""
    folder = tmp_path / "index"
    index = index_of(folder, "haus wald", "haus", "wald")
    with index.writer() as writer:
        writer.update_document(key="1", body="neu", number=7)
    return folder


def _used(folder: Path) -> list[str]:
    index = open_dir(folder, SCHEMA)
    return keys(index, q.Or([q.Term("body", "haus"), q.Term("body", "neu")]))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("replacement", ["pickle", "link", "fifo", "folder", "empty", "zeros"])
def test_files_that_are_something_else_are_named_and_nothing_is_run(
    victim: Path, tmp_path: Path, replacement: str
) -> None:
    assert _used(victim) == ["1", "0"]
    proof = tmp_path / "run"
    for path in _files(victim):
        kept = path.rename(tmp_path / "kept")
        match replacement:
            case "pickle":
                path.write_bytes(pickle.dumps(Bomb(proof)))
            case "link":
                path.symlink_to(kept)
            case "fifo":
                os.mkfifo(path)
            case "folder":
                path.mkdir()
            case "empty":
                path.touch()
            case "zeros":
                path.write_bytes(bytes(kept.stat().st_size))
        with pytest.raises((EngineError, OSError, EmptyIndexError)) as raised:
            _used(victim)
        assert path.name in str(raised.value)
        assert not proof.exists()
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        kept.rename(path)
    assert _used(victim) == ["1", "0"]


def test_a_folder_of_another_program_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "_MAIN_1.toc").write_bytes(pickle.dumps(Bomb(tmp_path / "run")))
    with pytest.raises((EmptyIndexError, DamagedIndex)):
        open_dir(tmp_path, SCHEMA)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", ".."])
def test_names_of_indexes_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises((ValueError, EngineError)):
        create_in(tmp_path / "index", SCHEMA, indexname=name)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


ID = "0" * 16
LIES = [
    SegmentEntry("../../secret", 1, 1),
    SegmentEntry("/etc/passwd", 1, 1),
    SegmentEntry("", 1, 1),
    SegmentEntry(ID, -1, 1),
    SegmentEntry(ID, 1 << 40, 1),
    SegmentEntry(ID, 1 << 31, 1),
    SegmentEntry(ID, 1, 1 << 60),
    SegmentEntry(ID, 1, 1, "../../secret", 1, 9),
    SegmentEntry(ID, 1, 1, f"MAIN_{ID}_1.del/../../secret", 1, 9),
    SegmentEntry(ID, 1, 1, f"MAIN_{ID}_1.del", 2, 9),
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_table_of_contents_that_lies_under_a_right_checksum_is_refused(
    victim: Path, lie: SegmentEntry
) -> None:
    """Names lead out of the folder, numbers beyond memory."""
    found = open_dir(victim, SCHEMA).latest().toc
    toc.write(victim, "MAIN", replace(found, segments=(*found.segments, lie)))
    with processor_seconds(10), pytest.raises(DamagedIndex):
        _used(victim)
    real = found.segments[0]
    for entry in (replace(real, docs=1 << 20), replace(real, docs=0), replace(real, size=1)):
        toc.write(victim, "MAIN", replace(found, segments=(entry, *found.segments[1:])))
        with pytest.raises(DamagedIndex):
            _used(victim)
