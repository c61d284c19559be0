"""Alone: what the model sees of each piece by itself.

In: the pieces of a page and its `Evidence`. Out: one row of numbers for each: its element, the
names around it, its length, its links, its words, whether trafilatura and the page's own data have
it in the text. Called by `judge` and by the training script, which must see exactly the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import log

from newsfeed.parsing import vocabulary
from newsfeed.parsing.html.columns import TEXT, Columns, Matrix
from newsfeed.parsing.html.evidence import Evidence
from newsfeed.parsing.html.hints import Hint
from newsfeed.parsing.html.pieces import Piece
from newsfeed.parsing.promotions import is_promotion

_LONGEST_PHRASE = 300
_SHORT_PHRASE = 100
"""Most of the pieces up to here are furniture, which pages of a paper have in common."""
_END = 60
"""Characters at a text's end that are looked at for its last mark."""

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "blockquote", "td", "section", "article", "dd")
_AROUND = ("article", "main", "ul", "table", "blockquote", "section", "details", "dl", "header")
_LENGTHS = (3, 6, 12, 25, 50, 100)
_HEADINGS = ("h2", "h3", "h4", "h5")
_QUOTED = ("„", "“", "»", "«", '"', "–")
_ENDS = re.compile(r"[.!?…:;。！？][\"“”«»'’‘)\]]*(?: \([\w /.,-]{1,40}\))?$")
_CREDIT = re.compile(
    r"(?:©|\(c\)|\b(?:foto|bild|grafik|quelle|photo|credit|bildquelle|imago|copyright|symbolbild"
    r"|archivbild|archivfoto)s?\s?:|\b(?:dpa|afp|reuters|getty|imago|apa|keystone|epa)\s?/"
    r"|/\s?(?:dpa|afp|reuters|getty|imago|apa|keystone|epa)\b)",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:von|by|par|por|text|autor(?:in)?|aus|interview)\b:? [A-ZÄÖÜ]", re.IGNORECASE
)
_DATE = re.compile(
    r"\b\d{1,2}\. ?(?:\d{1,2}\.|\w{3,9}) ?\d{2,4}|\b\d{1,2}[:.]\d\d ?(?:uhr|h)\b|\b\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_CREDIT_SIGNS = ("©", ":", "/", "(c)", "(C)")
"""Every credit has one of these."""
_WORD = re.compile(r"\w+")


def _has_credit(text: str) -> bool:
    head, tail = text[:_LONGEST_PHRASE], text[-100:]
    if not any(sign in head or sign in tail for sign in _CREDIT_SIGNS):
        return False
    return bool(_CREDIT.search(head) or _CREDIT.search(tail))


def _is_teaser(lower: str) -> bool:
    may_be = "|" in lower or "weiterlesen" in lower
    return may_be and vocabulary.TEASER.fullmatch(lower) is not None


def _is_furniture(lower: str) -> bool:
    return all(word[0] in vocabulary.INTERFACE for word in _WORD.finditer(lower))


def _has_date(lower: str) -> bool:
    return _DIGIT.search(lower) is not None and _DATE.search(lower) is not None


_ANY: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("ends", lambda text: _ENDS.search(text[-_END:])),
    ("ends long", lambda text: len(text) > 100 and _ENDS.search(text[-_END:])),
    ("ends colon", lambda text: text.endswith(":")),
    ("question", lambda text: text.endswith("?")),
    ("quoted", lambda text: text.startswith(_QUOTED)),
    ("no letters", lambda text: _LETTER.search(text) is None),
    ("upper", str.isupper),
    ("credit", _has_credit),
    ("promotes", is_promotion),
)
_SHORT: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("byline", _BYLINE.match),
    ("date", _has_date),
    ("furniture", _is_furniture),
    ("menu", vocabulary.MENU.match),
    ("related", vocabulary.RELATED.fullmatch),
    ("further", vocabulary.FURTHER.fullmatch),
    ("teaser", _is_teaser),
    ("comments", vocabulary.COMMENTS.fullmatch),
    ("end", vocabulary.END.fullmatch),
    ("topics", vocabulary.TAGS.fullmatch),
    ("mark", vocabulary.MARK.match),
)
"""What is asked of texts up to `_LONGEST_PHRASE`, in lower case."""

ALONE = Columns(
    [
        *(f"tag {tag}" for tag in _TAGS),
        *(f"in {tag}" for tag in _AROUND),
        *(f"called {hint.name}" for hint in Hint),
        *(f"around {hint.name}" for hint in Hint),
        *(f"words {length}" for length in _LENGTHS),
        *(name for name, _ in (*_ANY, *_SHORT)),
        "heading",
        "extracted",
        "extracted long",
        "extracted short",
        "extracted heading",
        "extracted item",
        "stated",
        "not stated",
        "headline",
        "standfirst",
        "caption",
        "beside picture",
        "short beside picture",
        "repeated",
        "linked",
        "all linked",
        "bold",
        "all bold",
        "before h1",
        "length",
    ]
)


def alone(pieces: Sequence[Piece], evidence: Evidence) -> Matrix:
    """(pieces, ALONE): each piece by itself."""
    matrix = ALONE.zeros(len(pieces))
    number = ALONE.number
    counts = Counter(piece.key for piece in pieces)
    heading = next((piece.place for piece in pieces if piece.tags[-1] == "h1"), -1)
    rows: list[int] = []
    columns: list[int] = []
    for row, piece in enumerate(pieces):
        said = _wording_of_short if len(piece.text) <= _SHORT_PHRASE else _wording
        names = [*_element(piece), *_known(piece, evidence), *said(piece.text)]
        columns += [number[name] for name in names]
        rows += [row] * len(names)
    matrix[rows, columns] = 1
    matrix[:, number["linked"]] = [min(1.0, piece.linked / len(piece.text)) for piece in pieces]
    matrix[:, number["bold"]] = [min(1.0, piece.bold / len(piece.text)) for piece in pieces]
    matrix[:, number["length"]] = [log(piece.words) / 4 for piece in pieces]
    matrix[:, number["repeated"]] = [counts[piece.key] > 1 for piece in pieces]
    matrix[:, number["before h1"]] = [piece.place < heading for piece in pieces]
    return matrix


class _Names(dict[int, tuple[str, ...]]):
    """The names of the features of a combination of hints."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, hints: int) -> tuple[str, ...]:
        self[hints] = names = tuple(f"{self._prefix} {hint.name}" for hint in Hint(hints))
        return names


_CALLED = _Names("called")
_CALLED_AROUND = _Names("around")


def _element(piece: Piece) -> Iterable[str]:
    """Its element, those around it and what they are called; how much of it is link or bold."""
    yield from _tagged(piece.tags)
    yield from _CALLED[piece.own]
    yield from _CALLED_AROUND[piece.around]
    if piece.linked * 10 >= len(piece.text) * 9:
        yield "all linked"
    if piece.bold * 10 >= len(piece.text) * 9:
        yield "all bold"


@lru_cache(maxsize=4_000)
def _tagged(tags: tuple[str, ...]) -> tuple[str, ...]:
    """What is said by the elements around a text alone."""
    own = [f"tag {tags[-1]}"] if tags[-1] in _TAGS else []
    heading = ["heading"] if tags[-1] in _HEADINGS else []
    return (*own, *heading, *(f"in {around}" for around in _AROUND if around in tags))


def _known(piece: Piece, evidence: Evidence) -> Iterable[str]:
    """Where else on the page it was found."""
    key = piece.key
    if key in evidence.extracted:
        yield from _extracted(piece)
    if evidence.stated:
        yield "stated" if key in evidence.stated else "not stated"
    for name, keys in (
        ("headline", evidence.headlines),
        ("standfirst", evidence.standfirsts),
        ("caption", evidence.captions),
    ):
        if key in keys:
            yield name
    if piece.place in evidence.pictured:
        yield "beside picture"
        if piece.words < TEXT:
            yield "short beside picture"
    for length in _LENGTHS:
        if piece.words >= length:
            yield f"words {length}"


def _extracted(piece: Piece) -> Iterable[str]:
    yield "extracted"
    yield "extracted long" if piece.words >= TEXT else "extracted short"
    if piece.tags[-1][0] == "h":
        yield "extracted heading"
    elif piece.tags[-1] == "li":
        yield "extracted item"


def _wording(text: str) -> list[str]:
    """What its words say."""
    names = [name for name, says in _ANY if says(text)]
    if len(text) <= _LONGEST_PHRASE:
        lower = text.lower()
        names += [name for name, says in _SHORT if says(lower)]
    return names


@lru_cache(maxsize=10_000)
def _wording_of_short(text: str) -> tuple[str, ...]:
    return tuple(_wording(text))
