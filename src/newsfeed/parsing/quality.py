"""Quality: how sound an article looks, from itself alone.

In: an Article as parsed. Out: a score from 0 to 1 and what lowered it. Called for every article of
a run (the parse report) and by `newsfeed parse --explain`.

The score begins at 1. Each finding takes away its weight times the share to which it holds, and
the weights sum to 1, so every article's score is explained by its findings. It is monotone: an
article that gets an author, a date, a credit or another whole paragraph never scores lower, one
that gets a leftover or an unfinished line never higher. It says nothing about what is true: a page
whose article was missed for a well-written teaser scores well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from newsfeed.article import Article, Block, Leftover
from newsfeed.parsing.lines import is_interface
from newsfeed.parsing.promotions import is_promotion

FindingKind = Literal[
    "author", "date", "length", "sentences", "headline", "credits", "leftovers", "furniture"
]
WEIGHTS: dict[FindingKind, float] = {
    "author": 0.1,
    "date": 0.15,
    "length": 0.2,
    "sentences": 0.15,
    "headline": 0.15,
    "credits": 0.05,
    "leftovers": 0.1,
    "furniture": 0.1,
}
"""What each finding takes from the score where it holds wholly."""
ENOUGH = 600
"""Characters of text from which an article counts as long enough: two or three paragraphs."""
MUCH = 0.5
"""Characters of running text left over for one in the article, from which they weigh in full."""
LONG = 120
"""Characters from which a leftover is running text, whatever it was taken for. Of all that an
article shows by itself this tells most often that a part of it was missed."""
MAX_FURNITURE = 200
"""Longer blocks are not looked at for offers: it would cost more than all the rest."""
AGREEING = 0.5
"""Share of the headline's words in the text from which the two agree. Of 69 German pages it is
less for one headline in seventy, and for 97 in a hundred of another page's."""

_GUESSED = frozenset({"file time", "register", "archive"})
"""Origins of a date that say when a file was there, not when its article was published."""
_ENDS = frozenset(".!?…:;\"“”»«'’‘)]。！？」』）؟۔।")
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 6
"""Letters by which words of headline and text are compared: German ends vary, stems less."""
_SHOWN = 60

Holds = tuple[float, str]
"""To what share a finding holds (0 to 1), and in words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is amiss with an article: what it took from the score, and in words."""

    kind: FindingKind
    cost: float
    text: str


@dataclass(frozen=True, slots=True)
class Quality:
    """How sound an article looks: `score` is 1 minus the costs of its findings, the worst first."""

    score: float
    findings: tuple[Finding, ...] = ()


def quality(article: Article) -> Quality:
    """How sound an article looks."""
    findings = sorted(_findings(article), key=lambda finding: -finding.cost)
    score = 1 - sum(finding.cost for finding in findings)
    return Quality(round(max(score, 0), 2), tuple(findings))


def _findings(article: Article) -> Iterator[Finding]:
    places = frozenset(_furniture(article))
    furniture = [article.body[place] for place in sorted(places)]
    rest = [block for place, block in enumerate(article.body) if place not in places]
    sound = [block for block in rest if _is_finished(block)]
    text = " ".join(block.text for block in sound)
    checks: dict[FindingKind, Holds] = {
        "author": _author(article),
        "date": _date(article),
        "length": _length(text),
        "sentences": _sentences(rest),
        "headline": _headline(article, text),
        "credits": _credits(article),
        "leftovers": _leftovers(article.leftovers, text),
        "furniture": _misplaced(furniture, len(sound)),
    }
    for kind, (share, words) in checks.items():
        if cost := round(WEIGHTS[kind] * share, 2):  # less is nothing worth telling
            yield Finding(kind, cost, words)


def _author(article: Article) -> Holds:
    return float(not article.authors and not article.agencies), "no author and no agency"


def _date(article: Article) -> Holds:
    origin = article.provenance.get("published")
    if article.published is None:
        return 1.0, "no date"
    return float(origin in _GUESSED), f"its date is only known from: {origin}"


def _length(sound: str) -> Holds:
    reason = f"only {len(sound)} characters of text in whole sentences"
    return max(0.0, 1 - len(sound) / ENOUGH), reason


def _sentences(blocks: list[Block]) -> Holds:
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    if not paragraphs:
        return 1.0, "no paragraph"
    unfinished = sum(not _is_finished(block) for block in paragraphs)
    share = unfinished / len(paragraphs)
    return share, f"{unfinished} of {len(paragraphs)} paragraphs do not end like a sentence"


def _headline(article: Article, sound: str) -> Holds:
    """How little of the headline the text takes up; a headline made of the text says nothing."""
    headline = article.headline.removesuffix("…").strip()
    if sound.startswith(headline):
        return 1.0, "the headline is only the beginning of the text"
    wanted = {word[:_STEM] for word in _WORD.findall(headline.casefold())}
    if not wanted:
        return 0.0, ""
    text = f"{article.standfirst or ''} {sound}".casefold()
    share = sum(word in text for word in wanted) / len(wanted)
    reason = f"{share:.0%} of the headline's words stand in the text"
    return max(0.0, 1 - share / AGREEING), reason


def _credits(article: Article) -> Holds:
    count = len(article.images)
    without = sum(not image.credit for image in article.images)
    return without / max(count, 1), f"{without} of {count} images without credit"


def _leftovers(leftovers: Iterable[Leftover], sound: str) -> Holds:
    """How much of the page might have belonged to the article: what nobody could explain, and
    whatever is as long as a paragraph."""
    doubtful = sum(
        len(leftover.text)
        for leftover in leftovers
        if leftover.kind == "other" or len(leftover.text) >= LONG
    )
    share = min(1.0, doubtful / (MUCH * max(len(sound), 1)))
    return share, f"{doubtful} characters of running text lie outside the article"


def _misplaced(furniture: list[Block], sound: int) -> Holds:
    """How much of the body is the page's; one block among ten counts for almost a half."""
    if not furniture:
        return 0.0, ""
    text = " ".join(furniture[0].text.split())
    text = text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + " …"
    share = min(1.0, 4 * len(furniture) / (len(furniture) + sound))
    return share, f"left over, but in the body: {len(furniture)} blocks, the first: {text}"


def _furniture(article: Article) -> Iterator[int]:
    """Places of blocks that belong to the page: its interface, offers, what stands elsewhere."""
    seen = {article.headline, *(image.caption for image in article.images)}
    for place, block in enumerate(article.body):
        if block.kind not in ("paragraph", "subheading"):
            continue
        if block.text in seen or _is_furniture(block.text):
            yield place
        seen.add(block.text)


def _is_furniture(text: str) -> bool:
    return len(text) <= MAX_FURNITURE and (is_interface(text) or is_promotion(text))


def _is_finished(block: Block) -> bool:
    return block.kind != "paragraph" or block.text.rstrip()[-1:] in _ENDS
