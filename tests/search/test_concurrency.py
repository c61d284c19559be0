"""Many threads and several processes on one index."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsfeed.article import Article
from newsfeed.search.interface import Query, Removal, SearchIndex

Maker = Callable[..., Article]
Opener = Callable[[Path], SearchIndex]


def test_eight_threads_get_the_right_answers(index: SearchIndex, article: Maker) -> None:
    words = [f"wort{chr(97 + n)}" for n in range(16)]
    for batch in range(4):
        numbers = range(batch * 25, batch * 25 + 25)
        index.update(
            [article(f"{n:03}", " ".join(words[: n % 16 + 1]), hours=n) for n in numbers], batch
        )
    queries = [Query(f"{one} {other}", snippets=True) for one in words for other in words[::5]]
    expected = [index.search(query) for query in queries]
    assert all(results.total for results in expected)

    def ask(start: int) -> bool:
        order = [*range(start, len(queries)), *range(start)]
        return all(index.search(queries[n]) == expected[n] for n in order)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(0, 64, 8)))


def test_readers_see_whole_commits_while_a_writer_writes(
    index: SearchIndex, article: Maker
) -> None:
    """Every commit replaces both articles, so both always say the same number."""

    def commit(number: int) -> None:
        index.update([article("a", f"Nato {number}"), article("b", f"Nato {number}")], number)

    commit(0)
    done = threading.Event()
    torn: list[list[str]] = []

    def read() -> int:
        looks = 0
        while not done.is_set() or not looks:
            texts = [hit.article.text for hit in index.search(Query("Nato")).hits]
            if len(texts) != 2 or len(set(texts)) != 1:
                torn.append(texts)
            looks += 1
        return looks

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read) for _ in range(4)]
        for number in range(1, 13):
            if number % 4:
                commit(number)
            else:
                text = f"Nato {number}"
                index.rebuild([article("a", text), article("b", text)], number)
        done.set()
        assert all(reader.result() for reader in readers)
    assert torn == []


def test_writers_wait_for_each_other(open_backend: Opener, tmp_path: Path, article: Maker) -> None:
    def write(number: int) -> None:
        index = open_backend(tmp_path)
        index.update([article(f"{number}", "Nato"), Removal("tag:nobody")], number)
        index.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(8)))
    index = open_backend(tmp_path)
    assert index.search(Query("Nato")).total == 8
    assert index.check() == []
    index.close()


READER = """
import sys
from pathlib import Path
from newsfeed.search import open_index
from newsfeed.search.interface import Query
index = open_index(Path(sys.argv[1]))
for line in sys.stdin:
    print(index.sequence(), index.search(Query(line.strip())).total, flush=True)
"""


def test_a_reader_in_another_process_sees_each_commit(
    open_backend: Opener, tmp_path: Path, article: Maker
) -> None:
    index = open_backend(tmp_path)
    index.update([article("a", "Nato")], 1)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def ask() -> str:
            reader.stdin.write("Nato\n")  # type: ignore[union-attr]
            reader.stdin.flush()  # type: ignore[union-attr]
            return reader.stdout.readline().strip()  # type: ignore[union-attr]

        assert ask() == "1 1"
        index.update([article("b", "Nato")], 2)
        assert ask() == "2 2"
        index.update([Removal(article("a").id), Removal(article("b").id)], 3)
        assert ask() == "3 0"
        index.rebuild([article(str(n), "Nato") for n in range(5)], 4)
        assert ask() == "4 5"
        reader.stdin.close()
    assert reader.returncode == 0
    index.close()


def test_a_forked_process_reads_on_its_own(index: SearchIndex, article: Maker) -> None:
    """A server that opened the index before it forked must not share file positions."""
    texts = [f"Nato wort{n} " * 50 for n in range(40)]
    index.update([article(f"{n:02}", text) for n, text in enumerate(texts)], 1)
    queries = [Query(f"wort{n}") for n in range(40)]
    assert index.search(Query("Nato")).total == 40
    child = os.fork()
    right = all(index.search(query).total == 1 for query in queries * 3)
    if child == 0:
        os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert right


def test_old_commits_let_go_of_their_files(index: SearchIndex, article: Maker) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    index.update([article("a", "Nato")], 1)
    index.search(Query("Nato"))
    before = open_files()
    for number in range(20):
        index.rebuild([article("a", f"Nato {number}")], number)
        assert index.search(Query("Nato")).total == 1
    assert open_files() <= before + 4
