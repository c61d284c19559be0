"""Segments of more than 65,536 documents, whose numbers do not fit into two bytes.

The same documents in smaller segments, whose numbers do, are what they are compared with.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh import writing
from whoosh.fields import KEYWORD, NUMERIC, TEXT, Schema
from whoosh.query import And, AndNot, Every, Not, NumericRange, Or, Phrase, Prefix, Query, Term

from newsfeed.whoosh_numpy.evaluation import native
from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.storage.container import ArrayFile
from newsfeed.whoosh_numpy.writing.flushing import Limits

MANY = 70_000
SCHEMA = Schema(body=TEXT, tags=KEYWORD(commas=True), number=NUMERIC)

QUERIES: dict[str, Query] = {
    "in all": Term("body", "jeder"),
    "frequent": Term("body", "zweite"),
    "rare": Term("body", "hundertste"),
    "last": NumericRange("number", MANY - 5, MANY),
    "both": And([Term("body", "zweite"), Term("body", "hundertste")]),
    "either": Or([Term("body", "siebte"), Term("body", "hundertste")]),
    "phrase": Phrase("body", ["zweite", "siebte"]),
    "without": AndNot(Term("body", "hundertste"), Term("body", "siebte")),
    "not": Not(Term("body", "zweite")),
    "prefix": Prefix("body", "hunde"),
    "tagged": Term("tags", "b"),
    "every tag": Every("tags"),
}


def body(number: int) -> str:
    """Lengths and frequencies differ, so that scores do."""
    words = ["jeder"] * (1 + number % 3)
    for step, word in ((2, "zweite"), (7, "siebte"), (100, "hundertste")):
        if number % step == 0:
            words += [word] * (1 + number % 11 % 4)
    return " ".join(words + ["Wort"] * (number % 13))


def filled(folder: Path, sizes: int) -> Index:
    """All documents in segments of so many."""
    folder.mkdir()
    index = create_in(folder, SCHEMA)
    writer = index.writer(limits=Limits(docs=sizes))
    for number in range(MANY):
        tags = {"tags": "a,b" if number % 2 else "b"} if number % 1009 == 0 else {}
        writer.add_document(body=body(number), number=number, **tags)
    writer.commit(mergetype=writing.NO_MERGE)
    return index


@pytest.fixture(scope="module")
def low(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return filled(tmp_path_factory.mktemp("low") / "index", MANY // 4)


@pytest.fixture(scope="module")
def high(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return filled(tmp_path_factory.mktemp("high") / "index", MANY)


@pytest.fixture(params=[False, True], ids=["numpy", "kernel"])
def kernel(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param and not native.built():
        pytest.skip("the kernel was not built")
    native.use(request.param)
    yield
    native.use(native.built())


def segment_of(index: Index) -> ArrayFile:
    (only,) = index.latest().leaves
    return only.segment.file


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("name", QUERIES)
def test_one_large_segment_answers_as_small_ones_do(low: Index, high: Index, name: str) -> None:
    assert len(low.latest().leaves) == 4
    assert len(high.latest().leaves) == 1
    with low.searcher() as one, high.searcher() as other:
        for limit in (1, 10, 500, None):
            few, many = (each.search(QUERIES[name], limit=limit) for each in (one, other))
            assert [tuple(hit) for hit in few.top_n] == [tuple(hit) for hit in many.top_n]
            assert len(few) == len(many) > 0
            assert few.docs() == many.docs()


def test_only_large_segments_have_high_halves(low: Index, high: Index) -> None:
    assert not any("high" in name for leaf in low.latest().leaves for name in leaf.segment.file)
    found = segment_of(high)
    assert {name for name in found if "high" in name} == {
        f"{field}.{part}" for field in SCHEMA.names() for part in ("high_rows", "highs")
    }
    assert set(found.array("body.highs").tolist()) == {0, 1}
    assert high.check() == []


def copied(index: Index, folder: Path) -> Index:
    shutil.copytree(index.folder, folder)
    return open_dir(folder, SCHEMA)


def test_joining_small_segments_gives_the_large_one(
    tmp_path: Path, low: Index, high: Index
) -> None:
    index = copied(low, tmp_path / "index")
    index.optimize()
    found, wanted = segment_of(index), segment_of(high)
    assert set(found) == set(wanted)
    for name in wanted:
        assert found.array(name).dtype == wanted.array(name).dtype, name
        assert found.array(name).tobytes() == wanted.array(name).tobytes(), name


def test_deleted_documents_are_found_in_no_half(tmp_path: Path, low: Index, high: Index) -> None:
    few, many = copied(low, tmp_path / "low"), copied(high, tmp_path / "high")
    for index in (few, many):
        writer = index.writer()
        writer.delete_by_query(And([Term("body", "siebte"), Term("body", "zweite")]))
        writer.commit(mergetype=writing.NO_MERGE)
    for query in QUERIES.values():
        with few.searcher() as one, many.searcher() as other:
            found, wanted = (each.search(query, limit=50) for each in (one, other))
            assert [tuple(hit) for hit in found.top_n] == [tuple(hit) for hit in wanted.top_n]
            assert len(found) == len(wanted)
