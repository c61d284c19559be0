"""Merged segments are as if the documents that live on had been written at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.merging import postings as merging_postings
from newsfeed.whoosh_numpy.merging import terms as merging_terms
from newsfeed.whoosh_numpy.merging import values as merging_values
from newsfeed.whoosh_numpy.merging.merge import merge
from newsfeed.whoosh_numpy.storage.container import ArrayFile
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.writing.batch import Batch
from tests.whoosh_numpy.field_kinds import KINDS
from tests.whoosh_numpy.strategies import KEY, documents, schema_of, schemas

REPEATABLE = settings.get_profile("repeatable")

Document = Mapping[str, Any]
Parts = Sequence[Sequence[tuple[Document, bool]]]
"""Segments of documents, each with whether it is deleted before the merge."""


def written(path: Path, schema: fields.Schema, documents: Sequence[Document]) -> Segment:
    batch = Batch(schema)
    for document in documents:
        batch.add(document)
    batch.write(path)
    return Segment(path)


def merged(folder: Path, schema: fields.Schema, parts: Parts) -> Segment:
    sources = []
    for number, part in enumerate(parts):
        segment = written(folder / f"part{number}", schema, [document for document, _ in part])
        gone = [at for at, (_, deleted) in enumerate(part) if deleted]
        sources.append((segment, np.array(gone, np.uint32)))
    merge(sources, folder / "merged")
    return Segment(folder / "merged")


def arrays(file: ArrayFile) -> dict[str, tuple[str, bytes]]:
    """All arrays but the compressed ones, which depend on who compressed them."""
    return {
        name: (file.array(name).dtype.str, file.array(name).tobytes())
        for name in file
        if not name.startswith("stored.") and not name.endswith((".stored", ".stored_offsets"))
    }


def lexicons(segment: Segment) -> dict[str, str]:
    named = {name: each["lexicon"] for name, each in segment.fields.items()}
    return {name: lexicon for name, lexicon in named.items() if lexicon is not None}


def assert_as_at_once(folder: Path, schema: fields.Schema, parts: Parts) -> Segment:
    joint = merged(folder, schema, parts)
    living = [document for part in parts for document, deleted in part if not deleted]
    at_once = written(folder / "at-once", schema, living)
    assert joint.count == at_once.count
    assert arrays(joint.file) == arrays(at_once.file)
    assert lexicons(joint) == lexicons(at_once)
    for doc in range(joint.count):
        assert joint.stored(doc) == at_once.stored(doc)
    assert joint.file.verify() == []
    return joint


@st.composite
def histories(draw: st.DrawFn) -> tuple[fields.Schema, Parts]:
    """A schema and segments; the first document has all fields, so that all lexicons are known."""
    names = draw(schemas.map(lambda names: tuple(name for name in names if name != "price")))
    marked = st.tuples(documents(names), st.sampled_from((False, False, True)))
    parts = draw(st.lists(st.lists(marked, min_size=1, max_size=6), min_size=1, max_size=4))
    whole = {KEY: "whole"} | {name: draw(KINDS[name].values) for name in names}
    parts[0].append((whole, draw(st.booleans())))
    return schema_of(names), parts


@given(histories())
@settings(REPEATABLE, max_examples=100)
def test_merged_is_as_written_at_once(drawn: tuple[fields.Schema, Parts]) -> None:
    schema, parts = drawn
    with TemporaryDirectory() as folder:
        assert_as_at_once(Path(folder), schema, parts)


@given(histories())
@settings(REPEATABLE, max_examples=60)
def test_ranges_of_any_size_give_the_same(drawn: tuple[fields.Schema, Parts]) -> None:
    schema, parts = drawn
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging_postings, "_PIECE", 3)
        patch.setattr(merging_terms, "_PIECE", 2)
        patch.setattr(merging_values, "_PIECE", 5)
        assert_as_at_once(Path(folder), schema, parts)


def test_damage_is_not_copied(tmp_path: Path) -> None:
    schema = fields.Schema(id=fields.ID, text=fields.TEXT)
    sound = written(tmp_path / "sound", schema, [{"id": "a", "text": "eins zwei"}])
    written(tmp_path / "damaged", schema, [{"id": "b", "text": "eins zwei"}])
    raw = bytearray((tmp_path / "damaged").read_bytes())
    raw[raw.index(b"einszwei")] ^= 1
    (tmp_path / "damaged").write_bytes(raw)
    with pytest.raises(DamagedIndex, match="damaged"):
        merge([(sound, None), (Segment(tmp_path / "damaged"), None)], tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def long_text(number: int) -> str:
    """One of many that have words in common, as a dictionary for compressing wants them."""
    return " ".join(f"Gemeinde{number * step % 997}" for step in range(1, 60))


def test_a_dictionary_is_kept_by_large_segments_and_by_no_others(tmp_path: Path) -> None:
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.STORED)
    texts = [long_text(number) for number in range(2400)]
    given = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    large = written(tmp_path / "large", schema, given[:2100])
    small = written(tmp_path / "small", schema, given[2100:])
    assert ["stored.dictionary" in each.file for each in (large, small)] == [True, False]
    merge([(large, None), (small, None)], tmp_path / "joint")
    joint = Segment(tmp_path / "joint")
    kept = [each.file.array("stored.dictionary").tobytes() for each in (large, joint)]
    assert kept[0] == kept[1]
    assert [joint.stored(doc) for doc in range(joint.count)] == given
    merge([(joint, np.arange(5, 2400, dtype=np.uint32))], tmp_path / "few")
    few = Segment(tmp_path / "few")
    assert "stored.dictionary" not in few.file
    assert [few.stored(doc) for doc in range(few.count)] == given[:5]


def test_many_small_segments_get_a_dictionary_when_they_are_joined(tmp_path: Path) -> None:
    schema = fields.Schema(text=fields.STORED)
    texts = [long_text(number) for number in range(2400)]
    parts = [
        written(tmp_path / str(at), schema, [{"text": text} for text in texts[at : at + 800]])
        for at in range(0, 2400, 800)
    ]
    merge([(each, None) for each in parts], tmp_path / "joint")
    joint = Segment(tmp_path / "joint")
    assert "stored.dictionary" in joint.file
    assert [joint.stored_value(doc, "text") for doc in range(joint.count)] == texts
