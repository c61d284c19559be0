"""Joins what documents have rather than terms: stored values and columns.

In: sources. Out: the arrays of the merged segment. Called by `merging`. Stored values are copied as
they are where they were compressed with the same dictionary, else compressed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from newsfeed.whoosh_numpy.merging.sources import Source, ranges, sizes
from newsfeed.whoosh_numpy.merging.terms import join_lexicons
from newsfeed.whoosh_numpy.storage import stored
from newsfeed.whoosh_numpy.storage.container import Array, ArrayWriter

_PIECE: Final = 1 << 22
"""Bytes of stored values that are copied at a time, about."""

_SAMPLES: Final = 256


def join_column(writer: ArrayWriter, name: str, sources: Sequence[Source]) -> bool:
    """Writes the column of a field; whether a document that lives on has a value in it."""
    ordinals = [_ordinals(name, source) for source in sources]
    having = [
        (source.segment.lexicon(f"{name}.column"), values)
        for source, values in zip(sources, ordinals, strict=True)
        if values.any()
    ]
    if not having:
        return False
    used = [np.bincount(values, minlength=len(each) + 1)[1:] > 0 for each, values in having]
    _, numbers = join_lexicons(writer, f"{name}.column", [each for each, _ in having], used)
    region = writer.append(f"{name}.column_ordinals", "<u4")
    renamed = iter(numbers)
    for values in ordinals:
        if values.any():
            region.write(np.append(np.uint32(0), next(renamed) + np.uint32(1))[values])
        else:
            region.write(values)
    return True


def _ordinals(name: str, source: Source) -> Array:
    found = source.segment.optional(f"{name}.column_ordinals")
    return np.zeros(source.count, np.uint32) if found is None else source.kept(found)


def join_stored(
    writer: ArrayWriter,
    names: Sequence[str],
    sources: Sequence[Source],
    done: Callable[[int], None],
) -> None:
    """Writes the stored values of fields; `done` is told the number of values of a piece."""
    dictionary = _dictionary(names, sources)
    if dictionary is not None:
        writer.write("stored.dictionary", np.frombuffer(dictionary, np.uint8))
    encoder = stored.Encoder(dictionary)
    for name in names:
        lengths = [np.zeros(0, np.int64)]
        blob = writer.append(f"{name}.stored", "|u1")
        for source in sources:
            own = _own_dictionary(source)
            for piece in _pieces(name, source, encoder if own != dictionary else None):
                lengths.append(piece[0])
                blob.write(piece[1])
                done(len(piece[0]))
        offsets = np.zeros(sum(map(len, lengths)) + 1, "<u8")
        np.cumsum(np.concatenate(lengths), out=offsets[1:])
        writer.write(f"{name}.stored_offsets", offsets)


def has_stored(name: str, source: Source) -> bool:
    """Whether a document that lives on has a value of this field."""
    offsets = source.segment.optional(f"{name}.stored_offsets")
    return offsets is not None and bool(source.kept(sizes(offsets)).any())


def _pieces(
    name: str, source: Source, encoder: stored.Encoder | None
) -> Iterator[tuple[Array, Array]]:
    """Runs of values: the size of each, and all of them. `encoder`: to compress them anew."""
    offsets = source.segment.optional(f"{name}.stored_offsets")
    if offsets is None:
        yield np.zeros(source.count, np.int64), np.zeros(0, np.uint8)
        return
    values = source.segment.file.array(f"{name}.stored")
    for low, high in ranges(offsets[1:], _PIECE):
        if encoder is not None:
            yield _recoded(name, source, (low, high), encoder)
            continue
        lengths = sizes(offsets[low : high + 1])
        data = values[int(offsets[low]) : int(offsets[high])]
        if source.live is not None:
            kept = source.live[low:high]
            data, lengths = data[np.repeat(kept, lengths)], lengths[kept]
        yield lengths, data


def _recoded(
    name: str, source: Source, docs: tuple[int, int], encoder: stored.Encoder
) -> tuple[Array, Array]:
    raws = []
    for doc in range(*docs):
        if source.live is None or source.live[doc]:
            raw = _raw(name, source, doc)
            if raw[:1] in (b"T", b"B"):
                raw = encoder.encode(name, source.segment.stored_value(doc, name))
            raws.append(raw)
    return np.fromiter(map(len, raws), np.int64, len(raws)), np.frombuffer(b"".join(raws), np.uint8)


def _dictionary(names: Sequence[str], sources: Sequence[Source]) -> bytes | None:
    """That of the largest source that has one, else a new one; if there are enough documents."""
    if sum(source.count for source in sources) < stored.TRAIN_FROM:
        return None
    for source in sorted(sources, key=lambda source: -source.count):
        found = _own_dictionary(source)
        if found is not None:
            return found
    return stored.train(list(_samples(names, sources)))


def _own_dictionary(source: Source) -> bytes | None:
    found = source.segment.optional("stored.dictionary")
    return None if found is None else found.tobytes()


def _raw(name: str, source: Source, doc: int) -> bytes:
    """A stored value as it is kept; empty where none was given."""
    offsets = source.segment.optional(f"{name}.stored_offsets")
    if offsets is None:
        return b""
    start, end = offsets[doc : doc + 2].tolist()
    return source.segment.file.array(f"{name}.stored")[start:end].tobytes()


def _samples(names: Sequence[str], sources: Sequence[Source]) -> Iterator[bytes]:
    """Values of the kind that is compressed, evenly over the documents."""
    step = max(1, sum(source.segment.count for source in sources) // _SAMPLES)
    for source in sources:
        for name in names:
            for doc in range(0, source.segment.count, step):
                raw = _raw(name, source, doc)
                if raw[:1] in (b"T", b"B"):
                    value = source.segment.stored_value(doc, name)
                    yield value.encode("utf-8", "surrogatepass") if raw[:1] == b"T" else value
