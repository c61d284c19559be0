"""The documents byte for byte, in golden/ beside this file; the feeds are in conftest.py.

After a wanted change: UPDATE_GOLDEN=1 .venv/bin/pytest tests/feeds/test_golden.py, then read
`git diff tests/feeds/golden` line by line before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsfeed.feeds import FORMATS, Feed, Format, Group, Outline, render, render_opml

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("format", FORMATS)
def test_documents_are_what_was_agreed(sample: tuple[str, Feed], format: Format) -> None:
    name, feed = sample
    compare(GOLDEN / f"{name}.{format}", render(feed, format))


def test_opml_is_what_was_agreed() -> None:
    def outline(title: str, path: str) -> Outline:
        site = "https://nachrichten.example"
        return Outline(title, f"{site}/feeds/{path}.atom", f"{site}/{path}")

    sections = (outline("Lokales", "sections/lokales"), outline("Kultur & \x00Köln", "sections/k"))
    groups = [
        Group("", (outline("Neueste", "latest"),)),
        Group("Ressorts", sections),
        Group("Autoren", (outline("Jörg Müller", "authors/joerg-mueller"),)),
        Group("Themen", ()),
    ]
    compare(GOLDEN / "feeds.opml", render_opml("Nachrichten aus Mühlhafen", groups))


def compare(path: Path, document: bytes) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(document)
        pytest.skip(f"{path.name} written anew; read its diff")
    assert document.decode() == path.read_text(encoding="utf-8")
