"""Groups and collapses what a search matched.

In: the matches of each leaf, their order, facets. Out: groups by name, and the matches that are
left when of each group only the first are kept. Called by `searcher`. All matches count, not those
of a page; the documents of a group stand in the order of the results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import sorting

from newsfeed.whoosh_numpy.searching.facets import (
    Keys,
    Overlap,
    Part,
    Search,
    distinct,
    keyer,
    overlapping,
)
from newsfeed.whoosh_numpy.searching.sorting import Ordered


class Groups(sorting.FacetMap):  # type: ignore[misc]
    """A finished facet map: what `Results.groups` gives."""

    def __init__(self, found: dict[Any, Any]) -> None:
        self.dict = found

    def as_dict(self) -> dict[Any, Any]:
        return self.dict


def grouped(
    facet: Any, kind: Any, parts: Sequence[Part], order: Ordered, search: Search
) -> sorting.FacetMap:
    """The groups of one facet in the way of a facet map (an instance of `Count`, `Best`, …)."""
    counted = type(kind) is sorting.Count
    names, codes, places = _memberships(facet, parts, search)
    if counted:
        totals = np.bincount(codes, minlength=len(names)).tolist()
        return Groups({name: total for name, total in zip(names, totals, strict=True) if total})
    position = np.full(sum(len(part.docs) for part in parts), -1, np.int64)
    position[order.places] = np.arange(len(order.places))
    ranked = np.lexsort((position[places], codes))
    docs, codes = order.docs[position[places[ranked]]].tolist(), codes[ranked]
    ends = codes.searchsorted(np.arange(len(names)), "right").tolist()
    listed = {
        name: docs[start:end]
        for name, start, end in zip(names, [0, *ends], ends, strict=False)
        if end > start
    }
    return _in_kind(kind, listed, order)


def collapsed(
    parts: Sequence[Part], keys: Callable[[Part], Keys], order: Ordered, keep: int
) -> tuple[list[Part], Counter[Any]]:
    """The first `keep` of each key in this order, and how many of each were left out.

    Documents without a key (None or an empty text) are all kept.
    """
    if not parts:
        return [], Counter()
    names, codes = _numbered([keys(part) for part in parts])
    empty = np.array([name is None or name in ("", b"") for name in names], np.bool_)
    inverse = np.empty(len(order.places), np.int64)
    in_order = codes[order.places]
    ranked = np.argsort(in_order, kind="stable")
    starts = in_order[ranked].searchsorted(in_order[ranked])
    inverse[ranked] = np.arange(len(ranked)) - starts
    kept_in_order = (inverse < keep) | empty[in_order]
    kept = np.zeros(len(codes), np.bool_)
    kept[order.places[kept_in_order]] = True
    lost = Counter({names[code]: n for code, n in Counter(codes[~kept].tolist()).items()})
    ends = np.cumsum([len(part.docs) for part in parts])[:-1]
    masks = np.split(kept, ends)
    return [part.only(mask) for part, mask in zip(parts, masks, strict=True)], lost


def _memberships(
    facet: Any, parts: Sequence[Part], search: Search
) -> tuple[list[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Group names; then for each membership the group's number and the match's place."""
    several = overlapping(facet, search)
    single = keyer(facet, search) if several is None else None
    found: list[Overlap] = []
    for part in parts:
        if several is not None:
            found.append(several(part))
        elif single is not None:
            found.append(Overlap(np.arange(len(part.docs)), single(part)))
    names, codes = _numbered([each.keys for each in found])
    starts = np.cumsum([0, *(len(part.docs) for part in parts)])
    places = [each.places + start for each, start in zip(found, starts, strict=False)]
    return names, codes, np.concatenate([*places, np.zeros(0, np.int64)]).astype(np.int64)


def _numbered(keys: Sequence[Keys]) -> tuple[list[Any], NDArray[np.int64]]:
    """The different names, and for each match of all parts the number of its name."""
    numbers: dict[Any, int] = {}
    found = [np.zeros(0, np.int64)]
    for each in keys:
        codes, inverse = distinct(each.codes)
        own = [numbers.setdefault(each.name(code), len(numbers)) for code in codes.tolist()]
        found.append(np.array(own, np.int64)[inverse])
    return list(numbers), np.concatenate(found)


def _in_kind(kind: Any, listed: Mapping[Any, list[int]], order: Ordered) -> sorting.FacetMap:
    """Lists in the order of the results, as the kind of facet map wants them."""
    if type(kind) in (sorting.OrderedList, sorting.UnorderedList):
        return Groups(dict(listed))
    if type(kind) is sorting.Best:
        return Groups({name: docs[0] for name, docs in listed.items()})
    position = {doc: place for place, doc in enumerate(order.docs.tolist())}
    for name, docs in listed.items():
        for doc in docs:
            kind.add(name, doc, position[doc])
    return kind
