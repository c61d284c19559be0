"""Puts what a search matched in order.

In: the matches of each leaf, criteria. Out: the first of them, or all, in order. Called by
`searcher`. Within a leaf numbers are compared; only what can come out first is compared across
leaves by value. Equal matches stand in the order of their document numbers; `reverse` turns the
whole order round, that one too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.searching.facets import Criterion, Keys, Part, distinct, ranks


@dataclass(frozen=True)
class Ordered:
    """Matches in order: document numbers of the index, scores multiplied by SCALE.

    places: of each match in the parts' matches one after the other.
    """

    docs: NDArray[np.int64]
    scores: NDArray[np.float64]
    places: NDArray[np.int64]


def ordered(
    parts: Sequence[Part],
    criteria: Sequence[Criterion],
    *,
    reverse: bool = False,
    limit: int | None = None,
) -> Ordered:
    """The first `limit` matches, or all. Without criteria the order is that of the numbers."""
    kept = [_first(part, criteria, reverse, limit) for part in parts]
    trimmed = [part.only(places) for part, places in zip(parts, kept, strict=True)]
    columns = [_column(criterion, trimmed) for criterion in criteria]
    docs = _joined([part.docs.astype(np.int64) + part.base for part in trimmed], np.int64)
    order = np.lexsort((docs, *reversed(columns)))
    if reverse:
        order = order[::-1]
    order = order[:limit]
    starts = np.cumsum([0, *(len(part.docs) for part in parts)])
    places = _joined([each + start for each, start in zip(kept, starts, strict=False)], np.int64)
    scores = _joined([part.scores for part in trimmed], np.float64)
    return Ordered(docs[order], scores[order], places[order])


def across(keys: Sequence[Keys]) -> NDArray[Any]:
    """Numbers that order the matches of all parts, one part after the other."""
    if len(keys) < 2:
        return keys[0].codes if keys else np.zeros(0, np.int64)
    own_codes = [distinct(each.codes) for each in keys]
    named = [
        each.key(code)
        for each, (codes, _) in zip(keys, own_codes, strict=True)
        for code in codes.tolist()
    ]
    places = ranks(named)[1]
    ends = np.cumsum([len(codes) for codes, _ in own_codes])[:-1]
    split = np.split(places, ends)
    return _joined(
        [own[inverse] for own, (_, inverse) in zip(split, own_codes, strict=True)],
        np.int64,
    )


def _column(criterion: Criterion, parts: Sequence[Part]) -> NDArray[Any]:
    keys = [criterion.keys(part) for part in parts]
    if not all(each.sortable for each in keys):
        raise TypeError("the keys to sort by cannot be compared with each other")
    numbers = across(keys)
    return -numbers if criterion.descending else numbers


def _first(
    part: Part, criteria: Sequence[Criterion], reverse: bool, limit: int | None
) -> NDArray[np.int64]:
    """Places, ascending, of the matches of one leaf that can be among the first of all."""
    count = len(part.docs)
    if limit is None or count <= limit:
        return np.arange(count)
    columns = []
    for criterion in criteria:
        codes = criterion.keys(part).codes
        columns.append(-codes if criterion.descending != reverse else codes)
    numbers = -np.arange(count) if reverse else np.arange(count)
    places = np.arange(count)
    if columns:
        # Whatever the later criteria say, nothing beyond the limit-th of the first comes in.
        last = np.partition(columns[0], limit - 1)[limit - 1]
        places = np.flatnonzero(columns[0] <= last)
    keys = (numbers[places], *(column[places] for column in reversed(columns)))
    found: NDArray[np.int64] = np.sort(places[np.lexsort(keys)[:limit]])
    return found


def _joined(arrays: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype)
