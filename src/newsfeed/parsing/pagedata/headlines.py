"""Headlines: which of the many on a page is the article's, and what of it is the kicker.

In: the headline of JSON-LD and meta tags and the visible h1. Out: headline, kicker and where they
stood. Called by `pagedata`.

The wording that most of them agree on wins; where none agrees the visible one does, for the others
may be written for search engines. A kicker is taken off where one source has it and another has
the headline alone; where all sources agree on "Kicker: Headline" the paper calls that its headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from newsfeed.article import Origin
from newsfeed.parsing.pagedata.wording import key, words

MAX_KICKER = 80
MIN_SHARED = 12  # letters that a headline needs to be found within another one
_SUFFIX = re.compile(r"\s(?:\||[–—-]|::|•|·|»|/)\s")
_KICKER_END = re.compile(r"(?:\s?[:|+•·]{1,3}|\s?//?|\s[–—-]|\.)\s*$")
_MARKS = " :|/+•·–—-."
_PAID = re.compile(
    r"\W*(?:(?:\w{1,12}\s?)?(?:\+|plus|premium|abo)|exklusiv|(?:exklusiv|nur|artikel nur)? ?für"
    r" abonnent.*)\W*",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{4}-\d\d-\d\d")
_HOST = re.compile(r"(?:www\.)?[\w-]{2,40}\.[a-z]{2,4}", re.IGNORECASE)
_WEIGHTS: dict[Origin, float] = {"page": 1.0, "json-ld": 0.9, "meta": 0.8}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A headline and where it stood; `kicker` where its element marked one off in it."""

    text: str
    origin: Origin
    kicker: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The headline chosen."""

    headline: str
    origin: Origin
    kicker: str | None = None


def without_site(title: str, own: frozenset[str], others: Iterable[str]) -> str:
    """A title tag's text without the site's name, date or section behind it.

    `own` are the keys of the site's names, `others` the headlines known from elsewhere.
    """
    known = {key(other) for other in others}
    rest = title
    while key(rest) not in known:
        cuts = list(_SUFFIX.finditer(rest))
        if not cuts:
            break
        tail = rest[cuts[-1].end() :]
        head = rest[: cuts[-1].start()]
        if key(head) not in known and not _is_mark(tail, own):
            break
        rest = head
    return rest.strip() or title


def choose(candidates: Sequence[Candidate]) -> Choice | None:
    """The headline among the candidates."""
    if not candidates:
        return None
    candidates = [_completed(candidate, candidates) for candidate in candidates]
    votes: dict[str, float] = {}
    for candidate in candidates:
        votes[key(candidate.text)] = votes.get(key(candidate.text), 0) + _weight(candidate)
    winner = max(votes, key=lambda text: votes[text])
    same = [candidate for candidate in candidates if key(candidate.text) == winner]
    # an h1 may glue kicker and headline together where data part them: "DemoDer 9. Juli"
    best = max(same, key=lambda each: (len(words(each.text)), not each.kicker, _weight(each)))
    return _without_kicker(best, candidates)


def _completed(candidate: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """The candidate in full where it was cut short and another one goes on from there."""
    start = key(candidate.text)
    if candidate.text.endswith(("…", "...")) and len(start) >= MIN_SHARED:
        for other in candidates:
            if key(other.text) != start and key(other.text).startswith(start):
                return replace(candidate, text=other.text)
    return candidate


def _weight(candidate: Candidate) -> float:
    return _WEIGHTS.get(candidate.origin, 0.5)


def _without_kicker(best: Candidate, candidates: Sequence[Candidate]) -> Choice:
    """The choice, less the kicker that another source's wording shows it to have."""
    for other in candidates:
        if (kicker := _kicker(best, other)) is not None:
            return Choice(other.text, other.origin, _telling(kicker))
    for other in candidates:
        if (kicker := _kicker(other, best)) is not None:
            return Choice(best.text, best.origin, _telling(kicker))
    return _marked_off(best, candidates) or Choice(best.text, best.origin)


def _kicker(long: Candidate, short: Candidate) -> str | None:
    """The kicker that is all `long` has before `short`, by its element or its punctuation."""
    if long.kicker and key(long.kicker) + key(short.text) == key(long.text):
        return long.kicker.strip(_MARKS) if len(key(short.text)) >= MIN_SHARED else None
    return prefix(long.text, short.text)


def _telling(kicker: str) -> str | None:
    """The kicker unless it only says that the article costs something."""
    return None if _PAID.fullmatch(kicker) or len(kicker) > MAX_KICKER else kicker or None


def _marked_off(best: Candidate, candidates: Sequence[Candidate]) -> Choice | None:
    """The headline behind a kicker that its element marks off, if others put another before it."""
    if not best.kicker or not best.text.startswith(best.kicker):
        return None
    rest = best.text[len(best.kicker) :].lstrip(_MARKS)
    whole, end = key(best.text), key(rest)
    others = [key(candidate.text) for candidate in candidates]
    if len(end) >= MIN_SHARED and any(text != whole and text.endswith(end) for text in others):
        return Choice(rest, best.origin, best.kicker.rstrip(_MARKS))
    return None


def prefix(long: str, short: str) -> str | None:
    """The kicker before `short` in `long`, or None where `long` is not just that."""
    whole, end = key(long), key(short)
    if len(end) < MIN_SHARED or len(whole) <= len(end) or not whole.endswith(end):
        return None
    size = len(whole) - len(end)
    found, cut = 0, 0
    for word in _WORD.finditer(long):
        found += len(key(word.group()))
        cut = word.end()
        if found >= size:
            break
    gap = re.match(r"\W*", long[cut:])
    kicker = long[:cut] + (gap.group() if gap else "")
    if found != size or not (mark := _KICKER_END.search(kicker.rstrip("\"'»«„“”‚‘’›‹([ ") + " ")):
        return None
    kicker = kicker[: mark.start()].strip()
    return kicker if 0 < len(kicker) <= MAX_KICKER else None


def _is_mark(tail: str, own: frozenset[str]) -> bool:
    return key(tail) in own or bool(_DATE.fullmatch(tail.strip()) or _HOST.fullmatch(tail.strip()))
