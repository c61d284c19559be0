"""What the library shows: as Whoosh's own, under names that stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from whoosh import fields, query, reading, searching

import newsfeed.whoosh_numpy as library
from newsfeed.whoosh_numpy.searching.reader import Reader
from newsfeed.whoosh_numpy.searching.results import Hit, Results
from newsfeed.whoosh_numpy.searching.searcher import Searcher


def test_the_public_names_are_these() -> None:
    assert library.__all__ == [
        "BoostTooLarge",
        "DamagedIndex",
        "EngineError",
        "Index",
        "InvalidQuery",
        "Limits",
        "MultifieldParser",
        "QueryParser",
        "QueryTooDeep",
        "QueryTooLong",
        "SchemaMismatch",
        "TooManyTerms",
        "UnsupportedField",
        "UnsupportedFile",
        "WordAnalyzer",
        "WorkerFailed",
        "create_in",
        "exists_in",
        "open_dir",
    ]
    assert all(hasattr(library, name) for name in library.__all__)


@pytest.mark.parametrize(
    ("ours", "whooshs"),
    [
        (Searcher, searching.Searcher),
        (Results, searching.Results),
        (Hit, searching.Hit),
        (Reader, reading.IndexReader),
    ],
)
def test_whooshs_classes_are_the_parents(ours: type, whooshs: type) -> None:
    assert issubclass(ours, whooshs)


def test_a_tour_as_whooshs_documentation_has_it(tmp_path: Path) -> None:
    schema = fields.Schema(
        path=fields.ID(unique=True, stored=True),
        title=fields.TEXT(stored=True),
        tags=fields.KEYWORD,
    )
    assert not library.exists_in(tmp_path)
    index = library.create_in(tmp_path, schema)
    with index.writer() as writer:
        writer.add_document(path="/a", title="Der Rhein steigt", tags="wasser wetter")
        writer.add_document(path="/b", title="Die Elbe fällt", tags="wasser")
        writer.update_document(path="/b", title="Die Elbe steigt", tags="wasser")
    assert library.exists_in(tmp_path)
    index = library.open_dir(tmp_path, schema)
    with index.searcher() as searcher:
        asked = library.QueryParser("title", schema).parse("steigt NOT rhein")
        results = searcher.search(asked)
        assert [hit["path"] for hit in results] == ["/b"]
        assert results[0].highlights("title") == 'Die Elbe <b class="match term0">steigt</b>'
        assert searcher.search(query.Term("tags", "wetter"))[0].fields()["path"] == "/a"
    assert (index.doc_count(), index.check()) == (2, [])


def test_the_library_stands_alone() -> None:
    """Importing it brings nothing of the program, and none of what only tests need."""
    code = (
        "import sys, newsfeed.whoosh_numpy as library\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in ('newsfeed', 'flask', 'lxml')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {name for name in loaded if not name.startswith("newsfeed.whoosh_numpy")} == {"newsfeed"}
