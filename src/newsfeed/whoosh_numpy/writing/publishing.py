"""Makes a commit of segments: joins small ones, writes the deletions, then the table of contents.

In: the segments of the last commit and new ones, with what has been deleted from them. Out: the
next commit. Called by `writer`, which holds the lock. Until the table of contents is replaced
nothing has happened; after an error what no commit names is removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from whoosh.fields import Schema

from newsfeed.whoosh_numpy.merging.merge import Progress, merge
from newsfeed.whoosh_numpy.storage import toc
from newsfeed.whoosh_numpy.storage.commits import Commits, keeper
from newsfeed.whoosh_numpy.storage.disk import Unsynced
from newsfeed.whoosh_numpy.storage.schema import describe, extended
from newsfeed.whoosh_numpy.storage.toc import Toc
from newsfeed.whoosh_numpy.writing import tiers
from newsfeed.whoosh_numpy.writing.drafts import Draft
from newsfeed.whoosh_numpy.writing.flushing import flushed
from newsfeed.whoosh_numpy.writing.tiers import Size

AT_ONCE: Final = 1024
"""Documents. A commit joins no more than these, or than it has added; more is left to others."""


class Publishing:
    """From the last commit to the next. Not shared by threads."""

    def __init__(self, commits: Commits, last: Toc, schema: Schema) -> None:
        self._commits = commits
        self._last = last
        self._description: Mapping[str, Any] = extended(last.schema, schema)
        self._schema = schema
        self.unsynced = Unsynced()
        """What has been written for this commit and is synced with it."""
        self.is_due = False
        """Whether there are segments to be joined that were too large to be joined here."""

    def with_schema(self, schema: Schema) -> Publishing:
        """The same with another schema; fields that only the old one has are removed."""
        removed = describe(self._schema).keys() - describe(schema).keys()
        kept = {name: each for name, each in self._description.items() if name not in removed}
        changed = Publishing(self._commits, self._last, schema)
        changed._description = extended(kept, schema)
        return changed

    def optimized(self, drafts: Sequence[Draft], progress: Progress | None) -> list[Draft]:
        """One segment without deleted documents; none, if no document lives."""
        living = [draft for draft in drafts if draft.count_live]
        if len(living) > 1 or any(draft.count_live < draft.count for draft in living):
            return [self._join(living, progress)]
        return living

    def tiered(self, drafts: Sequence[Draft], added: int, progress: Progress | None) -> list[Draft]:
        """The segments with small ones joined. `added`: documents that are new."""
        living = [draft for draft in drafts if draft.count_live]
        sizes = [Size(draft.count_live, draft.count - draft.count_live) for draft in living]
        for run in reversed(tiers.plan(sizes)):
            found = living[run.start : run.stop]
            if sum(draft.count_live for draft in found) > max(AT_ONCE, added):
                self.is_due = True
            else:
                living[run.start : run.stop] = [self._join(found, progress)]
        return living

    def publish(self, drafts: Sequence[Draft], user: Mapping[str, Any] | None) -> None:
        """Commits these segments; does nothing where all is as it was and no `user` is given.

        Raises OSError, EngineError for a `user` that is no JSON object.
        """
        if user is None and not self._differs(drafts):
            self._commits.sweep(self._last, durable=False)
            return
        folder, name, generation = self._commits.folder, self._commits.name, self._last.generation
        entries = tuple(
            draft.written(folder, name, generation + 1, self.unsynced) for draft in drafts
        )
        kept = self._last.user if user is None else dict(user)
        after = Toc(generation + 1, entries, self._description, kept)
        toc.write(folder, name, after, self.unsynced)
        self._commits.adopt((draft.entry.id, draft.segment) for draft in drafts)
        with suppress(OSError):  # It is committed; the next writer removes what is left.
            self._commits.sweep(after, durable=True)

    def discard(self) -> None:
        """Removes what no commit names. Raises OSError, DamagedIndex."""
        last = toc.read(self._commits.folder, self._commits.name)
        self._commits.sweep(last, durable=False)

    def _differs(self, drafts: Sequence[Draft]) -> bool:
        """Whether a commit of these segments would differ from the last one."""
        entries = tuple(draft.entry for draft in drafts)
        deleted = any(draft.changed for draft in drafts)
        return deleted or entries != self._last.segments or self._description != self._last.schema

    def _join(self, drafts: Sequence[Draft], progress: Progress | None) -> Draft:
        id = toc.new_id()
        path = toc.segment_path(self._commits.folder, self._commits.name, id)
        sources = [(draft.segment, draft.deleted()) for draft in drafts]
        kept = keeper(self._description, self._schema)
        merge(sources, path, progress, kept, self.unsynced)
        return flushed(path, id)
