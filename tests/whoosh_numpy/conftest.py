"""Lets the tests of the engine share code, and makes the searches for differences repeatable.

The tests have no packages, so what they share is imported from the project's root:
`from tests.whoosh_numpy.brute_force import …`. The versus tests run the same examples each time;
`pytest tests/whoosh_numpy/test_versus.py --hypothesis-profile=hunt` looks for new differences.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

_ROOT = str(Path(__file__).parents[2])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=_SLOW, print_blob=True
)
settings.register_profile(
    "hunt", max_examples=2000, deadline=None, suppress_health_check=_SLOW, print_blob=True
)
