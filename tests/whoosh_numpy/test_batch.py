"""What a batch takes, keeps and refuses, case by case."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from whoosh import analysis, columns, fields, formats

from newsfeed.whoosh_numpy.errors import UnsupportedField
from newsfeed.whoosh_numpy.storage import stored
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.writing.batch import Batch
from tests.whoosh_numpy.batches import Document, arrays, by_segment, column, filled, segment


def test_a_bit_column_gives_bits(tmp_path: Path) -> None:
    bit = fields.COLUMN(columns.BitColumn())
    found = segment(tmp_path, fields.Schema(bit=bit), {"bit": True}, {}, {"bit": False})
    assert column(found, "bit", bit) == [True, None, False]


def test_another_value_can_be_stored(tmp_path: Path) -> None:
    used = fields.Schema(title=fields.TEXT(stored=True, sortable=True), code=fields.ID(stored=True))
    found = segment(
        tmp_path,
        used,
        {"title": "Haus", "_stored_title": "Das Haus"},
        {"title": "Haus", "_stored_title": None},
        {"_stored_title": "nothing is indexed"},
        {"title": None, "code": "x"},
    )
    assert [found.stored(doc) for doc in range(4)] == [{"title": "Das Haus"}, {}, {}, {"code": "x"}]
    assert column(found, "title", used["title"]) == [b"Das Haus", None, None, None]
    docs, _ = Leaf(found, None, 0).postings("title", b"haus")
    assert docs.tolist() == [0, 1]


def test_values_of_all_types_are_stored(tmp_path: Path) -> None:
    given: list[Any] = [
        "text",
        b"bytes",
        7,
        1.5,
        True,
        datetime(2022, 5, 1, tzinfo=UTC),
        date(2022, 5, 1),
    ]
    given += [Decimal("1.50"), {"a": [1, None]}, "long " * 100, b"\xff" * 1000]
    documents: list[Document] = [{"x": each} for each in given]
    found = segment(tmp_path, fields.Schema(x=fields.STORED()), *documents)
    assert [found.stored_value(doc, "x") for doc in range(len(given))] == given


def test_a_stored_list_is_kept_as_it_was_given(tmp_path: Path) -> None:
    batch, tags = Batch(fields.Schema(x=fields.STORED)), ["a"]
    batch.add({"x": tags})
    tags.append("b")
    batch.write(tmp_path / "segment")
    assert Segment(tmp_path / "segment").stored_value(0, "x") == ["a"]


def test_what_is_stored_of_a_field_named_boost_is_no_boost(tmp_path: Path) -> None:
    used = fields.Schema(boost=fields.ID(stored=True))
    found = segment(tmp_path, used, {"boost": "x", "_stored_boost": "X"})
    assert found.stored_value(0, "boost") == "X"


def test_several_values_of_a_text_are_its_tokens(tmp_path: Path) -> None:
    used = fields.Schema(title=fields.TEXT(chars=True))
    documents: list[Document] = [
        {"title": "eins Zwei"},
        {"title": ["eins Zwei", "drei"]},
        {"title": "Drei"},
    ]
    found = by_segment(segment(tmp_path, used, *documents), "title")
    assert found[1] == {b"eins Zwei": (1, [0]), b"drei": (1, [1])}
    assert found[2] == {b"drei": (1, [0])}


def test_several_numbers_count_once_each(tmp_path: Path) -> None:
    found = segment(tmp_path, fields.Schema(n=fields.NUMERIC), {"n": [3, 1, 3]}, {"n": 3})
    number = fields.NUMERIC()
    docs, frequencies = Leaf(found, None, 0).postings("n", number.to_bytes(3))
    assert (docs.tolist(), frequencies.tolist()) == ([0, 1], [1, 1])
    assert found.ordinals("n") is None


def test_fields_of_equal_analysers_share_a_lexicon(tmp_path: Path) -> None:
    stemming = analysis.StemmingAnalyzer
    used = fields.Schema(
        a=fields.TEXT(analyzer=stemming()),
        b=fields.TEXT(analyzer=stemming()),
        c=fields.TEXT,
        d=fields.ID,
        e=fields.ID,
    )
    found = segment(
        tmp_path, used, {"a": "house", "b": "houses", "c": "houses", "d": "x", "e": "y"}
    )
    assert [found.fields[name]["lexicon"] for name in "abcde"] == ["a", "a", "c", "d", "e"]
    postings = found.field("a")
    assert postings is not None
    assert list(postings.lexicon) == [b"hous"]


def test_words_for_spelling_are_kept_as_they_stand(tmp_path: Path) -> None:
    used = fields.Schema(title=fields.TEXT(analyzer=analysis.StemmingAnalyzer(), spelling=True))
    found = segment(tmp_path, used, {"title": "running houses running"}, {"title": "runs"})
    assert by_segment(found, "spell_title") == {
        0: {b"houses": (1, []), b"running": (1, [])},
        1: {b"runs": (1, [])},
    }


def test_a_pattern_of_names_stands_for_many_fields(tmp_path: Path) -> None:
    used = fields.Schema(id=fields.ID)
    used.add("*_d", fields.DATETIME(stored=True), glob=True)
    when = datetime(2022, 5, 1, tzinfo=UTC).replace(tzinfo=None)
    found = segment(tmp_path, used, {"id": "a"}, {"made_d": when})
    assert found.stored(1) == {"made_d": when}
    docs, _ = Leaf(found, None, 0).postings("made_d", fields.DATETIME().to_bytes(when))
    assert docs.tolist() == [1]


def test_a_field_that_the_schema_has_not_is_refused() -> None:
    with pytest.raises(fields.UnknownFieldError, match="'body'"):
        Batch(fields.Schema(title=fields.TEXT)).add({"title": "x", "body": "y"})


@pytest.mark.parametrize("boost", ["_boost", "_title_boost"])
def test_boosts_of_documents_are_refused(boost: str) -> None:
    with pytest.raises(UnsupportedField, match=boost):
        Batch(fields.Schema(title=fields.TEXT)).add({"title": "x", boost: 2.0})


def test_boosts_of_tokens_are_refused() -> None:
    analyzer = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()
    batch = Batch(fields.Schema(title=fields.TEXT(analyzer=analyzer)))
    batch.add({"title": "plain words"})
    with pytest.raises(ValueError, match=r"title: .*boost"):
        batch.add({"title": "heavy^2.0"})


@pytest.mark.parametrize(
    "field",
    [
        fields.TEXT(vector=True),
        fields.KEYWORD(vector=True),
        fields.FieldType(formats.PositionBoosts(), analysis.SimpleAnalyzer()),
        fields.FieldType(formats.CharacterBoosts(), analysis.SimpleAnalyzer()),
    ],
)
def test_what_could_not_be_kept_is_refused_at_once(field: fields.FieldType) -> None:
    with pytest.raises(UnsupportedField, match="title: "):
        Batch(fields.Schema(title=field))


BAD: list[tuple[str, Any]] = [
    ("text", 7),
    ("text", "a\udc80b"),
    ("text", b"bytes"),
    ("gram", "a\udc80b"),
    ("id", "\ud800"),
    ("id", 7),
    ("number", "seven"),
    ("number", 2**40),
    ("number", [1, None]),
    ("number", b"no number"),
    ("when", 7),
    ("when", "no date"),
    ("stored", "\udfff"),
    ("stored", object()),
    ("price", Decimal("NaN")),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_by_name_and_changes_nothing(
    tmp_path: Path, name: str, value: Any
) -> None:
    used = fields.Schema(
        gram=fields.NGRAM,
        id=fields.ID(unique=True),
        number=fields.NUMERIC,
        price=fields.NUMERIC(Decimal, decimal_places=2),
        stored=fields.STORED,
        text=fields.TEXT(stored=True),
        when=fields.DATETIME,
    )
    good = {"id": "a", "text": "ein Haus", "number": 1}
    batch = filled(used, [good])
    with pytest.raises((ValueError, UnsupportedField), match=f"^{name}: "):
        batch.add({**good, name: value})
    assert batch.find("id", b"a") == [0]
    batch.add(good)
    assert arrays(tmp_path / "a", batch) == arrays(tmp_path / "b", filled(used, [good, good]))


@pytest.mark.parametrize("unique", [False, True])
def test_documents_are_found_by_their_terms_until_they_are_deleted(unique: bool) -> None:
    used = fields.Schema(id=fields.ID(unique=unique), title=fields.TEXT, n=fields.NUMERIC)
    batch = filled(used, [{"id": f"{n % 3}", "title": f"Haus {n} Haus", "n": n} for n in range(6)])
    assert batch.find("id", b"1") == [1, 4]
    assert batch.find("title", b"haus") == [0, 1, 2, 3, 4, 5]
    assert batch.find("n", fields.NUMERIC().to_bytes(5)) == [5]
    batch.delete([1])
    assert batch.find("id", b"1") == [4]
    assert batch.find("id", b"7") == batch.find("title", b"wald") == batch.find("no", b"x") == []
    assert len(batch) == 5


def test_a_dictionary_is_trained_when_there_is_enough_to_learn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(4)
    vocabulary = ["".join(draw.choices("enisratdhulcgmo", k=8)) for _ in range(400)]
    texts = [" ".join(draw.choices(vocabulary, k=60)) for _ in range(300)]
    documents = [{"x": text, "y": "short"} for text in texts]
    used = fields.Schema(x=fields.STORED, y=fields.STORED)
    small = segment(tmp_path, used, *documents)
    monkeypatch.setattr(stored, "TRAIN_FROM", 300)
    (tmp_path / "segment").unlink()
    trained = segment(tmp_path, used, *documents)
    assert [trained.stored_value(doc, "x") for doc in range(300)] == texts
    assert "stored.dictionary" in trained.file
    assert "stored.dictionary" not in small.file
    assert 2 * len(trained.file.array("x.stored")) < len(small.file.array("x.stored"))


def test_a_batch_says_about_how_much_memory_it_takes() -> None:
    batch = Batch(fields.Schema(title=fields.TEXT(stored=True), tags=fields.KEYWORD))
    sizes = [batch.bytes]
    for _ in range(3):
        batch.add({"title": "ein Haus " * 100_000, "tags": "x y"})
        sizes.append(batch.bytes)
    gains = [after - before for before, after in pairwise(sizes)]
    assert all(2_000_000 < gain < 20_000_000 for gain in gains)
