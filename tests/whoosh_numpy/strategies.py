"""Random schemas, documents, histories of an index, and queries.

In: the kinds of `field_kinds`. Out: hypothesis strategies, and how many examples a test draws from
them. Called by the versus tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from whoosh import fields
from whoosh import query as q

from tests.whoosh_numpy.field_kinds import KINDS, WORDS

KEY: Final = "key"
"""The field that names a document: unique, stored."""

Given = Mapping[str, Any]
Names = tuple[str, ...]
Queries = st.SearchStrategy[q.Query]

boosts: Final = st.sampled_from((1.0, 1.0, 1.0, 0.0, 0.5, 3.0, 0.1, 7.3, -1.0))
keys: Final = st.sampled_from("abcdefgh")


@dataclass(frozen=True)
class Operation:
    """One step in the life of an index: what is called, and with what."""

    name: str
    argument: Any = None


def examples(count: int) -> settings:
    """So many examples for a test, the same each time; or as many new ones as a hunt wants."""
    if settings.get_current_profile_name() == "hunt":
        return settings()
    return settings(settings.get_profile("repeatable"), max_examples=count)


def schema_of(names: Names) -> fields.Schema:
    """A schema with the key and one field of each kind named."""
    made: dict[str, Any] = {name: KINDS[name].make() for name in names}
    return fields.Schema(**{KEY: fields.ID(unique=True, stored=True)}, **made)


schemas: Final = (
    st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5, unique=True)
    .filter(lambda names: any(KINDS[name].text for name in names))
    .map(tuple)
)
"""Names of kinds, at least one of them of words."""


@cache
def documents(names: Names) -> st.SearchStrategy[Given]:
    """What is given for one document; any field but the key may be missing."""
    given = {name: KINDS[name].values for name in names}
    return st.fixed_dictionaries({KEY: keys}, optional=given)


@cache
def histories(names: Names) -> st.SearchStrategy[list[Operation]]:
    """Some documents to begin with; then additions, updates, deletions and commits in any order."""
    document = documents(names)
    added = document.map(lambda given: Operation("add_document", given))
    terms = st.one_of(
        keys.map(lambda key: (KEY, key)),
        *(st.tuples(st.just(name), KINDS[name].terms) for name in _asked(names)),
    )
    changes = st.one_of(
        added,
        document.map(lambda given: Operation("update_document", given)),
        terms.map(lambda term: Operation("delete_by_term", term)),
        leaves(names).map(lambda query: Operation("delete_by_query", query)),
        st.sampled_from(("commit", "commit", "cancel", "optimize")).map(Operation),
    )
    return st.builds(list.__add__, st.lists(added, max_size=10), st.lists(changes, max_size=15))


def _asked(names: Names) -> list[str]:
    return [name for name in names if schema_of((name,))[name].indexed]


@cache
def leaves(names: Names) -> Queries:
    """Queries without children, in any field, one of which may be unknown."""
    asked = _asked(names)
    field = st.sampled_from(asked)
    every = st.builds(q.Every, st.one_of(st.none(), field), boost=boosts)
    term = field.flatmap(lambda name: st.builds(q.Term, st.just(name), KINDS[name].terms, boosts))
    unknown = st.builds(q.Term, st.just("nowhere"), st.sampled_from(WORDS))
    return st.one_of(
        term,
        term,
        *(_of_words(name) for name in asked if KINDS[name].text),
        *(_of_words(name) for name in asked if KINDS[name].text),
        *(_of_numbers(name) for name in asked if KINDS[name].numeric),
        *(_of_dates(name) for name in asked if isinstance(KINDS[name].make(), fields.DATETIME)),
        every,
        st.just(q.NullQuery),
        unknown,
    )


def _of_words(name: str) -> Queries:
    field = st.just(name)
    word = st.sampled_from([*WORDS, *(each.lower() for each in WORDS if not each.islower()), "ha"])
    part = st.sampled_from(("", "h", "ha", "ab", "wa", "ü", "r", "zzz"))
    constant = st.booleans()
    choices = [
        st.builds(q.Prefix, field, part, boost=boosts, constantscore=constant),
        st.builds(
            q.Wildcard,
            field,
            st.sampled_from(("*", "h*", "*s", "w?ld", "a[bc]*", "?", "*a*", "", "[!h]*")),
            boost=boosts,
            constantscore=constant,
        ),
        st.builds(
            q.Regex,
            field,
            st.sampled_from(("ha.*", "ab{0,1}c", "a|b", "^w", "h(aus|äuser)", "ab?c", "x*1", ".")),
            boost=boosts,
            constantscore=constant,
        ),
        st.builds(
            q.FuzzyTerm,
            field,
            word,
            boost=boosts,
            maxdist=st.integers(0, 2),
            prefixlength=st.integers(0, 2),
            constantscore=constant,
        ),
        st.builds(q.Variations, field, st.sampled_from(("run", "running", "haus")), boost=boosts),
        st.builds(
            q.TermRange,
            field,
            st.one_of(st.none(), word),
            st.one_of(st.none(), word),
            st.booleans(),
            st.booleans(),
            boost=boosts,
            constantscore=constant,
        ),
    ]
    if KINDS[name].phrases:
        said = st.lists(word, min_size=1, max_size=4)
        choices += [st.builds(q.Phrase, field, said, st.integers(1, 4), boosts)] * 3
    return st.one_of(*choices)


def _of_numbers(name: str) -> Queries:
    return _ranges(q.NumericRange, name)


def _of_dates(name: str) -> Queries:
    return _ranges(q.DateRange, name)


def _ranges(kind: type[q.Query], name: str) -> Queries:
    bound = st.one_of(st.none(), KINDS[name].terms)
    both = st.booleans()
    return st.builds(kind, st.just(name), bound, bound, both, both, boosts, constantscore=both)


@st.composite
def queries(draw: st.DrawFn, names: Names, depth: int = 3) -> q.Query:
    """Queries of every class that the engine evaluates itself, nested.

    Drawn step by step: a recursive strategy of so many classes is too long to be written down.
    """
    if not depth or draw(st.integers(0, 3)) == 0:
        return draw(leaves(names))
    return draw(_compounds(names, depth))


@cache
def _compounds(names: Names, depth: int) -> Queries:
    parts = queries(names, depth - 1)
    several = st.lists(parts, max_size=3)
    with_nots = st.lists(st.one_of(parts, parts, st.builds(q.Not, parts)), min_size=1, max_size=4)
    return st.one_of(
        st.builds(q.And, with_nots, boost=boosts),
        st.builds(q.Or, several, boost=boosts),
        st.builds(q.Or, with_nots, boost=boosts),
        st.builds(
            q.Or,
            several,
            boost=boosts,
            minmatch=st.integers(0, 3),
            scale=st.sampled_from((None, 0.5, 0.9)),
        ),
        st.builds(q.DisjunctionMax, several, boost=boosts),
        st.builds(q.AndNot, parts, parts),
        st.builds(q.AndMaybe, parts, parts),
        st.builds(q.Require, parts, parts),
        st.builds(q.Otherwise, parts, parts),
        st.builds(q.Not, parts),
        st.builds(q.ConstantScoreQuery, parts, score=boosts),
    )
