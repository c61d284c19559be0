"""What a word, phrase or prefix of a query looks for in the index.

In: a leaf of the query tree. Out: runs, which are consecutive terms in certain fields, and
beginnings of terms. Called by `evaluate` (matching) and `snippets` (highlighting).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from newsfeed.search import german
from newsfeed.search.language import Leaf, Must, Node, Not, Prefix, Ranked, Word
from newsfeed.search.schema import FIELDS, Kind

KINDS: tuple[Kind, ...] = ("text", "name")


@dataclass(frozen=True, slots=True)
class Run:
    """Terms standing next to each other in one of these fields (by number)."""

    terms: tuple[str, ...]
    fields: frozenset[int]


@dataclass(frozen=True, slots=True)
class Beginning:
    """Any term that begins so, standing in one of these fields (by number)."""

    prefix: str
    fields: frozenset[int]


@lru_cache(maxsize=4096)
def runs(leaf: Leaf) -> tuple[Run, ...]:
    """The runs of a word or phrase, each an alternative; none for a leaf without any term.

    A prefix has the runs of its own letters as a word: "Regierung*" finds "Regierungen" too, whose
    stem is shorter than the prefix.
    """
    found = []
    for kind in KINDS:
        fields = _fields(leaf.field, kind)
        if fields:
            found += [Run(terms, fields) for terms in _spellings(leaf, kind)]
    return tuple(found)


def expand(prefix: Prefix) -> tuple[tuple[Run, ...], tuple[Beginning, ...]]:
    """What a prefix looks for: its own runs, and all terms that begin so, one for each kind."""
    start = beginning(prefix)
    # Its own term may be among those that begin so, and must not count twice.
    own = tuple(run for run in runs(prefix) if not run.terms[0].startswith(start))
    kinds = (_fields(prefix.field, kind) for kind in KINDS) if start else ()
    return own, tuple(Beginning(start, fields) for fields in kinds if fields)


def beginning(prefix: Prefix) -> str:
    """How the terms of a prefix begin: folded, hyphens left out, not stemmed."""
    return german.term(prefix.text.replace("-", ""), "name")


def searches(leaf: Leaf, field: int) -> bool:
    """True where a leaf searches the field of this number."""
    return any(field in _fields(leaf.field, kind) for kind in KINDS)


def sort_wishes(parts: Sequence[Node | Must]) -> tuple[list[Node], list[Node | Must]]:
    """The wishes of a ranked list, and its required and forbidden parts.

    Stop words and leaves without any term are no wishes as long as anything else is asked for.
    """
    others: list[Node | Must] = [part for part in parts if isinstance(part, Must | Not)]
    wishes: list[Node] = [part for part in parts if not isinstance(part, Must | Not)]
    weighty = [wish for wish in wishes if _has_weight(wish)]
    if weighty or any(isinstance(part, Must) for part in others):
        return weighty, others
    return wishes, others


def demanding(tree: Node) -> Node:
    """The tree for orders that know no rank: a list without a `Must` requires all its wishes.

    By date, an article with one of three words would stand above those with all of them, and a
    feed of the search would deliver it.
    """
    if not isinstance(tree, Ranked) or any(isinstance(part, Must) for part in tree.parts):
        return tree
    wishes, others = sort_wishes(tree.parts)
    return Ranked((*(Must(wish) for wish in wishes), *others))


def _has_weight(node: Node) -> bool:
    if isinstance(node, Word) and german.is_stop_word(node.text):
        return False
    return not isinstance(node, Leaf) or bool(runs(node))


def _spellings(leaf: Leaf, kind: Kind) -> Iterable[tuple[str, ...]]:
    compounds = [german.terms(compound, kind) for compound in german.compounds(leaf.text)]
    parts = tuple(part for terms, _ in compounds for part in terms)
    if parts:
        yield parts
    if len(compounds) == 1 and compounds[0][1]:
        yield (compounds[0][1],)


@lru_cache(maxsize=64)
def _fields(name: str | None, kind: Kind) -> frozenset[int]:
    """The numbers of the fields of one kind that a leaf searches."""
    return frozenset(
        number
        for number, field in enumerate(FIELDS)
        if field.kind == kind and (field.plain if name is None else field.name == name)
    )
