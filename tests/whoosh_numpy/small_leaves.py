"""Leaves of a few thousand short documents, for the tests of the evaluation.

In: a folder, sizes, a seed. Out: statistics over leaves whose commonest words are frequent enough
for lists of their best postings. Called by the tests of nodes, phrases, statistics and top k.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import analysis, fields

from newsfeed.whoosh_numpy.evaluation.statistics import Statistics
from newsfeed.whoosh_numpy.storage.leaf import Leaf
from newsfeed.whoosh_numpy.storage.segment import Segment
from newsfeed.whoosh_numpy.writing.batch import Batch

WORDS = [f"w{number}" for number in range(40)]
_WEIGHTS = [1 / (number + 1) for number in range(40)]

SCHEMA = fields.Schema(
    title=fields.TEXT(analyzer=analysis.SimpleAnalyzer()),
    body=fields.TEXT(analyzer=analysis.SimpleAnalyzer()),
    tags=fields.KEYWORD,
    number=fields.NUMERIC,
)


def statistics(
    folder: Path,
    documents: Sequence[Mapping[str, Any]],
    *,
    parts: int = 1,
    dead: Sequence[int] = (),
) -> Statistics:
    """Documents in leaves of equal size; `dead`: the numbers of deleted ones."""
    leaves: list[Leaf] = []
    size = -(-len(documents) // parts)
    for base in range(0, len(documents), size):
        batch = Batch(SCHEMA)
        for document in documents[base : base + size]:
            batch.add(document)
        path = folder / f"{base}.segment"
        batch.write(path)
        gone = [number - base for number in sorted(dead) if base <= number < base + size]
        leaves.append(Leaf(Segment(path), np.array(gone, np.uint32), base))
    return Statistics(leaves, SCHEMA)


def random_documents(count: int, seed: int) -> list[dict[str, Any]]:
    """Documents of words with Zipf's frequencies; some have one word hundreds of times."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        body = _text(chance, chance.randint(3, 40))
        if chance.random() < 0.01:
            body += " w3" * chance.randint(250, 300)
        found.append(
            {
                "title": _text(chance, chance.randint(0, 6)),
                "body": body,
                "tags": " ".join(chance.sample("abcd", chance.randint(0, 3))),
                "number": chance.randint(-50, 50),
            }
        )
    return found


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, _WEIGHTS, k=words))
