"""`newsfeed lint`: our feeds and other people's, from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsfeed.cli import main

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).with_name("cases")
Run = Callable[..., Result]


def invoke(*arguments: str, code: int = 0, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def values(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An index of the sample corpus, in a folder of its own."""
    folder = tmp_path_factory.mktemp("lint")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("NEWSFEED_")]:
            patch.delenv(name)
        patch.setenv("NEWSFEED_JOBS", "1")
        patch.setenv("NEWSFEED_BASE_URL", "https://bote.example")
        invoke("index", str(ROOT / "corpus"))
        yield folder


def test_the_sample_corpus_has_sound_feeds(sample: Path) -> None:
    *findings, summary = values(invoke("lint", "--json"))
    assert [one for one in findings if one["finding"]["severity"] == "error"] == []
    checked = summary["checked"]
    assert checked["errors"] == 0
    assert checked["compared"] is None
    assert checked["remembered"]
    assert checked["feeds"] > 50
    assert checked["documents"] > 6 * checked["feeds"]  # and the archives


def test_the_next_build_is_compared_with_the_last(sample: Path) -> None:
    invoke("lint", "latest")
    result = invoke("lint")
    assert "compared with the build of 20" in result.stdout
    again = json.loads((sample / "index/lint.json").read_text())
    assert len(again["entries"]) > 50
    assert "sections/politik" in again["feeds"]


def remember(sample: Path, change: Callable[[Any], None]) -> None:
    """Makes the memory say that the last build was another one."""
    invoke("lint", "--accept")
    path = sample / "index/lint.json"
    memory = json.loads(path.read_text())
    change(memory)
    path.write_text(json.dumps(memory))


def test_what_breaks_with_the_last_build_is_told_until_it_is_accepted(sample: Path) -> None:
    def add(memory: Any) -> None:
        first = next(iter(memory["entries"].values()))
        memory["entries"]["tag:bote.example,2026:gone"] = [*first[:3], "https://bote.example/x"]

    remember(sample, add)
    for _ in range(2):
        result = invoke("lint", code=1)
        assert "error: history-vanished  tag:bote.example,2026:gone" in result.stdout
        assert "this build is not remembered" in result.stdout
    invoke("lint", "--accept", code=1)
    assert "0 errors" in invoke("lint").stdout


def test_strict_fails_on_warnings_too(sample: Path) -> None:
    def swap(memory: Any) -> None:
        ids = memory["feeds"]["latest"][2]
        ids[0], ids[1] = ids[1], ids[0]

    remember(sample, swap)
    assert "warning: history-order-changed" in invoke("lint", "latest").stdout
    remember(sample, swap)
    invoke("lint", "--strict", "latest", code=3)


def test_some_feeds_only(sample: Path) -> None:
    result = invoke("lint", "--json", "sections/politik", "search?q=der&limit=5")
    checked = values(result)[-1]["checked"]
    assert checked["feeds"] == 2
    assert checked["errors"] == 0


def test_a_feed_that_there_is_not(sample: Path) -> None:
    result = invoke("lint", "sections/nirgendwo", code=2)
    assert "nirgendwo" in result.stderr


def test_a_damaged_memory_is_one_line(sample: Path) -> None:
    path = sample / "index/lint.json"
    path.write_bytes(b"{")
    result = invoke("lint", "latest", code=1)
    assert "lint.json: is damaged" in result.stderr
    assert "delete it" in result.stderr
    path.unlink()


def test_without_an_index_it_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "newsfeed index" in invoke("lint", code=1).stderr


def test_a_file_of_other_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No index and no settings are needed for that."""
    monkeypatch.chdir(tmp_path)
    result = invoke("lint", str(CASES / "rss-german-date.rss"), code=1)
    assert "error: rss-date  tag:bote.example,2026:bruecke" in result.stdout
    assert "RFC 822, section 5" in result.stdout
    assert "(rss line 14)" in result.stdout
    assert result.stdout.endswith("1 documents: 1 errors, 1 warnings, 0 notes\n")
    assert not (tmp_path / "index").exists()


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sound = (CASES / "sound.json").read_bytes()
    assert "0 errors, 0 warnings, 0 notes" in invoke("lint", "-", stdin=sound).stdout
    finding, summary = values(invoke("lint", "-", "--json", stdin=b"404", code=1))
    assert finding["finding"]["rule"] == "document-format"
    assert finding["finding"]["feed"] == "-"
    assert finding["finding"]["message"]
    assert summary["checked"]["errors"] == 1


def test_a_file_that_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "feed.xml: no such file" in invoke("lint", "feed.xml", code=2).stderr


def test_many_findings_are_told_once_and_shortly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    items = "".join(
        f'<item><title>&lt;b&gt;{n}</title><guid isPermaLink="false">tag:x,2026:{n}</guid></item>'
        for n in range(30)
    )
    Path("a.xml").write_text(f'<rss version="2.0"><channel>{items}</channel></rss>')
    Path("b.xml").write_bytes(Path("a.xml").read_bytes())
    output = invoke("lint", "a.xml", "b.xml", code=1).stdout
    assert output.count("title-markup  ") == 20
    assert "… 10 more of title-markup; --json prints every one" in output
    assert "in a.xml (rss line 1), b.xml (rss line 1)" in output
