"""Whatever fails and whenever: the last commit stands or the new one, whole.

Each thing that a program does to an index is done again and again, with another operation of it
failing each time, and each kind of failure. After each: what was there before is there, or what
should be there after; a reader that was open sees what it saw; `check` is content; the next writer
works, and leaves nothing that no commit names. Then power cuts: every moment of a longer run, with
what was not synced there or not.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from whoosh import writing
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import EmptyIndexError
from whoosh.query import Term

from newsfeed.whoosh_numpy.errors import EngineError
from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.storage import toc
from newsfeed.whoosh_numpy.writing import publishing
from newsfeed.whoosh_numpy.writing.flushing import Limits
from tests.whoosh_numpy.faults import KINDS, SYNCS, Death, Fault, Recording, laid_over

Content = dict[str, str]
Promised = list[tuple[int, Content]]

SMALL: Final = Limits(docs=2)
"""Every two documents become a segment."""


def schema() -> Schema:
    return Schema(id=ID(unique=True, stored=True), body=TEXT(stored=True))


def content(source: Index | Any) -> Content:
    """What a searcher shows; its stored values and its postings have to agree."""
    searcher = source.searcher() if isinstance(source, Index) else source
    documents = {fields["id"]: fields["body"] for fields in searcher.reader().all_stored_fields()}
    hits = searcher.search(Term("body", "wald"), limit=None)
    assert {hit["id"] for hit in hits} == {
        id for id, body in documents.items() if "wald" in body.split()
    }
    return documents


def add(
    index: Index, *ids: str, body: str = "wald", limits: Limits = SMALL, **options: Any
) -> None:
    writer = index.writer(limits=limits)
    for id in ids:
        writer.add_document(id=id, body=f"{body} {id}")
    writer.commit(**options)


def nothing(folder: Path) -> None:
    """No index yet."""


def three_segments(folder: Path) -> None:
    add(create_in(folder, schema()), "a", "b", "c", "d", "e")


def many_segments(folder: Path) -> None:
    index = create_in(folder, schema())
    add(index, *"abcdefghijklmnopqrst", mergetype=writing.NO_MERGE)
    with index.writer() as writer:
        writer.delete_by_term("id", "c")


def create(index: Index | None, folder: Path) -> None:
    create_in(folder, schema())


def add_some(index: Index, folder: Path) -> None:
    add(index, "x", "y", "z")


def update(index: Index, folder: Path) -> None:
    with index.writer() as writer:
        writer.update_document(id="b", body="haus b")
        writer.delete_by_term("id", "e")


def optimize(index: Index, folder: Path) -> None:
    index.optimize()


def cancel(index: Index, folder: Path) -> None:
    writer = index.writer(limits=SMALL)
    for id in "xyz":
        writer.add_document(id=id, body="wald")
    writer.cancel()


def join_in_background(index: Index, folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "AT_ONCE", 0)
        add(index, "w", limits=Limits())
    index.close()


NEVER: Final = -1
EACH: Final = ("an error", "death", "a failed sync")
"""Kinds of faults that are tried at each operation; the others at each third."""

Act = Callable[[Any, Path], None]

ACTS: Final[dict[str, tuple[Callable[[Path], None], Act]]] = {
    "create": (nothing, create),
    "create anew": (three_segments, create),
    "add": (three_segments, add_some),
    "update": (three_segments, update),
    "merge": (many_segments, add_some),
    "merge in the background": (many_segments, join_in_background),
    "optimize": (many_segments, optimize),
    "cancel": (three_segments, cancel),
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each act the folder before it."""
    folders = {}
    for name, (prepare, _) in ACTS.items():
        folders[name] = tmp_path_factory.mktemp("template")
        prepare(folders[name])
    return folders


@pytest.fixture(autouse=True)
def quiet_deaths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread may die as well."""
    usual = threading.excepthook

    def hook(args: threading.ExceptHookArgs) -> None:
        if not isinstance(args.exc_value, Death):
            usual(args)

    monkeypatch.setattr(threading, "excepthook", hook)


def opened(folder: Path) -> Index | None:
    try:
        return open_dir(folder, schema())
    except EmptyIndexError:
        return None


def shown(folder: Path) -> Content | None:
    """What a program that starts now finds; None for no index."""
    index = opened(folder)
    return None if index is None else content(index)


def after(act: Act, template: Path, folder: Path) -> Content | None:
    """What is to be seen when nothing fails."""
    shutil.copytree(template, folder)
    act(opened(folder), folder)
    return shown(folder)


def next_writer_works(folder: Path, index: Index | None) -> None:
    """And leaves nothing that its commit does not name."""
    expected = shown(folder) or {}
    with laid_over(Fault(NEVER).around):
        index = index or create_in(folder, schema())
        add(index, "next", limits=Limits())
        index.close()
    assert shown(folder) == {**expected, "next": "wald next"}
    last = toc.read(folder, "MAIN")
    assert toc.leftovers(folder, "MAIN", last) == ()
    assert open_dir(folder, schema()).check() == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ACTS)
def test_after_any_fault_one_commit_stands_whole(
    tmp_path: Path, templates: dict[str, Path], name: str, kind: str
) -> None:
    act, template = ACTS[name][1], templates[name]
    old, new = shown(template), after(act, template, tmp_path / "sound")
    counting = Fault(NEVER, among=KINDS[kind](0).among)
    moments = operations(counting, act, template, tmp_path / "counted")
    for at in range(0, moments, 1 if kind in EACH else 3):
        fault = KINDS[kind](at)
        check_after(fault, act, template, tmp_path / str(at), old, new)


def operations(counting: Fault, act: Act, template: Path, folder: Path) -> int:
    """How many there are to fail."""
    shutil.copytree(template, folder)
    with laid_over(counting.around):
        act(opened(folder), folder)
    return counting.count


def check_after(
    fault: Fault, act: Act, template: Path, folder: Path, old: Content | None, new: Content | None
) -> None:
    shutil.copytree(template, folder)
    index = opened(folder)
    before = index.searcher() if index is not None else None
    failed = False
    with laid_over(fault.around):
        try:
            act(index, folder)
        except (OSError, Death):
            failed = True
    where = f"{fault.happened} number {fault.at}"
    assert shown(folder) == (new if fault.committed else old), where
    assert failed or fault.committed or old == new, where
    if before is not None:
        assert content(before) == old, where
    survivor = opened(folder) if fault.code is None else index or opened(folder)
    next_writer_works(folder, survivor)
    shutil.rmtree(folder)


KILLED: Final = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.whoosh_numpy import faults, test_faults

class Killing(faults.Fault):
    def around(self, name, operation, args):
        try:
            return super().around(name, operation, args)
        except faults.Death:
            os._exit(9)

folder = Path(sys.argv[1])
with faults.laid_over(Killing(int(sys.argv[2])).around):
    test_faults.update(test_faults.opened(folder), folder)
"""


@pytest.mark.parametrize("at", [1, 4, 9])
def test_a_process_that_is_gone_leaves_one_commit(
    tmp_path: Path, templates: dict[str, Path], at: int
) -> None:
    """As above, but truly: no handler and no `finally` runs, and the system takes the lock back."""
    template, root = templates["update"], str(Path(__file__).parents[2])
    old, new = shown(template), after(update, template, tmp_path / "sound")
    shutil.copytree(template, tmp_path / "killed")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(at), root]
    assert subprocess.run(command, check=False).returncode == 9
    assert shown(tmp_path / "killed") in (old, new)
    next_writer_works(tmp_path / "killed", opened(tmp_path / "killed"))


def a_longer_run(folder: Path, recording: Recording) -> Promised:
    """Commit after commit; the moment that each has been promised, and what it shows."""
    acts: list[Act] = [create, add_some, update_y, optimize, add_more, join_in_background, optimize]
    promised: Promised = []
    with laid_over(recording.around):
        for act in acts:
            act(opened(folder), folder)
            promised.append((len(recording.moments), shown(folder) or {}))
    return promised


def update_y(index: Index, folder: Path) -> None:
    with index.writer() as writer:
        writer.update_document(id="y", body="haus y")
        writer.delete_by_term("id", "z")


def add_more(index: Index, folder: Path) -> None:
    add(index, *"abcdefghijklmnop", mergetype=writing.NO_MERGE)


def allowed(promised: Promised, number: int) -> list[Content | None]:
    """What may stand after an operation: what was promised last, or what was under way."""
    done = sum(moment <= number + 1 for moment, _ in promised)
    shown: list[Content | None] = [None, *(each for _, each in promised)]
    return shown[done : done + 2]


def losses(recording: Recording, promised: Promised, folder: Path) -> Iterator[str]:
    """What power cuts would have cost: one sentence each."""
    for number, state in recording.states(random.Random(1), 3):
        folder.mkdir()
        for name, data in state.items():
            (folder / name).write_bytes(data)
        try:
            if shown(folder) not in allowed(promised, number):
                yield f"after operation {number}: {shown(folder)}"
            yield from (f"after operation {number}: {each}" for each in problems(folder))
            if number % 7 == 0:
                next_writer_works(folder, opened(folder))
        except EngineError as error:
            yield f"after operation {number}: {error}"
        shutil.rmtree(folder)


def problems(folder: Path) -> list[str]:
    index = opened(folder)
    return [] if index is None else index.check()


def test_no_power_cut_costs_a_commit(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    recording = Recording(tmp_path / "run")
    promised = a_longer_run(tmp_path / "run", recording)
    assert len({str(shows) for _, shows in promised}) >= 5
    assert list(losses(recording, promised, tmp_path / "cut")) == []


@pytest.mark.parametrize("forgotten", SYNCS)
def test_the_model_misses_each_kind_of_sync(tmp_path: Path, forgotten: str) -> None:
    """Without it commits are lost, so the test above would notice."""
    (tmp_path / "run").mkdir()
    recording = Recording(tmp_path / "run", (forgotten,))
    promised = a_longer_run(tmp_path / "run", recording)
    assert next(losses(recording, promised, tmp_path / "cut"))
