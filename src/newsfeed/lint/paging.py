"""Paging: whether a feed's other documents and its deletions are told as the RFCs say.

In: a feed's view. Out: findings about RFC 5005 (complete, paged and archived feeds) and RFC 6721
(tombstones), in whatever format. Called by `checking`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.view import FeedView

ARCHIVE = Rule(
    "paging-archive",
    "warning",
    "link the subscription document with rel=current, so that readers find the way back",
    "RFC 5005, section 4",
)
COMPLETE = Rule(
    "paging-complete",
    "error",
    "a complete feed holds all there is: leave out fh:complete, or the links",
    "RFC 5005, section 2",
)
LOOP = Rule(
    "paging-loop",
    "error",
    "link another document: whoever follows the links goes round for ever",
    "RFC 5005, section 3; JSON Feed 1.1, next_url",
)
TOMBSTONE = Rule(
    "tombstone", "error", "give it ref, the entry's id, and when, a date", "RFC 6721, section 3"
)
UNDEAD = Rule(
    "tombstone-present",
    "error",
    "leave the entry out, or the tombstone: some readers delete it, some do not",
    "RFC 6721, section 4",
)
_ELSEWHERE = ("next", "previous", "first", "last", "prev-archive", "next-archive")


def check_paging(view: FeedView) -> Iterator[Finding]:
    """What is wrong with the links between a feed's documents, and with its tombstones."""
    own = view.linked("self")
    if view.archive and not view.linked("current"):
        yield ARCHIVE.broken("the archive document does not link its feed")
    for rel in _ELSEWHERE:
        href = view.linked(rel)
        if href and view.complete:
            yield COMPLETE.broken(f"a complete feed has a link rel={rel}")
        if href and href == own and rel in ("next", "previous", "prev-archive", "next-archive"):
            yield LOOP.broken(f"rel={rel} leads to the document itself")
    yield from _tombstones(view)


def _tombstones(view: FeedView) -> Iterator[Finding]:
    changed = {entry.id: entry.updated or entry.published for entry in view.entries}
    counts = Counter(deleted.id for deleted in view.deleted)
    for deleted in view.deleted:
        if not deleted.id or deleted.at is None:
            missing = "when" if deleted.id else "ref"
            yield TOMBSTONE.broken(f"a tombstone has no valid {missing}", deleted.id)
        elif deleted.id in changed:
            last = changed[deleted.id]
            if last is None or deleted.at >= last:
                yield UNDEAD.broken("the entry is there, and deleted as well", deleted.id)
    for id, number in counts.items():
        if id and number > 1:
            yield TOMBSTONE.broken(f"{number} tombstones for {quoted(id)}", id)
