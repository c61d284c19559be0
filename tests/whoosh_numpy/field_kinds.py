"""The kinds of fields that random schemas are made of, with the values and texts for each.

In: nothing. Out: `KINDS`, by the name that a field of the kind has in a schema. Called by
`strategies`. The vocabulary has few words, so that terms are shared, phrases repeat and prefixes
meet; some are German, some differ by an umlaut, by case or by a suffix only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from whoosh import analysis, columns, fields

WORDS: Final = (
    *("haus", "hausen", "häuser", "Wald", "wald", "wälder", "straße", "strasse", "Über", "ueber"),
    *("ab", "abc", "abd", "ac", "b", "der", "die", "und", "in", "x1", "2022"),
    *("run", "running", "runs", "ran"),
)
LISTS: Final = ("Politik", "politik", "Sport", "Sport Regional", "Kultur", "")
CODES: Final = ("a", "A", "ab", "b", "", "ü", "z z")
INTEGERS: Final = (-(2**31) + 1, -1, 0, 1, 2, 7, 100, 2**31 - 2)
FLOATS: Final = (-1e300, -1.5, -0.0, 0.0, 0.1, 2.0, 1e300)
DECIMALS: Final = tuple(map(Decimal, ("-1.50", "0.00", "0.01", "2.25", "19.99")))
DATES: Final = tuple(
    datetime(year, month, 1, 12, 0, 0, micro, tzinfo=UTC).replace(tzinfo=None)
    for year in (1999, 2022)
    for month in (1, 7)
    for micro in (0, 1)
)

Values = st.SearchStrategy[Any]

words: Final = st.sampled_from(WORDS)
texts: Final = st.one_of(
    st.lists(words, max_size=12).map(" ".join),
    st.lists(words, min_size=1, max_size=3).map(", ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(("", " ", "wald " * 40, "haus " * 256 + "ab", "b " * 300 + "wald abc")),
)


@dataclass(frozen=True)
class Kind:
    """One kind of field.

    values: what a document may give. terms: what a query may ask for. text: terms are words.
    phrases: positions are kept. ordered: the field can be sorted and grouped by.
    """

    make: Callable[[], fields.FieldType]
    values: Values
    terms: Values
    text: bool = False
    phrases: bool = False
    numeric: bool = False
    ordered: bool = False


def _text(**options: Any) -> Kind:
    kept = options.get("phrase", True)
    return Kind(lambda: fields.TEXT(**options), texts, words, text=True, phrases=kept)


def _key(make: Callable[[], fields.FieldType], values: tuple[Any, ...]) -> Kind:
    one = st.sampled_from(values)
    return Kind(make, one, one, ordered=True)


def _number(values: tuple[Any, ...], **options: Any) -> Kind:
    """A field of numbers; one that is neither sorted by nor stored is given several at times."""
    one = st.sampled_from(values)
    several = st.lists(one, min_size=1, max_size=3)
    given = one if options.keys() & {"sortable", "stored"} else st.one_of(one, several)
    make = lambda: fields.NUMERIC(**options)  # noqa: E731
    return Kind(make, given, one, numeric=True, ordered=bool(options.get("sortable")))


_SIMPLE = analysis.SimpleAnalyzer()
_STANDARD = analysis.StandardAnalyzer(stoplist=["der", "die", "und"], minsize=1)
_GAPS = (
    analysis.RegexTokenizer()
    | analysis.LowercaseFilter()
    | analysis.StopFilter(["der", "und"], minsize=1, renumber=False)
)
_FOLDED = _SIMPLE | analysis.CharsetFilter({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss"})

KINDS: Final[dict[str, Kind]] = {
    # Texts: analysers of single words, with and without gaps, and those of several words.
    "standard": _text(analyzer=_STANDARD, stored=True),
    "simple": _text(analyzer=_SIMPLE),
    "gaps": _text(analyzer=_GAPS, spelling=True),
    "stemmed": _text(analyzer=analysis.StemmingAnalyzer(minsize=1), chars=True),
    "folded": _text(analyzer=_FOLDED, sortable=True),
    "plain": _text(analyzer=_SIMPLE, phrase=False),
    "boosted": _text(analyzer=_SIMPLE, field_boost=2.5),
    "shingled": _text(analyzer=_SIMPLE | analysis.ShingleFilter(2)),
    "ngrams": Kind(lambda: fields.NGRAM(minsize=2, maxsize=3), texts, words, text=True),
    "ngramwords": Kind(lambda: fields.NGRAMWORDS(2, 3, at="start"), texts, words, text=True),
    # Keys: whole values, lists of them.
    "code": _key(lambda: fields.ID(stored=True), CODES),
    "sorted_code": _key(lambda: fields.ID(sortable=True), CODES),
    "codes": Kind(fields.IDLIST, texts, words, text=True),
    "tags": Kind(lambda: fields.KEYWORD(stored=True), texts, words, text=True),
    "scored_tags": Kind(lambda: fields.KEYWORD(scorable=True), texts, words, text=True),
    "listed": Kind(
        lambda: fields.KEYWORD(commas=True, lowercase=True),
        st.lists(st.sampled_from(LISTS), max_size=3).map(",".join),
        st.sampled_from(LISTS).map(str.lower),
    ),
    "flag": _key(lambda: fields.BOOLEAN(stored=True), (False, True)),
    # Numbers and dates.
    "number": _number(INTEGERS),
    "sorted_number": _number(INTEGERS, sortable=True, stored=True),
    "small": _number((-127, 0, 1, 5), bits=8),
    "unsigned": _number((0, 1, 7, 2**63), bits=64, signed=False),
    "real": _number(FLOATS, numtype=float),
    "price": _number(DECIMALS, numtype=Decimal, decimal_places=2, stored=True),
    "date": _key(lambda: fields.DATETIME(stored=True, sortable=True), DATES),
    "plain_date": _key(fields.DATETIME, DATES),
    # Values that are not indexed.
    "kept": Kind(fields.STORED, st.one_of(texts, st.integers(), st.binary(max_size=9)), words),
    "column": Kind(
        lambda: fields.COLUMN(columns.NumericColumn("i")), st.sampled_from((0, 1, 5)), words
    ),
}
