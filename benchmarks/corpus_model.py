"""The corpus of the benchmarks: German newspaper articles that nobody wrote, from a seed.

In: how many, and a seed. Out: `Article` values, dated and named, or the same as capture files. No
outside data: words come from `vocabulary`, their frequencies from the law of Zipf and Mandelbrot,
p(rank) ~ 1 / (rank + 2.7) ** 1.12 (README.md compares that with real articles). Article n depends
on the seed and n alone, so the corpus of 1,000 is the beginning of the corpus of 10,000; `digest`
names a corpus for floors.json.
"""

from __future__ import annotations

import hashlib
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

from benchmarks.vocabulary import FUNCTION_WORDS, word
from newsfeed.article import Article, Block, Image

SEED = 20260228
NEWEST = datetime(2026, 2, 28, 18, 0, tzinfo=UTC)
WORDS = 150_000
_ZIPF_SHIFT = 2.7
_ZIPF_EXPONENT = 1.12

SECTIONS = ("Politik", "Wirtschaft", "Lokales", "Sport", "Kultur", "Wissen", "Panorama", "Medien")
SOURCES = ("Abendbote", "Hafenzeitung", "Landkurier")
_FIRST = (
    "Ada",
    "Bruno",
    "Clara",
    "Dieter",
    "Elif",
    "Frida",
    "Georg",
    "Hanna",
    "Ivo",
    "Jörg",
    "Käthe",
)
_LAST = (
    "Amsel",
    "Brandt",
    "Cramer",
    "Drossel",
    "Ebert",
    "Fink",
    "Gärtner",
    "Häher",
    "Jäger",
    "Löffler",
)
_AGENCIES = ("Bilddienst Nord", "Küstenfoto", "Archiv Landkurier")


@dataclass(frozen=True, slots=True)
class Capture:
    """An article as a file of the corpus folder: POSIX path and text."""

    path: str
    text: str


def articles(size: int, seed: int = SEED) -> Iterator[Article]:
    """The first `size` articles, the newest first, two and a half hours apart on average."""
    for number in range(size):
        yield _Writer(seed, number).article()


def captures(size: int, seed: int = SEED) -> Iterator[Capture]:
    """The same articles as the visible text of their pages, one folder for each section."""
    for number, article in enumerate(articles(size, seed)):
        yield Capture(
            f"{(article.section or '').lower()}/{article.date:%Y-%m-%d}-{number:06d}.txt",
            _page(article),
        )


def write_corpus(folder: Path, size: int, seed: int = SEED) -> int:
    """Writes the captures below `folder`; returns the number of bytes."""
    total = 0
    for capture in captures(size, seed):
        path = folder / capture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes(capture.text.encode())
    return total


def digest(size: int, seed: int = SEED) -> str:
    """Names the data: floors are compared only on the corpus that they were measured on.

    Made of what the model chose and not of the articles' JSON, so a new field of `Article` leaves
    it as it is.
    """
    state = hashlib.sha256()
    for article in articles(size, seed):
        chosen = (article.id, article.source, *article.topics, str(article.updated), _page(article))
        state.update("\x1f".join(filter(None, chosen)).encode())
    return state.hexdigest()[:16]


def word_of(random: Random) -> str:
    """A word as likely as it is in the articles."""
    return word(bisect(_zipf(), random.random() * _zipf()[-1]))


@lru_cache(maxsize=1)
def _zipf() -> list[float]:
    return list(accumulate((rank + _ZIPF_SHIFT) ** -_ZIPF_EXPONENT for rank in range(1, WORDS)))


class _Writer:
    """Writes one article; a fresh source of chance for each keeps them independent."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = Random(f"{seed}/{number}")
        self._number = number

    def article(self) -> Article:
        random = self._random
        published = NEWEST - timedelta(minutes=150 * self._number + random.randrange(150))
        changed = random.random() < 0.15
        return Article(
            headline=self._title(5, 10),
            id=f"tag:benchmark.newsfeed.local,2026:article/{self._number}",
            source=random.choice(SOURCES),
            section=SECTIONS[min(int(random.expovariate(0.5)), len(SECTIONS) - 1)],
            kicker=self._title(2, 4) if random.random() < 0.5 else None,
            standfirst=self._sentence() + " " + self._sentence(),
            body=tuple(self._body()),
            authors=_distinct(self._name() for _ in range(random.choice((1, 1, 1, 2)))),
            images=tuple(self._image() for _ in range(random.choice((0, 1, 1, 2)))),
            published=published,
            updated=published + timedelta(hours=2 if changed else 0),
            topics=_distinct(self._topic() for _ in range(random.randrange(4))),
            language="de",
        )

    def _body(self) -> Iterator[Block]:
        paragraphs = max(3, min(40, int(self._random.lognormvariate(2.2, 0.5))))
        for number in range(paragraphs):
            if number and number % 5 == 0:
                yield Block("subheading", self._title(2, 5))
            count = self._random.randint(2, 4)
            yield Block("paragraph", " ".join(self._sentence() for _ in range(count)))

    def _sentence(self) -> str:
        words = [word_of(self._random) for _ in range(self._random.randint(7, 20))]
        if len(words) > 12:
            words[len(words) // 2] += ","
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}."

    def _title(self, least: int, most: int) -> str:
        words = [word_of(self._random) for _ in range(self._random.randint(least, most))]
        words[-1] = word(len(FUNCTION_WORDS) + self._random.randrange(5000))
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}"

    def _image(self) -> Image:
        credit = f"{self._random.choice(_AGENCIES)} | {self._name()}"
        return Image(caption=self._sentence(), credit=credit)

    def _name(self) -> str:
        return f"{self._random.choice(_FIRST)} {self._random.choice(_LAST)}"

    def _topic(self) -> str:
        return word(len(FUNCTION_WORDS) + int(self._random.expovariate(0.05)))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # a set would give another order in another process


def _page(article: Article) -> str:
    """The article as a page's visible text, in the order newspapers print it."""
    head = [article.section, article.kicker, article.headline]
    names = " und ".join(article.authors)
    pieces = [
        "\n".join(line for line in head if line),
        article.standfirst or "",
        f"Von {names}\n{article.date:%d.%m.%Y, %H:%M} Uhr",
        *(f"{image.caption}\n© {image.credit}" for image in article.images),
        *(block.text for block in article.body),
    ]
    return "\n\n".join(pieces) + "\n"
