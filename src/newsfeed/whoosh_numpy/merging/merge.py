"""Joins segments to one, without their deleted documents.

In: segments and what has been deleted from them. Out: the file of a segment that is as if the
documents that live on had been written at once. Called by `writer`. It is streamed field by field:
memory is needed for the lexicon of a field and a range of its terms, not for the postings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsfeed.whoosh_numpy.errors import DamagedIndex
from newsfeed.whoosh_numpy.merging import postings as postings
from newsfeed.whoosh_numpy.merging.postings import Counted
from newsfeed.whoosh_numpy.merging.sources import Source, sources_of
from newsfeed.whoosh_numpy.merging.terms import join_lexicons
from newsfeed.whoosh_numpy.merging.values import has_stored, join_column, join_stored
from newsfeed.whoosh_numpy.storage.accelerators import accelerators
from newsfeed.whoosh_numpy.storage.container import ArrayWriter
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.lexicon import Lexicon
from newsfeed.whoosh_numpy.storage.segment import Segment

Progress = Callable[[int, int], None]
"""Called with how much has been done and how much there is to do."""


def merge(
    segments: Sequence[tuple[Segment, NDArray[np.uint32] | None]],
    path: Path,
    progress: Progress | None = None,
    kept: Callable[[str], bool] = lambda _: True,
    unsynced: Unsynced | None = None,
) -> int:
    """Writes the joint segment; how many documents it has.

    `segments`: with the documents deleted from each, ascending. `kept`: which fields live on.
    `unsynced`: as for `ArrayWriter`. `progress` counts postings and stored values. Raises OSError;
    DamagedIndex, for damage that was copied would get a checksum of its own.
    """
    for segment, _ in segments:
        if segment.file.verify():
            raise DamagedIndex(segment.path, "its bytes are not as they were written")
    sources = sources_of(segments)
    with ArrayWriter(path, unsynced) as writer:
        merging = _Merging(writer, sources, kept, progress or (lambda *_: None))
        return merging.write()


class _Merging:
    """One merge. described: field -> what the segment will say of it."""

    def __init__(
        self,
        writer: ArrayWriter,
        sources: Sequence[Source],
        kept: Callable[[str], bool],
        progress: Progress,
    ) -> None:
        self._writer = writer
        self._sources = sources
        self._docs = sum(source.count for source in sources)
        self._described = {
            name: {**each, "lexicon": None, "column": False}
            for source in reversed(sources)
            for name, each in source.segment.fields.items()
            if kept(name)
        }
        self._stored = [
            name
            for name in sorted(self._described)
            if any(has_stored(name, source) for source in sources)
        ]
        self._progress = progress
        self._done = 0
        self._total = self._docs * len(self._stored) + sum(
            len(arrays.docs)
            for source in sources
            for name in self._described
            if (arrays := source.segment.field(name)) is not None
        )

    def write(self) -> int:
        for names in self._families():
            self._join_family(names)
        for name, described in sorted(self._described.items()):
            described["column"] = join_column(self._writer, name, self._sources)
        join_stored(self._writer, self._stored, self._sources, self._advance)
        self._writer.finish({"docs": self._docs, "fields": dict(sorted(self._described.items()))})
        return self._docs

    def _advance(self, done: int) -> None:
        self._done += done
        self._progress(self._done, self._total)

    def _families(self) -> list[list[str]]:
        """The fields with postings; together those that share a lexicon in some source."""
        families: dict[str, set[str]] = {}
        for source in self._sources:
            shared: dict[str, set[str]] = {}
            for name in self._described:
                lexicon = source.segment.fields.get(name, {}).get("lexicon")
                if lexicon is not None:
                    shared.setdefault(lexicon, set()).add(name)
            for names in shared.values():
                whole = names.union(*(families.get(name, ()) for name in names))
                families.update(dict.fromkeys(whole, whole))
        distinct = {id(each): sorted(each) for each in families.values()}
        return sorted(distinct.values())

    def _join_family(self, names: Sequence[str]) -> None:
        """Joins the fields of one lexicon."""
        counted = {name: self._counted(name) for name in names}
        lexicons: dict[int, Lexicon] = {}
        for each in (each for found in counted.values() for each in found):
            lexicons[id(each.arrays.lexicon)] = each.arrays.lexicon
        living = [name for name in names if any(each.rows.any() for each in counted[name])]
        if not living:
            return
        used = [_used(each, counted.values()) for each in lexicons.values()]
        lexicon = living[0]
        terms, numbers = join_lexicons(self._writer, lexicon, list(lexicons.values()), used)
        number_of = dict(zip(lexicons, numbers, strict=True))
        for name in living:
            self._described[name]["lexicon"] = lexicon
            self._join_field(
                name, terms, [(each, number_of[id(each.arrays.lexicon)]) for each in counted[name]]
            )

    def _counted(self, name: str) -> list[Counted]:
        return [
            postings.count(source, arrays)
            for source in self._sources
            if (arrays := source.segment.field(name)) is not None
        ]

    def _join_field(
        self, name: str, terms: int, parts: Sequence[tuple[Counted, NDArray[np.uint32]]]
    ) -> None:
        writer = self._writer
        joined = postings.join(writer, name, terms, parts, self._advance)
        if joined.codes is not None:
            for part, array in accelerators(joined.starts, joined.codes).items():
                writer.write(f"{name}.{part}", array)
        if self._described[name]["scorable"]:
            region = writer.reserve(f"{name}.lengths", "<u4", self._docs)
            for source in self._sources:
                lengths = source.segment.lengths(name)
                none = np.zeros(source.count, np.uint32)
                region.write(none if lengths is None else source.kept(lengths))
        if not self._described[name]["text"]:
            ordinals = _ordinals(joined, self._docs)
            if ordinals is not None:
                writer.write(f"{name}.ordinals", ordinals)


def _used(lexicon: Lexicon, fields: Any) -> NDArray[np.bool_] | None:
    """Term -> does a document that lives on have it; None if no document has been deleted."""
    own = [each for found in fields for each in found if each.arrays.lexicon is lexicon]
    if all(each.source.live is None for each in own):
        return None
    used = np.zeros(len(lexicon), np.bool_)
    for each in own:
        used |= each.rows > 0
    return used


def _ordinals(joined: postings.Postings, docs: int) -> NDArray[np.uint32] | None:
    """Document -> 0 or 1 + the number of its only term; None where a document has several."""
    ordinals = np.zeros(docs, "<u4")
    counts = np.diff(joined.starts)
    ordinals[joined.docs[:]] = np.repeat(np.arange(1, len(counts) + 1, dtype="<u4"), counts)
    return ordinals if np.count_nonzero(ordinals) == len(joined.docs) else None
