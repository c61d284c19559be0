"""What every test may ask for: articles to write, and Debian packages that may be absent."""

from __future__ import annotations

import os
import shutil

import pytest

PROGRAMS = {"chromium": "chromium", "newsboat": "newsboat", "w3m": "w3m"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips tests marked `apt(package)` where the package is absent; in CI they run and fail."""
    if os.environ.get("CI") == "true":
        return
    for item in items:
        for mark in item.iter_markers("apt"):
            for package in mark.args:
                if shutil.which(PROGRAMS[package]) is None:
                    reason = f"needs Debian's {package}: apt-get install {package}"
                    item.add_marker(pytest.mark.skip(reason=reason))
