"""One writer at a time, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from whoosh.index import LockError

from newsfeed.whoosh_numpy.storage import lock

HOLDER = """
import os, sys, time
from pathlib import Path
from newsfeed.whoosh_numpy.storage import lock

with lock.hold(Path(sys.argv[1]), "MAIN"):
    if sys.argv[2] == "with a child" and os.fork() == 0:
        os.close(1)
        time.sleep(60)
        os._exit(0)
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path, how: str) -> subprocess.Popen[bytes]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), how],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and those it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_the_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "MAIN"):
        with pytest.raises(LockError, match="'MAIN'"), lock.hold(tmp_path, "MAIN"):
            pass
        with lock.hold(tmp_path, "OTHER"):
            pass
    with lock.hold(tmp_path, "MAIN"):
        pass


def test_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.hold(tmp_path, "MAIN"):
        raise ZeroDivisionError
    with lock.hold(tmp_path, "MAIN"):
        pass


def test_a_writer_may_wait_for_another(tmp_path: Path) -> None:
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        with lock.hold(tmp_path, "MAIN"):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    with pytest.raises(LockError), lock.hold(tmp_path, "MAIN", timeout=0.05):
        pass
    threading.Timer(0.05, done.set).start()
    with lock.hold(tmp_path, "MAIN", timeout=float("inf")):
        assert done.is_set()
    thread.join()


@pytest.mark.parametrize("how", ["alone", "with a child"])
def test_the_lock_dies_with_its_process(tmp_path: Path, how: str) -> None:
    """Also where a process that it has forked lives on."""
    process = holder(tmp_path, how)
    try:
        with pytest.raises(LockError), lock.hold(tmp_path, "MAIN"):
            pass
        process.kill()
        process.wait()
        with lock.hold(tmp_path, "MAIN", timeout=30):
            pass
    finally:
        end(process)


def test_the_lock_file_stays(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "MAIN"):
        before = (tmp_path / "MAIN.lock").stat().st_ino
    with lock.hold(tmp_path, "MAIN"):
        assert (tmp_path / "MAIN.lock").stat().st_ino == before


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "MAIN.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"MAIN\.lock"), lock.hold(tmp_path, "MAIN"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_no_descriptor_is_lost(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with lock.hold(tmp_path, "MAIN"):
        for _ in range(5):
            with pytest.raises(LockError), lock.hold(tmp_path, "MAIN"):
                pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_waiting_costs_no_more_time_than_was_given(tmp_path: Path) -> None:
    with lock.hold(tmp_path, "MAIN"):
        begun = time.monotonic()
        with pytest.raises(LockError), lock.hold(tmp_path, "MAIN", timeout=0.1):
            pass
        assert time.monotonic() - begun >= 0.1
