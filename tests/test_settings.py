"""Settings come from newsfeed.toml and NEWSFEED_*, and a mistake is told with its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsfeed.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _clean_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("NEWSFEED_")]:
        monkeypatch.delenv(name)


def test_options_win_over_variables_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "newsfeed.toml").write_text('host = "0.0.0.0"\nport = 1\ntitle = "Bote"\n')
    monkeypatch.setenv("NEWSFEED_HOST", "127.0.0.2")
    monkeypatch.setenv("NEWSFEED_PORT", "2")
    settings = load_settings(port=3)
    assert (settings.title, settings.host, settings.port) == ("Bote", "127.0.0.2", 3)
    assert settings.corpus == Path("corpus")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("TIMEZONE", "Europe/Atlantis"),
        ("TIMEZONE", "../../etc/passwd"),
        ("BASE_URL", "ftp://x"),
        ("HUB", "hub.example.org"),
        ("HUB", "https://user:secret@hub.example.org/"),
        ("HUB", "https://hub.example.org/#feeds"),
        ("HUB", "https://hub.example.org:70000/"),
        ("TAG_AUTHORITY", "no date"),
        ("LANGUAGE", "Deutsch"),
        ("MAX_FILE_BYTES", "1"),
    ],
)
def test_a_wrong_value_is_told_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"NEWSFEED_{name}", value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSFEED_PROT", "8000")
    with pytest.raises(SettingsError, match="NEWSFEED_PROT: no such setting"):
        load_settings()


@pytest.mark.parametrize("text", ["prot = 1", "port = ", "\udcff"])
def test_a_broken_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "newsfeed.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError):
        load_settings()


def test_the_public_address_defaults_to_where_it_serves() -> None:
    assert Settings(host="::1", port=81).site_url == "http://[::1]:81"
    assert Settings(base_url="https://bote.example/").site_url == "https://bote.example"


def test_a_hub_elsewhere_needs_to_know_where_the_feeds_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSFEED_HUB", "https://hub.example.org/")
    with pytest.raises(SettingsError, match="base_url"):
        load_settings()
    assert load_settings(base_url="https://news.example").hub == "https://hub.example.org/"
    monkeypatch.setenv("NEWSFEED_HUB", "http://127.0.0.1:9000/")
    assert load_settings().hub == "http://127.0.0.1:9000/"
