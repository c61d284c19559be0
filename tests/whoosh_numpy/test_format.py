"""Files of format 1 are read for ever, and what is written today is what was written then."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from whoosh.fields import Schema

from newsfeed import whoosh_numpy
from newsfeed.whoosh_numpy.index import open_dir
from newsfeed.whoosh_numpy.storage import toc
from newsfeed.whoosh_numpy.storage.container import ArrayFile
from tests.whoosh_numpy import format_1

README = Path(whoosh_numpy.__file__).with_name("README.md")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(format_1.ANSWERS.read_text("utf-8"))
    return found


def test_an_index_of_format_1_answers_as_it_did(expected: dict[str, Any]) -> None:
    index = open_dir(format_1.FOLDER, format_1.schema(), readonly=True)
    found = json.loads(json.dumps(format_1.answers(index)))
    for name, answer in expected.items():
        assert found[name] == answer, name
    assert found.keys() == expected.keys()


def test_an_index_of_format_1_is_sound() -> None:
    assert open_dir(format_1.FOLDER, format_1.schema(), readonly=True).check() == []


def test_an_index_of_format_1_can_be_written_to(tmp_path: Path, expected: dict[str, Any]) -> None:
    shutil.copytree(format_1.FOLDER, tmp_path / "index")
    index = open_dir(tmp_path / "index", format_1.schema())
    index.optimize()
    assert index.check() == []
    assert len(index.latest().leaves) == 1
    found = json.loads(json.dumps(format_1.answers(index)))
    for name in format_1.QUERIES:
        assert found[name] == expected[name], name
    assert found["user"] == expected["user"]
    assert found["by date"] == expected["by date"]


def test_the_same_documents_give_the_same_arrays_today(tmp_path: Path) -> None:
    """But for what is compressed, which may get better."""
    format_1.make(tmp_path)
    for then, now in zip(segments(format_1.FOLDER), segments(tmp_path), strict=True):
        assert list(then) == list(now)
        assert then.meta == now.meta
        for name in then:
            if not re.search(r"(\.|^)stored(_offsets|\.dictionary)?$", name):
                assert then.array(name).dtype == now.array(name).dtype, name
                assert then.array(name).tobytes() == now.array(name).tobytes(), name


def segments(folder: Path) -> list[ArrayFile]:
    commit = toc.read(folder, "MAIN")
    return [ArrayFile(toc.segment_path(folder, "MAIN", each.id)) for each in commit.segments]


def test_the_kept_index_has_every_array_that_the_readme_draws() -> None:
    drawn = set(re.findall(r"^\| `(\w+\.\w+)` ", README.read_text("utf-8"), re.MULTILINE))
    found = {name.rsplit(".", 1)[1] for file in segments(format_1.FOLDER) for name in file}
    assert {name.rsplit(".", 1)[1] for name in drawn} == found


def test_the_kept_index_has_every_kind_of_field() -> None:
    schema: Schema = format_1.schema()
    kinds = {type(field).__name__ for _, field in schema.items()}
    assert kinds == {
        "ID", "IDLIST", "TEXT", "KEYWORD", "NUMERIC", "DATETIME", "BOOLEAN", "NGRAM",
        "NGRAMWORDS", "STORED", "COLUMN",
    }  # fmt: skip
