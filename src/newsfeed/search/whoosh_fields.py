"""What the engine holds of an article: words by field, key, numbers, facets, the article itself.

In: a dated, named article. Out: the values of the engine's fields. Called by the adapter: the
writer gives them to the engine, `whoosh_segment` reads what became of them.

    headline … source  one field of words for each of `schema.FIELDS`, with positions
    id, token          the article's id, and its page token (`article.token`), to find it by
    published … changed  that instant of the article, in microseconds since 1970
    change             the number of its last change
    version            the first 64 bits of the SHA-256 of `article`, as a signed number
    facet_section …    each value as slug, SPLIT, name; see `facet_terms`
    article            the article's JSON, stored
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, get_args

import orjson
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, STORED, TEXT, Schema

from newsfeed.article import Article, to_json, token
from newsfeed.search import german
from newsfeed.search.schema import FACETS, FIELDS, Kind
from newsfeed.slugs import slug
from newsfeed.whoosh_numpy.analysis.analyzers import WordAnalyzer

FORMAT: Final = 3
"""Of everything stored: to be raised whenever fields or analysis change."""

NumberName = Literal["published", "arrived", "revised", "touched", "changed", "change", "version"]
NUMBERS: Final[tuple[NumberName, ...]] = get_args(NumberName)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
BETWEEN: Final = "\x1e"
"""Stands between the values of one field; between texts it has spaces around it."""

SPLIT: Final = "\x1f"
"""Stands in a facet's term between slug and name."""

AGAIN: Final = "\x7f"
"""Begins the facet term of a further spelling; sorts after every slug."""


class GermanWords(WordAnalyzer):
    """The terms of one kind of field (see `german`).

    The engine's words are runs of all characters that may belong to a word: it finds these fast,
    and looks at each different one but once. A compound's parts stand at successive positions and
    its joined form at the first one's. BETWEEN takes a position, so no phrase reaches across.
    """

    pattern = re.compile(f"[{german.IN_WORDS}{german.HYPHENS}{BETWEEN}]+")

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self.fingerprint = f"{kind} {FORMAT}"

    def terms(self, word: str) -> list[tuple[str, int]]:
        """The terms of a run's compounds; none of BETWEEN."""
        found: list[tuple[str, int]] = []
        place = 0
        for parts, joined in self._compounds(word):
            if joined and joined != parts[0]:
                found.append((joined, place))
            found += [(part, place + at) for at, part in enumerate(parts)]
            place += len(parts)
        return found

    def width(self, word: str) -> int:
        """One position for each part of a compound."""
        if word == BETWEEN:
            return 1
        return sum(len(parts) for parts, _ in self._compounds(word))

    def _compounds(self, word: str) -> Iterator[tuple[tuple[str, ...], str]]:
        return (german.terms(compound, self.kind) for compound in german.compounds(word))


class WholeValues(WordAnalyzer):
    """Each value is one term."""

    pattern = re.compile(f"[^{BETWEEN}]+")

    def terms(self, word: str) -> list[tuple[str, int]]:
        """The value as it is."""
        return [(word, 0)]


SCHEMA: Final = Schema(
    **{field.name: TEXT(analyzer=GermanWords(field.kind)) for field in FIELDS},
    **{f"facet_{name}": ID(analyzer=WholeValues()) for name in FACETS},
    id=ID(unique=True),
    token=ID(),
    **{name: COLUMN(NumericColumn("q")) for name in NUMBERS},
    article=STORED(),
)


def document(article: Article) -> dict[str, Any]:
    """The values of the engine's fields.

    Raises ValueError for an article without id or date, or with text that is no Unicode.
    """
    if not article.id:
        raise ValueError("id: the register has not named this article yet")
    try:
        stored = to_json(article)
    except orjson.JSONEncodeError as error:
        raise ValueError(f"{article.id}: a text in it is no Unicode: {error}") from error
    values: dict[str, Any] = {
        "id": article.id,
        "token": token(article.id),
        "article": stored,
        **numbers(article, stored),
    }
    texts = {
        field.name: f" {BETWEEN} ".join(filter(None, field.texts(article))) for field in FIELDS
    }
    for name, values_of in FACETS.items():
        texts[f"facet_{name}"] = BETWEEN.join(facet_terms(values_of(article)))
    return values | {name: text for name, text in texts.items() if text}


def numbers(article: Article, stored: bytes) -> dict[str, int]:
    """`NUMBERS` of a dated article that is stored as these bytes."""
    return {
        "published": microseconds(article.date),
        "arrived": microseconds(article.arrived),
        "revised": microseconds(article.revised),
        "touched": microseconds(article.touched),
        "changed": microseconds(article.changed or article.touched),
        "change": article.change,
        "version": int.from_bytes(hashlib.sha256(stored).digest()[:8], "big", signed=True),
    }


def version(number: int) -> str:
    """A version as the port has it: 16 hexadecimal digits."""
    return f"{number % (1 << 64):016x}"


def facet_terms(values: Iterable[str | None]) -> Iterable[str]:
    """The terms of a document's values in one facet: slug, SPLIT, name.

    Where several names have one slug, all but one of them are marked by AGAIN, so that each slug
    counts once.
    """
    slugs: set[str] = set()
    names = {value.replace(BETWEEN, " ").strip() for value in values if value}
    for name in sorted(names - {""}):
        value = slug(name)
        again = AGAIN if value in slugs else ""
        slugs.add(value)
        yield f"{again}{value}{SPLIT}{name}"


def microseconds(instant: datetime) -> int:
    """An aware instant as microseconds since 1970: exact, and comparable in any zone."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """The instant that many microseconds after 1970 began."""
    return EPOCH + timedelta(microseconds=microseconds)
