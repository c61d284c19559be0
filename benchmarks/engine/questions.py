"""Questions to a corpus, made of its own words: 440 of six kinds.

In: documents. Out: questions. Called by `corpus` where ../shared is absent or not wanted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random

from benchmarks.engine.document import KINDS, Document, Question
from benchmarks.vocabulary import FUNCTION_WORDS

_COUNTS = {"rare": 60, "mid": 60, "common": 60, "and2": 100, "or3": 100, "phrase": 60}


def ask(documents: Iterable[Document], size: int) -> tuple[Question, ...]:
    """Questions from the corpus itself, by how many documents have a word."""
    have: Counter[str] = Counter()
    texts: list[list[str]] = []
    for number, document in enumerate(documents):
        words = re.findall(r"\w+", document.body)
        have.update({word.lower() for word in words})
        if number % 10 == 0:
            texts.append(words)
    by_count = sorted((word for word in have if _telling(word)), key=lambda w: (-have[w], w))
    shares = {word: have[word] / size for word in by_count}
    common = [word for word in by_count if shares[word] > 0.05][:400]
    mid = [word for word in by_count if 0.003 < shares[word] <= 0.05]
    rare = [word for word in by_count if 2 <= have[word] <= max(3, size * 0.001)]
    random = Random(f"questions/{size}")
    makers = {
        "rare": lambda: random.choice(rare),
        "mid": lambda: random.choice(mid),
        "common": lambda: random.choice(common),
        "and2": lambda: f"{random.choice(mid)} AND {random.choice(common)}",
        "or3": lambda: " OR ".join(map(random.choice, (rare, mid, common))),
        "phrase": lambda: _phrase(random, texts),
    }
    return tuple(
        Question(kind, text)
        for kind in KINDS
        for text in islice(_distinct(makers[kind]), _COUNTS[kind])
    )


def _phrase(random: Random, texts: list[list[str]]) -> str:
    while True:
        words = random.choice(texts)
        start = random.randrange(len(words) - 1)
        pair = words[start : start + 2]
        if all(_telling(word.lower()) for word in pair):
            return f'"{" ".join(pair)}"'


def _distinct(make: Callable[[], str]) -> Iterator[str]:
    """What `make` makes, without repeats; at most a thousand attempts without a new one."""
    seen: set[str] = set()
    failed = 0
    while failed < 1000:
        text = make()
        failed = failed + 1 if text in seen else 0
        if not failed:
            seen.add(text)
            yield text


def _telling(word: str) -> bool:
    return word.isalpha() and len(word) > 3 and word not in FUNCTION_WORDS
