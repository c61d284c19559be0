"""The house stands as drawn: arrows point one way, the public face is exact, links work."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import newsfeed

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "newsfeed"

# A room may import the rooms of its line. Everything may import the leaves.
LEAVES = {"addresses", "article", "errors", "slugs"}
ARROWS = {
    "addresses": set(),
    "article": set(),
    "errors": set(),
    "slugs": set(),
    "settings": set(),
    "parsing": set(),
    "corpus": {"parsing"},
    "shelves": {"corpus", "parsing"},
    "readings": {"corpus", "parsing", "shelves"},
    "reader_pool": {"corpus", "parsing", "readings", "shelves"},
    "gathering": {"corpus", "identity", "parsing", "reader_pool", "readings", "shelves"},
    "precedence": {"identity", "readings"},
    "rule_files": {"corpus", "parsing"},
    "reading_terms": {"readings", "rule_files", "settings"},
    "locating": {"corpus", "parsing", "reading_terms", "readings", "settings"},
    "identity": {"readings"},
    "editorial": set(),
    "register_file": set(),
    "likeness": {"register_file"},
    "withdrawals": {"records", "register_file"},
    "change_log": {"records", "register_file", "withdrawals"},
    "retractions": {"corpus", "parsing", "readings", "shelves"},
    "records": {"register_file"},
    "entering": {"editorial", "gathering", "likeness", "readings", "records", "register_file"}
    | {"push", "retractions"},
    "register": {"entering", "gathering", "identity", "likeness", "records", "register_file"}
    | {"push", "retractions"},
    "push": {"feed_names", "feeds", "register_file", "settings"},
    "push_command": {"commands", "push", "sessions", "settings", "terminal"},
    "whoosh_numpy": set(),
    "search": {"settings", "whoosh_numpy"},
    "feeds": set(),
    "feed_names": {"feeds"},
    "tally": {"corpus", "parsing"},
    "reports": {"corpus", "editorial", "records", "tally"},
    "run": {"corpus", "entering", "gathering", "identity", "parsing", "precedence", "readings"}
    | {"reader_pool", "records", "register", "reports", "retractions", "withdrawals"},
    "indexer": {"corpus", "editorial", "reader_pool", "reading_terms", "records", "register"}
    | {"reports", "run", "search", "settings", "withdrawals"},
    "web": {"search", "feeds", "likeness", "withdrawals", "register_file", "settings"}
    | {"change_log", "feed_names", "records"},
    "terminal": {"corpus", "reports"},
    "__main__": {"cli"},
    "explaining": {"corpus", "parsing"},
    "sessions": {"settings", "search", "register", "reader_pool", "indexer", "terminal"}
    | {"push", "reports"},
    "commands": {"sessions"},
    "index_commands": {"commands", "sessions", "corpus", "reports", "indexer", "settings"}
    | {"terminal"},
    "lint": {"feeds", "parsing"},
    "lint_feeds": {"feed_names", "feeds", "lint", "search", "settings", "web", "withdrawals"},
    "lint_report": {"lint", "terminal"},
    "lint_command": {"commands", "lint", "lint_feeds", "lint_report", "sessions", "terminal"},
    "feed_command": {"commands", "feed_names", "feeds", "sessions", "web"},
    "changes_command": {"change_log", "commands", "sessions", "terminal", "web"},
    "cli": {"commands", "index_commands", "sessions", "corpus", "locating", "readings", "indexer"}
    | {"search", "feeds", "web", "terminal", "explaining", "likeness", "changes_command"}
    | {"feed_command", "lint_command"}
    | {"push", "push_command"},
}


# The engine's own rooms, likewise. It is a library: it imports nothing else of ours.
ENGINE = {
    "errors": set(),
    "storage": set(),
    "analysis": {"storage"},
    "merging": {"storage"},
    "evaluation": {"storage"},
    "searching": {"storage", "analysis", "evaluation"},
    "writing": {"storage", "analysis", "merging", "searching", "index"},
    "index": {"storage", "searching", "writing"},
}


def rooms() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if room != "__init__":
            found.setdefault(room, []).append(path)
    return found


def imported(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", sorted(rooms()))
def test_arrows_point_one_way(room: str) -> None:
    allowed = ARROWS[room] | LEAVES | {room, "__version__"}
    for path in rooms()[room]:
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("newsfeed.")}
        assert ours <= allowed, f"{path.name} imports {sorted(ours - allowed)}"


@pytest.mark.parametrize("room", sorted(ENGINE))
def test_arrows_of_the_engine(room: str) -> None:
    allowed = ENGINE[room] | {room, "errors"}
    engine = SOURCE / "whoosh_numpy"
    for path in [engine / f"{room}.py", *(engine / room).rglob("*.py")]:
        names = imported(path) if path.exists() else set()
        own = [name for name in names if name.startswith("newsfeed.")]
        assert all(name.startswith("newsfeed.whoosh_numpy") for name in own), path.name
        used = {name.split(".")[2] for name in own if name.count(".") > 1}
        assert used <= allowed, f"{path.name} imports {sorted(used - allowed)}"


def test_there_is_a_line_for_every_room_of_the_engine() -> None:
    found = (SOURCE / "whoosh_numpy").iterdir()
    assert {p.stem for p in found if p.suffix == ".py" or (p / "__init__.py").exists()} == {
        "__init__",
        *ENGINE,
    }


def test_there_is_a_line_for_every_room() -> None:
    assert set(rooms()) == set(ARROWS)


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("feedgen", ["feeds/extensions.py", "feeds/rss_atom.py"]),
        ("pickle", []),
        ("marshal", []),
        ("requests", []),
        ("httpx", []),
        ("httpx2", ["push/exchange.py"]),
    ],
)
def test_only_their_home_imports(module: str, home: list[str]) -> None:
    users = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if any(name.split(".")[0] == module for name in imported(path))
    ]
    assert users == [name for name in home if name in users]


def test_only_settings_reads_the_environment() -> None:
    users = [
        path.name
        for path in SOURCE.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text())
    ]
    assert users == ["settings.py"]


def test_the_public_face_is_exact() -> None:
    assert newsfeed.__all__ == ["Article", "Query", "Settings", "__version__", "open_index"]
    for name in newsfeed.__all__:
        assert getattr(newsfeed, name) is not None
    with pytest.raises(AttributeError):
        _ = newsfeed.nothing


def test_importing_the_package_is_cheap() -> None:
    script = "import sys, newsfeed; print('pydantic' in sys.modules, 'whoosh' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"


def test_every_file_says_what_it_is_for() -> None:
    for path in SOURCE.rglob("*.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text()))
        assert docstring, f"{path.name} needs a docstring"


@pytest.mark.parametrize(
    "page",
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "src/newsfeed/whoosh_numpy/README.md"],
)
def test_links_between_our_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", (ROOT / page).read_text()):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page} links to {target}"
