"""The passage of an article that answers a query best, with the places of the matches in it.

In: a query tree and an article. Out: a `Snippet`. Called by the adapter for the hits of one page
only. The passage comes from standfirst, body or captions and is found by analysing the text again,
so offsets are exact and no hit lies too deep; the work is linear in the article's length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from newsfeed.article import Article
from newsfeed.search import german
from newsfeed.search.interface import Snippet
from newsfeed.search.language import And, Leaf, Must, Node, Or, Phrase, Prefix, Ranked, Word
from newsfeed.search.leaves import beginning, runs, searches, sort_wishes
from newsfeed.search.schema import FIELDS

WIDTH = 240
"""Characters of a passage, ellipses not counted; a word is cut only when it is longer."""

MAX_SPOTS = 20_000
"""Words of interest that are looked at in one field: as many "der" as 3 MB of German hold."""

_LONGEST_KEPT = 100
"""Characters of a run whose words are kept for the next article."""

_PASSAGES = tuple(
    (number, field)
    for number, field in enumerate(FIELDS)
    if field.name in ("standfirst", "text", "caption")
)
_SENTENCE_ENDS = (". ", "! ", "? ", "“ ")
_SPACES = str.maketrans("\t\n\v\f\r\x85\xa0\u2028\u2029", " " * 9)


class _Spot(NamedTuple):
    """A word that a leaf may want: its characters, its position in words, its term."""

    start: int
    end: int
    position: int
    term: str


class _Match(NamedTuple):
    """The characters of a word that a leaf (by number) asks for."""

    start: int
    end: int
    leaf: int


class _Wishes:
    """What the leaves look for in one field, by the first term of each run."""

    def __init__(self, leaves: Sequence[Leaf], field: int) -> None:
        self._runs: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        self._beginnings: list[tuple[int, str]] = []
        self._terms: set[str] = set()
        for number, leaf in enumerate(leaves):
            if isinstance(leaf, Prefix) and searches(leaf, field) and (begin := beginning(leaf)):
                self._beginnings.append((number, begin))
            for run in runs(leaf):
                if field in run.fields:
                    self._runs.setdefault(run.terms[0], []).append((number, run.terms))
                    self._terms.update(run.terms)
        self._starts = tuple(begin for _, begin in self._beginnings)

    def concern(self, term: str) -> bool:
        """True for a term that may belong to a match."""
        return term in self._terms or term.startswith(self._starts)

    def matches(self, spots: Sequence[_Spot]) -> Iterator[_Match]:
        """The words that match, among all that the wishes concern."""
        places = {(spot.position, spot.term): spot for spot in spots}
        for spot in spots:
            for leaf, begin in self._beginnings:
                if spot.term.startswith(begin):
                    yield _Match(spot.start, spot.end, leaf)
            for leaf, run in self._runs.get(spot.term, ()):
                for word in _following(places, run, spot.position):
                    yield _Match(word.start, word.end, leaf)


def _following(
    places: Mapping[tuple[int, str], _Spot], run: Sequence[str], position: int
) -> list[_Spot]:
    """The words of a whole run that begins at a position; none if it is not there."""
    found = []
    for place in enumerate(run, position):
        if (spot := places.get(place)) is None:
            return []
        found.append(spot)
    return found


@dataclass(frozen=True, slots=True)
class _Window:
    """Matches close together; `worth` is how many leaves they serve, then how many they are."""

    worth: tuple[int, int] = (0, 0)
    start: int = 0
    end: int = 0


def snippet(tree: Node, article: Article) -> Snippet:
    """The best passage; without any match the beginning of the text."""
    leaves = tuple(dict.fromkeys(_leaves(tree)))
    best, text = _Window(), ""
    matches: Sequence[_Match] = ()
    for number, passage in _PASSAGES:
        values = [value for value in passage.texts(article) if value]
        wishes = _Wishes(leaves, number)
        found = sorted(set(wishes.matches(list(_spots(values, wishes)))))
        window = _best_window(found)
        if window.worth > best.worth or not text:
            best, text, matches = window, " ".join(values), found
    return _cut(text.translate(_SPACES), best, matches)


def _leaves(node: Node | Must) -> Iterator[Leaf]:
    """The words, phrases and prefixes that an article is found by."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Ranked(parts):
            for wish in chain(*sort_wishes(parts)):
                yield from _leaves(wish)
        case Must(part):
            yield from _leaves(part)
        case Word() | Phrase() | Prefix():
            yield node


def _spots(values: Sequence[str], wishes: _Wishes) -> Iterator[_Spot]:
    """The words that the wishes concern, in `values` joined by spaces, positioned as indexed."""
    known: dict[str, tuple[int, tuple[_Spot, ...]]] = {}
    base = position = count = 0
    for value in values:
        for found in german.runs(value):
            run = found.group()
            if run not in known:
                width, words = _words(run) if len(run) <= _LONGEST_KEPT else _words.__wrapped__(run)
                known[run] = width, tuple(word for word in words if wishes.concern(word.term))
            width, spots = known[run]
            for start, end, offset, term in spots:
                at = base + found.start()
                yield _Spot(at + start, at + end, position + offset, term)
            count += len(spots)
            if count > MAX_SPOTS:
                return
            position += width
        base += len(value) + 1
        position += 1


@lru_cache(maxsize=65_536)
def _words(run: str) -> tuple[int, tuple[_Spot, ...]]:
    """How many words a run has; its words and joined forms, in its own characters and positions."""
    position = 0
    spots: list[_Spot] = []
    for compound in german.located(run):
        _, joined = german.terms(compound.group(), "text")
        if joined:
            spots.append(_Spot(compound.start(), compound.end(), position, joined))
        for part in german.parts(compound.group()):
            if term := german.term(part.group(), "text"):
                start = compound.start() + part.start()
                spots.append(_Spot(start, start + len(part.group()), position, term))
                position += 1
    return position, tuple(spots)


def _best_window(matches: Sequence[_Match]) -> _Window:
    """The first of the best stretches of matches that fit a passage."""
    best = _Window()
    counts: Counter[int] = Counter()
    first = 0
    for last, match in enumerate(matches):
        counts[match.leaf] += 1
        while match.end - matches[first].start > WIDTH and first < last:
            counts[matches[first].leaf] -= 1
            first += 1
        worth = sum(count > 0 for count in counts.values()), last - first + 1
        if worth > best.worth:
            best = _Window(worth, matches[first].start, match.end)
    return best


def _cut(text: str, window: _Window, matches: Sequence[_Match]) -> Snippet:
    """The passage around the window, and what is matched in it."""
    start = _start(text, window)
    end = _end(text, start, window)
    before = "… " if start else ""
    shift = len(before) - start
    inside = [match for match in matches if start <= match.start and match.end <= end]
    passage = before + text[start:end] + (" …" if end < len(text) else "")
    return Snippet(passage, tuple((a + shift, b + shift) for a, b in _merged(inside)))


def _start(text: str, window: _Window) -> int:
    """Where the passage begins: with a sentence or else with a word, before the window."""
    room = max(0, WIDTH - (window.end - window.start))
    earliest = max(0, min(window.start - room // 2, len(text) - WIDTH))
    if earliest == 0:
        return 0
    for ends in (_SENTENCE_ENDS, (" ",)):
        found = [text.rfind(end, earliest, window.start) + len(end) for end in ends]
        if max(found) > earliest:
            return max(found) if ends is _SENTENCE_ENDS else text.find(" ", earliest) + 1
    return window.start


def _end(text: str, start: int, window: _Window) -> int:
    """Where the passage ends: with the last word that still fits."""
    end = max(window.end, start + WIDTH)
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(start, window.end), end + 1)
    return space if space > start else end


def _merged(matches: Sequence[_Match]) -> list[tuple[int, int]]:
    """The stretches that are matched, without overlaps: a part and its joined form are one."""
    found: list[tuple[int, int]] = []
    for match in matches:
        if found and match.start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], match.end)
        else:
            found.append((match.start, match.end))
    return found
