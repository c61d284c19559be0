"""How many reprints of an article are recognised, and how many other articles are taken for one?

Every article is put beside what a newspaper makes of an agency's text: a share of its words cut or
changed, an opening of its own. Beside them stand articles that must not be linked: another text
with the same quotes (two reports on one event), and any other text. A pair counts as linked if the
ledger would find it (a key in common) and the sketches are close. Texts come from a file of JSON
lines with a `body` each, or from `corpus_model`.

    .venv/bin/python -m benchmarks.bench_likeness --size 1000 [--texts articles.jsonl]
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson

from benchmarks.corpus_model import SEED, articles
from newsfeed.article import Article, Block
from newsfeed.likeness.sketch import Sketch, compare, sketch

LEAST_WORDS = 60
"""Shorter texts are left out: half of one and a tenth of its words changed is no text any more."""

Edit = Callable[[str, str, Random], str]
"""What becomes of a text, another text being at hand."""


def _cut(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: round(len(words) * share)])


def _reworded(text: str, other: str, share: float, dice: Random) -> str:
    theirs = other.split()
    return " ".join(dice.choice(theirs) if dice.random() < share else w for w in text.split())


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _own_opening(text: str, other: str) -> str:
    return f"{_cut(other, 0.25)} {_cut(text, 0.75)}"


def _without_every_third(text: str) -> str:
    return " ".join(s for n, s in enumerate(_sentences(text)) if n % 3 != 1)


def _same_quotes(text: str, other: str, dice: Random) -> str:
    """The other text with sentences of this one, up to a quarter of the shorter one's words."""
    own, said = _sentences(other), _sentences(text)
    left = min(len(text.split()), len(other.split())) // 4
    for quote in dice.sample(said, len(said)):
        left -= len(quote.split())
        if left < 0:
            break
        own.insert(dice.randrange(len(own) + 1), quote)
    return " ".join(own)


REPRINTS: dict[str, Edit] = {
    "nothing changed": lambda text, _other, _dice: text,
    "agency line added": lambda text, _other, _dice: f"Berlin (dpa) - {text} © dpa-infocom",
    "last third cut": lambda text, _other, _dice: _cut(text, 2 / 3),
    "all but the first third cut": lambda text, _other, _dice: _cut(text, 1 / 3),
    "every third sentence cut": lambda text, _other, _dice: _without_every_third(text),
    "a tenth of the words changed": lambda text, other, dice: _reworded(text, other, 0.1, dice),
    "half cut, a tenth changed": lambda text, other, dice: _reworded(
        _cut(text, 0.5), other, 0.1, dice
    ),
    "an opening of its own": lambda text, other, _dice: _own_opening(text, other),
}
OTHERS: dict[str, Edit] = {
    "another text, the same quotes": _same_quotes,
    "any other text": lambda _text, other, _dice: other,
}


@dataclass(frozen=True, slots=True)
class Share:
    """The share of articles that are linked to what an edit made of them."""

    edit: str
    linked: float
    wanted: bool


def shares(texts: Sequence[str], seed: int = SEED) -> Iterator[Share]:
    """The share of linked pairs for each edit of all texts."""
    dice = Random(seed)
    known = [sketch_of(text) for text in texts]
    for edits, wanted in ((REPRINTS, True), (OTHERS, False)):
        for name, edit in edits.items():
            linked = sum(
                links(own, sketch_of(edit(text, texts[n - 1], dice)))
                for n, (text, own) in enumerate(zip(texts, known, strict=True))
            )
            yield Share(name, linked / len(texts), wanted)


def links(one: Sketch, other: Sketch) -> bool:
    """Whether two articles with these sketches are linked."""
    return not set(one.keys).isdisjoint(other.keys) and compare(one, other).close


def sketch_of(text: str) -> Sketch:
    """The sketch of an article with this text."""
    return sketch(Article("Bericht", body=(Block("paragraph", text),)))


def read_texts(path: Path) -> list[str]:
    """The bodies of a file of JSON lines."""
    with path.open("rb") as lines:
        return long_enough(orjson.loads(line)["body"] for line in lines)


def long_enough(texts: Iterator[str]) -> list[str]:
    """The texts of at least LEAST_WORDS words."""
    return [text for text in texts if len(text.split()) >= LEAST_WORDS]


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="articles (default: 1000)")
    parser.add_argument("--seed", type=int, default=SEED, help="of corpus and edits")
    parser.add_argument("--texts", type=Path, help="JSON lines with a body each")
    options = parser.parse_args()
    model = (article.text for article in articles(options.size, options.seed))
    texts = read_texts(options.texts)[: options.size] if options.texts else long_enough(model)
    print(f"{len(texts)} texts: share that is linked")
    for share in shares(texts, options.seed):
        print(f"  {share.edit:<32}{share.linked:8.3f}{'' if share.wanted else '  (want 0)'}")


if __name__ == "__main__":
    _main()
