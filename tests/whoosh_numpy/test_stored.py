"""A document gives back what it was given."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.errors import DamagedIndex, UnsupportedField
from newsfeed.whoosh_numpy.storage import stored
from newsfeed.whoosh_numpy.storage.container import ArrayFile, ArrayWriter
from newsfeed.whoosh_numpy.storage.lexicon import narrowed
from newsfeed.whoosh_numpy.storage.stored import MAX_DEPTH, Decoder, Encoder, train

surrogates = st.text(st.characters(codec="utf-8") | st.sampled_from("\ud800\udfff"), max_size=20)
long_texts = st.text(min_size=1, max_size=9).map(lambda text: text * 300)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | surrogates
json_values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(surrogates, inner, max_size=4),
    max_leaves=12,
)
values = st.one_of(
    json_values,
    long_texts,
    st.binary(max_size=600),
    st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=1, seconds=7))])),
    st.dates(),
    st.decimals(allow_nan=False),
)


def kept(folder: Path, documents: list[dict[str, Any]], dictionary: bytes | None = None) -> Decoder:
    """The documents' values, written as a segment's are, and opened."""
    path = folder / "x.seg"
    path.unlink(missing_ok=True)
    encoder = Encoder(dictionary)
    with ArrayWriter(path) as writer:
        if dictionary is not None:
            writer.write("stored.dictionary", np.frombuffer(dictionary, np.uint8))
        for name in sorted({name for document in documents for name in document}):
            raws = [encoder.encode(name, each[name]) if name in each else b"" for each in documents]
            write_raws(writer, name, raws)
        writer.finish({})
    return Decoder(ArrayFile(path))


def write_raws(writer: ArrayWriter, name: str, raws: list[bytes]) -> None:
    ends = np.cumsum([0, *map(len, raws)]).astype("<u8")
    writer.write(f"{name}.stored", np.frombuffer(b"".join(raws), np.uint8))
    writer.write(f"{name}.stored_offsets", narrowed(ends))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stored")


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "stored"]), values), max_size=4))
def test_documents_come_back_as_they_were(folder: Path, documents: list[dict[str, Any]]) -> None:
    decoder = kept(folder, documents)
    assert [decoder.document(doc) for doc in range(len(documents))] == documents


@given(values)
def test_types_come_back_too(folder: Path, value: Any) -> None:
    found = kept(folder, [{"a": value}]).value(0, "a")
    assert type(found) is type(value)
    assert found == value


def test_no_value_and_none_are_not_the_same(folder: Path) -> None:
    decoder = kept(folder, [{"a": None}, {"b": ""}])
    assert [decoder.document(0), decoder.document(1)] == [{"a": None}, {"b": ""}]
    assert decoder.value(0, "a") is None
    for doc, name in ((1, "a"), (0, "b"), (0, "c")):
        with pytest.raises(KeyError, match=name):
            decoder.value(doc, name)


def test_texts_are_compressed_with_what_they_share(folder: Path) -> None:
    texts = [f"Die Gemeinde {place} hat am Montag beschlossen. " * 9 for place in range(3000)]
    dictionary = train([text.encode() for text in texts])
    assert dictionary is not None
    assert len(dictionary) <= 110_000
    decoder = kept(folder, [{"a": text} for text in texts[:50]], dictionary)
    assert [decoder.value(doc, "a") for doc in range(50)] == texts[:50]
    with_it = sum(len(decoder.raw(doc, "a")) for doc in range(50))
    without = kept(folder, [{"a": text} for text in texts[:50]])
    assert with_it < sum(len(without.raw(doc, "a")) for doc in range(50))


def test_a_dictionary_needs_enough_to_learn_from() -> None:
    assert train([b"one"]) is None


def test_numbers_that_only_look_like_floats_come_back_as_floats(folder: Path) -> None:
    assert kept(folder, [{"a": np.float64(0.1)}]).value(0, "a") == 0.1
    assert math.isnan(kept(folder, [{"a": math.nan}]).value(0, "a"))
    assert kept(folder, [{"a": -math.inf}]).value(0, "a") == -math.inf


def test_tuples_come_back_as_lists_and_memory_as_bytes(folder: Path) -> None:
    assert kept(folder, [{"a": (1, (2,))}]).value(0, "a") == [1, [2]]
    assert kept(folder, [{"a": memoryview(b"xy")}]).value(0, "a") == b"xy"


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    "make",
    [
        object,
        lambda: {1, 2},
        lambda: Colour.RED,
        lambda: np.int64(1),
        lambda: [date(2022, 2, 1)],
        lambda: {1: "a key that is no text"},
        lambda: 10**5000,
        lambda: [10**5000],
        lambda: nested(MAX_DEPTH + 1),
        lambda: nested(100_000),
        lambda: datetime.now,
        lambda: 1j,
    ],
)
def test_what_would_not_come_back_is_refused_and_named(make: Callable[[], Any]) -> None:
    with pytest.raises(UnsupportedField, match="photo: a stored "):
        Encoder().encode("photo", make())


def test_deep_lists_come_back(folder: Path) -> None:
    assert kept(folder, [{"a": nested(MAX_DEPTH)}]).value(0, "a") == nested(MAX_DEPTH)


def test_values_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MAX_VALUE", 1000)
    for value in ("x" * 1001, b"x" * 1001, ["x" * 1001]):
        with pytest.raises(UnsupportedField, match=r"body: a stored value of 1\d{3} bytes"):
            Encoder().encode("body", value)


BOMB = Encoder().encode("a", b"\0" * 100_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"?",
        b"T",
        b"Tno frame",
        b"B" + BOMB[1:-5],
        b"t\xff",
        b"i1e5",
        b"i" + b"9" * 5000,
        b"fone",
        b"d2022-13-01",
        b"aheute",
        b"cone",
        b"j{",
        b"j" + b"[" * 100_000,
    ],
)
def test_bytes_that_no_encoder_wrote_are_damage(tmp_path: Path, raw: bytes) -> None:
    with ArrayWriter(tmp_path / "x.seg") as writer:
        write_raws(writer, "a", [raw])
        writer.finish({})
    with pytest.raises(DamagedIndex, match=r"x\.seg: a stored value is damaged"):
        Decoder(ArrayFile(tmp_path / "x.seg")).document(0)


def test_a_frame_that_claims_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = kept(tmp_path, [{"a": b"\0" * 100_000}])
    monkeypatch.setattr(stored, "MAX_VALUE", 99_999)
    with pytest.raises(DamagedIndex):
        decoder.value(0, "a")
