"""What feedgen lacks or gets wrong, written onto its documents as a feedgen extension.

In: a cleaned `Feed` and the root element that feedgen has just made of its head. Out: the same
root, completed. Registered by `rss_atom`; feedgen calls `extend_ns`, `extend_atom` and `extend_rss`
(the shape of its `BaseExtension`, which does nothing and need not be inherited).

The head gets its links, its place in the feed's history (RFC 5005), what a search found
(OpenSearch 1.1) and what was taken back (RFC 6721). Then come the entries, before which RFC 4287
wants all metadata. They are not feedgen's own: those lose what their links say, put "now" where a
date is missing, format dates by switching the locale of the whole process, and cost as much again
as all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.etree import SubElement

from newsfeed.feeds.atom_entries import add_entries
from newsfeed.feeds.dates import rfc822, rfc3339
from newsfeed.feeds.feed import Feed, Format, Found
from newsfeed.feeds.links import feed_links
from newsfeed.feeds.namespaces import ATOM, HISTORY, OPENSEARCH, TOMBSTONES, prefixes
from newsfeed.feeds.rss_items import add_items

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class FeedExtension:
    """All of a document but what feedgen writes well: title, id, page, author, rights, icon."""

    feed: Feed
    format: Format

    def extend_ns(self) -> dict[str, str]:
        """The prefixes of the namespaces in the document."""
        return prefixes(self.feed, self.format)

    def extend_atom(self, root: _Element) -> None:
        """Completes an Atom document, whose elements bear no namespace until they are written."""
        self._add_head(root, "link")
        add_entries(root, self.feed)

    def extend_rss(self, root: _Element) -> None:
        """Completes an RSS document with what it borrows from Atom and others."""
        channel = root[0]
        SubElement(channel, "lastBuildDate").text = rfc822(self.feed.updated)
        self._add_head(channel, f"{{{ATOM}}}link")
        add_items(channel, self.feed)

    def _add_head(self, head: _Element, link_tag: str) -> None:
        feed = self.feed
        for link in feed_links(feed, self.format):
            node = SubElement(head, link_tag, rel=link.rel, href=link.href)
            if link.type:
                node.set("type", link.type)
        for mark, holds in (("complete", feed.complete), ("archive", feed.archive)):
            if holds:
                SubElement(head, f"{{{HISTORY}}}{mark}")
        if feed.found:
            _add_found(head, feed.found)
        for deletion in feed.deletions:
            node = SubElement(head, f"{{{TOMBSTONES}}}deleted-entry")
            node.set("ref", deletion.id)
            node.set("when", rfc3339(deletion.at))
            if deletion.reason:
                SubElement(node, f"{{{TOMBSTONES}}}comment").text = deletion.reason


def _add_found(head: _Element, found: Found) -> None:
    start = None if found.start is None else str(found.start)
    for name, value in (
        ("totalResults", str(found.total)),
        ("startIndex", start),
        ("itemsPerPage", str(found.page_size)),
    ):
        if value is not None:
            SubElement(head, f"{{{OPENSEARCH}}}{name}").text = value
    query = SubElement(head, f"{{{OPENSEARCH}}}Query", role="request", searchTerms=found.terms)
    query.set("count", str(found.page_size))
    if start is not None:
        query.set("startIndex", start)
