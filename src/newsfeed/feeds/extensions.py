"""What feedgen lacks or gets wrong, written onto its elements as feedgen extensions.

In: a cleaned `Feed` or `Entry`, and the element that feedgen has just made of it. Out: the same
element, completed. Made and registered by `rss_atom`; feedgen calls `extend_ns`, `extend_atom` and
`extend_rss` (the shape of its `BaseExtension`, which does nothing and need not be inherited).

Decisions:

- No `enclosure`. RSS demands its length in bytes, which nobody here knows, and readers list an
  enclosure below the article, though the picture stands in the content already. Images are
  `media:content` (Media RSS 1.5.1), which readers take for previews.
- A caption is the `media:title` of its image, not its `media:description`: feedparser, and the
  readers built on it, take the latter for the summary or the content of the entry.
- An image without a URL has no `media:content` (that element is one media object at one URL); its
  caption and credit stand in the content, and in JSON Feed under `_newsfeed`.
- The paper's name is `atom:source` in Atom and `dc:publisher` in RSS, whose own `source` wants a
  feed's URL.
- RSS keeps no change date, so `atom:updated` stands in its items.
- The update or correction mark is `newsfeed:note`, an element of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from lxml.etree import SubElement

from newsfeed.feeds.dates import rfc822, rfc3339
from newsfeed.feeds.feed import Entry, Feed, Format
from newsfeed.feeds.links import feed_links, image_type

if TYPE_CHECKING:
    from lxml.etree import _Element

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
NEWSFEED = "tag:newsfeed.local,2026:feeds"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class FeedExtension:
    """The head of a document: its links, and in RSS its date."""

    feed: Feed
    format: Format

    def extend_ns(self) -> dict[str, str]:
        """The prefixes of every namespace that entries use."""
        spaces = {"media": MEDIA, "newsfeed": NEWSFEED}
        return spaces if self.format == "atom" else {"dc": DC, **spaces}

    def extend_atom(self, root: _Element) -> None:
        """Adds the feed's links. feedgen's elements bear no namespace until they are written."""
        self._add_links(root, "link")

    def extend_rss(self, root: _Element) -> None:
        """Adds the date of the last change and what RSS borrows from Atom for links."""
        channel = root[0]
        _add(channel, "lastBuildDate", rfc822(self.feed.updated))
        self._add_links(channel, f"{{{ATOM}}}link")

    def _add_links(self, parent: _Element, tag: str) -> None:
        for link in feed_links(self.feed, self.format):
            SubElement(parent, tag, rel=link.rel, href=link.href, type=link.type)


@dataclass(frozen=True, slots=True)
class EntryExtension:
    """One entry or item: links, language, source, dates, content, pictures, mark."""

    entry: Entry
    feed_language: str

    def extend_ns(self) -> dict[str, str]:
        """Nothing: the feed's extension declares every namespace."""
        return {}

    def extend_atom(self, node: _Element) -> None:
        """Completes an Atom entry, whose only link feedgen wrote without its attributes."""
        entry = self.entry
        if self._own_language:
            node.set(XML_LANG, self._own_language)
        for link in node.iterfind("link"):
            link.set("rel", "alternate")
            link.set("type", "text/html")
        self._add_related(node, "link")
        if entry.source:
            _add(SubElement(node, "source"), "title", entry.source)
        self._add_media(node)
        self._add_note(node)

    def extend_rss(self, node: _Element) -> None:
        """Completes an RSS item: description, then content, then what RSS has no element for."""
        entry = self.entry
        if entry.summary:
            # RSS readers take a description for HTML, so plain text is escaped as such first
            _add(node, "description", escape(entry.summary, quote=False))
        if entry.content:
            _add(node, f"{{{CONTENT}}}encoded", entry.content)
        _add(node, "pubDate", rfc822(entry.published))
        _add(node, f"{{{ATOM}}}updated", rfc3339(entry.updated))
        for author in entry.authors:
            _add(node, f"{{{DC}}}creator", author)
        if entry.source:
            _add(node, f"{{{DC}}}publisher", entry.source)
        if self._own_language:
            _add(node, f"{{{DC}}}language", self._own_language)
        self._add_related(node, f"{{{ATOM}}}link")
        self._add_media(node)
        self._add_note(node)

    @property
    def _own_language(self) -> str | None:
        language = self.entry.language
        return language if language != self.feed_language else None

    def _add_related(self, node: _Element, tag: str) -> None:
        for link in self.entry.related:
            if link.url:
                SubElement(node, tag, rel="related", href=link.url, title=link.title)

    def _add_media(self, node: _Element) -> None:
        """Adds the images that have a URL, the first one as the preview too."""
        for number, image in enumerate(image for image in self.entry.images if image.url):
            url = image.url or ""
            media = SubElement(node, f"{{{MEDIA}}}content", url=url, medium="image")
            if kind := image_type(url):
                media.set("type", kind)
            if image.caption:
                _add(media, f"{{{MEDIA}}}title", image.caption)
            if image.credit:
                _add(media, f"{{{MEDIA}}}credit", image.credit)
            if number == 0:
                SubElement(media, f"{{{MEDIA}}}thumbnail", url=url)

    def _add_note(self, node: _Element) -> None:
        if self.entry.note:
            _add(node, f"{{{NEWSFEED}}}note", self.entry.note)


def _add(parent: _Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
