"""Whether the arrays of a segment fit together.

In: a segment whose bytes are as they were written. Out: what is wrong with it, one phrase for each
array. Called by `checking`. Works through each array in pieces, so that memory does not grow with
the segment but for some bytes for each document and each term.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.storage import lengths
from newsfeed.whoosh_numpy.storage.container import Array
from newsfeed.whoosh_numpy.storage.segment import TF_CAP, FieldArrays, Segment

_PIECE: Final = 1 << 20

_UNREADABLE: Final = (IndexError, ValueError, TypeError, KeyError, OverflowError)
"""What NumPy raises for numbers that point nowhere."""


def problems(segment: Segment) -> Iterator[str]:
    """What does not fit together; nothing for a segment as `batch` and `merging` write it."""
    for name in sorted(_lexicons(segment)):
        yield from _guarded(name, _of_lexicon(segment, name))
    for name in sorted(segment.fields):
        field = segment.field(name)
        if field is not None:
            yield from _guarded(name, _of_postings(segment, field))
            yield from _guarded(name, _of_accelerators(segment, field))
        yield from _guarded(name, _of_columns(segment, name))
        yield from _guarded(name, _of_stored_offsets(segment, name))
    yield from _guarded("stored", _of_stored(segment))


def _guarded(name: str, found: Iterator[str]) -> Iterator[str]:
    try:
        yield from found
    except DamagedIndex as error:
        yield f"field {name!r}: {error.reason}"
    except _UNREADABLE as error:
        yield f"field {name!r}: its arrays point nowhere ({error})"


def _lexicons(segment: Segment) -> set[str]:
    return {name.removesuffix(".heads") for name in segment.file if name.endswith(".heads")}


def _of_lexicon(segment: Segment, name: str) -> Iterator[str]:
    blob, offsets, heads = (
        segment.file.array(f"{name}.{each}") for each in ("blob", "offsets", "heads")
    )
    if problem := _offsets_problem(offsets, len(blob)):
        yield f"lexicon {name!r}: its offsets {problem}"
        return
    for start in range(0, len(heads), _PIECE):
        # One term of the next piece as well, so that every two neighbours are compared.
        end = min(start + _PIECE + 1, len(heads))
        if not np.array_equal(heads[start:end], _heads(blob, offsets[start : end + 1])):
            yield f"lexicon {name!r}: its heads are not those of its terms"
            return
        if not _ascending(segment, name, start, heads[start:end]):
            yield f"lexicon {name!r}: its terms do not ascend"
            return


def _heads(blob: NDArray[np.uint8], offsets: Array) -> NDArray[np.uint64]:
    starts = offsets[:-1].astype(np.int64)
    sizes = _differences(offsets)
    found = np.zeros(len(starts), np.uint64)
    for at in range(8):
        found <<= np.uint64(8)
        longer = sizes > at
        found[longer] |= blob[starts[longer] + at]
    return found


def _ascending(segment: Segment, name: str, start: int, heads: NDArray[np.uint64]) -> bool:
    if (heads[1:] < heads[:-1]).any():
        return False
    lexicon = segment.lexicon(name)
    same = np.flatnonzero(heads[1:] == heads[:-1]) + start
    return all(lexicon[number] < lexicon[number + 1] for number in same.tolist())


def _of_postings(segment: Segment, field: FieldArrays) -> Iterator[str]:
    name, starts = field.name, field.starts
    if problem := _offsets_problem(starts, len(field.docs)):
        yield f"field {name!r}: its starts {problem}"
        return
    if problem := _high_problem(segment, field):
        yield f"field {name!r}: {problem}"
        return
    if any(int(each.max()) >= segment.count for each in _in_pieces(field)):
        yield f"field {name!r}: a posting is of no document"
        return
    if problem := _long_problem(field):
        yield f"field {name!r}: {problem}"
        return
    tokens = np.zeros(segment.count, np.int64)
    for first, last in _term_ranges(starts):
        rows = starts[first : last + 1].astype(np.int64)
        docs = field.docs[rows[0] : rows[-1]]
        frequencies = field.frequencies(int(rows[0]), int(rows[-1]))
        if not _ascending_runs(docs, rows - rows[0]):
            yield f"field {name!r}: the documents of a term do not ascend"
            return
        if not frequencies.all():
            yield f"field {name!r}: a posting has the frequency 0"
            return
        if not _places_fit(field, first, rows, frequencies):
            yield f"field {name!r}: the positions of a term are not as many as its frequencies"
            return
        tokens += np.bincount(docs, frequencies, segment.count).astype(np.int64)
    yield from _of_lengths(segment, field, tokens)
    yield from _of_ordinals(segment, field)


def _high_problem(segment: Segment, field: FieldArrays) -> str | None:
    """The high halves of documents are runs, none empty, each of another half."""
    rows, highs = (segment.optional(f"{field.name}.{each}") for each in ("high_rows", "highs"))
    if rows is None or highs is None:
        return None
    if not len(rows) or (rows[1:] <= rows[:-1]).any() or int(rows[-1]) >= len(field.docs):
        return "the rows of its high halves do not ascend"
    if highs[0] == 0 or (highs[1:] == highs[:-1]).any():
        return "its high halves do not change where they should"
    return None


def _in_pieces(field: FieldArrays) -> Iterator[NDArray[np.uint32]]:
    for at in range(0, len(field.docs), _PIECE):
        yield field.docs[at : at + _PIECE]


def _term_ranges(starts: Array) -> Iterator[tuple[int, int]]:
    """Ranges of terms with about `_PIECE` postings each; one term may have more."""
    total = int(starts[-1])
    cuts = starts.searchsorted(np.arange(_PIECE, total, _PIECE, dtype=starts.dtype))
    yield from pairwise(np.unique(np.concatenate(([0], cuts, [len(starts) - 1]))).tolist())


def _ascending_runs(values: NDArray[np.uint32], starts: NDArray[np.int64]) -> bool:
    """Whether values ascend from each start to the next."""
    falls = np.flatnonzero(values[1:] <= values[:-1]) + 1
    return bool(np.isin(falls, starts).all())


def _places_fit(
    field: FieldArrays, first: int, rows: NDArray[np.int64], frequencies: NDArray[np.int64]
) -> bool:
    if field.positions is None or field.position_starts is None:
        return field.positions is field.position_starts
    places = field.position_starts[first : first + len(rows)].astype(np.int64)
    before = np.concatenate(([0], np.cumsum(frequencies)))
    is_last = first + len(rows) == len(field.starts)
    return (
        np.array_equal(places - places[0], before[rows - rows[0]])
        and (first > 0 or places[0] == 0)
        and (not is_last or places[-1] == len(field.positions))
    )


def _long_problem(field: FieldArrays) -> str | None:
    rows, codes = field.long_rows, field.codes
    if codes is None:
        return "it has frequencies but no codes" if len(rows) else None
    if (rows[1:] <= rows[:-1]).any() or (field.long_freqs < TF_CAP).any():
        return "its long rows do not ascend or are not long"
    capped = sum(
        int(np.count_nonzero(codes[at : at + _PIECE] >> 8 == TF_CAP))
        for at in range(0, len(codes), _PIECE)
    )
    if capped != len(rows) or (codes[rows] >> 8 != TF_CAP).any():
        return "its long rows are not those whose codes say so"
    return None


def _of_lengths(segment: Segment, field: FieldArrays, tokens: NDArray[np.int64]) -> Iterator[str]:
    counted = segment.lengths(field.name)
    if counted is None or field.codes is None:
        return
    if not np.array_equal(counted, tokens):
        yield f"field {field.name!r}: its lengths are not the sums of its frequencies"
        return
    byte = lengths.encode(counted)
    for at in range(0, len(field.docs), _PIECE):
        codes, docs = field.codes[at : at + _PIECE], field.docs[at : at + _PIECE]
        if not np.array_equal(codes & 255, byte[docs]):
            yield f"field {field.name!r}: a posting has not the length of its document"
            return


def _of_ordinals(segment: Segment, field: FieldArrays) -> Iterator[str]:
    ordinals = segment.ordinals(field.name)
    if ordinals is None:
        return
    wanted = np.zeros(segment.count, np.uint32)
    counts = _differences(field.starts)
    wanted[field.docs[:]] = np.repeat(np.arange(1, len(counts) + 1, dtype=np.uint32), counts)
    if len(field.docs) != np.count_nonzero(wanted) or not np.array_equal(ordinals, wanted):
        yield f"field {field.name!r}: its ordinals are not those of its postings"


def _of_accelerators(segment: Segment, field: FieldArrays) -> Iterator[str]:
    terms, starts, rows, cut = (
        segment.optional(f"{field.name}.best_{each}") for each in ("terms", "starts", "rows", "cut")
    )
    if terms is None or starts is None or rows is None or cut is None:
        return
    if len(starts) != len(terms) + 1 or len(cut) != len(terms):
        yield f"field {field.name!r}: its best postings have arrays of wrong lengths"
        return
    if problem := _offsets_problem(starts, len(rows)):
        yield f"field {field.name!r}: the starts of its best postings {problem}"
        return
    counts, listed = _differences(field.starts)[terms], _differences(starts)
    if (terms[1:] <= terms[:-1]).any() or (rows >= np.repeat(counts, listed)).any():
        yield f"field {field.name!r}: its best postings are none of its terms"
    elif not np.array_equal(cut, listed < counts):
        yield f"field {field.name!r}: its best postings do not say whether they are all"


def _of_columns(segment: Segment, name: str) -> Iterator[str]:
    ordinals = segment.optional(f"{name}.column_ordinals")
    if ordinals is None:
        return
    values = len(segment.lexicon(f"{name}.column"))
    if len(ordinals) and int(ordinals.max()) > values:
        yield f"field {name!r}: its column has a value that is none"


def _of_stored_offsets(segment: Segment, name: str) -> Iterator[str]:
    offsets, blob = segment.optional(f"{name}.stored_offsets"), segment.optional(f"{name}.stored")
    if offsets is None or blob is None:
        if offsets is not blob:
            yield f"field {name!r}: its stored values have no offsets"
        return
    if problem := _offsets_problem(offsets, len(blob)):
        yield f"field {name!r}: the offsets of its stored values {problem}"


def _of_stored(segment: Segment) -> Iterator[str]:
    for doc in range(segment.count):
        segment.stored(doc)
    yield from ()


def _differences(offsets: Array) -> NDArray[np.int64]:
    wide = offsets.astype(np.int64)
    return wide[1:] - wide[:-1]


def _offsets_problem(offsets: Array, end: int) -> str | None:
    """Offsets begin at 0, never fall and end where the array ends that they point into."""
    if not len(offsets) or offsets[0] != 0 or int(offsets[-1]) != end:
        return "do not begin and end where they should"
    for at in range(0, len(offsets), _PIECE):
        piece = offsets[at : at + _PIECE + 1]
        if (piece[1:] < piece[:-1]).any():
            return "do not ascend"
    return None
