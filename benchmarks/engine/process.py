"""Work in a process of its own, and the memory that it and its children take.

In: a task of `benchmarks.engine.task` by name and arguments. Out: what the task returned, and the
peaks of the whole process tree, looked at fifty times a second. Called by the benchmarks, so that
nothing that one run keeps in memory helps or burdens another.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_PROC = Path("/proc")
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Ran:
    """What a task returned, and its peaks in MB.

    `resident` is everything, `anonymous` without the pages of mapped files, which the system takes
    back when it needs them. Pages that a forked child shares with its parent count twice.
    """

    result: Any
    resident: float
    anonymous: float


def run(task: str, *arguments: object) -> Ran:
    """Runs a task; raises CalledProcessError where it fails (its message is on stderr)."""
    command = [sys.executable, "-m", "benchmarks.engine.task", task, *map(str, arguments)]
    resident = anonymous = 0.0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        while process.poll() is None:
            found = [_memory(pid) for pid in _tree(process.pid)]
            resident = max(resident, sum(all for all, _ in found))
            anonymous = max(anonymous, sum(own for _, own in found))
            time.sleep(_PAUSE)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        out.seek(0)
        return Ran(orjson.loads(out.read()), resident / 1e6, anonymous / 1e6)


def memory() -> tuple[float, float]:
    """MB of this process now: everything, and without mapped files."""
    everything, own = _memory("self")
    return everything / 1e6, own / 1e6


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list(_PROC.joinpath(str(pid), "task").iterdir())
        children = " ".join((task / "children").read_text() for task in tasks)
    except OSError:  # it has ended since
        return
    for child in children.split():
        yield from _tree(int(child))


def _memory(pid: int | str) -> tuple[int, int]:
    try:
        lines = _PROC.joinpath(str(pid), "status").read_text().splitlines()
    except OSError:
        return 0, 0
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    sizes = [int(found.get(f"Rss{kind}", "0 kB").split()[0]) for kind in ("Anon", "Shmem", "File")]
    return 1024 * sum(sizes), 1024 * (sizes[0] + sizes[1])
