"""How well unseen newspapers are read: floors on real pages, which lie beside the project.

Pages, metrics and floors are those of `benchmarks.parsing`; where the pages are not, these tests
skip. Floors (in benchmarks/floors.json) are what was reached when they were last set, less a
little; they may be lowered only with a written reason.
"""

from __future__ import annotations

import pytest

from benchmarks.parsing import quality
from benchmarks.parsing.pages import SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/parsing")


@pytest.mark.parametrize("name", quality.SETS)
def test_floors(name: quality.SetName) -> None:
    assert len(quality.SETS[name]()) >= 16
    assert quality.floors(name)
    assert list(quality.broken(name)) == []
