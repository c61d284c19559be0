"""What is kept of a term's best postings: true of all of them, and of the live ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.whoosh_numpy.evaluation.impacts import bm25
from newsfeed.whoosh_numpy.evaluation.tops import tops
from newsfeed.whoosh_numpy.storage.accelerators import DEPTH

IMPACTS = bm25(100.0, 1.2, 0.75, 1.0)
POSTINGS = st.lists(st.tuples(st.floats(0.0, 1e10), st.booleans()), min_size=1, max_size=3 * DEPTH)


@given(POSTINGS)
def test_bounds_hold_for_dead_postings_and_the_best_are_alive(
    postings: list[tuple[float, bool]],
) -> None:
    factors = np.array([factor for factor, _ in postings])
    live = np.array([alive for _, alive in postings])
    docs = np.arange(len(postings), dtype=np.uint32)
    found = tops(docs, factors, live, IMPACTS)
    falling = sorted(factors.tolist(), reverse=True)
    assert found.peak == falling[0]
    assert found.floor == (falling[DEPTH - 1] if len(falling) >= DEPTH else 0.0)
    assert found.docs.tolist() == docs[live].tolist()
    assert found.factors.tolist() == factors[live].tolist()
    assert found.falling.tolist() == sorted(factors[live].tolist(), reverse=True)
    assert found.complete == all(alive for _, alive in postings)


def test_without_deletions_nothing_is_copied() -> None:
    docs, factors = np.array([3, 5], np.uint32), np.array([1.0, 2.0])
    found = tops(docs, factors, None, IMPACTS)
    assert found.docs is docs
    assert found.factors is factors
    assert found.complete
