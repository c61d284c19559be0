"""Telling the hub as its users see it: processes that are killed, wait, and take their turns."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsfeed import register_file
from newsfeed.cli import main
from newsfeed.indexer import Indexer
from newsfeed.push import background
from newsfeed.push.background import Busy, Rounds, telling
from newsfeed.push.queue import count
from newsfeed.push.sender import Sent
from newsfeed.settings import Settings
from tests.newsroom import NEWSFEED, environment
from tests.push import hubs
from tests.push.conftest import Newsroom
from tests.push.hubs import LoopbackHub, until


def env(newsroom: Newsroom, hub: LoopbackHub | None) -> dict[str, str]:
    own = environment(newsroom.settings.corpus.parent, 8000)
    return {**own, "NEWSFEED_HUB": hub.url} if hub else own


def said(
    newsroom: Newsroom, hub: LoopbackHub | None, *arguments: str, code: int = 0
) -> tuple[str, str]:
    """What a command says on standard output and standard error."""
    done = CliRunner().invoke(main, arguments, env=env(newsroom, hub))
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


def run(
    newsroom: Newsroom, hub: LoopbackHub | None, *arguments: str, code: int = 0
) -> tuple[list[Any], str]:
    """The same with --json, line by line."""
    output, errors = said(newsroom, hub, *arguments, "--json", code=code)
    return [json.loads(line) for line in output.splitlines()], errors


@contextmanager
def started(newsroom: Newsroom, hub: LoopbackHub, *arguments: str) -> Iterator[Any]:
    process = subprocess.Popen(
        [*NEWSFEED, *arguments], env=env(newsroom, hub), stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def with_hub(newsroom: Newsroom, hub: LoopbackHub) -> Settings:
    return newsroom.settings.model_copy(update={"hub": hub.url})


def test_indexing_tells_the_hub(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    with hubs.running() as hub:
        lines, errors = run(newsroom, hub, "index")
        assert lines[-1]["report"]["created"] == 1
        assert errors == "1 of 1 files read\n" or errors == ""
        assert len(hub.asked) == 6
        newsroom.write("hafen", section="Lokales")
        run(newsroom, hub, "reindex", "--force")
        assert {topic.rpartition("/")[2] for topic in hub.topics[6:]} == {
            f"{name}.{format}"
            for name in ("latest", "politik", "lokales")
            for format in ("atom", "rss", "json")
        }
    assert newsroom.feeds() == set()


def test_an_indexer_that_is_killed_while_the_hub_hangs_loses_nothing(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    with hubs.running(hubs.hangs) as hub, started(newsroom, hub, "index") as process:
        assert "1 new" in process.stdout.readline(), "the report waited for the hub"
        until(lambda: len(hub.asked) == 3)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert newsroom.feeds() == {"latest", "sections/politik"}
    with hubs.running() as hub:
        [summary], errors = run(newsroom, hub, "push")
        assert (summary["told"], summary["waiting"], errors) == (2, 0, "")
        assert len(hub.asked) == 6
        [summary], _ = run(newsroom, hub, "push")
        assert (summary["told"], summary["waiting"]) == (0, 0)


def test_a_crash_between_the_registers_commit_and_the_indexs(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.write("hafen")
    with monkeypatch.context() as patch:
        patch.setattr(newsroom.index, "update", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            newsroom.publish()
    with hubs.running() as hub:
        rounds = Rounds(with_hub(newsroom, hub), newsroom.index.sequence, newsroom.clock, print)
        assert rounds.run() == Sent()
        assert hub.asked == [], "the hub was told of what it cannot fetch"
        newsroom.publish()
        assert rounds.run() == Sent(told=2)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_end_of_a_run_waits_for_a_hub_only_so_long(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LAST_ROUND", 0.2)
    newsroom.write("hafen")
    log: list[str] = []
    with hubs.running(hubs.hangs) as hub:
        settings = with_hub(newsroom, hub)
        with telling(settings, newsroom.index.sequence, newsroom.clock, log.append) as wake:
            newsroom.publish()
            wake()
            until(lambda: bool(hub.asked))
    assert log == ["2 feeds wait for the hub; the next run or `newsfeed push` tells it"]
    assert [thread.name for thread in threading.enumerate() if thread.name == "hub"] == []
    assert newsroom.feeds() == {"latest", "sections/politik"}


def test_work_that_fails_does_not_wait_for_the_hub(newsroom: Newsroom) -> None:
    newsroom.write("hafen")

    def work(hub: LoopbackHub) -> None:
        settings = with_hub(newsroom, hub)
        with telling(settings, newsroom.index.sequence, newsroom.clock, print) as wake:
            newsroom.publish()
            wake()
            until(lambda: bool(hub.asked))
            raise ZeroDivisionError

    with hubs.running(hubs.hangs) as hub, pytest.raises(ZeroDivisionError):
        work(hub)
    assert newsroom.feeds() == {"latest", "sections/politik"}


def test_indexing_goes_on_while_the_hub_hangs(newsroom: Newsroom) -> None:
    """Runs commit and are searchable while a request is on its way."""
    with hubs.running(hubs.hangs) as hub:
        settings = with_hub(newsroom, hub)
        with telling(settings, newsroom.index.sequence, newsroom.clock, print) as wake:
            newsroom.write("fall-0")
            newsroom.publish()
            wake()
            until(lambda: len(hub.asked) == 3)
            for number in range(1, 4):
                newsroom.write(f"fall-{number}")
                newsroom.publish()
            assert newsroom.index.sequence() == 4
            assert len(hub.asked) == 3, "the hub took its time"
            hub.over.set()


def test_what_an_error_of_our_own_costs_is_a_line_in_the_log(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    log: list[str] = []

    def sequence() -> int:
        raise RuntimeError("a bug\nof\x1b[2J ours")

    with hubs.running() as hub:
        with telling(with_hub(newsroom, hub), sequence, newsroom.clock, log.append) as wake:
            wake()
            until(lambda: bool(log))
            wake()
        assert log[0] == "hub: RuntimeError: a bug of\\x1b[2J ours"
        assert log[1:] == ["2 feeds wait for the hub; the next run or `newsfeed push` tells it"]


def test_one_process_tells_the_hub_at_a_time(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    lock = os.open(newsroom.settings.index / "push.lock", os.O_RDWR | os.O_CREAT)
    with hubs.running() as hub:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _, errors = run(newsroom, hub, "push", code=1)
        assert errors.endswith("another newsfeed tells the hub; wait until it is done\n")
        log: list[str] = []
        settings = with_hub(newsroom, hub)
        with telling(settings, newsroom.index.sequence, newsroom.clock, log.append):
            pass
        assert log == ["2 feeds wait for the hub; the next run or `newsfeed push` tells it"]
        assert hub.asked == []
        os.close(lock)
        lines, _ = run(newsroom, hub, "push")
        assert lines[-1]["told"] == 2


def test_a_long_run_that_holds_the_register_is_waited_for(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_file, "PATIENCE", 0.1)
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running() as hub:
        settings = with_hub(newsroom, hub)
        rounds = Rounds(settings, newsroom.index.sequence, newsroom.clock, print)
        with newsroom.register.writing(), pytest.raises(Busy, match="another process writes"):
            rounds.run()
        assert hub.asked == [], "what came of it could not have been kept"
        assert rounds.run() == Sent(told=2)


def test_a_hub_that_fails_is_told_of_to_people_and_to_scripts(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(hubs.answers(503, "down for maintenance", Retry_After="7200")) as hub:
        lines, errors = run(newsroom, hub, "push", code=1)
        assert f"hub {hub.url} answers 503 down for maintenance; again 20" in errors
        [first, second, summary] = lines
        assert (first["attempts"], first["next_attempt"], first["error"]) == (0, None, None)
        assert (second["attempts"], second["error"]) == (1, "answers 503 down for maintenance")
        assert summary["failures"] == 1
        assert summary["error"] == second["error"]
        assert summary["next_attempt"] > second["next_attempt"]
        output, _ = said(newsroom, hub, "push")
        assert f"hub {hub.url}: told of 0 feeds, 2 wait\nfailed 1 times, again 20" in output
        assert "1 attempts, the last answers 503 down for maintenance" in output
        [answer], _ = run(newsroom, hub, "check")
        assert answer["sound"]
        assert answer["pings"] == 2
    assert len(hub.asked) == 3


def test_without_a_hub_there_is_nobody_to_tell(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    run(newsroom, None, "index")
    assert count(newsroom.settings.register_path) == 0
    _, errors = run(newsroom, None, "push", code=2)
    assert "hub: none is set" in errors


def test_a_process_of_its_own_tells_what_others_change(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running() as hub, started(newsroom, hub, "push", "--watch") as process:
        assert "told of 2 feeds, 0 wait" in process.stdout.readline()
        newsroom.write("schule", section="Lokales")
        newsroom.publish()
        until(lambda: len(hub.asked) == 12)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert newsroom.feeds() == set()


def test_watching_tells_the_hub_of_each_change(newsroom: Newsroom) -> None:
    with hubs.running() as hub, started(newsroom, hub, "index", "--watch") as process:
        assert "0 new" in process.stdout.readline()
        until(lambda: (newsroom.settings.index / "push.lock").exists())
        newsroom.write("hafen")
        until(lambda: len(hub.asked) >= 6)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert newsroom.feeds() == set()


def test_an_index_of_long_ago_and_an_empty_corpus_have_nothing_to_tell(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    Indexer(newsroom.settings, newsroom.register, newsroom.index, newsroom.pool).index(newsroom.now)
    with hubs.running() as hub:
        [summary], _ = run(newsroom, hub, "push")
    assert summary["told"] == 0
