"""How long does a search take? Median and 99th percentile of each kind of query.

Each kind is 200 different queries, none asked twice, made from the corpus itself; newsfeed through
its port and stock Whoosh take turns on each. Both parse the query, find, rank, and read the page's
articles; "snippet" also marks the matches.

    .venv/bin/python -m benchmarks.bench_search --size 10000
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.corpus_model import SECTIONS, articles
from benchmarks.measure import Report, interleaved, main
from benchmarks.stock_whoosh import StockWhoosh, same_work
from benchmarks.vocabulary import FUNCTION_WORDS, word
from newsfeed.article import Article
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.slugs import slug

QUERIES = 200
WARM_UP = 20
Kind = Callable[[Random, Article], Query]


def _frequent(random: Random) -> str:
    return word(len(FUNCTION_WORDS) + random.randrange(300))


def _body_words(random: Random, article: Article, count: int) -> list[str]:
    """Neighbouring words of an article, from somewhere inside one sentence."""
    while True:
        block = random.choice(article.body).text
        words = [part.strip(".,") for part in random.choice(block.split(". ")).split()]
        if len(words) >= count:
            start = random.randrange(len(words) - count + 1)
            return words[start : start + count]


def _rare(random: Random, article: Article) -> str:
    return max(_body_words(random, article, 6), key=len)


def _prefix(random: Random, article: Article) -> str:
    """A long word without its end."""
    words = [part.strip(".,") for part in article.text.split()]
    return random.choice(sorted(words, key=len)[-8:])[:-3] + "*"


KINDS: dict[str, Kind] = {
    "frequent word": lambda random, _: Query(_frequent(random)),
    "rare word": lambda random, article: Query(_rare(random, article)),
    "two words": lambda random, article: Query(f"{_frequent(random)} {_rare(random, article)}"),
    "three words, all": lambda random, _: Query(" AND ".join(_frequent(random) for _ in range(3))),
    "phrase": lambda random, article: Query(f'"{" ".join(_body_words(random, article, 3))}"'),
    "prefix": lambda random, article: Query(_prefix(random, article)),
    "author": lambda random, article: Query(f'author:"{random.choice(article.authors)}"'),
    "word in a section": lambda random, _: Query(
        _frequent(random), section=slug(random.choice(SECTIONS[:4]))
    ),
    "word with facet counts": lambda random, _: Query(_frequent(random), facets=("section",)),
    "two words, snippets": lambda random, article: Query(
        f"{_frequent(random)} {_rare(random, article)}", snippets=True
    ),
    "newest 50 of a section": lambda random, _: Query(
        section=slug(random.choice(SECTIONS[:4])), sort="newest", limit=50
    ),
}


def run(size: int, seed: int) -> Report:
    """Builds both indexes, then asks both."""
    report = Report("search", size, seed, "stock Whoosh, one open searcher")
    corpus = list(articles(size, seed))
    with TemporaryDirectory() as folder:
        ours = open_index(Path(folder, "ours"))
        ours.rebuild(corpus, size)
        Path(folder, "peer").mkdir()
        peer = StockWhoosh(Path(folder, "peer"))
        peer.rebuild(corpus)
        for number, (name, kind) in enumerate(KINDS.items()):
            random = Random(f"{seed}/queries/{number}")
            first = [kind(random, random.choice(corpus)) for _ in range(WARM_UP)]
            agreed = sum(same_work(ours.search(q), peer.search(q)) for q in first)
            assert agreed >= 0.9 * WARM_UP, f"{name}: the two answer different questions"
            queries = [kind(random, random.choice(corpus)) for _ in range(QUERIES)]
            samples = interleaved(
                {
                    "ours": lambda n, queries=queries: ours.search(queries[n]),  # type: ignore[misc]
                    "peer": lambda n, queries=queries: peer.search(queries[n]),  # type: ignore[misc]
                },
                QUERIES,
            )
            report.latency(name, samples["ours"], samples["peer"])
        ours.close()
        peer.close()
    return report


if __name__ == "__main__":
    main(run)
