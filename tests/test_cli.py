"""The command line: what goes in, what comes out, with which exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsfeed.cli import main

CAPTURE = """zum Hauptinhalt
Das Wehr bei Niedrigwasser.
© Bildwerk Havel | Jörg Müller
Update

Wehr wird saniert: Die Havel bekommt ein neues Tor

Das alte Wehr hält dem Hochwasser nicht mehr stand. Der Bau beginnt im Frühjahr.

Das alte Wehr stammt aus dem Jahr 1912. Nun soll es für zwölf Millionen Euro erneuert werden.

Was die Anwohner sagen

„Wir warten seit Jahren darauf“, sagte eine Anwohnerin am Dienstag. (mit Agenturen)

Zur Startseite
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("NEWSFEED_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NEWSFEED_JOBS", "1")
    (tmp_path / "corpus" / "lokales").mkdir(parents=True)
    (tmp_path / "corpus/lokales/2026-03-04-wehr.txt").write_text(CAPTURE)

    def invoke(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def values(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_indexing_is_told_to_people_and_to_programs(run: Run) -> None:
    assert "1 files: 1 new, 0 updated, 0 renewed, 0 withdrawn, 0 skipped" in run("index").stdout
    Path("corpus/b.txt").write_text(CAPTURE.replace("Wehr", "Schöpfwerk"))
    committed, report = values(run("index", "--json"))
    assert committed["committed"] == 2
    assert len(committed["ids"]) == 1
    assert report["report"]["created"] == 1


def test_a_skipped_file_is_one_line_and_fails_only_strict_runs(run: Run) -> None:
    Path("corpus/leer.txt").write_bytes(b"")
    result = run("index", "--json")
    (problem,) = [value for value in values(result) if "file" in value]
    assert problem["file"] == "leer.txt"
    assert problem["reason"]
    assert problem["remedy"]
    result = run("index", "--strict", code=3)
    assert "leer.txt: " in result.stderr
    run("reindex", "--strict", code=3)


def test_an_empty_corpus_needs_force(run: Run) -> None:
    run("index")
    Path("corpus/lokales/2026-03-04-wehr.txt").unlink()
    assert "--force" in run("index", code=1).stderr
    run("index", "--force")
    run("index", "nirgends", code=1)


def test_reindex_says_what_would_change_and_refuses_too_much(run: Run) -> None:
    run("index")
    difference, *_ = values(run("reindex", "--json"))
    assert difference == {"difference": {"lost_ids": 0, "moved_updated": 0}}
    path = Path("corpus/lokales/2026-03-04-wehr.txt")
    path.write_text(path.read_text().replace("zwölf", "vierzehn"))
    result = run("reindex", "--max-changed", "0", "--json", code=1)
    assert values(result) == [{"refused": {"lost_ids": 0, "moved_updated": 1}}]
    assert "allowed are 0" in result.stderr
    run("reindex", "--force", "--max-changed", "0")


@pytest.mark.parametrize("query", ["Wehr", "Niedrigwasser", '"Jahr 1912"', "credit:Müller"])
def test_search_finds_what_was_indexed(run: Run, query: str) -> None:
    run("index")
    (found,) = values(run("search", query, "--json"))
    assert found["total"] == 1
    hit = found["hits"][0]
    assert set(hit) >= {
        *("id", "url", "headline", "standfirst", "section"),
        *("published", "updated", "score", "snippet"),
    }
    assert hit["headline"] == "Wehr wird saniert: Die Havel bekommt ein neues Tor"
    assert hit["published"].startswith("2026-03-0")
    assert set(hit["snippet"]) == {"text", "highlights"}
    assert "Wehr wird saniert" in run("search", query).stdout


def test_a_wrong_query_is_misuse_and_a_missing_index_a_failure(run: Run) -> None:
    assert "newsfeed index" in run("search", "Wehr", code=1).stderr
    run("index")
    assert "text: " in run("search", '"Wehr', code=2).stderr
    run("search", "Wehr", "--limit", "0", code=2)


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
@pytest.mark.parametrize("name", ["latest", "sections/lokales", "search?q=Wehr"])
def test_a_feed_is_printed(run: Run, name: str, kind: str) -> None:
    run("index")
    assert "Wehr wird saniert" in run("feed", name, "--format", kind).stdout


def test_an_unknown_feed_is_told(run: Run) -> None:
    run("index")
    run("feed", "sections/nirgends", code=2)
    run("feed", "unfug", code=2)


def test_parse_prints_an_article_under_its_field_names(run: Run) -> None:
    (article,) = values(run("parse", "corpus/lokales/2026-03-04-wehr.txt", "--json"))
    assert article["headline"] == "Wehr wird saniert: Die Havel bekommt ein neues Tor"
    assert article["section"] == "Lokales"
    assert article["provenance"]["section"] == "folder"
    assert article["provenance"]["published"] == "file name"
    assert [block["kind"] for block in article["body"]] == ["paragraph", "subheading", "paragraph"]
    assert set(article["body"][0]) == {"kind", "text", "html", "id", "published"}
    assert article["images"] == [
        {
            "caption": "Das Wehr bei Niedrigwasser.",
            "credit": "Bildwerk Havel | Jörg Müller",
            "url": None,
            "media_type": None,
            "length": None,
        }
    ]
    assert (
        "headline: Wehr wird saniert" in run("parse", "corpus/lokales/2026-03-04-wehr.txt").stdout
    )


def test_parse_explains_itself_to_people_and_programs(run: Run) -> None:
    path = "corpus/lokales/2026-03-04-wehr.txt"
    told = run("parse", path, "--explain").stdout
    for words in ("rules        none", "section      Lokales", "folder", "quality      0."):
        assert words in told
    assert "\x1b" not in told
    assert max(map(len, told.splitlines())) <= 100
    (value,) = values(run("parse", path, "--explain", "--json"))
    assert set(value) == {"article", "rules", "verdicts", "quality"}
    assert value["article"] == values(run("parse", path, "--json"))[0]
    for verdict in value["verdicts"]:
        assert set(verdict) == {"text", "label", "score", "reason"}
    assert value["quality"]["score"] == round(
        1 - sum(finding["cost"] for finding in value["quality"]["findings"]), 2
    )


def test_rules_hold_for_their_source_and_are_named(run: Run) -> None:
    Path("rules").mkdir()
    Path("rules/bote.example.toml").write_text('end_lines = ["Was die Anwohner"]\n')
    path = "corpus/lokales/2026-03-04-wehr.txt"
    assert "Anwohnerin" in run("parse", path).stdout.partition("leftovers")[0]
    Path("corpus/lokales/2026-03-04-wehr.meta.toml").write_text(
        'url = "https://www.bote.example/wehr"\n'
    )
    assert "rules        bote.example" in run("parse", path, "--explain").stdout
    run("index")
    (found,) = values(run("search", "Anwohnerin", "--json"))
    assert found["total"] == 0


def test_changed_rules_ask_for_a_reindex_which_is_news_to_nobody(run: Run) -> None:
    Path("corpus/lokales/2026-03-04-wehr.meta.toml").write_text(
        'url = "https://bote.example/wehr"\n'
    )
    assert "other rules" not in run("index").stdout
    Path("rules").mkdir()
    rules = Path("rules/bote.example.toml")
    for end in ("Was die Anwohner", "Das alte Wehr stammt"):
        rules.write_text(f'end_lines = ["{end}"]\n')
        assert "1 articles were parsed by an older parser or by other rules" in run("index").stdout
        _, difference, report = values(run("reindex", "--json"))
        assert difference == {"difference": {"lost_ids": 0, "moved_updated": 0}}
        assert report["report"]["renewed"] == 1
        assert "other rules" not in run("index").stdout
    text = Path("corpus/lokales/2026-03-04-wehr.txt")
    text.write_text(text.read_text() + "Nach oben\n")
    rules.unlink()
    assert "0 updated, 1 renewed" in run("index").stdout  # other bytes, but the same news


def test_a_wrong_rule_file_is_misuse_and_stops_every_command_that_parses(run: Run) -> None:
    Path("rules").mkdir()
    Path("rules/bote.example.toml").write_text('drop = "nav"\n')
    for command in ("index", "reindex", "parse corpus/lokales/2026-03-04-wehr.txt"):
        told = run(*command.split(), code=2).stderr
        assert "rules/bote.example.toml: drop: write a list" in told
    assert run("check", code=1)


def test_a_run_tells_how_its_articles_look(run: Run) -> None:
    Path("corpus/leer.txt").write_text("Notiz vom Wochenmarkt\n")
    os.utime("corpus/leer.txt", (1_700_000_000, 1_700_000_000))
    told = run("index").stdout
    assert "2 read, quality 0." in told
    assert "1 without date" in told
    assert "look at leer.txt (0." in told
    (_, report) = values(run("reindex", "--json"))
    tally = report["report"]["tally"]
    assert tally["articles"] == 2
    assert tally["worst"][0]["file"] == "leer.txt"
    assert tally["worst"][0]["reasons"]
    assert 0 < tally["quality"] < 1


def test_parse_says_why_a_file_is_no_article(run: Run) -> None:
    Path("bild.txt").write_bytes(bytes(range(256)))
    assert "bild.txt: " in run("parse", "bild.txt", code=1).stderr
    run("parse", "fehlt.txt", code=1)
    Path("link.txt").symlink_to("bild.txt")
    run("parse", "link.txt", code=1)


def test_check_finds_a_sound_index_sound_and_a_damaged_one_not(run: Run) -> None:
    assert "newsfeed index" in run("check", code=1).stderr
    run("index")
    (checked,) = values(run("check", "--json"))
    assert checked == {"sound": True, "articles": 1, "findings": [], "pings": 0}
    for path in Path("index").rglob("*"):
        if path.is_file() and path.suffix in (".trm", ".pst", ".seg"):
            path.write_bytes(b"damaged" + path.read_bytes()[7:])
    assert run("check", "--json", code=1)


def test_wrong_settings_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSFEED_PROT", "1")
    assert "NEWSFEED_PROT: no such setting" in run("index", code=2).stderr


def test_nothing_from_a_file_reaches_the_terminal_unescaped(run: Run) -> None:
    Path("corpus/\x1b]0;böse\x07.txt").write_bytes(b"")
    result = run("index")
    assert "\x1b" not in result.output
    assert "\\x1b]0;böse\\x07.txt" in result.stderr
