"""The same answers sooner: the optional kernel for the queries that people type.

In: a tree of nodes. Out: the best matches, or None where the nodes have to find them: without the
kernel, for other shapes of trees, and for arrays that need care. Called by `topk`. The kernel takes
conjunctions of unions of words and phrases; it is `_kernel.c`, built by `make kernel`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.evaluation.intersections import All
from newsfeed.whoosh_numpy.evaluation.nodes import Node, Term
from newsfeed.whoosh_numpy.evaluation.phrases import Phrase
from newsfeed.whoosh_numpy.evaluation.postings import Described, Postings
from newsfeed.whoosh_numpy.evaluation.unions import Sum
from newsfeed.whoosh_numpy.storage.leaf import Leaf

_built: ModuleType | None
try:
    _built = import_module("newsfeed.whoosh_numpy.evaluation._kernel")
except ImportError:
    _built = None
_kernel = _built

MOST: Final = 128
"""Of more matches than that the kernel's list would cost more than sorting."""

_POSTINGS: Final = struct.Struct("=10Q")
_BLOCK: Final = 64
_BEST: Final = 24
_AFTER: Final = 48
_NO_BEST: Final = bytes(_AFTER - _BEST)
_FAR: Final = 1 << 40
_WEIGHT: Final = struct.Struct("=Qdd")
_LEAST: Final = -float(1 << 52)

Found = list[tuple[float, int]]


def built() -> bool:
    """Whether there is a kernel."""
    return _built is not None


def use(wanted: bool) -> None:
    """Whether searches from now on go to the kernel; where it was built they do from the start."""
    global _kernel
    _kernel = _built if wanted else None


def best(node: Node, leaf: Leaf, k: int, least: float) -> Found | None:
    """The best k that score `least` as (-score, document), best first.

    The plan holds addresses: the arrays belong to the nodes, the leaf, and `held`.
    """
    kernel = _kernel
    if kernel is None or not 0 < k <= MOST:
        return None
    shape: list[int] = []
    words: list[bytes] = []
    held: list[Described] = []
    groups = node.kids if type(node) is All else (node,)
    shape.append(len(groups))
    for group in groups:
        if not _described(group, shape, words, held):
            return None
    packed = struct.pack(f"={len(shape)}q", *shape)
    live = 0 if leaf.live is None else _address(leaf.live)
    found: Found | None = kernel.best(
        packed, b"".join(words), k, max(least, _LEAST), live, leaf.count
    )
    return found


def _described(group: Node, shape: list[int], words: list[bytes], held: list[Described]) -> bool:
    """Adds a union to a plan; whether the kernel can take it."""
    kids = group.kids if type(group) is Sum else (group,)
    shape.append(len(kids))
    for kid in kids:
        if type(kid) is Term:
            shape += (1, 0)
            parts: Sequence[Term] = (kid,)
        elif type(kid) is Phrase and kid.slop > 0:
            shape += (len(kid.words), min(kid.slop, _FAR))
            parts = kid.words
        else:
            return False
        for term in parts:
            told = _word(term.postings) if parts[0] is kid else _word_of_phrase(term.postings)
            known = told.addresses
            if not known or not term.weight > 0 or term.impacts.lengthless:
                return False
            held.append(told)
            # Without its best postings, where they are not the best under these statistics.
            words.append(known if term.listed() else known[:_BEST] + _NO_BEST + known[_AFTER:])
            words.append(_WEIGHT.pack(term.impacts.address, term.weight, term.impacts.ceiling))
    return True


def _word(postings: Postings) -> Described:
    if postings.described is None:
        postings.described = _arrays(postings, None)
    return postings.described


def _word_of_phrase(postings: Postings) -> Described:
    """Its positions are found by adding up frequencies, and so need places to begin at.

    Threads that ask at once each make their own and hold it as long as they need it.
    """
    found = postings.described_in_phrase
    if found is None:
        blocks, codes = None, postings.codes
        if codes is not None and postings.long is None and len(codes) > _BLOCK:
            sums = np.add.reduceat(codes >> 8, np.arange(0, len(codes), _BLOCK), dtype=np.uint32)
            blocks = np.cumsum(sums, dtype=np.uint32) - sums
        found = postings.described_in_phrase = _arrays(postings, blocks)
    return found


def _arrays(postings: Postings, blocks: NDArray[np.uint32] | None) -> Described:
    """Addresses and lengths; nothing where the kernel must not see the arrays."""
    codes, arrays = postings.codes, postings.arrays
    sound = codes is not None and len(codes) == len(postings.docs) == postings.size
    if not sound or postings.long is not None or not postings.size:
        return Described(b"", None)
    positions, place, count, width = arrays.positions, 0, 0, 2
    if positions is not None and arrays.position_starts is not None:
        start = int(arrays.position_starts[postings.number])
        width = positions.itemsize
        place, count = _address(positions) + start * width, max(0, len(positions) - start)
    best, best_codes = postings.best, postings.best_codes
    packed = _POSTINGS.pack(
        _address(postings.docs),
        _address(codes),
        postings.size,
        0 if best is None else _address(best),
        0 if best_codes is None else _address(best_codes),
        0 if best is None else len(best),
        place,
        count,
        width,
        0 if blocks is None else _address(blocks),
    )
    return Described(packed, blocks)


def _address(array: object) -> int:
    address: int = array.__array_interface__["data"][0]  # type: ignore[attr-defined]
    return address
