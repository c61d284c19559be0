"""A writer: everything or nothing, the last write of an id, one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, query, writing
from whoosh.index import LockError
from whoosh.writing import IndexingError

from newsfeed.whoosh_numpy.errors import EngineError, UnsupportedField
from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.storage import disk
from newsfeed.whoosh_numpy.writing import publishing, tiers
from newsfeed.whoosh_numpy.writing.flushing import Limits
from newsfeed.whoosh_numpy.writing.writer import Writer

REPEATABLE = settings.get_profile("repeatable")


def schema() -> fields.Schema:
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        number=fields.NUMERIC(stored=True),
        text=fields.TEXT(stored=True),
    )


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return create_in(tmp_path, schema())


def contents(index: Index) -> list[tuple[str, str]]:
    """Id and text of each live document, in the order of their numbers."""
    return [
        (stored["id"], stored["text"])
        for leaf in index.latest().leaves
        for doc in range(leaf.count)
        if leaf.live is None or leaf.live[doc]
        for stored in [leaf.segment.stored(doc)]
    ]


def files(index: Index) -> set[str]:
    return {path.name for path in index.folder.iterdir()}


def named(index: Index) -> set[str]:
    """The files that the last commit consists of, and the lock."""
    entries = index.latest().toc.segments
    deletions = {entry.deletions for entry in entries if entry.deletions}
    return {"MAIN.toc", "MAIN.lock", *deletions} | {f"MAIN_{entry.id}.seg" for entry in entries}


def test_a_context_commits_at_its_end(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
        assert index.doc_count() == 0
    assert contents(index) == [("a", "eins")]
    assert writer.is_closed


def test_a_context_cancels_on_an_exception(index: Index) -> None:
    def interrupted() -> Iterator[dict[str, str]]:
        yield {"id": "a", "text": "eins"}
        raise KeyError

    def load() -> None:
        with index.writer(limits=Limits(docs=1)) as writer:
            writer.add_documents(interrupted())

    with pytest.raises(KeyError):
        load()
    assert contents(index) == []
    assert files(index) == named(index)


def test_a_closed_writer_does_nothing_more(index: Index) -> None:
    writer = index.writer()
    writer.cancel()
    for call in (writer.commit, writer.cancel, writer.add_document, writer.reader):
        with pytest.raises(IndexingError, match="closed"):
            call()


def test_there_is_one_writer_at_a_time(index: Index) -> None:
    with index.writer() as writer:
        with pytest.raises(LockError):
            index.writer(timeout=0.0)
        with pytest.raises(LockError):
            open_dir(index.folder, schema()).writer(timeout=0.05)
        writer.add_document(id="a", text="eins")
    index.writer().cancel()


def test_a_refused_document_changes_nothing(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
        with pytest.raises(ValueError, match="number"):
            writer.update_document(id="a", text="zwei", number="no number")
        with pytest.raises(fields.UnknownFieldError):
            writer.add_document(id="b", unknown="?")
        with pytest.raises(UnsupportedField, match="id"):
            writer.update_document(id=["a", "b"], text="drei")
    assert contents(index) == [("a", "eins")]


def test_add_documents_takes_them_one_after_another(index: Index) -> None:
    with index.writer() as writer:
        given: Iterator[dict[str, Any]] = ({"id": id, "text": id} for id in "abc")
        assert writer.add_documents(given) == 3
        assert writer.doc_count() == 3
    assert contents(index) == [("a", "a"), ("b", "b"), ("c", "c")]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_last_write_of_an_id_wins(index: Index, limit: int) -> None:
    with index.writer(limits=Limits(docs=limit)) as writer:
        writer.update_document(id="a", text="committed before")
    with index.writer(limits=Limits(docs=limit)) as writer:
        for text in ("eins", "zwei", "drei"):
            writer.update_document(id="a", text=text)
            writer.update_document(id=text, text=text)
    assert contents(index) == [("eins", "eins"), ("zwei", "zwei"), ("a", "drei"), ("drei", "drei")]


@pytest.mark.parametrize("limit", [1, 100])
def test_deletions_find_what_is_not_committed_yet(index: Index, limit: int) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="alt", number=1)
    with index.writer(limits=Limits(docs=limit)) as writer:
        writer.add_document(id="b", text="alt", number=2)
        writer.add_document(id="c", text="neu", number=2)
        assert writer.delete_by_term("text", "alt") == 2
        assert writer.delete_by_term("text", "alt") == 0
        assert writer.delete_by_term("number", 7) == 0
        assert writer.delete_by_term("nowhere", "alt") == 0
        writer.add_document(id="d", text="alt")
        assert writer.delete_by_query(query.NumericRange("number", 2, 3)) == 1
    assert contents(index) == [("d", "alt")]


def test_numbers_of_documents_are_those_of_the_writers_reader(index: Index) -> None:
    with index.writer() as writer:
        writer.add_documents({"id": id, "text": id} for id in "abc")
    with index.writer() as writer:
        writer.add_document(id="d", text="d")
        reader = writer.reader()
        places = {reader.stored_fields(doc)["id"]: doc for doc in range(4)}
        writer.delete_document(places["b"])
        writer.delete_document(places["d"])
        assert writer.is_deleted(places["b"])
        assert not writer.is_deleted(places["a"])
        assert writer.deleted_count() == 2
        with pytest.raises(IndexingError, match="number 4"):
            writer.delete_document(4)
        with pytest.raises(IndexingError, match="brought back"):
            writer.delete_document(places["b"], delete=False)
    assert contents(index) == [("a", "a"), ("c", "c")]


def test_a_commit_without_changes_writes_nothing(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
    toc = _written(index.folder / "MAIN.toc")
    index.writer().commit()
    with index.writer() as writer:
        writer.delete_by_term("id", "nobody")
        writer.add_document(id="b", text="zwei")
        writer.delete_by_term("id", "b")
    assert _written(index.folder / "MAIN.toc") == toc
    assert files(index) == named(index)


def _written(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written or replaced, and not when it is read."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def test_what_a_program_keeps_with_a_commit_stays_until_it_gives_something_else(
    index: Index,
) -> None:
    index.writer().commit(user={"sequence": 7, "name": "Zürich"})
    assert index.user == {"sequence": 7, "name": "Zürich"}
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
    assert index.user == {"sequence": 7, "name": "Zürich"}
    index.writer().commit(user={})
    assert index.user == {}
    assert index.generation == 3


def test_what_is_no_json_fails_the_commit(index: Index) -> None:
    writer = index.writer()
    writer.add_document(id="a", text="eins")
    with pytest.raises(EngineError, match="JSON"):
        writer.commit(user={"set": {1}})
    assert contents(index) == []
    assert files(index) == named(index)


def test_clear_leaves_what_this_writer_has_added(index: Index) -> None:
    with index.writer() as writer:
        writer.add_documents({"id": id, "text": "alt"} for id in "abc")
    writer = index.writer()
    writer.add_document(id="d", text="neu")
    writer.commit(mergetype=writing.CLEAR)
    assert contents(index) == [("d", "neu")]
    index.writer().commit(mergetype=writing.CLEAR)
    assert contents(index) == []
    assert files(index) == named(index)


def test_other_policies_than_whooshs_are_refused(index: Index) -> None:
    writer = index.writer()
    with pytest.raises(IndexingError, match="mergetype"):
        writer.commit(mergetype=lambda *_: [])
    writer.commit(mergetype=writing.NO_MERGE)


def test_many_small_commits_leave_few_segments_and_no_files(index: Index) -> None:
    for number in range(40):
        with index.writer() as writer:
            writer.update_document(id=str(number % 25), text=str(number))
    assert len(index.latest().leaves) <= tiers.FAN
    assert sorted(int(text) for _, text in contents(index)) == list(range(15, 40))
    assert files(index) == named(index)


def test_documents_of_a_group_stay_together(index: Index) -> None:
    with index.writer(limits=Limits(docs=2)) as writer:
        writer.add_document(id="a", text="vorher")
        with writer.group():
            for id in "bcd":
                writer.add_document(id=id, text="Gruppe")
        writer.add_document(id="e", text="nachher")
    counts = [leaf.count for leaf in index.latest().leaves]
    assert counts == [4, 1]


def test_a_field_comes_and_goes_with_its_commit(index: Index) -> None:
    writer = index.writer()
    writer.add_field("tags", fields.KEYWORD(stored=True))
    writer.add_document(id="a", text="eins", tags="x y")
    with pytest.raises(IndexingError, match="before documents"):
        writer.add_field("more", fields.TEXT)
    writer.commit()
    assert "tags" in index.schema
    assert index.latest().leaves[0].segment.field("tags") is not None

    writer = index.writer()
    writer.remove_field("tags")
    writer.commit()
    assert "tags" not in index.schema
    writer = index.writer()
    with pytest.raises(IndexingError, match="optimize first"):
        writer.add_field("tags", fields.TEXT)
    writer.delete_by_term("id", "nobody")
    writer.commit(optimize=True)


def test_a_cancelled_field_was_never_there(index: Index) -> None:
    writer = index.writer()
    writer.add_field("tags", fields.KEYWORD)
    writer.cancel()
    assert "tags" not in index.schema


def test_joining_drops_removed_fields_and_keeps_those_that_the_schema_given_lacks(
    index: Index,
) -> None:
    for id in "ab":
        with index.writer() as writer:
            writer.add_document(id=id, text=id, number=1)
    writer = index.writer()
    writer.remove_field("number")
    writer.commit()
    smaller = open_dir(index.folder, fields.Schema(id=fields.ID(unique=True, stored=True)))
    smaller.optimize()
    [leaf] = smaller.latest().leaves
    assert sorted(leaf.segment.fields) == ["id", "text"]
    assert contents(index) == [("a", "a"), ("b", "b")]


def test_leftovers_of_a_crash_are_removed_by_the_next_writer(index: Index) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
    leftovers = ("MAIN_0123456789abcdef.seg", "MAIN_0123456789abcdef_9.del", "MAIN.toc.new")
    for name in leftovers:
        (index.folder / name).write_bytes(b"half a file")
    (index.folder / "somebody-elses.txt").write_text("stays")
    index.writer().cancel()
    assert files(index) == named(index) | {"somebody-elses.txt"}


@pytest.mark.parametrize("function", ["write_at", "sync", "create", "replace", "sync_folder"])
def test_an_error_of_the_disk_leaves_the_last_commit(
    index: Index, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    with index.writer() as writer:
        writer.add_document(id="a", text="eins")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def write(writer: Writer) -> None:
        writer.update_document(id="a", text="zwei")
        writer.commit()

    for limit in (1, 100):
        writer = index.writer(limits=Limits(docs=limit))
        with monkeypatch.context() as patch:
            patch.setattr(disk, function, fails)
            with pytest.raises(OSError, match="No space"):
                write(writer)
        assert writer.is_closed
        assert contents(index) == [("a", "eins")]
    with index.writer() as writer:
        writer.update_document(id="a", text="drei")
    assert contents(index) == [("a", "drei")]
    assert files(index) == named(index)


def test_an_error_after_the_commit_is_none(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with index.writer() as writer:
        writer.add_document(id="a", text="eins")
    writer = index.writer()
    writer.update_document(id="a", text="zwei")
    with monkeypatch.context() as patch:
        patch.setattr(disk, "remove", lambda path: fails() if path.suffix == ".seg" else None)
        writer.commit()
    assert contents(index) == [("a", "zwei")]


def test_large_segments_are_joined_in_the_background(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 0)
    for number in range(tiers.FAN):
        with index.writer() as writer:
            writer.add_documents({"id": f"{number}/{each}", "text": "x"} for each in range(3))
            writer.update_document(id="same", text=str(number))
    index.close()
    assert len(index.latest().leaves) == 1
    assert len(contents(index)) == 3 * tiers.FAN + 1
    assert ("same", str(tiers.FAN - 1)) in contents(index)
    assert files(index) == named(index)


def test_what_is_deleted_while_segments_are_joined_stays_deleted(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 0)
    for number in range(tiers.FAN - 1):
        with index.writer() as writer:
            writer.add_documents({"id": f"{number}{each}", "text": "x"} for each in "abc")
    with index.writer() as writer:
        writer.add_document(id="last", text="x")
        writer.delete_by_term("id", "0a")
    writer = index.writer()  # May wait for the thread; it cannot publish as long as this is open.
    before = len(index.latest().leaves)
    writer.update_document(id="1b", text="new")
    writer.delete_by_term("id", "2c")
    writer.commit(merge=False)
    index.close()
    assert before in (1, tiers.FAN)
    found = dict(contents(index))
    assert found["1b"] == "new"
    assert not {"0a", "2c"} & found.keys()
    assert len(found) == 3 * (tiers.FAN - 1) + 1 - 2


def test_work_in_the_background_is_thrown_away_when_everything_is_joined_anyway(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "AT_ONCE", 0)
    for number in range(tiers.FAN):
        with index.writer() as writer:
            writer.add_document(id=str(number), text="x")
    index.optimize()
    index.close()
    assert [leaf.count for leaf in index.latest().leaves] == [tiers.FAN]
    assert files(index) == named(index)


operations = st.lists(
    st.one_of(
        st.tuples(st.just("update"), st.sampled_from("abcd")),
        st.tuples(st.just("add"), st.sampled_from("abcd")),
        st.tuples(st.just("delete"), st.sampled_from("abcd")),
        st.sampled_from([("commit", ""), ("cancel", ""), ("optimize", "")]),
    ),
    max_size=40,
)


@given(operations, st.sampled_from((1, 2, 5)))
@settings(REPEATABLE, max_examples=60)
def test_any_history_leaves_what_a_list_would(drawn: list[tuple[str, str]], limit: int) -> None:
    with TemporaryDirectory() as folder:
        index = create_in(folder, schema())
        committed: list[tuple[str, str]] = []
        present = list(committed)
        writer = index.writer(limits=Limits(docs=limit))
        for number, (name, id) in enumerate([*drawn, ("commit", "")]):
            match name:
                case "add" | "update":
                    if name == "update":
                        present = [each for each in present if each[0] != id]
                        writer.update_document(id=id, text=str(number))
                    else:
                        writer.add_document(id=id, text=str(number))
                    present.append((id, str(number)))
                    continue
                case "delete":
                    count = len(present)
                    present = [each for each in present if each[0] != id]
                    assert writer.delete_by_term("id", id) == count - len(present)
                    continue
                case "cancel":
                    writer.cancel()
                    present = list(committed)
                case _:
                    writer.commit(optimize=name == "optimize")
                    committed = list(present)
            assert contents(index) == committed
            assert files(index) == named(index)
            writer = index.writer(limits=Limits(docs=limit))
        writer.cancel()
