"""Documents that nobody wrote: sentences of a German vocabulary, recombined without end.

In: how many, and a seed. Out: JSON lines of documents. Called by `corpus` where ../shared is absent
or not wanted. Words come as often as `benchmarks.corpus_model` draws them; each section has 2,000
sentences of its own, and each document ends with three compounds that hardly ever come again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import orjson

from benchmarks.corpus_model import SECTIONS, SEED, word_of


def lines(size: int, seed: int = SEED) -> Iterator[bytes]:
    """Documents from the seed; the n-th depends on the seed and n alone."""
    pools = [_pool(seed, section) for section in SECTIONS]
    nouns = sorted(
        {w for pool in pools for w in re.findall(r"\b[A-ZÄÖÜ][a-zäöüß]{4,9}\b", "".join(pool))}
    )
    for number in range(size):
        random = Random(f"{seed}/document/{number}")
        which = random.randrange(len(SECTIONS))
        parts = random.choices(pools[which], k=random.randint(12, 30))
        made = [random.choice(nouns) + random.choice(nouns).lower() for _ in range(3)]
        date = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(minutes=number)
        yield orjson.dumps(
            {
                "id": f"{number:07d}",
                "title": parts[0][:100],
                "body": " ".join(parts[1:]) + " Dazu gehören " + ", ".join(made) + ".",
                "section": SECTIONS[which],
                "date": date.isoformat(),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def _pool(seed: int, section: str) -> list[str]:
    random = Random(f"{seed}/sentences/{section}")
    pool = []
    for _ in range(2000):
        words = [word_of(random) for _ in range(random.randint(7, 20))]
        text = " ".join(words)
        pool.append(f"{text[0].upper()}{text[1:]}.")
    return pool
