"""Two builds of the same feeds: what readers' users would notice between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsfeed.lint.build import Build, Known, KnownDocument, KnownFeed
from newsfeed.lint.history import compare

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BRIDGE = Known(NOON - 24 * HOUR, NOON, "text 1", "https://bote.example/articles/bruecke")
FERRY = Known(NOON - 48 * HOUR, NOON - 48 * HOUR, "text 2", "https://bote.example/articles/faehre")
FEED = KnownFeed("tag:bote.example,2026:feeds/latest", NOON, ("bridge", "ferry"))
LAST = Build(
    at=NOON,
    entries={"bridge": BRIDGE, "ferry": FERRY},
    feeds={"latest": FEED},
    documents={"/feeds/latest.atom": KnownDocument('W/"1.7"', "bytes 1")},
    whole=True,
)


def now(
    entries: Mapping[str, Known] | None = None,
    feed: KnownFeed | None = None,
    deleted: frozenset[str] = frozenset(),
    document: KnownDocument | None = None,
    whole: bool = True,
) -> Build:
    """The last build, but for what is given."""
    return Build(
        at=NOON + HOUR,
        entries=LAST.entries if entries is None else entries,
        feeds={"latest": feed or FEED},
        documents={"/feeds/latest.atom": document} if document else LAST.documents,
        deleted=deleted,
        whole=whole,
    )


def said(build: Build, previous: Build = LAST) -> list[tuple[str, str, str]]:
    return [(one.severity, one.rule, one.entry) for one in compare(previous, build)]


def changed(id: str, **values: object) -> Mapping[str, Known]:
    known = {"bridge": BRIDGE, "ferry": FERRY}
    return {**known, id: replace(known[id], **values)}  # type: ignore[arg-type]


def test_nothing_changed() -> None:
    assert said(now()) == []


def test_a_new_entry_is_news_and_no_finding() -> None:
    tunnel = Known(NOON + HOUR, NOON + HOUR, "text 3", "https://bote.example/articles/tunnel")
    feed = replace(FEED, entries=("tunnel", "bridge", "ferry"), updated=NOON + HOUR)
    entries = {**LAST.entries, "tunnel": tunnel}
    document = KnownDocument('W/"2.8"', "bytes 2")
    assert said(now(entries, feed, document=document)) == []


def test_an_update_with_another_text_is_news() -> None:
    entries = changed("bridge", updated=NOON + HOUR, digest="text 1, corrected")
    assert said(now(entries, replace(FEED, updated=NOON + HOUR))) == []


def test_another_id_for_the_same_article() -> None:
    """NetNewsWire, Liferea and others: everything is unread again."""
    entries = {"bridge-2": BRIDGE, "ferry": FERRY}
    feed = replace(FEED, entries=("bridge-2", "ferry"))
    assert said(now(entries, feed)) == [("error", "history-id-changed", "bridge-2")]


def test_an_entry_that_vanished() -> None:
    feed = replace(FEED, entries=("bridge",))
    gone = {"bridge": BRIDGE}
    assert said(now(gone, feed)) == [("error", "history-vanished", "ferry")]
    assert said(now(gone, feed, deleted=frozenset({"ferry"}))) == []


def test_where_only_some_feeds_are_looked_at_a_complete_one_can_tell() -> None:
    feed = replace(FEED, entries=("bridge",))
    gone = {"bridge": BRIDGE}
    assert said(now(gone, feed, whole=False)) == [("error", "history-vanished", "ferry")]
    assert said(now(gone, replace(feed, rest=True), whole=False)) == []
    assert said(replace(now(gone, whole=False), feeds={})) == []


def test_published_moved() -> None:
    entries = changed("ferry", published=NOON - 50 * HOUR)
    assert said(now(entries)) == [("warning", "history-published-moved", "ferry")]


def test_updated_went_back() -> None:
    entries = changed("bridge", updated=NOON - HOUR)
    assert said(now(entries)) == [("error", "history-updated-backwards", "bridge")]


def test_updated_moved_without_a_change() -> None:
    """FreshRSS and Miniflux show the article as unread, and nobody sees why."""
    entries = changed("bridge", updated=NOON + HOUR)
    feed = replace(FEED, updated=NOON + HOUR)
    assert said(now(entries, feed)) == [("error", "history-updated-without-change", "bridge")]


def test_another_text_without_updated_is_worth_a_note() -> None:
    entries = changed("bridge", digest="text 1, parsed anew")
    assert said(now(entries)) == [("note", "history-changed-silently", "bridge")]


def test_an_entry_seen_without_its_content_is_not_compared() -> None:
    assert said(now(changed("bridge", digest="", updated=NOON + HOUR))) == []


def test_the_feeds_own_id_and_date() -> None:
    other = replace(FEED, id="tag:bote.example,2026:feeds/neu")
    assert said(now(feed=other)) == [("error", "history-feed-id-changed", "")]
    earlier = replace(FEED, updated=NOON - HOUR)
    assert said(now(feed=earlier)) == [("warning", "history-feed-updated-backwards", "")]
    later = replace(FEED, updated=NOON + HOUR)
    assert said(now(feed=later)) == [("error", "history-feed-updated-without-change", "")]


def test_unchanged_entries_that_change_places() -> None:
    feed = replace(FEED, entries=("ferry", "bridge"))
    assert said(now(feed=feed)) == [("warning", "history-order-changed", "ferry")]


def test_an_update_may_change_places() -> None:
    entries = changed("ferry", updated=NOON + HOUR, digest="text 2, corrected")
    feed = replace(FEED, entries=("ferry", "bridge"), updated=NOON + HOUR)
    assert said(now(entries, feed)) == []


def test_validators_move_with_the_bytes() -> None:
    same_body = KnownDocument('W/"2.7"', "bytes 1")
    assert said(now(document=same_body)) == [("warning", "history-validator-without-change", "")]
    same_tag = KnownDocument('W/"1.7"', "bytes 2")
    assert said(now(document=same_tag)) == [("error", "history-change-without-validator", "")]


def test_a_finding_names_its_feed() -> None:
    (finding,) = compare(LAST, now(feed=replace(FEED, id="tag:neu")))
    assert finding.feed == "latest"


def test_what_was_not_looked_at_is_remembered() -> None:
    part = Build(NOON + HOUR, {"bridge": replace(BRIDGE, digest="")}, deleted=frozenset({"ferry"}))
    kept = part.after(LAST)
    assert kept.entries == {"bridge": BRIDGE}
    assert kept.feeds == LAST.feeds
    assert part.after(LAST).at == NOON + HOUR


INSTANTS = st.none() | st.datetimes(timezones=st.just(UTC))
KNOWN = st.builds(Known, INSTANTS, INSTANTS, st.sampled_from(["", "a", "b"]), st.text(max_size=2))
IDS = st.sampled_from(["a", "b", "c", "d"])
BUILDS = st.builds(
    Build,
    at=st.just(NOON),
    entries=st.dictionaries(IDS, KNOWN),
    feeds=st.dictionaries(
        st.sampled_from(["latest", "sections/x"]),
        st.builds(KnownFeed, IDS, INSTANTS, st.lists(IDS, unique=True).map(tuple), st.booleans()),
    ),
    deleted=st.frozensets(IDS),
    whole=st.booleans(),
)


@given(BUILDS, BUILDS)
def test_any_two_builds_can_be_compared(first: Build, second: Build) -> None:
    for finding in compare(first, second):
        assert finding.message


@given(BUILDS)
def test_a_build_has_nothing_against_itself(build: Build) -> None:
    known = set(build.entries)
    feeds = {
        name: replace(feed, entries=tuple(id for id in feed.entries if id in known))
        for name, feed in build.feeds.items()
    }
    build = replace(build, feeds=feeds)
    assert list(compare(build, build)) == []
