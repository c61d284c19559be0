"""Opening an index: what a commit shows, what the next one shares with it, and what is refused."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields
from whoosh.index import EmptyIndexError
from whoosh.index import IndexError as WhooshIndexError

from newsfeed.whoosh_numpy.errors import DamagedIndex, EngineError, SchemaMismatch
from newsfeed.whoosh_numpy.index import Index, create_in, exists_in, open_dir


def schema(**more: Any) -> fields.Schema:
    return fields.Schema(id=fields.ID(unique=True, stored=True), text=fields.TEXT, **more)


def add(index: Index, *ids: str, merge: bool = False) -> None:
    writer = index.writer()
    for id in ids:
        writer.update_document(id=id, text=f"Text von {id}")
    writer.commit(merge=merge)


def test_an_index_is_created_with_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    assert not exists_in(folder)
    index = create_in(folder, schema())
    assert exists_in(folder)
    assert not exists_in(folder, "other")
    assert (index.is_empty(), index.doc_count(), index.doc_count_all()) == (True, 0, 0)
    assert index.generation == index.latest_generation() == 0


def test_what_is_committed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    add(create_in(tmp_path, schema()), "a", "b")
    index = open_dir(tmp_path, schema())
    assert (index.is_empty(), index.doc_count()) == (False, 2)
    assert index.latest().leaves[0].segment.stored(1) == {"id": "b"}


def test_several_indexes_share_a_folder(tmp_path: Path) -> None:
    one, other = create_in(tmp_path, schema(), "one"), create_in(tmp_path, schema(), "other")
    add(one, "a")
    add(other, "b", "c")
    assert (one.doc_count(), other.doc_count()) == (1, 2)


def test_a_name_that_is_no_plain_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="index name"):
        create_in(tmp_path, schema(), "../elsewhere")


def test_creating_again_empties_and_counts_on(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a")
    again = create_in(tmp_path, schema())
    assert (again.doc_count(), again.generation) == (0, 2)
    assert [path.name for path in tmp_path.glob("*.seg")] == []
    assert not index.up_to_date()
    assert index.doc_count() == 0


def test_creating_again_helps_against_damage(tmp_path: Path) -> None:
    create_in(tmp_path, schema())
    (tmp_path / "MAIN.toc").write_bytes(b"garbage")
    with pytest.raises(DamagedIndex):
        open_dir(tmp_path, schema())
    assert create_in(tmp_path, schema()).doc_count() == 0


def test_the_schema_has_to_be_given(tmp_path: Path) -> None:
    create_in(tmp_path, schema())
    with pytest.raises(EngineError, match="schema has to be given"):
        open_dir(tmp_path)


def test_another_schema_is_refused(tmp_path: Path) -> None:
    create_in(tmp_path, schema())
    with pytest.raises(SchemaMismatch, match="'text'"):
        open_dir(tmp_path, fields.Schema(id=fields.ID(unique=True, stored=True), text=fields.ID))


def test_no_index_is_no_empty_index(tmp_path: Path) -> None:
    with pytest.raises(EmptyIndexError):
        open_dir(tmp_path, schema())


def test_a_missing_segment_is_damage(tmp_path: Path) -> None:
    add(create_in(tmp_path, schema()), "a")
    next(tmp_path.glob("*.seg")).unlink()
    with pytest.raises(DamagedIndex, match="missing"):
        open_dir(tmp_path, schema())


def test_a_file_of_another_commit_is_damage(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a")
    [first] = tmp_path.glob("*.seg")
    add(index, "b", "c")
    [second] = set(tmp_path.glob("*.seg")) - {first}
    second.write_bytes(first.read_bytes())
    with pytest.raises(DamagedIndex, match=second.name):
        open_dir(tmp_path, schema())


def test_refresh_shows_what_others_have_committed(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(open_dir(tmp_path, schema()), "a")
    assert not index.up_to_date()
    assert index.refresh() is index
    assert index.up_to_date()
    assert index.generation == 1


def test_a_commit_keeps_showing_what_it_showed(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a", "b")
    before = index.latest()
    add(index, "a", "c")
    index.optimize()
    assert before.count_live == 2
    assert [before.leaves[0].segment.stored(doc)["id"] for doc in (0, 1)] == ["a", "b"]
    assert index.doc_count() == 3


def test_the_next_commit_opens_only_what_is_new(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a")
    add(index, "b")
    before = index.latest()
    add(index, "c")
    after = index.latest()
    assert after.leaves[:2] == before.leaves
    add(index, "a")
    changed = index.latest()
    assert changed.leaves[0].segment.count == 1  # The first has lost its only document.
    assert changed.leaves[0].segment is before.leaves[1].segment


def test_a_read_only_index_has_no_writer(tmp_path: Path) -> None:
    create_in(tmp_path, schema())
    with pytest.raises(WhooshIndexError, match="read-only"):
        open_dir(tmp_path, schema(), readonly=True).writer()


def test_optimizing_leaves_one_segment_without_deleted_documents(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a", "b")
    add(index, "b", "c")
    assert (index.doc_count(), index.doc_count_all()) == (3, 4)
    seen: list[tuple[int, int]] = []
    index.optimize(progress=lambda done, total: seen.append((done, total)))
    assert (index.doc_count(), index.doc_count_all()) == (3, 3)
    assert len(index.latest().leaves) == 1
    assert seen
    assert all(0 < done <= total for done, total in seen)
    before = index.generation
    index.optimize()
    assert index.latest_generation() == before  # There was nothing to do.


def test_a_reader_is_never_lost_to_a_busy_writer(tmp_path: Path) -> None:
    index = create_in(tmp_path, schema())
    add(index, "a")
    stop = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        own = open_dir(tmp_path, schema())
        while not stop.is_set():
            try:
                assert own.latest().count_live == 1
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(60):
        add(index, "a")
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
