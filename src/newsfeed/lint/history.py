"""History: this build of the feeds against the last, as a reader's database sees it.

In: two builds. Out: findings. Called by the command. Readers know an entry by its id for ever and
show it again when its date moves: what changes here, their users notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from newsfeed.lint.build import Build, Known, KnownFeed
from newsfeed.lint.finding import Finding, Rule, quoted

ID_CHANGED = Rule(
    "history-id-changed",
    "error",
    "give the article its old id back: readers show everything anew",
    "RFC 4287, section 4.2.6; practice of readers",
)
VANISHED = Rule(
    "history-vanished",
    "error",
    "write a tombstone, or keep the entry in an archive",
    "RFC 6721, section 1; RFC 5005, section 4",
)
MOVED = Rule(
    "history-published-moved",
    "warning",
    "keep the first date: readers sort the entry anew",
    "RFC 4287, section 4.2.9",
)
BACKWARDS = Rule(
    "history-updated-backwards",
    "error",
    "let updated only grow: readers ignore what is older than what they have",
    "RFC 4287, section 4.2.15",
)
NO_CHANGE = Rule(
    "history-updated-without-change",
    "error",
    "move updated with the text only: readers mark the entry as unread",
    "RFC 4287, section 4.2.15; practice of readers",
)
SILENT = Rule(
    "history-changed-silently",
    "note",
    "nothing to do after a change of parser or templates; an editor's change moves updated",
    "RFC 4287, section 4.2.15",
)
FEED_ID = Rule(
    "history-feed-id-changed", "error", "keep the feed's id for ever", "RFC 4287, section 4.2.6"
)
FEED_BACKWARDS = Rule(
    "history-feed-updated-backwards",
    "warning",
    "let the feed's updated only grow",
    "RFC 4287, section 4.2.15",
)
FEED_CLOCK = Rule(
    "history-feed-updated-without-change",
    "error",
    "take the feed's updated from its entries, never from the clock",
    "RFC 4287, section 4.2.15; practice of readers",
)
ORDER = Rule(
    "history-order-changed",
    "warning",
    "keep the order of entries that did not change",
    "practice of readers",
)
SAME_BODY = Rule(
    "history-validator-without-change",
    "warning",
    "make the validator of the content: some readers now fetch the whole document for ever",
    "RFC 9110, section 8.8; practice of readers",
)
SAME_TAG = Rule(
    "history-change-without-validator",
    "error",
    "make the validator of all that the document is made of: readers miss this change",
    "RFC 9110, section 8.8",
)


def compare(previous: Build, current: Build) -> Iterator[Finding]:
    """What changed between two builds that must not change."""
    renamed = dict(_renamed(previous, current))
    for old, new in renamed.items():
        yield ID_CHANGED.broken(f"the entry was {quoted(old)}", new)
    for id, now in current.entries.items():
        if (before := previous.entries.get(id)) is not None:
            yield from _entry(id, before, now)
    yield from _vanished(previous, current, set(renamed))
    for name, feed in current.feeds.items():
        if (known := previous.feeds.get(name)) is not None:
            for finding in _feed(known, feed, previous, current):
                yield finding.within(name)
    yield from _documents(previous, current)


def _entry(id: str, before: Known, now: Known) -> Iterator[Finding]:
    if before.published and now.published and before.published != now.published:
        yield MOVED.broken(f"published was {before.published}, and is {now.published}", id)
    if before.updated and now.updated and now.updated < before.updated:
        yield BACKWARDS.broken(f"updated was {before.updated}, and is {now.updated}", id)
    if before.digest and now.digest and before.updated and now.updated:
        if now.updated > before.updated and now.digest == before.digest:
            said = f"updated was {before.updated}, and is {now.updated}, with the same text"
            yield NO_CHANGE.broken(said, id)
        elif now.updated == before.updated and now.digest != before.digest:
            yield SILENT.broken("the text is another, updated is the same", id)


def _renamed(previous: Build, current: Build) -> Iterator[tuple[str, str]]:
    """Entries that have another id than they had: the old one is gone, its link is another's."""
    gone = {
        known.url: id
        for id, known in previous.entries.items()
        if known.url and id not in current.entries and id not in current.deleted
    }
    for id, known in current.entries.items():
        if id not in previous.entries and known.url in gone:
            yield gone.pop(known.url), id


def _vanished(previous: Build, current: Build, renamed: set[str]) -> Iterator[Finding]:
    """Entries that nobody told of their end.

    Where not everything was looked at, only a feed that holds all its entries can tell.
    """
    candidates = {
        id
        for name, feed in previous.feeds.items()
        if name in current.feeds and not current.feeds[name].rest and not feed.rest
        for id in feed.entries
    }
    if current.whole:
        candidates |= previous.entries.keys()
    elsewhere = current.entries.keys() | current.deleted | renamed
    for id in sorted(candidates - elsewhere):
        yield VANISHED.broken("the entry is gone, without a tombstone or an archive", id)


def _feed(before: KnownFeed, now: KnownFeed, old: Build, new: Build) -> Iterator[Finding]:
    if before.id and now.id and before.id != now.id:
        yield FEED_ID.broken(f"the feed's id was {quoted(before.id)}, and is {quoted(now.id)}")
    same = before.entries == now.entries and not any(
        _differs(old.entries.get(id), new.entries.get(id)) for id in now.entries
    )
    if before.updated and now.updated:
        moved = f"the feed's updated was {before.updated}, and is {now.updated}"
        if now.updated < before.updated:
            yield FEED_BACKWARDS.broken(moved)
        elif now.updated > before.updated and same:
            yield FEED_CLOCK.broken(moved + ", with the same entries")
    yield from _order(before, now, old, new)


def _order(before: KnownFeed, now: KnownFeed, old: Build, new: Build) -> Iterator[Finding]:
    both = set(before.entries) & set(now.entries)
    still = {id for id in both if not _differs(old.entries.get(id), new.entries.get(id))}
    first = [id for id in before.entries if id in still]
    then = [id for id in now.entries if id in still]
    if first != then:
        moved = next(id for id, other in zip(then, first, strict=True) if id != other)
        yield ORDER.broken("entries that did not change have changed places", moved)


def _differs(before: Known | None, now: Known | None) -> bool:
    if before is None or now is None:
        return True
    return _dates(before) != _dates(now) or bool(
        before.digest and now.digest and before.digest != now.digest
    )


def _dates(known: Known) -> tuple[datetime | None, datetime | None]:
    return known.published, known.updated


def _documents(previous: Build, current: Build) -> Iterator[Finding]:
    for path, now in current.documents.items():
        before = previous.documents.get(path)
        if before is None or not (before.etag and now.etag):
            continue
        if now.digest == before.digest and now.etag != before.etag:
            said = f"{path}: the validator was {before.etag}, and is {now.etag}, over the same body"
            yield SAME_BODY.broken(said)
        elif now.digest != before.digest and now.etag == before.etag:
            yield SAME_TAG.broken(f"{path}: the body is another under the same {now.etag}")
