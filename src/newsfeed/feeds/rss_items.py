"""RSS items (rssboard.org/rss-profile), written as one pass over what an entry says.

In: a cleaned `Feed` and the channel that feedgen has made of its head. Out: the same channel with
its items. Called by `extensions`.

What RSS has no element for is borrowed: authors without an e-mail address, paper, rights and
language from Dublin Core, the date of the last change and related links from Atom. The paper is no
`source`, since that wants a feed's URL. An entry without a summary has no `description`: readers
show that one as the teaser, and its whole content is none.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lxml.etree import SubElement

from newsfeed.feeds.dates import rfc822, rfc3339
from newsfeed.feeds.markup import as_text
from newsfeed.feeds.media import add_pictures
from newsfeed.feeds.namespaces import ATOM, CONTENT, DC, NEWSFEED

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsfeed.feeds.feed import Entry, Feed

_CREATOR = f"{{{DC}}}creator"
_ENCODED = f"{{{CONTENT}}}encoded"
_LANGUAGE = f"{{{DC}}}language"
_LINK = f"{{{ATOM}}}link"
_NOTE = f"{{{NEWSFEED}}}note"
_PUBLISHER = f"{{{DC}}}publisher"
_RIGHTS = f"{{{DC}}}rights"
_SUMMARY = f"{{{ATOM}}}summary"
_UPDATED = f"{{{ATOM}}}updated"


def add_items(channel: _Element, feed: Feed) -> None:
    """Adds every entry as an item, in the feed's order."""
    for entry in feed.entries:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = entry.title
        SubElement(item, "link").text = entry.url
        _add_text(item, entry)
        _add_identity(item, entry)
        _add_origin(item, entry)
        _add_links(item, entry)
        if add_pictures(item, entry):
            SubElement(item, _SUMMARY).text = entry.summary
        if entry.language and entry.language != feed.language:
            SubElement(item, _LANGUAGE).text = entry.language
        if entry.note:
            SubElement(item, _NOTE).text = entry.note


def _add_text(item: _Element, entry: Entry) -> None:
    """Adds the description and, after it (RSS Advisory Board), the content."""
    if entry.summary:
        # RSS readers take a description for HTML, so plain text is escaped as such first
        SubElement(item, "description").text = escape(entry.summary, quote=False)
    if entry.content:
        SubElement(item, _ENCODED).text = as_text(entry.content)


def _add_identity(item: _Element, entry: Entry) -> None:
    guid = SubElement(item, "guid")
    guid.set("isPermaLink", "false")
    guid.text = entry.id
    SubElement(item, "pubDate").text = rfc822(entry.published)
    SubElement(item, _UPDATED).text = rfc3339(entry.updated)


def _add_origin(item: _Element, entry: Entry) -> None:
    for author in entry.authors:
        SubElement(item, _CREATOR).text = author
    for category in entry.categories:
        tag = SubElement(item, "category")
        tag.set("domain", category.scheme)
        tag.text = category.label
    if entry.source:
        SubElement(item, _PUBLISHER).text = entry.source
    if entry.rights:
        SubElement(item, _RIGHTS).text = entry.rights


def _add_links(item: _Element, entry: Entry) -> None:
    if enclosure := entry.enclosure:  # an unknown length is 0 (RSS Advisory Board)
        SubElement(
            item,
            "enclosure",
            url=enclosure.url,
            length=str(enclosure.length),
            type=enclosure.media_type,
        )
    for link in entry.related:
        if link.url:
            SubElement(item, _LINK, rel="related", href=link.url, title=link.title)
